"""What people decide: accept, assign, merge, split, lock; each with who, when, why, and a way back.

A decision is a row that counts until it is taken back; the estate is then derived anew. Rows of one act share a batch
and are undone together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from service.audit.chain import Actor
from service.audit.store import record as audit
from service.db import SafeTransaction, uuid7
from service.errors import Missing, Wrong
from service.i18n import gettext as _
from service.inventory.manual import checked
from service.inventory.plan import Plan
from service.inventory.store import loans
from service.inventory.store.derivation import lock as lock_town
from service.inventory.store.derivation import rederive
from service.inventory.views import ReviewRow
from service.limits import check_reason
from service.settings import local_day


@dataclass(frozen=True, slots=True)
class Act:
    """One act of a person under way: where, who, when, and the batch that undoes it."""

    tx: SafeTransaction
    town: int
    by: Actor
    now: datetime
    batch: UUID

    async def note(
        self,
        kind: str,
        *,
        records: Sequence[UUID] = (),
        others: Sequence[UUID] = (),
        answers: str = "",
        asset: UUID | None = None,
        field: str | None = None,
        value: str | None = None,
        until: datetime | None = None,
        reason: str = "",
        effective_on: date | None = None,
        proof: str | None = None,
    ) -> None:
        """Write a decision."""
        await self.tx.connection.execute(
            "insert into decision (town_id, id, kind, records, others, answers, asset_id, field, value, until, reason, batch,"
            " decided_by, decided_at, effective_on, proof)"
            " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
            self.town,
            uuid7(),
            kind,
            list(records),
            list(others),
            answers,
            asset,
            field,
            value,
            until,
            reason,
            self.batch,
            self.by.name,
            self.now,
            effective_on,
            proof,
        )

    async def close(self, case: ReviewRow, state: str = "answered", until: datetime | None = None) -> None:
        """Close a case, and remember that this act did."""
        await self.tx.connection.execute(
            "update review set state = $3, closed_by = $4, closed_at = $5, ignored_until = $6 where town_id = $1 and id = $2",
            self.town,
            case.id,
            state,
            self.by.name,
            self.now,
            until,
        )
        await self.note("ignore" if state == "ignored" else "answer", answers=case.key, asset=case.asset, until=until)

    async def derive(self, *, undone: bool = False) -> Plan:
        """The estate after it; `undone` where the act takes another one back."""
        plan = (await rederive(self.tx, self.town, by=self.by.name, now=self.now, undone=undone)).plan
        await loans.apply(self.tx, self.town)
        return plan


async def begin(tx: SafeTransaction, town: int, by: Actor, now: datetime) -> Act:
    await lock_town(tx, town)
    return Act(tx, town, by, now, uuid7())


async def known_asset(tx: SafeTransaction, town: int, id_: UUID) -> Mapping[str, Any]:
    row = await tx.connection.fetchrow("select id, anchor, name, status from asset where town_id = $1 and id = $2", town, id_)
    if row is None:
        raise Missing
    return dict(row)


async def _records_of(tx: SafeTransaction, town: int, asset: UUID) -> list[UUID]:
    rows = await tx.connection.fetch(
        "select id from sighting where town_id = $1 and asset_id = $2 order by observed_at, id", town, asset
    )
    return [row["id"] for row in rows]


async def accept(tx: SafeTransaction, town: int, assets: Sequence[UUID], *, by: Actor, now: datetime) -> Plan:
    """These devices belong here: state „neu“ ends."""
    act = await begin(tx, town, by, now)
    for id_ in assets:
        found = await known_asset(tx, town, id_)
        await act.note("accept", asset=id_, records=[found["anchor"]], reason="")
        await audit(tx, by, "asset.accept", f"asset/{id_}", before={"status": found["status"]}, after={"status": "in_use"})
    plan = await act.derive()
    await tx.connection.execute(
        "update review set state = 'answered', closed_by = $3, closed_at = $4 where town_id = $1 and kind = 'new'"
        " and asset_id = any ($2::uuid[]) and state <> 'answered'",
        town,
        list(assets),
        by.name,
        now,
    )
    return plan


async def merge(
    tx: SafeTransaction,
    town: int,
    keep: UUID,
    other: UUID,
    *,
    by: Actor,
    now: datetime,
    fields: Mapping[str, str] | None = None,
    reason: str = "",
    case: ReviewRow | None = None,
) -> Plan:
    """`keep` and `other` are one device. `fields` are values chosen field by field; each becomes a lock."""
    if keep == other:
        raise Wrong(
            "Ein Gerät lässt sich nicht mit sich selbst zusammenführen.", "Zusammenführen", "Wählen Sie ein zweites Gerät."
        )
    first, second = await known_asset(tx, town, keep), await known_asset(tx, town, other)
    act = await begin(tx, town, by, now)
    answers = str(case.details.get("key", "")) if case else ""
    await act.note("same", records=[first["anchor"]], others=[second["anchor"]], answers=answers, asset=keep, reason=reason)
    for field, value in (fields or {}).items():
        told = checked(field, value, local_day(now))
        await act.note(
            "lock", asset=keep, records=[first["anchor"]], field=field, value=told, reason=reason or "beim Zusammenführen gewählt"
        )
    if case:
        await act.close(case)
    plan = await act.derive()
    after = {"with": str(other), "name": second["name"], "fields": dict(fields or {}), "reason": reason}
    await audit(tx, by, "asset.merge", f"asset/{keep}", before={"name": first["name"]}, after=after)
    return plan


async def keep_apart(
    tx: SafeTransaction,
    town: int,
    one: UUID,
    other: UUID,
    *,
    by: Actor,
    now: datetime,
    reason: str = "",
    case: ReviewRow | None = None,
    accepted: UUID | None = None,
) -> Plan:
    """Two devices, whatever they share; a question about them is answered. `accepted` is one that belongs here from now on."""
    act = await begin(tx, town, by, now)
    first, second = await _records_of(tx, town, one), await _records_of(tx, town, other)
    if not first or not second:
        raise Missing
    answers = str(case.details.get("key", "")) if case else ""
    await act.note("different", records=first, others=second, answers=answers, asset=one, reason=reason)
    if accepted is not None:
        await act.note("accept", asset=accepted, records=[(await known_asset(tx, town, accepted))["anchor"]])
    if case:
        await act.close(case)
    plan = await act.derive()
    await audit(tx, by, "asset.keep_apart", f"asset/{one}", after={"from": str(other), "reason": reason})
    return plan


async def split(
    tx: SafeTransaction, town: int, asset: UUID, records: Sequence[UUID], *, by: Actor, now: datetime, reason: str = ""
) -> Plan:
    """These records of a device are another device's. They find their own home among themselves."""
    act = await begin(tx, town, by, now)
    mine = await _records_of(tx, town, asset)
    leaving = [record for record in mine if record in set(records)]
    staying = [record for record in mine if record not in set(records)]
    if not leaving or not staying:
        raise Wrong(
            "Zum Trennen braucht es Sichtungen, die gehen, und solche, die bleiben.", "Trennen", "Wählen Sie einen Teil aus."
        )
    await act.note("different", records=leaving, others=staying, asset=asset, reason=reason)
    plan = await act.derive()
    await audit(tx, by, "asset.split", f"asset/{asset}", after={"records": len(leaving), "reason": reason})
    return plan


