"""W18: no device offers unencrypted file transfer."""

from __future__ import annotations

from collections.abc import Iterator

from isms.checks._absence import absence, scanned
from isms.facts import EstateFacts
from isms.finding import Check, Finding


def run(estate: EstateFacts) -> Iterator[Finding]:
    for asset in scanned(estate):
        hits = [x for x in estate.services(asset) if (x.port == 21 or x.name == "ftp") and not x.tls]
        yield from absence(
            CHECK,
            estate,
            asset,
            hits,
            lambda _: "FTP antwortet; Kennwörter und Dateien gehen unverschlüsselt über das Netz.",
            "kein FTP offen.",
        )


CHECK = Check(
    id="W18",
    version=1,
    title="Unverschlüsselte Dateiübertragung (FTP)",
    rule="Kein Gerät antwortet auf FTP (21/tcp) ohne Verschlüsselung von Anfang an.",
    controls=("OW-SRV-03", "OW-ARB-16"),
    kompendium=("SYS.1.1.A6", "SYS.4.1.A18"),
    grundschutzpp=("24c072af-d71b-4d57-8b8f-119194e5cb8a", "b73c400e-b4f8-494c-ac02-619258f77a2d"),
    run=run,
)
