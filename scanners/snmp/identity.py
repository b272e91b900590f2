"""What a device is, decided from everything it said: ENTITY-MIB, its maker's data, standard MIBs, MACs.

Pure: weighs values, asks nobody. The order of trust is `domain.md` 2.9; what nobody says stays None.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Any

from scanners import makers, oui
from scanners.devices import match
from scanners.devices.catalogue import Catalogue
from scanners.devices.match import Fact
from scanners.observation import Origin
from scanners.snmp.mibs.entity import Entity
from scanners.snmp.mibs.host import Host
from scanners.snmp.mibs.interfaces import Interfaces
from scanners.snmp.mibs.printer import Printer
from scanners.snmp.mibs.system import System
from scanners.snmp.mibs.ups import Ups

PRINTERS = frozenset({"printer", "label_printer"})
COMPUTERS = frozenset({"server", "workstation", "vm", "hypervisor"})
VIRTUAL = ("00:50:56:", "00:0c:29:", "00:05:69:", "00:15:5d:", "08:00:27:", "52:54:00:", "00:16:3e:", "bc:24:11:")
"""MAC blocks of VMware, Hyper-V, VirtualBox, KVM, Xen and Proxmox guests (`domain.md` 2.3)."""
_SAYS_NOTHING = re.compile(
    r"(?i)(chassis|stack|switch|unit|router|system|unknown|default|none|na|n/a|\d{1,3}|.*\bstack root)[ \d]*"
)

_RADIO = 71
_WIRES = frozenset({6, 62, 69, 117})
_LINES = frozenset({18, 19, 20, 21, 23, 30, 32, 39, 63, 75, 94, 95, 96, 97, 127, 168, 169, 196, 250})
"""ifType: wireless LAN; Ethernet; lines to elsewhere (E1, ISDN, DSL, cable, SDH, optical, PON)."""
_BRIDGE, _ROUTER = 2, 4
"""sysServices."""
_VERSION = re.compile(r"\d")
_PART_NUMBER = re.compile(r"[A-Z]{1,2}\d{3,4}[A-Z]")
"""A number out of the price list; beside it entPhysicalDescr has the name people know."""


@dataclass(frozen=True, slots=True)
class Seen:
    """All that was read from the standard MIBs."""

    system: System
    entity: Entity
    interfaces: Interfaces
    printer: Printer
    ups: Ups
    host: Host
    bridging: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """Fields of the observation and where each one comes from."""

    values: Mapping[str, Any]
    origins: Mapping[str, Origin]

    @property
    def wants_more(self) -> bool:
        """Whether nothing told the version or the model."""
        return not (self.values.get("os_version") or self.values.get("firmware")) or not self.values.get("model")


def _said(value: str | None, origin: Origin) -> Iterator[Fact]:
    if value:
        yield Fact(value, origin)


def _kinds(seen: Seen, defined: Mapping[str, Fact], known: Catalogue) -> Iterator[Fact]:
    kind = defined.get("kind")
    virtual = any(mac.startswith(VIRTUAL) for mac in seen.interfaces.macs)
    real = any(not oui.is_local(mac) and not mac.startswith(VIRTUAL) for mac in seen.interfaces.macs)
    if kind and kind.value in {"server", "workstation"} and virtual and not real:
        yield Fact("vm", Origin.OUI)
    if seen.printer.present and (kind is None or kind.value in COMPUTERS):
        yield Fact("printer", Origin.VENDOR_OID)
    if kind:
        yield kind
    if seen.ups.present:
        yield Fact("ups", Origin.VENDOR_OID)
    if seen.host.printers and not seen.host.software:
        yield Fact("printer", Origin.VENDOR_OID)
    maker = match.enterprise(known, seen.system.object_id)
    if maker and maker.kind:
        yield Fact(maker.kind, Origin.SYS_OBJECT_ID)
    # what follows are habits of devices, not words: radio, many bridge ports, forwarding without them, modems
    layers, wires = seen.system.layers or 0, [kind for kind in seen.interfaces.types.values() if kind in _WIRES]
    if _RADIO in seen.interfaces.types.values() and not seen.host.processors:
        yield Fact("access_point", Origin.VENDOR_OID)
    if (seen.bridging or layers & 6 == _BRIDGE) and len(seen.interfaces.rows) >= 8:
        yield Fact("switch", Origin.VENDOR_OID)
    if seen.host.processors or (seen.host.software and layers & 64):
        yield Fact("server", Origin.VENDOR_OID)
    if seen.system.ip_forwarding or layers & _ROUTER or any(kind in _LINES for kind in seen.interfaces.types.values()):
        yield Fact("router", Origin.VENDOR_OID)
    if len(wires) >= 5 or layers & _BRIDGE:
        yield Fact("switch", Origin.VENDOR_OID)


def _vendors(seen: Seen, defined: Mapping[str, Fact], known: Catalogue, kind: str | None) -> Iterator[Fact]:
    if "vendor" in defined:
        yield defined["vendor"]
    maker = match.enterprise(known, seen.system.object_id)
    if maker and not maker.platform:
        yield Fact(maker.name, Origin.SYS_OBJECT_ID)
    yield from _said(match.vendor_name(known, seen.entity.chassis.vendor), Origin.ENTITY)
    yield from _said(match.vendor_name(known, seen.ups.vendor), Origin.VENDOR_OID)
    for described in (*(seen.host.printers if kind in PRINTERS else ()), seen.system.descr or ""):
        spelt = match.vendor_name(known, described)
        if spelt != described:
            yield from _said(spelt, Origin.SYS_DESCR)
    if kind and kind not in COMPUTERS:
        for mac in seen.interfaces.macs:
            yield from _said(oui.vendor(mac), Origin.OUI)
    if maker and kind == maker.kind == "hypervisor":
        yield Fact(maker.name, Origin.SYS_OBJECT_ID)


@lru_cache(maxsize=1024)
def _behind(name: str) -> re.Pattern[str]:
    """What stands behind a maker's name: up to three words, the last of them with letters and digits, like `WorkCentre 7845`."""
    return re.compile(
        rf"\b{re.escape(name)}\b(?:[ ,]+(?:Networks?|Systems|Technolog(?:y|ies)|Communications?|Electronics|International))*"
        rf"(?:[ ,.]*(?:Inc|Corp|Ltd|GmbH|AG|Co)\b\.?,?)*[ :;_-]+"
        r"(?!(?:version|ver|release|rev|software|firmware|sw|fw|v|x86_64|amd64|i[3-6]86\w*|armv\d\w*|aarch64|mips\d*|ppc\d*)\b)"
        r"((?:[A-Z][A-Za-z-]+ ){0,2}(?=[A-Za-z-]*\d)(?=\d*[-/]?[A-Za-z]|\d{3})(?!v?\d+\.\d)[\w+/-]{3,})",
        re.IGNORECASE,
    )


