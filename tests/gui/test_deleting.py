"""What is in use is not deleted, and says who uses it; what was deleted elsewhere is a badge."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from canvas.operations import steps_in_order
from db.errors import KnownError
from engine.commands.removal import remove
from engine.commands.settings import put_template
from engine.naming import load_names
from tests.gui.fakes import DirectDesk
from tests.gui.people import static_list
from views.builder import BuilderPage
from views.ports import Changes, Place
from views.templates import TemplatesPage

WELCOME = "Welcome to Practice EHR"
SPARE = {"format": "practice-crm/template@1", "name": "Spare", "channel": "email",
         "subject": "Hi", "body": "<p>Hello</p>"}  # fmt: skip


@pytest.fixture
def page(qtbot: QtBot, sample_desk: DirectDesk) -> TemplatesPage:
    put_template(sample_desk.workspace, SPARE)
    made = TemplatesPage(sample_desk)
    qtbot.addWidget(made)
    made.resize(1080, 720)
    made.show()
    made.go(Place("templates"))
    return made


def names(page: TemplatesPage) -> list[str]:
    return [row.name for row in page.table.rows.rows]


def press(page: QWidget, name: str) -> None:
    found = page.findChild(QPushButton, name)
    assert found is not None, name
    found.click()


def act(page: TemplatesPage, name: str) -> None:
    page.table.acted.emit(next(r for r in page.table.rows.rows if r.name == name), "delete")


def test_a_template_in_use_says_by_what(page: TemplatesPage, sample_desk: DirectDesk) -> None:
    act(page, WELCOME)
    assert "used by automation “New lead welcome series”" in sample_desk.words[-1]
    assert sample_desk.words[-1].endswith("choose another one there first.")
    assert WELCOME in names(page)


def test_one_that_nothing_uses_is_deleted_by_name(
    page: TemplatesPage, sample_desk: DirectDesk
) -> None:
    act(page, "Spare")
    title = page.findChild(QLabel, "template-delete-title")
    assert title is not None and title.text() == "Delete “Spare”?"
    press(page, "template-delete-yes")
    assert "Spare" not in names(page)
    assert sample_desk.words[-1] == "“Spare” was deleted."


def test_one_that_came_into_use_meanwhile_stays(
    page: TemplatesPage, sample_desk: DirectDesk, qtbot: QtBot
) -> None:
    act(page, "Spare")
    builder = opened(qtbot, sample_desk)
    use(builder, "template", "Spare", "send_email")
    builder.session.settle()
    press(builder, "builder-update")
    press(page, "template-delete-yes")
    assert sample_desk.words[-1] == (
        "'Spare' is in use by the automation 'New lead welcome series': take it out there first."
    )
    page.go(Place("templates"))
    assert "Spare" in names(page)


def test_search_and_sorting(page: TemplatesPage) -> None:
    page.table.horizontalHeader().sectionClicked.emit(0)
    assert names(page) == sorted(names(page), key=str.casefold, reverse=True)
    page.search.setText("spare")
    assert names(page) == ["Spare"]
    page.search.setText("zzz")
    press(page, "template-show-all")
    assert len(names(page)) > 1


def opened(qtbot: QtBot, desk: DirectDesk) -> BuilderPage:
    builder = BuilderPage(desk)
    qtbot.addWidget(builder)
    builder.resize(1100, 780)
    builder.show()
    with desk.workspace.store.read() as reader:
        flow_id = load_names(reader).automations["New lead welcome series"]
    builder.go(Place("automation", flow_id))
    return builder


def use(builder: BuilderPage, key: str, name: str, type: str) -> str:
    """Let the first step of a type refer to something; its id."""
    steps = [step for _, step in steps_in_order(builder.session.flow.value)]
    step = next(step for step in steps if step["type"] == type)
    builder.build.editor.selection = [step["id"]]
    builder.build.editor.change_step({**step, key: name}, "")
    return str(step["id"])


@pytest.mark.parametrize(
    ("kind", "key", "type"), [("email", "template", "send_email"), ("list", "list", "add_to_list")]
)
def test_what_was_deleted_elsewhere_is_a_badge_that_refuses_update(
    qtbot: QtBot, sample_desk: DirectDesk, kind: str, key: str, type: str
) -> None:
    put_template(sample_desk.workspace, SPARE)
    static_list(sample_desk.workspace, "Spare")
    builder = opened(qtbot, sample_desk)
    id = use(builder, key, "Spare", type)
    builder.session.settle()
    assert not builder.session.problems.faults
    remove(sample_desk.workspace, kind, "Spare")
    sample_desk.changed.emit(Changes(frozenset({"templates", "lists"})))
    (fault,) = builder.session.problems.faults
    assert fault.where == id and "Spare" in fault.words
    assert builder.session.problems.badges()[id]
    press(builder, "builder-update")
    assert sample_desk.words[-1] == fault.words
    with sample_desk.workspace.store.read() as reader:
        assert "Spare" not in load_names(reader).of(kind)
    with pytest.raises(KnownError, match="Spare"):
        remove(sample_desk.workspace, kind, "Spare")
