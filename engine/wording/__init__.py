"""Flows in plain English, for a card, a form or a paragraph. Pure.

Everything takes public documents (formats.md), complete or not: what is still missing is said
as "a list" or "an email". Tokens are shown as they stand in the document.
"""

from engine.wording.conditions import CONDITION_TITLES, condition_words
from engine.wording.differences import differences
from engine.wording.flow import flow_paragraph
from engine.wording.goals import FACTS, GoalWords, describe_goal
from engine.wording.hours import hours_words
from engine.wording.reasons import reason_clause, reason_title
from engine.wording.steps import STEP_HELP, called, emails_of, step_summary, step_title
from engine.wording.triggers import (
    TRIGGER_GROUPS,
    EnrolmentFacts,
    enrolment_facts,
    enrolment_note,
    match_note,
    trigger_help,
    trigger_title,
    trigger_words,
)
from engine.wording.values import (
    PROPERTY_TITLES,
    assignee_title,
    duration,
    plural,
    property_title,
    status_title,
    value_title,
)

__all__ = [
    "CONDITION_TITLES",
    "FACTS",
    "PROPERTY_TITLES",
    "STEP_HELP",
    "TRIGGER_GROUPS",
    "EnrolmentFacts",
    "GoalWords",
    "assignee_title",
    "called",
    "condition_words",
    "describe_goal",
    "differences",
    "duration",
    "emails_of",
    "enrolment_facts",
    "enrolment_note",
    "flow_paragraph",
    "hours_words",
    "match_note",
    "plural",
    "property_title",
    "reason_clause",
    "reason_title",
    "status_title",
    "step_summary",
    "step_title",
    "trigger_help",
    "trigger_title",
    "trigger_words",
    "value_title",
]
