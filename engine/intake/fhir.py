"""People, providers and visits from a FHIR R4 export (formats.md: import fhir).

Reads bulk NDJSON, a Bundle, one resource or a folder of them, by content. Plain `json` rather
than fhir.resources: its models take some milliseconds a resource and refuse a whole patient for
one field that is none of ours, and real exports are untidy. Every value is checked for its type
as it is taken, so arbitrary JSON gives a refusal and never an error.

What was exported cannot be mended by hand, so a telephone or an email nobody can use is left
out; a birth date that cannot be refuses the patient. Who died is known as such whatever else the
resource says.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from db.files import written
from engine.calendar import from_datetime
from engine.intake import values
from engine.intake.dates import BirthDates
from engine.intake.exports import Entry, Reader, as_dict, as_list, as_text, open_export
from engine.intake.people import (
    BOOKED,
    CANCELLED,
    COMPLETED,
    Happening,
    Person,
    Practitioner,
    Refusal,
)
from engine.intake.values import Wrong

Item = Person | Happening | Practitioner | Refusal

_KINDS = (b'Practitioner"', b'Patient"', b'Appointment"', b'Encounter"')
_APPOINTMENTS = {
    "booked": BOOKED,
    "arrived": BOOKED,
    "checked-in": BOOKED,
    "noshow": BOOKED,
    "fulfilled": COMPLETED,
    "cancelled": CANCELLED,
}
_ENCOUNTERS = {
    "planned": BOOKED,
    "arrived": BOOKED,
    "triaged": BOOKED,
    "in-progress": BOOKED,
    "onleave": BOOKED,
    "finished": COMPLETED,
    "completed": COMPLETED,
    "cancelled": CANCELLED,
}
_MOMENT = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)\d*(Z|[+-]\d\d:\d\d)?)?", re.ASCII
)
_NAME_USES = ("official", "usual", "", "temp", "nickname", "anonymous", "maiden", "old")
_PHONE_USES = ("mobile", "sms", "home", "", "work", "temp")


def read_folder_or_file(
    path: Path,
    today: date,
    zone: ZoneInfo,
    default_region: str = "US",
    skipped: Counter[str] | None = None,
) -> Iterator[Item]:
    """Every practitioner, then every person, then every happening; refusals among the people.

    `today` is the last day to be born on; `zone` the practice's, of times that do not say theirs.
    `skipped` counts what is not taken by its resource
    type, and happenings without a meaning here (proposed, entered in error) by type and status.
    The files are judged before this returns: raises `KnownError` (status 2).
    """
    readers = open_export(path)
    counts: Counter[str] = Counter() if skipped is None else skipped
    return _in_order(readers, BirthDates(today, "day"), zone, default_region, counts)


def write_refused(path: Path, rows: Iterable[Refusal]) -> None:
    """Writes the raw refused resources as NDJSON, for their owner alone.

    The file appears whole or not at all. Raises `KnownError` if it cannot be written.
    """
    with written(path, errors="replace", newline="\n") as file:
        file.writelines(f"{row.cells[0]}\n" for row in rows if row.cells)


def _in_order(
    readers: list[Reader],
    dates: BirthDates,
    zone: ZoneInfo,
    region: str,
    skipped: Counter[str],
) -> Iterator[Item]:
    names: dict[str, str] = {}
    for entry in _each(readers, _KINDS[:1]):
        if entry.kind == "Practitioner":
            yield _practitioner(entry, names)
    for entry in _each(readers, ()):
        kind = entry.kind
        if entry.fault:
            yield entry.refused("", entry.fault)
        elif kind == "Patient":
            yield _patient(entry, names, dates, region)
        elif kind not in ("Practitioner", "Appointment", "Encounter"):
            skipped[values.text(kind)[:64]] += 1
    for entry in _each(readers, _KINDS[2:]):
        if entry.kind in ("Appointment", "Encounter"):
            happening = _happening(entry, names, zone)
            if isinstance(happening, str):
                skipped[happening] += 1
            else:
                yield happening


def _each(readers: list[Reader], words: tuple[bytes, ...]) -> Iterator[Entry]:
    for reader in readers:
        yield from reader(words)


def _practitioner(entry: Entry, names: dict[str, str]) -> Practitioner | Refusal:
    """The provider; `names` learns it by reference and by identifier, as others point at it."""
    resource = entry.resource or {}
    ref, name = _own_ref(resource), _whole_name(resource)
    if not ref or not name:
        return entry.refused("name" if ref else "id", "is missing")
    names[ref] = name
    for identifier in map(as_dict, as_list(resource.get("identifier"))):
        if value := as_text(identifier.get("value")):
            names[f"{as_text(identifier.get('system'))}|{value}"] = name
    return Practitioner(entry.row, ref, name, not _says_no(resource.get("active")))


def _patient(
    entry: Entry, names: dict[str, str], dates: BirthDates, region: str
) -> Person | Refusal:
    resource = entry.resource or {}
    deceased, wrong, dob = _is_deceased(resource), "", None
    try:
        dob = _birth_date(resource, dates)
    except Wrong as error:
        wrong = str(error)
    first, last = _name(resource)
    email, phone = _reach(resource, region)
    ref = _own_ref(resource)
    if wrong and not deceased:
        return entry.refused("dob", wrong)
    if not any((first, last, email, phone, deceased and ref)):
        return entry.refused("", "has no name, email or phone")
    return Person(
        entry.row,
        ref or None,
        first,
        last,
        email,
        phone,
        dob,
        status="patient",
        provider=_provider(as_list(resource.get("generalPractitioner")), names),
        deceased=deceased,
        archived=_says_no(resource.get("active")),
    )


def _is_deceased(resource: dict[str, object]) -> bool:
    """Anything but a plain no counts: a wrong yes costs a message, a wrong no a family's peace."""
    said = resource.get("deceasedBoolean")
    if said is not None and not _says_no(said):
        return True
    return bool(resource.get("deceasedDateTime") or resource.get("_deceasedDateTime"))


