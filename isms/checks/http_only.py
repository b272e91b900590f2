"""W02: administration and login pages answer over https; http only forwards there."""

from __future__ import annotations

from collections.abc import Iterator

from isms.checks._absence import scanned
from isms.facts import NETWORK_KINDS, AssetFacts, EstateFacts, ServiceFacts
from isms.finding import Check, Finding, Result, moment

MANAGED = NETWORK_KINDS | {
    "printer",
    "label_printer",
    "ups",
    "pdu",
    "storage",
    "hypervisor",
    "management_controller",
    "plc",
    "camera",
}
HTTP_PORTS = (80, 81, 8000, 8008, 8080, 8081, 8888)


def _http(estate: EstateFacts, asset: AssetFacts) -> list[ServiceFacts]:
    return [x for x in estate.services(asset) if not x.tls and (x.port in HTTP_PORTS or x.name in ("http", "http-proxy"))]


def _verdict(service: ServiceFacts, managed: bool, has_https: bool) -> Result | None:
    """None: not a page this rule is about."""
    if str(service.facts.get("http_redirect", "")).startswith("https://"):
        return Result.SATISFIED
    if service.facts.get("http_login"):
        return Result.NOT_SATISFIED
    if not managed:
        return None
    if not has_https or "http_title" in service.facts:
        return Result.NOT_SATISFIED
    return Result.UNKNOWN


def run(estate: EstateFacts) -> Iterator[Finding]:
    for asset in scanned(estate):
        has_https = any(x.tls or x.port in (443, 8443) for x in estate.services(asset))
        for service in _http(estate, asset):
            verdict = _verdict(service, asset.kind in MANAGED, has_https)
            if verdict is None:
                continue
            said = {
                Result.SATISFIED: "http leitet auf https weiter.",
                Result.NOT_SATISFIED: "die Anmelde- oder Verwaltungsseite antwortet über http ohne Weiterleitung auf https.",
                Result.UNKNOWN: "http ist offen; ob auf https weitergeleitet wird, ist unbekannt.",
            }[verdict]
            text = f"{asset.name} ({service.where}): {said} Gesehen am {moment(service.observed_at)}."
            yield CHECK.finding(verdict, asset, text, service.observed_at, service.where)


CHECK = Check(
    id="W02",
    version=1,
    title="Anmelde- oder Verwaltungsseite nur über http",
    rule="Anmelde- und Verwaltungsseiten antworten über https; http leitet höchstens dorthin weiter.",
    controls=("OW-SRV-17", "OW-NET-09", "OW-ARB-16"),
    kompendium=("APP.3.2.A11",),
    grundschutzpp=("99806244-514d-43e2-be34-4ac7ab0517ad",),
    about="Geräte, die auf http antworten: Netzgeräte, Drucker, USV, Kameras, Speicher; andere nur mit Anmeldemaske",
    lacking="Auskunft des Scans, ob http weiterleitet",
    run=run,
)
