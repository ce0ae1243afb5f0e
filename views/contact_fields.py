"""The fields of a person, to be read and changed; faults stand beside them."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from db.errors import KnownError
from engine.commands.persons import WrongFields, change_person
from engine.person import Choices, Profile
from engine.vocabulary import INSURANCE_VERIFICATIONS, STATUSES
from engine.wording.values import PROPERTY_TITLES, value_title
from views.add_person import MOST
from views.ports import Desk
from views.widgets.fields import Choice, Field, Line
from views.widgets.kit import button, card, column, label, row

ABOUT: Final = frozenset({"contacts", "lists", "tasks", "numbers"})


class ContactFields(QWidget):
    """A form of a person's fields and properties; Save changes all that was changed, at once."""

    saved = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._id = 0
        self._was: dict[str, str] = {}
        self._left: dict[int, dict[str, str]] = {}
        self._fields: dict[str, Field] = {}
        for name, title, hint in (
            ("first_name", self.tr("First name"), ""),
            ("last_name", self.tr("Last name"), ""),
            ("email", self.tr("Email"), "ann@example.org"),
            ("phone", self.tr("Phone"), ""),
            ("dob", self.tr("Date of birth"), ""),
            ("timezone", self.tr("Time zone"), self.tr("That of the practice")),
        ):
            self._add_line(name, title, hint)
        for name, options in (
            ("status", STATUSES), ("lead_source", None), ("contact_owner", ()), ("provider", ()),
            ("email_subscription", ("on", "off")), ("sms_subscription", ("on", "off")),
            ("insurance_verification", INSURANCE_VERIFICATIONS),
        ):  # fmt: skip
            if options is None:
                self._add_line(name, PROPERTY_TITLES[name], "")
            else:
                self._add_choice(name, PROPERTY_TITLES[name], options)
        self._fault = label("", "fault", wraps=True, name="contact-fault")
        self._save = button(self.tr("Save"), self._change, "primary", name="contact-save")
        self._back = button(self.tr("Discard"), lambda: self._discard(self._id),
                            name="contact-discard")  # fmt: skip
        self._made = label("", "muted", wraps=True)
        parts = column(
            label(self.tr("Details"), "heading"), *self._fields.values(), self._fault,
            row(None, self._back, self._save), self._made, gap=12,
        )  # fmt: skip
        box: QFrame = card(parts, name="contact-details")
        self.setLayout(column(box))

    def show_person(self, profile: Profile, choices: Choices) -> None:
        """Show somebody; what is being typed about a person stays, or waits till they are back."""
        typed = self._typed()
        if profile.id != self._id:
            if typed:
                self._left[self._id] = typed
            typed = self._left.pop(profile.id, {})
            self._show_faults({}, "")
            if typed:
                words = self.tr("What you changed and did not save is still here.")
                self._desk.say(words, partial(self._discard, profile.id))
        self._id, self._was = profile.id, dict(profile.values)
        self._line("phone").setPlaceholderText(choices.ways.phone)
        self._line("dob").setPlaceholderText(choices.ways.dob)
        self._fields["dob"].help(self.tr("Like {} or 1980-05-31.").format(choices.ways.dob))
        none = ("", self.tr("Nobody"))
        self._choice("contact_owner").offer([none, *((name, name) for name in choices.owners)])
        providers = sorted(choices.providers)
        self._choice("provider").offer([none, *((name, name) for name in providers)])
        for name in self._fields:
            self._put(name, typed.get(name, self._was[name]))
        for name in ("email_subscription", "sms_subscription"):
            own = name in profile.locked
            self._fields[name].control.setEnabled(not own)
            said = self.tr("They ended this themselves: only they can undo it.")
            self._fields[name].help(said if own else "")
        self._made.setText(
            self.tr("Added {added}. Last activity {active}.").format(
                added=profile.added, active=profile.last_activity
            )
        )
        self._look()

    def _add_line(self, name: str, title: str, hint: str) -> None:
        line = Line(hint, MOST)
        line.textEdited.connect(partial(self._mend, name))
        line.returnPressed.connect(self._change)
        self._fields[name] = Field(title, line, name=f"contact-{name.replace('_', '-')}")

    def _add_choice(self, name: str, title: str, options: tuple[str, ...]) -> None:
        choice = Choice("", [(each, value_title(name, each)) for each in options])
        choice.chosen.connect(lambda _: self._look())
        self._fields[name] = Field(title, choice, name=f"contact-{name.replace('_', '-')}")

    def _choice(self, name: str) -> Choice:
        control = self._fields[name].control
        assert isinstance(control, Choice)
        return control

    def _value(self, name: str) -> str:
        control = self._fields[name].control
        if isinstance(control, Choice):
            return control.value() or ""
        return self._line(name).text().strip()

    def _line(self, name: str) -> Line:
        control = self._fields[name].control
        assert isinstance(control, Line)
        return control

    def _mend(self, name: str, text: str) -> None:
        self._fields[name].fault("")
        self._fault.hide()
        self._look()

    def _put(self, name: str, value: str) -> None:
        control = self._fields[name].control
        assert isinstance(control, Choice | Line)
        control.put(value)

    def _typed(self) -> dict[str, str]:
        """What was changed and not saved."""
        now = {name: self._value(name) for name in self._fields}
        return {name: value for name, value in now.items() if value != self._was.get(name, "")}

    def _look(self) -> None:
        changed = bool(self._typed())
        self._save.setEnabled(changed)
        self._back.setEnabled(changed)
        if not changed:
            self._show_faults({}, "")

    def _show_faults(self, faults: dict[str, str], sentence: str) -> None:
        for name, field in self._fields.items():
            field.fault(faults.get(name, ""))
        self._fault.setText(sentence)
        self._fault.setVisible(bool(sentence))

    def _discard(self, contact_id: int) -> None:
        self._left.pop(contact_id, None)
        if contact_id != self._id:
            return
        for name in self._fields:
            self._put(name, self._was[name])
        self._look()

    def _change(self) -> None:
        values, contact_id = self._typed(), self._id
        if not values:
            return
        self._desk.do(
            self,
            lambda workspace, now: change_person(workspace, contact_id, values, now),
            lambda _: self._done(contact_id, values), partial(self._refused, contact_id),
            about=ABOUT,
        )  # fmt: skip

    def _done(self, contact_id: int, values: dict[str, str]) -> None:
        if contact_id == self._id:
            self._was.update(values)
            self._look()
        elif contact_id in self._left:
            typed = self._left.pop(contact_id).items()
            on = {name: value for name, value in typed if values.get(name) != value}
            if on:
                self._left[contact_id] = on
        self._desk.say(self.tr("Saved."))
        self.saved.emit()

    def _refused(self, contact_id: int, fault: KnownError) -> None:
        if contact_id != self._id or not self.isVisible():
            self._desk.say(fault.sentence)
            return
        faults = fault.faults if isinstance(fault, WrongFields) else {}
        self._show_faults(faults, "" if faults else fault.sentence)
        for name in faults:
            self._fields[name].control.setFocus()
            break
