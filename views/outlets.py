"""What the settings screen says to the ways out: a secret to keep, a test of the mail."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from db.errors import KnownError
from engine.workspace import Workspace
from views.once import do_once
from views.ports import Desk
from views.theme import GRID
from views.widgets.fields import Field, Line
from views.widgets.kit import button, column, label, row

LONGEST = 200


class SecretField(QWidget):
    """A password or token that can be given and never seen: whether it is kept, and Change.

    What is typed goes to the keyring or a private file (`Desk.outlets`) and is forgotten here.
    """

    def __init__(self, desk: Desk, key: str, title: str, name: str) -> None:
        super().__init__()
        self._desk, self._key = desk, key
        self._line = QLineEdit()
        self._line.setEchoMode(QLineEdit.EchoMode.Password)
        self._line.setMaxLength(LONGEST)
        self._line.returnPressed.connect(self._keep)
        self._state = label(self.tr("Not set yet"), "muted", name=f"{name}-state")
        self._change = button(self.tr("Change…"), self._open, "link", name=f"{name}-change")
        self._change.setAccessibleName(self.tr("Change: {}").format(title))
        self._typing = QWidget()
        self._put = button(self.tr("Keep"), self._keep, name=f"{name}-keep")
        leave = button(self.tr("Cancel"), self._close, "flat", name=f"{name}-cancel")
        line = row(self._line, self._put, leave, gap=GRID)
        line.setStretch(0, 1)
        self._typing.setLayout(line)
        known = row(self._state, self._change, None, gap=2 * GRID)
        self._field = Field(title, self._line, name=name,
                            inside=column(known, self._typing, gap=GRID // 2))  # fmt: skip
        self.setLayout(column(self._field, gap=0))
        self._typing.hide()

    def show_kept(self, kept: bool) -> None:
        """Say whether there is one."""
        self._state.setText(self.tr("Kept, not shown") if kept else self.tr("Not set yet"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc leaves what is kept as it is."""
        if event.key() == Qt.Key.Key_Escape and not self._typing.isHidden():
            self._close()
        else:
            super().keyPressEvent(event)

    def _open(self) -> None:
        self._typing.show()
        self._change.hide()
        self._line.setFocus()

    def _close(self) -> None:
        self._line.clear()
        self._field.fault("")
        self._change.show()
        self._change.setFocus()
        self._typing.hide()

    def _keep(self) -> None:
        secret, outlets, key = self._line.text(), self._desk.outlets, self._key
        if not secret:
            self._field.fault(self.tr("Type it, or cancel."))
            return

        def command(workspace: Workspace, now: int) -> None:
            outlets.keep(key, secret)

        def kept(_: None) -> None:
            self.show_kept(True)
            # Something else may have been typed since.
            if self._line.text() == secret:
                self._close()

        do_once(self._desk, self._put, command, kept, self._refused, about=frozenset({"settings"}))

    def _refused(self, fault: KnownError) -> None:
        self._field.fault(fault.sentence)


class MailTest(QWidget):
    """An address, and Send a test: one email the way the saved settings say."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._allowed, self._under_way = True, False
        self._line = Line("", 320)
        self._line.setPlaceholderText(self.tr("you@example.org"))
        self._line.returnPressed.connect(self._send)
        self._button = button(self.tr("Send a test"), self._send, name="mail-test-send")
        line = row(self._line, self._button, gap=GRID)
        line.setStretch(0, 1)
        self._field = Field(self.tr("Send a test to"), self._line, name="mail-test", inside=line)
        self.setLayout(column(self._field, gap=0))

    def allow(self, saved: bool) -> None:
        """A test is of what is saved: while something is not, none can be sent."""
        if saved == self._allowed:
            return
        self._allowed = saved
        self._line.setEnabled(saved)
        self._set_under_way(self._under_way)
        self._field.help("" if saved else self.tr("Save first: a test goes as the settings say."))
        self._field.fault("")

    def _set_under_way(self, under_way: bool) -> None:
        self._under_way = under_way
        self._button.setEnabled(self._allowed and not under_way)

    def _send(self) -> None:
        if not self._button.isEnabled():
            return
        address, outlets, now = self._line.text().strip(), self._desk.outlets, self._desk.now()
        if not address:
            self._field.fault(self.tr("Type the address a test is to go to."))
            return

        def job(
            workspace: Workspace, tell: Callable[[float], None], cancelled: Callable[[], bool]
        ) -> str:
            return outlets.test_email(address, now)

        self._set_under_way(True)
        self._field.fault("")
        self._field.help(self.tr("On its way…"))
        self._desk.work(self, job, self._sent, lambda share: None, self._refused)

    def _sent(self, words: str) -> None:
        self._set_under_way(False)
        self._field.help(words)

    def _refused(self, fault: KnownError) -> None:
        self._set_under_way(False)
        self._field.help("")
        self._field.fault(fault.sentence)
