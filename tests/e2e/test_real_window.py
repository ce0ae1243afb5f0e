"""The whole of it in a real window: a flow drawn, turned on, lived through and read off again.

The program runs on a screen of its own, and all that is done to it are clicks and keys that come
through that screen; where the machine has none to lend, Qt draws and passes them on by itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QColor, QImage

from tests.e2e.command_line import program as command
from tests.e2e.command_line import written
from tests.e2e.window.hands import STDERR, Person, program
from views.theme import LIGHT

FILE = Path(__file__).parent / "window" / "welcome.automation.json"
"""The example of formats.md."""
EXAMPLE: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
NAME = EXAMPLE["name"]
SMS = EXAMPLE["steps"][2]["yes"][0]["text"]
LETTER = {
    "format": "practice-crm/template@1", "name": "Welcome", "channel": "email",
    "subject": "Hello", "body": "<p>Welcome to us.</p>",
}  # fmt: skip
NO_SCREEN = "This plugin does not support"
"""What Qt says of drawing on no screen at all."""
BAR = 1_000
"""Pixels that a bar of the funnel has at the least."""


@pytest.fixture
def person(tmp_path: Path) -> Iterator[Person]:
    with program(tmp_path) as person:
        yield person


def test_a_welcome_series_from_the_first_start_to_its_goal(person: Person, tmp_path: Path) -> None:
    begin(person)
    say_the_details(person)
    draw_the_steps(person)
    turn_on(person)
    add_somebody(person)
    before = amber(see_performance(person, tmp_path / "before.png", "0%: 0 of 1"))
    book(person)
    after = amber(see_performance(person, tmp_path / "after.png", "100%: 1 of 1"))
    assert after - before > BAR
    assert person.leave() == 0
    said = (tmp_path / STDERR).read_text(encoding="utf-8").splitlines()
    assert [line for line in said if not line.startswith(NO_SCREEN)] == []
    assert exported(tmp_path) == imported_and_exported(tmp_path / "other")


def begin(person: Person) -> None:
    """Choose to start with nothing, on the first start there is."""
    person.sees("Welcome to Practice CRM")
    person.take_up()
    person.click("Start empty")
    person.click("automation-create-first")
    person.ask("focused", "details-name")


def say_the_details(person: Person) -> None:
    """The wizard's first step: name, description, goal, hours and exits."""
    person.type(NAME)
    person.ask("holds", "builder-title", NAME)
    person.fill("Description", EXAMPLE["description"])
    person.choose("Goal", "Book appointment")
    person.fill("Lookback", "30")
    person.click("hours-only")
    for day in ("Wednesday", "Thursday", "Friday"):
        person.turn(f"Open on {day}", False)
    person.fill("tue-to-0", "12:00")
    person.click("Add hours to Tuesday")
    person.fill("tue-from-1", "13:00")
    person.fill("tue-to-1", "17:00")
    person.turn("Goal met", True)
    person.turn("SMS opt-out", True)
    person.click("Next")


def draw_the_steps(person: Person) -> None:
    """The second: each step from the palette or by a +, its fields in the right panel."""
    person.double_click("Send email")
    make_the_letter(person)
    person.fill("Subject", "Welcome, {{firstname}}")
    person.drag("Delay", "plus_after", "Send email")
    person.fill("Wait for", "2")
    person.choose("Unit", "days")
    add_at(person, "plus_after", "Delay", "if")
    person.choose("Condition", "Opened an email")
    person.choose("Which email", "Welcome, {{firstname}}")
    add_at(person, "plus_in", "YES", "sms")
    person.fill("Message", SMS)
    add_at(person, "plus_in", "NO", "task")
    person.fill("Title", "Call {{firstname}} back")
    person.choose("Assign to", "The contact's owner")
    add_at(person, "plus_after", "If / then branch", "prop")
    person.choose("Property", "Lead source")
    person.fill("property-value-line", "Welcome series")
    person.double_click("Add to list")
    person.click("New… List")
    person.ask("focused", "new-list-name")
    person.type("Welcomed")
    person.key("Return")
    person.ask("holds", "List", "Welcomed")
    person.sees("No problems")


def make_the_letter(person: Person) -> None:
    """Write the email of the library without leaving the flow."""
    person.click("New… Email")
    person.ask("focused", "new-email-name")
    for words in (LETTER["name"], LETTER["subject"]):
        person.type(words)
        person.key("Tab")
    person.type("Welcome to us.")
    person.ask("holds", "new-email-body", "Welcome to us.")
    person.click("Create")
    person.ask("holds", "Email", "Welcome")


def add_at(person: Person, where: str, of: str, looked_for: str) -> None:
    """Click a +, and say in the picker which step."""
    person.click(of, where)
    person.ask("focused", "picker-search")
    person.type(looked_for)
    person.ask("holds", "picker-search", looked_for)
    person.key("Return")
    person.ask("closed", "picker")


def turn_on(person: Person) -> None:
    person.click("Save automation")
    person.sees("Saved. It is off until you turn it on.")
    person.turn("Turned on", True)


def add_somebody(person: Person) -> None:
    """Somebody comes in, and the engine enrols them; their page says so."""
    person.click("nav-contacts")
    person.click("Add walk-in")
    person.ask("focused", "add-contact-first-name")
    for words in ("Ann", "Lee", "ann@example.org", "(202) 555-0123"):
        person.type(words)
        person.key("Tab")
    person.key("Return")
    person.sees("Ann Lee")
    person.click("contact-tab-why")
    person.sees(NAME)


def book(person: Person) -> None:
    person.click("nav-contacts")
    person.click("Ann Lee")
    person.click("Book appointment")
    person.ask("focused", "Day")
    person.click("Book")
    person.sees("The appointment is booked.")


def see_performance(person: Person, file: Path, goal: str) -> Path:
    """Open the flow's numbers from the list, wait for this share, and take a picture of them."""
    person.click("nav-automations")
    person.click(NAME)
    person.click("Performance")
    person.sees(f"Goal reached: Book appointment: {goal}")
    return person.picture(file)


def amber(picture: Path) -> int:
    """How many pixels of a picture have the goal's colour."""
    image = QImage(str(picture))
    wanted = QColor(LIGHT.goal).rgb()
    points = ((x, y) for x in range(image.width()) for y in range(image.height()))
    return sum(image.pixel(x, y) == wanted for x, y in points)


def exported(home: Path) -> Any:
    """The flow's document as the command line gives it, its steps' ids by their places."""
    answer = command("export", "automation", NAME, home=home)
    assert (answer.status, answer.err) == (0, ""), answer
    return numbered(json.loads(answer.out))


def imported_and_exported(home: Path) -> Any:
    """The example of formats.md, once through a store of its own."""
    home.mkdir()
    for arguments in (
        ("import", "template", written(home / "letter.json", LETTER)),
        ("add", "list", "Welcomed"),
        ("import", "automation", FILE),
    ):
        answer = command(*arguments, home=home)
        assert (answer.status, answer.err) == (0, ""), answer
    return exported(home)


def numbered(document: Any) -> Any:
    """The same flow with other ids, which a document may choose."""
    text = json.dumps(document)
    ids = [id for step in document["steps"] for id in ids_in(step)]
    for place, id in enumerate(ids):
        text = text.replace(json.dumps(id), json.dumps(f"step {place}"))
    return json.loads(text)


def ids_in(step: Any) -> Iterator[str]:
    yield step["id"]
    for lane in ("yes", "no"):
        for inner in step.get(lane, ()):
            yield from ids_in(inner)
