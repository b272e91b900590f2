"""W11: backups are restored once a year to see that they can be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from isms.checks._absence import midnight
from isms.facts import EstateFacts
from isms.finding import Check, Finding, Result
from service.settings import local_day

YEAR = timedelta(days=365)


def run(estate: EstateFacts) -> Iterator[Finding]:
    for backup in estate.backups:
        tested = backup.last_restore_test
        if tested is None:
            result, said = Result.UNKNOWN, "wann zuletzt zurückgesichert wurde, ist nicht eingetragen."
        elif local_day(estate.now) - tested > YEAR:
            result, said = (
                Result.NOT_SATISFIED,
                f"die letzte Probe der Rücksicherung war am {tested:%d.%m.%Y}, vor mehr als 12 Monaten.",
            )
        else:
            result, said = Result.SATISFIED, f"die Rücksicherung wurde am {tested:%d.%m.%Y} geprobt."
        yield CHECK.finding(result, None, f"{backup.name}: {said}", max(backup.told_at, midnight(estate)), backup.name[:100])


CHECK = Check(
    id="W11",
    version=1,
    title="Rücksicherung nicht geprobt",
    rule="Für jede Sicherung wurde die Rücksicherung in den letzten 12 Monaten geprobt.",
    controls=("OW-SIC-03",),
    kompendium=("CON.3.A15",),
    grundschutzpp=("77286239-41b4-49e0-86f7-1b64364d9759",),
    about="Sicherungen der Seite „Datensicherung“",
    lacking="Datum der letzten Probe",
    max_age=None,
    run=run,
)
