"""What a file of people says, one frozen record a row (formats.md, "Command line": import).

Reading knows no store: it says what the file says. Merging with people already known, and the
rule that no import turns a subscription on, are the caller's (engine.md section 10).
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

BOOKED = "appointment_booked"
COMPLETED = "appointment_completed"
CANCELLED = "appointment_cancelled"


@dataclass(frozen=True, slots=True)
class Person:
    """One person of a file. None means that the file does not say.

    `row` is the row of the sheet (its first is 1), the line of an NDJSON file or the entry of a
    bundle. `ref` is the file's own id, for FHIR `Patient/<id>`. `email` has a lower-case domain,
    `phone` is E.164, `dob` an ISO date, `timezone` an IANA name. A subscription of False is a
    withdrawal. A person who is `deceased` or `do_not_contact` is never to be contacted. `cells`
    are the row as it came, for the file of refused rows.
    """

    row: int
    ref: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    phone: str | None = None
    dob: str | None = None
    timezone: str | None = None
    status: str | None = None
    lead_source: str | None = None
    owner: str | None = None
    provider: str | None = None
    sms_subscription: bool | None = None
    email_subscription: bool | None = None
    insurance_verification: str | None = None
    do_not_contact: bool = False
    deceased: bool = False
    archived: bool = False
    lists: tuple[str, ...] = ()
    cells: tuple[str, ...] = dataclasses.field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Practitioner:
    """One provider of a clinical export, active or not; `ref` is `Practitioner/<id>`."""

    row: int
    ref: str
    name: str
    active: bool


@dataclass(frozen=True, slots=True)
class Happening:
    """An appointment or encounter of a clinical export as an event of engine.md section 2.

    `at` is an instant in microseconds; `person_ref` the `ref` of its `Person`; `provider` a name.
    """

    row: int
    ref: str
    person_ref: str
    kind: str
    at: int
    provider: str | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that is not taken, why, and its raw cells so that it can be mended.

    `field` is empty when the row as a whole is at fault. `reason` quotes no value: it may be
    logged. `file` is the name of the file within a folder, else empty. `others` are further
    faults of the row, each a field and a reason; `person` is what could be read of it.
    """

    row: int
    field: str
    reason: str
    cells: tuple[str, ...] = ()
    file: str = ""
    others: tuple[tuple[str, str], ...] = ()
    person: Person | None = dataclasses.field(default=None, compare=False, repr=False)

    @property
    def faults(self) -> tuple[tuple[str, str], ...]:
        """Every fault of the row: its field and the reason."""
        return ((self.field, self.reason), *self.others)
