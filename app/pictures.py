"""Every screen as a picture: its name (screens.md) and how the window is brought there."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple, TypeVar

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QComboBox, QPushButton, QRadioButton, QScrollArea, QWidget

from app.stage import Stage
from canvas.operations import Slot
from db.errors import KnownError
from engine.catalogue import FlowState
from engine.counted import entries
from engine.number import Counted
from engine.tasks_page import Ask, queue
from engine.vocabulary import STEP_TYPES, TRIGGER, TRIGGERS
from views.builder import BuilderPage
from views.contacts import ContactsPage
from views.places import counted_place
from views.ports import Place

WELCOME, WITH_HOURS = "New lead welcome series", "Insurance check"
BOOKING = "How to book"

MOST = 100
"""Tasks among which one is about somebody."""
PEOPLE = """\
First name,Last name,E-mail,Mobile phone,Born,Insurance,Notes
Amelia,Brooks,amelia.brooks@example.org,(202) 555-0176,05/31/1980,Verified,asked for mornings
Noah,Castillo,noah.castillo@example.org,(202) 555-0143,11/02/1974,Pending,
Grace,Okafor,grace.okafor@example.org,(202) 555-0128,01/19/1991,Not started,moved here in spring
"""

P = TypeVar("P", bound=QWidget)


class Picture(NamedTuple):
    """A screen: the name of its file, and what brings the window there."""

    name: str
    bring: Callable[[Stage], None]


def _page(name: str, stage: Stage) -> None:
    stage.go(Place(name))


def _commands(stage: Stage) -> None:
    stage.window.open_palette()


def _record(name: str, stage: Stage) -> None:
    stage.go(Place(name, 1))


def _contact(stage: Stage) -> None:
    """Somebody about whom something is to be done."""
    with stage.workspace.store.read() as connection:
        tasks = queue(connection, Ask(), MOST, 0).tasks
    stage.go(Place("contacts", next(task.contact_id for task in tasks if task.contact_id)))


def _import(stage: Stage) -> None:
    stage.go(Place("contacts"))
    page = stage.window.page
    if not isinstance(page, ContactsPage):
        raise KnownError("The contacts did not open.")
    with TemporaryDirectory() as folder:
        file = Path(folder) / "new-patients.csv"
        file.write_text(PEOPLE, encoding="utf-8")
        page.table.import_file(file)
        stage.settle()


def _builder(name: str, tab: str, stage: Stage) -> BuilderPage:
    return _build(stage, _flow(stage, lambda flow: flow.name == name).id, tab)


def _shown(name: str, tab: str, stage: Stage) -> None:
    _builder(name, tab, stage)


def _build_shown(stage: Stage) -> None:
    page = _builder(WELCOME, "build", stage)
    page.build.drawing.numbers.click()
    stage.settle()
    page.build.show_card(str(page.session.flow.value["steps"][0]["id"]))


def _counted(stage: Stage) -> None:
    flow = stage.flow(WELCOME)
    back = Place("automation", flow, "performance")
    stage.go(counted_place(Counted("enrolled", flow), back))


def _hours(stage: Stage) -> None:
    _builder(WITH_HOURS, "details", stage)
    stage.part(QRadioButton, "hours-only").click()
    stage.settle()
    schedule = stage.part(QWidget, "run-schedule")
    _scroll(schedule)


def _picker(stage: Stage) -> None:
    page = _builder(WELCOME, "build", stage)
    view = page.build.drawing.view
    middle = view.mapToGlobal(view.rect().center()) - QPoint(60, 160)
    page.build.drawing.scene.add_asked.emit(Slot(None, "", 1), middle)


def _trigger(kind: str, stage: Stage) -> BuilderPage:
    page = _build(stage, _flow(stage, lambda flow: _starts_by(flow, kind)).id, "build")
    page.build.show_card(TRIGGER)
    stage.settle()
    return page


def _trigger_shown(kind: str, stage: Stage) -> None:
    _trigger(kind, stage)


def _trigger_open(stage: Stage) -> None:
    _trigger(TRIGGERS[0], stage)
    stage.part(QComboBox, "trigger-type").showPopup()


def _step(kind: str, stage: Stage) -> None:
    flow = _flow(stage, lambda flow: bool(_steps(flow, kind)))
    _build(stage, flow.id, "build").build.show_card(_steps(flow, kind)[0])


def _steps(flow: FlowState, kind: str) -> list[str]:
    return [step.id for step in flow.flow.steps.values() if step.type == kind]


def _rehearse(stage: Stage) -> None:
    _builder(WELCOME, "build", stage).build.rehearse()
    stage.settle()
    stage.part(QPushButton, "rehearse-run").click()


def _why(stage: Stage) -> None:
    """The way of one who is in it or was."""
    flow = stage.flow(WELCOME)
    with stage.workspace.store.read() as connection:
        found = entries(connection, Counted("enrolled", flow), stage.now, limit=1).entries
    whose = tuple(("contact", str(each.person.id)) for each in found)
    stage.go(Place("automation", flow, "build", whose))


def _start(stage: Stage) -> None:
    stage.window.offer_start()


def _goals(stage: Stage) -> None:
    _builder(WELCOME, "details", stage)
    part = stage.part(QWidget, "goal-options")
    _scroll(part.findChildren(QPushButton)[2])


def _create(stage: Stage) -> None:
    stage.go(Place("automation", None, "create"))


def _create_build(stage: Stage) -> None:
    _create(stage)
    change = stage.window.findChild(QPushButton, "start-change")
    if change is not None and change.isVisible():
        # The draft of the picture before this one.
        change.click()
    stage.part(QPushButton, "recipe-1").click()
    stage.settle()
    stage.part(QPushButton, "create-next").click()
    stage.settle()


def _email_preview(stage: Stage) -> None:
    page = _builder(WELCOME, "build", stage)
    page.build.show_card(str(page.session.flow.value["steps"][0]["id"]))
    stage.settle()
    stage.part(QPushButton, "email-preview-open").click()


def _email_editor(stage: Stage) -> None:
    stage.go(Place("templates", stage.email(BOOKING), "edit"))


def _build(stage: Stage, flow: int, tab: str) -> BuilderPage:
    stage.go(Place("automation", flow, tab))
    page = stage.window.page
    if not isinstance(page, BuilderPage):
        raise KnownError("The builder did not open.")
    return page


def _flow(stage: Stage, meant: Callable[[FlowState], bool]) -> FlowState:
    with stage.workspace.store.read() as connection:
        flows = stage.workspace.catalogue(connection).flows.values()
    return next(flow for flow in flows if flow.kind == "automation" and meant(flow))


def _starts_by(flow: FlowState, kind: str) -> bool:
    return flow.flow.trigger is not None and flow.flow.trigger["type"] == kind


def _scroll(widget: QWidget) -> None:
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QScrollArea) and (inside := parent.widget()) is not None:
            top = widget.mapTo(inside, QPoint(0, -24)).y()
            parent.verticalScrollBar().setValue(top)
        parent = parent.parentWidget()


PICTURES = (
    Picture("start", _start),
    Picture("commands", _commands),
    Picture("automation-list", partial(_page, "automations")),
    Picture("builder-build", _build_shown),
    Picture("builder-details", partial(_shown, WELCOME, "details")),
    Picture("builder-hours", _hours),
    Picture("builder-performance", partial(_shown, WELCOME, "performance")),
    Picture("builder-picker", _picker),
    *(Picture(f"trigger-{kind}", partial(_trigger_shown, kind)) for kind in TRIGGERS),
    Picture("trigger-open", _trigger_open),
    *(Picture(f"step-{kind}", partial(_step, kind)) for kind in STEP_TYPES),
    Picture("rehearse", _rehearse),
    Picture("why", _why),
    Picture("goal-options", _goals),
    Picture("create-details", _create),
    Picture("create-build", _create_build),
    Picture("contacts", partial(_page, "contacts")),
    Picture("contact", _contact),
    Picture("import", _import),
    Picture("lists", partial(_page, "lists")),
    Picture("list", partial(_record, "lists")),
    Picture("counted", _counted),
    Picture("templates", partial(_page, "templates")),
    Picture("email-preview", _email_preview),
    Picture("email-editor", _email_editor),
    Picture("tasks", partial(_page, "tasks")),
    Picture("settings", partial(_page, "settings")),
)
"""Every screen there is, in the order of screens.md."""
