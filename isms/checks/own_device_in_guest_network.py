"""W51: devices of the town do not stand in the network of guests."""

from __future__ import annotations

from collections.abc import Iterator

from isms.checks._absence import scanned
from isms.facts import EstateFacts
from isms.finding import Check, Finding, Result, moment

MEANT = frozenset({"access_point", "wireless_controller", "router", "firewall", "virtual_address", "smartphone", "tablet"})
"""What makes the network of guests, and what people carry into it."""


def run(estate: EstateFacts) -> Iterator[Finding]:
    for asset in scanned(estate):
        if not asset.listed or asset.kind in MEANT or not estate.fresh(asset.last_scanned) or asset.last_scanned is None:
            continue
        guests = [ip for ip in asset.ips if estate.purpose_of(ip) == "guest"]
        for ip in guests:
            text = f"{asset.name} ({ip}): ein Gerät der Stadt steht im Gästenetz. Gesehen am {moment(asset.last_scanned)}."
            yield CHECK.finding(Result.NOT_SATISFIED, asset, text, asset.last_scanned, ip)


CHECK = Check(
    id="W51",
    version=1,
    title="Gerät der Stadt im Gästenetz",
    rule="Geräte aus der Bestandsliste stehen nicht im Gästenetz.",
    controls=("OW-NET-13",),
    kompendium=("NET.1.1.A4", "NET.2.1.A9"),
    grundschutzpp=("73c9c122-d3f6-42f9-a6f1-6b454a8b1853",),
    about="Geräte der Bestandsliste mit einer Adresse im Gästenetz",
    lacking="Zweck des Netzes",
    run=run,
)
