"""What the inventory knows, gathered for proposals; and carrying out what people confirmed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from service.audit.chain import Actor
from service.db import SafeTransaction, uuid7
from service.objects import proposals, store
from service.objects.proposals import Known, Link, Net, Place, Product, Proposal, Standing
from service.objects.store import devices
from service.objects.store import needs as needs_store
from service.objects.store.devices import OUT_OF_USE
from service.software import rules
from service.software.folding import fold
from service.software.store import entries, found

HOSTS = ("server", "vm", "hypervisor", "storage", "appliance")
"""Kinds of device on which a procedure runs for others; a client that opens it does not carry it."""


async def standing(tx: SafeTransaction, town: int) -> list[Standing]:
    """The objects in use as proposals need them."""
    return [Standing(x.id, x.name, x.kind, x.rule, x.source, x.categories) for x in await store.targets(tx, town)]


async def known(tx: SafeTransaction, town: int) -> Known:
    """Products, sites, networks and the links of devices."""
    connection = tx.connection
    places = await connection.fetch("select id, name, facts from site where town_id = $1 order by app.din5007(name)", town)
    nets = await connection.fetch(
        "select id, name, text(cidr) as cidr, purpose, site_id as site from network where town_id = $1 order by network.cidr,"
        " name",
        town,
    )
    runs_on = await connection.fetch(
        "select asset_id, other_id from relation where town_id = $1 and kind = 'runs_on' order by 1, 2", town
    )
    sites = await connection.fetch(
        "select id, site_id from asset where town_id = $1 and gone_at is null and merged_into is null and site_id is not null"
        " and status <> all($2)",
        town,
        list(OUT_OF_USE),
    )
    return Known(
        await _products(tx, town),
        [Place(x["id"], x["name"], str(msgspec.json.decode(x["facts"]).get("server_room") or "")) for x in places],
        [Net(**dict(x)) for x in nets],
        [(x["asset_id"], x["other_id"]) for x in runs_on],
        {x["id"]: x["site_id"] for x in sites},
    )


async def _products(tx: SafeTransaction, town: int) -> list[Product]:
    used = [x for x in await entries.entries(tx, town) if x.used and not x.ended]
    book = rules.Book(await found.rules(tx, town))
    groups = rules.groups(await found.names(tx, town), book, {x.key: x.id for x in used}, {})
    meant = [(x.rule.product if x.rule else x.suggestion.product if x.suggestion else None, x.names) for x in groups]
    pairs = [(product, name.id) for product, names in meant if product for name in names]
    rows = await tx.connection.fetch(
        "select w.product, array_agg(distinct i.asset_id) as hosts from unnest($3::uuid[], $4::uuid[]) as w (product, software)"
        " join installation i on i.town_id = $1 and i.software_id = w.software"
        " join asset a on a.town_id = i.town_id and a.id = i.asset_id"
        " where a.town_id = $1 and a.gone_at is null and a.kind = any($2) group by w.product",
        town,
        list(HOSTS),
        [x for x, _name in pairs],
        [x for _product, x in pairs],
    )
    hosts = {row["product"]: set(row["hosts"]) for row in rows}
    by_name = {x.key: x.id for x in used}
    for row in await tx.connection.fetch(
        "select distinct s.product, s.asset_id from service s join asset a on a.town_id = s.town_id and a.id = s.asset_id"
        " where s.town_id = $1 and s.open and s.product <> '' and a.gone_at is null and a.kind = any($2)",
        town,
        list(HOSTS),
    ):
        if product := by_name.get(fold(row["product"])):
            hosts.setdefault(product, set()).add(row["asset_id"])
    return [Product(x.id, x.name, x.maker, x.category, x.hosting, frozenset(hosts.get(x.id, ()))) for x in used]


async def objects(tx: SafeTransaction, town: int) -> list[Proposal]:
    """Objects that the inventory suggests and the town has not."""
    return proposals.objects(await known(tx, town), await standing(tx, town))


async def take_objects(
    tx: SafeTransaction, town: int, sources: Collection[str] | None, actor: Actor, now: datetime
) -> list[UUID]:
    """Add the suggested objects of these sources (None: all); answers their ids. What is no longer suggested is passed over."""
    made = []
    for one in await objects(tx, town):
        if sources is None or one.source in sources:
            item = store.Target(uuid7(), one.name, str(one.kind), one.categories, one.rule, source=one.source)
            made.append(await store.add(tx, town, item, actor, now))
    return made


async def needs(tx: SafeTransaction, town: int) -> list[Link]:
    """Needs that follow from the inventory's links."""
    present = [(x.consumer, x.provider) for x in await needs_store.needs(tx, town)]
    return proposals.needs(await known(tx, town), await standing(tx, town), await devices.estate(tx, town), present)


async def take_needs(
    tx: SafeTransaction, town: int, pairs: Collection[tuple[UUID, UUID]] | None, actor: Actor, now: datetime
) -> Sequence[UUID]:
    """Add the suggested needs among these pairs (None: all); answers their ids."""
    return [
        await needs_store.add(tx, town, needs_store.Need(uuid7(), x.consumer, x.provider, note=x.because), actor, now)
        for x in await needs(tx, town)
        if pairs is None or (x.consumer, x.provider) in pairs
    ]
