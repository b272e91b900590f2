"""Measures of a town and of the group (town 0), and how towns take the group's over."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from isms.measures import MEASURE_STATES, Acceptance, AcceptanceState, Claim, Mode, Offered, group_claim
from service.audit.chain import Actor
from service.audit.store import record
from service.db import SafeTransaction, uuid7
from service.errors import Missing, Outdated, Wrong
from service.i18n import gettext as _
from service.priority import Level

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

    @property
    def value(self) -> Acceptance:
        return Acceptance(AcceptanceState(self.state), self.accepted_on, self.until)


_MEASURE = "select " + ", ".join(x.name for x in dataclasses.fields(Measure)) + " from measure "  # noqa: S608 our field names
_TAKEN = "select " + ", ".join(x.name for x in dataclasses.fields(Taken)) + " from measure_acceptance "  # noqa: S608 our field names


async def measures(tx: SafeTransaction, town: int) -> Sequence[Measure]:
    """Measures of this town and of the group, most urgent first. The transaction must read town 0 for the latter."""
    rows = await tx.connection.fetch(
        _MEASURE + "where town_id = any($1) order by priority desc, due nulls last, town_id, number", [town, GROUP]
    )
    return [_measure(row) for row in rows]


async def measure(tx: SafeTransaction, town: int, ident: UUID) -> Measure:
    """One measure of this town or the group; raises `Missing`."""
    row = await tx.connection.fetchrow(_MEASURE + "where town_id = any($1) and id = $2", [town, GROUP], ident)
    if row is None:
        raise Missing
    return _measure(row)


async def acceptances(tx: SafeTransaction, town: int) -> Mapping[UUID, Taken]:
    rows = await tx.connection.fetch(_TAKEN + "where town_id = $1", town)
    return {row["measure"]: Taken(**dict(row)) for row in rows}


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
            mine.value if mine else None,
            Claim(mine.town_claim) if mine else Claim.UNBEARBEITET,
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
    fields = [x.name for x in dataclasses.fields(Measure) if x.name not in ("town_id", "id", "number", "version")]
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
    before = await measure(tx, town, item.id)
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
    return item.id


async def decide(tx: SafeTransaction, town: int, taken: Taken, actor: Actor) -> None:
    """Accept, reject or withdraw a measure of the group for this town."""
    item = await measure(tx, town, taken.measure)
    if not item.shared or town == GROUP:
        raise Missing
    before = (await acceptances(tx, town)).get(taken.measure)
    await tx.connection.execute(
        "insert into measure_acceptance (town_id, id, measure, state, accepted_by, accepted_on, until, scope, remark, town_claim)"
        " values ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10) on conflict (town_id, measure) do update set state = excluded.state,"
        " accepted_by = excluded.accepted_by, accepted_on = excluded.accepted_on, until = excluded.until, scope = excluded.scope,"
        " remark = excluded.remark, town_claim = excluded.town_claim, version = measure_acceptance.version + 1",
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
    )
    old = dataclasses.asdict(before) if before else None
    await record(tx, actor, "measure.accept", f"measure/{taken.measure}", before=old, after=dataclasses.asdict(taken))


def _measure(row: Mapping[str, Any]) -> Measure:
    return Measure(**(dict(row) | {"controls": tuple(row["controls"])}))


def _plain(item: Measure) -> dict[str, Any]:
    return {key: value for key, value in dataclasses.asdict(item).items() if key not in ("town_id", "id", "version")}
