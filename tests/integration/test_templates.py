"""Emails and texts are corrected at the desk, and shown before as they will be sent."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from db.errors import KnownError
from db.session import open_store
from engine.calendar import parse_instant
from engine.commands.contacts import NewContact, create_contacts
from engine.commands.settings import put_settings, put_template
from engine.commands.templates import SavedElsewhere, change_template
from engine.preview import Addressee, Seen, Written, addressee, correspondence, seen
from engine.templates_page import email_called, open_template
from engine.workspace import Workspace

NOW = parse_instant("2026-03-02T15:00:00Z")
HELLO = {
    "format": "practice-crm/template@1", "name": "Hello", "channel": "email",
    "subject": "Hi {{firstname}}", "preview_text": "From {{owner}}", "body": "<p>Hello</p>",
}  # fmt: skip
WRITTEN = Written("Hi {{firstname}}", "From {{owner}}", "", "", "<p>Dear {{firstname}}</p>")
ANN = Addressee(None, "Ann", "Lee", "Sarah")


@pytest.fixture
def workspace(store_url: str) -> Iterator[Workspace]:
    store = open_store(store_url)
    yield Workspace(store)
    store.close()


def look(
    workspace: Workspace, written: Written, step: dict[str, str], reader: Addressee = ANN
) -> Seen:
    with workspace.store.read() as connection:
        house = correspondence(connection).house
    return seen(house, written, step, reader)


def test_a_template_is_corrected_by_its_number_also_its_name(workspace: Workspace) -> None:
    id = put_template(workspace, HELLO)
    changed = {**HELLO, "name": "Good day", "body": "<p>Good day</p>"}
    change_template(workspace, id, changed, HELLO)
    with workspace.store.read() as connection:
        found = email_called(connection, "Good day")
        assert found is not None and (found.id, found.document) == (id, changed)
        assert email_called(connection, "Hello") is None


def test_what_another_desk_saved_is_not_saved_over_unasked(workspace: Workspace) -> None:
    id = put_template(workspace, HELLO)
    theirs, ours = {**HELLO, "subject": "Theirs"}, {**HELLO, "subject": "Ours"}
    change_template(workspace, id, theirs, HELLO)
    with pytest.raises(SavedElsewhere):
        change_template(workspace, id, ours, HELLO)
    with workspace.store.read() as connection:
        found = open_template(connection, id)
        assert found is not None and found.document == theirs
    change_template(workspace, id, ours, None)
    with workspace.store.read() as connection:
        found = open_template(connection, id)
        assert found is not None and found.document == ours


def test_a_name_that_is_taken_and_what_is_gone_are_said(workspace: Workspace) -> None:
    id = put_template(workspace, HELLO)
    put_template(workspace, {**HELLO, "name": "Bye"})
    with pytest.raises(KnownError, match="Another email is called “Bye” already"):
        change_template(workspace, id, {**HELLO, "name": "Bye"}, HELLO)
    with pytest.raises(KnownError, match="deleted meanwhile"):
        change_template(workspace, id + 100, HELLO, None)
    with pytest.raises(KnownError, match="script"):
        change_template(workspace, id, {**HELLO, "body": "<script>x</script>"}, HELLO)


def test_an_email_is_seen_as_it_will_be_sent(workspace: Workspace) -> None:
    put_settings(workspace, {"practice.name": "Oak", "practice.address": "1 Oak Street"})
    plain = look(workspace, WRITTEN, {})
    assert plain.sender.startswith("Oak <") and plain.subject == "Hi Ann"
    assert plain.preview == "From Sarah" and plain.doubts == ()
    assert "<p>Dear Ann</p>" in plain.html and "1 Oak Street" in plain.html
    assert "Unsubscribe</a>" in plain.html
    step = {"subject": "Book, {{lastname}}", "from_name": "{{owner}}",
            "from_email": "s@oak.example", "preview_text": "Now"}  # fmt: skip
    said = look(workspace, WRITTEN, step)
    assert (said.sender, said.subject) == ("Sarah <s@oak.example>", "Book, Lee")
    assert said.preview == "Now"


def test_what_is_doubtful_is_said_in_words(workspace: Workspace) -> None:
    body = (
        '<p><a href="oak">x</a> <a href="https://oak.example/a">y</a>{{lastname}}</p><img src="a">'
    )
    nobody = Addressee(None, "", "", "")
    said = look(workspace, Written(body=body), {}, nobody).doubts
    assert [each.partition(":")[0] for each in said] == [
        "It has no subject", "A link leads to “oak”",
        "A picture has no words for those who don't see it",
        "This person has no last name",
    ]  # fmt: skip
    heavy = look(workspace, Written("Hi", body="<p>" + "x" * 110_000 + "</p>"), {}).doubts
    assert heavy[0].startswith("It weighs 10")


@pytest.mark.parametrize(
    "body", ["<script>1</script>", "<p onclick='x()'>", "<a href='javascript:x()'>", "{{nobody}}"]
)
def test_what_no_email_may_carry_is_not_shown(workspace: Workspace, body: str) -> None:
    with pytest.raises(KnownError):
        look(workspace, Written("Hi", body=body), {})


def test_a_contact_reads_it_with_their_own_name(workspace: Workspace) -> None:
    (id,) = create_contacts(
        workspace, [NewContact("manual", {"first_name": "Bob", "last_name": "Ray"})], NOW
    )
    with workspace.store.read() as connection:
        bob = addressee(connection, id)
        assert addressee(connection, id + 1) is None
    assert bob is not None and bob.name == "Bob Ray"
    assert look(workspace, WRITTEN, {}, bob).subject == "Hi Bob"
