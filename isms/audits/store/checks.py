"""What auditors saw of the checklist."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from isms.audits import plan
from isms.audits.checklist import Key, Line, Seen, lines
from isms.audits.plan import Audit
from isms.documents.store import links
from isms.store import sheets
from service.audit.chain import Actor
from service.audit.store import record as audit_log
from service.db import SafeTransaction, uuid7
from service.errors import Wrong
from service.i18n import gettext as _
from service.names import shown_name

RESULTS = ("agrees", "differs", "unclear")


async def checklist(tx: SafeTransaction, town: int, item: Audit, today: date) -> Sequence[Line]:
    """Every requirement in scope. The transaction should also read the group (town 0) for central measures."""
    return lines(
        await sheets.load(tx, town, today),
        item,
        await seen(tx, town, item.id),
        await links.of_answers(tx, town),
        await sheets.removals(tx, town),
    )


async def seen(tx: SafeTransaction, town: int, audit: UUID) -> Mapping[Key, Seen]:
    """(object, requirement) → what was seen."""
    found = await tx.connection.fetch(
        "select target_id, control, result, note, seen_by, seen_at from audit_check where town_id = $1 and audit_id = $2",
        town,
        audit,
    )
    return {
        (row["target_id"], row["control"]): Seen(row["result"], row["note"], shown_name(row["seen_by"]), row["seen_at"])
        for row in found
    }


async def mark(
    tx: SafeTransaction, town: int, item: Audit, keys: Collection[Key], result: str, note: str, actor: Actor, now: datetime
) -> None:
    """Say of these requirements what was seen; an empty result takes it back.

    Raises:
        Wrong: nothing is chosen, the result is unknown, one does not apply to its object, or the audit does not run.
    """
    if item.state not in plan.OPEN:
        raise Wrong(_("Das Audit ist abgeschlossen oder abgesagt."))
    if not keys:
        raise Wrong(_("Bitte wählen Sie mindestens eine Anforderung aus."))
    if result not in ("", *RESULTS):
        raise Wrong(_("Diese Auswahl gibt es nicht."))
    targets, controls = [x for x, _c in keys], [c for _x, c in keys]
    known = await tx.connection.fetchval(
        "select count(*) from modelling m join unnest($2::uuid[], $3::text[]) as k(t, c) on m.target_id = k.t and m.control = k.c"
        " where m.town_id = $1",
        town, targets, controls,
    )  # fmt: skip
    if known != len(set(keys)):
        raise Wrong(_("Eine der Anforderungen gilt an diesem Zielobjekt nicht."))
    await tx.connection.execute(
        "delete from audit_check a using unnest($3::uuid[], $4::text[]) as k(t, c)"
        " where a.town_id = $1 and a.audit_id = $2 and a.target_id = k.t and a.control = k.c",
        town, item.id, targets, controls,
    )  # fmt: skip
    if result:
        await tx.connection.execute(
            "insert into audit_check (town_id, id, audit_id, target_id, control, result, note, seen_by, seen_at)"
            " select $1, i, $2, t, c, $3, $4, $5, $6 from unnest($7::uuid[], $8::uuid[], $9::text[]) as n(i, t, c)",
            town, item.id, result, note.strip(), actor.name[:200], now, [uuid7() for _x in keys], targets, controls,
        )  # fmt: skip
    told = {"result": result, "note": note.strip(), "requirements": len(keys)}
    await audit_log(tx, actor, "security_audit.check", f"security_audit/{item.id}", after=told)
