"""The risk register of a town: risks, their ratings, and who took them over until when."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from isms.register import AcceptanceView, RiskView, ranked, rate
from isms.risk import FREQUENCIES, TREATMENTS, Hazard, Signer, refusal, signer
from isms.store import matrix
from service.audit.chain import Actor
from service.audit.store import Line, lines, record
from service.db import SafeTransaction, uuid7
from service.errors import Missing, Outdated, Wrong
from service.i18n import gettext as _
from service.priority import Level
from service.settings import local_day

_TEXT = """coalesce((select
  encode(sha256(convert_to(string_agg(c.key || ' ' || c.title || ' ' || c.statement, ' ' order by c.key), 'UTF8')), 'hex')
  from control c join catalogue_version v on v.id = c.edition
  where v.current and c.key = any(risk.controls)), '') as catalogue_text"""
_COLUMNS = ", ".join(_TEXT if x.name == "catalogue_text" else x.name for x in dataclasses.fields(RiskView))
_RISK = "select " + _COLUMNS + " from risk "  # noqa: S608 our field names
_ACCEPTANCE = "select " + ", ".join(x.name for x in dataclasses.fields(AcceptanceView)) + " from risk_acceptance "  # noqa: S608 our field names

ENTERED = (
    "title",
    "kind",
    "threats",
    "cause",
    "scenario",
    "affects",
    "targets",
    "sites",
    "hazard",
    "controls",
    "frequency",
    "damage",
    "frequency_net",
    "damage_net",
    "act_by",
    "priority_set",
    "priority_reason",
    "owner",
    "treatment",
    "measures",
    "cost",
    "due",
    "review_on",
    "shared",
)
"""What people enter; everything else follows or is kept."""


HISTORY = frozenset({"risk.add", "risk.change", "risk.rerate", "risk.close", "risk.reopen"})


@dataclasses.dataclass(frozen=True, slots=True)
class Entered:
    """What people say about a risk; `version` 0 for a new one, `id` then unused."""

    title: str
    kind: str = "digital"
    threats: tuple[str, ...] = ()
    cause: str = ""
    scenario: str = ""
    affects: str = ""
    targets: tuple[UUID, ...] = ()
    frequency: str = FREQUENCIES[0]
    damage: str = "begrenzt"
    frequency_net: str | None = None
    damage_net: str | None = None
    act_by: date | None = None
    priority_set: int | None = None
    priority_reason: str = ""
    owner: str = ""
    treatment: str | None = None
    measures: str = ""
    cost: int | None = None
    due: date | None = None
    review_on: date | None = None
    shared: bool = False
    version: int = 0
    controls: tuple[str, ...] = ()
    sites: tuple[UUID, ...] = ()
    hazard: str = ""


async def risks(tx: SafeTransaction, town: int, *, closed: bool = False) -> Sequence[RiskView]:
    """Risks of a town, most urgent first; open ones unless asked for all."""
    rows = await tx.connection.fetch(_RISK + "where town_id = $1 and ($2 or closed_at is null)", town, closed)
    return ranked([_risk(row) for row in rows])


async def shared_risks(tx: SafeTransaction, towns: Sequence[int]) -> Sequence[RiskView]:
    """Open risks marked as shared in all towns this transaction may read; for the security officer only."""
    rows = await tx.connection.fetch(_RISK + "where town_id = any($1) and shared and closed_at is null", list(towns))
    return ranked([_risk(row) for row in rows])


async def risk(tx: SafeTransaction, town: int, ident: UUID) -> RiskView:
    """One risk; raises `Missing`."""
    row = await tx.connection.fetchrow(_RISK + "where town_id = $1 and id = $2", town, ident)
    if row is None:
        raise Missing
    return _risk(row)


async def acceptances(tx: SafeTransaction, town: int, ident: UUID | None = None) -> Sequence[AcceptanceView]:
    """Acceptances of a town or of one risk, newest first."""
    rows = await tx.connection.fetch(
        _ACCEPTANCE + "where town_id = $1 and ($2::uuid is null or risk_id = $2) order by requested_at desc, id desc", town, ident
    )
    return [AcceptanceView(**(dict(row) | {"inputs": msgspec.json.decode(row["inputs"])})) for row in rows]


async def save(tx: SafeTransaction, town: int, value: Entered, actor: Actor, now: datetime, ident: UUID | None = None) -> UUID:
    """Add (no `ident`) or change a risk; the rating is computed here and stored with its inputs.

    Raises `Wrong` for what cannot be, `Outdated` if somebody was faster than `value.version`, `Missing`.
    """
    _check(value)
    net = (value.frequency_net, value.damage_net) if value.frequency_net and value.damage_net else None
    scheme = await matrix.current(tx, local_day(now))
    found = rate(value.frequency, value.damage, net, value.act_by, local_day(now), scheme)
    columns: dict[str, Any] = {name: getattr(value, name) for name in ENTERED}
    columns |= {
        "threats": list(value.threats),
        "targets": list(value.targets),
        "sites": list(value.sites),
        "controls": list(value.controls),
        "changed_at": now,
        "rated_at": now,
    }
    columns |= {"category": found.category, "category_net": found.category_net, "matrix_version": found.matrix_version}
    columns |= {
        "urgency": int(found.urgency.level),
        "urgency_unchecked": found.urgency.unchecked,
        "priority": int(found.priority),
    }
    names = list(columns)
    if ident is None:
        ident = uuid7()
        await tx.connection.execute("select pg_advisory_xact_lock(4714, $1)", town)
        number = await tx.connection.fetchval("select coalesce(max(number), 0) + 1 from risk where town_id = $1", town)
        places = ", ".join(f"${i + 6}" for i in range(len(names)))
        await tx.connection.execute(
            f"insert into risk (town_id, id, number, created_by, created_at, {', '.join(names)})"  # noqa: S608 our names
            f" values ($1, $2, $3, $4, $5, {places})",
            town,
            ident,
            number,
            actor.name,
            now,
            *columns.values(),
        )
        await record(tx, actor, "risk.add", f"risk/{ident}", after=_plain(columns))
        return ident
    before = await _open(tx, town, ident)
    sets = ", ".join(f"{name} = ${i + 4}" for i, name in enumerate(names))
    done = await tx.connection.fetchval(
        f"update risk set {sets}, version = version + 1 where town_id = $1 and id = $2 and version = $3 returning id",  # noqa: S608 our names
        town,
        ident,
        value.version,
        *columns.values(),
    )
    if done is None:
        raise Outdated
    former = {name: getattr(before, name, None) for name in names}
    await record(tx, actor, "risk.change", f"risk/{ident}", before=_plain(former), after=_plain(columns))
    return ident


def _check(value: Entered) -> None:
    if not value.title.strip():
        raise Wrong(_("Bitte geben Sie dem Risiko einen Titel."), "title")
    if value.kind not in ("digital", "analog"):
        raise Wrong(_("Ein Risiko ist digital oder analog."), "kind")
    if bool(value.frequency_net) != bool(value.damage_net):
        raise Wrong(_("Für die Bewertung mit Maßnahmen gehören Häufigkeit und Schadenshöhe zusammen."), "damage_net")
    if value.treatment is not None and value.treatment not in TREATMENTS:
        raise Wrong(_("Diese Behandlung gibt es nicht."), "treatment")
    if value.priority_set is not None and not value.priority_reason.strip():
        raise Wrong(_("Bitte begründen Sie die abweichende Priorität."), "priority_reason")
    if value.priority_set is not None and value.priority_set not in tuple(Level):
        raise Wrong(_("Diese Priorität gibt es nicht."), "priority_set")


async def rerate(tx: SafeTransaction, town: int, actor: Actor, now: datetime, ident: UUID | None = None) -> int:
    """Rate open risks of an older version of the matrix again, all or one; answers how many. Inputs stay as they are.

    An acceptance whose category rises by it no longer holds.
    """
    scheme = await matrix.current(tx, local_day(now))
    done = 0
    for item in await risks(tx, town):
        if item.matrix_version == scheme.number or ident not in (None, item.id):
            continue
        net = (item.frequency_net, item.damage_net) if item.frequency_net and item.damage_net else None
        found = rate(item.frequency, item.damage, net, item.act_by, local_day(now), scheme)
        await tx.connection.execute(
            "update risk set category = $3, category_net = $4, matrix_version = $5, rated_at = $6, changed_at = $6,"
            " version = version + 1 where town_id = $1 and id = $2",
            town,
            item.id,
            found.category,
            found.category_net,
            scheme.number,
            now,
        )
        before = {"category": item.category, "category_net": item.category_net, "matrix": item.matrix_version}
        after = {"category": found.category, "category_net": found.category_net, "matrix": scheme.number}
        await record(tx, actor, "risk.rerate", f"risk/{item.id}", before=before, after=after)
        done += 1
    return done


async def take_hazards(tx: SafeTransaction, town: int, chosen: Sequence[Hazard], actor: Actor, now: datetime) -> int:
    """Take risks over from the starter register where no risk of that title stands yet; answers how many were added."""
    taken = {x.title for x in await risks(tx, town, closed=True)}
    fresh = [x for x in chosen if x.title not in taken]
    for hazard in fresh:
        value = Entered(
            hazard.title,
            hazard.kind,
            hazard.threats,
            frequency=hazard.frequency,
            damage=hazard.damage,
            review_on=_in_a_year(now),
            hazard=hazard.key,
        )
        await save(tx, town, value, actor, now)
    return len(fresh)


async def request(tx: SafeTransaction, town: int, ident: UUID, reason: str, until: date, actor: Actor, now: datetime) -> None:
    """The security officer asks for a risk to be taken over; a small one (gering) is accepted by that at once."""
    item = await _open(tx, town, ident)
    by = signer(item.remaining)
    if (text := refusal(item.remaining, by, reason, until, local_day(now))) is not None:
        raise Wrong(text, "until" if reason.strip() else "reason")
    await tx.connection.execute(
        "update risk_acceptance set state = 'withdrawn' where town_id = $1 and risk_id = $2 and state = 'requested'", town, ident
    )
    small = by is Signer.ISB
    await tx.connection.execute(
        "insert into risk_acceptance (town_id, id, risk_id, state, reason, until, category, inputs, requested_by, requested_at,"
        " decided_by, decided_as, decided_at) values ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13)",
        town,
        uuid7(),
        ident,
        "accepted" if small else "requested",
        reason.strip(),
        until,
        item.remaining,
        _inputs(item),
        actor.name,
        now,
        actor.name if small else "",
        str(Signer.ISB) if small else "",
        now if small else None,
    )
    await record(tx, actor, "risk.accept" if small else "risk.request", f"risk/{ident}", after={"reason": reason, "until": until})


async def decide(
    tx: SafeTransaction, town: int, ident: UUID, *, accept: bool, reason: str, until: date | None, actor: Actor, now: datetime
) -> None:
    """The mayor takes a requested risk over until a day, or rejects it with a reason."""
    row = await tx.connection.fetchrow(
        _ACCEPTANCE + "where town_id = $1 and risk_id = $2 and state = 'requested' for update", town, ident
    )
    item = await _open(tx, town, ident)
    if row is None:
        raise Missing
    last = until or row["until"]
    if accept and (text := refusal(item.remaining, Signer.LEITUNG, row["reason"], last, local_day(now))) is not None:
        raise Wrong(text, "until")
    if not accept and not reason.strip():
        raise Wrong(_("Bitte begründen Sie, warum Sie das Risiko nicht übernehmen."), "reason")
    state = "accepted" if accept else "rejected"
    await tx.connection.execute(
        "update risk_acceptance set state = $3, until = $4, category = $5, inputs = $6, decided_by = $7, decided_as = $8,"
        " decided_at = $9, decision_reason = $10 where town_id = $1 and id = $2",
        town,
        row["id"],
        state,
        last,
        item.remaining,
        _inputs(item),
        actor.name,
        str(Signer.LEITUNG),
        now,
        reason.strip(),
    )
    await record(tx, actor, f"risk.{state}", f"risk/{ident}", after={"reason": reason.strip(), "until": last})


async def close(tx: SafeTransaction, town: int, ident: UUID, reason: str, actor: Actor, now: datetime) -> None:
    """Close a risk with a reason; it stays readable, and what waits for the mayor's word is withdrawn."""
    if not reason.strip():
        raise Wrong(_("Bitte begründen Sie, warum das Risiko nicht mehr besteht."), "closed_reason")
    done = await tx.connection.fetchval(
        "update risk set closed_at = $3, closed_reason = $4, version = version + 1, changed_at = $3"
        " where town_id = $1 and id = $2 and closed_at is null returning id",
        town,
        ident,
        now,
        reason.strip(),
    )
    if done is None:
        raise Missing
    await tx.connection.execute(
        "update risk_acceptance set state = 'withdrawn' where town_id = $1 and risk_id = $2 and state = 'requested'", town, ident
    )
    await record(tx, actor, "risk.close", f"risk/{ident}", after={"reason": reason.strip()})


