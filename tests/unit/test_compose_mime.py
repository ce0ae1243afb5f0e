"""What goes over the wire, read back by the standard library."""

from __future__ import annotations

import email
import email.policy
from email.header import decode_header, make_header
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.errors import KnownError
from engine.compose.body import Letterhead, compile_bodies
from engine.compose.mime import EmailTemplate, Recipient, Sender, message_id
from engine.compose.tokens import compile_text

NOW = 1_767_621_600_123_456
MAILTO = "mailto:leave@oak.example?subject=unsubscribe"
HTTPS = "https://oak.example/u/abc"
SENDER = Sender("Oak Street Clinic", "hello@oak.example")

# What a header may hold: no controls, line separators or lone surrogates.
CARRIED = st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"))
NAMES = st.one_of(
    st.text(CARRIED, max_size=60),
    st.text(CARRIED, min_size=60, max_size=300),
    st.text(alphabet="ab \"\\,;:<>@()[].=?_'é", max_size=90),
    st.sampled_from(
        ["Ann", "Ann Lee", "O'Hara, Ann", "José", "محمد علي", "🙂🙂", 'A "B" C', "=?utf-8?q?a?="]
    ),
)


def template(
    subject: str = "Hi {{firstname}}", body: str = "<p>Hi</p>", sender: Sender = SENDER
) -> EmailTemplate:
    bodies = compile_bodies(body, Letterhead("Oak Street Clinic", "1 Oak Street"))
    return EmailTemplate(sender, compile_text(subject, escape=False), bodies)


def recipient(name: str = "Ann", address: str = "ann@example.org", **values: str) -> Recipient:
    return Recipient("1-2-1", name, address, values, (MAILTO,))


