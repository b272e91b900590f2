"""Where every requirement of a town stands now, computed by the database: figures, lists and the next open one.

One text says what counts (`_STANDING`); `isms.measures.effective` says what a measure of the group brings, and a test holds both
against the whole check as `store.sheets.load` builds it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from isms.assess import ControlState, Evidence, unmet
from isms.measures import Claim, Offered, effective
from isms.sheet import Count, Requirement, Summary
from isms.store import rechecks
from isms.store.catalogues import requirements
from isms.store.measures import offered
from service.db import SafeTransaction
from service.objects.standard import TargetKind

Spot = tuple[UUID, str]
"""A requirement at an object: target and key of the control."""

_STANDING = """with requirement as materialized (
  select * from unnest($2::text[], $3::int[], $4::int[], $5::text[], $6::date[]) as r (control, position, area, claim, since)),
named as materialized (
  select * from jsonb_to_recordset($7::jsonb) as n (control text, target uuid, claim text, since date)),
target as materialized (
  select id, row_number() over (order by position, app.din5007(name)) as place from target_object
  where town_id = $1 and retired_at is null),
refuting as materialized (
  select p.target_id, p.control from contradiction_place p
  join contradiction c on c.town_id = p.town_id and c.id = p.contradiction_id
  where p.town_id = $1 and c.state = 'open' group by p.target_id, p.control),
standing as (
  select m.target_id, m.control, r.position, r.area, t.place, coalesce(a.responsible, '') as responsible, a.due,
    case when a.claim <> 'unbearbeitet' and (g.since is null or (a.answered_at at time zone 'UTC')::date > g.since) then a.claim
      else coalesce(g.claim, a.claim, 'unbearbeitet') end as claim, x.target_id is not null as refuting
  from modelling m join requirement r on r.control = m.control join target t on t.id = m.target_id
  left join named n on n.control = m.control and n.target = m.target_id
  cross join lateral (select case when n.target is null then r.claim else n.claim end as claim,
    case when n.target is null then r.since else n.since end as since) g
  left join assessment a on a.town_id = m.town_id and a.target_id = m.target_id and a.control = m.control
    and a.superseded_at is null and a.origin <> 'prepared'
  left join refuting x on x.target_id = m.target_id and x.control = m.control
  where m.town_id = $1 and m.removed_at is null)
"""
ALL = 1_000_000
"""More requirements than a town ever has: the limit of a list that is wanted whole."""
_OPEN = "claim not in ('ja', 'entbehrlich')"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of the whole town asks for; empty fields ask nothing."""

    text: str = ""
    state: str = ""
    """A claim, `widerspruch`, `offen` (neither ja nor entbehrlich), `überfällig` or `neu` (its text changed since)."""
    area: str = ""
    responsible: str = ""
    """The answer's responsible contains it, in any case."""
    mine: tuple[str, ...] = ()
    """Name and functions of a person: one of them stands in the answer's responsible."""
    due: date | None = None
    """Due on this day or earlier."""
    target: UUID | None = None
    catalogue: str = ""
    """Key of the catalogue."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The requirements a town works with, and what the group's measures bring for them today."""

    town: int
    today: date
    requirements: Sequence[Requirement]
    measures: Mapping[str, Sequence[Offered]]

    def best(self, control: str, target: UUID | None = None) -> Offered | None:
        """The measure that says most about a control at an object, an accepted one before an offered one.

        Without an object: at all those that no measure names.
        """
        found = [x for x in self.measures.get(control, ()) if not x.targets or target in x.targets]
        return max(found, key=lambda x: x.acceptance is not None and x.acceptance.on(self.today) == "angenommen", default=None)

    def values(self, chosen: Sequence[Requirement] | None = None) -> tuple[Any, ...]:
        """The parameters of `_STANDING`: a row for each requirement; apart, one for each object that a measure of it names."""
        rows: list[tuple[str, int, int, str | None, date | None]] = []
        named: list[dict[str, str | UUID | date | None]] = []
        areas = self.areas
        for one in self.requirements if chosen is None else chosen:
            rows.append((one.key, one.position, areas[one.catalogue, one.area], *self._brought(one.key, None)))
            for target in {target for x in self.measures.get(one.key, ()) for target in x.targets}:
                claim, since = self._brought(one.key, target)
                named.append({"control": one.key, "target": target, "claim": claim, "since": since})
        return (self.town, *([x[i] for x in rows] for i in range(5)), msgspec.json.encode(named).decode())

    def _brought(self, control: str, target: UUID | None) -> tuple[str | None, date | None]:
        measure = self.best(control, target)
        since = measure.acceptance.accepted_on if measure and measure.acceptance else None
        return (str(effective(None, measure, self.today).claim) if measure else None), since

    @property
    def areas(self) -> dict[tuple[str, str], int]:
        """Number of each area of each catalogue, in their order."""
        return {area: i for i, area in enumerate(dict.fromkeys((x.catalogue, x.area) for x in self.requirements))}


