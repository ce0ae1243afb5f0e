"""Who an email is from: the practice, the contact's owner, or somebody named here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from PySide6.QtCore import Signal

from views.theme import GRID
from views.widgets.fields import Choice, Field, Line
from views.widgets.kit import column

PRACTICE: Final = "practice"
OWNER: Final = "owner"
NAMED: Final = "named"
OWNER_TOKEN: Final = "{{owner}}"


class SenderField(Field):
    """`changed` says what `from_name` and `from_email` are now, None where they are not said.

    With it goes the key of the line that is typed in, "" for a choice.
    """

    changed = Signal(object, str)

    def __init__(self, title: str, name: str) -> None:
        self._who = Choice("")
        self.name, self.address = Line("", 200), Line("", 254)
        inside = column(self._who, self.name, self.address, gap=GRID // 2)
        super().__init__(title, self._who, name=name, inside=inside)
        self._values: Mapping[str, Any] = {}
        self._is_named = False
        """Whether the lines for somebody else are open, also while nothing is in them."""
        for line, ending, hint, words in (
            (self.name, "name", self.tr("Name, like Dr Ito"), self.tr("Sender's name")),
            (self.address, "email", self.tr("Address, like ito@example.org"),
             self.tr("Sender's address")),
        ):  # fmt: skip
            line.setObjectName(f"{name}-{ending}")
            line.setPlaceholderText(hint)
            line.setAccessibleName(words)
        self._who.offer(
            [
                (PRACTICE, self.tr("The practice")),
                (OWNER, self.tr("The contact's owner")),
                (NAMED, self.tr("Somebody else…")),
            ]
        )
        self._who.chosen.connect(self._choose)
        self.name.textEdited.connect(lambda text: self._put("from_name", text))
        self.address.textEdited.connect(lambda text: self._put("from_email", text.strip()))

    def put(self, values: Mapping[str, Any], *, another: bool = False) -> None:
        """Show the sender of an email; `another` than the one shown before."""
        self._values = values
        if another:
            self._is_named = False
        self._show(self.who())

    def who(self) -> str:
        """Which of the three it is."""
        said = self._said()
        self._is_named = self._is_named or said == NAMED
        return NAMED if self._is_named else said

    def _said(self) -> str:
        """Who it is, going by what is said alone."""
        name, address = self._values.get("from_name"), self._values.get("from_email")
        if name == OWNER_TOKEN and not address:
            return OWNER
        return NAMED if name or address else PRACTICE

    def _show(self, who: str) -> None:
        self._who.put(who)
        self.name.put(self._values.get("from_name"))
        self.address.put(self._values.get("from_email"))
        for line in (self.name, self.address):
            line.setVisible(who == NAMED)

    def _choose(self, who: str) -> None:
        self._is_named = who == NAMED
        name = OWNER_TOKEN if who == OWNER else None
        self._values = {"from_name": name}
        self.changed.emit({"from_name": name, "from_email": None}, "")
        self._show(who)
        if who == NAMED:
            self.name.setFocus()

    def _put(self, key: str, text: str) -> None:
        self._values = {**self._values, key: text}
        self.changed.emit({key: text or None}, key)
