"""What people decided about which records are a device: told at the device and at the case, and taken back at any time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from service.db import SafeTransaction
from service.errors import Wrong
from service.i18n import format_datetime
from service.i18n import gettext as _

IDENTITY = ("same", "different", "assign")
"""Decisions about which records are one device."""


@dataclass(frozen=True, slots=True)
class Decided:
    """One act of a person, or of the list that named devices by their ids. `other` is the second device's name at the time."""

    batch: UUID
    kinds: tuple[str, ...]
    by: str
    at: datetime
    reason: str
    asset: UUID | None
    name: str
    other: str
    fields: tuple[tuple[str, str], ...] = ()
    """Values that were set with it."""
    taken_back_by: str | None = None
    taken_back_at: datetime | None = None

    @property
    def kind(self) -> str:
        """What was decided above all."""
        return next((kind for kind in self.kinds if kind in IDENTITY), next((k for k in self.kinds if k != "answer"), "answer"))


_ACTS = """select d.batch, array_agg(d.kind order by d.id) as kinds, min(d.decided_by) as by, min(d.decided_at) as at,
  (array_agg(d.reason order by d.reason = '', d.id))[1] as reason, (array_agg(d.asset_id order by d.id))[1] as asset,
  coalesce(min(a.name), '') as name,
  coalesce(min((select o.name from asset o where o.town_id = $1 and o.anchor = d.others[1] and o.id <> d.asset_id limit 1)),
    min((select o.name from sighting s join asset o on o.town_id = s.town_id and o.id = s.asset_id
      where s.town_id = $1 and s.id = d.others[1])), '') as other,
  coalesce(array_agg(d.field order by d.id) filter (where d.kind = 'lock'), '{}') as fields,
  coalesce(array_agg(d.value order by d.id) filter (where d.kind = 'lock'), '{}') as told,
  min(d.taken_back_by) as taken_back_by, min(d.taken_back_at) as taken_back_at
from decision d left join asset a on a.town_id = d.town_id and a.id = d.asset_id
where d.town_id = $1 and d.batch = any ($2::uuid[]) group by d.batch order by at desc, d.batch desc"""

_OF_DEVICE = """select distinct d.batch from decision d where d.town_id = $1 and d.kind = any ($3::text[])
  and (d.asset_id = $2 or exists (select from sighting s
    where s.town_id = $1 and s.asset_id = $2 and (s.id = any (d.records) or s.id = any (d.others))))"""

_OF_CASE = """select d.batch from decision d where d.town_id = $1 and d.answers <> '' and d.answers = any ($2::text[])
  and d.kind <> 'ignore' and d.taken_back_at is null order by d.decided_at desc limit 1"""

_AFTER = """with mine as (select array_agg(r) as held from decision d, unnest(d.records || d.others) as r
    where d.town_id = $1 and d.batch = $2 and d.kind = any ($3::text[])),
  near as (select array_agg(distinct o.id) as held from sighting s join sighting o on o.town_id = $1 and o.asset_id = s.asset_id
    where s.town_id = $1 and s.id = any (select unnest(held) from mine))
select distinct d.batch from decision d, mine, near where d.town_id = $1 and d.batch <> $2 and d.kind = any ($3::text[])
  and d.taken_back_at is null and (d.decided_at, d.batch) > (select max(decided_at), $2 from decision
    where town_id = $1 and batch = $2)
  and (d.records || d.others) && (mine.held || coalesce(near.held, '{}'))"""


async def of_device(tx: SafeTransaction, town: int, asset: UUID) -> list[Decided]:
    """What was decided about the identity of a device, the newest first, also what was taken back."""
    rows = await tx.connection.fetch(_OF_DEVICE, town, asset, list(IDENTITY))
    return await _acts(tx, town, [row["batch"] for row in rows])


async def of_case(tx: SafeTransaction, town: int, keys: Sequence[str]) -> Decided | None:
    """The act that answered a case, by the case's keys; None where it was answered otherwise."""
    rows = await tx.connection.fetch(_OF_CASE, town, [key for key in keys if key])
    return next(iter(await _acts(tx, town, [row["batch"] for row in rows])), None)


async def refuse_dependent(tx: SafeTransaction, town: int, batch: UUID) -> None:
    """Raises `Wrong` with their names where later decisions about the same devices stand on this one."""
    rows = await tx.connection.fetch(_AFTER, town, batch, list(IDENTITY))
    later = await _acts(tx, town, [row["batch"] for row in rows])
    if later:
        raise Wrong(
            _("Auf dieser Entscheidung bauen spätere auf: %(named)s.", named="; ".join(sentence(one) for one in later)),
            _("Rückgängig"),
            _("Nehmen Sie zuerst die späteren zurück; sie stehen am Gerät unter „Herkunft“."),
        )


async def _acts(tx: SafeTransaction, town: int, batches: Sequence[UUID]) -> list[Decided]:
    if not batches:
        return []
    return [_decided(row) for row in await tx.connection.fetch(_ACTS, town, list(batches))]


def _decided(row: Any) -> Decided:
    values = dict(row)
    told = tuple(zip(values.pop("fields"), values.pop("told"), strict=True))
    return Decided(**values | {"kinds": tuple(values["kinds"]), "fields": told})


def sentence(one: Decided) -> str:
    """An act in words: what, with which device, by whom and when."""
    return f"{what(one)} ({one.by}, {format_datetime(one.at)})"


def what(one: Decided) -> str:
    """What was decided, with which device."""
    other = one.other or _("ohne Namen")
    return {
        "same": _("zusammengeführt mit %(name)s", name=other),
        "different": _("getrennt von %(name)s", name=other),
        "assign": _("Sichtung zugeordnet: %(name)s", name=one.name or other),
        "lock": _("Angabe von Hand gesetzt"),
        "accept": _("als eigenes Gerät angenommen"),
        "ignore": _("zurückgestellt"),
    }.get(one.kind, _("zur Kenntnis genommen"))
