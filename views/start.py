"""The first start: a sample practice, one's own contacts, or nothing yet (screens.md section 0)."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QLayout,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QStackedLayout,
    QWidget,
)

from db.errors import KnownError
from views.icons import icon
from views.ports import Desk, Job, Place, Sample
from views.theme import GRID, theme_of
from views.widgets.kit import button, card, column, label, row

CARD = 192
PICTURE = 28
WORDS = 560
IMPORT = Place("contacts", options=(("import", "choose"),))


class StartPage(QWidget):
    """Offers the ways to begin, and shows how far the chosen one is.

    `finished` says that it begins here, `sample_built` that the sample practice stands ready.
    """

    finished = Signal()
    sample_built = Signal()

    def __init__(self, desk: Desk, sample: Sample | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sample = sample
        self.setProperty("kind", "page")
        self.setObjectName("start")
        self._desk = desk
        self._job: Job | None = None
        self._pictures: dict[str, QLabel] = {}
        self._layers = QStackedLayout(self)
        self._choice, self._first = self._offer()
        self._bar = QProgressBar()
        self._progress = self._watch()
        for layer in (self._choice, self._progress):
            self._layers.addWidget(layer)
        self._paint()

    def changeEvent(self, event: QEvent) -> None:
        """Draw the pictures in the colours of the theme that was switched on."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._paint()

    def ask(self) -> None:
        """Offer the ways to begin."""
        self._layers.setCurrentWidget(self._choice)
        there = self._sample is not None and self._sample.there()
        self._look.setText(
            self.tr("Go on in the sample practice") if there else self.tr("Open a sample practice")
        )
        self._first.setFocus()

    def fill(self) -> None:
        """Build the sample practice in its own store, unless it is there."""
        sample = self._sample
        if sample is None:
            return
        self._wait(self.tr("Building the sample practice"))
        now = self._desk.now()
        self._job = self._desk.work(
            self,
            lambda workspace, tell, cancelled: sample.build(now, tell, cancelled),
            self._filled, self._hear, self._refuse,
        )  # fmt: skip

    def bring(self) -> None:
        """Go where a file's columns are asked for, and who the people in it are."""
        self.finished.emit()
        self._desk.open(IMPORT)

    def stop(self) -> None:
        """Stop what is under way."""
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self.ask()
        self._fault.setText(
            self.tr("Stopped. Begin again whenever you like: nobody comes in twice.")
        )
        self._fault.show()

    def _offer(self) -> tuple[QWidget, QPushButton]:
        title = label(self.tr("Welcome to Practice CRM"), "title", name="start-title")
        said = self.tr(
            "Automations greet, remind and follow up for your practice. How would you like to "
            "begin?"
        )
        self._look = button("", self.fill, "primary", name="start-sample")
        look = self._way(
            "automations", self.tr("Look around first"),
            self.tr("A sample practice with people, automations and three months of results, "
                    "apart from your own. Nothing is really sent."), self._look,
        )  # fmt: skip
        if self._sample is None:
            look[0].hide()
        ways = [
            look,
            self._way(
                "import", self.tr("Bring your people"),
                self.tr("A spreadsheet from the system you use now. Those who are in it twice "
                        "are merged."),
                button(self.tr("Import my contacts"), self.bring, name="start-import"),
            ),
            self._way(
                "add", self.tr("Begin with nothing"),
                self.tr("Draw your first automation, and add people as they come."),
                button(self.tr("Start empty"), self.finished.emit, name="start-empty"),
            ),
        ]  # fmt: skip
        self._fault = label("", "fault", wraps=True, name="start-fault")
        self._fault.hide()
        head = column(_centred(title), _centred(label(said, "muted", wraps=True)), gap=GRID)
        whole = QWidget()
        whole.setLayout(
            column(
                None, head, row(None, *(way for way, _ in ways), None, gap=2 * GRID),
                row(None, self._fault, None), None, gap=3 * GRID, margins=(3 * GRID,) * 4,
            )
        )  # fmt: skip
        return whole, ways[0 if self._sample is not None else 1][1]

    def _paint(self) -> None:
        colour = theme_of(self).accent_text
        for name, drawn in self._pictures.items():
            drawn.setPixmap(icon(name, colour).pixmap(PICTURE, PICTURE))

    def _way(
        self, picture: str, heading: str, words: str, does: QPushButton
    ) -> tuple[QFrame, QPushButton]:
        drawn = QLabel()
        self._pictures[picture] = drawn
        inside = column(
            drawn, label(heading, "heading", wraps=True), label(words, "muted", wraps=True),
            None, does, gap=GRID,
        )  # fmt: skip
        made = card(inside)
        made.setMinimumWidth(CARD)
        made.setMaximumWidth(2 * CARD)
        made.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        does.setAccessibleDescription(words)
        return made, does

    def _watch(self) -> QWidget:
        self._doing = label("", "heading", wraps=True, name="start-doing")
        self._bar.setObjectName("start-progress")
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("How far it is"))
        self._cancel = button(self.tr("Cancel"), self.stop, name="start-cancel")
        return _panel(column(self._doing, self._bar, row(None, self._cancel), gap=2 * GRID))

    def _wait(self, words: str) -> None:
        self._fault.hide()
        self._doing.setText(words)
        self._bar.setRange(0, 0)
        self._layers.setCurrentWidget(self._progress)
        self._cancel.setFocus()

    def _hear(self, share: float) -> None:
        if share > 0:
            self._bar.setRange(0, 1000)
            self._bar.setValue(round(share * 1000))

    def _refuse(self, fault: KnownError) -> None:
        self._job = None
        self.ask()
        self._fault.setText(fault.sentence)
        self._fault.show()

    def _filled(self, _: None) -> None:
        self._job = None
        self.sample_built.emit()


def _centred(made: QLabel) -> QLabel:
    made.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return made


def _panel(inside: QLayout) -> QWidget:
    made = card(inside)
    made.setMinimumWidth(CARD)
    made.setMaximumWidth(WORDS)
    whole = QWidget()
    middle = row(None, made, None)
    middle.setStretch(1, 4)
    whole.setLayout(column(None, middle, None, margins=(3 * GRID,) * 4))
    return whole