def _models(seen: Seen, defined: Mapping[str, Fact], kind: str | None, vendor: str | None) -> Iterator[Fact]:
    fact, chassis = defined.get("model"), seen.entity.chassis
    if fact and fact.certain:
        yield fact
    if chassis.model and not _SAYS_NOTHING.fullmatch(chassis.model):
        named = _PART_NUMBER.fullmatch(chassis.model) and chassis.model in (chassis.descr or "").split()
        yield Fact(chassis.descr[:80] if named and chassis.descr else chassis.model, Origin.ENTITY)
    members = [member.model for member in seen.entity.members if member.model]
    yield from _said(members[0] if members else None, seen.entity.members_by)
    if fact and fact.origin is not Origin.SYS_DESCR:
        yield fact
    yield from _said(seen.ups.model, Origin.VENDOR_OID)
    # a computer has printers too, and is none
    for printer in seen.host.printers if kind in PRINTERS else ():
        yield Fact(re.sub(r"(?i) series$", "", printer.split(";")[0]), Origin.VENDOR_OID)
    if fact:
        yield fact
    if vendor and (behind := _behind(vendor.split()[0]).search(seen.system.descr or "")):
        yield Fact(behind[1], Origin.SYS_DESCR)
    for words in (chassis.descr, chassis.name):
        if words and len(words) <= 60 and not _SAYS_NOTHING.fullmatch(words):
            yield Fact(words, Origin.ENTITY)


def _serials(seen: Seen, defined: Mapping[str, Fact]) -> Iterator[Fact]:
    fact = defined.get("serial")
    if fact and "{mac}" in fact.value:
        own = next((mac for mac in seen.interfaces.macs if not oui.is_local(mac)), None)
        fact = Fact(fact.value.replace("{mac}", own.replace(":", "").upper()), fact.origin) if own else None
    if fact and fact.certain:
        yield fact
    stack = seen.entity.members
    yield from _said(stack[0].serial if stack else seen.entity.chassis.serial, seen.entity.members_by)
    yield from _said(seen.printer.serial, Origin.VENDOR_OID)
    if fact:
        yield fact


def decide(seen: Seen, defined: Mapping[str, Fact], known: Catalogue, own_words: Mapping[str, str] | None = None) -> Decision:
    """The first word of the most trusted source, field by field; `own_words` fill what is left."""
    told = {name: Fact(value, Origin.VENDOR_OID) for name, value in (own_words or {}).items()}
    values: dict[str, Any] = {}
    origins: dict[str, Origin] = {}
    chassis = seen.entity.chassis

    def settle(name: str, words: Iterator[Fact]) -> str | None:
        best = next(words, None)
        if best:
            values[name], origins[name] = best.value, best.origin
        return best.value if best else None

    def own(name: str) -> Iterator[Fact]:
        if name in defined:
            yield defined[name]

    def last(name: str) -> Iterator[Fact]:
        if name in told:
            yield told[name]

    kind = settle("kind", _kinds(seen, defined, known))
    vendor = settle("vendor", _vendors(seen, defined, known, kind))
    model = settle("model", chain(_models(seen, defined, kind, vendor), last("model")))
    if model:
        values["model"] = makers.bare(model.strip(), vendor)
    settle("os", own("os"))
    entity_version = _said(seen.entity.software, Origin.ENTITY)
    agent = _said(seen.ups.agent if _VERSION.search(seen.ups.agent or "") else None, Origin.VENDOR_OID)
    settle("os_version", chain(own("os_version"), entity_version, agent, last("os_version")))
    firmwares = (
        own("firmware"),
        _said(seen.ups.firmware, Origin.VENDOR_OID),
        _said(chassis.firmware if _VERSION.search(chassis.firmware or "") else None, Origin.ENTITY),
    )
    settle("firmware", (fact for words in firmwares for fact in words))
    if settle("serials", chain(_serials(seen, defined), last("serial"))):
        values["serials"] = (values["serials"],)
    if settle("uuids", own("uuid")):
        values["uuids"] = (values["uuids"].lower(),)
    return Decision(values, origins)