def parsed(wire: bytes) -> EmailMessage:
    message = email.message_from_bytes(wire, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    assert message.defects == [] and all(part.defects == [] for part in message.walk())
    return message


def assert_mailbox(wire: bytes, header: str, name: str, address: str) -> None:
    """Compare one mailbox; a name in several encoded words is read by the older parser.

    The newer one puts a space between two encoded words of a phrase, against RFC 2047.
    """
    (found,) = parsed(wire)[header].addresses
    assert found.addr_spec == address
    raw = " ".join(email.message_from_bytes(wire)[header].split("\r\n "))
    if raw.count("=?utf-8?b?") > 1:
        encoded = raw.rpartition(" <")[0]
        assert str(make_header(decode_header(encoded))) == name
    else:
        assert found.display_name == name


@settings(max_examples=400, deadline=None)
@given(NAMES, NAMES, NAMES)
def test_any_name_and_subject_arrive_as_they_were(name: str, subject: str, sender: str) -> None:
    mail = template("{{firstname}}", sender=Sender(sender, "hello@oak.example"))
    wire = mail.build(recipient(name, firstname=subject), NOW).wire
    message = parsed(wire)
    assert message["Subject"] == (" ".join(subject.split()) or "there")
    assert_mailbox(wire, "To", " ".join(name.split()), "ann@example.org")
    assert_mailbox(wire, "From", " ".join(sender.split()), "hello@oak.example")
    assert wire.isascii() and b"\0" not in wire
    assert max(map(len, wire.split(b"\r\n"))) <= 998
    assert wire.count(b"\n") == wire.count(b"\r\n")


def test_an_ordinary_message_as_the_standard_library_reads_it() -> None:
    body = "<p>Hello {{firstname}},<br>see you — <a href='https://oak.example/b'>book</a></p>"
    mail = template(body=body).build(recipient("Ann Lee", firstname="Zoë <3"), NOW)
    assert (mail.key, mail.sender, mail.recipient) == (
        "1-2-1", "hello@oak.example", "ann@example.org"
    )  # fmt: skip
    message = parsed(mail.wire)
    assert message["Subject"] == "Hi Zoë <3"
    assert message["Date"].datetime.isoformat() == "2026-01-05T14:00:00+00:00"
    assert message["Message-ID"] == message_id("1-2-1", "oak.example")
    assert message["List-Unsubscribe"] == f"<{MAILTO}>"
    assert "List-Unsubscribe-Post" not in message
    assert (message["Precedence"], message["Auto-Submitted"]) == ("bulk", "auto-generated")
    assert message.get_content_type() == "multipart/alternative"
    text, html = message.iter_parts()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert text.get_content().startswith(
        "Hello Zoë <3,\r\nsee you — book (https://oak.example/b)\r\n"
    )
    assert "Hello Zoë &lt;3,<br>see you —" in html.get_content()
    assert text.get_content().endswith(f"Unsubscribe: {MAILTO}\r\n")
    assert f'<a href="{MAILTO}"' in html.get_content()


@settings(max_examples=100, deadline=None)
@given(st.text(CARRIED), st.text(CARRIED, max_size=2000))
def test_bodies_arrive_as_they_were(name: str, words: str) -> None:
    body = words.replace("<", "").replace("&", "").replace("{", "")
    wire = template(body=f"<b>{{{{lastname}}}}</b>{body}").build(recipient(lastname=name), NOW).wire
    text, html = parsed(wire).iter_parts()
    assert f"</b>{body}" in html.get_content()
    assert text.get_content().startswith(" ".join(name.split())[:1])
    assert max(map(len, wire.split(b"\r\n"))) <= 78


def test_one_click_only_with_a_link_that_can_be_posted_to() -> None:
    both = Recipient("k", "", "ann@example.org", {}, (HTTPS, MAILTO))
    message = parsed(template().build(both, NOW).wire)
    assert message["List-Unsubscribe"] == f"<{HTTPS}>, <{MAILTO}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["To"] == "ann@example.org"


def test_the_message_id_is_stable_and_tells_nothing() -> None:
    assert message_id("ann-1", "oak.example") == message_id("ann-1", "oak.example")
    assert message_id("ann-1", "oak.example") != message_id("ann-2", "oak.example")
    assert "ann" not in message_id("ann-1", "oak.example")
    assert message_id("a", "clínica.example").endswith("@xn--clnica-4va.example>")


@pytest.mark.parametrize("bad", ["a\r\nBcc: x@y.z", "a\nb", "a\rb", "a\0b", "a\x0bb", "a\u2028b"])
def test_no_header_can_be_injected(bad: str) -> None:
    with pytest.raises(KnownError) as name:
        template().build(recipient(bad), NOW)
    with pytest.raises(KnownError):
        template().build(recipient(address=f"{bad}@example.org"), NOW)
    with pytest.raises(KnownError):
        template(sender=Sender(bad, "hello@oak.example"))
    with pytest.raises(KnownError):
        template(subject=f"Hi {bad}").build(recipient(), NOW)
    with pytest.raises(KnownError):
        template().build(Recipient("k", "", "a@b.c", {}, (f"https://x/{bad}",)), NOW)
    assert bad not in name.value.sentence


def test_a_line_break_in_a_value_cannot_reach_the_subject() -> None:
    wire = template().build(recipient(firstname="A\r\nBcc: x@y.z"), NOW).wire
    assert parsed(wire)["Subject"] == "Hi A Bcc: x@y.z"
    assert "Bcc" not in parsed(wire)


@pytest.mark.parametrize(
    "address",
    ["", "ann", "@x.org", "a b@x.org", "a@x.org, b@x.org", "<a@x.org>", "a@" + "x" * 400,
     "a@é" + "x" * 80 + ".org"],
)  # fmt: skip
def test_an_address_no_mail_can_carry_is_refused(address: str) -> None:
    with pytest.raises(KnownError) as caught:
        template().build(recipient(address=address), NOW)
    assert "x.org" not in caught.value.sentence


@pytest.mark.parametrize("links", [(), ("http://x",), ("https://a b",), ("javascript:x",), ("",)])
def test_every_email_can_be_unsubscribed_from(links: tuple[str, ...]) -> None:
    with pytest.raises(KnownError):
        template().build(Recipient("k", "", "a@b.org", {}, links), NOW)


@pytest.mark.parametrize("length", [499, 500, 501, 556, 557, 558, 5000])
def test_long_literals_arrive_whatever_stands_before_them(length: int) -> None:
    literal = ("é – words " * length)[:length]
    mail = template(body=f"{{{{firstname}}}}{literal}{{{{lastname}}}}{literal}")
    for size in range(60):
        wire = mail.build(recipient(firstname="é" * size, lastname="n" * (size + 1)), NOW).wire
        html = parsed(wire).get_body(("html",))
        assert html is not None
        expected = f"{'é' * size or 'there'}{literal}{'n' * (size + 1)}{literal}"
        assert expected in html.get_content()


def test_the_sender_may_be_whoever_looks_after_the_recipient() -> None:
    by_owner = template(sender=Sender(compile_text("{{owner}}", escape=False), SENDER.address))
    for owner in ("Sarah Kim", "Dr Itō"):
        wire = by_owner.build(recipient(owner=owner, practice="Oak"), NOW).wire
        assert_mailbox(wire, "From", owner, SENDER.address)
    unowned = by_owner.build(recipient(owner="", practice="Oak"), NOW).wire
    assert_mailbox(unowned, "From", "Oak", SENDER.address)