def _says_no(value: object) -> bool:
    return value is False or as_text(value).casefold() in ("false", "no", "0")


def _birth_date(resource: dict[str, object], dates: BirthDates) -> str | None:
    """The ISO date; None for a birth known to the month or year only, which FHIR allows."""
    said = resource.get("birthDate")
    line = as_text(said)
    if not line and said not in (None, ""):
        raise Wrong("is no date there is: write it like 1980-01-31")
    if re.fullmatch(r"[0-9]{4}(-[0-9]{2})?", line):
        return None
    return dates(line)


def _name(resource: dict[str, object]) -> tuple[str | None, str | None]:
    """First and last name as the export has them, of the official name or the next best."""
    best = _best_name(resource)
    given = " ".join(filter(None, map(as_text, as_list(best.get("given")))))[: values.LONGEST]
    family = as_text(best.get("family"))
    if given or family:
        return given.strip() or None, family or None
    return values.split_name(as_text(best.get("text")))


def _whole_name(resource: dict[str, object]) -> str:
    prefix = " ".join(map(as_text, as_list(_best_name(resource).get("prefix"))))
    return values.text(" ".join([prefix, *filter(None, _name(resource))]))[: values.LONGEST]


def _best_name(resource: dict[str, object]) -> dict[str, object]:
    def place(name: dict[str, object]) -> int:
        use = as_text(name.get("use"))
        return _NAME_USES.index(use) if use in _NAME_USES else len(_NAME_USES)

    return min(map(as_dict, as_list(resource.get("name"))), key=place, default={})


def _reach(resource: dict[str, object], region: str) -> tuple[str | None, str | None]:
    """The first usable email, and phone: mobile before home before work, never an old one."""
    emails: list[str] = []
    phones: list[tuple[int, int, str]] = []
    for telecom in map(as_dict, as_list(resource.get("telecom"))):
        system, use = as_text(telecom.get("system")), as_text(telecom.get("use"))
        value = as_text(telecom.get("value"))
        if use == "old":
            continue
        if system == "email":
            emails.append(value)
        elif system in ("phone", "sms"):
            use = "sms" if system == "sms" and use != "mobile" else use
            rank = _PHONE_USES.index(use) if use in _PHONE_USES else len(_PHONE_USES)
            phones.append((rank, len(phones), value))
    email = _first_usable(emails, values.email)
    ordered = [value for _, _, value in sorted(phones)]
    return email, _first_usable(ordered, lambda value: values.phone(value, region))


