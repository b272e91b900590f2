"""Claim + evidence + measures → state of a requirement (Grundschutz-Check), and the quota (Umsetzungsgrad).

Pure. Evidence refutes or supports; it never sets a state. Missing evidence is grey and changes nothing.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from isms.measures import Claim, Inherited


class Evidence(enum.StrEnum):
    """What the network says about a claim."""

    NONE = "none"
    """No check looks at this requirement here."""
    UNKNOWN = "unknown"
    SUPPORTS = "supports"
    REFUTES = "refutes"


class Lamp(enum.StrEnum):
    """How the state is shown: word and shape beside the colour come from the templates."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    GREY = "grey"


@dataclass(frozen=True, slots=True)
class ControlState:
    """Umsetzungsstatus of one requirement at one target object: the claim stays what people said."""

    claim: Claim
    evidence: Evidence
    provenance: str
    contradictions: int = 0
    prerequisite_missing: bool = False
    via: str = ""
    """Number of the group's measure the claim comes from; empty for an own answer."""

    @property
    def counts(self) -> bool:
        """Does it count as done in the quota?"""
        return self.claim is Claim.JA and not self.contradictions and not self.prerequisite_missing

    @property
    def refuted(self) -> bool:
        """A claimed ja or teilweise against open evidence."""
        return self.contradictions > 0 and self.claim in (Claim.JA, Claim.TEILWEISE)

    @property
    def words(self) -> str:
        """As the check shows it, e.g. `ja – Widerspruch`."""
        if self.refuted:
            return f"{self.claim} – Widerspruch"
        if self.prerequisite_missing and self.claim is Claim.JA:
            return "ja, Voraussetzung fehlt"
        return str(self.claim)

    @property
    def lamp(self) -> Lamp:
        if self.refuted or self.claim is Claim.NEIN:
            return Lamp.RED
        if self.claim is Claim.TEILWEISE or self.prerequisite_missing:
            return Lamp.YELLOW
        if self.claim is Claim.JA:
            return Lamp.GREEN
        return Lamp.GREY


def assess(
    claimed: Inherited,
    *,
    open_contradictions: int = 0,
    supports: int = 0,
    unknown: int = 0,
    prerequisite_missing: bool = False,
) -> ControlState:
    """The state from the effective claim and the number of open contradictions, supporting and unknown findings."""
    if open_contradictions:
        evidence = Evidence.REFUTES
    elif unknown:
        evidence = Evidence.UNKNOWN
    elif supports:
        evidence = Evidence.SUPPORTS
    else:
        evidence = Evidence.NONE
    # On nein, entbehrlich and open answers evidence is only information (domain 3.6).
    against = open_contradictions if claimed.claim in (Claim.JA, Claim.TEILWEISE) else 0
    missing = prerequisite_missing and claimed.claim is Claim.JA
    return ControlState(claimed.claim, evidence, claimed.provenance, against, missing, claimed.via)


def fulfilled(control: str, claims: Mapping[str, Claim], required: Mapping[str, Iterable[str]]) -> bool:
    """Grundschutz++ rule: ja, and everything it requires is fulfilled or not applicable. A cycle fulfils nothing."""

    def check(key: str, open_: frozenset[str]) -> bool:
        if key in open_ or claims.get(key) is not Claim.JA:
            return False
        below = (x for x in required.get(key, ()) if claims.get(x) is not Claim.ENTBEHRLICH)
        return all(check(x, open_ | {key}) for x in below)

    return check(control, frozenset())


def unmet(here: Mapping[str, Claim], whole: Mapping[str, Claim], required: Mapping[str, Collection[str]]) -> frozenset[str]:
    """Controls of one object that are claimed ja although something they require is not fulfilled (domain 3.4).

    `here`: control → claim at the object; `whole`: the same at the institution, asked where the required one does not apply
    at the object itself. What applies at neither is not applicable.
    """
    claims = {**whole, **here}
    nowhere = {x: Claim.ENTBEHRLICH for below in required.values() for x in below if x not in claims}
    known = {**nowhere, **claims}
    return frozenset(x for x in here if x in required and here[x] is Claim.JA and not fulfilled(x, known, required))


@dataclass(frozen=True, slots=True)
class Quota:
    """Umsetzungsgrad with its inputs, so that the number can be unfolded."""

    total: int
    done: int
    contradicted: int
    partly: int
    no: int
    open: int
    not_required: int

    @property
    def applicable(self) -> int:
        return self.total - self.not_required

    @property
    def share(self) -> Fraction | None:
        """Done ÷ applicable; None where nothing applies: unknown, not 0 and not 1."""
        return Fraction(self.done, self.applicable) if self.applicable else None

    @property
    def answered(self) -> int:
        return self.total - self.open


def quota(states: Iterable[ControlState]) -> Quota:
    """(ja without open contradiction) ÷ (all − entbehrlich); teilweise counts 0 and is shown beside."""
    return tally((state, 1) for state in states)


def tally(counted: Iterable[tuple[ControlState, int]]) -> Quota:
    """As `quota`, from states with how often each occurs."""
    whole = list(counted)

    def count(claim: Claim) -> int:
        return sum(number for x, number in whole if x.claim is claim)

    return Quota(
        total=sum(number for _x, number in whole),
        done=sum(number for x, number in whole if x.counts),
        contradicted=sum(number for x, number in whole if x.claim is Claim.JA and x.contradictions),
        partly=count(Claim.TEILWEISE),
        no=count(Claim.NEIN),
        open=count(Claim.UNBEARBEITET),
        not_required=count(Claim.ENTBEHRLICH),
    )
