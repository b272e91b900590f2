"""W20: no database answers in a network in which people's devices live."""

from __future__ import annotations

from collections.abc import Iterator

from isms.checks._absence import absence, scanned
from isms.facts import CLIENT_PURPOSES, EstateFacts
from isms.finding import Check, Finding

PORTS = {
    1433: "SQL Server",
    1521: "Oracle",
    3050: "Firebird",
    3306: "MySQL/MariaDB",
    5432: "PostgreSQL",
    6379: "Redis",
    27017: "MongoDB",
    50000: "DB2",
}


def run(estate: EstateFacts) -> Iterator[Finding]:
    for asset in scanned(estate):
        open_ports = list(estate.services(asset, *PORTS))
        hits = [
            x
            for x in open_ports
            if estate.purpose_of(x.ip) in CLIENT_PURPOSES or x.facts.get("seen_from_purpose") in CLIENT_PURPOSES
        ]
        if not hits and not any(estate.purpose_of(ip) in CLIENT_PURPOSES for ip in asset.ips):
            continue  # a database among servers is where it belongs
        yield from absence(
            CHECK,
            estate,
            asset,
            hits,
            lambda x: f"der Datenbankport {x.port} ({PORTS[x.port]}) ist aus einem Netz mit Arbeitsplätzen erreichbar.",
            "kein Datenbankport offen.",
        )


CHECK = Check(
    id="W20",
    version=1,
    title="Datenbank aus einem Netz mit Arbeitsplätzen erreichbar",
    rule="In Netzen mit Arbeitsplätzen antwortet kein bekannter Datenbankport.",
    controls=("OW-SRV-15",),
    kompendium=("APP.4.3.A3", "NET.1.1.A5"),
    grundschutzpp=("8af42e9e-5340-4690-9567-88a5309aee3a",),
    about="Geräte mit Adresse in einem Netz der Arbeitsplätze",
    run=run,
)
