"""Small estates for the tests of the checks: one device, one fact, one moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from isms.checks import all_checks
from isms.facts import AssetFacts, CertificateFacts, EstateFacts, NetworkFacts, Seen, ServiceFacts
from isms.finding import Finding

NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
"""16.11.2026, 10:00 in Berlin: the demo's clock."""

NETWORKS = (
    NetworkFacts("10.62.10.0/24", "Server", "server"),
    NetworkFacts("10.62.20.0/24", "Rathaus", "client"),
    NetworkFacts("10.62.30.0/24", "Drucker", "printer"),
    NetworkFacts("10.62.70.0/24", "Verwaltung der Technik", "management"),
)


def ident(name: str) -> UUID:
    return uuid5(UUID(int=0), name)


def service(ip: str, port: int, *, days: float = 0, tls: bool = False, name: str | None = None, **facts: Any) -> ServiceFacts:
    return ServiceFacts(ip, "tcp", port, NOW - timedelta(days=days), name, None, tls, facts)


def certificate(ip: str, days_left: int, *names: str) -> CertificateFacts:
    return CertificateFacts(ip, 443, NOW, "", names, NOW - timedelta(days=300), NOW + timedelta(days=days_left))


def device(
    name: str, kind: str, ip: str, *services: ServiceFacts, full: bool = True, days: float = 0, since: float = 100, **more: Any
) -> AssetFacts:
    """A device that nmap saw `days` ago for the last time and `since` days ago for the first time."""
    seen = {"nmap": Seen(NOW - timedelta(days=since), NOW - timedelta(days=days))}
    at = NOW - timedelta(days=days)
    services += tuple(service(x.ip, x.port, days=days, tls=True) for x in more.get("certificates", ()))
    values: dict[str, Any] = {"seen": seen, "scanned_at": at, "full_scan_at": at if full else None, "names": (name,)}
    return AssetFacts(ident(name), name, kind, ips=(ip,), services=services, **(values | more))


def estate(*assets: AssetFacts, lists_known: bool = True) -> EstateFacts:
    return EstateFacts(NOW, assets, NETWORKS, lists_known)


def findings(check: str, *assets: AssetFacts, **more: Any) -> list[Finding]:
    found = next(x for x in all_checks() if x.id == check)
    return list(found.run(estate(*assets, **more)))


def results(check: str, *assets: AssetFacts, **more: Any) -> list[str]:
    return [str(x.result) for x in findings(check, *assets, **more)]
