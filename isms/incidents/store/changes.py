"""Write incidents: every change adds a line to the incident's log and an entry to the audit log, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from isms.incidents import words
from isms.incidents.clocks import ASKED_AGAIN, GDPR, RULED_OUT, TAKEN_BACK, Clock, Duty, Stand
from isms.incidents.levels import SEVERITIES, Severity
from isms.incidents.log import Line, chained
from isms.incidents.notices import KINDS
from isms.incidents.states import WORDS, State, refusal
from isms.incidents.store import reading
from isms.incidents.view import Incident
from isms.measures import MEASURE_STATES
from isms.store import measures
from service.audit.chain import START, Actor
from service.audit.store import record
from service.db import SafeTransaction, uuid7
from service.errors import Missing, Outdated, Wrong
from service.i18n import format_datetime
from service.i18n import gettext as _
from service.names import shown_name
from service.priority import Level


@dataclass(frozen=True, slots=True)
class Report:
    """The first notice: what, where, since when, who can be reached."""

    what: str
    place: str = ""
    since: datetime | None = None
    contact: str = ""
    title: str = ""


async def report(tx: SafeTransaction, town: int, value: Report, actor: Actor, now: datetime) -> UUID:
    """Take a notice in and answer the incident's id. Raises `Wrong` without a word of what happened."""
    if not value.what.strip():
        raise Wrong(_("Bitte schreiben Sie, was geschehen ist."), "what", _("Ein Satz genügt."))
    if value.since is not None and value.since > now:
        raise Wrong(_("Der Beginn liegt in der Zukunft."), "since")
    key = uuid7()
    await tx.connection.execute("select pg_advisory_xact_lock(4721, $1)", town)
    number = await tx.connection.fetchval("select coalesce(max(number), 0) + 1 from incident where town_id = $1", town)
    await tx.connection.execute(
        "insert into incident (town_id, id, number, title, what, place, since, contact, reported_by, reporter_id, reported_at,"
        " aware_at, state, changed_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $12, $11)",
        town, key, number, value.title.strip() or _short(value.what), value.what.strip(), value.place.strip(), value.since,
        value.contact.strip(), author(actor), UUID(actor.account) if actor.account else None, now, State.GEMELDET,
    )  # fmt: skip
    parts = [value.what.strip()]
    parts += [_("Ort: %(text)s", text=value.place.strip())] if value.place.strip() else []
    parts += [_("Seit: %(at)s", at=format_datetime(value.since))] if value.since else []
    parts += [_("Erreichbar: %(text)s", text=value.contact.strip())] if value.contact.strip() else []
    await _write(tx, town, key, actor, now, "report", "\n".join(parts))
    await record(tx, actor, "incident.report", f"incident/{key}", after={"number": number, "what": value.what.strip()})
    return key


