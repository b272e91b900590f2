"""W26: no device hands out files over TFTP."""

from __future__ import annotations

from collections.abc import Iterator

from isms.checks._absence import datagrams, scanned
from isms.facts import NETWORK_KINDS, SERVER_KINDS, EstateFacts
from isms.finding import Check, Finding

KINDS = NETWORK_KINDS | SERVER_KINDS | {"telephony", "phone", "printer", "ups", "camera"}


def run(estate: EstateFacts) -> Iterator[Finding]:
    for asset in scanned(estate):
        hits = list(estate.datagrams(asset, 69))
        if hits or asset.kind in KINDS - {"phone", "printer", "camera"}:
            yield from datagrams(CHECK, asset, hits, lambda _: "TFTP antwortet; jeder kann ohne Anmeldung Dateien abholen.")


CHECK = Check(
    id="W26",
    version=1,
    title="Dateiübertragung ohne Anmeldung (TFTP)",
    rule="Kein Gerät antwortet auf TFTP (69/udp).",
    controls=("OW-SRV-03", "OW-NET-09"),
    kompendium=("SYS.1.1.A6", "NET.3.1.A1"),
    grundschutzpp=("b73c400e-b4f8-494c-ac02-619258f77a2d", "24c072af-d71b-4d57-8b8f-119194e5cb8a"),
    about="Server, Speicher, Netzgeräte, Telefonanlagen, USV; andere nur bei einem Treffer",
    lacking="UDP-Scan der letzten 30 Tage",
    run=run,
)
