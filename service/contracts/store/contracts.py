"""Contracts of a town and the devices, products and sites they are about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from service.audit.chain import Actor
from service.audit.store import record as audit
from service.contracts.store import rows
from service.contracts.terms import WARRANTY, Contract
from service.db import SafeTransaction, uuid7
from service.errors import Missing, Wrong
from service.i18n import gettext as _

KEPT = rows.Kept(
    "contract",
    "contract",
    ("kind", "title", "partner", "number", "line", "starts_on", "ends_on", "notice_count", "notice_unit", "renews_months",
     "cancelled_on", "cost_yearly", "responsible", "note", "technology", "down_mbit", "up_mbit"),
)  # fmt: skip
TARGETS = ("asset", "product", "site")
"""What a contract may be about."""
_COLUMNS = ", ".join(f"c.{name}" for name in ("id", *KEPT.columns, "version"))
_SELECT = f"select {_COLUMNS} from contract c where c.town_id = $1 and c.removed_at is null"  # noqa: S608 our names


@dataclass(frozen=True, slots=True)
class Linked:
    """One thing a contract is about: `link` takes it off again, `id` and `key` (of a product) open its page."""

    link: UUID
    kind: str
    id: UUID
    name: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Cover:
    """A contract of a device; `until` where it lengthens the warranty."""

    contract: Contract
    until: date | None


async def contracts(tx: SafeTransaction, town: int) -> Sequence[Contract]:
    """All contracts by title."""
    found = await tx.connection.fetch(_SELECT + " order by app.din5007(c.title), c.id", town)
    return [Contract(**dict(row)) for row in found]


async def contract(tx: SafeTransaction, town: int, key: UUID) -> Contract:
    """One of them; raises `Missing`."""
    row = await tx.connection.fetchrow(_SELECT + " and c.id = $2", town, key)
    if row is None:
        raise Missing
    return Contract(**dict(row))


async def save(tx: SafeTransaction, town: int, item: Contract, actor: Actor, now: datetime) -> UUID:
    """Add (version 0) or change; raises `Outdated`, `Missing`."""
    values = {name: getattr(item, name) for name in KEPT.columns}
    return await rows.save(tx, KEPT, town, item.id if item.version else None, item.version, values, actor, now)


async def counts(tx: SafeTransaction, town: int) -> Mapping[UUID, int]:
    """Contract → number of things it is about."""
    found = await tx.connection.fetch(
        "select contract_id, count(*)::int as number from contract_link where town_id = $1 group by contract_id", town
    )
    return {row["contract_id"]: row["number"] for row in found}


async def sites(tx: SafeTransaction, town: int) -> Mapping[UUID, Sequence[UUID]]:
    """Contract → the sites that it is about."""
    found = await tx.connection.fetch(
        "select contract_id, array_agg(site_id order by id) as sites from contract_link"
        " where town_id = $1 and site_id is not null group by contract_id",
        town,
    )
    return {row["contract_id"]: row["sites"] for row in found}


_LINKED = """
select l.id as link, case when a.id is not null then 'asset' when p.id is not null then 'product' else 'site' end as kind,
  coalesce(a.id, p.id, s.id) as id, coalesce(a.name, p.name, s.name) as name, coalesce(p.key, '') as key
