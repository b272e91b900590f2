"""Protection needs of a town in the database, and the group's definitions of the categories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from isms.protection import Goal, Need, Override, Reasoning, refusal
from isms.structure.assessment import Line, SetNeed, lines
from isms.structure.definitions import SCENARIOS, Definition, merged
from service.audit.chain import Actor
from service.audit.store import record
from service.db import SafeTransaction, uuid7
from service.errors import Missing, Outdated, Wrong
from service.i18n import gettext as _
from service.objects import store as objects
from service.objects.store import needs

GROUP = 0
_SET = """select target_id as target, goal, need, reasoning, reason, inherited, version, set_by as by, set_at as at
  from protection_need where town_id = $1 """


async def load(tx: SafeTransaction, town: int) -> tuple[Line, ...]:
    """Every object of a town with its effective needs."""
    targets = await objects.targets(tx, town)
    pairs = [(x.consumer, x.provider) for x in await needs.needs(tx, town)]
    rows = await tx.connection.fetch(_SET + "and superseded_at is null", town)
    return lines([(x.id, x.name, x.kind) for x in targets], pairs, [_value(row) for row in rows])


async def line(tx: SafeTransaction, town: int, target: UUID) -> Line:
    """One object with its effective needs; raises `Missing`."""
    found = next((x for x in await load(tx, town) if x.id == target), None)
    if found is None:
        raise Missing
    return found


async def put(
    tx: SafeTransaction,
    town: int,
    target: UUID,
    goal: Goal,
    wanted: tuple[Need, Reasoning | None, str] | None,
    actor: Actor,
    now: datetime,
    *,
    expected: int | None = None,
) -> None:
    """Set (need, reasoning, reason) for a goal, or with None take back what was set; the former value stays as history.

    At processes and information the value is entered and has no reasoning; everywhere else it is an override.

    Raises:
        Missing: there is no such object.
        Wrong: an override that is not accepted, or an entered value where values are inherited; `where` names the goal.
        Outdated: somebody was faster than `expected`.
    """
    await tx.connection.execute("select pg_advisory_xact_lock(4715, $1)", town)
    here = await line(tx, town, target)
    before = here.set_by_hand.get(goal)
    version = await tx.connection.fetchval(
        "select coalesce(max(version), 0) from protection_need where town_id = $1 and target_id = $2 and goal = $3",
        town,
        target,
        str(goal),
    )
    if expected is not None and expected != (before.version if before else 0):
        raise Outdated(before.by if before else "", before.at if before else None)
    inherited = here.effective[goal].inherited
    if wanted is not None:
        need, reasoning, reason = wanted
        if here.enters != (reasoning is None):
            raise Wrong(_("Hier wird der Schutzbedarf vererbt; ein anderer Wert braucht eine Begründungsart."), goal.lower())
        if reasoning is not None and (why := refusal(Override(need, reasoning, reason, inherited), goal)):
            raise Wrong(why, f"{goal.lower()}_reason" if not reason.strip() else goal.lower())
    await tx.connection.execute(
        "update protection_need set superseded_at = $4 where town_id = $1 and target_id = $2 and goal = $3"
        " and superseded_at is null",
        town,
        target,
        str(goal),
        now,
    )
    if wanted is not None:
        await tx.connection.execute(
            "insert into protection_need (town_id, id, target_id, goal, need, reasoning, reason, inherited, version, set_by,"
            " set_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            town,
            uuid7(),
            target,
            str(goal),
            int(need),
            str(reasoning or ""),
            reason.strip(),
            None if reasoning is None or inherited is None else int(inherited),
            version + 1,
            actor.name,
            now,
        )
    told = {"goal": str(goal), "need": None, "reason": ""}
    if wanted is not None:
        told |= {"need": wanted[0].word, "reasoning": str(wanted[1] or ""), "reason": wanted[2].strip()}
    former = {"goal": str(goal), "need": before.need.word, "reason": before.reason} if before else None
    await record(tx, actor, "protection.set", f"target_object/{target}", before=former, after=told)


async def history(tx: SafeTransaction, town: int, target: UUID) -> Sequence[SetNeed]:
    """Everything ever set at an object, the newest first."""
    rows = await tx.connection.fetch(_SET + "and target_id = $2 order by set_at desc, goal", town, target)
    return [_value(row) for row in rows]


async def definitions(tx: SafeTransaction) -> tuple[Definition, ...]:
    """What the categories mean; the transaction must read the group (town 0)."""
    rows = await tx.connection.fetch(
        "select scenario, need, text, version, changed_by as by from protection_definition where town_id = $1", GROUP
    )
    changed = {
        (row["scenario"], row["need"]): Definition(row["scenario"], Need(row["need"]), row["text"], row["version"], row["by"])
        for row in rows
    }
    return merged(changed)


async def define(
    tx: SafeTransaction, scenario: str, level: int, text: str, actor: Actor, now: datetime, *, expected: int
) -> None:
    """Word one cell anew for the whole group; the transaction writes town 0.

    Raises:
        Wrong: an unknown scenario or no text.
        Outdated: somebody was faster.
    """
    if scenario not in SCENARIOS or level not in list(Need) or not text.strip():
        raise Wrong(_("Bitte beschreiben Sie, wann diese Kategorie gilt."), "text")
    need = Need(level)
    await tx.connection.execute("select pg_advisory_xact_lock(4715, 0)")
    before = next(x for x in await definitions(tx) if (x.scenario, x.need) == (scenario, need))
    if before.version != expected:
        raise Outdated(before.by)
    await tx.connection.execute(
        "insert into protection_definition (town_id, id, scenario, need, text, version, changed_by, changed_at)"
        " values ($1, $2, $3, $4, $5, 1, $6, $7) on conflict (town_id, scenario, need) do update"
        " set text = excluded.text, version = protection_definition.version + 1, changed_by = excluded.changed_by,"
        " changed_at = excluded.changed_at",
        GROUP,
        uuid7(),
        scenario,
        int(need),
        text.strip(),
        actor.name,
        now,
    )
    after = {"scenario": scenario, "need": need.word, "text": text.strip()}
    await record(tx, actor, "protection.define", "protection_definition", before={"text": before.text}, after=after)


def _value(row: Mapping[str, Any]) -> SetNeed:
    return SetNeed(
        row["target"],
        Goal(row["goal"]),
        Need(row["need"]),
        Reasoning(row["reasoning"]) if row["reasoning"] else None,
        row["reason"],
        Need(row["inherited"]) if row["inherited"] else None,
        row["version"],
        row["by"],
        row["at"],
    )
