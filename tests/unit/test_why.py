"""One sentence for every line the journal can hold."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from engine.calendar import parse_instant
from engine.documents.names import Names
from engine.why import Line, Wording, cards, explain, title

NAMES = Names(
    users={"Sarah": 1},
    forms={"New patient intake": 1},
    lists={"Welcomed": 1},
    emails={"Welcome": 1},
    texts={"Reminder": 1},
    providers={"Dr Ito": 4},
)
DOCUMENT = {
    "steps": [
        {"id": "hello", "type": "send_email", "template": 1},
        {"id": "gone", "type": "send_email", "template": 99},
        {"id": "text", "type": "send_sms", "template": 1},
        {"id": "words", "type": "send_sms", "text": "Hi {{firstname}},\nready to book?"},
        {"id": "wait", "type": "delay", "amount": 2, "unit": "days"},
        {
            "id": "opened",
            "type": "if_then",
            "condition": {"type": "opened_email", "step": "hello"},
            "yes": [{"id": "call", "type": "create_task", "title": "Call {{firstname}} back"}],
            "no": [{"id": "keep", "type": "add_to_list", "list": 1}],
        },
        {"id": "mark", "type": "set_property", "property": "lead_source", "value": "Ad_1"},
        {"id": "give", "type": "set_property", "property": "provider", "value": "4"},
        {"id": "clear", "type": "set_property", "property": "contact_owner", "value": ""},
        {
            "id": "begin",
            "type": "set_property",
            "property": "insurance_verification",
            "value": "not_started",
        },
        {"id": "texts_on", "type": "set_property", "property": "sms_subscription", "value": "on"},
    ]
}
WORDING = Wording(cards(DOCUMENT), NAMES.inverse(), ZoneInfo("America/New_York"))
UNTIL = parse_instant("2026-01-08T14:00:00Z")

FLOW = [
    ("enrolled", None, "They entered “Welcome series”."),
    ("completed", None, "They reached the end of “Welcome series”."),
    ("goal_reached", None, "They reached the goal of “Welcome series”."),
    ("not_enrolled", "once", "takes each person only once."),
    ("not_enrolled", "already_active", "they were still in it."),
    ("not_enrolled", "do_not_contact", "they must not be contacted."),
    ("loop_stopped", None, "more than ten automations in a row"),
    ("missed", None, "the program was off when it was their turn."),
    ("unenrolled", "goal_met", "its goal was met."),
    ("unenrolled", "email_reply", "they replied to an email."),
    ("unenrolled", "sms_opt_out", "they opted out of texts."),
    ("unenrolled", "do_not_contact", "they must not be contacted."),
    ("unenrolled", "manual", "somebody took them out by hand."),
    ("unenrolled", "deleted", "it was deleted."),
    ("unenrolled", "merged", "two records of them became one"),
]
STEPS = [
    ("hello", "sent", None, "The email “Welcome” was sent."),
    ("gone", "sent", None, "A deleted email was sent."),
    ("words", "sent", None, "The text “Hi {{firstname}}, ready to book?” was sent."),
    ("hello", "skipped", "no_address",
     "The email “Welcome” was not sent: there was no email address for them."),
    ("hello", "skipped", "unsubscribed",
     "The email “Welcome” was not sent: they were unsubscribed from emails."),
    ("hello", "skipped", "bounced",
     "The email “Welcome” was not sent: an earlier email to their address had come back."),
    ("text", "skipped", "no_number",
     "The text “Reminder” was not sent: there was no phone number for them."),
    ("text", "skipped", "opted_out", "The text “Reminder” was not sent: they had opted out."),
    ("text", "skipped", "capped",
     "The text “Reminder” was not sent: they had already been sent as many messages as the "
     "practice allows."),
    ("text", "skipped", "too_late",
     "The text “Reminder” was not sent: the program had been off, and by then it was too late."),
    ("text", "withdrawn", "opted_out",
     "The text “Reminder” was taken back before it went out: they must not be contacted "
     "this way any more."),
    ("wait", "waiting", None, "The 2-day delay began; it ends on Thu Jan 8, 2026, 9:00 AM."),
    ("opened", "yes", None, "Checked whether they opened the email “Welcome”: yes."),
    ("opened", "no", None, "Checked whether they opened the email “Welcome”: no."),
    ("call", "task_created", None, "The task “Call {{firstname}} back” was created."),
    ("keep", "added", None, "They were put on the list “Welcomed”."),
    ("keep", "unchanged", None, "They already were on the list “Welcomed”."),
    ("mark", "property_set", None, "Their lead source was set to “Ad_1”."),
    ("begin", "property_set", None, "Their insurance verification was set to “not started”."),
    ("give", "property_set", None, "Their provider was set to “Dr Ito”."),
    ("clear", "unchanged", None, "Their contact owner already was empty."),
    ("texts_on", "skipped", "opted_out",
     "The change of their sms subscription to “on” did not happen: they had opted out, which "
     "only they can undo."),
    ("keep", "held", "campaign",
     "The step onto the list “Welcomed” was put on hold: no campaign that “Welcome series” "
     "belongs to was active."),
    ("hello", "held", "run_hours",
     "The email “Welcome” was put on hold: “Welcome series” was outside its hours until "
     "Thu Jan 8, 2026, 9:00 AM."),
    ("text", "held", "quiet_hours",
     "The text “Reminder” was put on hold: no texts go out in the quiet hours, until "
     "Thu Jan 8, 2026, 9:00 AM."),
    ("hello", "ignored", None,
     "An answer to the email “Welcome” was ignored: it had not been sent to them."),
    ("unheard", "sent", None, "The step “unheard” was sent."),
    ("hello", "set_aside", "bad_luck", "The email “Welcome”: set aside, because of bad luck."),
]  # fmt: skip


@pytest.mark.parametrize(("what", "why", "ending"), FLOW)
def test_about_the_flow(what: str, why: str | None, ending: str) -> None:
    said = explain(Line("Welcome series", None, what, why), WORDING)
    assert said.startswith("They ")
    assert "“Welcome series”" in said
    assert ending in said


@pytest.mark.parametrize(("step", "what", "why", "sentence"), STEPS)
def test_about_a_step(step: str, what: str, why: str | None, sentence: str) -> None:
    assert explain(Line("Welcome series", step, what, why, UNTIL), WORDING) == sentence


@pytest.mark.parametrize(
    ("state", "ending"),
    [
        (None, "was sent."), ("sent", "was sent."), ("queued", "is waiting to go out."),
        ("claimed", "is waiting to go out."), ("bounced", "was sent, but it came back."),
        ("failed", "was to go out, but it failed."),
        ("uncertain", "may or may not have gone out."),
        ("withdrawn", "was to go out, but it was taken back."),
        ("too_late", "was to go out, but it was taken back."),
    ],
)  # fmt: skip
def test_a_message_is_told_by_its_state(state: str | None, ending: str) -> None:
    line = Line("Welcome series", "hello", "sent", state=state)
    assert explain(line, WORDING) == f"The email “Welcome” {ending}"


@pytest.mark.parametrize(
    ("condition", "question"),
    [
        ({"type": "clicked_email", "step": "any"}, "they clicked a link in any email"),
        ({"type": "replied"}, "they replied"),
        ({"type": "booked_appointment"}, "they booked an appointment"),
        ({"type": "submitted_form", "form": 1}, "they submitted the form “New patient intake”"),
        ({"type": "submitted_form", "form": "any"}, "they submitted any form"),
        ({"type": "goal_reached"}, "they reached the goal"),
        ({"type": "in_list", "list": 1}, "they were on the list “Welcomed”"),
        (
            {"type": "property", "property": "status", "op": "is", "value": "lead"},
            "their status was “lead”",
        ),
        (
            {"type": "property", "property": "contact_owner", "op": "is_not", "value": "1"},
            "their contact owner was not “Sarah”",
        ),
        (
            {"type": "property", "property": "provider", "op": "is_empty"},
            "their provider was empty",
        ),
        (
            {"type": "property", "property": "provider", "op": "is_not_empty"},
            "their provider was filled in",
        ),
    ],
)
def test_questions(condition: dict[str, object], question: str) -> None:
    card = {"id": "ask", "type": "if_then", "condition": condition, "yes": [], "no": []}
    wording = Wording(cards({"steps": [card]}), NAMES.inverse(), ZoneInfo("UTC"))
    assert title("ask", wording) == f"the question whether {question}"
    assert explain(Line("F", "ask", "yes"), wording) == f"Checked whether {question}: yes."


def test_long_titles_are_cut() -> None:
    card = {"id": "say", "type": "send_sms", "text": "word " * 100}
    wording = Wording(cards({"steps": [card]}), NAMES.inverse(), ZoneInfo("UTC"))
    assert len(title("say", wording)) < 75
