"""How fast a flow of 2,000 cards opens, pans, is drawn whole and follows what is typed, in seconds.

`python tests/benchmarks/canvas.py [N]`. Nothing is shown on a screen. Each figure is held against
its bar in quality.md ("flow of 2,000 cards").
"""

from __future__ import annotations

import os
import statistics
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

# In place of this folder, whose names would hide the standard library's.
sys.path.pop(0)
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from canvas.look import Caption
from canvas.operations import new_step, steps_in_order
from canvas.palette import colours_of
from canvas.scene import FlowScene
from canvas.view import FlowView
from db.session import temporary_store
from engine.documents.drawable import LANES
from engine.vocabulary import STEP_TYPES, TRIGGER
from tests.benchmarks.measure import START, figure, practice, report, seconds
from tests.gui.fakes import DirectDesk
from views.builder import BuilderPage
from views.icons import icon
from views.session import BLANK
from views.theme import LIGHT, dress

FRAMES = 300
NUMBER = "1,271 sent · 58% opened"
OPEN, PAN, FIT, KEY = 0.500, 0.016, 0.033, 0.008
"""Seconds: to open, the 95th percentile of a frame while panning, the median of one that fits, the
median of a letter typed into a step's field."""
SHORT = 20
"""Steps of the flow that a letter in the long one is held against, at most `TIMES` over."""
TIMES = 8
LETTERS = 60
SAID: dict[str, dict[str, Any]] = {
    "send_email": {"template": "Welcome"},
    "send_sms": {"text": "Hi {{firstname}}, ready to book?"},
    "create_task": {"title": "Call back"},
    "set_property": {"value": "Welcome"},
    "add_to_list": {"list": "Welcomed"},
}


def flow(count: int) -> dict[str, Any]:
    """A flow of so many steps: runs of five, then an if/then with lanes of four and of none."""
    plain = sorted(set(STEP_TYPES) - {"if_then"})
    steps: list[dict[str, Any]] = []
    made = 0

    def run(length: int) -> list[dict[str, Any]]:
        nonlocal made
        first, made = made, made + length
        return [{"id": f"s{at}", "type": plain[at % len(plain)]} for at in range(first, made)]

    while made < count - 10:
        steps += run(5)
        made += 1
        steps.append({"id": f"s{made - 1}", "type": "if_then", "yes": run(4), "no": run(made % 4)})
    steps += run(count - made)
    return {"name": "Long", "trigger": {"type": "became_patient"}, "steps": steps}


def captions(document: dict[str, Any]) -> dict[str, Caption]:
    """The words of every card."""
    words = {TRIGGER: Caption("Enrollment trigger", "When someone becomes a patient")}
    for _, step in steps_in_order(document):
        words[step["id"]] = Caption("Send email", f"Welcome to step {step['id']}, {{firstname}}")
    return words


def opened(document: dict[str, Any], words: dict[str, Caption]) -> FlowView:
    """The flow on a canvas of 1,280 × 800, drawn."""
    icons = {kind: icon(kind, LIGHT.text) for kind in (TRIGGER, *STEP_TYPES)}
    scene = FlowScene(icons, colours_of(asdict(LIGHT)))
    view = FlowView(scene)
    scene.setParent(view)
    view.resize(1280, 800)
    scene.show(document, words, {}, {id: NUMBER for id in words})
    view.show_start()
    view.show()
    QTest.qWaitForWindowExposed(view)
    draw(view)
    return view


def draw(view: FlowView) -> None:
    """Draw what is due."""
    QCoreApplication.sendPostedEvents()


def pan(view: FlowView, turn: int) -> None:
    """One frame of panning down and to and fro."""
    view.pan(QPoint(23 if turn % 40 < 20 else -23, 61))
    draw(view)


def whole(view: FlowView) -> None:
    """One frame of the fitted flow, all of it drawn anew."""
    view.viewport().repaint()


def zoom(view: FlowView, turn: int) -> None:
    """One frame of zooming out from 100 % and in again."""
    view.zoom_to(0.97 ** (turn % 60 if turn % 120 < 60 else 60 - turn % 60))
    draw(view)


def filled(step: dict[str, Any]) -> dict[str, Any]:
    """A step that says all it must in a `practice`, and its lanes."""
    made = {**new_step({"steps": []}, step["type"]), **SAID.get(step["type"], {}), "id": step["id"]}
    return {**made, **{lane: list(map(filled, step[lane])) for lane in LANES if lane in step}}


def typing(count: int) -> float:
    """The median of a letter typed into a step of so many, to where it stands on its card."""
    with temporary_store() as store:
        desk = DirectDesk(practice(store), START)
        page = BuilderPage(desk)
        page.resize(1280, 800)
        page.session.begin()
        page.show()
        drawn = flow(count)
        steps = list(map(filled, drawn["steps"]))
        page.session.flow.load({**BLANK, **drawn, "steps": steps})
        page.session.settle()
        task = next(step for step in steps if step["type"] == "create_task")
        page.build.show_card(task["id"])
        title = page.findChild(QLineEdit, "task-title")
        assert title is not None

        def press() -> None:
            QTest.keyClick(title, Qt.Key.Key_A)
            page.session.settle()

        taken = [seconds(press) for _ in range(LETTERS)]
        page.hide()
    return statistics.median(taken)


def main() -> None:
    """Measure and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    app = QApplication([])
    dress(app, LIGHT)
    document = flow(count)
    words = captions(document)
    opened({**document, "steps": []}, words).deleteLater()
    views: list[FlowView] = []
    opening = seconds(lambda: views.append(opened(document, words)))
    view = views[0]
    pans = [seconds(pan, view, turn) for turn in range(FRAMES)]
    zooms = [seconds(zoom, view, turn) for turn in range(FRAMES)]
    view.fit()
    draw(view)
    fitted = [seconds(whole, view) for _ in range(FRAMES)]
    numbers = {id: NUMBER for id in words}
    typed = [{**words, "s9": Caption("Send email", "Welcome"[:end])} for end in range(1, 8)]
    editing = [seconds(view.flow.show, document, each, {}, numbers) for each in typed]
    view.hide()
    short, long = typing(SHORT), typing(count)
    report(
        [
            figure("open", opening, OPEN, 1, most=True),
            figure("pan, p95", statistics.quantiles(pans, n=20)[-1], PAN, 1, most=True),
            figure("zoom, p95", statistics.quantiles(zooms, n=20)[-1], FIT, 1, most=True),
            figure("fitted frame", statistics.median(fitted), FIT, 1, most=True),
            figure("a letter drawn", statistics.median(editing), FIT, 1, most=True),
            figure("a letter typed", long, KEY, 1, most=True),
            figure("a letter typed, long and short flow", long, short, TIMES, most=True),
        ]
    )


if __name__ == "__main__":
    main()
