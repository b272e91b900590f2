"""W55: a copy of each backup lies out of reach."""

from __future__ import annotations

from collections.abc import Iterator

from isms.checks._absence import midnight
from isms.facts import EstateFacts
from isms.finding import Check, Finding, Result


def run(estate: EstateFacts) -> Iterator[Finding]:
    for backup in estate.backups:
        if backup.separate_copy is None:
            result, said = Result.UNKNOWN, "ob eine Kopie vom Netz getrennt an einem anderen Ort liegt, ist nicht eingetragen."
        elif backup.separate_copy:
            result, said = Result.SATISFIED, "eine Kopie liegt vom Netz getrennt an einem anderen Ort."
        else:
            result, said = Result.NOT_SATISFIED, "keine Kopie liegt vom Netz getrennt an einem anderen Ort."
        yield CHECK.finding(result, None, f"{backup.name}: {said}", max(backup.told_at, midnight(estate)), backup.name[:100])


CHECK = Check(
    id="W55",
    version=1,
    title="Keine Kopie der Sicherung außer Reichweite",
    rule="Von jeder Sicherung liegt eine Kopie vom Netz getrennt an einem anderen Ort.",
    controls=("OW-SIC-04",),
    kompendium=("CON.3.A14", "CON.3.A12"),
    grundschutzpp=("3772a701-e5d0-4aee-a393-ad539482eb72", "c272387e-88de-4794-a223-c502c136a501"),
    about="Sicherungen der Seite „Datensicherung“",
    lacking="Angabe zur getrennten Kopie",
    max_age=None,
    run=run,
)