async def assign(
    tx: SafeTransaction,
    town: int,
    records: Sequence[UUID],
    asset: UUID,
    *,
    by: Actor,
    now: datetime,
    reason: str = "",
    case: ReviewRow | None = None,
) -> Plan:
    """These records belong to this device; their own identifiers join nothing else."""
    found = await known_asset(tx, town, asset)
    act = await begin(tx, town, by, now)
    answers = str(case.details.get("key", "")) if case else ""
    await act.note("assign", records=records, others=[found["anchor"]], answers=answers, asset=asset, reason=reason)
    if case:
        await act.close(case)
    plan = await act.derive()
    await audit(
        tx, by, "record.assign", f"asset/{asset}", after={"records": [str(record) for record in records], "reason": reason}
    )
    return plan


async def lock(
    tx: SafeTransaction, town: int, asset: UUID, fields: Mapping[str, str], *, reason: str, by: Actor, now: datetime
) -> Plan:
    """Set fields by hand and lock them: no source writes over them, whoever disagrees opens a case."""
    check_reason(reason, _("Eine Sperre braucht einen Grund."), _("Ein Halbsatz genügt, zum Beispiel „Typenschild abgelesen“."))
    found = await known_asset(tx, town, asset)
    told = {field: checked(field, value, local_day(now)) for field, value in fields.items()}
    act = await begin(tx, town, by, now)
    before = {
        row["field"]: row["value"]
        for row in await tx.connection.fetch(
            "select field, value from value where town_id = $1 and asset_id = $2 and visible and field = any ($3::text[])",
            town,
            asset,
            list(told),
        )
    }
    await replace_locks(act, asset, list(told))
    for field, value in told.items():
        await act.note("lock", asset=asset, records=[found["anchor"]], field=field, value=value, reason=reason.strip())
    plan = await act.derive()
    await audit(tx, by, "asset.lock", f"asset/{asset}", before=before, after=told | {"reason": reason.strip()})
    return plan


