"""Measures of a town and of the group (town 0), and how towns take the group's over."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from isms.measures import (
    MEASURE_STATES,
    OFFERS,
    Acceptance,
    AcceptanceState,
    Claim,
    Mode,
    Offered,
    group_claim,
    lowered,
    move_refusal,
    standing,
)
from isms.realisation import cycle
from service.audit.chain import Actor
from service.audit.store import record
from service.db import SafeTransaction, for_town, uuid7
from service.errors import Missing, Outdated, Wrong
from service.i18n import gettext as _
from service.priority import Level
from service.settings import local_day

GROUP = 0
KINDS = ("technisch", "organisatorisch", "personell", "baulich")


@dataclass(frozen=True, slots=True)
class Measure:
    """Maßnahme as pages show it; money in cents; `controls` are keys of requirements."""

    town_id: int
    id: UUID
    number: int
    title: str
    text: str
    kind: str
    mode: str
    state: str
    state_reason: str
    owner: str
    deputy: str
    cost_once: int | None
    cost_yearly: int | None
    person_days: int | None
    budget_year: int | None
    budget_secured: bool | None
    funding: str
    priority: int
    due: date | None
    controls: tuple[str, ...]
    version: int
    risks: tuple[UUID, ...] = ()
    start_on: date | None = None
    after: tuple[UUID, ...] = ()
    origin: str = ""
    offer: str = "all"
    offered_to: tuple[int, ...] = ()
    withdrawn_at: datetime | None = None
    withdrawn_reason: str = ""

    def offered_in(self, town: int) -> bool:
        """Whether the group offers it to this town now."""
        return self.offer == "all" or (self.offer == "chosen" and town in self.offered_to)

    @property
    def code(self) -> str:
        return f"M-{self.number:03d}"

    @property
    def name(self) -> str:
        """Town and group count on their own, so the group is named with the number."""
        return f"{self.code} des Verbunds" if self.shared else self.code

    @property
    def level(self) -> Level:
        return Level(self.priority)

    @property
    def open(self) -> bool:
        return self.state in MEASURE_STATES[:3]

    @property
    def shared(self) -> bool:
        """Whether it is the group's and reaches towns by acceptance."""
        return self.town_id == GROUP


@dataclass(frozen=True, slots=True)
class Taken:
    """The acceptance of one town."""

    measure: UUID
    state: str
    accepted_by: str
    accepted_on: date | None
    until: date | None
    scope: str
    remark: str
    town_claim: str
    version: int
    targets: tuple[UUID, ...] = ()
    decided_at: datetime | None = None

    @property
    def value(self) -> Acceptance:
        """What the town said; what the group did since is in `standing_of`."""
        return Acceptance(AcceptanceState(self.state), self.accepted_on, self.until)


def standing_of(item: Measure, taken: Taken | None, town: int) -> Acceptance | None:
    """The town's acceptance as it stands after what the group did with its offer; None where the town never spoke."""
    if taken is None:
        return None
    return standing(taken.value, taken.decided_at, offered=item.offered_in(town), withdrawn_at=item.withdrawn_at)


OFFER_COLUMNS = ("offer", "offered_to", "withdrawn_at", "withdrawn_reason")
"""Changed by `offer` alone, never by the form of the measure."""


_MEASURE = "select " + ", ".join(x.name for x in dataclasses.fields(Measure)) + " from measure "  # noqa: S608 our field names
_TAKEN = "select " + ", ".join(x.name for x in dataclasses.fields(Taken)) + " from measure_acceptance "  # noqa: S608 our field names


async def measures(tx: SafeTransaction, town: int) -> Sequence[Measure]:
    """Measures of this town and of the group, most urgent first. The transaction must read town 0 for the latter."""
    rows = await tx.connection.fetch(
        _MEASURE + "where town_id = any($1) order by priority desc, due nulls last, town_id, number", [town, GROUP]
    )
    found = [_measure(row) for row in rows]
    if town == GROUP:
        return found
    known = await acceptances(tx, town)
    return [x for x in found if not x.shared or x.offered_in(town) or x.id in known]


async def measure(tx: SafeTransaction, town: int, ident: UUID) -> Measure:
    """One measure of this town or the group; raises `Missing`."""
    row = await tx.connection.fetchrow(_MEASURE + "where town_id = any($1) and id = $2", [town, GROUP], ident)
    if row is None:
        raise Missing
    item = _measure(row)
    if item.shared and town != GROUP and not item.offered_in(town) and ident not in await acceptances(tx, town):
        raise Missing
    return item


async def acceptances(tx: SafeTransaction, town: int) -> Mapping[UUID, Taken]:
    rows = await tx.connection.fetch(_TAKEN + "where town_id = $1", town)
    return {row["measure"]: Taken(**(dict(row) | {"targets": tuple(row["targets"])})) for row in rows}


