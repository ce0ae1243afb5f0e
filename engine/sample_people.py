"""The people of the sample practice: invented, at addresses and numbers that reach nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from engine.commands.contacts import NewContact

FIRST_NAMES = (
    "Abigail", "Adam", "Aisha", "Alan", "Alice", "Amir", "Ana", "Andre", "Anna", "Arthur", "Ben",
    "Bianca", "Bruno", "Carla", "Carlos", "Chloe", "Claire", "Dana", "David", "Diego", "Dora",
    "Elena", "Eli", "Emma", "Erik", "Esther", "Farah", "Felix", "Fiona", "Frank", "Gabriel",
    "Gloria", "Hana", "Harold", "Helen", "Hugo", "Ibrahim", "Ines", "Irene", "Isaac", "Ivy",
    "Jack", "James", "Jane", "Joan", "Jonas", "Julia", "Karen", "Kofi", "Laila", "Laura", "Leo",
    "Lily", "Louis", "Lucia", "Marco", "Maria", "Martin", "Maya", "Mei", "Miguel", "Mina", "Nadia",
    "Nathan", "Nina", "Noah", "Nora", "Olga", "Oliver", "Omar", "Paula", "Peter", "Quinn",
    "Rachel", "Ravi", "Rita", "Robert", "Rosa", "Ruth", "Sam", "Sara", "Simon", "Sofia", "Stefan",
    "Tara", "Theo", "Thomas", "Uma", "Vera", "Victor", "Wei", "William", "Yara", "Yusuf", "Zoe",
)  # fmt: skip
LAST_NAMES = (
    "Abbott", "Adeyemi", "Ahmed", "Alvarez", "Anders", "Baker", "Banerjee", "Barnes", "Becker",
    "Bennett", "Brooks", "Byrne", "Carter", "Castillo", "Chen", "Clarke", "Cohen", "Cruz",
    "Dawson", "Diaz", "Duarte", "Ellis", "Evans", "Farouk", "Fischer", "Foster", "Garcia",
    "Gibson", "Gomez", "Grant", "Haddad", "Hall", "Hansen", "Harris", "Hayes", "Hoffman",
    "Hughes", "Ivanov", "Jackson", "Jensen", "Johnson", "Kaplan", "Keller", "Khan", "Kim", "Klein",
    "Larsen", "Lee", "Lewis", "Lopez", "Marsh", "Mensah", "Meyer", "Mills", "Moreno", "Murphy",
    "Nakamura", "Nguyen", "Novak", "Okoro", "Olsen", "Ortiz", "Park", "Patel", "Perez", "Peters",
    "Price", "Quigley", "Ramos", "Reed", "Reyes", "Rossi", "Russo", "Salem", "Sato", "Schmidt",
    "Shah", "Silva", "Singh", "Sokolov", "Stone", "Tanaka", "Taylor", "Torres", "Turner", "Vargas",
    "Wagner", "Walsh", "Ward", "Weber", "Wells", "Weston", "Wong", "Young", "Zhang", "Zimmer",
)  # fmt: skip
_AREA_CODES = (
    202, 203, 206, 207, 208, 212, 215, 216, 302, 303, 304, 307, 312, 313, 314, 401, 402, 404, 405,
    406, 412, 414, 415, 502, 503, 504, 505, 512, 513, 515, 601, 602, 603, 605, 612, 614, 615, 617,
    701, 702, 713, 716, 801, 802, 803, 804, 808, 901, 907, 913,
)  # fmt: skip
_SOURCES = ("website_form", "walk_in", "manual", "import")
_HEARD_OF_US = ("", "", "Website", "Search", "A friend", "Leaflet", "Health fair")


@dataclass(slots=True)
class Person:
    """How someone behaves. `keenness`, 0 to 1: how readily they open, answer and book."""

    id: int
    source: str
    keenness: float
    bounces: bool
    patient: bool = False
    stopped: bool = False


def invent(
    random: Random, number: int, today: date, owners: Sequence[int], providers: Sequence[int]
) -> tuple[NewContact, Person]:
    """The `number`th person, first seen on `today`; owners and providers are ids.

    The phone numbers are those set aside for fiction, the addresses of a domain nobody has.
    """
    first, last = random.choice(FIRST_NAMES), random.choice(LAST_NAMES)
    source = random.choices(_SOURCES, (55, 15, 18, 12))[0]
    area = _AREA_CODES[number // 100 % len(_AREA_CODES)]
    fields = {
        "first_name": first,
        "last_name": last,
        "email": f"{first}.{last}{number}@example.org".lower(),
        "phone": f"+1{area}55501{number % 100:02}",
        "dob": (today - timedelta(days=random.randint(365, 88 * 365))).isoformat(),
        "lead_source": random.choice(_HEARD_OF_US),
        "contact_owner": str(random.choice(owners)),
        "provider": str(random.choice(providers)),
        "timezone": random.choices(("", "America/Chicago", "America/Los_Angeles"), (94, 4, 2))[0],
    }
    for name, share in (("email", 0.04), ("phone", 0.05), ("dob", 0.04), ("contact_owner", 0.1)):
        if random.random() < share:
            fields[name] = ""
    person = Person(0, source, random.betavariate(2, 3), random.random() < 0.02)
    return NewContact(source, fields), person
