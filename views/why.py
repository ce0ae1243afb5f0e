"""Why, drawn: one person's way through a flow, on the canvas and in sentences (screens.md 2)."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QComboBox, QListWidget, QListWidgetItem, QWidget

from engine.paths import Path, path_of
from engine.people import rows as people
from engine.vocabulary import END, TRIGGER
from engine.wording.times import moment_words
from engine.workspace import Reader
from views.ports import Desk
from views.widgets.kit import button, column, frame, label, row

_STEP = Qt.ItemDataRole.UserRole


class WhyPanel(QWidget):
    """Tells each of a person's enrolments; `path_shown` says the cards passed, in order."""

    path_shown = Signal(list)
    step_chosen = Signal(str)
    closed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self._paths: Sequence[Path] = ()
        self._zone = ZoneInfo("UTC")
        self._which = QComboBox()
        self._which.setObjectName("why-which")
        self._which.setAccessibleName(self.tr("Which time they were in it"))
        self._which.activated.connect(self._show)
        self._moments = QListWidget()
        self._moments.setObjectName("why-moments")
        self._moments.setAccessibleName(self.tr("What happened, step by step"))
        self._moments.setWordWrap(True)
        self._moments.setProperty("kind", "plain")
        self._moments.currentItemChanged.connect(self._choose)
        self._none = label(self.tr("This person was never in this automation."), "muted",
                           wraps=True)  # fmt: skip
        close = button("", self.closed.emit, "flat", icon_name="close", name="why-close",
                       tip=self.tr("Close"))  # fmt: skip
        self._whose = label("", "muted", wraps=True, name="why-whose")
        head = row(label(self.tr("Why"), "heading"), None, close)
        inside = column(
            head, self._whose, self._which, self._none, self._moments, margins=(16, 8, 8, 16)
        )
        self.setLayout(column(frame("side-right", inside)))

    def show_contact(self, contact_id: int, flow_id: int, zone: ZoneInfo) -> None:
        """Tell the way of a contact through a flow; instants are said in the practice's zone."""
        self._zone = zone

        def ask(reader: Reader) -> tuple[str, list[Path]]:
            names = [person.name for person in people(reader, [contact_id])]
            return ", ".join(names), path_of(reader, contact_id, flow_id)

        self.desk.ask(self, ask, self._fill, "why")

    def _fill(self, answer: tuple[str, list[Path]]) -> None:
        name, paths = answer
        self._paths = paths
        self._whose.setText(self.tr("What happened to {0}, and why").format(name))
        self._whose.setVisible(bool(name))
        self._which.clear()
        for path in paths:
            self._which.addItem(
                self.tr("Entered {}").format(moment_words(path.enrolled_at, self._zone))
            )
        self._which.setVisible(len(paths) > 1)
        self._none.setVisible(not paths)
        self._moments.setVisible(bool(paths))
        if paths:
            self._which.setCurrentIndex(len(paths) - 1)
            self._show(len(paths) - 1)
        else:
            self.path_shown.emit([])

    def _show(self, place: int) -> None:
        path = self._paths[place]
        self._moments.clear()
        for moment in path.moments:
            said = row(label(moment_words(moment.at, self._zone), "muted"), None)
            told = column(said, label(moment.sentence, wraps=True), gap=0, margins=(4, 6, 4, 6))
            shown = QWidget()
            shown.setLayout(told)
            item = QListWidgetItem(self._moments)
            item.setData(_STEP, moment.step)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, moment.sentence)
            item.setSizeHint(QSize(0, told.heightForWidth(self._moments.viewport().width())))
            self._moments.setItemWidget(item, shown)
        passed = [TRIGGER]
        for _, to in path.edges:
            if to not in passed:
                passed.append(to)
        self.path_shown.emit(passed)

    def _choose(self, item: QListWidgetItem | None) -> None:
        step = None if item is None else item.data(_STEP)
        if step and step != END:
            self.step_chosen.emit(str(step))
