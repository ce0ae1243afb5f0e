"""The template language, and the ways out of it that are closed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.errors import KnownError
from engine.compose.tokens import Filler, Token, compile_text
from engine.vocabulary import TOKENS

ANN = {"firstname": "Ann", "lastname": "Lee", "practice": "Oak Street Clinic", "owner": "Sarah"}


@pytest.mark.parametrize(
    ("source", "filled"),
    [
        ("Hi {{firstname}} {{ lastname }}", "Hi Ann Lee"),
        ("{{practice}}/{{owner}}", "Oak Street Clinic/Sarah"),
        ("{{ firstname | default('you') }}!", "Ann!"),
        ('{{firstname|fallback("you")}}\n', "Ann\n"),
        ("plain { text } and }} here", "plain { text } and }} here"),
        ("", ""),
    ],
)
def test_tokens_are_filled(source: str, filled: str) -> None:
    assert compile_text(source, escape=False).fill(ANN) == filled


@pytest.mark.parametrize(
    ("source", "filled"),
    [
        ("Hi {{firstname}}", "Hi there"),
        ("Hi {{firstname|default('you')}}", "Hi you"),
        ("Hi {{firstname|fallback('')}}.", "Hi ."),
        ("[{{lastname}}]", "[]"),
        ("{{practice}}", "the practice"),
        ("{{owner}}", "the practice"),
    ],
)
def test_an_empty_value_uses_its_fallback(source: str, filled: str) -> None:
    filler = compile_text(source, escape=False)
    assert filler.fill({}) == filler.fill({"firstname": "  ", "owner": ""}) == filled


def test_an_empty_owner_is_the_practice() -> None:
    assert compile_text("{{owner}}", escape=False).fill({"practice": "Oak"}) == "Oak"


def test_html_escapes_values_and_fallbacks_but_not_the_template() -> None:
    filler = compile_text("<b>{{firstname}}</b>{{lastname|default('<&>')}}", escape=True)
    assert filler.fill({"firstname": '<i a="b">'}) == (
        "<b>&lt;i a=&quot;b&quot;&gt;</b>&lt;&amp;&gt;"
    )


def test_a_line_break_in_a_value_becomes_a_space() -> None:
    assert compile_text("{{firstname}}", escape=False).fill({"firstname": "A\r\nB"}) == "A B"


@pytest.mark.parametrize(
    "source",
    [
        "{{ 'a' * 200000000 }}",
        "{{ 10 ** 10 ** 10 }}",
        "{{ " + "9" * 5000 + " }}",
        "{{ firstname.__class__ }}",
        "{{ firstname['x'] }}",
        "{{ firstname() }}",
        "{{ firstname ~ lastname }}",
        "{{ firstname|upper }}",
        "{{ firstname|default }}",
        "{{ firstname|default(lastname) }}",
        "{{ firstname|default('a', 'b') }}",
        "{{ firstname|default(default_value='a') }}",
        "{{ firstname|default('a')|default('b') }}",
        "{{ firstname|default(*lastname) }}",
        "{{ firstname|default('a\\nBcc: b') }}",
        "{{ 'text' }}",
        "{{ firstname if lastname else owner }}",
        "{{ firstname == lastname }}",
        "{{ [firstname] }}",
        "{{ self }}",
        "{{ first_name }}",
        "{{ unsubscribe }}",
        "{{ }}",
        "{{ firstname",
        "{% for a in range(9) %}x{% endfor %}",
        "{% raw %}{{x}}{% endraw %}",
        "{% include 'x' %}",
        "{# note #}",
        "{{ " + "(" * 5000 + "firstname" + ")" * 5000 + " }}",
        "a\0b",
    ],
)
def test_anything_else_is_refused(source: str) -> None:
    with pytest.raises(KnownError) as caught:
        compile_text("first line\n" + source, escape=False)
    assert caught.value.status == 2
    assert "line" in caught.value.sentence


def test_the_fault_names_what_and_where() -> None:
    with pytest.raises(KnownError) as caught:
        compile_text("Hello\n\n{{first_name}}", escape=False)
    assert caught.value.sentence == (
        "The template has an unknown token {{first_name}}, on line 3: use plain text and "
        "{{firstname}}, {{lastname}}, {{practice}}, {{owner}}."
    )


@given(st.text())
def test_any_text_is_compiled_or_refused_in_a_sentence(source: str) -> None:
    try:
        compile_text(source, escape=True)
    except KnownError as error:
        assert error.status == 2


@given(st.lists(st.sampled_from(TOKENS)), st.text(alphabet="ab<& é🙂\n"))
def test_filling_is_substitution(names: list[str], between: str) -> None:
    source = between.join("{{" + name + "}}" for name in names)
    filler = compile_text(source, escape=False)
    assert filler.fill(ANN) == between.join(ANN[name] for name in names)


def test_parts_are_what_the_template_says() -> None:
    filler = compile_text("a{{owner|default('b')}}c", escape=True)
    assert filler == Filler(("a", Token("owner", "b"), "c"), escape=True)
