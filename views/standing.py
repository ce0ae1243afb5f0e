"""Where one was on the canvas: its scale, what of the flow was seen and what was selected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from canvas.view import LEAST, MOST, FlowView


def standing(view: FlowView, number: int | None) -> dict[str, Any]:
    """How the canvas stands on a flow, as plain JSON."""
    seen = view.seen()
    return {
        "zoom": round(view.zoom(), 3),
        "flow": number,
        "at": [round(seen.center().x()), round(seen.top())],
        "selected": view.flow.selected_ids(),
    }


def stand(view: FlowView, number: int | None, kept: Mapping[str, Any]) -> None:
    """Stand like that again; on another flow than then no more than its scale is taken over."""
    zoom, at, selected = kept.get("zoom"), kept.get("at"), kept.get("selected")
    if isinstance(zoom, int | float) and LEAST <= zoom <= MOST:
        view.zoom_to(zoom)
    if kept.get("flow") != number:
        return
    if isinstance(at, list) and len(at) == 2 and all(isinstance(each, int) for each in at):
        view.show_at(*at)
    if isinstance(selected, list):
        view.flow.select([each for each in selected if each in view.flow.faces])
