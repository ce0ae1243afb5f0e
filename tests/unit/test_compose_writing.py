"""Plain writing and HTML: there and back, and nothing lost on the way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.compose.writing import (
    Block,
    Run,
    read_back,
    read_writing,
    tidy,
    to_html,
    whole_address,
)
from engine.sample import sample

PLAIN = (
    '<p>Hi {{firstname|default("you")}},<br>a &lt; b &amp; c</p>\n'
    "<ul><li><strong>one</strong></li><li>two</li></ul>\n"
    '<p><a href="https://oak.example/?a=1&amp;b=2">Book <em>now</em></a> <u>today</u></p>'
)


def test_plain_writing_is_read_and_written_as_it_was() -> None:
    writing = read_writing(PLAIN)
    assert writing is not None
    assert [block.kind for block in writing] == ["p", "ul", "ul", "p"]
    assert writing[0].runs == (Run('Hi {{firstname|default("you")}},\na < b & c'),)
    assert writing[1].runs == (Run("one", bold=True),)
    assert writing[3].runs[1] == Run("now", italic=True, link="https://oak.example/?a=1&b=2")
    assert read_writing(to_html(writing)) == writing


@pytest.mark.parametrize(
    "source",
    [
        '<p style="color:red">Hi</p>',
        "<table><tr><td>Hi</td></tr></table>",
        "<p>Hi</p><img src='https://oak.example/a.png' alt='A'>",
        "<!-- note --><p>Hi</p>",
        "<!doctype html><html><body><p>Hi</p></body></html>",
        "<p>Hi <b>there</p>",
        "<ul><li>a<ul><li>b</li></ul></li></ul>",
        "<ul><li><p>a</p></li></ul>",
        "<ul><li>a</li></ul><ul><li>b</li></ul>",
        '<p><a href="https://oak.example" target="_blank">Hi</a></p>',
        "<p><a>Hi</a></p>",
        "<h1>Hi</h1>",
        "<p>Hi</p><script>alert(1)</script>",
    ],
)
def test_what_is_more_than_plain_writing_is_not_taken_for_it(source: str) -> None:
    assert read_writing(source) is None


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ("Hello\n <b>you</b>", "<p>Hello <strong>you</strong></p>"),
        ("", ""),
        ("<p></p><p><br></p>", "<p><br></p>\n<p><br></p>"),
        ("<p> a  b </p>", "<p>a b</p>"),
        ("<p>a &nbsp;b</p>", "<p>a &nbsp;b</p>"),
    ],
)
def test_what_looks_alike_is_written_in_one_way(source: str, kept: str) -> None:
    writing = read_writing(source)
    assert writing is not None and to_html(writing) == kept


def test_the_sample_practice_writes_plainly() -> None:
    emails = [each for each in sample()["templates"] if each["channel"] == "email"]
    assert emails and all(read_writing(each["body"]) is not None for each in emails)


WORDS = st.text(st.sampled_from('ab <>&"\n\u00a0{}é🙂'), max_size=12)
RUNS = st.builds(
    Run, WORDS, st.booleans(), st.booleans(), st.booleans(),
    st.sampled_from(["", "https://oak.example/?a=1&b=2", "mailto:a@oak.example"]),
)  # fmt: skip
BLOCKS = st.builds(
    lambda kind, runs: Block(kind, tidy(runs)),
    st.sampled_from(["p", "ul", "ol"]), st.lists(RUNS, max_size=4),
)  # fmt: skip


@given(st.lists(BLOCKS, max_size=4).map(tuple))
def test_whatever_is_written_is_read_again(writing: tuple[Block, ...]) -> None:
    once = read_back(writing)
    assert once is not None
    assert read_back(once) == once
    said = ["".join(run.text for run in block.runs).strip("\n ") for block in writing]
    read = ["".join(run.text for run in block.runs).strip("\n ") for block in once]
    assert [" ".join(each.split()) for each in read] == [" ".join(each.split()) for each in said]


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("", ""), (" example.org/a b ", "https://example.org/a b"),
        ("http://example.org", "http://example.org"), ("example.org:8080", "https://example.org:8080"),
        ("ann@example.org", "mailto:ann@example.org"), ("tel:+12025550101", "tel:+12025550101"),
        ("mailto:ann@example.org", "mailto:ann@example.org"),
        ("{{practice}}", "{{practice}}"),
    ],
)  # fmt: skip
def test_an_address_is_taken_as_it_was_meant(typed: str, address: str) -> None:
    assert whole_address(typed) == address
