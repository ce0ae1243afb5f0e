"""The journal in sentences: why each thing did or did not happen (engine.md, sections 3 to 9).

One line becomes one plain English sentence for whoever answers the telephone, with today's
names and wall times in the practice zone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

from db.connection import Connection
from db.queries import journal, setup
from engine.calendar import format_instant
from engine.documents.names import Labels
from engine.flow import Stored, walk_cards
from engine.naming import load_names
from engine.practice import read_practice
from engine.vocabulary import ANY, PROPERTIES, PROPERTY_REFERENCES
from engine.wording.reasons import reason_clause
from engine.wording.times import moment_words

LONGEST_TITLE: Final = 60

_ABOUT_FLOW: Final[Mapping[tuple[str, str], str]] = {
    ("enrolled", ""): "They entered {flow}.",
    ("completed", ""): "They reached the end of {flow}.",
    ("goal_reached", ""): "They reached the goal of {flow}.",
    ("not_enrolled", "do_not_contact"):
        "They did not enter {flow}: they must not be contacted.",
    ("not_enrolled", "once"):
        "They did not enter {flow} again: it takes each person only once.",
    ("not_enrolled", "already_active"):
        "They did not enter {flow} again: they were still in it.",
    ("loop_stopped", ""):
        "They did not enter {flow}: more than ten automations in a row had set each other off, "
        "so it stopped there.",
    ("missed", ""): "They did not enter {flow}: the program was off when it was their turn.",
}  # fmt: skip

_ABOUT_STEP: Final[Mapping[tuple[str, str], str]] = {
    ("waiting", ""): "{step} began; it ends on {until}.",
    ("uncertain", ""):
        "{step} may or may not have gone out: somebody has to say, or send it again.",
    ("task_created", ""): "{step} was created.",
    ("ignored", ""): "An answer to {step} was ignored: it had not been sent to them.",
    ("held", "campaign"):
        "{step} was put on hold: no campaign that {flow} belongs to was active.",
    ("held", "run_hours"):
        "{step} was put on hold: {flow} was outside its hours until {until}.",
    ("held", "quiet_hours"):
        "{step} was put on hold: no texts go out in the quiet hours, until {until}.",
}  # fmt: skip

_SENT: Final[Mapping[str, str]] = {
    "queued": "{step} is waiting to go out.",
    "claimed": "{step} is waiting to go out.",
    "sent": "{step} was sent.",
    "bounced": "{step} was sent, but it came back.",
    "failed": "{step} was to go out, but it failed.",
    "uncertain": "{step} may or may not have gone out.",
    "withdrawn": "{step} was to go out, but it was taken back.",
    "too_late": "{step} was to go out, but it was taken back.",
}
"""By what became of the message that a step queued (engine.md section 9)."""

_TESTS: Final[Mapping[str, str]] = {
    "opened_email": "they opened {email}",
    "clicked_email": "they clicked a link in {email}",
    "replied": "they replied",
    "booked_appointment": "they booked an appointment",
    "submitted_form": "they submitted {form}",
    "goal_reached": "they reached the goal",
    "property": "their {property} {op}",
    "in_list": "they were on {list}",
}
_OPS: Final[Mapping[str, str]] = {
    "is": "was {value}",
    "is_not": "was not {value}",
    "is_empty": "was empty",
    "is_not_empty": "was filled in",
}

_NOUNS: Final = {"email": "email", "sms": "text", "form": "form", "list": "list"}


@dataclass(frozen=True, slots=True)
class Line:
    """A journal line: `until` is an instant, `flow` is today's name.

    `state` is that of the message a line `sent` is about, now.
    """

    flow: str
    step: str | None
    what: str
    why: str | None = None
    until: int | None = None
    state: str | None = None


@dataclass(frozen=True, slots=True)
class Wording:
    """What a sentence is made with: the version's steps by id, today's names, the zone."""

    cards: Mapping[str, Stored]
    labels: Labels
    zone: ZoneInfo

    def named(self, kind: str, id: Any) -> str:
        """A record by today's name: the list “Welcomed”; or that it is gone."""
        noun = _NOUNS.get(kind, "")
        known = self.labels.by_kind[kind].get(int(id))
        return (
            f"a deleted {noun or kind}" if known is None else f"{noun and f'the {noun} '}“{known}”"
        )

    def moment(self, instant: int) -> str:
        """A wall time in the practice zone."""
        return moment_words(instant, self.zone)


def why(
    connection: Connection, contact_id: int, flow_id: int | None = None
) -> list[dict[str, str | None]]:
    """One contact's journal, of all flows or one, in order (formats.md, `why CONTACT`)."""
    labels = load_names(connection).inverse()
    zone = read_practice(setup.settings(connection)).zone
    rows = journal.of_contact(connection, contact_id, flow_id)
    documents = setup.versions(connection, {row.version_id for row in rows})
    wordings = {
        version: Wording(cards(document), labels, zone) for version, document in documents.items()
    }
    return [
        {
            "at": format_instant(row.at),
            "flow": row.flow,
            "step": row.step,
            "what": row.what,
            "why": row.why,
            "sentence": explain(
                Line(row.flow, row.step, row.what, row.why, row.until, row.state),
                wordings[row.version_id],
            ),
        }
        for row in rows
    ]


def cards(document: Stored) -> dict[str, Stored]:
    """The steps of a stored document by id."""
    return {card["id"]: card for _, card in walk_cards(document["steps"])}


