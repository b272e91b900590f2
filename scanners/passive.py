"""What stands in networks that are only observed passively: told by the tables of switches and routers, never asked itself.

Pure. The ARP tables (RFC 4293) that were read elsewhere name addresses with their MACs; those of passive networks
become observations of their own. Guests stay unnamed.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import replace

from scanners import policy
from scanners.observation import Collection, Observation, Source
from scanners.policy import Released

HEARD_BY = "heard_by"
"""The fact that tells a device known from another's tables; its value is the key of that other."""


def heard(read: Collection, released: Sequence[Released]) -> Collection | None:
    """What the devices of `read` told about neighbours in passive networks; None where they told nothing.

    An address that several devices tell with different MACs is told with none of them right, so it is left out.
    """
    told: dict[str, dict[str, Observation]] = {}
    nets: dict[str, None] = {}
    for seen in read.observations:
        for one in seen.heard:
            home = _home(one.ip, released)
            if home is not None and home.passive:
                nets[str(home.network)] = None
                told.setdefault(one.ip, {}).setdefault(one.mac, seen)
    found = []
    for ip in sorted(told, key=lambda text: int(ipaddress.ip_address(text))):
        if len(told[ip]) == 1:
            ((mac, by),) = told[ip].items()
            facts = {HEARD_BY: by.key}
            found.append(Observation(Source.SNMP, ip, observed_at=by.observed_at, ips=(ip,), macs=(mac,), facts=facts))
    if not found:
        return None
    return replace(read, observations=tuple(found), problems=(), scope=f"{', '.join(nets)} (passiv)")


def _home(ip: str, released: Sequence[Released]) -> Released | None:
    """The narrowest network around an address; of equal ones the guests' first."""
    address = ipaddress.ip_address(ip)
    around = [one for one in released if address in one.network]
    return policy.narrowest(around) if around else None