async def _ask(tx: SafeTransaction, query: str, *values: Any) -> Sequence[Mapping[str, Any]]:
    """Rows of `_STANDING` and what follows it; planned for these values, as a plan for any takes ten times as long."""
    await tx.connection.execute(
        "select set_config('plan_cache_mode', 'force_custom_plan', true), set_config('work_mem', '32MB', true)"
    )
    return list(await tx.connection.fetch(_STANDING + query, *values))


async def frame(tx: SafeTransaction, town: int, today: date) -> Frame:
    """What a town works with. The transaction should also read the group (town 0) for central measures."""
    return Frame(town, today, await requirements(tx, town), await offered(tx, town))


async def figures(tx: SafeTransaction, town: int, today: date) -> Summary:
    """Progress of a town, its objects and areas, over the catalogues that count in its one Umsetzungsgrad."""
    return (await all_figures(tx, town, today)).of()


async def all_figures(tx: SafeTransaction, town: int, today: date) -> Summary:
    """Progress over all catalogues of a town, without reading its answers one by one; `Summary.of` chooses."""
    known = await frame(tx, town, today)
    rows = await _ask(
        tx,
        "select target_id, area, claim, refuting, count(*)::int as number from standing"
        " group by target_id, area, claim, refuting order by area",
        *known.values(),
    )
    missing = await _unmet(tx, known)
    first = {(x.catalogue, x.area): x for x in reversed(known.requirements)}
    areas = [first[area] for area in known.areas]
    counts = []
    for row in rows:
        key = (row["target_id"], row["area"], row["refuting"])
        without = missing.get(key, 0) if row["claim"] == Claim.JA else 0
        for number, lacks in ((row["number"] - without, False), (without, True)):
            if number:
                state = _state(Claim(row["claim"]), refuting=row["refuting"], lacks=lacks)
                one = areas[row["area"]]
                counts.append(Count(row["target_id"], one.area, one.area_title, state, number, one.catalogue, one.counted))
    return Summary(await _objects(tx, town), tuple(counts), await checked(tx, town))


def _state(claim: Claim, *, refuting: bool, lacks: bool) -> ControlState:
    against = int(refuting and claim in (Claim.JA, Claim.TEILWEISE))
    return ControlState(claim, Evidence.REFUTES if refuting else Evidence.NONE, "", against, lacks)


async def _unmet(tx: SafeTransaction, known: Frame) -> Mapping[tuple[UUID, int, bool], int]:
    """How many claims of ja lack a prerequisite, by object, area and whether evidence speaks against them."""
    required = {x.key: x.required for x in known.requirements if x.required}
    if not required:
        return {}
    linked = required.keys() | {x for below in required.values() for x in below}
    rows = await _ask(
        tx,
        "select s.target_id, s.control, s.area, s.claim, s.refuting, o.kind from standing s"
        " join target_object o on o.town_id = $1 and o.id = s.target_id",
        *known.values([x for x in known.requirements if x.key in linked]),
    )
    whole = {x["control"]: Claim(x["claim"]) for x in rows if x["kind"] == TargetKind.INSTITUTION}
    here: dict[UUID, dict[str, Any]] = {}
    for row in rows:
        here.setdefault(row["target_id"], {})[row["control"]] = row
    found: dict[tuple[UUID, int, bool], int] = {}
    for target, at in here.items():
        for control in unmet({key: Claim(x["claim"]) for key, x in at.items()}, whole, required):
            key = (target, at[control]["area"], at[control]["refuting"])
            found[key] = found.get(key, 0) + 1
    return found


async def _objects(tx: SafeTransaction, town: int) -> tuple[tuple[UUID, str, str], ...]:
    rows = await tx.connection.fetch(
        "select id, name, kind from target_object where town_id = $1 and retired_at is null order by position, app.din5007(name)",
        town,
    )
    return tuple((x["id"], x["name"], x["kind"]) for x in rows)


async def checked(tx: SafeTransaction, town: int) -> Any:
    """When the automatic checks last ran; None before the first time."""
    return await tx.connection.fetchval("select max(at) from check_run where town_id = $1", town)


