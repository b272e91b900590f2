"""What normal, hoch and sehr hoch mean, by damage scenario: the texts a group starts with and may reword (`domain.md` 3.3).

Pure. Texts are the group's own words once it has changed them; these are ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from isms.protection import Need
from service.i18n import Lazy, lazy

SCENARIOS: Mapping[str, Lazy] = {
    "tasks": lazy("Aufgaben der Verwaltung"),
    "law": lazy("Gesetze und Verträge"),
    "privacy": lazy("Informationelle Selbstbestimmung"),
    "life": lazy("Leib und Leben"),
    "image": lazy("Ansehen der Stadt"),
    "money": lazy("Finanzen"),
}
"""Schadensszenarien, the six of `domain.md` 4.2, in the order in which they are shown."""

_DEFAULTS: Mapping[str, tuple[str, str, str]] = {
    "tasks": (
        "Die Aufgabe lässt sich mit Mehrarbeit erledigen; ein Ausfall von mehr als einem Tag ist hinnehmbar.",
        "Einzelne Aufgaben stehen still; mehr als ein Tag Ausfall wird nicht hingenommen.",
        "Eine Pflichtaufgabe der Stadt steht still; schon wenige Stunden Ausfall sind nicht hinnehmbar.",
    ),
    "law": (
        "Verstöße bleiben ohne ernste Folgen, etwa eine Rüge oder eine kleine Vertragsstrafe.",
        "Verstöße haben erhebliche Folgen: Bußgeld, Haftung, versäumte Fristen.",
        "Grundlegende Gesetze werden verletzt, oder die Haftung ist nicht mehr zu tragen.",
    ),
    "privacy": (
        "Betroffene werden nur gering beeinträchtigt, etwa durch bekannt gewordene Anschriften.",
        "Betroffene werden erheblich beeinträchtigt: Einkommen, Gesundheit, Sozialleistungen werden bekannt oder falsch.",
        "Betroffene sind an Leib, Leben oder Freiheit gefährdet, etwa bei einer Auskunftssperre.",
    ),
    "life": (
        "Niemand kommt zu Schaden.",
        "Eine Gefährdung der Gesundheit ist nicht auszuschließen.",
        "Leib und Leben sind unmittelbar in Gefahr, etwa bei Trinkwasser, Feuerwehr oder Gefahrenabwehr.",
    ),
    "image": (
        "Das Ansehen leidet kaum, und nur im Haus.",
        "Die örtliche Presse berichtet; Bürgerinnen und Bürger verlieren Vertrauen.",
        "Landesweit wird berichtet; das Vertrauen ist auf lange Zeit verloren.",
    ),
    "money": (
        "Der Schaden lässt sich aus dem laufenden Haushalt tragen.",
        "Der Schaden verlangt einen Nachtrag zum Haushalt.",
        "Der Schaden gefährdet den Ausgleich des Haushalts.",
    ),
}


@dataclass(frozen=True, slots=True)
class Definition:
    """One cell of the table; version 0 is our text, which nobody has changed."""

    scenario: str
    need: Need
    text: str
    version: int = 0
    by: str = ""


def merged(changed: Mapping[tuple[str, int], Definition]) -> tuple[Definition, ...]:
    """All cells in their order: what the group has written, else ours."""
    return tuple(
        changed.get((scenario, int(need)), Definition(scenario, need, _DEFAULTS[scenario][need - 1]))
        for scenario in SCENARIOS
        for need in Need
    )