async def reopen(tx: SafeTransaction, town: int, ident: UUID, reason: str, actor: Actor, now: datetime) -> None:
    """Take a closed risk up again. Raises `Wrong` without a reason, `Missing` where it is open or not there."""
    if not reason.strip():
        raise Wrong(_("Bitte begründen Sie, warum das Risiko wieder besteht."), "reopen_reason")
    before = await risk(tx, town, ident)
    if before.open:
        raise Missing
    await tx.connection.execute(
        "update risk set closed_at = null, closed_reason = '', version = version + 1, changed_at = $3"
        " where town_id = $1 and id = $2",
        town,
        ident,
        now,
    )
    await record(tx, actor, "risk.reopen", f"risk/{ident}", before=before.closed_reason, after={"reason": reason.strip()})


async def history(tx: SafeTransaction, town: int, ident: UUID) -> Sequence[Line]:
    """What was entered, rated, closed and taken up again, the newest first; acceptances stand in `acceptances`."""
    return [x for x in await lines(tx, town, obj=f"risk/{ident}", limit=200) if x.action in HISTORY]


async def undo(tx: SafeTransaction, town: int, ident: UUID, seq: int, actor: Actor, now: datetime) -> None:
    """Put back what the newest change (entry `seq` of the log) replaced. Raises `Wrong` where another one came since."""
    item = await _open(tx, town, ident)
    newest = next(iter(await history(tx, town, ident)), None)
    if newest is None or newest.seq != seq or newest.action != "risk.change" or newest.before is None:
        raise Wrong(_("Seitdem wurde das Risiko weiter geändert."), "undo", _("Bitte berichtigen Sie es mit „Bearbeiten“."))
    stored = msgspec.json.decode(newest.before)
    kept = {name: stored[name] for name in ENTERED if name in stored}
    await save(tx, town, msgspec.convert(kept | {"version": item.version}, Entered, strict=False), actor, now, ident)


async def _open(tx: SafeTransaction, town: int, ident: UUID) -> RiskView:
    """The risk, if it is open; raises `Wrong`, `Missing`."""
    item = await risk(tx, town, ident)
    if not item.open:
        raise Wrong(_("Dieses Risiko ist geschlossen."), "", _("Nehmen Sie es zuerst wieder auf."))
    return item


def _inputs(item: RiskView) -> str:
    value: dict[str, Any] = {"frequency": item.frequency, "damage": item.damage, "objects": sorted(item.inputs.objects)}
    if item.catalogue_text:
        value |= {"text": item.catalogue_text}
    return msgspec.json.encode(value).decode()


def _in_a_year(now: datetime) -> date:
    return date(now.year + 1, now.month, min(now.day, 28))


def _risk(row: Mapping[str, Any]) -> RiskView:
    return RiskView(**(dict(row) | {name: tuple(row[name]) for name in ("threats", "targets", "sites", "controls")}))


def _plain(columns: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in columns.items() if key not in ("changed_at", "rated_at")}
