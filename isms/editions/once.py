"""Answer once (Einmal beantworten): what answers to one catalogue say about another, domain 3.1. Pure.

Nothing here sets an answer: proposals wait for a person, questions only point at what may contribute.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from isms.measures import Claim

QUESTIONS = "questions"
"""Kind of table: questions of WiBA → requirements of the Kompendium."""
MAPPING = "mapping"
"""Kind of table: sentences "source relation target", Kompendium → Grundschutz++."""
CARRYING = frozenset({"equal-to", "equivalent-to", "superset-of"})
"""Relations in which a fulfilled source fulfils the target."""


@dataclass(frozen=True, slots=True)
class Relation:
    """Source relates to target; `part` names the part of the source that is meant, empty for all of it."""

    source: str
    relation: str
    target: str
    part: str = ""


@dataclass(frozen=True, slots=True)
class Ground:
    """An answer that a proposal rests on."""

    source: str
    claim: Claim
    relation: str
    part: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What could be answered at `control`. `claim` None = only the question whether the grounds contribute (trägt bei)."""

    control: str
    claim: Claim | None
    grounds: tuple[Ground, ...]

    @property
    def print(self) -> str:
        """Fingerprint of claim and grounds: changes exactly when the proposal does."""
        lines = sorted(f"{x.source}|{x.part}|{x.relation}|{x.claim}" for x in self.grounds)
        return hashlib.sha256("\n".join([str(self.claim), *lines]).encode()).hexdigest()


def from_questions(references: Iterable[Relation], claims: Mapping[str, Claim]) -> tuple[Proposal, ...]:
    """Proposals for requirements from the questions that reference them.

    All ja → ja, all nein → nein, mixed → teilweise; any unanswered → no proposal. Questions that are not relevant
    (entbehrlich) never better a claim: beside ja they leave teilweise, beside nein nein; where none is relevant there is no
    proposal: that needs a reason of its own.
    """
    by_target: dict[str, list[Relation]] = {}
    for reference in references:
        by_target.setdefault(reference.target, []).append(reference)
    found = []
    for target, needed in by_target.items():
        given = [claims.get(x.source, Claim.UNBEARBEITET) for x in needed]
        kinds = set(given)
        if Claim.UNBEARBEITET in kinds or kinds == {Claim.ENTBEHRLICH}:
            continue
        fulfilled = kinds & {Claim.JA, Claim.TEILWEISE}
        claim = Claim.JA if kinds == {Claim.JA} else Claim.TEILWEISE if fulfilled else Claim.NEIN
        grounds = tuple(Ground(x.source, said, x.relation, x.part) for x, said in zip(needed, given, strict=True))
        found.append(Proposal(target, claim, grounds))
    return tuple(found)


def from_mapping(relations: Iterable[Relation], claims: Mapping[str, Claim]) -> tuple[Proposal, ...]:
    """Proposals and questions for targets of "source relation target".

    `equal-to`, `equivalent-to`, `superset-of` with source ja → propose ja; `subset-of`, `intersects-with`, or a source
    that is teilweise → only the question. A source that is nein, entbehrlich or open says nothing.
    """
    carrying: dict[str, list[Ground]] = {}
    asking: dict[str, list[Ground]] = {}
    for one in relations:
        said = claims.get(one.source, Claim.UNBEARBEITET)
        if said not in (Claim.JA, Claim.TEILWEISE):
            continue
        whole = one.relation in CARRYING and said is Claim.JA
        (carrying if whole else asking).setdefault(one.target, []).append(Ground(one.source, said, one.relation, one.part))
    targets = dict.fromkeys([*carrying, *asking])
    return tuple(
        Proposal(x, Claim.JA, tuple(carrying[x])) if x in carrying else Proposal(x, None, tuple(asking[x])) for x in targets
    )


def overall(claims: Iterable[Claim]) -> Claim:
    """The claim of a control answered at several objects: unanswered anywhere → unanswered; alike → that; else teilweise.

    Objects where it is not relevant do not count unless it is relevant nowhere.
    """
    given = list(claims)
    relevant = {x for x in given if x is not Claim.ENTBEHRLICH}
    if not given or Claim.UNBEARBEITET in relevant:
        return Claim.UNBEARBEITET
    if not relevant:
        return Claim.ENTBEHRLICH
    return relevant.pop() if len(relevant) == 1 else Claim.TEILWEISE
