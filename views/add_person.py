"""The panel that adds a person by hand or as a walk-in, with faults beside the fields."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QWidget

from db.errors import KnownError
from engine.commands.persons import WrongFields, add_person
from engine.people import ways_here
from engine.wording.local import Ways
from views.once import do_once
from views.ports import Desk
from views.theme import GRID
from views.widgets.fields import Field, Line
from views.widgets.kit import button, column, label, row

ABOUT: Final = frozenset({"contacts", "lists", "numbers", "tasks"})
WIDE: Final = 320
MOST: Final = 2_000
"""Characters a field takes: more than any may have, so that a long one is refused, not cut."""


class AddPerson(QFrame):
    """Hidden until it is opened. `added` gives the new person's id, `closed` says it is done."""

    added = Signal(int)
    closed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._source = "manual"
        self.setProperty("kind", "card")
        self.setObjectName("add-contact-panel")
        self.setFixedWidth(WIDE)
        self._title = label("", "heading", wraps=True)
        self._fields = {
            name: Field(title, Line(hint, MOST), name=f"add-contact-{name.replace('_', '-')}")
            for name, title, hint in (
                ("first_name", self.tr("First name"), ""),
                ("last_name", self.tr("Last name"), ""),
                ("email", self.tr("Email"), "ann@example.org"),
                ("phone", self.tr("Phone"), ""),
                ("dob", self.tr("Date of birth"), ""),
            )
        }
        for each in self._fields.values():
            self._line(each).returnPressed.connect(self._add)
            self._line(each).textEdited.connect(partial(self._mend, each))
        self._fault = label("", "fault", wraps=True, name="add-contact-fault")
        close = button("", self.leave, "flat", icon_name="close", name="add-contact-close",
                       tip=self.tr("Close"))  # fmt: skip
        self._save = button(self.tr("Add"), self._add, "primary", name="add-contact-save")
        cancel = button(self.tr("Cancel"), self.leave, name="add-contact-cancel")
        head = row(self._title, close)
        head.setStretch(0, 1)
        head.setAlignment(close, Qt.AlignmentFlag.AlignTop)
        foot = row(None, cancel, self._save)
        self.setLayout(
            column(head, *self._fields.values(), self._fault, foot, None, gap=12,
                   margins=(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID))
        )  # fmt: skip
        self.hide()

    def open(self, source: str) -> None:
        """Show it empty, for a person from `manual` or `walk_in`."""
        self._source = source
        walk_in = source == "walk_in"
        self._title.setText(self.tr("Add a walk-in") if walk_in else self.tr("Add a contact"))
        for field in self._fields.values():
            self._line(field).clear()
            field.fault("")
        self._fault.hide()
        self._desk.ask(self, ways_here, self._hint, "ways")
        self.show()
        self._fields["first_name"].control.setFocus()

    def leave(self) -> None:
        """Add nobody."""
        self.hide()
        self.closed.emit()

    def _hint(self, ways: Ways) -> None:
        self._line(self._fields["phone"]).setPlaceholderText(ways.phone)
        self._line(self._fields["dob"]).setPlaceholderText(ways.dob)
        self._fields["dob"].help(self.tr("Like {} or 1980-05-31.").format(ways.dob))

    def _mend(self, field: Field, text: str) -> None:
        """What was wrong with a field is, while it is written anew, no longer known to be."""
        field.fault("")
        self._fault.hide()

    def _line(self, field: Field) -> Line:
        assert isinstance(field.control, Line)
        return field.control

    def _add(self) -> None:
        values = {name: self._line(field).text() for name, field in self._fields.items()}
        source = self._source
        do_once(
            self._desk, self._save,
            lambda workspace, now: add_person(workspace, source, values, now),
            self._done, self._refused, about=ABOUT,
        )  # fmt: skip

    def _done(self, contact_id: int) -> None:
        self.leave()
        self.added.emit(contact_id)

    def _refused(self, fault: KnownError) -> None:
        faults = fault.faults if isinstance(fault, WrongFields) else {}
        for name, field in self._fields.items():
            field.fault(faults.get(name, ""))
        self._fault.setText("" if faults else fault.sentence)
        self._fault.setVisible(not faults)
        for name in faults:
            self._fields[name].control.setFocus()
            break