async def edit(
    tx: SafeTransaction,
    town: int,
    key: UUID,
    values: Mapping[str, Any],
    said: str,
    version: int,
    actor: Actor,
    now: datetime,
    reason: str = "",
) -> None:
    """Change fields of an open incident; `said` is what the log tells of it.

    A statutory duty that falls away and a later moment of becoming aware need a `reason`, which stands in the log. A
    duty that was affirmed, spoken of or over goes on until a second person or the mayor confirms. The moment is never
    later than the notice to the service and never before the incident began. Raises `Wrong`, `Outdated`, `Missing`.
    """
    before = await _open(tx, town, key)
    if not values:
        return
    columns = dict(values)
    fresh = replace(before, **columns)
    why = reason.strip()
    _aware(before, fresh, why)
    fallen = await _fallen(tx, before, fresh, why, now)
    if "impact" in columns:
        columns["impact"] = msgspec.json.encode(columns["impact"]).decode()
    rated = (fresh.impact, fresh.spreading, fresh.tolerable_until) != (before.impact, before.spreading, before.tolerable_until)
    if rated:
        columns |= {"rated_at": now, "priority": fresh.level_now(now)}
    await _update(tx, town, key, version, now, columns)
    await _write(tx, town, key, actor, now, "rating" if rated else "note", said)
    if fresh.aware_at != before.aware_at:
        told = _("Bekannt geworden: von %(old)s auf %(new)s berichtigt.", old=format_datetime(before.aware_at),
                 new=format_datetime(fresh.aware_at))  # fmt: skip
        await _write(tx, town, key, actor, now, "correction", f"{told} {why}".strip())
    for duty in set(fresh.duties()) - set(before.duties()):
        text = _("Die Angaben zum Vorfall haben sich geändert.")
        await _decision(tx, town, key, duty, notify=True, reason=text, role=ASKED_AGAIN, actor=actor, now=now)
    for clock in fallen:
        spoken = clock.decision is not None or clock.proposed is not None
        back = spoken or before.personal_data is True or clock.duty not in GDPR or clock.stand(now) is Stand.OVER
        role = TAKEN_BACK if back else RULED_OUT
        await _decision(tx, town, key, clock.duty, notify=False, reason=why, role=role, actor=actor, now=now)
        text = _("%(duty)s: entfallen: %(why)s", duty=words.DUTIES[clock.duty], why=why)
        if back:
            text = _("%(duty)s: soll entfallen, das bestätigt eine zweite Person oder die Leitung: %(why)s",
                     duty=words.DUTIES[clock.duty], why=why)  # fmt: skip
        await _write(tx, town, key, actor, now, "duty", text)
    old = {name: getattr(before, name) for name in values}
    after = dict(values) | ({"reason": why} if why else {})
    await record(tx, actor, "incident.change", f"incident/{key}", before=old, after=after)


async def involve(
    tx: SafeTransaction, town: int, key: UUID, field: str, one: UUID, *, add: bool, actor: Actor, now: datetime
) -> None:
    """Name an object (`targets`) or a device (`assets`) of this town as affected, or take it off again. Raises `Missing`."""
    item = await _open(tx, town, key)
    table = {"targets": "target_object", "assets": "asset"}.get(field)
    if table is None:
        raise Missing
    name = await tx.connection.fetchval(
        f"select coalesce(name, '') from {table} where town_id = $1 and id = $2", town, one  # noqa: S608 one of two words of ours
    )  # fmt: skip
    if name is None:
        raise Missing
    had: tuple[UUID, ...] = getattr(item, field)
    if (one in had) is add:
        return
    kept = [*had, one] if add else [x for x in had if x != one]
    await _update(tx, town, key, item.version, now, {field: kept})
    text = _("Betroffen: %(name)s", name=name) if add else _("Nicht mehr als betroffen geführt: %(name)s", name=name)
    await _write(tx, town, key, actor, now, "affected", text)
    await record(tx, actor, "incident.affected", f"incident/{key}", after={field: str(one), "add": add})


async def step(
    tx: SafeTransaction, town: int, key: UUID, new: State, reason: str, version: int, actor: Actor, now: datetime
) -> None:
    """Take the incident a step further, back, or close it. Raises `Wrong` with the reason, `Outdated`, `Missing`."""
    item = await _locked(tx, town, key)
    found = (await reading.running(tx, [item]))[key]
    text = refusal(
        item.stage, new,
        reason=reason, rated=bool(item.impact), cause=item.cause, lessons=item.lessons, priority=item.level_now(now),
        clocks=found, same_person=item.evaluated_by == author(actor),
    )  # fmt: skip
    if text is not None:
        raise Wrong(text, "state")
    columns: dict[str, Any] = {"state": new}
    if new is State.AUSGEWERTET:
        columns |= {"evaluated_by": author(actor)}
    if new is State.BEHOBEN:
        columns |= {"rated_at": now, "priority": item.level_now(now)}
    closing = new is State.ABGESCHLOSSEN
    columns |= {"closed_at": now if closing else None, "approved_by": author(actor) if closing else ""}
    await _update(tx, town, key, version, now, columns)
    said = _("Von „%(old)s“ nach „%(new)s“", old=WORDS[item.stage], new=WORDS[new])
    await _write(tx, town, key, actor, now, "state", f"{said}: {reason.strip()}" if reason.strip() else said)
    await record(tx, actor, "incident.step", f"incident/{key}", before=item.state, after=str(new))


