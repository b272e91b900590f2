"""Answers to review cases: a case is asked once, its answer becomes decisions, and is remembered.

What an answer does stands in `decisions`; here it is only chosen by the case's kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from service.audit.chain import Actor
from service.audit.store import record as audit
from service.db import SafeTransaction
from service.errors import Missing, Wrong
from service.i18n import gettext as _
from service.inventory.folding import fold_serial
from service.inventory.manual import checked
from service.inventory.plan import Plan
from service.inventory.store import loans
from service.inventory.store.decisions import accept, assign, begin, keep_apart, known_asset, merge, replace_locks
from service.inventory.store.inbox import review
from service.inventory.views import ReviewRow
from service.settings import local_day


async def ignore(tx: SafeTransaction, town: int, case: UUID, *, until: datetime, by: Actor, now: datetime) -> None:
    """Lay a case aside until a day; the same question does not come before."""
    found = await _case(tx, town, case)
    if until <= now:
        raise Wrong("Der Tag, bis zu dem der Fall ruhen soll, liegt in der Vergangenheit.", "Ruhen bis")
    act = await begin(tx, town, by, now)
    await act.close(found, "ignored", until)
    await audit(tx, by, "review.ignore", f"review/{case}", after={"until": until.isoformat(), "kind": found.kind})


async def _case(tx: SafeTransaction, town: int, case: UUID) -> ReviewRow:
    found = await review(tx, town, case)
    if found is None:
        raise Missing
    return found


ANSWERS: Mapping[str, tuple[str, ...]] = {
    "new": ("accept", "same"),
    "changed": ("keep", "take"),
    "missing": ("missing", "retired", "still_there"),
    "replaced": ("different", "same"),
    "duplicate": ("same", "different"),
    "typo": ("noted", "restore"),
    "bearer": ("assign", "noted"),
    "loan": ("yes", "no"),
}
"""What one may answer to each kind of case, the usual answer first."""


async def answer(
    tx: SafeTransaction,
    town: int,
    case: UUID,
    choice: str,
    *,
    by: Actor,
    now: datetime,
    asset: UUID | None = None,
    fields: Mapping[str, str] | None = None,
    reason: str = "",
) -> Plan:
    """Settle a case by one of `ANSWERS`; `asset` is the device meant where the answer needs one. Asked once, kept."""
    found = await _case(tx, town, case)
    if choice not in ANSWERS.get(found.kind, ()):
        raise Wrong("Diese Antwort passt nicht zu dem Fall.", "Antwort")
    other = asset or found.other
    match found.kind, choice:
        case "new", "accept" if found.asset:
            return await accept(tx, town, [found.asset], by=by, now=now)
        case (("new" | "replaced" | "duplicate"), "same") if found.asset and other:
            return await merge(
                tx,
                town,
                other if found.kind == "new" else found.asset,
                found.asset if found.kind == "new" else other,
                by=by,
                now=now,
                fields=fields,
                reason=reason,
                case=found,
            )
        case _, "different" if found.asset and other:
            fresh = other if found.kind == "replaced" else None
            return await keep_apart(tx, town, found.asset, other, by=by, now=now, reason=reason, case=found, accepted=fresh)
        case "bearer", "assign" if asset:
            return await assign(tx, town, found.records[:1], asset, by=by, now=now, reason=reason, case=found)
        case "typo", "restore" if found.asset:
            return await _restore(tx, town, found, by, now, reason)
        case "loan", _:
            await loans.confirm(tx, town, UUID(found.details["loan"]), by=by, now=now, yes=choice == "yes")
            return Plan()
    if choice in ("same", "different", "assign") or found.asset is None:
        raise Wrong("Zu dieser Antwort gehört ein Gerät.", "Gerät", "Wählen Sie das Gerät aus, das gemeint ist.")
    return await _note_answer(tx, town, found, choice, by, now, reason)


async def _restore(tx: SafeTransaction, town: int, found: ReviewRow, by: Actor, now: datetime, reason: str) -> Plan:
    """A list gave a device the serial of another one: each shows its own again, the one it had before or none."""
    act = await begin(tx, town, by, now)
    sides = [one for one in (found.asset, found.other) if one is not None]
    wrong = {asset: value for asset in sides if (value := await _own_serial(tx, town, asset)) is not None}
    if not wrong:
        raise Wrong(_("Die Seriennummern stimmen schon wieder."), _("Antwort"), _("Bestätigen Sie den Tippfehler."))
    told = reason or _("Die Zeile der Liste nannte die Seriennummer eines anderen Geräts.")
    for asset, value in wrong.items():
        anchor = (await known_asset(tx, town, asset))["anchor"]
        await replace_locks(act, asset, ["serial"])
        await act.note("lock", asset=asset, records=[anchor], field="serial", value=value, reason=told)
    await act.close(found)
    linked = str(found.details.get("key", ""))
    if linked and linked != found.key:
        await act.note("answer", answers=linked, asset=found.asset)
    plan = await act.derive()
    after = {"kind": found.kind, "answer": "restore", "serials": {str(asset): value for asset, value in wrong.items()}}
    await audit(tx, by, "review.answer", f"review/{found.id}", after=after | {"reason": reason})
    return plan


async def _own_serial(tx: SafeTransaction, town: int, asset: UUID) -> str | None:
    """The serial by which this device is known where it shows one that is not its own; '' for none, None where all is well."""
    known = {
        row["value"]
        for row in await tx.connection.fetch(
            "select value from identifier where town_id = $1 and asset_id = $2 and kind = 'serial'", town, asset
        )
    }
    said = await tx.connection.fetch(
        "select value, visible from value where town_id = $1 and asset_id = $2 and field = 'serial' order by last_seen desc",
        town,
        asset,
    )
    shown = next((row["value"] for row in said if row["visible"]), "")
    if not shown or fold_serial(shown) in known:
        return None
    return next((row["value"] for row in said if fold_serial(row["value"]) in known), "")


async def _note_answer(
    tx: SafeTransaction, town: int, found: ReviewRow, choice: str, by: Actor, now: datetime, reason: str
) -> Plan:
    """Answers that only set a field, or only say that one has seen it."""
    assert found.asset is not None
    act = await begin(tx, town, by, now)
    anchor = (await known_asset(tx, town, found.asset))["anchor"]
    sets = {
        "take": (str(found.details.get("field")), str(found.details.get("seen"))),
        "missing": ("status", "missing"),
        "retired": ("status", "retired"),
    }
    if choice in sets:
        field, value = sets[choice]
        await replace_locks(act, found.asset, [field])
        told = checked(field, value, local_day(now))
        await act.note(
            "lock",
            asset=found.asset,
            records=[anchor],
            field=field,
            value=told,
            reason=reason or "in den Abweichungen entschieden",
        )
    await act.close(found)
    linked = str(found.details.get("key", ""))
    if linked and linked != found.key:
        await act.note("answer", answers=linked, asset=found.asset)
    plan = await act.derive() if choice in sets or linked else Plan()
    await audit(tx, by, "review.answer", f"review/{found.id}", after={"kind": found.kind, "answer": choice, "reason": reason})
    return plan
