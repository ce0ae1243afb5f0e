"""The icons, by what they stand for; drawn from Font Awesome in the colours of the theme."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import qtawesome
from PySide6.QtGui import QIcon

ICONS: Final = {
    "contacts": "fa5s.address-card", "lists": "fa5s.list-ul", "communication": "fa5s.envelope",
    "tasks": "fa5s.tasks", "automations": "fa5s.bolt", "campaigns": "fa5s.bullhorn",
    "sequences": "fa5s.users", "forms": "fa5s.file-alt", "activity": "fa5s.history",
    "settings": "fa5s.cog",
    "trigger": "fa5s.bolt", "send_email": "fa5s.envelope", "send_sms": "fa5s.comment",
    "delay": "fa5s.clock", "if_then": "fa5s.code-branch", "create_task": "fa5s.tasks",
    "set_property": "fa5s.tag", "add_to_list": "fa5s.list-ul",
    "contact_created": "fa5s.user-plus", "became_patient": "fa5s.user-md",
    "form_submitted": "fa5s.file-alt", "list_joined": "fa5s.list-ul", "list_left": "fa5s.list",
    "property_changed": "fa5s.user-edit", "email_engaged": "fa5s.hand-pointer",
    "sms_replied": "fa5s.comment", "birthday": "fa5s.birthday-cake", "inactive": "fa5s.clock",
    "performance": "fa5s.chart-bar", "duplicate": "fa5s.copy", "export": "fa5s.file-export",
    "delete": "fa5s.trash-alt", "more": "fa5s.ellipsis-v", "back": "fa5s.arrow-left",
    "close": "fa5s.times", "add": "fa5s.plus", "search": "fa5s.search", "undo": "fa5s.undo",
    "redo": "fa5s.redo", "info": "fa5s.info-circle", "warning": "fa5s.exclamation-triangle",
    "done": "fa5s.check", "up": "fa5s.caret-up", "down": "fa5s.caret-down", "calendar":
    "fa5s.calendar-alt", "print": "fa5s.print", "play": "fa5s.play", "pause": "fa5s.pause",
    "fit": "fa5s.expand", "filter": "fa5s.filter", "phone": "fa5s.phone", "goal": "fa5s.flag",
    "appointment": "fa5s.calendar-check", "review": "fa5s.star", "person": "fa5s.user",
    "edit": "fa5s.pen", "import": "fa5s.file-import", "help": "fa5s.question-circle",
}  # fmt: skip


@lru_cache(maxsize=256)
def icon(name: str, colour: str) -> QIcon:
    """The icon called `name` in a colour, #rrggbb; KeyError for a name not in `ICONS`."""
    drawn: QIcon = qtawesome.icon(ICONS[name], color=colour)
    return drawn
