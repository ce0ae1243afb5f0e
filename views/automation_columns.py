"""What the list of automations says of each, column by column (screens.md section 1)."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from engine.overview import Row
from views.tables import Action, Column
from views.widgets.statcard import number, percent


def title(row: Row) -> str:
    """What an automation is called; one that was only begun may have no name yet."""
    return row.name or _tr("Automation without a name")


def automation_columns() -> tuple[Column, ...]:
    """The columns in their order."""
    return (
        Column(_tr("Name"), title, "name", under=lambda row: row.words, chip=_chip,
               tip=lambda row: f"{title(row)}\n{row.words}", opens="build"),
        Column(_tr("Status"), _status, "status", on=_is_on, tip=_status, width=120),
        Column(_tr("Trigger"), lambda row: row.title, "trigger",
               icon=lambda row: row.trigger, width=208, spare=True),
        Column(_tr("Enrolled"), lambda row: number(None if row.is_new else row.enrolled),
               "enrolled", number=True, tip=_inside, opens="enrolled", width=88),
        Column(_tr("Completed"), lambda row: percent(row.completed), "completed",
               number=True, opens="completed", width=100),
        Column(_tr("Goal reached"), lambda row: percent(row.goal), "goal",
               number=True, opens="goal", width=112),
        Column(_tr("Actions"), lambda row: "", width=136, acts=_acts, actions=(
            Action("performance", "performance", _tr("Performance")),
            Action("duplicate", "duplicate", _tr("Duplicate")),
            Action("export", "export", _tr("Export…")),
            Action("delete", "delete", _tr("Delete…")),
        )),
    )  # fmt: skip


def _tr(words: str) -> str:
    return QCoreApplication.translate("AutomationsPage", words)


def _chip(row: Row) -> str:
    if row.is_new:
        return _tr("Draft")
    return _tr("Unsaved changes") if row.unsaved else ""


def _is_on(row: Row) -> bool | None:
    return None if row.is_new else row.status == "active"


def _status(row: Row) -> str:
    if row.is_new:
        return _tr("Not saved yet")
    words = {
        "active": _tr("On: it takes in everybody its trigger is about"),
        "paused": _tr("Off: nobody new enters, and those inside stand still"),
    }
    return words.get(row.status, _tr("Off: never turned on yet"))


def _inside(row: Row) -> str:
    return _status(row) if row.is_new else _tr("{:,} in it now").format(row.active)


def _acts(row: Row, action: Action) -> bool:
    # What was never saved has no numbers, and nothing to copy or hand on.
    return not row.is_new or action.name == "delete"
