"""W53: what stands in the list is still there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from isms.facts import NETWORK_KINDS, SERVER_KINDS, EstateFacts
from isms.finding import Check, Finding, Result, day

PATIENCE = timedelta(days=60)
KINDS = NETWORK_KINDS | SERVER_KINDS | {"printer", "ups", "telephony", "management_controller", "camera"}
"""Devices that are always on; a notebook in a drawer is normal."""


def _looked(estate: EstateFacts) -> dict[str, datetime]:
    """When each network was last seen by a machine, by its CIDR."""
    found: dict[str, datetime] = {}
    for asset in estate.assets:
        last = asset.last_scanned
        for ip in asset.ips if last is not None else ():
            network = estate.network_of(ip)
            if network is not None and last is not None:
                found[network.cidr] = max(last, found.get(network.cidr, last))
    return found


def run(estate: EstateFacts) -> Iterator[Finding]:
    looked = _looked(estate)
    for asset in estate.assets:
        last = asset.last_scanned
        if not asset.in_use or not asset.listed or asset.kind not in KINDS or last is None:
            continue
        network = next((x for ip in asset.ips if (x := estate.network_of(ip)) is not None), None)
        newest = looked.get(network.cidr) if network else None
        if estate.now - last <= PATIENCE:
            result, said, at = Result.SATISFIED, f"zuletzt am {day(last)} gesehen.", last
        elif network is None or newest is None or not estate.fresh(newest):
            result, said, at = (
                Result.UNKNOWN,
                f"seit {day(last)} nicht gesehen, ihr Netz wurde seitdem aber nicht gescannt.",
                last,
            )
        else:
            result, said, at = (
                Result.NOT_SATISFIED,
                f"steht als genutzt in der Liste, antwortet aber seit {day(last)} nicht mehr.",
                newest,
            )
        yield CHECK.finding(result, asset, f"{asset.name}: {said}", at)


CHECK = Check(
    id="W53",
    version=1,
    title="In der Liste, aber verschwunden",
    rule="Server, Netz- und Drucktechnik der Liste wurde in den letzten 60 Tagen gesehen, wenn ihr Netz gescannt wurde.",
    controls=("OW-ORG-06",),
    kompendium=("OPS.1.1.1.A6", "OPS.1.1.1.A8"),
    grundschutzpp=("b10fc10c-a3be-4b30-977a-6a2d020760d6",),
    about="Server, Netzgeräte, Drucker, USV, Telefonanlagen und Kameras der Liste, die schon einmal gesehen wurden",
    lacking="frischer Scan des Netzes, in dem das Gerät stand",
    run=run,
)
