"""W12: backups run as planned."""

from __future__ import annotations

from collections.abc import Iterator

from isms.checks._absence import midnight
from isms.facts import EstateFacts
from isms.finding import Check, Finding, Result, moment

KINDS = frozenset({"server", "vm", "storage"})


def run(estate: EstateFacts) -> Iterator[Finding]:
    for backup in estate.backups:
        if backup.last_good is None or backup.interval is None:
            result, said = Result.UNKNOWN, "letzte gelungene Sicherung oder geplanter Abstand ist nicht eingetragen."
        elif estate.now - backup.last_good > 2 * backup.interval:
            result, said = (
                Result.NOT_SATISFIED,
                f"die letzte gelungene Sicherung war am {moment(backup.last_good)}, mehr als das Doppelte des Abstands her.",
            )
        else:
            result, said = Result.SATISFIED, f"zuletzt am {moment(backup.last_good)} gesichert."
        yield CHECK.finding(result, None, f"{backup.name}: {said}", max(backup.told_at, midnight(estate)), backup.name[:100])
    covered = frozenset[object]().union(*(x.assets for x in estate.backups))
    for asset in estate.assets:
        if asset.in_use and asset.kind in KINDS and asset.id not in covered:
            yield CHECK.finding(Result.UNKNOWN, asset, f"{asset.name}: keiner Sicherung zugeordnet.", midnight(estate))


CHECK = Check(
    id="W12",
    version=1,
    title="Sicherung überfällig",
    rule="Die letzte gelungene Sicherung ist höchstens doppelt so alt wie der geplante Abstand.",
    controls=("OW-SIC-02",),
    kompendium=("CON.3.A5",),
    grundschutzpp=("a77c3a5e-44fc-482c-974a-e4d9dc7cd255",),
    about="Sicherungen der Seite „Datensicherung“; Server und Speicher ohne Sicherung sind unbekannt",
    lacking="letzte gelungene Sicherung, geplanter Abstand, Zuordnung des Geräts",
    max_age=None,
    run=run,
)
