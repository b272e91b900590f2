"""Reads everything a freeze copies. The transaction should be `still` and read the town and the group."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from isms.checks import all_checks
from isms.documents import words as documents
from isms.documents.store import documents as register
from isms.documents.store.links import of_answers
from isms.editions.store import adoption, parameters
from isms.measures import AcceptanceState
from isms.snapshots.gathered import Edition, Gathered, Link, Net, Plan, Policy, Thing, Unit
from isms.store import matrix, sheets
from isms.store import measures as measure_store
from isms.store import risks as risk_store
from isms.store.catalogues import STARTER
from isms.store.measures import Measure, Taken
from isms.structure.store import choices, protection
from isms.structure.words import KINDS
from isms.threats.relevance import State as Standing
from isms.threats.store import lines as dangers
from service.db import SafeTransaction
from service.inventory import labels
from service.objects import store as objects
from service.objects.store import devices, needs
from service.settings import BERLIN

GROUP = 0


async def gather(tx: SafeTransaction, town: int, now: datetime) -> Gathered:
    """The whole town as it is at the moment of this transaction."""
    today = now.astimezone(BERLIN).date()
    risks = await risk_store.risks(tx, town, closed=True)
    name = await tx.connection.fetchval("select name from town where id = $1", town)
    things, devices_found = await _estate(tx, town)
    names = {x.id: x.name for x in things}
    return Gathered(
        str(name),
        now,
        await sheets.load(tx, town, today),
        policies=await _policies(tx, town),
        things=things,
        links=tuple(
            Link(x.id, names[x.consumer], names[x.provider], x.alternatives, x.required_hours, x.degraded_ok, x.note)
            for x in await needs.needs(tx, town)
        ),
        devices=devices_found,
        nets=await _nets(tx, town),
        protection=await protection.load(tx, town),
        definitions=await protection.definitions(tx),
        evidence=await _evidence(tx, town),
        attached={spot: len(found) for spot, found in (await of_answers(tx, town)).items()},
        risks=tuple(risks),
        acceptances=tuple(await risk_store.acceptances(tx, town)),
        threats=tuple(
            x for _target, found in await dangers.of_objects(tx, town) for x in found if x.state is not Standing.UNASKED
        ),
        hazards=tuple(await dangers.of_sites(tx, town)),
        matrix=await matrix.current(tx, today),
        measures=await _plans(tx, town, today, names),
        editions=await _editions(tx, town),
        rules={x.id: x.version for x in all_checks()},
        parameters={x.key: x.shown for x in await parameters.parameters(tx, town) if x.shown},
    )  # fmt: skip


async def _estate(tx: SafeTransaction, town: int) -> tuple[tuple[Thing, ...], tuple[Unit, ...]]:
    """Objects with their rule in words, and each device with the objects that draw it (the town as a whole left out)."""
    estate = await devices.estate(tx, town)
    things: list[Thing] = []
    places: dict[UUID, list[str]] = {}
    for x in await objects.targets(tx, town):
        words = await choices.drawn(tx, town, x.rule)
        rule = "; ".join(f"{field}: {value}" for field, value in words)
        count = estate.count(x.rule)
        kind = str(KINDS.get(x.kind, x.kind))
        things.append(Thing(x.id, x.name, x.kind, kind, x.categories, x.modules, x.responsible, x.note, rule, count))
        if not x.rule.everything:
            for member in estate.members(x.rule):
                places.setdefault(member, []).append(x.name)
    reasons = {x.asset: x.reason for x in await devices.excluded(tx, town)}
    rows = await tx.connection.fetch(
        "select id, name, kind, os, site_name from asset where town_id = $1 and id = any($2::uuid[])"
        ' order by sort_name collate "C", id',
        town, list(estate.ids),
    )  # fmt: skip
    units = tuple(
        Unit(
            x["id"], x["name"], labels.word(labels.KINDS, x["kind"]), x["os"] or "", x["site_name"] or "",
            tuple(places.get(x["id"], ())), reasons.get(x["id"], ""),
        )
        for x in rows
    )  # fmt: skip
    return tuple(things), units


async def _nets(tx: SafeTransaction, town: int) -> tuple[Net, ...]:
    rows = await tx.connection.fetch(
        "select n.id, n.name, text(n.cidr) as cidr, n.purpose, coalesce(s.name, '') as site from network n"
        " left join site s on s.town_id = n.town_id and s.id = n.site_id where n.town_id = $1 order by n.cidr, n.id",
        town,
    )
    return tuple(Net(x["id"], x["name"], x["cidr"], labels.word(labels.PURPOSES, x["purpose"]), x["site"]) for x in rows)


async def _evidence(tx: SafeTransaction, town: int) -> Mapping[tuple[UUID, str], tuple[int, int, int]]:
    rows = await tx.connection.fetch(
        "select target_id, control, sum(refutes)::int as refutes, sum(supports)::int as supports, sum(unknown)::int as unknown"
        " from evidence where town_id = $1 group by target_id, control",
        town,
    )
    return {(x["target_id"], x["control"]): (x["refutes"], x["supports"], x["unknown"]) for x in rows}


async def _plans(tx: SafeTransaction, town: int, today: date, names: Mapping[UUID, str]) -> tuple[Plan, ...]:
    """The town's measures and those of the group, with how the town took the latter over, for what, and what became of it."""
    taken = await measure_store.acceptances(tx, town)
    return tuple(
        Plan(
            x.id, x.name, x.title, x.kind, x.mode, x.state, x.owner, x.priority, x.level.word, x.due, x.cost_once, x.cost_yearly,
            x.person_days, x.budget_year, x.budget_secured, x.controls, *_taken(x, taken.get(x.id), town, today, names),
        )
        for x in await measure_store.measures(tx, town)
    )  # fmt: skip