async def offered(tx: SafeTransaction, town: int) -> Mapping[str, Sequence[Offered]]:
    """Control key → the group's measures that cover it, as this town sees them."""
    if town == GROUP:
        return {}
    taken = await acceptances(tx, town)
    found: dict[str, list[Offered]] = {}
    for item in await measures(tx, town):
        if not item.shared or item.mode == Mode.LOKAL:
            continue
        mine = taken.get(item.id)
        value = Offered(
            item.code,
            Mode(item.mode),
            group_claim(item.state),
            standing_of(item, mine, town),
            Claim(mine.town_claim) if mine else Claim.UNBEARBEITET,
            frozenset(mine.targets) if mine else frozenset(),
        )
        for control in item.controls:
            found.setdefault(control, []).append(value)
    return found


async def save(tx: SafeTransaction, town: int, item: Measure, actor: Actor, now: datetime) -> UUID:
    """Add (version 0) or change a measure of the write town. Raises `Wrong`, `Outdated`, `Missing`."""
    if item.state == "verworfen" and not item.state_reason.strip():
        raise Wrong(_("Bitte begründen Sie, warum die Maßnahme verworfen wird."), "state_reason")
    if item.mode != Mode.LOKAL and town != GROUP:
        raise Wrong(_("Zentrale und geteilte Maßnahmen legt der Verbund an."), "mode")
    if item.after:
        rows = await tx.connection.fetch("select id, after from measure where town_id = $1", town)
        waits = {row["id"]: tuple(row["after"]) for row in rows}
        if not set(item.after) <= set(waits):
            raise Wrong(_("Eine der Maßnahmen gibt es nicht."), "after")
        if cycle(waits | {item.id: item.after}, item.id):
            raise Wrong(_("So würde die Maßnahme auf sich selbst warten."), "after")
    own = ("town_id", "id", "number", "version")
    fields = [
        x.name for x in dataclasses.fields(Measure) if x.name not in own and (item.version == 0 or x.name not in OFFER_COLUMNS)
    ]
    values = [list(x) if isinstance(x, tuple) else x for x in (getattr(item, name) for name in fields)]
    if item.version == 0:
        ident = uuid7()
        await tx.connection.execute("select pg_advisory_xact_lock(4712, $1)", town)
        number = await tx.connection.fetchval("select coalesce(max(number), 0) + 1 from measure where town_id = $1", town)
        places = ", ".join(f"${i + 6}" for i in range(len(fields)))
        await tx.connection.execute(
            f"insert into measure (town_id, id, number, created_by, created_at, {', '.join(fields)}, changed_at)"  # noqa: S608 column names are ours
            f" values ($1, $2, $3, $4, $5, {places}, $5)",
            town,
            ident,
            number,
            actor.name,
            now,
            *values,
        )
        await record(tx, actor, "measure.add", f"measure/{ident}", after=_plain(item))
        return ident
    await _alone(tx, item.id)
    before = await measure(tx, town, item.id)
    if (text := move_refusal(before.state, item.state, item.state_reason)) is not None:
        raise Wrong(text, "state_reason")
    sets = ", ".join(f"{name} = ${i + 5}" for i, name in enumerate(fields))
    done = await tx.connection.fetchval(
        f"update measure set {sets}, changed_at = $4, version = version + 1"  # noqa: S608 column names are ours
        " where town_id = $1 and id = $2 and version = $3 returning id",
        town,
        item.id,
        item.version,
        now,
        *values,
    )
    if done is None:
        raise Outdated
    await record(tx, actor, "measure.change", f"measure/{item.id}", before=_plain(before), after=_plain(item))
    if town == GROUP and lowered((before.state, before.controls), (item.state, item.controls)):
        await _tell_towns(tx, before, "lowered", item.state_reason, actor, now)
    return item.id


async def offer(
    tx: SafeTransaction, ident: UUID, how: str, towns: Sequence[int], reason: str, actor: Actor, now: datetime, version: int
) -> int:
    """The group offers a measure to `all` or `chosen` towns, to `none` yet, or takes it back (`withdrawn`) with a reason.

    Whoever loses the offer loses the acceptance at once and gets a review item; answers how many towns that are.
    Raises `Wrong`, `Outdated`, `Missing`.
    """
    await _alone(tx, ident)
    before = await measure(tx, GROUP, ident)
    if not before.shared or before.mode == Mode.LOKAL:
        raise Missing
    if how not in OFFERS:
        raise Wrong(_("Bitte wählen Sie, wem die Maßnahme angeboten wird."), "offer")
    if how == "chosen" and not towns:
        raise Wrong(_("Bitte wählen Sie mindestens eine Stadt."), "towns")
    after = dataclasses.replace(before, offer=how, offered_to=tuple(sorted(towns)) if how == "chosen" else ())
    known = [row["id"] for row in await tx.connection.fetch("select id from town where id > 0 order by id")]
    losing = [town for town in known if before.offered_in(town) and not after.offered_in(town)]
    if losing and not reason.strip() and before.offer != "none":
        raise Wrong(_("Bitte begründen Sie, warum die Maßnahme zurückgezogen wird."), "reason")
    done = await tx.connection.fetchval(
        "update measure set offer = $3, offered_to = $4, withdrawn_at = $5, withdrawn_reason = $6, changed_at = $7,"
        " version = version + 1 where town_id = 0 and id = $1 and version = $2 returning id",
        ident,
        version,
        after.offer,
        list(after.offered_to),
        now if how in ("withdrawn", "none") else before.withdrawn_at,
        reason.strip() if losing else before.withdrawn_reason,
        now,
    )
    if done is None:
        raise Outdated
    told = await _tell_towns(tx, before, "withdrawn", reason.strip(), actor, now, losing)
    plain = {"offer": how, "towns": list(after.offered_to), "reason": reason.strip()}
    await record(tx, actor, "measure.offer", f"measure/{ident}", before={"offer": before.offer}, after=plain)
    return told


