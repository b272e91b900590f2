"""SNMPv2-MIB system group, sysORTable left out, and the engine id of SNMP-FRAMEWORK-MIB."""

from __future__ import annotations

from dataclasses import dataclass

from scanners.snmp.client import Snmp
from scanners.snmp.tables import scalars
from scanners.snmp.values import number, text

DESCR = "1.3.6.1.2.1.1.1.0"
OBJECT_ID = "1.3.6.1.2.1.1.2.0"
UPTIME = "1.3.6.1.2.1.1.3.0"
NAME = "1.3.6.1.2.1.1.5.0"
LOCATION = "1.3.6.1.2.1.1.6.0"
SERVICES = "1.3.6.1.2.1.1.7.0"
FORWARDING = "1.3.6.1.2.1.4.1.0"
ENGINE_ID = "1.3.6.1.6.3.10.2.1.1.0"
FRAMEWORK_UPTIME = "1.3.6.1.6.3.10.2.1.3.0"


@dataclass(frozen=True, slots=True)
class System:
    """What every agent says first. sysContact names persons and is not read."""

    descr: str | None = None
    object_id: str | None = None
    name: str | None = None
    location: str | None = None
    uptime_s: int | None = None
    """Seconds since the agent started."""
    ip_forwarding: bool | None = None
    engine_id: str | None = None
    """Lower-case hex."""
    layers: int | None = None
    """sysServices: 2 for a bridge, 4 for a router, 64 for applications, added up."""


async def read(snmp: Snmp) -> System:
    """The group in one request."""
    said = await scalars(snmp, DESCR, OBJECT_ID, UPTIME, NAME, LOCATION, SERVICES, FORWARDING, ENGINE_ID, FRAMEWORK_UPTIME)
    object_id, engine_id = text(said.get(OBJECT_ID)), said.get(ENGINE_ID)
    ticks, seconds, forwarding = number(said.get(UPTIME)), number(said.get(FRAMEWORK_UPTIME)), number(said.get(FORWARDING))
    return System(
        descr=text(said.get(DESCR)),
        object_id=object_id.lstrip(".") if object_id and object_id[0] in ".01" else None,
        name=text(said.get(NAME)),
        location=text(said.get(LOCATION)),
        # the hundredths of sysUpTime wrap after 497 days, snmpEngineTime counts on
        uptime_s=seconds or (None if ticks is None else ticks // 100),
        layers=number(said.get(SERVICES)),
        ip_forwarding=None if forwarding not in {1, 2} else forwarding == 1,
        # RFC 3411: 5 to 32 octets
        engine_id=engine_id.hex() if isinstance(engine_id, bytes) and 5 <= len(engine_id) <= 32 else None,
    )
