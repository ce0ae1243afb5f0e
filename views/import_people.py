"""The panel that brings a spreadsheet of people in: what its columns are, then what became of it.

screens.md section 8.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QProgressBar, QScrollArea, QWidget

from engine.importing import REFUSED, Look, Taken, keep_refused, look, take
from engine.intake.dates import DAY_FIRST, EITHER, MONTH_FIRST
from engine.intake.mapping import FIELDS, IGNORE, tells_apart
from engine.intake.spreadsheet import doubled
from engine.number import Counted
from engine.wording.refused import field_title
from views.places import counted_place
from views.ports import Desk, Job, Place
from views.refused import RefusedRows
from views.saving import ask_file
from views.theme import GRID
from views.widgets.fields import Choice, Field
from views.widgets.kit import button, clear, column, label, restyle, row
from views.widgets.link import Link

WIDE: Final = 360
SAMPLE: Final = 80
"""Letters of what a column's first rows say."""


class ImportPeople(QFrame):
    """Hidden until a file is looked at. `closed` says it is done."""

    closed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._file = Path()
        self._job: Job | None = None
        self._columns: list[Choice] = []
        self.setProperty("kind", "card")
        self.setObjectName("import-panel")
        self.setFixedWidth(WIDE)
        close = button("", self.leave, "flat", icon_name="close", name="import-close",
                       tip=self.tr("Close"))  # fmt: skip
        self._title = label(self.tr("Import contacts"), "heading")
        self._name = label("", "muted", wraps=True)
        self._body = column(gap=12, margins=(0, 0, GRID, 0))
        inside = QWidget()
        inside.setLayout(self._body)
        area = QScrollArea(widgetResizable=True)
        area.setAccessibleName(self.tr("Import contacts"))
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        self._foot = column(gap=8)
        head = row(self._title, None, close)
        self.setLayout(
            column(head, self._name, area, self._foot, gap=12,
                   margins=(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID))
        )  # fmt: skip
        self.hide()

    def look_at(self, file: Path) -> None:
        """Show what a file says, before anything of it is brought in."""
        self._file = file
        self._name.setText(file.name)
        self._begin(self.tr("Reading the file…"))
        self._job = self._desk.work(
            self, lambda workspace, progress, cancelled: look(workspace, file),
            self._show_columns, lambda share: None, lambda fault: self._refuse(fault.sentence),
        )  # fmt: skip

    def leave(self) -> None:
        """Close; what is under way is stopped."""
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self.hide()
        self.closed.emit()

    def _clear(self) -> None:
        clear(self._body)
        clear(self._foot)

    def _begin(self, words: str) -> None:
        self._clear()
        self._body.addWidget(label(words, "muted", wraps=True, name="import-words"))
        self.show()

    def _refuse(self, sentence: str) -> None:
        self._job = None
        self._clear()
        self._body.addWidget(label(sentence, "fault", wraps=True, name="import-fault"))
        self._body.addWidget(button(self.tr("Close"), self.leave, name="import-leave"))
        self._body.addStretch(1)

    def _show_columns(self, looked: Look) -> None:
        preview = looked.preview
        self._job = None
        self._clear()
        said = self.tr("Say what each column is. Below it stands what its first rows say. Dates of "
                       "birth may be written like {} or 1980-05-31.")  # fmt: skip
        words = label(said.format(looked.dob), "muted", wraps=True, name="import-hint")
        self._body.addWidget(words)
        offered = [(IGNORE, self.tr("Leave out"))]
        offered += [(field, field_title(field)) for field in FIELDS]
        orders = {place: self._order_words(order) for place, order in preview.orders.items()}
        self._columns = []
        for place, (header, taken) in enumerate(zip(preview.headers, preview.fields, strict=True)):
            choice = Choice("", offered)
            choice.put(taken or IGNORE)
            field = Field(header or self.tr("(no heading)"), choice, name=f"import-column-{place}")
            seen = [cells[place] for cells in preview.rows if place < len(cells)]
            field.help("\n".join(filter(None, (_sample(seen), orders.get(place)))))
            choice.chosen.connect(self._judge)
            self._columns.append(choice)
            self._body.addWidget(field)
        self._status = Choice("", [("lead", self.tr("Leads")), ("patient", self.tr("Patients"))])
        self._status.put("lead")
        whose = self.tr("People whose row does not say are")
        self._body.addWidget(Field(whose, self._status, name="import-status"))
        self._body.addStretch(1)
        self._lay_foot(looked)

    def _lay_foot(self, looked: Look) -> None:
        need = self.tr("Say which column is the email, the phone, or a name and the date of birth: "
                       "by that people are told apart.")  # fmt: skip
        self._need = label(need, "fault", wraps=True, name="import-need")
        self._start = button(self.tr("Import"), self._import, "primary", name="import-start")
        cancel = button(self.tr("Cancel"), self.leave, name="import-cancel")
        self._spare = label("", "muted", wraps=True, name="import-spare")
        self._foot.addWidget(self._need)
        self._foot.addWidget(self._spare)
        if looked.starting:
            self._foot.addWidget(label(self._starting_words(looked.starting), wraps=True,
                                       name="import-starting"))  # fmt: skip
        self._foot.addLayout(row(None, cancel, self._start))
        self._judge()
        first = next(iter(self._columns), cancel)
        (self._start if self._start.isEnabled() else first).setFocus()

    def _order_words(self, order: str) -> str:
        """How a column of dates that could be read in two ways is read."""
        return {
            DAY_FIRST: self.tr("Read with the day first, like 31/05/1980."),
            MONTH_FIRST: self.tr("Read with the month first, like 05/31/1980."),
            EITHER: self.tr("Some have the day first, some the month: rows that could be read "
                            "either way are refused."),
        }[order]  # fmt: skip

    def _starting_words(self, starting: int) -> str:
        if starting == 1:
            return self.tr("1 automation that is turned on starts for new contacts.")
        return self.tr("{:,} automations that are turned on start for new contacts.").format(
            starting
        )

    def _judge(self) -> None:
        said = [choice.value() for choice in self._columns]
        good = tells_apart(said)
        self._need.setHidden(good)
        spare = sorted(field_title(field) for field in doubled(said))
        self._spare.setText(
            self.tr("Several columns are the same: {}. Of each row only one of them is "
                    "read.").format(", ".join(spare))
        )  # fmt: skip
        self._spare.setVisible(bool(spare))
        self._start.setEnabled(good)

    def _import(self) -> None:
        said = [choice.value() for choice in self._columns]
        columns = [None if field == IGNORE else field for field in said]
        file, status, now = self._file, self._status.value() or "lead", self._desk.now()
        self._begin(self.tr("Bringing people in…"))
        bar = QProgressBar()
        bar.setTextVisible(False)
        bar.setAccessibleName(self.tr("How much of the file is in"))
        self._body.addWidget(bar)
        stop = button(self.tr("Stop"), self._stop, name="import-stop")
        self._body.addLayout(row(None, stop))
        self._body.addStretch(1)
        self._job = self._desk.work(
            self,
            lambda workspace, progress, cancelled: take(
                workspace, file, columns, status, now, progress, cancelled
            ),
            self._tell, lambda share: bar.setValue(round(100 * share)),
            lambda fault: self._refuse(fault.sentence),
        )  # fmt: skip

    def _stop(self) -> None:
        self.leave()
        self._desk.say(
            self.tr("The import was stopped. People already brought in stay; you can import the "
                    "file again.")
        )  # fmt: skip

    def _tell(self, taken: Taken | None) -> None:
        self._job = None
        if taken is None:
            return
        self._clear()
        result, faults = taken.result, RefusedRows(taken.result.refusals)
        self._body.addLayout(self._counts(taken, faults))
        self._body.addWidget(faults)
        if taken.refused_file is not None:
            self._offer_refused(taken.refused_file)
        elif result.refused:
            self._offer_elsewhere(taken)
        self._body.addLayout(
            row(None, button(self.tr("Done"), self.leave, "primary", name="import-done"))
        )
        self._body.addStretch(1)

    def _counts(self, taken: Taken, faults: RefusedRows) -> QGridLayout:
        """What became of the rows; a number opens what it counts, where that can be told."""
        result, numbers = taken.result, QGridLayout()
        for place, (title, count, kind, opens) in enumerate((
            (self.tr("Rows read"), result.read, "", partial(_open_file, self._file)),
            (self.tr("New people"), result.created, "good", partial(self._show_new, taken.at)),
            (self.tr("Known before, brought up to date"), result.merged - result.twice, "", None),
            (self.tr("Twice in this file"), result.twice, "", None),
            (self.tr("Refused"), result.refused, "fault", faults.unfold),
        )):  # fmt: skip
            numbers.addWidget(label(title, "muted", wraps=True), place, 0)
            name, words = f"import-count-{place}", f"{count:,}"
            counted = label(words, name=name)
            if count:
                counted = label(words, kind, name=name)
                if opens is not None:
                    counted = Link(words, opens, name, kind)
                    counted.setAccessibleName(f"{title}: {words}")
                    counted.setWordWrap(False)
            numbers.addWidget(counted, place, 1, Qt.AlignmentFlag.AlignRight)
        return numbers

    def _show_new(self, at: int) -> None:
        self._desk.open(counted_place(Counted("imported", at=at), Place("contacts")))

    def _offer_refused(self, file: Path) -> None:
        said = self.tr("The refused rows are in {}: mend them there and import that file.")
        self._body.addWidget(label(said.format(file.name), wraps=True, name="import-refused"))
        show = partial(QDesktopServices.openUrl, QUrl.fromLocalFile(str(file.parent)))
        self._body.addLayout(
            row(button(self.tr("Open its folder"), show, name="import-folder"), None)
        )

    def _offer_elsewhere(self, taken: Taken) -> None:
        """The import stands, but nothing could be written beside the file."""
        said = self.tr("Everybody else is in. The refused rows could not be written beside {}: "
                       "save them elsewhere to mend them.").format(self._file.name)  # fmt: skip
        words = label(said, "fault", wraps=True, name="import-refused")
        self._body.addWidget(words)
        ask = partial(
            ask_file, self, self.tr("Save the refused rows"), f"{self._file.stem}{REFUSED}",
            self.tr("Tables (*.csv)"), partial(self._save_refused, taken, words),
        )  # fmt: skip
        self._body.addLayout(
            row(button(self.tr("Save them elsewhere…"), ask, name="import-elsewhere"), None)
        )

    def _save_refused(self, taken: Taken, words: QLabel, file: Path) -> None:
        def saved(_: None) -> None:
            words.setText(self.tr("The refused rows are in {}.").format(file))
            restyle(words, "")

        self._desk.work(
            self, lambda workspace, progress, cancelled: keep_refused(taken, file), saved,
            lambda share: None, lambda fault: words.setText(fault.sentence),
        )  # fmt: skip


def _sample(cells: list[str]) -> str:
    """What a column's first rows say, cut where it is long."""
    said = " · ".join(filter(None, cells))
    return said if len(said) <= SAMPLE else f"{said[:SAMPLE].rstrip()}…"


def _open_file(file: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(file)))
