"""Who withdrew after the backup and is created again has still withdrawn (quality.md, "Never")."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from db import ledger as ledger_lines
from db import suppression
from db.backup import backup
from db.ledger import ConsentLine, ledger_file
from db.session import open_store
from engine.calendar import DAY, HOUR
from engine.commands.contacts import NewContact, create_contacts
from engine.commands.imports import import_people
from engine.commands.restoring import restore
from engine.commands.signals import hear_text
from engine.intake.people import Person
from engine.settlement import Delivered
from tests.integration.desk import EMAIL, NOON, TEXT, Desk
from tests.integration.test_restore import Practice

ANN = {"first_name": "Ann", "email": "Ann@example.org", "phone": "+12025550101"}
BOB = {"first_name": "Bob", "email": "bob@example.org", "phone": "+12025550102"}
LATER = NOON + DAY

Create = Callable[[Desk, dict[str, str]], None]


def by_hand(desk: Desk, fields: dict[str, str]) -> None:
    create_contacts(desk.workspace, [NewContact("manual", fields)], LATER)


def by_import(desk: Desk, fields: dict[str, str]) -> None:
    person = Person(
        2,
        first_name=fields["first_name"],
        email=fields.get("email"),
        phone=fields.get("phone"),
    )
    assert import_people(desk.workspace, [person], LATER).created == 1


@pytest.fixture
def practice(tmp_path: Path) -> Practice:
    practice = Practice(tmp_path)
    with practice.desk() as desk:
        desk.set_up(EMAIL, TEXT)
    practice.back_up()
    return practice


@pytest.fixture(params=[by_hand, by_import])
def create(request: pytest.FixtureRequest) -> Create:
    made: Create = request.param
    return made


def create_ann(desk: Desk) -> int:
    return create_contacts(desk.workspace, [NewContact("manual", ANN)], NOON)[0]


def consents(desk: Desk) -> list[tuple[int, str]]:
    rows = desk.rows("SELECT contact_id, change FROM consent ORDER BY id")
    return [(row.contact_id, row.change) for row in rows]


def permissions(desk: Desk) -> list[tuple[int, ...]]:
    rows = desk.rows(
        """SELECT sms_on, sms_opted_out, email_on, email_opted_out, do_not_contact
        FROM contact ORDER BY id"""
    )
    return [tuple(row) for row in rows]


def ask_all(desk: Desk) -> Delivered:
    desk.form = desk.rows("SELECT id FROM form")[0].id
    for row in desk.rows("SELECT id FROM contact ORDER BY id"):
        desk.ask(row.id, LATER)
    return desk.deliver(LATER)


def test_stop_all_holds_for_who_is_created_again(practice: Practice, create: Create) -> None:
    with practice.desk() as desk:
        ann = create_ann(desk)
        hear_text(desk.workspace, ann, "STOP ALL", NOON + 1)
        desk.happens(ann, "email_unsubscribed", NOON + 2)
    practice.go_back()
    with practice.desk() as desk:
        create(desk, BOB)
        create(desk, {**ANN, "email": "ANN@example.org"})
        assert permissions(desk) == [(1, 0, 1, 0, 0), (0, 1, 0, 1, 1)]
        assert consents(desk) == [
            (2, "sms_opted_out"), (2, "email_unsubscribed"), (2, "do_not_contact")
        ]  # fmt: skip
        assert ask_all(desk) == Delivered(sent=2)
    assert practice.gone_out == ["bob@example.org", "+12025550102"]


@pytest.mark.parametrize(
    ("again", "stopped"),
    [
        ({**BOB, "phone": ANN["phone"]}, (0, 1, 1, 0, 0)),
        ({**BOB, "email": ANN["email"]}, (1, 0, 0, 1, 0)),
        ({"first_name": "Ann", "phone": ANN["phone"]}, (0, 1, 0, 1, 0)),
        ({"first_name": "Ann", "email": ANN["email"]}, (0, 1, 0, 1, 0)),
    ],
    ids=["number", "mailbox", "number only", "mailbox only"],
)
def test_an_address_is_known_by_what_was_said_of_it(
    practice: Practice, create: Create, again: dict[str, str], stopped: tuple[int, ...]
) -> None:
    """Who shares one address keeps the other; one who lacks an address is known by the other."""
    with practice.desk() as desk:
        ann = create_ann(desk)
        hear_text(desk.workspace, ann, "STOP", NOON + 1)
        desk.happens(ann, "email_unsubscribed", NOON + 2)
    practice.go_back()
    with practice.desk() as desk:
        create(desk, again)
        assert permissions(desk) == [stopped]


@pytest.mark.parametrize("shared", ["email", "phone"])
def test_one_address_is_enough_to_be_left_alone(
    practice: Practice, create: Create, shared: str
) -> None:
    with practice.desk() as desk:
        hear_text(desk.workspace, create_ann(desk), "STOP ALL", NOON + 1)
    practice.go_back()
    with practice.desk() as desk:
        create(desk, {**BOB, shared: ANN[shared]})
        assert permissions(desk)[0][-1] == 1
        assert ask_all(desk) == Delivered()


@pytest.mark.parametrize(
    ("words", "sms"),
    [(["STOP", "START"], (1, 0)), (["STOP", "START", "STOP"], (0, 1)), (["START"], (1, 0))],
)
def test_the_last_word_on_a_channel_counts(
    practice: Practice, create: Create, words: list[str], sms: tuple[int, int]
) -> None:
    with practice.desk() as desk:
        ann = create_ann(desk)
        desk.happens(ann, "email_unsubscribed", NOON + 1)
        for hours, word in enumerate(words, 1):
            hear_text(desk.workspace, ann, word, NOON + hours * HOUR)
    practice.go_back()
    with practice.desk() as desk:
        create(desk, ANN)
        assert permissions(desk) == [(*sms, 0, 1, 0)]


def test_a_second_restore_forgets_nothing_and_says_nothing_twice(practice: Practice) -> None:
    with practice.desk() as desk:
        hear_text(desk.workspace, create_ann(desk), "STOP", NOON + 1)
    practice.go_back()
    practice.back_up()
    practice.go_back()
    with practice.desk() as desk:
        assert desk.rows("SELECT COUNT(*) AS told FROM suppression")[0].told == 2
        by_hand(desk, ANN)
        assert permissions(desk) == [(0, 1, 1, 0, 0)]
    practice.go_back()
    with practice.desk() as desk:
        by_hand(desk, BOB)
        by_hand(desk, ANN)
        assert permissions(desk) == [(1, 0, 1, 0, 0), (0, 1, 1, 0, 0)]


def test_the_ledger_says_no_address_and_no_store_can_read_another_s(
    practice: Practice, tmp_path: Path
) -> None:
    with practice.desk() as desk:
        hear_text(desk.workspace, create_ann(desk), "STOP", NOON + 1)
        secret = json.loads(
            desk.rows("SELECT value FROM setting WHERE key = 'store.secret'")[0].value
        )
    file = ledger_file(tmp_path / "store.db")
    (line,) = ledger_lines.read(file)[0]
    assert isinstance(line, ConsentLine)
    assert line.digests == suppression.digests(secret, "ann@example.org", "", ANN["phone"])
    assert not {*line.digests} & {*suppression.digests("00" * 32, "ann@example.org", ANN["phone"])}
    assert not any(text in file.read_text().lower() for text in ("ann", "2025550101"))


def test_either_kind_of_store_remembers(store_url: str, tmp_path: Path) -> None:
    ledger, copy = tmp_path / "ledger", tmp_path / "copy"
    with closing(open_store(store_url)) as store:
        desk = Desk(store, ledger).set_up(EMAIL)
        backup(store, copy)
        hear_text(desk.workspace, create_ann(desk), "STOP ALL", NOON + 1)
    restore(store_url, copy, ledger=ledger)
    with closing(open_store(store_url)) as store:
        desk = Desk(store, ledger)
        create_contacts(
            desk.workspace, [NewContact("manual", fields) for fields in (BOB, ANN)], LATER
        )
        assert permissions(desk) == [(1, 0, 1, 0, 0), (0, 1, 1, 0, 1)]


def test_lines_without_digests_still_read(practice: Practice, tmp_path: Path) -> None:
    file = ledger_file(tmp_path / "store.db")
    text = b'["sms_opted_out",1,5]'
    file.write_bytes(b"%08x %s\n" % (zlib.crc32(text), text))
    assert ledger_lines.read(file) == ([ConsentLine("sms_opted_out", 1, 5)], 0)
    practice.go_back()
    with practice.desk() as desk:
        by_hand(desk, ANN)
        assert permissions(desk) == [(1, 0, 1, 0, 0)]
