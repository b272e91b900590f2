"""W35: servers and network devices do not announce themselves by mDNS or UPnP."""

from __future__ import annotations

from collections.abc import Iterator

from isms.checks._absence import datagrams, scanned
from isms.facts import NETWORK_KINDS, SERVER_KINDS, EstateFacts
from isms.finding import Check, Finding

PORTS = {5353: "mDNS", 1900: "UPnP"}
KINDS = NETWORK_KINDS | SERVER_KINDS


def run(estate: EstateFacts) -> Iterator[Finding]:
    for asset in scanned(estate):
        if asset.kind in KINDS:
            hits = list(estate.datagrams(asset, *PORTS))
            yield from datagrams(CHECK, asset, hits, lambda x: f"{PORTS[x.port]} gibt ungefragt Auskunft über Gerät und Dienste.")


CHECK = Check(
    id="W35",
    version=1,
    title="Ungefragte Auskunft (mDNS, UPnP)",
    rule="Server und Netzgeräte antworten weder auf mDNS (5353/udp) noch auf UPnP (1900/udp).",
    controls=("OW-SRV-03", "OW-NET-08"),
    kompendium=("SYS.1.1.A6", "NET.3.1.A1"),
    grundschutzpp=("24c072af-d71b-4d57-8b8f-119194e5cb8a",),
    about="Server, Speicher und Netzgeräte",
    lacking="UDP-Scan der letzten 30 Tage",
    run=run,
)