async def declare(
    tx: SafeTransaction, town: int, key: UUID, level: Severity, reason: str, actor: Actor, now: datetime, *, final: bool
) -> None:
    """Declare the level; without `final` a Notfall or Krise is only put before the mayor. Raises `Wrong`."""
    item = await _open(tx, town, key)
    if not reason.strip():
        raise Wrong(_("Bitte begründen Sie die Stufe."), "reason")
    word = SEVERITIES[level]
    if final or level is Severity.STOERUNG:
        columns, said = {"severity": int(level), "severity_proposed": None}, _("Festgestellt: %(level)s.", level=word)
    else:
        columns, said = {"severity_proposed": int(level)}, _("Der Leitung vorgeschlagen: %(level)s.", level=word)
    await _update(tx, town, key, item.version, now, columns)
    await _write(tx, town, key, actor, now, "level", f"{said} {reason.strip()}")
    await record(tx, actor, "incident.level", f"incident/{key}", before={"severity": item.severity}, after=columns)


async def decide(
    tx: SafeTransaction, town: int, key: UUID, duty: Duty, *, notify: bool, reason: str, role: str, actor: Actor, now: datetime
) -> None:
    """Record what one person says about a duty to tell; a reason is needed either way. Raises `Wrong`, `Missing`."""
    item = await _open(tx, town, key)
    if all(one.duty is not duty or one.dropped for one in (await reading.running(tx, [item]))[key]):
        raise Missing
    if not reason.strip():
        raise Wrong(_("Bitte begründen Sie die Entscheidung, auch wenn nicht gemeldet wird."), f"reason_{duty}")
    await _decision(tx, town, key, duty, notify=notify, reason=reason.strip(), role=role, actor=actor, now=now)
    title = next(kind.title for kind in KINDS.values() if kind.duty is duty)
    said = _("meldepflichtig") if notify else _("nicht meldepflichtig")
    await _write(tx, town, key, actor, now, "duty", f"{title}: {said}. {reason.strip()}")
    await record(tx, actor, "incident.duty", f"incident/{key}", after={"duty": duty, "notify": notify, "reason": reason.strip()})


async def draft(
    tx: SafeTransaction, town: int, key: UUID, kind: str, recipient: str, subject: str, text: str, version: int,
    actor: Actor, now: datetime, ident: UUID | None = None,
) -> UUID:  # fmt: skip
    """Keep the text of a notice (a new one without `ident`). Raises `Wrong`, `Outdated` (also for a sent one), `Missing`."""
    await _locked(tx, town, key)
    if kind not in KINDS:
        raise Missing
    if not (recipient.strip() and subject.strip() and text.strip()):
        raise Wrong(_("Eine Mitteilung braucht Empfänger, Betreff und Text."), "text")
    values = (recipient.strip(), subject.strip(), text.strip(), author(actor), now)
    if ident is None:
        ident = uuid7()
        await tx.connection.execute(
            "insert into incident_notice (town_id, incident_id, id, kind, recipient, subject, text, saved_by, saved_at)"
            " values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            town, key, ident, kind, *values,
        )  # fmt: skip
    else:
        done = await tx.connection.fetchval(
            "update incident_notice set recipient = $5, subject = $6, text = $7, saved_by = $8, saved_at = $9,"
            " version = version + 1 where town_id = $1 and incident_id = $2 and id = $3 and version = $4 returning id",
            town, key, ident, version, *values,
        )  # fmt: skip
        if done is None:
            raise Outdated
    await record(tx, actor, "incident.draft", f"incident/{key}", after={"kind": kind, "subject": subject, "text": text})
    return ident


