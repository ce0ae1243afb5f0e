"""Settings of the practice and its channels, each checked beside its field.

screens.md section 8. Passwords and tokens are kept apart, and never come back (`views.outlets`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from db.errors import KnownError
from engine.commands.settings import put_settings
from engine.settings_page import WrongSettings, parsed, values
from engine.workspace import Workspace
from views.limits import Limit, MessageCap, QuietHours
from views.outlets import MailTest, SecretField
from views.ports import Changes, Desk, Place
from views.regions import countries, country_words, zone_words, zones
from views.schedule import Clock, read_clock
from views.theme import GRID
from views.widgets.fields import Choice, Field, Line
from views.widgets.kit import button, card, column, frame, label, row
from views.widgets.searchable import Searchable

WIDE: Final = 720
ABOUT: Final = frozenset({"settings", "numbers"})


class SettingsPage(QWidget):
    """Cards of settings; Save keeps all that was changed, at once, or says what is wrong."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._was: dict[str, str] = {}
        self._fields: dict[str, Field] = {}
        self._secrets: dict[str, SecretField] = {}
        self._test = MailTest(desk)
        self.setProperty("kind", "page")
        cards = column(self._sample(), self._practice(), self._messages(), self._email(),
                       self._texts(), self._appearance(), None, gap=12)  # fmt: skip
        inner = QWidget()
        inner.setLayout(cards)
        inner.setMaximumWidth(WIDE)
        inside = QWidget()
        wide = row(inner, None, margins=(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID))
        wide.setStretch(0, 100)
        inside.setLayout(wide)
        area = QScrollArea(widgetResizable=True)
        area.setAccessibleName(self.tr("Settings"))
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        self._fault = label("", "fault", wraps=True, name="settings-fault")
        self._save = button(self.tr("Save"), self._keep, "primary", name="settings-save")
        self._back = button(self.tr("Discard"), self._discard, name="settings-discard")
        foot = row(self._fault, self._back, self._save,
                   margins=(2 * GRID, GRID, 2 * GRID, GRID))  # fmt: skip
        foot.setStretch(0, 1)
        whole = column(area, frame("status", foot, name="settings-footer"), gap=0)
        whole.setStretch(0, 1)
        self.setLayout(whole)
        desk.changed.connect(self._changed)

    def go(self, place: Place) -> None:
        """Show the settings; the tab is the key of one that gets the focus."""
        self._ask()
        if place.tab in self._fields:
            self._fields[place.tab].control.setFocus()

    def _sample(self) -> QFrame:
        said = self.tr("This is the sample practice: nobody here is real, and nothing is sent.")
        leave = button(self.tr("Leave the sample practice"), self._desk.leave_sample,
                       name="settings-leave-sample")  # fmt: skip
        words = label(said, "muted", wraps=True)
        made = card(column(label(self.tr("Sample practice"), "heading"), words, row(leave, None),
                           gap=12))  # fmt: skip
        if not self._desk.in_sample:
            made.hide()
        return made

    def _practice(self) -> QFrame:
        self._zone = Searchable(zone_words, self.tr("Type the name of a city"))
        country = Searchable(country_words, self.tr("Type the name of a country"))
        country.offer(countries())
        return _card(self.tr("Practice"), (
            self._line("practice.name", self.tr("Name"),
                       self.tr("Stands in messages: {{practice}}.")),
            self._line("practice.address", self.tr("Postal address"),
                       self.tr("Stands at the foot of every email, as the law asks.")),
            self._typed_in("practice.timezone", self.tr("Time zone"), self._zone,
                           self.tr("Decides days, hours and dates.")),
            self._typed_in("practice.region", self.tr("Country"), country,
                           self.tr("How dates and phone numbers are written here.")),
            self._typed_in("practice.check_time", self.tr("Daily check at"),
                           Clock(self.tr("Daily check at"), ""),
                           self.tr("When birthdays and quiet contacts are looked for.")),
        ))  # fmt: skip

    def _messages(self) -> QFrame:
        return _card(self.tr("Messages"), (
            self._limit("sms.quiet_hours", self.tr("Quiet hours of texts"), QuietHours,
                        self.tr("No texts go out then; they wait until it is over.")),
            self._limit("messages.cap", self.tr("Most messages a person"), MessageCap,
                        self.tr("What would be more is not sent.")),
            self._line("messages.too_late_days", self.tr("Too late after, days"),
                       self.tr("What the program could not send in time is left out after that.")),
            self._line("sms.contact_text", self.tr("Answer to HELP"),
                       self.tr("How to reach the practice; sent to whoever texts HELP.")),
        ))  # fmt: skip

    def _email(self) -> QFrame:
        return _card(self.tr("Email"), (
            self._choice("email.transport", self.tr("Emails go to"),
                         (("folder", self.tr("A folder, to try things out")),
                          ("smtp", self.tr("A mail server")))),
            self._line("email.from_name", self.tr("Sender's name"), ""),
            self._line("email.from_email", self.tr("Sender's address"), ""),
            self._line("email.smtp.host", self.tr("Mail server"),
                       self.tr("Like smtp.example.org.")),
            self._line("email.smtp.port", self.tr("Port"), ""),
            self._choice("email.smtp.security", self.tr("Security"),
                         (("starttls", "STARTTLS"), ("tls", "TLS"), ("none", self.tr("None")))),
            self._line("email.smtp.user", self.tr("User"), self.tr("Empty if none is needed.")),
            self._secret("email.smtp.password", self.tr("Password")),
            self._test,
        ))  # fmt: skip

    def _texts(self) -> QFrame:
        return _card(self.tr("Texts"), (
            self._choice("sms.transport", self.tr("Texts go to"),
                         (("folder", self.tr("A folder, to try things out")),
                          ("twilio", "Twilio"))),
            self._line("sms.twilio.account", self.tr("Twilio account"), ""),
            self._secret("sms.twilio.token", self.tr("Twilio token")),
            self._line("sms.twilio.from", self.tr("Sender"),
                       self.tr("A number like +12025550123, or a sender's name.")),
        ))  # fmt: skip

    def _appearance(self) -> QFrame:
        said = self.tr("Light or dark: as the system is set.")
        return card(
            column(
                label(self.tr("Appearance"), "heading"), label(said, "muted", wraps=True), gap=12
            )
        )

    def _line(self, key: str, title: str, helper: str) -> Field:
        return self._typed_in(key, title, Line("", 1600), helper)

    def _typed_in(self, key: str, title: str, line: Line, helper: str) -> Field:
        line.textEdited.connect(lambda _: self._look())
        line.returnPressed.connect(self._keep)
        return self._put_field(key, Field(title, line, name=_name(key)), helper)

    def _limit(self, key: str, title: str, make: Callable[[str], Limit], helper: str) -> Field:
        limit = make(_name(key))
        limit.edited.connect(self._look)
        return self._put_field(key, Field(title, limit, name=_name(key)), helper)

    def _choice(self, key: str, title: str, options: Sequence[tuple[str, str]]) -> Field:
        choice = Choice("", options)
        choice.chosen.connect(lambda _: self._look())
        return self._put_field(key, Field(title, choice, name=_name(key)), "")

    def _secret(self, key: str, title: str) -> SecretField:
        self._secrets[key] = SecretField(self._desk, key, title, _name(key))
        return self._secrets[key]

    def _put_field(self, key: str, field: Field, helper: str) -> Field:
        field.help(helper)
        self._fields[key] = field
        return field

    def _value(self, key: str) -> str:
        control = self._fields[key].control
        if isinstance(control, Choice | Searchable | QuietHours | MessageCap):
            return control.value() or ""
        assert isinstance(control, Line)
        text = control.text().strip()
        return read_clock(text) if isinstance(control, Clock) else text

    def _typed(self) -> dict[str, str]:
        """What was changed and not saved."""
        now = {key: self._value(key) for key in self._fields}
        return {key: value for key, value in now.items() if value != self._was.get(key, "")}

    def _ask(self) -> None:
        outlets = self._desk.outlets
        self._desk.ask(self, values, self._hear, "values")
        self._desk.ask(self, lambda reader: outlets.kept(), self._hear_kept, "kept")
        self._desk.ask(self, lambda reader: zones(), self._zone.offer, "zones")

    def _hear_kept(self, kept: frozenset[str]) -> None:
        for key, field in self._secrets.items():
            field.show_kept(key in kept)

    def _hear(self, found: dict[str, str]) -> None:
        typed = self._typed() if self._was else {}
        self._was = found
        self._show({**found, **typed})

    def _show(self, texts: dict[str, str]) -> None:
        for key, field in self._fields.items():
            control = field.control
            assert isinstance(control, Choice | Line | QuietHours | MessageCap)
            control.put(texts.get(key, ""))
        self._look()

    def _changed(self, changes: Changes) -> None:
        if self.isVisible() and changes.about("settings"):
            self._ask()

    def _look(self) -> None:
        changed = bool(self._typed())
        self._save.setEnabled(changed)
        self._back.setEnabled(changed)
        smtp = self._value("email.transport") == "smtp"
        for key in ("email.smtp.host", "email.smtp.port", "email.smtp.security", "email.smtp.user"):
            self._fields[key].setVisible(smtp)
        self._secrets["email.smtp.password"].setVisible(smtp)
        twilio = self._value("sms.transport") == "twilio"
        for key in ("sms.twilio.account", "sms.twilio.from"):
            self._fields[key].setVisible(twilio)
        self._secrets["sms.twilio.token"].setVisible(twilio)
        self._test.allow(not changed)
        if not changed:
            self._say({}, "")

    def _discard(self) -> None:
        self._show(self._was)

    def _say(self, faults: dict[str, str], sentence: str) -> None:
        for key, field in self._fields.items():
            field.fault(faults.get(key, ""))
        self._fault.setText(sentence)

    def _keep(self) -> None:
        typed = self._typed()
        if not typed:
            return

        def command(workspace: Workspace, now: int) -> None:
            put_settings(workspace, parsed(typed))

        self._desk.do(self, command, lambda _: self._kept(typed), self._refused, about=ABOUT)

    def _kept(self, typed: dict[str, str]) -> None:
        self._was = {**self._was, **typed}
        self._say({}, "")
        self._look()
        self._ask()
        self._desk.say(self.tr("The settings are saved."))

    def _refused(self, fault: KnownError) -> None:
        faults = fault.faults if isinstance(fault, WrongSettings) else {}
        mend = self.tr("Mend what is marked, then save again.")
        self._say(faults, mend if faults else fault.sentence)
        for key in faults:
            self._fields[key].control.setFocus()
            break


def _card(title: str, fields: Sequence[QWidget]) -> QFrame:
    return card(column(label(title, "heading"), *fields, gap=12))


def _name(key: str) -> str:
    return f"setting-{key.replace('.', '-').replace('_', '-')}"
