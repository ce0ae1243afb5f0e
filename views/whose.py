"""Asks which stands, where another desk saved the automation that is being changed here."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from engine.wording.differences import differences
from views.notice import Notice
from views.session import Session


class Whose(QObject):
    """Asks it in a notice; `save` saves what is drawn here."""

    def __init__(self, session: Session, notice: Notice, save: Callable[[], None]) -> None:
        super().__init__(session)
        self._session, self._notice, self._save = session, notice, save

    def ask(self) -> None:
        """Say how the two differ, and offer each."""
        session = self._session
        lines = [] if session.saved is None else differences(
            session.saved.document, session.flow.value
        )  # fmt: skip
        # Enter in the field one types in must answer nothing.
        self._notice.ask(
            self.tr("Another desk saved this automation while it was being changed here"),
            [*lines, self.tr("Yours is still on the canvas. Taking theirs can be undone.")],
            [("whose-later", self.tr("Keep editing"), "", lambda: None),
             ("whose-theirs", self.tr("Take theirs"), "", self._take_theirs),
             ("whose-mine", self.tr("Save mine over it"), "harm", self._save_mine)],
            focus=False,
        )  # fmt: skip

    def _save_mine(self) -> None:
        self._session.stand_over()
        self._save()

    def _take_theirs(self) -> None:
        session = self._session
        if session.saved is not None:
            session.stand_over()
            session.flow.edit(self.tr("Take what the other desk saved"), session.saved.document)
