"""Why something did not happen, or somebody left: the journal's reasons in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple


class Reason(NamedTuple):
    """A reason in a list of them, and as the end of a sentence about a person."""

    title: str
    clause: str


REASONS: Final[Mapping[str, Reason]] = {
    "no_address": Reason("No email address", "there was no email address for them"),
    "unsubscribed": Reason("Unsubscribed from emails", "they were unsubscribed from emails"),
    "bounced": Reason(
        "Their address sent an email back", "an earlier email to their address had come back"
    ),
    "no_number": Reason("No phone number", "there was no phone number for them"),
    "opted_out": Reason("Opted out", "they had opted out"),
    "do_not_contact": Reason("Must not be contacted", "they must not be contacted"),
    "capped": Reason(
        "Had as many messages as the practice allows",
        "they had already been sent as many messages as the practice allows",
    ),
    "too_late": Reason(
        "Too late: the program had been off",
        "the program had been off, and by then it was too late",
    ),
    "once": Reason("Were in it before", "it takes each person only once"),
    "already_active": Reason("Were in it still", "they were still in it"),
    "goal_met": Reason("Met the goal", "its goal was met"),
    "email_reply": Reason("Replied to an email", "they replied to an email"),
    "sms_opt_out": Reason("Opted out of texts", "they opted out of texts"),
    "manual": Reason("Taken out by hand", "somebody took them out by hand"),
    "deleted": Reason("The automation was deleted", "it was deleted"),
    "merged": Reason(
        "Became one with another record",
        "two records of them became one, and the other was in it already",
    ),
}
"""By what the journal calls them (engine.md section 9)."""


def reason_title(code: str) -> str:
    """A reason as a line of a list; of one nobody foresaw, its own words."""
    known = REASONS.get(code)
    return known.title if known else code.replace("_", " ").capitalize()


def reason_clause(code: str) -> str:
    """A reason inside a sentence; of one nobody foresaw, its own words."""
    known = REASONS.get(code)
    return known.clause if known else code.replace("_", " ")
