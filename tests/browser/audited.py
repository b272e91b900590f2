"""An audit for the gate: scope, sample, what was seen, two findings."""

from datetime import timedelta

from isms.audits.plan import Act, Audit, Finding
from isms.audits.store import audits, checks, findings
from service.audit.chain import Actor
from service.db import town_tx, uuid7
from service.settings import now

BY = Actor("Test")


async def audited(town: int) -> None:
    """Plan, begin, draw, look, find."""
    at, today = now(), now().date()
    async with town_tx({town, 0}, town) as tx:
        item = Audit(
            uuid7(), "Internes Audit Serverraum", "internal", today, today + timedelta(days=30), "ISB", scope_note="Nur Rathaus"
        )
        key = await audits.save(tx, town, item, BY, at)
        await audits.act(tx, town, key, Act.BEGIN, 1, BY, at)
        if await audits.population(tx, town, item):
            await audits.draw(tx, town, key, "startwert", BY, at)
        item = await audits.audit(tx, town, key)
        lines = [x for x in await checks.checklist(tx, town, item, today) if not x.removed][:2]
        found = {(x.entry.target, x.entry.requirement.key) for x in lines}
        if found:
            await checks.mark(tx, town, item, found, "differs", "Ordner leer", BY, at)
        target, control = next(iter(found), (None, ""))
        for weight, due in (("severe", -3), ("recommendation", 40)):
            day = today + timedelta(days=due)
            one = Finding(uuid7(), key, weight, "Sicherung nie geprüft", "Protokoll fehlt", target, control, "IT-Abteilung", day)
            made = await findings.save(tx, town, one, BY, at)
            if weight == "severe":
                await findings.measure(tx, town, key, made, BY, at)
                note = "Erst ein Server"
                await findings.recheck(tx, town, key, made, 2, "partly", note, today + timedelta(days=9), BY, at)
