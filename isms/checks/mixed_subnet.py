"""W09: clients and servers do not share a subnet."""

from __future__ import annotations

from collections.abc import Iterator

from isms.checks._absence import scanned
from isms.facts import CLIENT_KINDS, SERVER_KINDS, AssetFacts, EstateFacts, NetworkFacts
from isms.finding import Check, Finding, Result


def _members(estate: EstateFacts, network: NetworkFacts) -> list[tuple[AssetFacts, str]]:
    found = []
    for asset in scanned(estate):
        ip = next((x for x in asset.ips if estate.network_of(x) == network), None)
        if ip is not None and estate.fresh(asset.last_scanned):
            found.append((asset, ip))
    return found


def run(estate: EstateFacts) -> Iterator[Finding]:
    for network in estate.networks:
        members = _members(estate, network)
        servers = [(x, ip) for x, ip in members if x.kind in SERVER_KINDS]
        clients = [(x, ip) for x, ip in members if x.kind in CLIENT_KINDS]
        place = f"{network.name} ({network.cidr})" if network.name else network.cidr
        # The smaller crowd is the one in the wrong place; a tie blames the servers.
        wrong = servers if len(servers) <= len(clients) else clients
        if servers and clients:
            for asset, ip in wrong:
                crowd = f"{len(servers)} Server und {len(clients)} Arbeitsplatzgeräte"
                text = f"{asset.name} ({ip}): im Netz {place} stehen {crowd} zusammen."
                yield CHECK.finding(Result.NOT_SATISFIED, asset, text, asset.last_scanned, ip)
        for asset, ip in servers + clients:
            if not (servers and clients) or (asset, ip) not in wrong:
                result = Result.SATISFIED if not (servers and clients) else Result.UNKNOWN
                said = "nur gleichartige Geräte." if result is Result.SATISFIED else "hier stehen auch andersartige Geräte."
                yield CHECK.finding(result, asset, f"{asset.name} ({ip}): im Netz {place} {said}", asset.last_scanned, ip)


CHECK = Check(
    id="W09",
    version=1,
    title="Arbeitsplätze und Server in einem Netz",
    rule="In keinem Netz stehen Server und Arbeitsplatzgeräte zusammen.",
    controls=("OW-NET-03",),
    kompendium=("NET.1.1.A5",),
    grundschutzpp=("8af42e9e-5340-4690-9567-88a5309aee3a",),
    about="Server und Arbeitsplatzgeräte, die ein Scan gesehen hat",
    lacking="Klärung, welche der Geräte im falschen Netz stehen",
    run=run,
)
