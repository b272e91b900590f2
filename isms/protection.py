"""Protection needs (Schutzbedarf) and how they are inherited along `needs` (domain 3.3).

Pure. `inherited` is the maximum over all consumers; a person's override is kept beside it, never instead of it.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from service.i18n import gettext as _


class Need(enum.IntEnum):
    """Schutzbedarf; Grundschutz++ knows only normal and hoch (`exported`)."""

    NORMAL = 1
    HOCH = 2
    SEHR_HOCH = 3

    @property
    def word(self) -> str:
        return self.name.lower().replace("_", " ")

    @property
    def exported(self) -> str:
        return "normal" if self is Need.NORMAL else "hoch"


class Goal(enum.StrEnum):
    """Grundwert: confidentiality, integrity, availability."""

    CONFIDENTIALITY = "C"
    INTEGRITY = "I"
    AVAILABILITY = "A"


class Reasoning(enum.StrEnum):
    """Why a person sets another value than the inherited one."""

    KUMULATION = "kumulation"
    """Many normal needs add up: must be higher than inherited."""
    VERTEILUNG = "verteilung"
    """Redundant parts share the load: must be lower; availability only."""
    BEGRUENDET = "begruendet"
    """Either way, by the security officer only."""


@dataclass(frozen=True, slots=True)
class Override:
    """A person's value; `inherited` is what it was set against (None: nothing) and turns it to "prüfen" when that changes."""

    need: Need
    reasoning: Reasoning
    reason: str
    inherited: Need | None


@dataclass(frozen=True, slots=True)
class Effective:
    """What counts for one object and goal, with everything it came from."""

    need: Need | None
    inherited: Need | None
    sources: tuple[str, ...] = ()
    override: Override | None = None
    review: bool = False
    """The inherited value changed since the override was set: a person looks again."""


def refusal(override: Override, goal: Goal) -> str | None:
    """Why this override is not accepted, as a German sentence; None = accepted."""
    if not override.reason.strip():
        return _("Bitte begründen Sie den abweichenden Schutzbedarf.")
    if override.reasoning is Reasoning.BEGRUENDET:
        return None
    if override.inherited is None:
        return _("Hier wird noch nichts vererbt: Kumulation und Verteilung brauchen einen vererbten Wert.")
    if override.reasoning is Reasoning.KUMULATION:
        if override.need > override.inherited:
            return None
        return _("Kumulation erhöht den Schutzbedarf: Der Wert muss über dem vererbten liegen.")
    if override.need >= override.inherited:
        return _("Verteilung senkt den Schutzbedarf: Der Wert muss unter dem vererbten liegen.")
    return None if goal is Goal.AVAILABILITY else _("Verteilung gilt nur für die Verfügbarkeit.")


def inherit(
    entered: Mapping[str, Need], needs: Iterable[tuple[str, str]], overrides: Mapping[str, Override], goal: Goal
) -> dict[str, Effective]:
    """Effective need of every object for one goal. `needs` = (consumer, provider) pairs; `entered` holds the values
    people gave to processes and information. ValueError if the needs form a cycle.
    """
    consumers: dict[str, list[str]] = {}
    names: set[str] = set(entered) | set(overrides)
    for consumer, provider in needs:
        consumers.setdefault(provider, []).append(consumer)
        names |= {consumer, provider}
    done: dict[str, Effective] = {}

    def effective(name: str, open_: frozenset[str]) -> Effective:
        if name in done:
            return done[name]
        if name in open_:
            raise ValueError(f"Die Abhängigkeiten bilden einen Kreis über {name}.")
        above = {x: effective(x, open_ | {name}).need for x in consumers.get(name, ())}
        values = [x for x in (*above.values(), entered.get(name)) if x is not None]
        inherited = max(values, default=None)
        sources = tuple(sorted(x for x, need in above.items() if need is not None and need == inherited))
        override = overrides.get(name)
        if override is None or refusal(override, goal) is not None:
            done[name] = Effective(inherited, inherited, sources)
        else:
            done[name] = Effective(override.need, inherited, sources, override, review=override.inherited != inherited)
        return done[name]

    for name in sorted(names):
        effective(name, frozenset())
    return done
