"""Which column of a spreadsheet says what, guessed from its header and overridable by name.

Headers are compared without case, accents, spaces and punctuation, in English, German, French
and Spanish. A column nobody knows is left alone; it is no error.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from db.errors import KnownError
from engine.intake.values import Wrong, email, fold, phone, text

IGNORE = "ignore"
"""The field of a column that an override leaves out."""

_SYNONYMS = {
    "ref": "id|patient id|contact id|client id|customer id|external id|record id|mrn|chart number"
    "|chart no|account number|medical record number|uuid|patient number|kundennummer"
    "|patientennummer",
    "first_name": "first|first name|fname|given|given name|given names|forename|christian name"
    "|vorname|prenom|primer nombre|nombres|nombre de pila|rufname",
    "last_name": "last|last name|lname|surname|family|family name|second name|nachname"
    "|familienname|nom de famille|apellido|apellidos",
    "name": "name|full name|fullname|patient|contact|client|customer|display name|nombre|nom"
    "|nombre completo|nom complet|nom et prenom|vollstandiger name|lead|person|person name",
    "email": "email|e-mail|mail|email address|e-mail address|mail address|courriel|email adresse"
    "|adresse email|adresse electronique|correo|correo electronico|adresse mail",
    "phone": "phone|telephone|tel|phone number|telephone number|mobile|mobile phone|mobile number"
    "|cell|cell phone|cellphone|cell number|sms|sms number|text number|home phone|work phone"
    "|daytime phone|evening phone|contact number|handy|handynummer|mobil|mobiltelefon|telefon"
    "|telefonnummer|rufnummer|portable|mobile tel|telefono|telefono movil|movil|celular|ph",
    "dob": "dob|d o b|birth date|birthdate|date of birth|birthday|born|bday|geburtsdatum|geburtstag"
    "|geboren|date de naissance|naissance|ne le|fecha de nacimiento|nacimiento|cumpleanos",
    "timezone": "timezone|time zone|tz|zeitzone|fuseau horaire|zona horaria",
    "status": "status|contact status|patient status|lead status|lifecycle stage|stage|estado"
    "|statut|contact type|patient type|lead or patient",
    "lead_source": "lead source|source|referral source|referred by|how did you hear about us"
    "|how did you hear|origin|channel|utm source|herkunft|quelle|origine|origen|procedencia",
    "owner": "owner|contact owner|assigned to|assignee|account owner|lead owner|account manager"
    "|zustandig|responsable|propietario",
    "provider": "provider|doctor|physician|dentist|practitioner|clinician|therapist|pcp"
    "|primary care provider|primary provider|arzt|behandler|medecin|medico",
    "email_subscription": "email subscription|email opt in|email consent|email subscribed"
    "|email optin|email marketing|accepts email|receive emails|email ok|email permission"
    "|email allowed|email marketing status|email status|newsletter",
    "sms_subscription": "sms subscription|sms opt in|sms consent|sms subscribed|text consent"
    "|sms marketing|text opt in|accepts sms|receive texts|text ok|sms ok|sms permission"
    "|sms allowed|text messages|text subscription|sms status",
    "subscription": "subscription|subscribed|subscription status|opt in|optin|marketing consent"
    "|consent|accepts marketing|marketing|marketing opt in|marketing status",
    "email_opt_out": "email opt out|unsubscribed|unsubscribe|email unsubscribed|email optout"
    "|unsubscribed from email|unsubscribed at|do not email|no email|email opted out"
    "|has opted out of email|abgemeldet|desabonne",
    "sms_opt_out": "sms opt out|sms unsubscribed|sms optout|text opt out|do not text|no sms"
    "|no texts|sms opted out|text unsubscribed",
    "do_not_contact": "do not contact|dnc|donotcontact|opt out|opted out|optout|no contact"
    "|do not call|marketing opt out|suppressed|blocked|blacklisted",
    "deceased": "deceased|is deceased|dead|died|date of death|death date|deceased date|dod"
    "|verstorben|sterbedatum|decede|date de deces|fallecido|fecha de defuncion",
    "archived": "archived|is archived",
    "insurance_verification": "insurance verification|insurance status|insurance verified"
    "|insurance|eligibility|verification status|insurance verification status",
    "lists": "list|lists|list membership|segment|segments|tag|tags|group|groups|group membership"
    "|labels|label|audience|mailing list",
}
FIELDS = tuple(_SYNONYMS)
"""What a column may be, as an override names it."""

_FILLERS = frozenset(
    "contact contacts patient patients client customer lead person your the my main primary"
    " preferred home work office personal private business number no nr num value address 1 2 3 4"
    " optional required s is has".split()
)
_MOBILE = ("mobil", "cell", "handy", "movil", "celular", "portable", "sms", "text")
_NAMES = frozenset(("first_name", "last_name", "name"))
_REACH = _NAMES | {"email", "phone"}
_WAY_OUT = 'say which is which with --map, like --map "Column=email"'


def key(header: str) -> str:
    """`header` for comparison: letters and digits only, no case, no accents."""
    return re.sub(r"[\W_]+", "", fold(header))


_KNOWN = {key(word): field for field, line in _SYNONYMS.items() for word in line.split("|")}


def guess(headers: Sequence[str]) -> dict[str, str | None]:
    """Each header's field of `FIELDS`, or None for a column nobody knows."""
    return dict(zip(headers, resolve(headers, {}), strict=True))


