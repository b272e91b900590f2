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
    "typo": ("noted",),
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
        case "loan", _:
            await loans.confirm(tx, town, UUID(found.details["loan"]), by=by, now=now, yes=choice == "yes")
            return Plan()
    if choice in ("same", "different", "assign") or found.asset is None:
        raise Wrong("Zu dieser Antwort gehört ein Gerät.", "Gerät", "Wählen Sie das Gerät aus, das gemeint ist.")
    return await _note_answer(tx, town, found, choice, by, now, reason)


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
