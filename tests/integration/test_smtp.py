"""Mail over real sockets: every verb failing at every call, and what that makes of a message."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing
from typing import Literal

import pytest

from db.errors import KnownError
from engine.channels.port import Email, Outcome
from engine.channels.smtp import SmtpSettings
from engine.channels.smtp_answers import Ended, judge
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
from tests.servers import DROP, MailPeer, free_port

# Delivery


@pytest.mark.parametrize("pipelining", [True, False])
@pytest.mark.parametrize("connections", [1, 2])
def test_every_message_arrives_as_it_was(pipelining: bool, connections: int) -> None:
    bodies = [
        b"plain\r\n",
        b".\r\n..\r\n.dot\r\n",
        b"no end",
        b"bare\nlf\n",
        b"",
        b"x" * 900 + b"\r\n",
    ]
    emails = [mail(str(number), body) for number, body in enumerate(bodies)]
    with (
        MailPeer(pipelining=pipelining) as peer,
        closing(channel_to(peer.port, connections)) as out,
    ):
        assert states(outcomes(out, emails)) == ["sent"] * len(bodies)
    arrived = {str(one.message["Subject"]): one.content for one in peer.received}
    for email in emails:
        sent = email.wire.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        assert arrived[email.key] == (sent if sent.endswith(b"\r\n") else sent + b"\r\n")
    assert {(one.mail_from, one.rcpt_to) for one in peer.received} == {
        ("oak@example.org", ("ann@example.org",))
    }
    assert len(peer.connections) == connections


def test_a_connection_is_kept_between_batches_and_replaced_when_it_went_stale() -> None:
    with MailPeer(pipelining=True) as peer, closing(channel_to(peer.port)) as out:
        assert states(outcomes(out, batch(3)) | outcomes(out, [mail("3")])) == ["sent"] * 4
        assert len(peer.connections) == 1
        peer.answer("RSET", peer.verbs["RSET"] + 1, DROP)
        assert states(outcomes(out, [mail("4")])) == ["sent"]
        assert len(peer.connections) == 2
    assert keys_of(peer) == ["0", "1", "2", "3", "4"]


def test_an_abandoned_batch_is_never_taken_up_in_mid_conversation() -> None:
    with MailPeer(pipelining=True) as peer, closing(channel_to(peer.port)) as out:
        sending = out.send(iter(batch(9)))
        assert next(iter(sending)) == ("0", Outcome("sent"))
        assert isinstance(sending, Generator)
        sending.close()
        assert states(outcomes(out, [mail("last")])) == ["sent"]
    assert keys_of(peer) == ["0", "last"] and len(peer.connections) == 2


def test_messages_are_drawn_only_as_they_are_needed(mail_peer: MailPeer) -> None:
    drawn = 0

    def compose() -> Iterator[Email]:
        nonlocal drawn
        for email in batch(20):
            drawn += 1
            yield email

    with closing(channel_to(mail_peer.port)) as out:
        for done, _ in enumerate(out.send(compose()), start=1):
            assert drawn <= done + 2


def test_an_empty_batch_connects_to_nobody() -> None:
    assert list(channel_to(free_port()).send([])) == []


def test_smtp_cannot_be_asked_and_never_has_three_connections() -> None:
    assert channel_to(1).lookup("key") is None
    with pytest.raises(KnownError):
        SmtpSettings("mail.test", 25, connections=3)
    assert "secret" not in repr(SmtpSettings("mail.test", 25, password="secret"))


# Every verb, every call


@pytest.mark.parametrize("pipelining", [True, False])
@pytest.mark.parametrize("reply", [DROP, "450 4.2.1 later", "550 5.7.1 no", "421 4.3.2 bye"])
@pytest.mark.parametrize("verb", ["EHLO", "MAIL", "RCPT", "DATA", "BODY", "DOT", "RSET", "QUIT"])
def test_the_nth_call_fails(verb: str, reply: str, pipelining: bool) -> None:
    if verb == "BODY":
        reply = DROP
    for nth in range(1, 5):
        with MailPeer(pipelining=pipelining) as peer:
            peer.answer(verb, nth, reply)
            if verb == "RSET":
                peer.answer("RCPT", nth, "550 5.1.1 nobody")
            with closing(channel_to(peer.port)) as out:
                found = outcomes(out, batch(4))
                again = [email for email in batch(4) if found[email.key].state == "retry"]
                second = outcomes(out, again)
        arrived = keys_of(peer)
        assert len(arrived) == len(set(arrived))
        must = {key for key, outcome in (found | second).items() if outcome.state == "sent"}
        may = {key for key, outcome in found.items() if outcome.state == "uncertain"}
        assert must <= set(arrived) <= must | may
        assert all(outcome.state == "sent" for outcome in second.values())
        if may:
            assert reply == DROP and verb in ("DOT", "BODY") and len(may) == 1


@pytest.mark.parametrize("pipelining", [True, False])
@pytest.mark.parametrize(
    ("verb", "reply", "state", "code"),
    [
        ("MAIL", "550 5.1.8 bad sender", "failed", "550 5.1.8"),
        ("MAIL", "530 5.7.0 sign in", "retry", "530 5.7.0"),
        ("RCPT", "550 5.1.1 <ann@example.org> nobody", "bounced", "550 5.1.1"),
        ("RCPT", "451 4.7.1 greylisted", "retry", "451 4.7.1"),
        ("DATA", "554 5.7.1 no", "failed", "554 5.7.1"),
        ("DOT", "550 5.1.1 nobody", "bounced", "550 5.1.1"),
        ("DOT", "552 5.3.4 too big", "failed", "552 5.3.4"),
        ("DOT", "452 4.3.1 disk", "retry", "452 4.3.1"),
    ],
)
def test_one_refusal_touches_one_message(
    verb: str, reply: str, state: str, code: str, pipelining: bool
) -> None:
    with MailPeer(pipelining=pipelining) as peer, closing(channel_to(peer.port)) as out:
        peer.answer(verb, 2, reply)
        found = outcomes(out, batch(4))
    assert states(found) == ["sent", state, "sent", "sent"]
    assert found["1"].code == code and "ann" not in found["1"].diagnostic
    assert keys_of(peer) == ["0", "2", "3"] and len(peer.connections) == 1


@pytest.mark.parametrize(
    ("verb", "code", "text", "state"),
    [
        ("RCPT", 550, b"no such user", "bounced"),
        ("RCPT", 554, b"no", "failed"),
        ("RCPT", 550, b"5.7.1 policy", "failed"),
        ("RCPT", 550, b"5.2.1 disabled", "bounced"),
        ("RCPT", 552, b"5.2.2 full", "failed"),
        ("RCPT", 550, b"4.1.1 later after all", "retry"),
        ("RCPT", 450, b"5.1.1 gone after all", "bounced"),
        ("RCPT", 450, b"busy", "retry"),
        ("RCPT", 550, b"5.1.10 null mx", "bounced"),
        ("MAIL", 550, b"5.1.1 sender", "failed"),
        ("message", 550, b"no", "failed"),
        ("DATA", 503, b"order", "failed"),
        ("MAIL", 535, b"5.7.8 sign in", "retry"),
    ],
)
def test_what_a_refusal_means(
    verb: Literal["MAIL", "RCPT", "DATA", "message"], code: int, text: bytes, state: str
) -> None:
    assert judge(verb, code, text).state == state


def test_an_answer_that_is_none_ends_the_conversation() -> None:
    with pytest.raises(Ended) as before:
        judge("RCPT", 354, b"")
    with pytest.raises(Ended) as after:
        judge("message", 354, b"")
    assert (before.value.outcome.state, after.value.outcome.state) == ("retry", "uncertain")


# One byte decides


def test_a_drop_before_the_dot_is_safe() -> None:
    def cut_the_body(wire: Wire) -> None:
        wire.greet(b"PIPELINING")
        wire.take_envelope()
        wire.hear(2)

    with scripted(cut_the_body) as port:
        out = channel_to(port)
        found = outcomes(out, [mail("0", b"x" * 70 + b"\r\n" + b"y" * 60_000_000), mail("1")])
    assert states(found) == ["retry", "retry"]


def test_a_drop_after_the_dot_is_uncertain_and_the_next_was_never_sent() -> None:
    heard: list[bytes] = []

    def cut_the_answer(wire: Wire) -> None:
        wire.greet(b"PIPELINING")
        wire.take_envelope()
        wire.take_body()
        heard.extend(wire.hear(3))

    with scripted(cut_the_answer) as port:
        found = outcomes(channel_to(port), batch(2))
    assert heard == [b"MAIL FROM:<oak@example.org>", b"RCPT TO:<ann@example.org>", b"DATA"]
    assert states(found) == ["uncertain", "retry"]


def test_an_answer_that_never_comes_is_uncertain() -> None:
    def keep_silent(wire: Wire) -> None:
        wire.greet()
        for answer in (b"250 ok", b"250 ok", b"354 go on"):
            wire.hear()
            wire.say(answer)
        wire.take_body()
        wire.hear()

    with scripted(keep_silent) as port:
        found = outcomes(channel_to(port, timeout=0.2), batch(1))
    assert states(found) == ["uncertain"]


def test_data_accepted_for_nobody_is_ended_with_an_empty_message() -> None:
    def accept_anyway(wire: Wire) -> None:
        wire.greet(b"PIPELINING")
        wire.hear(3)
        wire.say(b"250 ok", b"550 5.1.1 nobody", b"354 go on")
        assert wire.hear() == [b"."]
        wire.say(b"554 no valid recipients")
        assert wire.hear() == [b"RSET"]
        wire.hear(3)
        wire.say(b"250 reset", b"250 ok", b"250 ok", b"354 go on")
        assert wire.take_body()[0] == b"Subject: 1\r\n"
        wire.say(b"250 taken")
        wire.hear()

    with scripted(accept_anyway) as port, closing(channel_to(port)) as out:
        assert states(outcomes(out, batch(2))) == ["bounced", "sent"]


def test_a_farewell_after_progress_is_followed_by_a_new_connection() -> None:
    def take_one(wire: Wire) -> None:
        wire.greet(b"PIPELINING")
        wire.take_envelope()
        wire.take_body()
        wire.hear(3)
        wire.say(b"250 taken", b"421 4.7.0 enough for one connection")

    with scripted(take_one, take_one) as port:
        found = outcomes(channel_to(port), batch(6))
    assert states(found) == ["sent", "retry", "retry"] * 2
    assert found["1"].code == "421 4.7.0"
