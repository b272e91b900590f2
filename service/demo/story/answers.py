"""What each town claims about each requirement, so that its quota is the one of the story.

Pure: the build hands over every requirement at every object with what the checks say, and gets the answers. Some
claims are deliberately too bright: there the network contradicts the paper.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from service.demo.people import BRO, ERB, MIC, OBZ
from service.demo.story.facts import FACTS

QUOTA = {ERB: 0.58, MIC: 0.63, OBZ: 0.41, BRO: 0.35}
"""Share of requirements that are fulfilled without contradiction, of those that are not dispensable."""

_TOO_BRIGHT = {
    ERB: frozenset({"OW-SRV-17", "OW-UPD-03", "OW-ORG-06"}),
    MIC: frozenset({"OW-SRV-04", "OW-NET-09", "OW-ORG-06", "OW-SRV-03"}),
    OBZ: frozenset({"OW-NET-08", "OW-UPD-03", "OW-SRV-05"}),
    BRO: frozenset({"OW-UPD-03", "OW-SRV-17"}),
}
"""Requirements that the town claims to fulfil although its own network says otherwise."""

_WEAK = {
    ERB: frozenset({"OW-GEB-05", "OW-MOB-03", "OW-SRV-07", "OW-SRV-11", "OW-NOT-07", "OW-NOT-09", "OW-DLS-14", "OW-NOT-16"}),
    MIC: frozenset({"OW-KTO-09", "OW-MOB-09", "OW-SRV-15", "OW-NOT-09", "OW-KTO-18"}),
    OBZ: frozenset(
        {"OW-SIC-03", "OW-NET-07", "OW-MEN-03", "OW-NOT-07", "OW-NOT-08", "OW-DLS-07", "OW-SIC-12", "OW-SIC-14", "OW-NOT-18"}
    ),
    BRO: frozenset({"OW-GEB-01", "OW-GEB-04", "OW-SIC-04", "OW-UPD-04", "OW-ORG-04", "OW-ORG-14", "OW-NOT-07", "OW-NOT-09"}),
}
"""Requirements that the town knows it does not fulfil."""

_NOT_NEEDED = {"OW-NET-15": "Faxgeräte sind seit 2024 abgeschafft.", "OW-MOB-11": "Es gibt keine Fahrzeuge mit eingebauter IT."}
_IN_STEP = ("Wird umgesetzt, Termin steht.", "Für das Rathaus erledigt, Außenstellen folgen.", "Regel liegt als Entwurf vor.", "")
_NOT_DONE = ("Noch nicht begonnen.", "Mittel sind angemeldet.", "Zuständigkeit ist offen.")
_DONE = ("", "", "Geprüft am Gerät.", "Dienstanweisung liegt vor.", "Durch Dienstleister bestätigt.")


@dataclass(frozen=True, slots=True)
class Place:
    """One requirement at one object; `central` is the claim that reaches the town through a measure of the group."""

    target: str
    control: str
    refuted: bool
    central: str = ""


@dataclass(frozen=True, slots=True)
class Claimed:
    """An answer; days count from the demonstration's day."""

    place: Place
    claim: str
    reason: str
    answered_days: int
    due_days: int | None = None


def answers(town: str, places: Sequence[Place]) -> list[Claimed]:
    """The town's answers; places without one stay unanswered."""
    dated = _dated(town)
    dispensable = [place for place in places if place.control in _NOT_NEEDED]
    known = [(place, *dated[place.control]) for place in places if place.control in dated]
    relevant = [place for place in places if place.control not in _NOT_NEEDED]
    inherited = [place for place in relevant if place.central and place.control not in dated]
    own = [place for place in relevant if not place.central and place.control not in dated]
    bright = [place for place in own if place.refuted and place.control in _TOO_BRIGHT[town]]
    seen = [place for place in own if place.refuted and place not in bright]
    weak = [place for place in own if not place.refuted and place.control in _WEAK[town]]
    open_ = sorted((place for place in own if not place.refuted and place not in weak), key=lambda place: _chance(town, place))
    good = round(QUOTA[town] * len(relevant)) - sum(place.central == "ja" and not place.refuted for place in inherited)
    good -= sum((place.central or claim) == "ja" and not place.refuted for place, claim, _ in known)
    rest = open_[max(good, 0) :]
    partly = rest[: len(rest) // 2]
    unanswered = rest[len(rest) * 4 // 5 :]
    nothing = rest[len(partly) : len(rest) - len(unanswered)]
    return [
        *(Claimed(place, claim, "", days, None if claim == "ja" else 60) for place, claim, days in known),
        *(Claimed(place, "entbehrlich", _NOT_NEEDED[place.control], _age(town, place)) for place in dispensable),
        *(Claimed(place, "ja", _pick(town, place, _DONE), _age(town, place)) for place in (*bright, *open_[: max(good, 0)])),
        *(_open(town, place, "teilweise", _IN_STEP) for place in (*partly, *weak[::2])),
        *(_open(town, place, "nein", _NOT_DONE) for place in (*seen, *nothing, *weak[1::2])),
    ]


def _dated(town: str) -> dict[str, tuple[str, int]]:
    """Requirements whose answer is a dated fact of the town: claim and days from today."""
    facts = FACTS[town]
    days = {
        "OW-ORG-02": facts.policy_review_days,
        "OW-ORG-04": facts.roles_review_days,
        "OW-SIC-02": facts.backup_days,
        "OW-SIC-03": facts.restore_test_days,
        "OW-NOT-03": facts.alarm_list_days,
        "OW-NOT-07": facts.handbook_days,
        "OW-NOT-09": facts.exercise_days,
        "OW-MEN-03": facts.training_days,
    }
    found = {label: ("ja", when) if when is not None else ("nein", -40) for label, when in days.items()}
    if facts.training_percent < 80:
        found["OW-MEN-03"] = ("teilweise", facts.training_days)
    return found


def _open(town: str, place: Place, claim: str, words: tuple[str, ...]) -> Claimed:
    return Claimed(place, claim, _pick(town, place, words), _age(town, place), _due(town, place))


def _chance(town: str, place: Place, what: str = "claim") -> float:
    return int.from_bytes(sha256(f"{what}/{town}/{place.target}/{place.control}".encode()).digest()[:4], "big") / 2**32


def _pick(town: str, place: Place, options: tuple[str, ...]) -> str:
    return options[int(_chance(town, place, "words") * len(options))]


def _age(town: str, place: Place) -> int:
    """Days ago, between a fortnight and seven months."""
    return -14 - int(_chance(town, place, "age") * 200)


def _due(town: str, place: Place) -> int:
    """Most are due in the coming months, a few are overdue."""
    return -40 + int(_chance(town, place, "due") * 300)