async def find(
    tx: SafeTransaction, town: int, today: date, wanted: Wanted, *, limit: int, offset: int = 0
) -> tuple[int, Sequence[Spot]]:
    """How many requirements of the whole town fit, and some of them; what is overdue comes in the order of its day."""
    known = await frame(tx, town, today)
    needle = wanted.text.strip().casefold()
    chosen = [
        x
        for x in known.requirements
        if wanted.area in ("", x.area) and wanted.catalogue in ("", x.catalogue) and (not needle or needle in x.words)
    ]
    late = wanted.state == "überfällig"
    changed = sorted(await rechecks.spots(tx, town)) if wanted.state == "neu" else []
    rows = await _ask(
        tx,
        "select target_id, control, count(*) over ()::int as total from standing where ($8 = '' or claim = $8"  # noqa: S608 our constants
        f" or ($8 = 'widerspruch' and refuting and claim in ('ja', 'teilweise')) or ($8 = 'offen' and {_OPEN})"
        f" or ($8 = 'überfällig' and {_OPEN} and due < $9)"
        " or ($8 = 'neu' and (target_id, control) in (select * from unnest($16::uuid[], $17::text[]))))"
        " and ($10 = '' or strpos(lower(responsible), lower($10)) > 0) and ($11::uuid is null or target_id = $11)"
        " and (cardinality($14::text[]) = 0"
        " or exists (select from unnest($14::text[]) w where strpos(lower(responsible), lower(w)) > 0))"
        f" and ($15::date is null or ({_OPEN} and due <= $15))"
        f" order by {'due, ' if late else ''}place, position limit $12 offset $13",
        *known.values(chosen),
        wanted.state,
        today,
        wanted.responsible.strip(),
        wanted.target,
        limit,
        offset,
        [x for x in wanted.mine if x.strip()],
        wanted.due,
        [target for target, _control in changed],
        [control for _target, control in changed],
    )
    if not rows and offset:
        return (await find(tx, town, today, wanted, limit=1))[0], ()
    return (rows[0]["total"] if rows else 0), [(x["target_id"], x["control"]) for x in rows]


async def next_open(tx: SafeTransaction, town: int, today: date, after: Spot | None = None) -> Spot | None:
    """The next requirement nobody has answered, in the order of the objects; from the start again at the end."""
    known = await frame(tx, town, today)
    rows = await _ask(
        tx,
        ", here as (select coalesce((select place from target where id = $8::uuid), 0) as place,"
        " coalesce((select position from requirement where control = $9::text), -1) as position)"
        " select s.target_id, s.control from standing s, here h where s.claim = 'unbearbeitet'"
        " and (s.target_id, s.control) is distinct from ($8::uuid, $9::text)"
        " order by (s.place, s.position) <= (h.place, h.position), s.place, s.position limit 1",
        *known.values(),
        after[0] if after else None,
        after[1] if after else None,
    )
    return (rows[0]["target_id"], rows[0]["control"]) if rows else None


async def refuted(tx: SafeTransaction, town: int, today: date, case: UUID | None = None) -> Mapping[UUID, Sequence[Spot]]:
    """Contradiction → the claims (ja or teilweise) it touches; all of the town, or one."""
    known = await frame(tx, town, today)
    touched = await tx.connection.fetch(
        "select distinct control from contradiction_place where town_id = $1 and ($2::uuid is null or contradiction_id = $2)",
        town,
        case,
    )
    keys = {x["control"] for x in touched}
    rows = await _ask(
        tx,
        "select p.contradiction_id, array_agg(s.target_id) as targets, array_agg(s.control) as controls from standing s"
        " join contradiction_place p on p.town_id = $1 and p.target_id = s.target_id and p.control = s.control"
        " where s.claim in ('ja', 'teilweise') and ($8::uuid is null or p.contradiction_id = $8) group by p.contradiction_id",
        *known.values([x for x in known.requirements if x.key in keys]),
        case,
    )
    return {x["contradiction_id"]: list(zip(x["targets"], x["controls"], strict=True)) for x in rows}


async def labelled(tx: SafeTransaction, town: int, labels: Collection[str]) -> Sequence[Spot]:
    """Where requirements with these ids apply."""
    rows = await tx.connection.fetch(
        "select target_id, control from modelling where town_id = $1 and removed_at is null and control = any($2::text[])",
        town,
        [x.key for x in await requirements(tx, town) if x.label in labels],
    )
    return [(x["target_id"], x["control"]) for x in rows]


async def removed(tx: SafeTransaction, town: int) -> Sequence[Spot]:
    """Where a requirement was taken away with a reason, in the order of objects and catalogue."""
    order = {x.key: x.position for x in await requirements(tx, town)}
    places = {ident: i for i, (ident, *_rest) in enumerate(await _objects(tx, town))}
    rows = await tx.connection.fetch(
        "select target_id, control from modelling where town_id = $1 and removed_at is not null", town
    )
    found = [(x["target_id"], x["control"]) for x in rows if x["target_id"] in places and x["control"] in order]
    return sorted(found, key=lambda x: (places[x[0]], order[x[1]]))
