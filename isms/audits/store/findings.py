"""Findings of audits: entered, made into a measure, looked at again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from isms.audits import plan
from isms.audits.plan import Finding
from isms.measures import MEASURE_STATES
from isms.store import measures
from service.audit.chain import Actor
from service.audit.store import record as audit_log
from service.contracts.store import rows
from service.contracts.store.rows import Kept
from service.db import SafeTransaction, uuid7
from service.errors import Missing, Outdated, Wrong
from service.i18n import gettext as _
from service.priority import Level
from service.settings import local_day

KEPT: Final = Kept(
    "audit_finding",
    "audit_finding",
    ("weight", "title", "text", "target_id", "control", "responsible", "due", "recheck_on"),
)
_PRIORITY: Final = {"severe": Level.HOCH, "minor": Level.MITTEL, "recommendation": Level.NIEDRIG}
_SELECT: Final = """select f.id, f.audit_id as audit, f.number, f.weight, f.title, f.text, f.target_id as target, f.control,
  f.responsible, f.due, f.recheck_on, f.recheck_result, f.recheck_note, f.rechecked_by, f.rechecked_at, f.measure_id as measure,
  f.version, coalesce(t.name, '') as target_name, coalesce(c.label || ' ' || c.title, f.control) as label
  from audit_finding f left join target_object t on t.town_id = f.town_id and t.id = f.target_id
  left join lateral (select label, title from control c where c.key = f.control order by c.id desc limit 1) c on true
  where f.town_id = any($1) and f.removed_at is null """


async def findings(tx: SafeTransaction, towns: Collection[int], audit: UUID | None = None) -> Sequence[Finding]:
    """Findings of these towns, or of one audit, by number."""
    found = await tx.connection.fetch(
        _SELECT + "and ($2::uuid is null or f.audit_id = $2) order by f.audit_id, f.number", list(towns), audit
    )
    return [Finding(**dict(row)) for row in found]


async def finding(tx: SafeTransaction, town: int, audit: UUID, key: UUID) -> Finding:
    """One of them; raises `Missing`."""
    row = await tx.connection.fetchrow(_SELECT + "and f.audit_id = $2 and f.id = $3", [town], audit, key)
    if row is None:
        raise Missing
    return Finding(**dict(row))


async def save(tx: SafeTransaction, town: int, item: Finding, actor: Actor, now: datetime) -> UUID:
    """Add (version 0) or change. Once the audit is finished, only who mends it and until when may change.

    Raises:
        Wrong: it says too little, names an unknown object or requirement, or the audit is over.
        Missing: no such audit or finding.
        Outdated: another version is stored.
    """
    plan.check_finding(item)
    state = await tx.connection.fetchval(
        "select state from security_audit where town_id = $1 and id = $2 and removed_at is null for update", town, item.audit
    )
    if state is None:
        raise Missing
    values = {name: getattr(item, "target" if name == "target_id" else name) for name in KEPT.columns}
    values["control"] = await _control(tx, town, item.target, item.control)
    if item.version:
        if state not in plan.OPEN:
            before = await finding(tx, town, item.audit, item.id)
            fixed = ("weight", "title", "text", "target", "control")
            now_said = [values["target_id" if name == "target" else name] for name in fixed]
            if [getattr(before, name) for name in fixed] != now_said:
                raise Wrong(
                    _("Das Audit ist abgeschlossen. Was festgestellt wurde, steht fest."), "title",
                    _("Ändern können Sie noch Zuständige und Termine."),
                )  # fmt: skip
        return await rows.save(tx, KEPT, town, item.id, item.version, values, actor, now)
    if state not in plan.OPEN:
        raise Wrong(_("Das Audit ist abgeschlossen oder abgesagt."), "title", _("Öffnen Sie es wieder, um etwas festzustellen."))
    number = await tx.connection.fetchval(
        "select coalesce(max(number), 0) + 1 from audit_finding where town_id = $1 and audit_id = $2", town, item.audit
    )
    kept = Kept(KEPT.table, KEPT.noun, (*KEPT.columns, "audit_id", "number"))
    return await rows.save(tx, kept, town, None, 0, values | {"audit_id": item.audit, "number": number}, actor, now)


async def _control(tx: SafeTransaction, town: int, target: UUID | None, said: str) -> str:
    """The key of the requirement named by key or label; raises `Wrong` where it or the object is unknown."""
    known = target is None or await tx.connection.fetchval(
        "select 1 from target_object where town_id = $1 and id = $2", town, target
    )
    if not known:
        raise Wrong(_("Bitte wählen Sie aus der Liste."), "target")
    if not said.strip():
        return ""
    key: str | None = await tx.connection.fetchval(
        "select c.key from control c where c.key = $1 or lower(c.label) = lower($1) order by c.key <> $1, c.id desc limit 1",
        said.strip(),
    )
    if key is None:
        raise Wrong(
            _("Die Anforderung „%(said)s“ gibt es nicht.", said=said.strip()[:60]), "control",
            _("Nennen Sie die Kennung, wie sie im Grundschutz-Check steht."),
        )  # fmt: skip
    return key


async def recheck(
    tx: SafeTransaction, town: int, audit: UUID, key: UUID, version: int,
    result: str, note: str, again: date | None, actor: Actor, now: datetime,
) -> None:  # fmt: skip
    """Write down what a re-check found; what is not mended gets its next day. Raises `Wrong`, `Missing`, `Outdated`."""
    before = await finding(tx, town, audit, key)
    plan.check_recheck(before, result, note, again, local_day(now))
    next_day = None if result in plan.CLOSING else again
    await _rechecked(tx, town, key, version, (result, note.strip(), actor.name[:200], now, next_day), now)
    told = {"recheck_result": result, "recheck_note": note.strip(), "recheck_on": next_day.isoformat() if next_day else ""}
    old = {"recheck_result": before.recheck_result, "recheck_note": before.recheck_note,
           "recheck_on": before.recheck_on.isoformat() if before.recheck_on else ""}  # fmt: skip
    await audit_log(tx, actor, "audit_finding.recheck", f"audit_finding/{key}", before=old, after=told)


async def reopen(tx: SafeTransaction, town: int, audit: UUID, key: UUID, version: int, actor: Actor, now: datetime) -> None:
    """A closed finding is open again, to be looked at anew. Raises `Wrong`, `Missing`, `Outdated`."""
    before = await finding(tx, town, audit, key)
    if before.state != "closed":
        raise Wrong(_("Diese Feststellung ist noch offen."))
    await _rechecked(tx, town, key, version, ("", "", "", None, before.recheck_on), now)
    old = {"recheck_result": before.recheck_result}
    await audit_log(tx, actor, "audit_finding.reopen", f"audit_finding/{key}", before=old, after={"recheck_result": ""})


async def _rechecked(
    tx: SafeTransaction, town: int, key: UUID, version: int,
    said: tuple[str, str, str, datetime | None, date | None], now: datetime,
) -> None:  # fmt: skip
    done = await tx.connection.fetchval(
        "update audit_finding set recheck_result = $4, recheck_note = $5, rechecked_by = $6, rechecked_at = $7, recheck_on = $8,"
        " changed_at = $9, version = version + 1 where town_id = $1 and id = $2 and version = $3 returning id",
        town, key, version, *said, now,
    )  # fmt: skip
    if done is None:
        raise Outdated


async def measure(tx: SafeTransaction, town: int, audit: UUID, key: UUID, actor: Actor, now: datetime) -> UUID:
    """Make a measure of a finding, with its requirement, day and function; answers the measure.

    Raises:
        Wrong: it has one already.
        Missing: no such finding.
    """
    await tx.connection.execute("select from audit_finding where town_id = $1 and id = $2 for update", town, key)
    item = await finding(tx, town, audit, key)
    if item.measure:
        raise Wrong(_("Aus dieser Feststellung gibt es schon eine Maßnahme."))
    text = "\n".join(x for x in (item.text, item.target_name) if x)
    made = measures.Measure(
        town, uuid7(), 0, _("Beheben: %(title)s", title=item.title)[:300], text, "organisatorisch", "lokal", MEASURE_STATES[0],
        "", item.responsible, "", None, None, None, None, None, "", int(_PRIORITY[item.weight]), item.due,
        (item.control,) if item.control else (), 0, origin=f"audit_finding/{key}",
    )  # fmt: skip
    ident = await measures.save(tx, town, made, actor, now)
    await tx.connection.execute(
        "update audit_finding set measure_id = $3, changed_at = $4, version = version + 1 where town_id = $1 and id = $2",
        town, key, ident, now,
    )  # fmt: skip
    await audit_log(tx, actor, "audit_finding.measure", f"audit_finding/{key}", after={"title": made.title})
    return ident