def explain(line: Line, wording: Wording) -> str:
    """The sentence of a journal line; of one nobody foresaw, its own words."""
    key = (line.what, line.why or "")
    card = wording.cards.get(line.step or "")
    said = _of_its_type(line, card, wording)
    if said is None:
        said = _ABOUT_FLOW.get(key) or _ABOUT_STEP.get(key)
    if said is None:
        about = "" if line.step is None else f"{title(line.step, wording)}: "
        reason = f", because of {_words(line.why)}" if line.why else ""
        said = _plain(f"{about}{_words(line.what)}{reason}.")
    until = "later" if line.until is None else wording.moment(line.until)
    step = "" if line.step is None else title(line.step, wording)
    return _capital(said.format(flow=f"“{line.flow}”", step=step, until=until))


def title(step: str, wording: Wording) -> str:
    """A step in words: the email “Welcome”, the 2-day delay."""
    card = wording.cards.get(step)
    if card is None:
        return f"the step “{step}”"
    return _TITLES[card["type"]](card, wording)


def _of_its_type(line: Line, card: Stored | None, wording: Wording) -> str | None:
    """The sentences that depend on what the step does or on a reason, still to be filled."""
    if line.what == "sent":
        return _SENT[line.state or "sent"]
    if line.what in ("skipped", "withdrawn"):
        return _not_sent(line, card)
    if line.what == "unenrolled" and line.why:
        return f"They left {{flow}}: {_plain(reason_clause(line.why))}."
    if line.what in ("bounced", "failed"):
        reason = f" ({_plain(line.why)})" if line.why else ""
        came = "came back" if line.what == "bounced" else "was refused"
        return f"{{step}} {came}: it did not arrive{reason}."
    if card is None:
        return None
    if line.what in ("yes", "no") and "condition" in card:
        return _plain(f"Checked whether {_test(card, wording)}: {line.what}.")
    if line.what in ("property_set", "unchanged") and "property" in card:
        verb = "was set to" if line.what == "property_set" else "already was"
        return _plain(f"Their {_words(card['property'])} {verb} {_value(card, wording)}.")
    if line.what in ("added", "unchanged") and "list" in card:
        verb = "were put" if line.what == "added" else "already were"
        return _plain(f"They {verb} on {wording.named('list', card['list'])}.")
    return None


def _not_sent(line: Line, card: Stored | None) -> str:
    reason = reason_clause(line.why or "no_reason_was_given")
    if (line.what, line.why) == ("withdrawn", "opted_out"):
        reason = "they must not be contacted this way any more"
    if card is not None and card["type"] == "set_property":
        return "{step} did not happen: " + _plain(reason) + ", which only they can undo."
    kept = "was taken back before it went out" if line.what == "withdrawn" else "was not sent"
    return f"{{step}} {kept}: {_plain(reason)}."


def _email(card: Stored, wording: Wording) -> str:
    return wording.named("email", card["template"])


def _sms(card: Stored, wording: Wording) -> str:
    if "template" in card:
        return wording.named("sms", card["template"])
    return f"the text “{_short(card['text'])}”"


def _delay(card: Stored, wording: Wording) -> str:
    return f"the {card['amount']}-{card['unit'].removesuffix('s')} delay"


def _branch(card: Stored, wording: Wording) -> str:
    return f"the question whether {_test(card, wording)}"


def _task(card: Stored, wording: Wording) -> str:
    return f"the task “{_short(card['title'])}”"


def _property(card: Stored, wording: Wording) -> str:
    return f"the change of their {_words(card['property'])} to {_value(card, wording)}"


def _list(card: Stored, wording: Wording) -> str:
    return f"the step onto {wording.named('list', card['list'])}"


_TITLES: Final[Mapping[str, Callable[[Stored, Wording], str]]] = {
    "send_email": _email,
    "send_sms": _sms,
    "delay": _delay,
    "if_then": _branch,
    "create_task": _task,
    "set_property": _property,
    "add_to_list": _list,
}


def _test(card: Stored, wording: Wording) -> str:
    """What an if/then asks, as a statement about the contact."""
    asked = card["condition"]
    subject = {"email": "any email", "form": "any form", "list": "", "property": "", "op": ""}
    if asked.get("step", ANY) != ANY:
        subject["email"] = title(asked["step"], wording)
    if asked.get("form", ANY) != ANY:
        subject["form"] = wording.named("form", asked["form"])
    if "list" in asked:
        subject["list"] = wording.named("list", asked["list"])
    if "property" in asked:
        subject["property"] = _words(asked["property"])
        subject["op"] = _OPS[asked["op"]].format(value=_value(asked, wording))
    return _TESTS[asked["type"]].format(**subject)


def _value(record: Stored, wording: Wording) -> str:
    """The value a property is set to or compared with."""
    value = record.get("value", "")
    if value and record["property"] in PROPERTY_REFERENCES:
        return wording.named(PROPERTY_REFERENCES[record["property"]], value)
    if PROPERTIES.get(record["property"]):
        value = _words(value)
    return f"“{value}”" if value else "empty"


def _words(word: str) -> str:
    return word.replace("_", " ")


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_TITLE else f"{line[: LONGEST_TITLE - 1]}…"


def _plain(text: str) -> str:
    """Text that has nothing to fill in: tokens like {{firstname}} stay as they are."""
    return text.replace("{", "{{").replace("}", "}}")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