async def send(
    tx: SafeTransaction, town: int, key: UUID, ident: UUID, sent_to: str, sent_at: datetime, actor: Actor, now: datetime
) -> None:
    """Record a notice as sent: from then on its text stays as it was. Raises `Wrong`, `Missing`."""
    item = await _locked(tx, town, key)
    if not sent_to.strip():
        raise Wrong(_("Bitte nennen Sie die Stelle, an die Sie gesendet haben."), "sent_to")
    if not item.reported_at.replace(second=0, microsecond=0) <= sent_at <= now:
        raise Wrong(_("Der Versand liegt zwischen der Meldung des Vorfalls und jetzt."), "sent_at")
    row = await tx.connection.fetchrow(
        "update incident_notice set sent_at = $4, sent_to = $5, sent_by = $6, version = version + 1"
        " where town_id = $1 and incident_id = $2 and id = $3 and sent_at is null returning kind, subject, text",
        town, key, ident, sent_at, sent_to.strip(), author(actor),
    )  # fmt: skip
    if row is None:
        raise Missing
    said = _(
        "Gesendet an %(who)s am %(at)s: %(subject)s", who=sent_to.strip(), at=format_datetime(sent_at), subject=row["subject"]
    )
    await _write(tx, town, key, actor, now, "notice", said)
    await record(tx, actor, "incident.send", f"incident/{key}", after={"notice": str(ident), "to": sent_to.strip()} | dict(row))


async def note(tx: SafeTransaction, town: int, key: UUID, text: str, actor: Actor, now: datetime) -> None:
    """Add a line to the log. Raises `Wrong` for an empty one."""
    await _locked(tx, town, key)
    if not text.strip():
        raise Wrong(_("Der Eintrag ist leer."), "text")
    await _write(tx, town, key, actor, now, "note", text.strip())
    await record(tx, actor, "incident.note", f"incident/{key}", after={"text": text.strip()})


async def correct(tx: SafeTransaction, town: int, key: UUID, seq: int, text: str, actor: Actor, now: datetime) -> None:
    """Put a line right by a new one that names it; the old one stays. Raises `Wrong`, `Missing`."""
    await _locked(tx, town, key)
    if not text.strip():
        raise Wrong(_("Bitte schreiben Sie, wie es richtig heißt."), "text")
    known = await tx.connection.fetchval(
        "select seq from incident_line where town_id = $1 and incident_id = $2 and seq = $3", town, key, seq
    )
    if known is None:
        raise Wrong(_("Diesen Eintrag gibt es nicht."), "corrects")
    await _write(tx, town, key, actor, now, "correction", text.strip(), seq)
    await record(tx, actor, "incident.correct", f"incident/{key}", after={"line": seq, "text": text.strip()})


async def learn(tx: SafeTransaction, town: int, key: UUID, actor: Actor, now: datetime) -> UUID:
    """Make a measure of the lessons; answers its id. Raises `Wrong` without lessons."""
    item = await _locked(tx, town, key)
    if not item.lessons.strip():
        raise Wrong(_("Bitte tragen Sie zuerst die Lehren ein."), "lessons")
    title = _("Lehre aus %(name)s: %(title)s", name=item.name, title=item.title)[:300]
    made = measures.Measure(
        town, uuid7(), 0, title, item.lessons.strip(), "organisatorisch", "lokal", MEASURE_STATES[0], "", item.lead, "",
        None, None, None, None, None, "", int(item.level_now(now) or Level.MITTEL), None, (), 0,
    )  # fmt: skip
    measure = await measures.save(tx, town, made, actor, now)
    await _update(tx, town, key, item.version, now, {"measures": [*item.measures, measure]})
    await _write(tx, town, key, actor, now, "measure", _("Maßnahme angelegt: %(title)s", title=title))
    return measure


def author(actor: Actor) -> str:
    """The person as the log names them, without the address."""
    return shown_name(actor.name)


