"""What stands directly at a port when several devices were seen on it: the one that can carry all the others.

A telephone carries a PC, an access point its clients, a host its virtual machines. Where no single device can, something
nobody knows stands in between and all of them share the port.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from service.inventory.topology.words import Device, How

VIRTUAL_PREFIXES = ("005056", "000c29", "00155d", "525400", "bc2411", "00163e", "080027")
"""MAC prefixes of virtual machines' cards."""
ANY = frozenset({"access_point", "wireless_controller", "switch"})
"""Kinds that carry whatever is behind them."""
WIRED = frozenset(
    {"workstation", "thin_client", "phone", "server", "storage", "ups", "pdu", "plc", "hypervisor", "vm", "access_point"}
)
"""Kinds that seldom come by radio: behind an access point only where it names itself on the port."""
PHONE_RIDERS = frozenset({"workstation", "notebook", "thin_client", "printer", "label_printer", "unknown", "dock", "other"})
MACHINES = frozenset({"hypervisor", "server", "workstation", "storage", "appliance"})
HOSTED = frozenset({"vm", "management_controller"})
MOST_BEHIND_PHONE = 2
NEVER_PLUGGED = frozenset({"vm", "smartphone", "tablet"})
"""Kinds that reach a switch only through something else."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How one device hangs on the port."""

    how: How
    via: UUID | None = None


@dataclass(frozen=True, slots=True)
class Met:
    """What was met on one port: devices of the inventory, how many MACs of none of them, how many unknown neighbours."""

    devices: Sequence[Device]
    heard: Mapping[UUID, frozenset[str]]
    """Devices that named themselves there, with their roles."""
    strangers: int = 0
    """MACs that belong to no known device."""
    named_strangers: int = 0
    """Neighbours that named themselves and are not in the inventory."""


def is_virtual(device: Device) -> bool:
    """Whether a device is a virtual machine, by its kind or by its cards."""
    return device.kind == "vm" or (
        bool(device.macs) and device.kind != "hypervisor" and all(m.startswith(VIRTUAL_PREFIXES) for m in device.macs)
    )


def carries(carrier: Device, rider: Device, roles: frozenset[str]) -> bool:
    """Whether the rider may hang behind the carrier."""
    if carrier.kind == "access_point" and not roles and rider.kind in WIRED:
        return False
    if carrier.kind in ANY or "access_point" in roles:
        return rider.kind not in {"switch", "router", "firewall"} or carrier.kind == "switch"
    if carrier.kind == "phone" or "phone" in roles:
        return rider.kind in PHONE_RIDERS
    if carrier.kind in MACHINES:
        return not is_virtual(carrier) and (is_virtual(rider) or rider.kind in HOSTED)
    return False


def _can(carrier: Device, met: Met) -> bool:
    roles = met.heard.get(carrier.id, frozenset())
    others = [one for one in met.devices if one.id != carrier.id]
    if not all(carries(carrier, one, roles) for one in others):
        return False
    riders = len(others) + met.strangers
    if carrier.kind in ANY or "access_point" in roles:
        return True
    if carrier.kind == "phone" or "phone" in roles:
        return riders <= MOST_BEHIND_PHONE
    return met.strangers == 0 or carrier.kind == "hypervisor"


def arrange(met: Met) -> dict[UUID, Standing]:
    """How each device hangs on the port."""
    devices = {one.id: one for one in met.devices}
    heard = sorted(met.heard)
    alone = len(devices) == 1 and not met.strangers and not met.named_strangers
    if alone:
        (only,) = devices.values()
        direct = only.id in met.heard or not (only.kind in NEVER_PLUGGED or is_virtual(only))
        return {only.id: Standing(How.PLUGGED if direct else How.SHARED)}
    able = [] if met.named_strangers else [one for one in sorted(devices) if _can(devices[one], met)]
    if len(able) > 1:
        # two devices could carry each other: the one that names itself does
        able = [one for one in able if one in met.heard]
    if len(able) == 1:
        (carrier,) = able
        return {one: Standing(How.PLUGGED) if one == carrier else Standing(How.BEHIND, carrier) for one in devices}
    if len(heard) == 1 and not met.named_strangers and len(devices) == 1:
        return {heard[0]: Standing(How.PLUGGED)}
    return {one: Standing(How.SHARED) for one in devices}
