"""Contradictions (Widersprüche) in the database: lists, history, and what people decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from isms.contradiction import MAX_DISMISSAL, REASONED, State, refusal
from isms.measures import Claim
from isms.sheet import Given
from isms.store import answers, sheets, standing
from service.audit.chain import Actor
from service.audit.store import record
from service.db import SafeTransaction, uuid7
from service.errors import Missing, Outdated, Wrong
from service.settings import local_day

MOST_TOLD = 20
"""So many corrected claims are named in a line of the history."""


@dataclass(frozen=True, slots=True)
class Case:
    """A contradiction as pages show it; `claims` counts requirements claimed ja or teilweise that it touches."""

    id: UUID
    check_id: str
    rule_version: int
    asset_id: UUID | None
    asset_name: str
    place: str
    sentence: str
    state: str
    opened_at: datetime
    last_evidence_at: datetime
    until: date | None
    clean_scans: int
    reason: str
    decided_by: str
    decided_at: datetime | None
    version: int
    claims: int
    controls: int


@dataclass(frozen=True, slots=True)
class Group:
    """The cases of one rule: how many, how many speak against a claim, how many claims, devices, and since when."""

    check_id: str
    cases: int
    against: int
    claims: int
    devices: int
    since: datetime


def grouped(found: Sequence[Case]) -> Sequence[Group]:
    """Cases by rule, those that touch most claims first; the same cause is decided once."""
    by_rule: dict[str, list[Case]] = {}
    for one in found:
        by_rule.setdefault(one.check_id, []).append(one)
    groups = [
        Group(
            check,
            len(cases),
            sum(1 for x in cases if x.claims),
            sum(x.claims for x in cases),
            len({x.asset_id for x in cases if x.asset_id is not None}),
            min(x.opened_at for x in cases),
        )
        for check, cases in by_rule.items()
    ]
    return sorted(groups, key=lambda x: (-x.against, -x.claims, -x.cases, x.check_id))


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a contradiction's history."""

    at: datetime
    change: str
    by: str
    text: str


async def happened(tx: SafeTransaction, town: int, ident: UUID, at: datetime, change: str, by: str, text: str) -> None:
    """One more line of a contradiction's history."""
    await tx.connection.execute(
        "insert into contradiction_event (town_id, id, contradiction_id, at, change, by, text) values ($1,$2,$3,$4,$5,$6,$7)",
        town,
        uuid7(),
        ident,
        at,
        change,
        by,
        text,
    )


_CASES = """select c.id, c.check_id, c.rule_version, c.asset_id, coalesce(a.name, '') as asset_name, c.place, c.sentence,
  c.state, c.opened_at, c.last_evidence_at, c.until, c.clean_scans, c.reason, c.decided_by, c.decided_at, c.version,
  coalesce(n.controls, 0) as controls
  from contradiction c left join asset a on a.town_id = c.town_id and a.id = c.asset_id
  left join (select contradiction_id, count(*)::int as controls from contradiction_place where town_id = $1
    group by contradiction_id) n on n.contradiction_id = c.id
  where c.town_id = $1 """


async def cases(tx: SafeTransaction, town: int, today: date, *, state: str | None = "open", check: str = "") -> Sequence[Case]:
    """Contradictions in a state (None: all), those against what is claimed today first."""
    rows = await tx.connection.fetch(
        _CASES + "and ($2::text is null or c.state = $2) and ($3 = '' or c.check_id = $3) order by c.last_evidence_at desc, c.id",
        town,
        state,
        check,
    )
    claimed = await standing.refuted(tx, town, today)
    found = [Case(**dict(row), claims=len(claimed.get(row["id"], ()))) for row in rows]
    return sorted(found, key=lambda x: -min(x.claims, 1))


async def open_against_claims(tx: SafeTransaction, town: int, today: date) -> int:
    """How many open contradictions speak against something the town claims; the others are only hints."""
    touching = list(await standing.refuted(tx, town, today))
    found = await tx.connection.fetchval(
        "select count(*)::int from contradiction where town_id = $1 and state = 'open' and id = any($2::uuid[])", town, touching
    )
    return int(found)


async def case(tx: SafeTransaction, town: int, ident: UUID, today: date) -> Case:
    """One contradiction; raises `Missing`."""
    row = await tx.connection.fetchrow(_CASES + "and c.id = $2", town, ident)
    if row is None:
        raise Missing
    return Case(**dict(row), claims=len((await standing.refuted(tx, town, today, ident)).get(ident, ())))


async def touched(tx: SafeTransaction, town: int, ident: UUID) -> frozenset[tuple[UUID, str]]:
    """Object and control at which a contradiction stands."""
    rows = await tx.connection.fetch(
        "select target_id, control from contradiction_place where town_id = $1 and contradiction_id = $2", town, ident
    )
    return frozenset((row["target_id"], row["control"]) for row in rows)


async def against(tx: SafeTransaction, town: int, target: UUID, control: str) -> Sequence[Case]:
    """Contradictions, open or explained, at one requirement of one object; `claims` is not counted here."""
    rows = await tx.connection.fetch(
        _CASES + "and c.state in ('open', 'dismissed', 'false_alarm', 'fixed') and exists (select 1 from contradiction_place p"  # noqa: S608 our constant
        " where p.town_id = c.town_id and p.contradiction_id = c.id and p.target_id = $2 and p.control = $3)"
        " order by c.state <> 'open', c.last_evidence_at desc",
        town,
        target,
        control,
    )
    return [Case(**dict(row), claims=0) for row in rows]


