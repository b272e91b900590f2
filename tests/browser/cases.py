"""Incidents for the gate: one that an employee reported, assessed, with a draft and a sent notice."""

from datetime import timedelta
from uuid import UUID

from isms.incidents import store
from isms.incidents.clocks import Duty
from isms.incidents.notices import prepare
from service.audit.chain import Actor
from service.db import service_tx, town_tx
from service.settings import now

WORKER = "employee@musterstadt.example"


async def cases(town: int) -> None:
    """Report, assess, decide, prepare and send."""
    async with service_tx() as tx:
        account: UUID = await tx.connection.fetchval("select id from account where mail = $1", WORKER)
    reporter, officer = Actor("Kim Beschäftigte", str(account)), Actor("Kim Informationssicherheit")
    since, at = now() - timedelta(hours=6), now()
    async with town_tx([town], town) as tx:
        said = store.Report("Anhang geöffnet, Dateien heißen jetzt anders.", "Bürgerbüro, Zimmer 12", since, "Durchwahl 12")
        key = await store.report(tx, town, said, reporter, at - timedelta(hours=5))
        values = {
            "impact": {"reach": 3, "data": 3}, "spreading": True, "personal_data": True, "persons": 340, "lead": "IT-Administration",
            "critical_down": True, "plan_fits": False, "cause": "Anhang", "lessons": "Anhänge filtern", "steps": "Getrennt",
        }  # fmt: skip
        await store.edit(tx, town, key, values, "Bewertet", 1, officer, at - timedelta(hours=4))
        await store.decide(tx, town, key, Duty.AUTHORITY, notify=True, reason="Viele Menschen", role="isb", actor=officer, now=at)
        await store.correct(tx, town, key, 2, "Es waren zwei Rechner.", officer, at)
        for kind in ("mayor", "authority"):
            text = prepare(kind, await store.case(tx, town, "Musterstadt", key))
            draft = await store.draft(tx, town, key, kind, text.recipient, text.subject, text.text, 0, officer, at)
            if kind == "mayor":
                await store.send(tx, town, key, draft, "Leitung", at, officer, at)
