"""Reads what the OSCAL documents of a town are made of. The transaction should be `still` and read the town and the group."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from isms.checks import all_checks
from isms.contradiction import LIVE
from isms.editions.store import adoption, editions, parameters
from isms.editions.views import EditionView
from isms.oscal.given import Evidence, Given, Observed, Place
from isms.snapshots.store.gather import GROUP, gather
from isms.store.catalogues import STARTER, requirements, selections
from service.db import SafeTransaction

_NEWEST = """select max(at) from (
  select max(answered_at) as at from assessment where town_id = $1
  union all select max(removed_at) from modelling where town_id = $1
  union all select max(at) from check_run where town_id = $1
  union all select max(greatest(last_evidence_at, decided_at)) from contradiction where town_id = $1
  union all select max(changed_at) from risk where town_id = $1
  union all select max(greatest(requested_at, decided_at)) from risk_acceptance where town_id = $1
  union all select max(decided_at) from measure_acceptance where town_id = $1
  union all select max(changed_at) from measure where town_id = $1
    or id in (select measure from measure_acceptance where town_id = $1)
  union all select max(adopted_at) from adoption where town_id = $1
  union all select max(changed_at) from parameter_value where town_id in ($1, $2)
  union all select max(taken_at) from catalogue_version v join catalogue k on k.id = v.catalogue
    where v.current and k.key = any ($3::text[])) as found"""


@dataclass(frozen=True, slots=True)
class Outlook:
    """Which catalogues there are to take along, whether there is a check yet (`ready`), and the newest time in it all."""

    editions: tuple[EditionView, ...]
    ready: bool
    newest: datetime | None


async def outlook(tx: SafeTransaction, town: int) -> Outlook:
    """What the page tells without reading the whole town."""
    keys = await _adopted(tx, town)
    ready = await tx.connection.fetchval(
        "select exists (select from modelling where town_id = $1 and removed_at is null)", town
    )  # fmt: skip
    found = [x for key in keys if (x := await editions.current(tx, key)) is not None]
    return Outlook(tuple(found), ready, await tx.connection.fetchval(_NEWEST, town, GROUP, keys))


async def _adopted(tx: SafeTransaction, town: int) -> list[str]:
    """Keys of the town's catalogues, the longest adopted first; one that chose none works with the starter catalogue."""
    chosen = sorted((await adoption.adopted(tx, town)).items(), key=lambda x: (x[1], x[0]))
    return list(dict.fromkeys(catalogue for (catalogue, _profile), _at in chosen)) or [STARTER]


async def given(tx: SafeTransaction, town: int, slug: str, now: datetime) -> Given:
    """The town as it is at the moment of this transaction; `now` decides what is due or has ended, nothing else."""
    chosen = await adoption.adopted(tx, town)
    keys = await _adopted(tx, town)
    wanted = await selections(tx, [profile for _c, profile in chosen if profile])
    gathered = await gather(tx, town, now)
    newest = await tx.connection.fetchval(_NEWEST, town, GROUP, keys)
    return Given(
        slug,
        gathered,
        tuple([x for key in keys if (x := await editions.newest(tx, key)) is not None]),
        frozenset(x.key for x in await requirements(tx, town)),
        tuple(x.title for x in wanted.values()),
        {x.key: x.own or x.central for x in await parameters.parameters(tx, town) if x.own or x.central},
        await _observed(tx, town),
        await _evidence(tx, town),
        {x.id: x.title for x in all_checks()},
        newest or now,
    )  # fmt: skip


async def _observed(tx: SafeTransaction, town: int) -> tuple[Observed, ...]:
    places: dict[UUID, set[Place]] = {}
    for row in await tx.connection.fetch(
        "select contradiction_id, target_id, control from contradiction_place where town_id = $1", town
    ):
        places.setdefault(row["contradiction_id"], set()).add((row["target_id"], row["control"]))
    rows = await tx.connection.fetch(
        "select id, check_id, rule_version, sentence, state, last_evidence_at, reason from contradiction"
        " where town_id = $1 and state = any ($2::text[]) order by opened_at, id",
        town, sorted(LIVE),
    )  # fmt: skip
    return tuple(
        Observed(
            x["id"], x["check_id"], x["rule_version"], x["sentence"], x["state"], x["last_evidence_at"], x["reason"],
            frozenset(places.get(x["id"], ())),
        )
        for x in rows
    )  # fmt: skip


async def _evidence(tx: SafeTransaction, town: int) -> tuple[Evidence, ...]:
    rows = await tx.connection.fetch(
        "select check_id, target_id, control, refutes, supports, unknown from evidence where town_id = $1"
        " order by check_id, target_id, control",
        town,
    )
    return tuple(Evidence(*row) for row in rows)
