"""The invented people of the demonstration: who holds which role in which town.

No real person is meant. Mail addresses end in `.example`, telephone numbers come from the ranges that the
regulator keeps free for fiction. Source: `domain.md` 9.
"""

from __future__ import annotations

from dataclasses import dataclass

ERB, MIC, OBZ, BRO = "erbach", "michelstadt", "oberzent", "brombachtal"
ALL = (ERB, MIC, OBZ, BRO)


@dataclass(frozen=True, slots=True)
class Person:
    """One person with one account; `memberships` are (role identifier, town slug)."""

    key: str
    name: str
    mail: str
    function: str
    phone: str
    memberships: tuple[tuple[str, str], ...]


def _person(key: str, name: str, host: str, function: str, phone: int, role: str, towns: tuple[str, ...]) -> Person:
    folded = name.lower().replace("ß", "ss").replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
    mail = f"{folded.replace(' ', '.')}@{host}.example"
    return Person(key, name, mail, function, f"069 90009 {phone:03d}", tuple((role, town) for town in towns))


PEOPLE: tuple[Person, ...] = (
    _person("mayor_erbach", "Lioba Weißdorn", ERB, "Bürgermeisterin", 100, "mayor", (ERB,)),
    _person("mayor_michelstadt", "Arno Schlehe", MIC, "Bürgermeister", 200, "mayor", (MIC,)),
    _person("mayor_oberzent", "Henrike Wacholder", OBZ, "Bürgermeisterin", 300, "mayor", (OBZ,)),
    _person("mayor_brombachtal", "Veit Ginster", BRO, "Bürgermeister", 400, "mayor", (BRO,)),
    _person("isb", "Mira Sanddorn", MIC, "Informationssicherheitsbeauftragte", 210, "isb", ALL),
    _person("isb_deputy", "Tilo Quitte", ERB, "Stellvertretender Informationssicherheitsbeauftragter", 110, "isb", ALL),
    _person("dpo", "Ruth Holunder", ERB, "Datenschutzbeauftragte", 111, "dpo", ALL),
    _person("it_erbach", "Jannis Liguster", ERB, "IT-Administration", 120, "it_admin", (ERB,)),
    _person("it_michelstadt", "Pia Eberesche", MIC, "IT-Administration", 220, "it_admin", (MIC,)),
    _person("it_oberzent", "Kolja Mispel", OBZ, "IT-Administration", 320, "it_admin", (OBZ,)),
    _person("it_brombachtal", "Nele Rainfarn", BRO, "IT-Administration", 420, "it_admin", (BRO,)),
    _person("staff_council", "Udo Hagebutte", MIC, "Personalrat", 230, "staff_council", (MIC,)),
    _person("auditor", "Edda Salbei", "pruefung", "Prüferin", 900, "auditor", ALL),
    _person("waterworks", "Karl Bergahorn", OBZ, "Wassermeister", 330, "process_owner", (OBZ,)),
    _person("hauptamt", "Ines Kornblume", ERB, "Hauptamt", 130, "hr_training", (ERB,)),
)

BY_KEY = {person.key: person for person in PEOPLE}

EXTRA_MEMBERSHIPS: tuple[tuple[str, str, str], ...] = (
    ("hauptamt", "bc_officer", ERB),
    ("hauptamt", "crisis_team", ERB),
    ("waterworks", "crisis_team", OBZ),
    ("waterworks", "employee", OBZ),
    ("isb", "group_admin", MIC),
)
"""Roles that a person holds beside the first one: (person, role, town)."""
