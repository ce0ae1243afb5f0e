"""A question before something that can't be undone: in the page, named, with the safe way first."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QWidget

from views.theme import GRID
from views.widgets.kit import button, column, label, row


class Confirm(QFrame):
    """Hidden until it asks; Escape and Keep answer no."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setProperty("kind", "popup")
        self._do: Callable[[], None] | None = None
        self._back: QWidget | None = None
        self._title = label("", "heading", wraps=True, name=f"{name}-title")
        self._words = label("", "muted", wraps=True, name=f"{name}-words")
        self.yes = button("", self._agreed, "harm", name=f"{name}-yes")
        self.no = button(self.tr("Keep it"), self.dismiss, name=f"{name}-no")
        said = column(self._title, self._words, gap=GRID // 2)
        whole = row(gap=GRID, margins=(2 * GRID, 12, 2 * GRID, 12))
        whole.addLayout(said, 1)
        for each in (self.no, self.yes):
            whole.addWidget(each, 0, Qt.AlignmentFlag.AlignVCenter)
        self.setLayout(whole)
        self.hide()

    def ask(
        self, title: str, words: str, does: str, do: Callable[[], None], *, back: QWidget
    ) -> None:
        """Ask; `does` names the deed, and `back` gets the focus afterwards."""
        self._title.setText(title)
        self._words.setText(words)
        self.yes.setText(does)
        self.yes.setAccessibleName(f"{does}: {title} {words}")
        self._do, self._back = do, back
        self.show()
        self.no.setFocus(Qt.FocusReason.PopupFocusReason)

    def dismiss(self) -> None:
        """Do nothing."""
        self.hide()
        if self._back is not None:
            self._back.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape does nothing, too."""
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    def _agreed(self) -> None:
        do = self._do
        self.dismiss()
        if do is not None:
            do()
