"""Every text can be read on every ground it is put on, in both themes and on paper."""

from __future__ import annotations

import re
from dataclasses import asdict
from itertools import product

import pytest

from canvas.palette import PAPER, Colours, colours_of
from tests.gui.contrast import LEAST, SIGN, contrast
from views.theme import DARK, LIGHT, Theme, sheet
from views.widgets.tiles import TILES, tile_colour

THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
PLAIN = ("ground", "surface", "raised")
"""What a page, a card and what is under the pointer stand on."""
PAIRS = [
    *product(("text", "muted"), (*PLAIN, "neutral_soft", "accent_soft", "goal_soft")),
    *product(("text",), ("completed_soft", "harm_soft")),
    *product(("accent_text",), (*PLAIN, "neutral_soft", "accent_soft", "goal_soft")),
    *product(("completed_text",), (*PLAIN, "completed_soft", "neutral_soft")),
    *product(("goal_text",), (*PLAIN, "goal_soft", "neutral_soft")),
    *product(("harm",), (*PLAIN, "harm_soft", "neutral_soft", "goal_soft")),
    ("on_accent", "accent"), ("surface", "accent_text"), ("surface", "text"),
]  # fmt: skip
RULE = re.compile(r"([^{}]+)\{([^{}]+)\}")
TEXT, GROUND = re.compile(r"(?<![-\w])color: (#\w+)"), re.compile(r"background: (#\w+)")


@THEMES
def test_every_colour_of_text_on_every_ground_it_meets(theme: Theme) -> None:
    found = {pair: contrast(*(getattr(theme, name) for name in pair)) for pair in PAIRS}
    assert {pair: value for pair, value in found.items() if value < LEAST} == {}


@THEMES
def test_whatever_the_sheet_puts_together(theme: Theme) -> None:
    """Also what is hovered, pressed, checked, selected or disabled."""
    seen = {}
    for who, what in RULE.findall(sheet(theme)):
        text, ground = TEXT.search(what), GROUND.search(what)
        if text and ground:
            seen[who.strip()] = contrast(text[1], ground[1])
    assert len(seen) >= 20
    assert {who: value for who, value in seen.items() if value < LEAST} == {}


@THEMES
def test_a_chosen_text_in_a_field(theme: Theme) -> None:
    pairs = re.findall(
        r"selection-background-color: (#\w+);\s+selection-color: (#\w+)", sheet(theme)
    )
    assert len(pairs) >= 3
    assert [pair for pair in pairs if contrast(*pair) < LEAST] == []


@THEMES
def test_the_icons_of_steps_on_their_tiles(theme: Theme) -> None:
    assert [kind for kind in TILES if contrast(theme.text, tile_colour(kind, theme)) < LEAST] == []


@pytest.mark.parametrize("name", ["light", "dark", "paper"])
def test_what_is_drawn_of_a_flow(name: str) -> None:
    """Cards, the labels of lanes, badges, numbers beside edges and a plus in each of its states."""
    colours: Colours = PAPER if name == "paper" else colours_of(asdict(themes()[name]))
    pairs = [
        *product((colours.text, colours.muted, colours.number, colours.fault),
                 (colours.card, colours.ground)),
        (colours.number, colours.yes_ground), (colours.muted, colours.quiet_ground),
        (colours.card, colours.fault),
        *((colours.text, tile) for tile in colours.tiles.values()),
    ]  # fmt: skip
    assert [(pair, contrast(*pair)) for pair in pairs if contrast(*pair) < LEAST] == []
    # The sign of a plus under the pointer is no text.
    assert contrast(colours.card, colours.accent) >= SIGN


def themes() -> dict[str, Theme]:
    return {theme.name: theme for theme in (LIGHT, DARK)}
