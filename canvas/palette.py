"""The colours a flow is drawn in, by what they are for.

The canvas knows no screen: whoever shows it fills `Colours` from the theme by `colours_of`.
Text on its ground has a contrast of 4.5:1 or more, in both themes (quality.md "For people" 19).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from PySide6.QtGui import QColor

_PALE: Final = {
    "trigger": "#fef0c3", "send_email": "#dbe8fe", "send_sms": "#d6f7e1", "delay": "#e9e5fd",
    "if_then": "#fce3ef", "create_task": "#ffe9d2", "set_property": "#def1fd",
    "add_to_list": "#eceef2",
}  # fmt: skip
_DEEP: Final = {
    "trigger": "#54420f", "send_email": "#213f74", "send_sms": "#1b4a30", "delay": "#3b3470",
    "if_then": "#5c2745", "create_task": "#5c3a17", "set_property": "#1b4861",
    "add_to_list": "#39424e",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Colours:
    """The colours of a drawing, as #rrggbb; `tiles` by step type and "trigger"."""

    ground: str
    dots: str
    card: str
    card_line: str
    edge: str
    text: str
    muted: str
    number: str
    yes_ground: str
    quiet_ground: str
    accent: str
    accent_soft: str
    fault: str
    tiles: Mapping[str, str]

    def tile(self, kind: str) -> QColor:
        """The soft colour behind the icon of a kind of card."""
        return QColor(self.tiles.get(kind, self.quiet_ground))


def colours_of(theme: Mapping[str, str]) -> Colours:
    """The canvas's colours in a theme, given by the names of `views.theme.Theme`."""
    dark = QColor(theme["ground"]).lightness() < 128
    return Colours(
        ground=theme["ground"],
        dots=theme["dots"],
        card=theme["surface"],
        card_line=theme["line_strong"],
        edge=QColor(theme["line_strong"]).darker(100 if dark else 116).name(),
        text=theme["text"],
        muted=theme["muted"],
        number=theme["completed_text"],
        yes_ground=theme["completed_soft"],
        quiet_ground=theme["neutral_soft"],
        accent=theme["accent"],
        accent_soft=theme["accent_soft"],
        fault=theme["harm"],
        tiles=_DEEP if dark else _PALE,
    )


PAPER: Final = Colours(
    ground="#ffffff", dots="#ffffff", card="#ffffff", card_line="#c9ced6", edge="#a7afba",
    text="#1b2430", muted="#5b6675", number="#12702f", yes_ground="#dcfce7",
    quiet_ground="#eceef1", accent="#1a56db", accent_soft="#e6eefd", fault="#b42318", tiles=_PALE,
)  # fmt: skip
"""What is exported or printed: dark on white, whatever the screen's theme."""
