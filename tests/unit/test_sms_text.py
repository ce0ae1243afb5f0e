"""Segments, the opt-out line, and what an answer means (engine.md section 2)."""

from __future__ import annotations

import pytest

from engine.compose.sms import classify, might_opt_out, segments, with_opt_out


@pytest.mark.parametrize(
    ("text", "encoding", "units", "count"),
    [
        ("", "GSM-7", 0, 1),
        ("a" * 160, "GSM-7", 160, 1),
        ("a" * 161, "GSM-7", 161, 2),
        ("a" * 306, "GSM-7", 306, 2),
        ("a" * 307, "GSM-7", 307, 3),
        ("€" * 80, "GSM-7", 160, 1),
        ("€" * 81, "GSM-7", 162, 2),
        ("a" * 152 + "€" + "a" * 153, "GSM-7", 307, 3),
        ("é" * 160, "GSM-7", 160, 1),
        ("ê" + "a" * 69, "UCS-2", 70, 1),
        ("ê" + "a" * 70, "UCS-2", 71, 2),
        ("ê" * 134, "UCS-2", 134, 2),
        ("ê" * 135, "UCS-2", 135, 3),
        ("🙂" * 35, "UCS-2", 70, 1),
        ("a" * 66 + "🙂" + "a" * 66, "UCS-2", 134, 3),
    ],
)
def test_segments(text: str, encoding: str, units: int, count: int) -> None:
    found = segments(text)
    assert (found.encoding, found.units, found.count) == (encoding, units, count)


def test_the_opt_out_line_is_added_once() -> None:
    added = with_opt_out("Ready to book?")
    assert added == "Ready to book? Reply STOP to opt out"
    assert with_opt_out(added) == added
    assert with_opt_out("REPLY  stop\nto OPT OUT. Hi") == "REPLY  stop\nto OPT OUT. Hi"
    assert with_opt_out("") == "Reply STOP to opt out"
    assert with_opt_out("Don't stop now") == "Don't stop now Reply STOP to opt out"


@pytest.mark.parametrize(
    "word",
    ["stop", "unsubscribe", "cancel", "end", "quit", "revoke", "optout", "opt out", "opt-out",
     " Stop. ", "STOP!", "“stop”", "S.T.O.P", "Opt  Out", "stop\u200b", "ＳＴＯＰ"],
)  # fmt: skip
def test_opt_out_words(word: str) -> None:
    assert classify(word) == "opt_out"


def test_the_other_words() -> None:
    assert {classify(word) for word in ("STOPALL", "Stop all", "stop   ALL!")} == {"opt_out_all"}
    assert [classify(word) for word in ("start", "UNSTOP.")] == ["opt_in"] * 2
    assert [classify(word) for word in ("Help", "info?")] == ["help"] * 2


@pytest.mark.parametrize(
    "text",
    ["please take me off your list", "Please stop", "stop, please!", "STOP thanks", "stpo",
     "unsubcribe", "Unsubscribe me please", "alto", "parar", "No me escriban más", "¡Basta!",
     "Don’t text me anymore.", "Remove me from your list", "do not contact me", "No more texts",
     "Hola, por favor no me escriban más. Gracias", "Dejen de escribirme", "leave me alone"],
)  # fmt: skip
def test_plain_language_opt_outs(text: str) -> None:
    assert classify(text) == "opt_out"
    assert not might_opt_out(text)


@pytest.mark.parametrize(
    "text",
    ["cancel my appointment", "please cancel", "stop by tomorrow?", "can you stop by", "k", "yes",
     "", "   ", "?", "😀", "no thanks", "the end of the week", "can I start on Monday?",
     "help me find you", "I take the non-stop bus", "is it a baby?", "I stopped by at noon"],
)  # fmt: skip
def test_replies_that_are_no_opt_out(text: str) -> None:
    assert classify(text) == "reply"
    assert not might_opt_out(text)


@pytest.mark.parametrize(
    "text",
    ["stop it with the reminders, call me instead", "STOP 🛑", "who is this? wrong number",
     "I asked you to remove me last week", "why do you never stop", "I don't want any more texts",
     "ya no quiero que me escriban, no me escriban tanto", "this is spam", "I am opting out ok?"],
)  # fmt: skip
def test_what_merely_might_be_one_is_flagged(text: str) -> None:
    assert classify(text) == "reply"
    assert might_opt_out(text)
