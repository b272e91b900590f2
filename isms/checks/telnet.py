"""W01: nobody administers a device over telnet, rlogin or rsh."""

from __future__ import annotations

from collections.abc import Iterator

from isms.checks._absence import absence, scanned
from isms.facts import EstateFacts, ServiceFacts
from isms.finding import Check, Finding

PORTS = {23: "Telnet", 512: "rexec", 513: "rlogin", 514: "rsh"}


def _clear(service: ServiceFacts) -> bool:
    """A remote shell in clear; 514/tcp is also where syslog listens, and 23 or 514 may carry TLS."""
    if service.tls or "syslog" in (service.name or ""):
        return False
    return service.port in PORTS or service.name == "telnet"


def run(estate: EstateFacts) -> Iterator[Finding]:
    for asset in scanned(estate):
        hits = [x for x in estate.services(asset) if _clear(x)]
        yield from absence(
            CHECK,
            estate,
            asset,
            hits,
            lambda x: f"{PORTS.get(x.port, 'Telnet')} antwortet; Kennwörter gehen unverschlüsselt über das Netz.",
            "kein Telnet, rlogin oder rsh offen.",
        )


CHECK = Check(
    id="W01",
    version=1,
    title="Unverschlüsselte Fernbedienung (Telnet, rlogin, rsh)",
    rule="Kein Gerät antwortet auf Telnet (23/tcp), rexec (512/tcp), rlogin (513/tcp) oder rsh (514/tcp).",
    controls=("OW-SRV-04", "OW-NET-09"),
    kompendium=("SYS.1.3.A8", "NET.3.1.A4", "NET.3.2.A6"),
    grundschutzpp=("b73c400e-b4f8-494c-ac02-619258f77a2d",),
    run=run,
)
