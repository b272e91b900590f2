"""The merge of one town in two pure steps: link all records and find what changed, then make the changed assets anew.

The store loads, calls `survey`, loads the observations that `Survey.wanted` names, calls `settle`, and writes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from service.inventory.asset import Decision
from service.inventory.clues import Clues
from service.inventory.derive import Derived, Net, Places, derive
from service.inventory.identity import link
from service.inventory.linking import Join, Linking, Rule
from service.inventory.plan import Home, Plan, Present, Step, changes, digest, homes, sequence, step
from service.inventory.questions import DOUBTS, Question, about, open_ends
from service.inventory.reconcile import Lock, Sighted

BEGIN = datetime(1970, 1, 1, tzinfo=UTC)
_ENCODE = msgspec.json.Encoder(enc_hook=str).encode


@dataclass(frozen=True, slots=True)
class Held:
    """A person's word about an asset, found by one of its records: a lock, or that the device belongs here (`lock` None)."""

    asset: UUID
    record: UUID | None
    at: datetime
    lock: Lock | None = None


@dataclass(frozen=True, slots=True)
class Estate:
    """What is there before: assets, records' assets with reasons, people's words, places. `lent` are assets on loan."""

    present: Sequence[Present] = ()
    assigned: Mapping[UUID, tuple[UUID | None, str, str]] = field(default_factory=dict)
    """record → asset, decision, reason"""
    decisions: Sequence[Decision] = ()
    held: Sequence[Held] = ()
    networks: Sequence[Net] = ()
    sites: Mapping[str, UUID] = field(default_factory=dict)
    lent: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Survey:
    """The linking held against the estate."""

    linking: Linking
    homes: tuple[Home, ...]
    touched: tuple[tuple[Home, str], ...]
    """Those to be made anew, with their new digest."""
    left: tuple[tuple[UUID, UUID | None], ...]
    """Assets that are part of another one now, with that one; and those whose files were all taken back, with None.
    One that lost its records by what was taken in later stays."""
    sightings: tuple[dict[str, Any], ...]
    """Rows of records whose asset or reason changed."""
    as_of: datetime
    words: Mapping[UUID, tuple[Held, ...]]
    withdrawn: tuple[UUID, ...] = ()
    """Records that belonged to something and count no more."""

    @property
    def wanted(self) -> list[UUID]:
        """Records whose observations `settle` needs."""
        return [record for home, _ in self.touched for record in home.cluster.records]


def survey(clues: Sequence[Clues], estate: Estate, *, force: bool = False) -> Survey:
    """Link, give every cluster its id, find what differs. `force` makes every asset anew."""
    linking = link(clues, estate.decisions)
    assigned = {record: asset for record, (asset, _, _) in estate.assigned.items() if asset is not None}
    found, left = homes(linking, estate.present, assigned)
    home_of = {record: home for home in found for record in home.cluster.records}
    words = _words(estate, found, home_of)
    digests = {asset.id: asset.digest for asset in estate.present}
    context = (sorted((str(n.id), n.cidr, str(n.site)) for n in estate.networks), sorted(estate.sites.items()))
    touched = []
    asked = doubted(linking, home_of)
    for home in found:
        made = digest(home, context, words.get(home.asset, ()), home.asset in asked)
        if force or digests.get(home.asset) != made or home.revived:
            touched.append((home, made))
    into = {other: home.asset for home in found for other in home.absorbed}
    times = {clue.record: clue.at for clue in clues}
    kept = {held.asset for held in estate.held if held.lock}
    kept |= {asset for record, asset in assigned.items() if record in times}
    kept |= {asset.id for asset in estate.present if asset.anchor in times}
    gone = tuple((asset, into.get(asset)) for asset in left if asset in into or asset not in kept)
    return Survey(
        linking,
        tuple(found),
        tuple(touched),
        gone,
        tuple(_sightings(linking, found, estate, times)),
        max(times.values(), default=BEGIN),
        words,
        tuple(record for record in estate.assigned if record not in times),
    )


def doubted(linking: Linking, home_of: Mapping[UUID, Home]) -> set[UUID | None]:
    """Devices that a question about two devices asks for already: they need no „new?“ beside it."""
    ends = open_ends(linking.asks, {record: home.asset for record, home in home_of.items()})
    return {one.other for one in ends if one.kind in DOUBTS}


