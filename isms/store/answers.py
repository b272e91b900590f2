"""Many answers at once, and taking answers back.

What one person gave in one step carries one moment: the step is undone as a whole by that moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from isms.measures import Claim
from isms.sheet import Given
from isms.store import sheets
from isms.store.standing import Spot
from service.audit.chain import Actor
from service.audit.store import record
from service.db import SafeTransaction
from service.errors import Missing, Outdated
from service.settings import local_day


@dataclass(frozen=True, slots=True)
class Change:
    """What a bulk answer sets; None leaves a field as it is at each requirement, but a reason stays only with its claim."""

    claim: Claim | None = None
    reason: str | None = None
    responsible: str | None = None
    due: date | None = None

    def on(self, former: Given | None, origin: str, by: str, at: datetime) -> Given:
        """The answer after the change."""
        old = former or Given(Claim.UNBEARBEITET, "", "", None, "", origin, 0, by, at)
        claim = self.claim or old.claim
        kept = old.reason if claim is old.claim else ""
        return Given(
            claim,
            kept if self.reason is None else self.reason,
            old.responsible if self.responsible is None else self.responsible,
            self.due or old.due,
            old.document,
            origin,
            0,
            by,
            at,
        )


async def change(
    tx: SafeTransaction,
    town: int,
    seen: Sequence[tuple[Spot, int]],
    what: Change,
    origin: str,
    by: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Change many answers in one step; `seen`: requirement and the version that was looked at. Answers how many.

    Raises `Outdated` where somebody was faster, `Wrong` where a reason is missing, `Missing`; then nothing is changed.
    """
    spots = [spot for spot, _version in seen]
    sheet = await sheets.load(tx, town, local_day(now), spots=spots)
    if len(sheet.entries) != len(set(spots)):
        raise Missing
    versions = dict(seen)
    for entry in sheet.entries:
        former = entry.prepared if origin == "prepared" else entry.answer
        given = what.on(former, origin, by, now)
        spot = (entry.target, entry.requirement.key)
        await sheets.answer(tx, town, *spot, given, actor, expected=versions[spot])
    return len(sheet.entries)


async def undo(tx: SafeTransaction, town: int, at: datetime, by: str, actor: Actor, now: datetime) -> Sequence[Spot]:
    """Take back what this person (`by`) answered in the step of that moment; what stood before counts again.

    Both stay in the history. Raises `Missing` where there is no such step, `Outdated` where somebody answered after it.
    """
    rows = await tx.connection.fetch(
        "select id, target_id, control, claim, version, superseded_at, (origin = 'prepared') as prepared from assessment"
        " where town_id = $1 and answered_by = $2 and answered_at = $3 order by target_id, control for update",
        town,
        by,
        at,
    )
    if not rows:
        raise Missing
    if any(row["superseded_at"] is not None for row in rows):
        raise Outdated
    await tx.connection.execute(
        "update assessment set superseded_at = $3 where town_id = $1 and id = any($2::uuid[])", town, [x["id"] for x in rows], now
    )
    for row in rows:
        back = await tx.connection.fetchrow(
            "update assessment set superseded_at = null, version = case when (origin = 'prepared') = $6 then $5 else version end"
            " where town_id = $1 and target_id = $2 and control = $3 and superseded_at = $4 returning claim",
            town,
            row["target_id"],
            row["control"],
            at,
            row["version"] + 1,
            row["prepared"],
        )
        await record(
            tx,
            actor,
            "check.undo",
            f"assessment/{row['target_id']}/{row['control']}",
            before={"claim": row["claim"]},
            after={"claim": back["claim"] if back else str(Claim.UNBEARBEITET)},
        )
    return [(x["target_id"], x["control"]) for x in rows]


def step(at: datetime) -> int:
    """The moment of a step as a number for addresses: microseconds since 1970."""
    return int(at.timestamp()) * 1_000_000 + at.microsecond


def moment(number: str) -> datetime:
    """The moment of a step's number; raises `Missing` for what is none."""
    try:
        return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=int(number))
    except (OverflowError, ValueError):
        raise Missing from None


async def functions(tx: SafeTransaction, town: int) -> Sequence[str]:
    """Who is named as responsible in the answers that count, in their order."""
    rows = await tx.connection.fetch(
        "select distinct responsible from assessment where town_id = $1 and superseded_at is null and responsible <> ''"
        " order by responsible",
        town,
    )
    return [row["responsible"] for row in rows]
