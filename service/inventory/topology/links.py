"""All links of a town, in one go: the switches among themselves, and what hangs on their ports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from service.inventory.topology.between import Between
from service.inventory.topology.ends import Ends
from service.inventory.topology.facts import Facts
from service.inventory.topology.places import Places
from service.inventory.topology.reach import Reach
from service.inventory.topology.words import Confidence, Device, Link

WEEK = timedelta(days=7)


def derive(devices: Iterable[Device], facts: Mapping[UUID, Facts]) -> tuple[Link, ...]:
    """The links of a town, in a fixed order whatever the order of the arguments; a link older than a week is only possible."""
    known = {device.id: device for device in devices if device.kind != "virtual_address"}
    reach = Reach(known, facts)
    if not reach.facts:
        return ()
    places = Places(reach)
    owned = sorted(mac for mac, asset in reach.who.macs.items() if asset is not None and mac in reach.seen)
    places.settle(owned)
    newest = max(one.at for one in reach.facts.values())
    found = [
        replace(link, confidence=Confidence.POSSIBLE) if newest - link.observed_at > WEEK else link
        for link in (*Between(reach).links(), *Ends(reach, places).links(owned))
    ]
    return tuple(sorted(found, key=lambda one: (one.end, one.how, str(one.other), one.label, one.other_port)))