def _words(estate: Estate, found: Sequence[Home], home_of: Mapping[UUID, Home]) -> dict[UUID, tuple[Held, ...]]:
    """People's words by asset: they follow the record they were said about, else the asset and what absorbed it."""
    into = {other: home.asset for home in found for other in home.absorbed}
    into |= {asset.id: asset.merged_into for asset in estate.present if asset.merged_into and asset.id not in into}
    out: dict[UUID, list[Held]] = {}
    for held in estate.held:
        if held.record is not None and held.record in home_of:
            asset = home_of[held.record].asset
        else:
            asset, met = held.asset, set[UUID]()
            while asset in into and asset not in met:
                met.add(asset)
                asset = into[asset]
        out.setdefault(asset, []).append(held)
    return {asset: tuple(sorted(some, key=lambda one: one.at)) for asset, some in out.items()}


def _sightings(linking: Linking, found: Sequence[Home], estate: Estate, times: Mapping[UUID, datetime]) -> list[dict[str, Any]]:
    out = []

    def say(record: UUID, asset: UUID | None, decision: str, reason: str) -> None:
        if estate.assigned.get(record) != (asset, decision, reason):
            out.append({"id": record, "asset_id": asset, "decision": decision, "reason": reason, "observed_at": times[record]})

    for home in found:
        for join in home.cluster.joins:
            decision = {Rule.FIRST: "new_asset", Rule.PERSON: "by_person"}.get(join.rule, "joined")
            say(join.record, home.asset, decision, reason(join))
    for one in linking.unassigned:
        say(one.record, None, "unassigned", _ENCODE({"why": one.why}).decode())
    for waiting in linking.asked:
        say(waiting.record, None, "asked", _ENCODE({"key": waiting.key}).decode())
    return out


def reason(join: Join) -> str:
    """A join as it is kept beside the record; `store.assets` makes the sentence of it in the reader's language."""
    return _ENCODE(
        {
            "rule": join.rule,
            "agreed": [(one.kind, one.value) for one in join.agreed],
            "differs": join.differs,
            "heard": join.heard,
        }
    ).decode()


@dataclass(frozen=True, slots=True)
class Settled:
    """What is to be written: assets made anew, questions, relations between assets, and the plan that people read."""

    made: tuple[tuple[Home, str, Derived], ...]
    questions: tuple[Question, ...]
    relations: tuple[tuple[str, UUID, UUID], ...]
    plan: Plan


def settle(
    surveyed: Survey,
    seen: Mapping[UUID, tuple[datetime, UUID, bool, Any]],
    before: Mapping[UUID, Mapping[str, Any]],
    estate: Estate,
) -> Settled:
    """Make the touched assets. `seen` are observations by record, `before` the rows of touched assets as they stand."""
    places = Places(estate.networks, estate.sites)
    made: list[tuple[Home, str, Derived]] = []
    asked: list[Question] = []
    home_of = {record: home.asset for home in surveyed.homes for record in home.cluster.records}
    ends = open_ends(surveyed.linking.asks, home_of)
    doubtful = {one.other for one in ends if one.kind in DOUBTS}
    steps: list[Step] = []
    for home, text in surveyed.touched:
        records = [
            Sighted(join.record, at, collection, kept, join, full)
            for join in home.cluster.joins
            if (found := seen.get(join.record))
            for at, collection, full, kept in (found,)
        ]
        if not records:
            continue
        words = surveyed.words.get(home.asset, ())
        locks = {held.lock.field: held.lock for held in words if held.lock}
        derived = derive(
            home.cluster,
            records,
            places=places,
            as_of=surveyed.as_of,
            locks=tuple(locks.values()),
            accepted_at=next((held.at for held in words if held.lock is None), None),
            lent=home.asset in estate.lent,
        )
        made.append((home, text, derived))
        asked += about(home.asset, derived, known=home.asset in doubtful)
        steps.append(step(home, derived.row, before.get(home.asset)))
    steps += [Step("ask", one.asset, ", ".join(one.details["values"]), one.kind, question=one.key) for one in ends]
    steps += [Step("leave", asset, str(before.get(asset, {}).get("name", ""))) for asset, into in surveyed.left if into is None]
    relations = tuple(
        (str(one.kind), home_of[one.source], home_of[one.target])
        for one in surveyed.linking.relations
        if one.source in home_of and one.target in home_of
    )
    return Settled(tuple(made), (*asked, *ends), relations, Plan(sequence(steps)))


__all__ = ["Estate", "Held", "Settled", "Survey", "changes", "reason", "settle", "survey"]