def known(headers: Sequence[str]) -> int:
    """How many of the headers are columns anybody knows."""
    return sum(_guessed(header) is not None for header in headers)


def resolve(headers: Sequence[str], overrides: Mapping[str, str]) -> list[str | None]:
    """The field of each column: what `overrides` (header to field) say, else the guess.

    Raises `KnownError` as `apply` does.
    """
    fields = _settle_names([_guessed(header) for header in headers])
    apply(fields, headers, overrides)
    return fields


def apply(fields: list[str | None], headers: Sequence[str], overrides: Mapping[str, str]) -> None:
    """Writes what `overrides` (header to field) say over `fields`.

    Raises `KnownError` (status 2) for an override whose header or field does not exist.
    """
    for header, field in overrides.items():
        if field not in FIELDS and field not in ("", IGNORE):
            raise KnownError(
                f"--map {header}={field}: there is no field {field!r}; the fields are "
                f"{', '.join(FIELDS)} and {IGNORE}.",
                status=2,
            )
        for place in _columns_called(header, headers):
            fields[place] = field if field in FIELDS else None


def _columns_called(header: str, headers: Sequence[str]) -> list[int]:
    exact = [place for place, name in enumerate(headers) if name == header]
    found = exact or [place for place, name in enumerate(headers) if key(name) == key(header)]
    if not found or not header:
        raise KnownError(
            f"--map names a column {header!r} that the file does not have; it has "
            f"{_listed(headers)}.",
            status=2,
        )
    return found


def _guessed(header: str) -> str | None:
    if len(header) > 100:
        return None
    split = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text(header))
    if (field := _KNOWN.get(key(split))) is not None:
        return field
    words = re.findall(r"[^\W_]+", fold(split))
    return _KNOWN.get("".join(word for word in words if word not in _FILLERS))


def _settle_names(fields: list[str | None]) -> list[str | None]:
    """Beside a lone first name, "name" is the last name, and the other way round."""
    has_first, has_last = "first_name" in fields, "last_name" in fields
    if "name" not in fields or has_first == has_last:
        return fields
    other = "last_name" if has_first else "first_name"
    place = fields.index("name")
    return [*fields[:place], other, *fields[place + 1 :]]


def usable(fields: Sequence[str | None]) -> bool:
    """Whether the columns can name or reach anybody."""
    return not _REACH.isdisjoint(fields)


def tells_apart(fields: Collection[str | None]) -> bool:
    """Whether the columns tell one person from another: email, phone, or name and birth date."""
    named = not _NAMES.isdisjoint(fields)
    return "email" in fields or "phone" in fields or (named and "dob" in fields)


def require_usable(name: str, headers: Sequence[str], fields: Sequence[str | None]) -> None:
    """Raises `KnownError` (status 2) when no column of file `name` can name or reach anybody."""
    if not usable(fields):
        raise KnownError(
            f"{name} has no column for a name, an email or a phone; it has {_listed(headers)}: "
            f"{_WAY_OUT}.",
            status=2,
        )


def _listed(headers: Sequence[str]) -> str:
    shown = [f"“{text(header)[:40]}”" for header in headers[:20]]
    return ", ".join(shown) + (f" and {len(headers) - 20} more" if len(headers) > 20 else "")


def rank(header: str, field: str) -> int:
    """Of several columns for one field the lowest is asked first: mobile before other phones."""
    folded = key(header)
    return 0 if field == "phone" and any(word in folded for word in _MOBILE) else 1


def reveals(cell: str, region: str) -> str | None:
    """`email`, `phone` or `dob` when a cell can only be that: so a first row is no header."""
    if not any(letter.isdigit() or letter == "@" for letter in cell[:300]):
        return None
    if re.fullmatch(r"\s*\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}\s*", cell):
        return "dob"
    for field, read in (("email", email), ("phone", lambda raw: phone(raw, region))):
        try:
            if sum(map(str.isdigit, cell)) >= (0 if field == "email" else 7) and read(cell):
                return field
        except Wrong:
            continue
    return None


def by_content(rows: Sequence[Sequence[str]], region: str) -> list[str | None]:
    """The fields of the columns of a file without a header, from its first rows.

    What looks like an email, a phone or a date is one. Of the columns of plain words the first
    two are first and last name, or the first a full name when most of its cells have a space.
    """
    width = max(len(row) for row in rows)
    columns = [
        [row[place] for row in rows if place < len(row) and row[place].strip()]
        for place in range(width)
    ]
    fields: list[str | None] = [_column_content(cells, region) for cells in columns]
    names = [place for place, field in enumerate(fields) if field == "name"]
    for place in names:
        fields[place] = None
    if names:
        spaced = sum(" " in cell.strip() for cell in columns[names[0]])
        whole = len(names) == 1 or spaced * 2 > len(columns[names[0]])
        fields[names[0]] = "name" if whole else "first_name"
        if not whole:
            fields[names[1]] = "last_name"
    return fields


def _column_content(cells: Sequence[str], region: str) -> str | None:
    seen = [reveals(cell, region) for cell in cells]
    for field in ("email", "phone", "dob"):
        if seen.count(field) * 2 > len(cells):
            return field
    wordy = sum(re.fullmatch(r"[^\W\d_][^\d@]{0,80}", cell.strip()) is not None for cell in cells)
    return "name" if wordy * 2 > len(cells) else None