async def events(tx: SafeTransaction, town: int, ident: UUID) -> Sequence[Event]:
    rows = await tx.connection.fetch(
        "select at, change, by, text from contradiction_event where town_id = $1 and contradiction_id = $2"
        " order by at desc, id desc",
        town,
        ident,
    )
    return [Event(**dict(row)) for row in rows]


async def decide(
    tx: SafeTransaction,
    town: int,
    ident: UUID,
    state: State,
    actor: Actor,
    now: datetime,
    *,
    reason: str = "",
    until: date | None = None,
    claim: Claim = Claim.NEIN,
    expected: int | None = None,
) -> int:
    """A person decides: claim corrected (to `claim`), explained or called a false alarm until a day, or fixed.

    What was claimed before and after stands in the history. A false alarm without a day holds as long as a reason may.
    Answers how many claims changed.

    Raises `Wrong` for a decision that is not possible, `Outdated` if somebody was faster, `Missing`.
    """
    if state is State.FALSE_ALARM and until is None:
        until = local_day(now) + MAX_DISMISSAL
    if (text := refusal(state, reason, until, local_day(now))) is not None:
        raise Wrong(text, "until" if reason.strip() else "reason")
    if state is State.CORRECTED and claim not in (Claim.NEIN, Claim.TEILWEISE):
        raise Wrong("Eine Aussage wird zu nein oder teilweise berichtigt.", "claim")
    before = await tx.connection.fetchrow(
        "select state, version, sentence from contradiction where town_id = $1 and id = $2 for update", town, ident
    )
    if before is None:
        raise Missing
    if expected is not None and before["version"] != expected:
        raise Outdated
    changed: list[str] = []
    if state is State.CORRECTED:
        spots = (await standing.refuted(tx, town, local_day(now), ident)).get(ident, ())
        sheet = await sheets.load(tx, town, local_day(now), spots=spots)
        for target, control in spots:
            entry = sheet.entry(target, control)
            former = entry.answer if entry else None
            text = reason.strip() or f"Berichtigt nach Widerspruch: {before['sentence']}"
            given = Given(
                claim,
                text,
                former.responsible if former else "",
                former.due if former else None,
                former.document if former else "",
                "own",
                0,
                actor.name,
                now,
            )
            await sheets.answer(tx, town, target, control, given, actor)
            name = f"{entry.requirement.label}, {entry.target_name}" if entry else control
            changed.append(f"{name}: {entry.state.claim if entry else ''} → {claim}")
    await tx.connection.execute(
        "update contradiction set state = $3, reason = $4, until = $5, decided_by = $6, decided_at = $7, version = version + 1"
        " where town_id = $1 and id = $2",
        town,
        ident,
        str(state),
        reason.strip(),
        until if state in REASONED else None,
        actor.name,
        now,
    )
    told = "; ".join([*changed[:MOST_TOLD], *(["…"] if len(changed) > MOST_TOLD else [])])
    await happened(tx, town, ident, now, str(state), actor.name, f"{reason.strip()} ({told})" if told else reason.strip())
    after = {"state": str(state), "reason": reason.strip(), "until": until, "claims": changed}
    await record(tx, actor, "contradiction.decide", f"contradiction/{ident}", before={"state": before["state"]}, after=after)
    return len(changed)


async def undo(tx: SafeTransaction, town: int, ident: UUID, expected: int, actor: Actor, now: datetime) -> None:
    """Take the last decision back: the case is open again, and what it corrected says again what it said.

    Raises `Missing` where nothing was decided, `Outdated` where the case or an answer has changed since.
    """
    row = await tx.connection.fetchrow(
        "select state, version, decided_by, decided_at from contradiction where town_id = $1 and id = $2 for update", town, ident
    )
    if row is None or row["state"] not in (State.CORRECTED, State.FIXED, *REASONED):
        raise Missing
    if row["version"] != expected:
        raise Outdated
    if row["state"] == State.CORRECTED and await tx.connection.fetchval(
        "select exists (select from assessment where town_id = $1 and answered_by = $2 and answered_at = $3)",
        town,
        row["decided_by"],
        row["decided_at"],
    ):
        await answers.undo(tx, town, row["decided_at"], row["decided_by"], actor, now)
    await tx.connection.execute(
        "update contradiction set state = 'open', reason = '', until = null, decided_by = '', decided_at = null,"
        " version = version + 1 where town_id = $1 and id = $2",
        town,
        ident,
    )
    await happened(tx, town, ident, now, "undone", actor.name, "")
    before, after = {"state": row["state"]}, {"state": str(State.OPEN)}
    await record(tx, actor, "contradiction.undo", f"contradiction/{ident}", before=before, after=after)


async def note(tx: SafeTransaction, town: int, ident: UUID, text: str, actor: Actor, now: datetime) -> None:
    """A remark of the IT for whoever decides."""
    if not text.strip():
        raise Wrong("Bitte schreiben Sie einen Hinweis.", "text")
    if await tx.connection.fetchval("select 1 from contradiction where town_id = $1 and id = $2", town, ident) is None:
        raise Missing
    await happened(tx, town, ident, now, "note", actor.name, text.strip())
    await record(tx, actor, "contradiction.note", f"contradiction/{ident}", after={"text": text.strip()})
