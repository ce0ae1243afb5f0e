"""The pages of the window, in the order of its sidebar; each is imported when first opened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from PySide6.QtWidgets import QWidget

from views.ports import Desk, Place

Factory = Callable[[Desk], QWidget]


@runtime_checkable
class Page(Protocol):
    """What the window asks of a page, besides being a widget."""

    def go(self, place: Place) -> None:
        """Show that record or tab; called each time the page is opened."""


@dataclass(frozen=True, slots=True)
class PageSpec:
    """A page: its name in a `Place`, its title and icon in the sidebar, and what makes it.

    One that stands `under` another has no entry of its own.
    """

    name: str
    title: str
    icon: str
    factory: Factory
    under: str = ""


def _contacts(desk: Desk) -> QWidget:
    from views.contacts import ContactsPage

    return ContactsPage(desk)


def _lists(desk: Desk) -> QWidget:
    from views.lists import ListsPage

    return ListsPage(desk)


def _templates(desk: Desk) -> QWidget:
    from views.templates import TemplatesPage

    return TemplatesPage(desk)


def _tasks(desk: Desk) -> QWidget:
    from views.tasks import TasksPage

    return TasksPage(desk)


def _automations(desk: Desk) -> QWidget:
    from views.automations import AutomationsPage

    return AutomationsPage(desk)


def _builder(desk: Desk) -> QWidget:
    from views.builder import BuilderPage

    return BuilderPage(desk)


def _counted(desk: Desk) -> QWidget:
    from views.counted import CountedPage

    return CountedPage(desk)


def _settings(desk: Desk) -> QWidget:
    from views.settings import SettingsPage

    return SettingsPage(desk)


PAGES = (
    PageSpec("contacts", "Contacts", "contacts", _contacts),
    PageSpec("lists", "Lists", "lists", _lists),
    PageSpec("templates", "Communication", "communication", _templates),
    PageSpec("tasks", "Tasks", "tasks", _tasks),
    PageSpec("automations", "Automation", "automations", _automations),
    PageSpec("automation", "Automation", "automations", _builder, under="automations"),
    PageSpec("counted", "Automation", "automations", _counted, under="automations"),
    PageSpec("settings", "Settings", "settings", _settings),
)
"""Every page there is."""
