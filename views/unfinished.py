"""Letting go of an automation that was begun and never saved, with the way back."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import QCoreApplication, QObject

from engine.drafts import Draft, DraftKey
from engine.workspace import Workspace
from views.ports import Desk

_ABOUT: Final = frozenset({"drafts"})


def let_go(desk: Desk, owner: QObject, number: int, called: str) -> None:
    """Forget the draft of a new automation, and offer Undo where it could be read."""
    key = DraftKey(desk.name, "automation", number)
    words = QCoreApplication.translate("AutomationsPage", "“{}” was deleted.").format(called)

    def gone(draft: Draft | None) -> None:
        undo = None if draft is None else partial(_bring_back, desk, owner, key, draft)
        desk.say(words, undo)

    desk.do(owner, partial(_take, key), gone, about=_ABOUT)


def _bring_back(desk: Desk, owner: QObject, key: DraftKey, draft: Draft) -> None:
    desk.do(owner, partial(_put, key, draft), about=_ABOUT)


# What writes is read when it is first needed: the list stands before.


def _take(key: DraftKey, workspace: Workspace, at: int) -> Draft | None:
    from engine.commands.drafts import take_draft

    return take_draft(workspace, key)


def _put(key: DraftKey, draft: Draft, workspace: Workspace, at: int) -> int:
    from engine.commands.drafts import put_back

    return put_back(workspace, key, draft)
