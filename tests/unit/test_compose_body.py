"""The two bodies of an email."""

from __future__ import annotations

import pytest

from db.errors import KnownError
from engine.compose.body import Bodies, Letterhead, compile_bodies, to_text

OAK = Letterhead("Oak & Elm", "1 Oak Street\nSpringfield")
ANN = {"firstname": "Ann <3", "unsubscribe": "mailto:leave@oak.example?subject=a&body=b"}


def html_of(bodies: Bodies) -> str:
    return bodies.html.fill(ANN)


def test_a_fragment_becomes_a_document_with_a_footer() -> None:
    page = html_of(compile_bodies("<p>Hi {{firstname}}</p>", OAK))
    assert page.startswith("<!DOCTYPE html>") and page.endswith("</html>\n")
    assert 'name="viewport"' in page
    assert "<p>Hi Ann &lt;3</p>" in page
    assert "Oak &amp; Elm<br>\n1 Oak Street<br>\nSpringfield<br>" in page
    assert '<a href="mailto:leave@oak.example?subject=a&amp;body=b"' in page


def test_a_document_is_kept_and_gets_the_footer_at_its_end() -> None:
    source = "<!doctype html><html><BODY class='x'><p>Hi {{firstname}}</p></BODY></html>"
    page = html_of(compile_bodies(source, OAK, preview="Look, {{firstname}}"))
    assert page.count("<html") == 1
    opening, closing = page.index("<BODY class='x'>"), page.index("</BODY>")
    assert opening < page.index("Look, Ann &lt;3") < page.index("<p>Hi") < page.index("Oak &amp;")
    assert page.index("Unsubscribe</a>") < closing


def test_a_document_without_a_body_tag_still_gets_its_footer() -> None:
    page = html_of(compile_bodies("<html><p>Hi</p></html>", OAK))
    assert page.index("<p>Hi</p>") < page.index("Unsubscribe</a>")


def test_the_preview_text_is_hidden_and_escaped() -> None:
    page = html_of(compile_bodies("<p>Hi</p>", OAK, preview="A & B"))
    assert "display:none" in page and "A &amp; B&#847;" in page
    assert "display:none" not in html_of(compile_bodies("<p>Hi</p>", OAK))


def test_the_text_body_says_the_same_without_markup() -> None:
    source = "<style>p{}</style><p>Hi {{firstname}} &amp; co</p><p>Bye</p>"
    assert compile_bodies(source, OAK).text.fill(ANN) == (
        "Hi Ann <3 & co\n\nBye\n\n-- \nOak & Elm\n1 Oak Street\nSpringfield\n"
        "Unsubscribe: mailto:leave@oak.example?subject=a&body=b\n"
    )


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("plain", "plain"),
        ("<p>a\n  b</p>\n<p>c</p>", "a b\n\nc"),
        ("a<br>b<br><br>c", "a\nb\n\nc"),
        ('<a href="https://x.org/?a=1&amp;b=2">here</a>', "here (https://x.org/?a=1&b=2)"),
        ('<a href="https://x.org">https://x.org</a>', "https://x.org"),
        ('<a href="https://x.org"><img src="i.png" alt="Logo"></a>', "Logo (https://x.org)"),
        ('<a href="https://x.org"></a>', "https://x.org"),
        ('<a href="#top">up</a><a>none</a>', "upnone"),
        ("<ul><li>one<li><p>two</p></li></ul>end", "- one\n- two\n\nend"),
        ("<ol><li>one</li><li>two</li></ol>", "1. one\n2. two"),
        ("<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>", "1 2\n3"),
        ("<head><title>no</title></head><body>yes<script>no()</script></body>", "yes"),
        ("<div><div>deep</div></div>after", "deep\n\nafter"),
        ("<h1>Head</h1>text<hr>more", "Head\n\ntext\n---\nmore"),
        ("</p></ul></a></script>stray < & > ends", "stray < & > ends"),
        ("<li>loose", "- loose"),
        ("&eacute;&#233;&nope;", "éé&nope;"),
    ],
)
def test_html_as_text(source: str, text: str) -> None:
    assert to_text(source) == text


def test_a_token_in_a_link_reaches_the_text() -> None:
    bodies = compile_bodies("<a href=\"https://x.org/{{lastname|default('me')}}\">you</a>", OAK)
    assert bodies.text.fill({}).startswith("you (https://x.org/me)")


def test_a_template_that_is_no_template_is_refused() -> None:
    for source, preview in (("{% if a %}", ""), ("<p>ok</p>", "{{x}}"), ("{{unsubscribe}}", "")):
        with pytest.raises(KnownError):
            compile_bodies(source, OAK, preview)
