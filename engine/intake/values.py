"""What one cell means: names, addresses, numbers and choices as people type them.

Every reader takes the text of a cell and gives the tidy value, None for a cell that says nothing
("n/a", "-", "unknown"), or raises `Wrong` for a value that would mislead. Formulas are text.
Birth dates are read by `engine.intake.dates`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import phonenumbers

from engine.calendar import zone

LONGEST = 300
"""Characters a cell that becomes a name, a list or a source may have."""

_TIDY = re.compile(r"(?!')[!-~]+(?: [!-~]+)*")
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff]"
)
_SHIELD = re.compile(r"'(?=[=+\-@])")
UNSAID = frozenset(("", "n/a", "none", "-", "--", "---", "unknown", "#n/a", "?", "."))
NOTHING = UNSAID | frozenset(
    "na|n.a.|nil|null|nan|not provided|not given|no email|noemail|no phone|tbd"
    "|keine|unbekannt|inconnu|aucun|ninguno|desconocido".split("|")
)


class Wrong(ValueError):
    """A value that would mislead; the text says what is wrong without quoting it."""


def text(raw: str) -> str:
    """`raw` in one line: no outer, repeated or odd spaces, nothing unseen, composed accents.

    The apostrophe with which `refusals.write_refused` disarms a formula goes again.
    """
    if _TIDY.fullmatch(raw):
        return raw
    line = " ".join(_UNSEEN.sub("", " ".join(raw.split())).split())
    return _SHIELD.sub("", unicodedata.normalize("NFC", line), count=1)


def fold(raw: str) -> str:
    """`raw` for comparison: one line, no case, no accents."""
    line = text(raw)
    if not line.isascii():
        parts = unicodedata.normalize("NFKD", line)
        line = "".join(part for part in parts if not unicodedata.combining(part))
    return line.casefold()


def words(raw: str) -> str | None:
    """A name, a source, a list: the text, or None for a placeholder."""
    line = text(raw)
    if line.casefold() in UNSAID:
        return None
    if len(line) > LONGEST:
        raise Wrong(f"is longer than {LONGEST} characters")
    return line


def several(raw: str) -> tuple[str, ...] | None:
    """Names between semicolons, bars or commas, each once."""
    names = (words(part) for part in re.split(r"[;|,\n]", raw))
    return tuple(dict.fromkeys(name for name in names if name)) or None


_TITLES = frozenset(
    "dr mr mrs ms miss mx prof professor rev sir dame"
    " herr frau mme mlle monsieur madame sra srta".split()
)
_DEGREES = frozenset("md phd dds dmd do rn np pa esq cpa mba dvm".split())
_GENERATIONS = frozenset("jr sr ii iii iv".split())
_PARTICLES = frozenset(
    "van von der den de da di do dos du del della la le bin ibn al el st".split()
)


def split_name(raw: str) -> tuple[str | None, str | None]:
    """First and last name of "Lee, Ann", "Ann Lee" or "Dr. Ann Lee-Smith Jr.".

    Titles and degrees go, a generation (Jr.) stays with the last name, a middle name with the
    first, a particle ("van Beethoven") with the last. A single word is a first name.
    """
    line = words(raw)
    if line is None:
        return None, None
    parts = [part.split() for part in line.split(",")]
    parts = [part for part in parts if part and not _all_in(part, _DEGREES)]
    if len(parts) > 1 and not _all_in(parts[1], _GENERATIONS):
        given = _without_titles([word for part in parts[1:] for word in part])
        return " ".join(given) or None, " ".join(_without_titles(parts[0])) or None
    return _in_speaking_order(_without_titles([word for part in parts for word in part]))


def _in_speaking_order(names: list[str]) -> tuple[str | None, str | None]:
    while len(names) > 2 and _bare(names[-1]) in _DEGREES:
        names = names[:-1]
    cut = len(names) - 1
    if cut > 1 and _bare(names[cut]) in _GENERATIONS:
        cut -= 1
    while cut > 1 and _bare(names[cut - 1]) in _PARTICLES:
        cut -= 1
    cut = max(cut, 1)
    return " ".join(names[:cut]) or None, " ".join(names[cut:]) or None


def _without_titles(names: list[str]) -> list[str]:
    while len(names) > 1 and _bare(names[0]) in _TITLES:
        names = names[1:]
    return names


def _bare(word: str) -> str:
    return word.casefold().replace(".", "")


def _all_in(names: list[str], known: frozenset[str]) -> bool:
    return all(_bare(name) in known for name in names)


_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_EMAIL = re.compile(
    rf"(?!')({_ATOM}(?:\.{_ATOM})*)@"
    r"((?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+(?:[A-Za-z]{2,63}|xn--[A-Za-z0-9-]{2,59}))"
)
_LONGEST_EMAIL, _LONGEST_LOCAL = 254, 64
_EMAIL_EDGE = " '\"<>()[]{}.;:,"
_EMAIL_LABEL = re.compile(r"(?:e-?mail|mail|mailto|smtp)\s*:\s*", re.IGNORECASE)


def email(raw: str) -> str | None:
    """The first usable address of the cell, its domain in lower case.

    Takes "Ann Lee <ann@x.org>", "mailto:", stray punctuation, several addresses. What has a
    space inside is refused rather than repaired: "ann lee@x.org" may be anybody's.
    """
    found = _address(raw)
    if found is not None:
        return found
    line = text(raw) if raw.isascii() else unicodedata.normalize("NFKC", text(raw))
    if line.casefold() in NOTHING:
        return None
    for part in re.split(r"[;,|]|\s/\s|\s(?:or|and|und|et|y)\s|>\s*", line):
        found = _address_within(part)
        if found is not None:
            return found
    raise Wrong("is no email address")


def _address_within(part: str) -> str | None:
    part = part.rpartition("<")[2]
    part = re.sub(r"\s*[(\[{]\s*at\s*[)\]}]\s*", "@", part, flags=re.IGNORECASE)
    part = re.sub(r"\s*[(\[{]\s*dot\s*[)\]}]\s*", ".", part, flags=re.IGNORECASE)
    part = _EMAIL_LABEL.sub("", re.sub(r"\([^)]*\)", "", part)).partition("?subject=")[0]
    part = re.sub(r"\s*@\s*", "@", part.strip(_EMAIL_EDGE))
    tokens = [token.strip(_EMAIL_EDGE) for token in part.split()]
    if len(tokens) > 1 and all("@" in token for token in tokens):
        return next(filter(None, map(_address, tokens)), None)
    return _address(part)


def _address(part: str) -> str | None:
    if len(part) > _LONGEST_EMAIL:
        return None
    if not part.isascii():
        local, _, domain = part.rpartition("@")
        try:
            part = f"{local}@{domain.encode('idna').decode()}"
        except UnicodeError:
            return None
    match = _EMAIL.fullmatch(part)
    if match is None or len(match[1]) > _LONGEST_LOCAL:
        return None
    return f"{match[1]}@{match[2].lower()}"


_NANP = re.compile(
    r"(?:\+?1[ .-]?)?(?:\(([2-9][0-9]{2})\) ?|([2-9][0-9]{2})[ .-]?)([0-9]{3})[ .-]?([0-9]{4})"
)
_HOME_OF_NANP = frozenset(("US", "CA"))
_WIDE = re.compile(r"\d[\d.]*[eE]\+?\d+")


def phone(raw: str, region: str) -> str | None:
    """E.164 of the first number of the cell that can be dialled; `region` is for those without +.

    Extensions go: a text message has none. A number lives by its length and its first digit, not
    by its area code having been handed out. The first branch agrees with phonenumbers and is a
    hundred times as quick.
    """
    match = _NANP.fullmatch(raw)
    if match and (raw[0] == "+" or region in _HOME_OF_NANP):
        return f"+1{match[1] or match[2]}{match[3]}{match[4]}"
    line = unicodedata.normalize("NFKC", text(raw))
    line = re.sub(r"^tel:|\.0+$", "", line.removeprefix("'"))
    digits = re.sub(r"\D", "", line)
    if line.casefold() in NOTHING or (digits and not digits.strip(digits[0])):
        return None
    if _WIDE.fullmatch(line) or len(line) > 100:
        raise Wrong("is no telephone number (a spreadsheet may have cut its digits)")
    for part in (line, *re.split(r"[;,/|]|\s(?:or|and)\s", line)):
        found = _dialled(part.strip(), region)
        if found is not None:
            return found
    raise Wrong("is no telephone number that can be dialled")


def _dialled(part: str, region: str) -> str | None:
    """E.164 of `part` as written, or of its digits with the + that was left out."""
    found = _parsed(re.sub(r"^\(?00(?=[1-9])", "+", part), region)
    digits = re.sub(r"\D", "", part)
    if found is None and len(digits) > 10 and not part.startswith(("+", "0")):
        found = _parsed("+" + digits, region)
        if found and not phonenumbers.is_valid_number(phonenumbers.parse(found)):
            return None
    return found


def _parsed(part: str, region: str) -> str | None:
    try:
        number = phonenumbers.parse(part, region)
    except phonenumbers.NumberParseException:
        return None
    possible = phonenumbers.is_possible_number_with_reason(number)
    if possible != phonenumbers.ValidationResult.IS_POSSIBLE:
        return None
    if number.country_code == 1 and (number.national_number or 0) < 2_000_000_000:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


_YES = frozenset("yes y true t 1 x on ja j oui o si s wahr vrai verdadero checked ✓ ✔ ☑".split())
_NO = frozenset("no n false f 0 off nein non falsch faux falso unchecked ☐ ✗".split())
_IN = frozenset(
    "subscribed|opted in|opted-in|opt in|opt-in|optin|allowed|allow|ok|consented|granted|active"
    "|confirmed|can contact|abonne|angemeldet|suscrito".split("|")
)
_OUT = frozenset(
    "unsubscribed|unsubscribe|opted out|opted-out|opt out|opt-out|optout|stop|stopped|declined"
    "|withdrawn|revoked|denied|refused|suppressed|blocked|complained|do not contact|dnc"
    "|do not email|do not text|do not call|never|abgemeldet|desabonne|baja".split("|")
)
_DEAD = frozenset("deceased dead died expired verstorben decede fallecido".split())
_ALIVE = frozenset("alive living lebt vivant vivo".split())
_DATED = re.compile(r"[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}.*")


def flag(raw: str) -> bool | None:
    """Yes or no."""
    return _choice(raw, _YES, _NO, "must be yes or no")


def subscription(raw: str) -> bool | None:
    """Whether messages are wanted: yes, "subscribed"; or no, "opted out", "unsubscribed"."""
    return _choice(raw, _YES | _IN, _NO | _OUT, "must say subscribed or unsubscribed")


def opt_out(raw: str) -> bool | None:
    """Whether messages are unwanted: yes, "unsubscribed", the day it was said; or no."""
    return _choice(raw, _YES | _OUT, _NO | _IN, "must be yes or no", dated=True)


def deceased(raw: str) -> bool | None:
    """Whether the person died: yes, "deceased", a day of death; or no, "alive"."""
    return _choice(raw, _YES | _DEAD, _NO | _ALIVE, "must be yes or no", dated=True)


def _choice(
    raw: str, yes: frozenset[str], no: frozenset[str], reason: str, dated: bool = False
) -> bool | None:
    line = fold(raw)
    if line in yes:
        return True
    if line in no:
        return False
    if line in NOTHING:
        return None
    if dated and _DATED.fullmatch(line):
        return True
    raise Wrong(reason)


_STATUSES = {
    word: status
    for status, names in (
        ("lead", "lead|prospect|new|new lead|inquiry|enquiry|interested|potential|interessent"),
        ("patient", "patient|existing|existing patient|active|active patient|current|client"),
        ("patient", "customer|former|former patient|inactive|new patient|patientin|paciente"),
        ("deceased", "|".join(_DEAD)),
        ("do_not_contact", "do not contact|do_not_contact|dnc|blocked"),
    )
    for word in names.split("|")
}


def status(raw: str) -> str | None:
    """`lead`, `patient`, or what some systems keep there: `deceased`, `do_not_contact`."""
    return _one_of(raw, _STATUSES, "must be lead or patient")


_INSURANCE = {
    word: state
    for state, names in (
        ("not_started", "not_started|not started|notstarted|new|open|to do"),
        ("pending", "pending|in progress|waiting|submitted|requested"),
        ("verified", "verified|active|approved|eligible|confirmed|yes|complete|completed"),
        ("failed", "failed|denied|rejected|inactive|ineligible|expired|no"),
    )
    for word in names.split("|")
}


def insurance(raw: str) -> str | None:
    """The insurance verification of formats.md ("editable properties")."""
    return _one_of(raw, _INSURANCE, "must be not_started, pending, verified or failed")


def _one_of(raw: str, known: dict[str, str], reason: str) -> str | None:
    line = fold(raw)
    if line in known:
        return known[line]
    if line in NOTHING:
        return None
    raise Wrong(reason)


_ZONES = {
    word: name
    for name, names in (
        ("America/New_York", "eastern est edt et"),
        ("America/Chicago", "central cst cdt ct"),
        ("America/Denver", "mountain mst mdt mt"),
        ("America/Los_Angeles", "pacific pst pdt pt"),
        ("America/Phoenix", "arizona"),
        ("America/Anchorage", "alaska akst akdt"),
        ("Pacific/Honolulu", "hawaii hst"),
    )
    for word in names.split()
}


@lru_cache(maxsize=4096)
def timezone(raw: str) -> str | None:
    """An IANA name, from itself or from what Americans call their zones ("Eastern")."""
    line = text(raw)
    if line.casefold() in NOTHING:
        return None
    known = _ZONES.get(line.casefold().removesuffix(" time").removesuffix(" standard"))
    try:
        return known or zone(line).key
    except ValueError:
        raise Wrong("is no time zone: write it like America/New_York") from None