def _taken(
    item: Measure, taken: Taken | None, town: int, today: date, names: Mapping[UUID, str]
) -> tuple[str, str, date | None, str]:
    """State, scope, last day and withdrawal of the town's acceptance; empty for an own measure."""
    if not item.shared:
        return "", "", None, ""
    stood = measure_store.standing_of(item, taken, town)
    if taken is None or stood is None:
        return str(AcceptanceState.ANGEBOTEN), "", None, ""
    state = stood.on(today)
    chosen = ", ".join(sorted(names[x] for x in taken.targets if x in names)) or "alle Zielobjekte"
    scope = f"{chosen} ({taken.scope})" if taken.scope else chosen
    told = ""
    if state is AcceptanceState.ZURUECKGEZOGEN and stood.state is not taken.value.state and item.withdrawn_at is not None:
        told = f"{item.withdrawn_at.astimezone(BERLIN).date()}: {item.withdrawn_reason}"
    return str(state), scope, taken.until, told


async def _editions(tx: SafeTransaction, town: int) -> tuple[Edition, ...]:
    chosen: dict[str, list[str]] = {}
    for catalogue, profile in sorted(await adoption.adopted(tx, town)):
        chosen.setdefault(catalogue, []).append(profile)
    rows = await tx.connection.fetch(
        "select k.key, k.title, v.version, v.sha256 from catalogue k join catalogue_version v on v.catalogue = k.id"
        " where v.current and k.key = any($1::text[]) order by k.key",
        list(chosen or [STARTER]),
    )
    return tuple(
        Edition(x["key"], x["title"], x["version"], x["sha256"], tuple(p for p in chosen.get(x["key"], ()) if p)) for x in rows
    )


async def _policies(tx: SafeTransaction, town: int) -> tuple[Policy, ...]:
    """The released documents of the register; a file kept here is named by its checksum."""
    return tuple(
        Policy(
            x.document.number,
            x.document.title,
            str(documents.KINDS.get(x.document.kind, x.document.kind)),
            edition.label,
            x.document.owner,
            edition.released_by,
            edition.valid_from,
            edition.review_due,
            edition.place or (f"sha256:{edition.sha256}" if edition.sha256 else ""),
        )
        for x in await register.released(tx, town)
        if (edition := x.released) is not None
    )