async def _alone(tx: SafeTransaction, ident: UUID) -> None:
    """One change of a measure or of its acceptances at a time, or a town could accept what is being taken back."""
    await tx.connection.execute("select pg_advisory_xact_lock(4715, hashtext($1))", str(ident))


async def _tell_towns(
    tx: SafeTransaction, item: Measure, kind: str, reason: str, actor: Actor, now: datetime, among: Sequence[int] | None = None
) -> int:
    """One open review item in every town whose acceptance stood; answers how many towns."""
    towns = [row["id"] for row in await tx.connection.fetch("select id from town where id > 0 order by id")]
    told = 0
    for town in towns if among is None else among:
        async with for_town(tx, town):
            mine = (await acceptances(tx, town)).get(item.id)
            stood = standing_of(item, mine, town)
            if stood is None or stood.on(local_day(now)) is not AcceptanceState.ANGENOMMEN:
                continue
            await tx.connection.execute(
                "insert into measure_review (town_id, id, measure, kind, reason, opened_at) values ($1, $2, $3, $4, $5, $6)"
                " on conflict (town_id, measure) where settled_at is null do update set kind = excluded.kind,"
                " reason = excluded.reason, opened_at = excluded.opened_at",
                town,
                uuid7(),
                item.id,
                kind,
                reason,
                now,
            )
            await record(tx, actor, f"measure.{kind}", f"measure/{item.id}", after={"reason": reason})
        told += 1
    return told


async def decide(tx: SafeTransaction, town: int, taken: Taken, actor: Actor) -> None:
    """Accept, reject or withdraw a measure of the group for this town. Raises `Wrong`, `Missing`."""
    await _alone(tx, taken.measure)
    item = await measure(tx, town, taken.measure)
    if not item.shared or town == GROUP:
        raise Missing
    accepts = taken.state == AcceptanceState.ANGENOMMEN
    if accepts and not item.offered_in(town):
        raise Wrong(_("Der Verbund bietet diese Maßnahme Ihrer Stadt nicht an."), "decision")
    if taken.state == AcceptanceState.ABGELEHNT and not taken.remark.strip():
        raise Wrong(_("Bitte begründen Sie, warum die Stadt die Maßnahme nicht übernimmt."), "remark")
    before = (await acceptances(tx, town)).get(taken.measure)
    await tx.connection.execute(
        "insert into measure_acceptance (town_id, id, measure, state, accepted_by, accepted_on, until, scope, remark, town_claim,"
        " targets, decided_at)"
        " values ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12) on conflict (town_id, measure) do update set state = excluded.state,"
        " accepted_by = excluded.accepted_by, accepted_on = excluded.accepted_on, until = excluded.until, scope = excluded.scope,"
        " remark = excluded.remark, town_claim = excluded.town_claim, targets = excluded.targets,"
        " decided_at = excluded.decided_at, version = measure_acceptance.version + 1",
        town,
        uuid7(),
        taken.measure,
        taken.state,
        taken.accepted_by,
        taken.accepted_on,
        taken.until,
        taken.scope,
        taken.remark,
        taken.town_claim,
        list(taken.targets),
        taken.decided_at,
    )
    await tx.connection.execute(
        "update measure_review set settled_at = coalesce($3, now()), settled_by = $4, remark = $5"
        " where town_id = $1 and measure = $2 and settled_at is null",
        town,
        taken.measure,
        taken.decided_at,
        actor.name,
        taken.remark.strip() or taken.state,
    )
    old = dataclasses.asdict(before) if before else None
    await record(tx, actor, "measure.accept", f"measure/{taken.measure}", before=old, after=dataclasses.asdict(taken))


def _measure(row: Mapping[str, Any]) -> Measure:
    lists = {name: tuple(row[name]) for name in ("controls", "risks", "after", "offered_to")}
    return Measure(**(dict(row) | lists))


def _plain(item: Measure) -> dict[str, Any]:
    return {key: value for key, value in dataclasses.asdict(item).items() if key not in ("town_id", "id", "version")}