from contract_link l
left join asset o on o.town_id = l.town_id and o.id = l.asset_id
left join asset a on a.town_id = o.town_id and a.id = coalesce(o.merged_into, o.id)
left join product p on p.town_id = l.town_id and p.id = l.product_id
left join site s on s.town_id = l.town_id and s.id = l.site_id
where l.town_id = $1 and l.contract_id = $2 order by 2, app.din5007(coalesce(a.name, p.name, s.name)), l.id"""


async def linked(tx: SafeTransaction, town: int, key: UUID) -> Sequence[Linked]:
    """What a contract is about; a device that became part of another stands as that one."""
    return [Linked(**dict(row)) for row in await tx.connection.fetch(_LINKED, town, key)]


async def link(tx: SafeTransaction, town: int, key: UUID, kind: str, targets: Sequence[UUID], actor: Actor, now: datetime) -> int:
    """Say what a contract is about; answers how many are new. Raises `Missing` for what the town does not have, `Wrong`."""
    item = await contract(tx, town, key)
    if kind not in TARGETS:
        raise Wrong(_("Diese Auswahl gibt es nicht."), "kind")
    known = await tx.connection.fetchval(
        f"select count(*) from {kind} where town_id = $1 and id = any($2)",  # noqa: S608 one of three names
        town,
        list(targets),
    )
    if not targets or known != len(set(targets)):
        raise Missing
    made = 0
    for target in dict.fromkeys(targets):
        done = await tx.connection.fetchval(
            f"insert into contract_link (town_id, id, contract_id, {kind}_id) values ($1, $2, $3, $4)"  # noqa: S608
            " on conflict do nothing returning id",
            town, uuid7(), key, target,
        )  # fmt: skip
        made += done is not None
    await audit(tx, actor, "contract.link", f"contract/{key}", after={"title": item.title, kind: [str(x) for x in targets]})
    return made


async def unlink(tx: SafeTransaction, town: int, key: UUID, link: UUID, actor: Actor) -> tuple[str, UUID]:
    """Take one off again; answers its kind and id, by which it can be had back. Raises `Missing`."""
    row = await tx.connection.fetchrow(
        "delete from contract_link where town_id = $1 and contract_id = $2 and id = $3 returning asset_id, product_id, site_id",
        town, key, link,
    )  # fmt: skip
    if row is None:
        raise Missing
    kind = next(name for name in TARGETS if row[f"{name}_id"])
    await audit(tx, actor, "contract.unlink", f"contract/{key}", before={kind: str(row[f"{kind}_id"])})
    return kind, row[f"{kind}_id"]


async def of_target(tx: SafeTransaction, town: int, kind: str, target: UUID) -> Sequence[Contract]:
    """Contracts about a device (or one that became part of it), product or site."""
    mine = "$2" if kind != "asset" else "any(select id from asset where town_id = $1 and (id = $2 or merged_into = $2))"
    found = await tx.connection.fetch(
        f"{_SELECT} and exists (select from contract_link l where l.town_id = c.town_id and l.contract_id = c.id"
        f" and l.{kind}_id = {mine}) order by app.din5007(c.title), c.id",
        town,
        target,
    )
    return [Contract(**dict(row)) for row in found]


async def covers(tx: SafeTransaction, town: int, asset: UUID, today: date) -> Sequence[Cover]:
    """Contracts of a device that still hold, the longest warranty first."""
    mine = [x for x in await of_target(tx, town, "asset", asset) if x.state(today) != "ended"]
    found = [Cover(x, x.covered_until(today)) for x in mine]
    return sorted(found, key=lambda x: (x.until is None, -(x.until or date.max).toordinal()))


async def covered(tx: SafeTransaction, town: int, today: date) -> Mapping[UUID, Cover]:
    """Device → the contract with the longest warranty and its last day, which may be past."""
    found: dict[UUID, tuple[date, Contract]] = {}
    query = (
        f"select {_COLUMNS}, coalesce(a.merged_into, a.id) as asset from contract c"  # noqa: S608 our names
        " join contract_link l on l.town_id = c.town_id and l.contract_id = c.id"
        " join asset a on a.town_id = l.town_id and a.id = l.asset_id"
        " where c.town_id = $1 and c.removed_at is null and c.kind = $2"
    )
    for row in await tx.connection.fetch(query, town, WARRANTY):
        values: dict[str, Any] = dict(row)
        asset = values.pop("asset")
        item = Contract(**values)
        until = item.covered_until(today)
        if until and (asset not in found or until > found[asset][0]):
            found[asset] = (until, item)
    return {asset: Cover(item, until) for asset, (until, item) in found.items()}


async def targets(tx: SafeTransaction, town: int) -> frozenset[tuple[str, UUID]]:
    """What the register knows a contract of: ("product", id), and ("line", id) for a site with a contract on its line."""
    found = await tx.connection.fetch(
        "select distinct c.kind, l.product_id, l.site_id from contract_link l"
        " join contract c on c.town_id = l.town_id and c.id = l.contract_id"
        " where l.town_id = $1 and c.removed_at is null and l.asset_id is null",
        town,
    )
    products = {("product", row["product_id"]) for row in found if row["product_id"]}
    return frozenset(products | {("line", row["site_id"]) for row in found if row["site_id"] and row["kind"] == "line"})
