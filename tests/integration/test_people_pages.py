"""What the pages of people, lists and tasks ask and command, on both stores."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from db.errors import KnownError
from db.queries import contacts_page
from db.session import open_store
from db.sql import query
from engine import lists_page, people, person, settings_page, tasks_page
from engine.calendar import DAY
from engine.commands import appointments, persons, tasks
from engine.commands.contacts import NewContact, create_contacts
from engine.commands.events import record
from engine.commands.membership import put_chosen_on_list, put_on_list
from engine.commands.settings import add_list, put_settings
from engine.commands.signals import hear_text
from engine.people import Order, Span
from engine.sample import set_up
from engine.workspace import Workspace
from tests.gui.people import add_many, add_people, static_list, user
from tests.integration.desk import NOON

BY_NAME = Order()


@pytest.fixture
def workspace(store_url: str) -> Iterator[Workspace]:
    store = open_store(store_url)
    made = Workspace(store)
    put_settings(made, {"practice.timezone": "America/New_York"})
    yield made
    store.close()


def find(workspace: Workspace, text: str, order: Order = BY_NAME) -> list[str]:
    with workspace.store.read() as connection:
        return [each.name for each in people.rows(connection, people.find(connection, text, order))]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("le", ["Ann Lee", "Dora Lee"]),
        ("LEE", ["Ann Lee", "Dora Lee"]),
        ("lee, d", ["Dora Lee"]),
        ("dora l", ["Dora Lee"]),
        ("lee do", ["Dora Lee"]),
        ("carla.d", ["Carla Diaz"]),
        ("(202) 555-0101", ["Bob Ray"]),
        ("+1202555", ["Ann Lee", "Bob Ray", "Carla Diaz", "Dora Lee", "Ernest Young"]),
        ("20", []),
        ("%", []),
        ("zzz", []),
    ],
)
def test_people_are_found_as_typed(workspace: Workspace, typed: str, found: list[str]) -> None:
    add_people(workspace, NOON)
    assert find(workspace, typed) == found


WRITTEN = (
    ("Ian", "McDonald"), ("Sue", "O'Brien"), ("Ana", "Smith-Jones"), ("Jo", "de la Cruz"),
    ("Mary Ann", "Lee"), ("DeShawn", "Young"), ("José", "Ruiz"), ("100%", "Under_score"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("mcdonald", "Ian McDonald"), ("MCDONALD", "Ian McDonald"), ("o'brien", "Sue O'Brien"),
        ("O’BRIEN", "Sue O'Brien"), ("obrien s", "Sue O'Brien"), ("smith-jones", "Ana Smith-Jones"),
        ("smith jones", "Ana Smith-Jones"), ("de la cruz", "Jo de la Cruz"),
        ("jo de la cruz", "Jo de la Cruz"), ("de la cruz, jo", "Jo de la Cruz"),
        ("DE LA CRUZ JO", "Jo de la Cruz"), ("deshawn", "DeShawn Young"),
        ("ann lee", "Mary Ann Lee"), ("lee, ann", "Mary Ann Lee"),
        ("mary ann l", "Mary Ann Lee"), ("jose", "José Ruiz"), ("RUIZ JOSÉ", "José Ruiz"),
        ("100%", "100% Under_score"), ("under_ 100%", "100% Under_score"),
    ],
)  # fmt: skip
def test_names_are_found_however_they_are_written(
    workspace: Workspace, typed: str, found: str
) -> None:
    new = [NewContact("manual", {"first_name": a, "last_name": b}) for a, b in WRITTEN]
    create_contacts(workspace, new, NOON)
    assert find(workspace, typed) == [found]
    assert find(workspace, "'") == []


def test_a_name_that_was_changed_is_found_by_the_new_one(workspace: Workspace) -> None:
    ids = add_people(workspace, NOON)
    persons.change_person(workspace, ids[0], {"last_name": "O'Neill"}, NOON)
    persons.change_person(workspace, ids[1], {"email": "bob@example.com"}, NOON)
    assert find(workspace, "oneill") == ["Ann O'Neill"]
    assert find(workspace, "lee") == ["Dora Lee"]
    assert find(workspace, "bob ray") == ["Bob Ray"]


def test_the_first_found_are_those_of_all(workspace: Workspace) -> None:
    add_many(workspace, 30, NOON)
    with workspace.store.read() as connection:
        every = people.rows(connection, people.find(connection, "first", BY_NAME))
        assert people.first_found(connection, "first", 8) == every[:8]
        assert len(contacts_page.by_names(connection, [("", "first"), ("last", "")], 8)) == 16


def test_people_are_found_in_the_order_asked_for(workspace: Workspace) -> None:
    ids = add_people(workspace, NOON)
    record(workspace, ids[3], "portal_activated", NOON + DAY)
    assert find(workspace, "lee", Order("name", True)) == ["Dora Lee", "Ann Lee"]
    assert find(workspace, "lee", Order("last_activity", True)) == ["Dora Lee", "Ann Lee"]
    assert find(workspace, "lee", Order("last_activity")) == ["Ann Lee", "Dora Lee"]


@pytest.mark.parametrize("by", ["name", "last_activity"])
@pytest.mark.parametrize("descending", [False, True])
def test_pages_by_key_are_the_table(workspace: Workspace, by: str, descending: bool) -> None:
    add_many(workspace, 2_345, NOON)
    order = Order("name" if by == "name" else "last_activity", descending)
    with workspace.store.read() as connection:
        first = people.anchors(connection, order, None, 2)
        rest = people.anchors(connection, order, first[-1], 9)
        assert (len(first), len(rest)) == (2, 1)
        spans = [Span(anchor, 0, people.STRIDE) for anchor in (*first, *rest)]
        ids = list(people.span_ids(connection, order, spans))
        assert len(set(ids)) == len(ids) == people.count(connection) == 2_345
        assert ids == sorted(ids, reverse=descending)
        assert list(people.span_ids(connection, order, [Span(first[1], 7, 3)])) == ids[1007:1010]


def test_a_person_is_added_or_refused_by_field(workspace: Workspace) -> None:
    said = {"first_name": " Zoe ", "phone": "(202) 555-0123", "dob": "5/31/1980"}
    contact_id = persons.add_person(workspace, "walk_in", said, NOON)
    with workspace.store.read() as connection:
        who = person.profile(connection, contact_id, NOON)
    assert who is not None and who.source == "walk_in"
    assert (who.name, who.values["phone"], who.values["dob"]) == (
        "Zoe",
        "(202) 555-0123",
        "05/31/1980",
    )
    with pytest.raises(persons.WrongFields) as wrong:
        persons.add_person(workspace, "manual", {"email": "zoe@", "dob": "2999-01-01"}, NOON)
    assert set(wrong.value.faults) == {"email", "dob"}
    with pytest.raises(persons.WrongFields, match="Write a name"):
        persons.add_person(workspace, "manual", {"first_name": " "}, NOON)


def test_changes_by_hand_are_events(workspace: Workspace) -> None:
    contact_id = add_people(workspace, NOON)[0]
    user(workspace, "Sarah")
    done = persons.change_person(
        workspace, contact_id,
        {"status": "patient", "contact_owner": "Sarah", "email": "New@Example.org"}, NOON + 1,
    )  # fmt: skip
    assert done.events == 4
    with workspace.store.read() as connection:
        lines = [line.what for line in person.feed(connection, contact_id, None, 9)]
    assert lines == [
        "Email changed from ann.lee@example.org to new@example.org",
        "Contact owner changed to Sarah",
        "Became a patient",
        "Status changed from Lead to Patient",
        "Was added by hand",
    ]


def test_only_they_undo_their_own_opt_out(workspace: Workspace) -> None:
    contact_id = add_people(workspace, NOON)[0]
    hear_text(workspace, contact_id, "STOP", NOON)
    with pytest.raises(persons.WrongFields, match="only they"):
        persons.change_person(workspace, contact_id, {"sms_subscription": "on"}, NOON)
    with workspace.store.read() as connection:
        who = person.profile(connection, contact_id, NOON)
    assert who is not None and who.locked == {"sms_subscription"}
    assert [(line.what, line.words) for line in who.consents] == [("Texts: opted out", "STOP")]


def test_a_visit_is_booked_and_settled_once(workspace: Workspace) -> None:
    contact_id = add_people(workspace, NOON)[0]
    appointments.book(workspace, contact_id, NOON + DAY, None, NOON)
    with workspace.store.read() as connection:
        who = person.profile(connection, contact_id, NOON)
    assert who is not None and who.values["status"] == "patient"
    visit = who.visits[0]
    assert (visit.status, visit.when) == ("booked", "Tue Mar 3, 2026, 12:00 PM")
    appointments.complete(workspace, visit.id, NOON + DAY)
    for settle in (appointments.complete, appointments.cancel):
        with pytest.raises(KnownError, match="not booked any more"):
            settle(workspace, visit.id, NOON + DAY)


def test_many_are_put_on_a_list_and_exactly_they_are_counted(workspace: Workspace) -> None:
    ids = add_many(workspace, 1_203, NOON)
    list_id = static_list(workspace, "Spring")
    put_on_list(workspace, list_id, ids[:3], NOON)
    shares: list[float] = []
    moved = put_chosen_on_list(
        workspace, list_id, people.everyone, NOON, shares.append, lambda: False
    )
    assert moved == (1_203, 1_200)
    assert shares[-1] == 1.0
    with workspace.store.read() as connection:
        assert next(iter(lists_page.lists(connection))).size == 1_203
        page = lists_page.members(connection, list_id, lists_page.PAGE)
        assert (len(page.people), page.more) == (lists_page.PAGE, True)


def test_one_list_is_read_by_itself_and_as_among_all(workspace: Workspace) -> None:
    set_up(workspace, NOON)
    with workspace.store.read() as connection:
        every = lists_page.lists(connection)
        assert [lists_page.list_row(connection, each.id) for each in every] == every
        assert any("automation" in each.used_by for each in every)
        assert lists_page.list_row(connection, 999) is None


def test_a_stopped_job_leaves_whole_chunks(workspace: Workspace) -> None:
    add_many(workspace, 1_203, NOON)
    list_id = static_list(workspace, "Spring")
    asked: list[int] = []

    def cancelled() -> bool:
        asked.append(1)
        return len(asked) > 1

    moved = put_chosen_on_list(
        workspace, list_id, people.everyone, NOON, lambda share: None, cancelled
    )
    assert moved == (500, 500)


def test_a_rule_alone_fills_a_dynamic_list(workspace: Workspace) -> None:
    rule = {"all": [
        {"type": "property", "property": "status", "op": "is", "value": "patient"},
        {"any": [{"type": "age", "op": "at_least", "years": 65},
                 {"type": "last_activity_older", "days": 30}]},
    ]}  # fmt: skip
    list_id = add_list(workspace, {"name": "Seniors", "type": "dynamic", "rule": rule})
    with pytest.raises(KnownError, match="its rule alone"):
        put_on_list(workspace, list_id, [], NOON)
    with workspace.store.read() as connection:
        said = lists_page.lists(connection)[0].rule
    assert said == "status is Patient and (age is at least 65 or quiet for over 30 days)"


def test_people_whose_record_is_gone_are_not_counted(workspace: Workspace) -> None:
    ids = add_people(workspace, NOON)
    list_id = static_list(workspace, "Spring")
    assert put_on_list(workspace, list_id, [*ids, 999], NOON) == (5, 5)
    assert put_on_list(workspace, list_id, ids[:2], NOON, joins=False) == (2, 2)


def queued(workspace: Workspace, user_id: int | None = None) -> Sequence[tasks_page.Task]:
    with workspace.store.read() as connection:
        return tasks_page.queue(connection, tasks_page.Ask(user_id), 10, NOON + DAY).tasks


def test_tasks_are_done_put_off_and_given_away(workspace: Workspace) -> None:
    contact_id = add_people(workspace, NOON)[0]
    sarah = user(workspace, "Sarah")
    hear_text(workspace, contact_id, "no more please", NOON)
    (task,) = queued(workspace)
    assert (task.late, task.assignee, task.contact) == (True, "Front desk", "Ann Lee")
    tasks.reassign(workspace, task.id, sarah)
    assert [each.assignee for each in queued(workspace, sarah)] == ["Sarah"]
    assert queued(workspace, tasks_page.FRONT_DESK) == []
    with workspace.store.read() as connection:
        later = tasks_page.put_off(connection, NOON, 7)
    assert tasks.snooze(workspace, task.id, later) == task.due_at
    assert queued(workspace)[0].due == "Mon Mar 9, 9:00 AM"
    tasks.finish(workspace, task.id, NOON)
    assert queued(workspace) == []
    for again in (
        lambda: tasks.finish(workspace, task.id, NOON),
        lambda: tasks.snooze(workspace, task.id, later),
        lambda: tasks.reassign(workspace, task.id, None),
    ):
        with pytest.raises(KnownError, match="done already"):
            again()
    tasks.reopen(workspace, task.id)
    assert len(queued(workspace)) == 1


def test_settings_read_back_as_they_are_shown(workspace: Workspace) -> None:
    with workspace.store.read() as connection:
        shown = settings_page.values(connection)
    assert shown["messages.cap"] == "off"
    assert shown["sms.quiet_hours"] == "21:00-08:00"
    assert not any("password" in key or "token" in key for key in shown)
    assert settings_page.parsed({"messages.cap": "2/7"}) == {
        "messages.cap": {"messages": 2, "days": 7}
    }
    with pytest.raises(settings_page.WrongSettings) as wrong:
        settings_page.parsed({"practice.timezone": "Mars", "practice.name": "Oak"})
    assert list(wrong.value.faults) == ["practice.timezone"]


def test_nothing_is_asked_twice_of_a_log_that_grew(workspace: Workspace) -> None:
    contact_id = add_people(workspace, NOON)[0]
    for number in range(5):
        record(workspace, contact_id, "page_visited", NOON + number, new=f"/page{number}")
    with workspace.store.read() as connection:
        first = person.feed(connection, contact_id, None, 4)
        rest = person.feed(connection, contact_id, first[-1].id, 4)
        count = query(connection, "SELECT COUNT(*) FROM event WHERE contact_id = ?", contact_id)
    assert len({line.id for line in (*first, *rest)}) == count[0][0] == 6
    assert first[0].what == "Visited a page: “/page4”"
