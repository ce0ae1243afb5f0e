"""People in from files; what is listed, explained and reported of them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.e2e.command_line import HELLO, ROOT, automation, crm, program, well, written

CSV = """First name,Last name,Email,Phone,Known as
Ann,Lee,ann@example.org,202-555-0123,x
Bob,Ray,bob@example.org,,y
Cy,Orr,no address,,z
"""


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """A spreadsheet of two people and one faulty row."""
    file = tmp_path / "people.csv"
    file.write_text(CSV)
    return file


def test_a_refused_row_never_stops_the_rest(people: Path, store_url: str) -> None:
    found = well("import", "contacts", people, "--store", store_url)
    refused = people.with_name("people.csv.refused.csv")
    assert found == {
        "read": 3, "created": 2, "merged": 0, "refused": 1, "refused_file": str(refused),
        "refusals": [{"row": 4, "field": "email", "reason": "is no email address"}],
        "ignored_columns": ["Known as"],
    }  # fmt: skip
    assert "Cy" in refused.read_text()
    again = well("import", "contacts", people, "--store", store_url)
    assert (again["created"], again["merged"], again["refused"]) == (0, 2, 1)


def test_the_counts_are_told_to_people(people: Path, tmp_path: Path) -> None:
    answer = crm("import", "contacts", people, "--store", tmp_path / "s.db")
    assert answer.out.splitlines() == [
        "3 rows read: 2 people created, 0 merged, 1 refused.",
        '1 column was not read: "Known as".',
        "row 4: email is no email address",
        f"What was refused is in {people}.refused.csv.",
    ]


def test_columns_that_are_not_read_are_said(tmp_path: Path) -> None:
    file, store = tmp_path / "ann.csv", tmp_path / "s.db"
    file.write_text("First name,Phnoe,Email,Colour,Email,Note\nAnn,1,a@example.org,red,b@x.org,n\n")
    command = ("import", "contacts", file, "--map", "Note=ignore", "--store", store)
    assert well(*command)["ignored_columns"] == ["Phnoe", "Colour", "Email"]
    assert crm(*command).out.splitlines()[1:] == [
        '2 columns were not read: "Phnoe", "Colour".',
        '1 column was read only where another for the same left a gap: "Email".',
    ]


def test_all_faults_of_a_row_are_told_at_once(tmp_path: Path) -> None:
    file, store = tmp_path / "ann.csv", tmp_path / "s.db"
    file.write_text(
        "First name,Email,DOB,Owner\nAnn,none at all,2090-01-01,Zoe\nBob,b@example.org,,Zoe\n"
    )
    found = well("import", "contacts", file, "--store", store)
    assert (found["read"], found["refused"]) == (2, 2)
    assert [(each["row"], each["field"]) for each in found["refusals"]] == [
        (2, "email"), (2, "dob"), (2, "owner"), (3, "owner"),
    ]  # fmt: skip
    refused = Path(found["refused_file"]).read_text().splitlines()
    assert "email is no" in refused[1] and "dob is in" in refused[1] and "owner is no" in refused[1]
    assert "Bob,b@example.org" in refused[2]
    well("add", "user", "Zoe", "--store", store)
    file.write_text("First name,Email,Owner\nBob,b@example.org,Zoe\n")
    assert well("import", "contacts", file, "--store", store)["created"] == 1


def test_names_are_added(tmp_path: Path) -> None:
    store = tmp_path / "s.db"
    for kind in ("user", "provider", "form", "list"):
        found = well("add", kind, "Zoe", "--store", store)
        assert found == {"kind": kind, "name": "Zoe"}
        crm("add", kind, "Zoe", "--store", store).says_no("There already is")
    assert well("list", "lists", "--store", store)["items"][0]["type"] == "static"
    crm("add", "user", "front_desk", "--store", store).says_no("a meaning of its own")
    crm("add", "user", " ", "--store", store).says_no("must not be empty")
    crm("add", "room", "Zoe", "--store", store).says_no("is not one of user, provider")
    well("record", "create_contact", "--contact", "ann", "--store", store)
    asked = ("record", "submit_form", "--contact", "ann", "--form", "Intake", "--store", store)
    crm(*asked).says_no("`add form NAME` makes one")


def test_tables_speak_in_words(tmp_path: Path) -> None:
    store = tmp_path / "s.db"
    steps = [
        {"id": "call", "type": "create_task", "title": "Call", "assignee": "front_desk",
         "due_in": {"amount": 1, "unit": "hours"}},
        {"id": "text", "type": "send_sms", "text": "Hi"},
    ]  # fmt: skip
    document = automation(steps=steps, goal="book_appointment")
    well("settings", "set", "practice.timezone", "America/New_York", "--store", store)
    well("import", "automation", written(tmp_path / "a.json", document), "--store", store)
    at = ("--at", "2026-01-05T15:00:00.000001Z")
    well("activate", "automation", "Welcome series", *at, "--store", store)
    well("record", "create_contact", "--contact", "ann", "--phone", "2025550123", *at,
         "--store", store)  # fmt: skip
    well("run", "--clock", "simulated", "--until", "2026-01-05T16:00:00Z", "--store", store)
    table = crm("list", "automations", "--store", store).out
    assert "contact created" in table and "book appointment" in table
    table = crm("list", "tasks", "--store", store).out
    assert "front desk" in table and "Mon Jan 5, 2026, 11:00 AM" in table
    (task,) = well("list", "tasks", "--store", store)["items"]
    assert (task["assignee"], task["due"]) == ("front_desk", "2026-01-05T16:00:00.000001Z")
    line = crm("report", "automation", "Welcome series", "--store", store).out.splitlines()[-1]
    assert "send_sms" in line and "of 1" in line and line.count("of 1") == 1


def test_one_person_is_one_person(tmp_path: Path) -> None:
    file = tmp_path / "ann.csv"
    file.write_text("First name\nAnn\n")
    answer = crm("import", "contacts", file, "--store", tmp_path / "s.db")
    assert answer.out == "1 row read: 1 person created, 0 merged, 0 refused.\n"


def test_columns_status_and_country_can_be_said(people: Path, tmp_path: Path) -> None:
    store = tmp_path / "s.db"
    well("import", "contacts", people, "--map", "Known as=ref", "--map", "Phone=ignore",
         "--status", "patient", "--region", "gb", "--store", store)  # fmt: skip
    answer = well("record", "set_property", "--contact", "x", "--property", "status",
                  "--value", "patient", "--store", store)  # fmt: skip
    assert answer["recorded"] is False


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--map", "Phone"), "--map HEADER=FIELD"),
        (("--map", "Phone=colour"), "colour"),
        (("--map", "Fax=phone"), "Fax"),
        (("--status", "friend"), "not one of lead, patient"),
        (("--region", "Mars"), "two letters"),
        (("--at", "now"), "is no instant"),
    ],
)
def test_a_wrong_option_brings_nobody_in(
    options: tuple[str, ...], words: str, people: Path, tmp_path: Path
) -> None:
    crm("import", "contacts", people, *options, "--store", tmp_path / "s.db").says_no(words)
    assert not people.with_name("people.csv.refused.csv").exists()


@pytest.mark.parametrize("name", ["out.csv", "out.xlsx"])
def test_people_come_out_as_they_went_in(people: Path, name: str, tmp_path: Path) -> None:
    well("import", "contacts", people, "--store", tmp_path / "a.db")
    out = tmp_path / name
    made = well("export", "contacts", out, "--store", tmp_path / "a.db")
    assert made == {"contacts": 2, "file": str(out)}
    found = well("import", "contacts", out, "--store", tmp_path / "b.db")
    assert (found["created"], found["refused"]) == (2, 0)


@pytest.mark.parametrize(
    ("name", "words"),
    [("out.pdf", ".csv or .xlsx"), ("none/out.csv", "does not exist"), (".", "is a folder")],
)
def test_people_that_can_t_be_written(name: str, words: str, tmp_path: Path) -> None:
    crm("export", "contacts", tmp_path / name, "--store", tmp_path / "s.db").says_no(words)


@pytest.mark.parametrize("what", ["contacts", "fhir"])
@pytest.mark.parametrize(
    ("content", "words"), [(None, "does not exist"), ("", "is empty"), ("/", "")]
)
def test_a_file_of_nobody(what: str, content: str | None, words: str, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    if content == "/":
        file.mkdir()
    elif content is not None:
        file.write_text(content)
    crm("import", what, file, "--store", tmp_path / "s.db").says_no(words, "people.csv")


def test_refused_rows_go_here_where_the_input_can_t_be_changed(
    people: Path, tmp_path: Path
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    # A folder of the name the file would have: it can't be written even by an administrator.
    people.with_name("people.csv.refused.csv").mkdir()
    answer = program(
        "import", "contacts", people, "--json", "--store", tmp_path / "s.db",
        home=tmp_path, cwd=here,
    )  # fmt: skip
    assert (answer.status, answer.err) == (0, "")
    assert answer.json["refused_file"] == str(here / "people.csv.refused.csv")
    assert os.listdir(here) == ["people.csv.refused.csv"]


def test_a_clinical_export_brings_patients(tmp_path: Path) -> None:
    export = tmp_path / "Patient.ndjson"
    export.write_text(
        '{"resourceType": "Patient", "id": "p1", "name": [{"family": "Lee", "given": ["Ann"]}]}\n'
        '{"resourceType": "Patient", "id": "p2", "birthDate": "yesterday", '
        '"name": [{"family": "Ray"}]}\n'
    )
    found = well("import", "fhir", export, "--store", tmp_path / "s.db")
    assert (found["read"], found["created"]) == (2, found["read"] - found["refused"])
    patient = well("record", "book_appointment", "--contact", "Ann Lee", "--store",
                   tmp_path / "s.db")  # fmt: skip
    assert patient["contact"] == 1


def test_what_is_listed_shown_and_reported(tmp_path: Path) -> None:
    store = tmp_path / "s.db"
    well("import", "template", written(tmp_path / "hello.json", HELLO), "--store", store)
    well("import", "automation", written(tmp_path / "w.json", automation()), "--store", store)
    for what in ("automations", "sequences", "campaigns", "lists", "templates", "tasks"):
        items = well("list", what, "--store", store)["items"]
        assert len(items) == (what in ("automations", "templates"))
    table = crm("list", "automations", "--store", store).out
    assert "Welcome series" in table
    assert crm("list", "tasks", "--store", store).out == "There are no tasks yet.\n"
    shown = crm("show", "template", "Hello", "--store", store)
    assert '"name": "Hello"' in shown.out
    report = crm("report", "automation", "Welcome series", "--store", store).out
    assert "Completed: –" in report
    assert "send_email" in report


def test_names_are_not_taken_for_markup(tmp_path: Path) -> None:
    store = tmp_path / "s.db"
    name = "[bold]Hi[/bold] [link]"
    well("import", "template", written(tmp_path / "h.json", {**HELLO, "name": name}),
         "--store", store)  # fmt: skip
    assert name in crm("list", "templates", "--store", store).out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("list", "automation"), "name one of automations"),
        (("show", "automation", "x"), "no automation called"),
        (("show", "poem", "x"), "no kind"),
        (("why", "nobody"), "No contact has this"),
        (("why", "1", "--automation", "x"), "No automation is called"),
        (("report", "automation", "x"), "no automation called"),
        (("report", "automation", "x", "--from", "2026-13-01"), "is no date"),
        (("report", "automation", "x", "--from", "2026-02-01", "--to", "2026-01-01"), "--to"),
        (("report", "sequence", "x"), "no sequence called"),
        (("report", "campaign", "x"), "no campaign called"),
        (("report", "compare", "x"), "two or more"),
        (("export", "automation", "x"), "no automation called"),
    ],
)
def test_what_is_not_there(arguments: tuple[str, ...], words: str, tmp_path: Path) -> None:
    crm(*arguments, "--store", tmp_path / "s.db").says_no(words)


def test_a_demo_lives_and_ends_with_a_table(tmp_path: Path) -> None:
    store = tmp_path / "demo.db"
    answer = crm("demo", "--headless", "--contacts", 20, "--days", 10, "--store", store)
    assert (answer.status, answer.err) == (0, "")
    assert "New lead welcome series" in answer.out
    assert answer.out.splitlines()[-1].startswith("20 people lived 10 days")
    crm("demo", "--days", 1, "--store", store).says_no("holds a practice already")


def test_the_user_s_own_demo_is_made_anew(tmp_path: Path) -> None:
    for _ in range(2):
        answer = program("demo", "--contacts", 5, "--days", 2, "--json", home=tmp_path)
        assert (answer.status, answer.err) == (0, "")
        assert answer.json["contacts"] == 5
    assert ROOT not in tmp_path.parents
    assert (tmp_path / "data/practice-crm/demo.db").exists()