async def unlock(tx: SafeTransaction, town: int, asset: UUID, field: str, *, by: Actor, now: datetime) -> Plan:
    """Let the sources speak again about a field."""
    await known_asset(tx, town, asset)
    act = await begin(tx, town, by, now)
    if not await replace_locks(act, asset, [field]):
        raise Wrong("Dieses Feld ist nicht gesperrt.", f"Feld „{field}“")
    plan = await act.derive()
    await audit(tx, by, "asset.unlock", f"asset/{asset}", before={"field": field})
    return plan


async def replace_locks(act: Act, asset: UUID, fields: Sequence[str]) -> int:
    """End the locks that stand on fields of an asset, also those that came with a record from elsewhere."""
    return await replace_many(act, [(asset, field) for field in fields])


async def replace_many(act: Act, pairs: Sequence[tuple[UUID, str]]) -> int:
    """The same for (asset, field) of many."""
    done = await act.tx.connection.execute(
        "with p as (select * from unnest($2::uuid[], $3::text[]) as p (asset, field))"
        " update decision d set taken_back_by = $4, taken_back_at = $5 where d.town_id = $1 and d.kind = 'lock'"
        " and d.taken_back_at is null and (exists (select from p where p.asset = d.asset_id and p.field = d.field) or exists"
        " (select from sighting s join p on p.asset = s.asset_id and p.field = d.field"
        " where s.town_id = $1 and s.id = any (d.records)))",
        act.town,
        [asset for asset, _ in pairs],
        [field for _, field in pairs],
        act.by.name,
        act.now,
    )
    return int(done.split()[-1])


async def refuse_alone(tx: SafeTransaction, town: int, made: UUID) -> None:
    """Raises `Wrong` where this batch or collection is one town's half of a hand-over."""
    partner = await tx.connection.fetchval(
        "select t.name from handover h join town t on t.id = h.partner_town"
        " where h.town_id = $1 and (h.batch = $2 or h.collection_id = $2)",
        town,
        made,
    )
    if partner is not None:
        raise Wrong(
            _("Eine angenommene Übergabe nimmt keine Stadt allein zurück."),
            _("Rückgängig"),
            _("Soll das Gerät zurück, übergibt es die Stadt, die es jetzt hat. Die andere ist %(town)s.", town=partner),
        )