def _aware(before: Incident, fresh: Incident, why: str) -> None:
    """Refuse a moment of becoming aware that cannot be, or that comes later without a reason."""
    if (fresh.aware_at, fresh.since) == (before.aware_at, before.since):
        return
    if fresh.since is not None and fresh.aware_at < fresh.since.replace(second=0, microsecond=0):
        raise Wrong(_("„Bekannt geworden“ liegt vor „Beginn“."), "aware_at", _("Bitte prüfen Sie beide Zeiten."))
    if fresh.aware_at <= before.aware_at:
        return
    if fresh.aware_at > before.reported_at:
        at = format_datetime(before.reported_at)
        text = _("Der Vorfall wurde am %(at)s gemeldet. Bekannt war er spätestens dann, also bis dahin oder früher.", at=at)
        raise Wrong(text, "aware_at")
    if not why:
        text = _("Damit enden gesetzliche Fristen später.")
        raise Wrong(text, "reason", _("Bitte begründen Sie die Berichtigung."))


async def _fallen(tx: SafeTransaction, before: Incident, fresh: Incident, why: str, now: datetime) -> list[Clock]:
    """The clocks that still run and fall away by this change. Raises `Wrong` where there are some and no reason."""
    gone = set(before.duties()) - set(fresh.duties())
    if not gone:
        return []
    running = (await reading.running(tx, [before]))[before.id]
    found = [one for one in running if one.duty in gone and one.running(now)]
    if found and not why:
        names = ", ".join(str(words.DUTIES[one.duty]) for one in found)
        text = _("Mit dieser Angabe entfällt: %(names)s.", names=names)
        raise Wrong(text, "reason", _("Bitte begründen Sie das. Die Begründung bleibt im Protokoll."))
    return found


async def _decision(
    tx: SafeTransaction, town: int, key: UUID, duty: Duty, *, notify: bool, reason: str, role: str, actor: Actor, now: datetime
) -> None:
    await tx.connection.execute(
        "insert into incident_decision (town_id, id, incident_id, duty, notify, reason, by, person, role, at)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        town, uuid7(), key, duty, notify, reason, author(actor), actor.account or actor.name, role, now,
    )  # fmt: skip


async def _open(tx: SafeTransaction, town: int, key: UUID) -> Incident:
    item = await _locked(tx, town, key)
    if not item.open:
        raise Wrong(_("Dieser Vorfall ist abgeschlossen."), "state", _("Nehmen Sie ihn zuerst wieder auf."))
    return item


async def _locked(tx: SafeTransaction, town: int, key: UUID) -> Incident:
    """The incident, held until the transaction ends, so that lines follow one another."""
    await tx.connection.execute("select id from incident where town_id = $1 and id = $2 for update", town, key)
    return await reading.incident(tx, town, key)


async def _update(tx: SafeTransaction, town: int, key: UUID, version: int, now: datetime, columns: Mapping[str, Any]) -> None:
    sets = ", ".join(f"{name} = ${place}" for place, name in enumerate(columns, 5))
    done = await tx.connection.fetchval(
        f"update incident set {sets}, changed_at = $4, version = version + 1"  # noqa: S608 column names are ours
        " where town_id = $1 and id = $2 and version = $3 returning id",
        town, key, version, now, *columns.values(),
    )  # fmt: skip
    if done is None:
        raise Outdated


async def _write(
    tx: SafeTransaction, town: int, key: UUID, actor: Actor, now: datetime, kind: str, text: str, corrects: int | None = None
) -> None:
    last = await tx.connection.fetchrow(
        "select seq, hash from incident_line where town_id = $1 and incident_id = $2 order by seq desc limit 1", town, key
    )
    line = Line(last["seq"] + 1 if last else 1, now, author(actor), kind, text, corrects, "")
    await tx.connection.execute(
        "insert into incident_line (town_id, id, incident_id, seq, at, author, kind, text, corrects, hash)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        town, uuid7(), key, line.seq, line.at, line.author, kind, text, corrects,
        chained(last["hash"] if last else START, key, line),
    )  # fmt: skip


def _short(text: str) -> str:
    """The first sentence, cut at a word."""
    first = " ".join(text.strip().splitlines()[0].split())
    return first if len(first) <= 80 else first[:80].rsplit(" ", 1)[0] + " …"
