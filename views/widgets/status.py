"""The status bar: how the engine does, what is next, and on which store (screens.md section 0)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QFrame

from engine.calendar import to_datetime
from engine.outlets import folder_words, transport_key
from engine.wording.times import clock_words, near_words
from views.icons import icon
from views.theme import GRID, theme_of
from views.widgets.elided import ElidedButton, ElidedLabel
from views.widgets.kit import button, label, restyle, reword, row

STARTING: Final = "starting"
RUNNING: Final = "running"
PAUSED: Final = "paused"
OFFLINE: Final = "offline"
TROUBLE: Final = "trouble"
STOPPED: Final = "stopped"

ENGINE, NEXT, FOLDER, STORE, USER = 120, 96, 120, 56, 40
"""Pixels of each part that a small window shows of it; none of them makes the window wider."""


@dataclass(frozen=True, slots=True)
class EngineState:
    """How the engine does.

    `mood` is one of those above, `next_due` the next instant at which anything is due, `waiting`
    how many messages are to go out, `trouble` a sentence about what is in its way.
    """

    mood: str = STARTING
    next_due: int | None = None
    waiting: int = 0
    trouble: str = ""


def in_words(instant: int, now: int, zone: ZoneInfo) -> str:
    """When something is due: "2:00 PM", "tomorrow, 9:00 AM"."""
    at = to_datetime(instant, zone)
    if at.date() == to_datetime(now, zone).date():
        return clock_words(at.time())
    return near_words(instant, now, zone)


class StatusBar(QFrame):
    """One line at the foot of the window. `pause_asked` says True to pause, False to go on.

    `waiting_asked`: show the messages that wait to go out. `folder_asked`: show the setting by
    which messages reach nobody. `leave_asked`: leave the sample practice, where it is that
    (`in_sample`).
    """

    pause_asked = Signal(bool)
    waiting_asked = Signal()
    folder_asked = Signal(str)
    leave_asked = Signal()

    def __init__(self, store: str, user: str, *, in_sample: bool = False) -> None:
        super().__init__()
        self.setProperty("kind", "status")
        self.setObjectName("status")
        self._state = EngineState()
        self._in_sample = in_sample
        self._dot = label("●")
        self._engine = ElidedLabel("", "status-engine", least=ENGINE)
        self._switch = button("", self._ask, "flat", name="status-pause")
        self._next = ElidedLabel("", "status-next", least=NEXT)
        self._waiting = button("", self.waiting_asked.emit, "flat", name="status-waiting")
        self._channels: frozenset[str] = frozenset()
        self._folder = ElidedButton("status-folder", "link", least=FOLDER)
        self._folder.clicked.connect(self._ask_folder)
        self._folder.hide()
        self._store = ElidedLabel(
            self.tr("Sample practice") if in_sample else store, "status-store", least=STORE
        )
        self._leave = button(self.tr("Leave the sample practice"), self.leave_asked.emit, "link",
                             name="status-leave")  # fmt: skip
        if not in_sample:
            self._leave.hide()
        self._user = ElidedLabel(user, "status-user", least=USER)
        for part, words in ((self._store, self.tr("Store")), (self._user, self.tr("User"))):
            part.setAccessibleName(f"{words}: {part.text()}")
        self.setLayout(
            row(
                self._dot, self._engine, self._switch, self._next, self._waiting, self._folder,
                None,
                self._store, self._leave, self._user,
                gap=2 * GRID, margins=(2 * GRID, 0, 2 * GRID, 0),
            )
        )  # fmt: skip
        self.show_state(EngineState(), 0, ZoneInfo("UTC"))

    def show_state(self, state: EngineState, now: int, zone: ZoneInfo) -> None:
        """Say how the engine does; times are told in the practice's `zone`."""
        self._state = state
        words = self._words(state)
        self._engine.setText(words)
        restyle(self._engine, "fault" if state.mood in (TROUBLE, STOPPED) else "")
        due = "" if state.next_due is None else in_words(state.next_due, now, zone)
        self._next.setText(self.tr("Next: {0}").format(due) if due else self.tr("Nothing due"))
        self._next.setVisible(state.mood in (RUNNING, OFFLINE))
        reword(self._waiting, self.tr("{0} waiting to send").format(f"{state.waiting:,}"))
        self._switch.setVisible(state.mood not in (STARTING, STOPPED))
        words = self.tr("Resume the engine") if self._paused else self.tr("Pause the engine")
        self._switch.setToolTip(words)
        self._switch.setAccessibleName(words)
        self._paint()

    def show_folder(self, channels: frozenset[str]) -> None:
        """Say whose messages reach nobody, if any do: not in the sample practice, as all know."""
        self._channels = frozenset() if self._in_sample else channels
        words = folder_words(self._channels)
        self._folder.setToolTip(words)
        self._folder.setVisible(bool(words))
        reword(self._folder, words)

    @property
    def _paused(self) -> bool:
        return self._state.mood == PAUSED

    def _words(self, state: EngineState) -> str:
        words = {
            STARTING: self.tr("Engine starting"),
            RUNNING: self.tr("Engine running"),
            PAUSED: self.tr("Engine paused"),
            OFFLINE: self.tr("Offline"),
            STOPPED: self.tr("Engine stopped: close and open the program"),
        }
        return words.get(state.mood) or state.trouble

    def _ask_folder(self) -> None:
        self.folder_asked.emit(transport_key(self._channels))

    def _ask(self) -> None:
        self.pause_asked.emit(not self._paused)

    def _paint(self) -> None:
        theme = theme_of(self)
        colours = {RUNNING: theme.completed, TROUBLE: theme.harm, STOPPED: theme.harm}
        colour = colours.get(self._state.mood, theme.goal)
        self._dot.setStyleSheet(f"color: {colour};")
        self._switch.setIcon(icon("play" if self._paused else "pause", theme.muted))

    def changeEvent(self, event: QEvent) -> None:
        """Paint in the colours of the theme that was switched on."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._paint()
