"""Names that scans and lists brought, the rules people confirmed for them, and the devices behind a product."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from service.audit.chain import Actor
from service.audit.store import record as audit
from service.db import SafeTransaction, uuid7
from service.errors import Missing, Wrong
from service.i18n import gettext as _
from service.inventory.lifecycle import ABSENT
from service.software.licences import Coverage
from service.software.rules import Found, Rule

COMPUTERS = ("workstation", "notebook", "thin_client", "tablet", "server", "vm", "hypervisor")
"""Kinds that run programs which somebody licenses."""
_AWAY = [str(status) for status in ABSENT]
_HERE = " and a.gone_at is null and a.merged_into is null and a.status <> all($2)"


@dataclass(frozen=True, slots=True)
class Device:
    """A device behind a figure; `versions` as the newest list of its programs says."""

    id: UUID
    name: str
    kind: str
    versions: tuple[str, ...]
    names: tuple[str, ...]
    last_seen: datetime


async def names(tx: SafeTransaction, town: int) -> Sequence[Found]:
    """All names on devices of the estate, gone and retired ones left out."""
    # A device names a program and maker once, so rows are devices; counted before the names are fetched, it takes a sixth.
    rows = await tx.connection.fetch(
        "select s.id, s.name, s.publisher as maker, n.devices from (select i.software_id, count(*)::int as devices"  # noqa: S608 constant
        " from installation i join asset a on a.town_id = i.town_id and a.id = i.asset_id"
        f" where i.town_id = $1{_HERE} group by i.software_id) n join software s on s.town_id = $1 and s.id = n.software_id",
        town,
        _AWAY,
    )
    return [Found(**dict(row)) for row in rows]


async def installed(tx: SafeTransaction, town: int, assigned: Mapping[UUID, Iterable[UUID]]) -> Mapping[UUID, int]:
    """Product → devices on which one of its names stands, each device once."""
    pairs = [(product, name) for product, names in assigned.items() for name in names]
    rows = await tx.connection.fetch(
        "select w.product, count(distinct i.asset_id)::int as devices"  # noqa: S608 constant
        " from unnest($3::uuid[], $4::uuid[]) as w (product, software)"
        " join installation i on i.town_id = $1 and i.software_id = w.software"
        f" join asset a on a.town_id = i.town_id and a.id = i.asset_id where i.town_id = $1{_HERE} group by w.product",
        town, _AWAY, [x for x, _name in pairs], [x for _product, x in pairs],
    )  # fmt: skip
    return {row["product"]: row["devices"] for row in rows}


async def devices(tx: SafeTransaction, town: int, software: Iterable[UUID]) -> Sequence[Device]:
    """The devices behind the figure of one product."""
    rows = await tx.connection.fetch(
        "select a.id, a.name, a.kind, coalesce(array_agg(distinct i.version) filter (where i.version <> ''), '{}') as versions,"  # noqa: S608 constant
        " array_agg(distinct s.name) as names, max(i.last_seen) as last_seen from installation i"
        " join asset a on a.town_id = i.town_id and a.id = i.asset_id"
        " join software s on s.town_id = i.town_id and s.id = i.software_id"
        f" where i.town_id = $1 and i.software_id = any($3){_HERE}"
        " group by a.id, a.name, a.kind, a.sort_name order by a.sort_name, a.id",
        town, _AWAY, list(software),
    )  # fmt: skip
    return [Device(**dict(row) | {"versions": tuple(row["versions"]), "names": tuple(row["names"])}) for row in rows]


async def coverage(tx: SafeTransaction, town: int) -> Coverage:
    """How many computers are in the estate, and how many name their programs."""
    row = await tx.connection.fetchrow(
        "select count(*)::int as computers, (count(*) filter (where exists (select from installation i"  # noqa: S608 constant
        " where i.town_id = a.town_id and i.asset_id = a.id)))::int as listed"
        f" from asset a where a.town_id = $1 and a.kind = any($3){_HERE}",
        town, _AWAY, list(COMPUTERS),
    )  # fmt: skip
    return Coverage(row["computers"], row["listed"])


async def rules(tx: SafeTransaction, town: int) -> Sequence[Rule]:
    """The rules in force, the newest first."""
    rows = await tx.connection.fetch(
        'select id, pattern, value, maker, product_id as product, batch, decided_by as "by" from product_rule'
        " where town_id = $1 and taken_back_at is null order by decided_at desc, value",
        town,
    )
    return [Rule(**dict(row)) for row in rows]


async def decide(
    tx: SafeTransaction,
    town: int,
    wanted: Iterable[tuple[str, str, UUID | None]],
    actor: Actor,
    now: datetime,
    *,
    pattern: bool = False,
) -> UUID:
    """Remember for each (folded name, folded maker) its product, None to ignore it; answers the batch, by which to undo.

    A rule that said something else for the same name is replaced; undoing brings it back.
    """
    batch, wanted = uuid7(), list(wanted)
    for value, maker, product in wanted:
        await tx.connection.execute(
            "update product_rule set taken_back_at = $5, taken_back_by = $6, replaced_by = $7"
            " where town_id = $1 and pattern = $2 and value = $3 and maker = $4 and taken_back_at is null",
            town, pattern, value, maker, now, actor.name, batch,
        )  # fmt: skip
        await tx.connection.execute(
            "insert into product_rule (town_id, id, pattern, value, maker, product_id, batch, decided_by, decided_at)"
            " values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            town, uuid7(), pattern, value, maker, product, batch, actor.name, now,
        )  # fmt: skip
    told = [{"name": value, "maker": maker, "product": product} for value, maker, product in wanted]
    await audit(tx, actor, "software.assign", f"product_rule/{batch}", after=told)
    return batch


async def undo(tx: SafeTransaction, town: int, batch: UUID, actor: Actor, now: datetime) -> int:
    """Take all rules of one act back, and bring back what they replaced; answers how many. Raises `Missing`, `Wrong`."""
    gone = await tx.connection.fetch(
        "update product_rule set taken_back_at = $3, taken_back_by = $4 where town_id = $1 and batch = $2"
        " and taken_back_at is null returning pattern, value, maker",
        town, batch, now, actor.name,
    )  # fmt: skip
    if not gone:
        raise Missing
    await tx.connection.execute(
        "update product_rule o set taken_back_at = null, taken_back_by = null, replaced_by = null"
        " where o.town_id = $1 and o.replaced_by = $2 and not exists (select from product_rule n where n.town_id = o.town_id"
        " and n.pattern = o.pattern and n.value = o.value and n.maker = o.maker and n.taken_back_at is null)",
        town, batch,
    )  # fmt: skip
    await audit(tx, actor, "software.unassign", f"product_rule/{batch}", before=[dict(row) for row in gone])
    return len(gone)


async def release(tx: SafeTransaction, town: int, rule: UUID, actor: Actor, now: datetime) -> str:
    """Take one rule back; answers its name. Raises `Missing`."""
    value = await tx.connection.fetchval(
        "update product_rule set taken_back_at = $3, taken_back_by = $4 where town_id = $1 and id = $2"
        " and taken_back_at is null returning value",
        town, rule, now, actor.name,
    )  # fmt: skip
    if value is None:
        raise Missing
    await audit(tx, actor, "software.unassign", f"product_rule/{rule}", before={"name": value})
    return str(value)


def check_pattern(value: str) -> str:
    """A pattern as it is kept; raises `Wrong` for one that would catch half of the list."""
    told = " ".join(value.casefold().split())[:200]
    if "*" not in told:
        raise Wrong(_("Im Muster fehlt der Platzhalter *."), "pattern", _("Beispiel: microsoft visual c++*"))
    if len(told.replace("*", "").replace(" ", "")) < 4:
        raise Wrong(_("Dieses Muster träfe zu viel."), "pattern", _("Es braucht mindestens vier Zeichen außer *."))
    return told
