"""No email body may run or fetch code (quality.md, "For people" 17)."""

from __future__ import annotations

import pytest

from engine.compose.safety import unsafe
from engine.documents.template import check_template

HARMFUL = [
    "<script>alert(1)</script>",
    "<SCRIPT src=//x.example/a.js>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href=" java\tscript:alert(1)">x</a>',
    '<a href="&#106;avascript:alert(1)">x</a>',
    '<a href="vbscript:x">x</a>',
    '<a href="data:text/html,x">x</a>',
    '<img src=x onerror="alert(1)">',
    '<p onclick="x()">x</p>',
    "<svg onload=alert(1)>",
    "<iframe src='https://x.example'></iframe>",
    "<object data=x></object>",
    "<form action='https://x.example'><input name=a></form>",
    '<meta http-equiv="refresh" content="0;url=https://x.example">',
    '<p style="background:url(javascript:x)">x</p>',
    "<base href='https://x.example/'>",
]
HARMLESS = [
    "<p>Hello {{firstname}}, <b>welcome</b></p>",
    '<a href="https://oak.example/?a=1&amp;b=2">book</a>',
    '<a href="mailto:hello@oak.example">write</a> <a href="tel:+12025550123">call</a>',
    '<img src="https://oak.example/a.png" alt="The javascript: of it" style="width:100%">',
    "<table><tr><td style='color:#333'>On Monday, onclick is a word</td></tr></table>",
    "1 < 2 and 3 > 2",
]


@pytest.mark.parametrize("body", HARMFUL)
def test_what_could_run_is_refused_in_words(body: str) -> None:
    assert unsafe(body) is not None
    template = {
        "format": "practice-crm/template@1", "name": "T", "channel": "email", "subject": "S",
        "body": f"<p>Hello</p>{body}",
    }  # fmt: skip
    (fault,) = check_template(template).faults
    assert fault.startswith("body: holds ") and fault.endswith("take it out")


@pytest.mark.parametrize("body", HARMLESS)
def test_ordinary_mail_is_not(body: str) -> None:
    assert unsafe(body) is None
