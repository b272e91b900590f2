"""Builds the demonstration: files, towns, people, the real import, checks, claims and risks; a second run changes nothing."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from service.audit import store as audit
from service.db import town_tx
from service.demo import (
    audits,
    claims,
    contracts,
    cooperation,
    documents,
    founding,
    handovers,
    importing,
    incidents,
    manifest,
    purchasing,
    snapshots,
    software,
    structure,
    threats,
    training,
)
from service.demo.estate.words import moment
from service.demo.founding import BUILDER, Login
from service.demo.people import ALL
from service.settings import settings

Say = Callable[[str], None]
_DONE = "demo.built"


def clock(today: date) -> datetime:
    """The demonstration's now: ten o'clock in Berlin."""
    return moment(today, 0, 10)


async def built() -> date | None:
    """The day for which the demonstration stands in this database; None where it does not (yet)."""
    async with town_tx({0}) as tx:
        row = await tx.connection.fetchrow(
            "select after from audit_detail where town_id = 0 and action = $1 order by seq desc limit 1", _DONE
        )
    return date.fromisoformat(json.loads(row["after"])["today"]) if row else None


async def build(today: date, say: Say, *, home: Path | None = None) -> list[Login]:
    """Build what is missing and answer the log-ins. `say` gets one German line of progress a step."""
    folder = home or settings().home
    now = clock(today)
    known = await founding.towns(now)
    people = await founding.logins(folder, known)
    if await built() is not None:
        return people
    actors = founding.actors(people)
    begun = time.monotonic()

    def step(text: str) -> None:
        say(f"[{time.monotonic() - begun:5.1f} s] {text}")

    step("Dateien der vier Kommunen werden geschrieben …")
    written = await asyncio.to_thread(manifest.write, folder / "demo", today)
    told = json.loads(written.read_text(encoding="utf-8"))
    step(f"{len(told['inputs'])} Dateien; Standorte und Netze werden angelegt …")
    await founding.estate(told, known, actors, moment(today, 60, 9))
    new = await importing.run(folder / "demo", told, step)
    uses = await software.fill(known, actors, now)
    step(f"{new} Datensätze eingelesen, {uses} Fachverfahren eingetragen; Anforderungen werden modelliert …")
    await claims.model(known, actors, now)
    await claims.group_measures(known, actors, now)
    for slug in ALL:
        await claims.hand_set(slug, known, actors, now)
        await claims.check(slug, known, now)
        answered = await claims.answer(slug, known, actors, now)
        risks = await claims.fears(slug, known, actors, now)
        summary = await claims.check(slug, known, now)
        quota = await claims.settle(slug, known, actors, now)
        result = f"{answered} Antworten, {risks} Risiken, {summary.refuted} Feststellungen, Umsetzungsgrad {quota:.0%}"
        step(f"{known[slug].name}: {result}")
    agreed = await contracts.fill(known, actors, now)
    step(f"{agreed} Verträge mit Zertifikaten und Telefonanlagen eingetragen …")
    processes = await structure.fill(known, actors, now)
    step(f"{processes} Geschäftsprozesse mit Schutzbedarf und Abhängigkeiten eingetragen …")
    decided = await threats.fill(known, actors, now)
    step(f"{decided} Gefährdungen und Gefahren an Zielobjekten und Standorten beurteilt …")
    papers = await documents.fill(known, actors, now)
    step(f"{papers} Dokumente mit Fassungen und Freigaben eingetragen …")
    checked = await audits.fill(known, actors, now)
    step(f"{checked} Audits mit Stichprobe, Checkliste und Feststellungen eingetragen …")
    taught = await training.fill(known, actors, now)
    step(f"{taught} Schulungen mit Teilnahmen als Zahlen eingetragen …")
    kept = await snapshots.fill(known, actors, now)
    step(f"{kept} Prüfstände festgehalten …")
    wished = await purchasing.shop(known, actors, now)
    step(f"{wished} Bedarfe für die gemeinsame Beschaffung angelegt …")
    helped = await cooperation.fill(known, actors, now)
    step(f"{helped} Hilfsangebote und Vorlagen angelegt …")
    given = await handovers.fill(known, actors, now)
    step(f"{given} Geräte zwischen den Kommunen übergeben oder angeboten …")
    reported = await incidents.fill(known, actors, now)
    step(f"{reported} Vorfälle gemeldet und bearbeitet …")
    async with town_tx({0}, 0) as tx:
        await audit.record(tx, BUILDER, _DONE, "demo", after={"today": today.isoformat()})
    step("Die Vorführung ist aufgebaut.")
    return people
