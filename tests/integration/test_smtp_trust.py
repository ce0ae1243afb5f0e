"""Mail servers that are not there, not to be trusted, or do not take what is offered."""

from __future__ import annotations

from contextlib import closing

import pytest

from engine.channels.smtp import SmtpChannel, SmtpSettings
from tests.integration.smtp_talk import (
    Wire,
    batch,
    channel_to,
    keys_of,
    mail,
    outcomes,
    scripted,
    states,
)
from tests.servers import DROP, LOOPBACK, MailPeer, free_port

# Nobody there, nobody to be trusted


def assert_all_retry(settings: SmtpSettings, says: str, code: str = "") -> None:
    found = outcomes(SmtpChannel(settings), batch(3))
    assert set(found.values()) == {found["0"]}
    assert (found["0"].state, found["0"].code) == ("retry", code)
    assert says in found["0"].diagnostic


@pytest.mark.parametrize("connections", [1, 2])
def test_no_server_is_a_state(connections: int) -> None:
    settings = SmtpSettings(LOOPBACK, free_port(), "none", connections=connections)
    assert_all_retry(settings, "cannot be reached (at connect: Connection refused)")
    assert_all_retry(SmtpSettings("a..b", 25, "none"), "settings cannot be used (at connect)")


@pytest.mark.parametrize(
    ("banner", "says", "code"),
    [
        (b"554 5.7.1 go away\r\n", "refused to talk (at connect)", "554 5.7.1"),
        (b"421 busy\r\n", "refused to talk (at connect)", "421"),
        (b"nonsense\r\n", "refused to talk (at connect)", "-1"),
        (b"", "cannot be reached (at connect: connection closed)", ""),
    ],
)
def test_a_banner_that_is_no_welcome(banner: bytes, says: str, code: str) -> None:
    with scripted(lambda wire: wire.sock.sendall(banner)) as port:
        assert_all_retry(SmtpSettings(LOOPBACK, port, "none"), says, code)


def test_encrypted_conversations() -> None:
    for security in ("starttls", "tls"):
        with MailPeer(security, users={"oak": "secret"}) as peer:
            settings = SmtpSettings(
                LOOPBACK, peer.port, security, "oak", "secret", tls_context=peer.client_context()
            )
            with closing(SmtpChannel(settings)) as out:
                assert states(outcomes(out, batch(2))) == ["sent", "sent"]
            assert keys_of(peer) == ["0", "1"]


def test_a_server_nobody_vouches_for_gets_nothing() -> None:
    for security in ("starttls", "tls"):
        with MailPeer(security, users={"oak": "secret"}) as peer:
            settings = SmtpSettings(LOOPBACK, peer.port, security, "oak", "secret")
            assert_all_retry(settings, "No secure connection to the mail server")
            assert not peer.received and not peer.verbs["AUTH"]


def test_encryption_that_is_asked_for_is_never_done_without() -> None:
    with MailPeer(users={"oak": "secret"}) as peer:
        settings = SmtpSettings(LOOPBACK, peer.port, "starttls", "oak", "secret")
        assert_all_retry(settings, "does not offer STARTTLS")
        assert not peer.received and not peer.verbs["AUTH"]


@pytest.mark.parametrize("reply", [DROP, "454 4.7.0 not now", "554 5.7.1 never"])
@pytest.mark.parametrize("verb", ["EHLO", "STARTTLS", "AUTH"])
def test_a_sign_in_that_fails_is_retried_with_one_diagnostic(verb: str, reply: str) -> None:
    with MailPeer("starttls", users={"oak": "secret"}) as peer:
        for nth in (1, 2, 3):
            peer.answer(verb, nth, reply)
        peer.answer("HELO", 1, reply)
        settings = SmtpSettings(
            LOOPBACK, peer.port, "starttls", "oak", "secret", tls_context=peer.client_context()
        )
        found = outcomes(SmtpChannel(settings), batch(2))
    assert set(found.values()) == {found["0"]} and found["0"].state == "retry"
    assert not peer.received


def test_a_wrong_password_is_the_operators_to_mend() -> None:
    with MailPeer(users={"oak": "secret"}) as peer:
        for password in ("wrong", "pässword"):
            found = outcomes(
                SmtpChannel(SmtpSettings(LOOPBACK, peer.port, "none", "oak", password)), batch(2)
            )
            assert states(found) == ["retry", "retry"]
            assert password not in found["0"].diagnostic
        assert not peer.received


# Addresses and sizes


@pytest.mark.parametrize(
    "address",
    ["", "ann", "@example.org", "a b@example.org", "a\r\nDATA@example.org", "a>@example.org",
     "a@b>\r\nRSET", "ann@exa mple.org", "a@" + "é" * 80, "a" * 400 + "@example.org"],
)  # fmt: skip
def test_an_address_that_is_none_reaches_no_wire(mail_peer: MailPeer, address: str) -> None:
    with closing(channel_to(mail_peer.port)) as out:
        found = outcomes(out, [mail("0", to=address), mail("1")])
    assert states(found) == ["failed", "sent"]
    assert keys_of(mail_peer) == ["1"] and mail_peer.verbs["MAIL"] == 1


def test_a_domain_in_other_letters_goes_out_in_ascii(mail_peer: MailPeer) -> None:
    with closing(channel_to(mail_peer.port)) as out:
        assert states(outcomes(out, [mail("0", to="ann@clínica.example")])) == ["sent"]
    assert mail_peer.received[0].rcpt_to == ("ann@xn--clnica-4va.example",)


@pytest.mark.parametrize(("offers", "state"), [([], "failed"), ([b"SMTPUTF8"], "sent")])
def test_a_local_part_in_other_letters_needs_a_server_that_takes_it(
    offers: list[bytes], state: str
) -> None:
    heard: list[bytes] = []

    def converse(wire: Wire) -> None:
        wire.greet(b"PIPELINING", *offers)
        if offers:
            heard.extend(wire.hear(3))
            wire.say(b"250 ok", b"250 ok", b"354 go on")
            wire.take_body()
            wire.say(b"250 taken")
        wire.hear()

    with scripted(converse) as port, closing(channel_to(port)) as out:
        assert states(outcomes(out, [mail("0", to="zoë@example.org")])) == [state]
    if offers:
        assert heard[0] == b"MAIL FROM:<oak@example.org> BODY=8BITMIME SMTPUTF8"
        assert heard[1] == "RCPT TO:<zoë@example.org>".encode()


def test_a_message_over_the_servers_limit_is_not_offered() -> None:
    heard: list[bytes] = []

    def converse(wire: Wire) -> None:
        wire.greet(b"PIPELINING", b"SIZE 100")
        heard.extend(wire.hear(3))
        wire.say(b"250 ok", b"250 ok", b"354 go on")
        wire.take_body()
        wire.say(b"250 taken")
        wire.hear()

    with scripted(converse) as port, closing(channel_to(port)) as out:
        found = outcomes(out, [mail("0", b"x" * 200), mail("1")])
    assert states(found) == ["failed", "sent"]
    assert heard[0] == b"MAIL FROM:<oak@example.org> SIZE=%d" % len(mail("1").wire)