def _first_usable(cells: list[str], read: Callable[[str], str | None]) -> str | None:
    for cell in cells:
        try:
            if found := read(cell):
                return found
        except Wrong:
            continue
    return None


def _happening(entry: Entry, names: dict[str, str], zone: ZoneInfo) -> Happening | Refusal | str:
    """The event; or, for a status that is none here, the word under which it is counted."""
    resource = entry.resource or {}
    is_visit = entry.kind == "Encounter"
    status = as_text(resource.get("status"))
    kind = (_ENCOUNTERS if is_visit else _APPOINTMENTS).get(status)
    if kind is None:
        return f"{entry.kind} {status}".strip()[:64]
    people = _people_of(resource, is_visit)
    patient = next((ref for ref in map(_ref, people) if ref.startswith("Patient/")), "")
    ref, at = _own_ref(resource), _at(resource, kind, is_visit, zone)
    if not ref or not patient:
        return entry.refused("id" if not ref else "subject", "is missing")
    if at is None:
        return entry.refused("period" if is_visit else "start", "has no time that can be read")
    return Happening(entry.row, ref, patient, kind, at, _provider(people, names))


def _people_of(resource: dict[str, object], is_visit: bool) -> list[object]:
    """Everybody a visit or an appointment points at; the subject of a visit is a patient."""
    participants = map(as_dict, as_list(resource.get("participant")))
    if not is_visit:
        return [participant.get("actor") for participant in participants]
    others = [
        participant.get("individual") or participant.get("actor") for participant in participants
    ]
    subject = as_dict(resource.get("subject") or resource.get("patient"))
    return [{"type": "Patient", **subject}, *others]


def _at(resource: dict[str, object], kind: str, is_visit: bool, zone: ZoneInfo) -> int | None:
    """When it happened: a booking when it was made, a cancellation when it was recorded.

    A visit is completed at its end. What the export does not say falls back on the start.
    """
    period = as_dict(resource.get("period") or resource.get("actualPeriod"))
    if not is_visit:
        period = {"start": resource.get("start"), "end": resource.get("end")}
    recorded = [resource.get("created"), as_dict(resource.get("meta")).get("lastUpdated")]
    if kind == COMPLETED:
        said = [period.get("end"), period.get("start")]
    elif kind == CANCELLED:
        said = [recorded[1], period.get("start"), recorded[0]]
    else:
        said = [*recorded, period.get("start")]
    moments = (_moment(as_text(each), zone) for each in said)
    return next((at for at in moments if at is not None), None)


def _moment(line: str, zone: ZoneInfo) -> int | None:
    """The instant of a FHIR dateTime; without an offset a wall time of `zone`, or its midnight."""
    match = _MOMENT.fullmatch(line)
    if match is None:
        return None
    offset = (match[3] or "").replace("Z", "+00:00")
    try:
        moment = datetime.fromisoformat(f"{match[1]}T{match[2] or '00:00'}{offset}")
        return from_datetime(moment if offset else moment.replace(tzinfo=zone))
    except (ValueError, OverflowError):
        return None


def _provider(references: list[object], names: dict[str, str]) -> str | None:
    """The name of the first practitioner pointed at, known by the export or displayed."""
    for reference in map(as_dict, references):
        ref = _ref(reference)
        if name := names.get("Practitioner" + ref if ref.startswith("/") else ref):
            return name
        display = as_text(reference.get("display"))
        if display and ref.startswith(("Practitioner", "http")):
            return display
    return None


def _own_ref(resource: dict[str, object]) -> str:
    own = as_text(resource.get("id"))
    return f"{as_text(resource.get('resourceType'))}/{own}" if own else ""


def _ref(reference: object) -> str:
    """`Patient/<id>` of a relative, absolute or urn reference; `system|value` of a conditional."""
    line = as_text(as_dict(reference).get("reference"))
    if line.startswith("urn:"):
        return f"{as_text(as_dict(reference).get('type'))}/{line.rpartition(':')[2]}"
    if "?identifier=" in line:
        return line.partition("?identifier=")[2]
    parts = line.partition("/_history/")[0].rsplit("/", 2)
    return "/".join(parts[-2:])
