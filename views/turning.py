"""Turning the automation that is open on and off, and what is to be known then."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import QObject

from engine.commands import flows
from engine.problems import SETTINGS
from engine.workspace import Workspace
from views.session import Session

_FLOWS: Final = frozenset({"flows", "numbers"})


class Turning(QObject):
    """Turns the saved flow of a session on or off; only the answer shows it."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session

    def turn(self, on: bool) -> None:
        """Turn the flow on or off, as it is saved."""
        session, saved = self._session, self._session.saved
        if saved is not None:
            command = partial(_turn, saved.id, on)
            session.desk.do(self, command, lambda _: self._turned(on), about=_FLOWS)

    def _turned(self, on: bool) -> None:
        session = self._session
        warnings = session.problems.warnings
        lacks = [each.words for each in warnings if each.where.startswith(SETTINGS)]
        if on and lacks:
            session.desk.say(self.tr("It is on. {}.").format(". ".join(lacks)))
        session.look_again()


def _turn(flow_id: int, on: bool, workspace: Workspace, at: int) -> None:
    (flows.activate if on else flows.pause)(workspace, flow_id, at)
