"""W10: remote-control cards and the administration of switches do not answer in a client network."""

from __future__ import annotations

from collections.abc import Iterator

from isms.checks._absence import scanned
from isms.facts import CLIENT_PURPOSES, EstateFacts
from isms.finding import Check, Finding, Result, moment

KINDS = frozenset({"management_controller", "switch", "firewall", "router", "hypervisor", "ups", "pdu", "console_server"})
PORTS = (22, 23, 80, 443, 623, 8080, 8443)


def run(estate: EstateFacts) -> Iterator[Finding]:
    for asset in scanned(estate):
        if asset.kind not in KINDS:
            continue
        services = list(estate.services(asset, *PORTS))
        hits = [x for x in services if estate.purpose_of(x.ip) in CLIENT_PURPOSES]
        for service in hits:
            text = (
                f"{asset.name} ({service.where}): ein Verwaltungszugang antwortet in einem Netz mit Arbeitsplätzen."
                f" Gesehen am {moment(service.observed_at)}."
            )
            yield CHECK.finding(Result.NOT_SATISFIED, asset, text, service.observed_at, service.where)
        if hits:
            continue
        known = all(estate.purpose_of(ip) is not None for ip in asset.ips)
        if services and known:
            first = services[0]
            text = f"{asset.name} ({first.where}): Verwaltungszugang nur außerhalb der Netze mit Arbeitsplätzen."
            yield CHECK.finding(Result.SATISFIED, asset, text, first.observed_at, first.where)
        else:
            text = f"{asset.name}: unbekannt, weil ein frischer Scan oder der Zweck des Netzes fehlt."
            yield CHECK.finding(Result.UNKNOWN, asset, text, asset.scanned_at)


CHECK = Check(
    id="W10",
    version=1,
    title="Verwaltungszugang im Netz der Arbeitsplätze",
    rule="Fernsteuerkarten, Switches, Firewalls und USV antworten in Netzen mit Arbeitsplätzen auf keinem Verwaltungsport.",
    controls=("OW-NET-06",),
    kompendium=("NET.1.1.A21", "NET.3.1.A13"),
    grundschutzpp=("d02f23d0-9c15-4811-838f-6440ee744334",),
    about="Fernsteuerkarten, Switches, Firewalls, Router, Virtualisierung, USV",
    lacking="frischer Scan und Zweck des Netzes",
    run=run,
)
