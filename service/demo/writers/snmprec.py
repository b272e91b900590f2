"""Writes what a device answers over SNMP as `.snmprec`: switches, firewalls, access points, printers, UPS, servers, NAS.

The town hall's firewall is the gateway of all networks, so its ARP table knows who had which address on that day;
switches know behind which port a hardware address was learned. Devices in plc networks appear only there.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from ipaddress import IPv4Address, IPv4Network

from service.demo.estate.words import Device, Estate
from service.demo.sites import BY_SLUG, NETWORKS, SITES, Network
from service.demo.writers import mibs
from service.demo.writers.cabling import LINE, PORTS, Cabling, lay
from service.demo.writers.mibs import Link, Port, Rows

KINDS = frozenset({"switch", "firewall", "router", "access_point", "printer", "ups", "hypervisor", "storage", "vm", "server"})
"""Kinds that answer."""

_VLANS = {
    "servers": 10,
    "clients": 20,
    "printers": 30,
    "telephony": 40,
    "staff_wlan": 50,
    "management": 70,
    "plc": 90,
    "branch": 80,
}
_DEBIAN = "Linux {} 6.12.48+deb13-amd64 #1 SMP PREEMPT_DYNAMIC Debian 6.12.48-1 (2025-09-20) x86_64"
_UBUNTU = "Linux {} 6.8.0-85-generic #85-Ubuntu SMP PREEMPT_DYNAMIC Thu Sep 18 15:26:59 UTC 2025 x86_64"
_WINDOWS = {"ws2016": 14393, "ws2019": 17763, "ws2022": 20348}
_PACKAGES = {
    "debian13": (
        "openssh-server_10.0p1-7_amd64",
        "snmpd_5.9.4+dfsg-2_amd64",
        "openssl_3.5.1-1+deb13u1_amd64",
        "linux-image-6.12.48+deb13-amd64_6.12.48-1_amd64",
    ),
    "ubuntu2404": (
        "openssh-server_9.6p1-3ubuntu13.14_amd64",
        "snmpd_5.9.4+dfsg-1.1ubuntu3.1_amd64",
        "nginx_1.24.0-2ubuntu7.5_amd64",
    ),
    "windows": (
        "Microsoft Edge",
        "Sicherungsagent 12",
        "Virenschutz Server 9.4",
        "Microsoft Visual C++ 2022 X64 Minimum Runtime - 14.40.33810",
    ),
}


@dataclass(frozen=True, slots=True)
class Around:
    """What a recording needs to know of its surroundings at one scan: who was where."""

    town: str
    scan: int
    present: tuple[tuple[str, Device], ...]
    """(address, device) of everything with an address at this scan, listened-to networks included."""
    cabling: Cabling


def surroundings(estate: Estate, town: str, scan: int) -> Around:
    """Who had which address in the town at the scan."""
    pairs = [(one.addresses[scan], one) for one in estate.of(town)]
    return Around(town, scan, tuple((address, one) for address, one in pairs if address), lay(estate, town))


def answers(one: Device, around: Around) -> bool:
    """Whether the device can be asked: reachable, of a fitting kind, and not one of those that keep silent."""
    reachable = one.kind in KINDS and one.network != "depot" and bool(one.addresses[around.scan])
    return reachable and one.role != "board" and not (one.kind == "vm" and one.os == "ws2016")


def write(one: Device, around: Around) -> str:
    """The recording of the device at the time of the scan."""
    address = one.addresses[around.scan] or ""
    rows = {
        "switch": _switch,
        "firewall": _firewall,
        "router": _router,
        "access_point": _point,
        "printer": _printer,
        "ups": _ups,
        "hypervisor": _hypervisor,
        "storage": _storage,
        "vm": _server,
        "server": _server,
    }[one.kind](one, address, around)
    return mibs.recording(rows)


def _number(one: Device, what: str, below: int) -> int:
    """A number that belongs to this device for ever."""
    return int.from_bytes(sha256(f"{what}/{one.id}".encode()).digest()[:4], "big") % below


def _system(one: Device, descr: str, object_id: str, around: Around, services: int = 72) -> Rows:
    site = next(site.name for site in SITES if site.town == one.town and site.key == one.site)
    name = (one.name or one.model) if one.kind != "vm" else (one.name or "")
    up = 86_400 * (_number(one, "uptime", 200) + 7 * (around.scan + 1)) + 4_711
    location = "" if _number(one, "location", 4) == 0 else f"{site}, {one.room}" if one.room else site
    return mibs.system(descr, object_id, name, location, f"edv@{BY_SLUG[one.town].domain}", up, services)


def _next_mac(mac: str, step: int) -> str:
    """The hardware address `step` numbers further, inside the maker's block."""
    head, tail = mac.rsplit(":", 3)[0], int(mac.replace(":", "")[6:], 16)
    rest = f"{(tail + step) % 2**24:06x}"
    return f"{head}:{rest[:2]}:{rest[2:4]}:{rest[4:]}"


def _plain(one: Device, address: str, name: str = "eth0", type_: int = 6) -> Rows:
    """A device with one card and a loopback."""
    rows = mibs.interfaces([Port(1, name, type_, one.mac), Port(2, "lo", 24, None, 10)])
    return rows | mibs.addresses([(address, 1, _mask(one.town, address)), ("127.0.0.1", 2, "255.0.0.0")])


def _network_of(town: str, address: str) -> Network | None:
    number = IPv4Address(address)
    return next(
        (net for net in NETWORKS if net.town == town and net.purpose != "depot" and number in IPv4Network(net.cidr)), None
    )


def _mask(town: str, address: str) -> str:
    found = _network_of(town, address)
    return str(IPv4Network(found.cidr).netmask) if found else "255.255.255.0"


_PORT_NAMES = {"Cisco": "Gi1/0/{}", "HPE": "{}", "Zyxel": "port {}"}


def _switch(one: Device, address: str, around: Around) -> Rows:
    base, names = one.mac or "", _PORT_NAMES[one.maker]
    learned = _learned(one, around)
    used = {port for _, _, port in learned} | {LINE}
    ports = [Port(n, names.format(n), 6, _next_mac(base, n), up=n in used) for n in range(1, PORTS + 1)]
    management = Port(1000, {"Cisco": "Vl70", "HPE": "VLAN70", "Zyxel": "vlan70"}[one.maker], 135, base)
    descr, object_id, extra = _switch_identity(one)
    rows = _system(one, descr, object_id, around, 2) | mibs.interfaces([*ports, management])
    rows |= mibs.addresses([(address, 1000, _mask(one.town, address))]) | mibs.forwarding(base, learned, ports)
    rows |= mibs.tagless({port: vlan for vlan, _, port in reversed(learned) if port != LINE}, PORTS)
    return rows | mibs.lldp(base, one.name or "", descr, ports, _links(one, around)) | mibs.engine_id(base) | extra


def _learned(one: Device, around: Around) -> list[tuple[int, str, int]]:
    """(VLAN, MAC, port) of what the switch has heard: its own ports, and up the line what everybody talks to."""
    cabling, found = around.cabling, list[tuple[int, str, int]]()
    core = bool(cabling.hall) and one.id == cabling.hall[0]
    for where, other in around.present:
        net = _network_of(one.town, where)
        if not other.mac or net is None or other.id == one.id:
            continue
        switch, port = cabling.spots.get(other.id, ("", LINE))
        if switch != one.id:
            if core:
                port = cabling.core_port(switch or other.id) if (switch or other.id) in cabling.hall[1:] else LINE
            elif other.kind == "firewall" or (one.site == "rathaus" and other.kind in {"server", "vm", "hypervisor", "switch"}):
                port = LINE
            else:
                continue
            if other.site != "rathaus" and not core:
                continue
        found.append((_VLANS[net.purpose], other.mac, port))
    return found


def _links(one: Device, around: Around) -> list[Link]:
    """What names itself on the ports: access points, routers, half of the telephones, the switches of the town hall."""
    cabling = around.cabling
    links, switches = list[Link](), {other.id: other for _, other in around.present if other.kind == "switch"}
    for _, other in around.present:
        switch, port = cabling.spots.get(other.id, ("", 0))
        speaks = other.kind in {"access_point", "router"} or (other.kind == "phone" and _number(other, "lldp", 2) == 0)
        if switch == one.id and speaks and other.mac:
            links.append(Link(port, other.mac, "ETH-1" if other.kind == "router" else "eth0", other.name or ""))
    for key in cabling.hall[1:] if one.id in cabling.hall else ():
        core, far = switches.get(cabling.hall[0]), switches.get(key)
        if core and far and core.mac and far.mac:
            if one.id == core.id:
                links.append(Link(cabling.core_port(key), far.mac, _PORT_NAMES[far.maker].format(LINE), far.name or ""))
            elif one.id == key:
                links.append(Link(LINE, core.mac, _PORT_NAMES[core.maker].format(cabling.core_port(key)), core.name or ""))
    return links


def _switch_identity(one: Device) -> tuple[str, str, Rows]:
    if one.maker == "Cisco":
        descr = "Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.2(7)E9, RELEASE SOFTWARE (fc4)"
        return (
            descr,
            "1.3.6.1.4.1.9.1.1208",
            mibs.chassis(one.model, one.serial, "Cisco", software="15.2(7)E9", index=1001, name="1"),
        )
    if one.maker == "HPE":
        number, model = one.model.split(" ", 1)
        descr = f"HP {number} {model} Switch, revision YA.16.11.0020, ROM YA.15.20 (/ws/swbuildm/rel_yakima/code/build/lakes)"
        extra = mibs.chassis(number, one.serial, "HP", software="YA.16.11.0020", description=f"HP {number} {model} Switch")
        return descr, "1.3.6.1.4.1.11.2.3.7.11.143", extra | {"1.3.6.1.4.1.11.2.36.1.1.2.9.0": mibs.text(one.serial)}
    extra = mibs.chassis("GS1900-24", one.serial, "Zyxel", software="V2.80(AAHL.0)", index=67108992)
    return "GS1900-24", "1.3.6.1.4.1.890.1.15", extra | {"1.3.6.1.4.1.890.1.15.3.1.12.0": mibs.text(one.serial)}


def _firewall(one: Device, address: str, around: Around) -> Rows:
    networks = [net for net in NETWORKS if net.town == one.town and net.purpose != "depot"]
    base = one.mac or ""
    ports = [Port(1, "port1", 6, base), Port(2, "wan1", 6, _next_mac(base, 1))]
    owned: list[tuple[str, int, str]] = []
    for number, net in enumerate(networks, 10):
        name = f"vl_{net.purpose}" if net.purpose != "branch" else f"vpls_{net.site}"
        ports.append(Port(number, name[:15], 135, base, alias=net.site))
        # FortiOS shows one hardware address for all VLANs of a port
        owned.append((str(IPv4Network(net.cidr)[1]), number, str(IPv4Network(net.cidr).netmask)))
    index = {net.cidr: number for number, net in enumerate(networks, 10)}
    heard: list[tuple[int, str, str]] = []
    for where, other in around.present:
        behind = _network_of(one.town, where)
        # a table of that size always misses somebody who was silent for a while
        silent = _number(other, f"silent/{around.scan}", 100) < 4
        if behind and other.mac and other.id != one.id and other.network != "depot" and not silent:
            heard.append((index[behind.cidr], where, other.mac))
    rows = _system(one, "Firewall Rathaus", "1.3.6.1.4.1.12356.101.1.1041", around, 78)
    rows |= mibs.interfaces(ports) | mibs.addresses(owned) | mibs.arp(heard) | mibs.engine_id(base)
    rows |= mibs.chassis(
        "FGT_100F", one.serial, "Fortinet", software="FortiGate-100F v7.4.9,build2829,250924 (GA.M)", name="FortiGate-100F"
    )
    return rows | {
        "1.3.6.1.4.1.12356.100.1.1.1.0": mibs.text(one.serial),
        "1.3.6.1.4.1.12356.101.4.1.1.0": mibs.text("v7.4.9,build2829,250924 (GA.M)"),
    }


def _router(one: Device, address: str, around: Around) -> Rows:
    descr = f"LANCOM 1790VAW 10.80.0612 / 14.05.2024 {one.serial}"
    rows = _system(one, descr, "1.3.6.1.4.1.2356.11.8.1790", around, 78) | _plain(one, address, "ETH-1")
    if one.site == "bauhof" and any(other.network == "depot" for _, other in around.present):
        rows |= mibs.interfaces([Port(1, "ETH-1", 6, one.mac), Port(3, "LAN-1", 6, _next_mac(one.mac or "", 1))])
        rows |= mibs.addresses([(address, 1, _mask(one.town, address)), ("192.168.1.1", 3, "255.255.255.0")])
    return rows | {"1.3.6.1.4.1.2356.11.3.1.1.4.1": mibs.text(one.serial)} | mibs.engine_id(one.mac or "")


def _point(one: Device, address: str, around: Around) -> Rows:
    mac = one.mac or ""
    radios = [
        Port(1, "eth0", 6, mac),
        Port(2, "wlan0", 71, _next_mac(mac, 1), 573),
        Port(3, "wlan1", 71, _next_mac(mac, 2), 1201),
    ]
    if one.maker == "LANCOM":
        descr = f"Linux {one.name} 4.4.60 #0 SMP PREEMPT (LCOS-LX: 6.12.0024) 2023-07-12 19:58:22+02:00 aarch64"
        rows = _system(one, descr, "1.3.6.1.4.1.2356.13.8.0.4", around)
        rows |= {
            "1.3.6.1.4.1.2356.13.1.47.7.0": mibs.text(one.serial),
            "1.3.6.1.4.1.2356.13.1.47.9.0": mibs.text("6.12.0024Rel / 12.07.2023"),
        }
    else:
        rows = _system(one, "UAP-nanoHD 6.6.77.15402", "1.3.6.1.4.1.8072.3.2.10", around)
        rows |= {"1.3.6.1.4.1.41112.1.6.3.3.0": mibs.text("UAP-nanoHD"), "1.3.6.1.4.1.41112.1.6.3.6.0": mibs.text("6.6.77.15402")}
    return rows | mibs.interfaces(radios) | mibs.addresses([(address, 1, _mask(one.town, address))])


def _printer(one: Device, address: str, around: Around) -> Rows:
    pages = 18_000 + _number(one, "pages", 160_000) + 400 * around.scan
    model = one.model if one.maker == "Konica Minolta" else f"{one.maker} {one.model}"
    descr, object_id = {
        "Kyocera": ("KYOCERA Print I/F", "1.3.6.1.4.1.1347.41"),
        "Brother": ("Brother NC-8800h, Firmware Ver.1.62 ,MID 8C5-K07", "1.3.6.1.4.1.2435.2.3.9.1"),
        "HP": (
            f"HP ETHERNET MULTI-ENVIRONMENT,SN:{one.serial},FN:4QC10G2,SVCID:31339,PID:HP {one.model}",
            "1.3.6.1.4.1.11.2.3.9.1",
        ),
        "Konica Minolta": ("KONICA MINOLTA bizhub C250i", "1.3.6.1.4.1.18334.1.1.1.2.1.181.2.4"),
    }[one.maker]
    rows = _system(one, descr, object_id, around) | _plain(one, address) | mibs.printer(model, one.serial, pages)
    if one.maker == "Kyocera":
        rows["1.3.6.1.4.1.1347.43.5.1.1.28.1"] = mibs.text(one.serial)
        rows["1.3.6.1.4.1.1347.43.5.1.1.1.1"] = mibs.text(one.model)
    if one.maker == "Brother":
        rows["1.3.6.1.4.1.2435.2.3.9.4.2.1.5.5.1.0"] = mibs.text(one.serial)
        rows["1.3.6.1.4.1.2435.2.3.9.1.1.7.0"] = mibs.text(
            f"MFG:Brother;CMD:PJL,PCL,PCLXL;MDL:{one.model} series;CLS:PRINTER;CID:Brother Laser Type1;"
        )
    return rows


def _ups(one: Device, address: str, around: Around) -> Rows:
    battery, minutes = (3, 6) if one.town == "oberzent" and one.site != "rathaus" else (2, 24)
    if one.maker == "APC":
        descr = (
            "APC Web/SNMP Management Card (MB:v4.1.0 PF:v7.1.2 PN:apc_hw05_aos_712.bin AF1:v7.1.2 AN1:apc_hw05_sumx_712.bin"
            f" MN:AP9631 HR:08 SN: {one.serial} MD:07/07/2017) (Embedded PowerNet SNMP Agent SW v2.2 compatible)"
        )
        rows = _system(one, descr, "1.3.6.1.4.1.318.1.3.27", around) | mibs.ups(
            "APC", one.model, "UPS 09.3 / ID=18", minutes, battery
        )
        rows["1.3.6.1.4.1.318.1.1.1.1.1.1.0"] = mibs.text(one.model)
        rows["1.3.6.1.4.1.318.1.1.1.1.2.3.0"] = mibs.text(one.serial)
    else:
        rows = _system(one, one.maker + " " + one.model, "1.3.6.1.4.1.705.1", around) | mibs.ups(
            "EATON", f"Eaton {one.model}", "01.16.4638", minutes + 7, battery
        )
        rows["1.3.6.1.4.1.705.1.1.7.0"] = mibs.text(one.serial)
    return rows | _plain(one, address)


def _hypervisor(one: Device, address: str, around: Around) -> Rows:
    rows = _system(one, "VMware ESXi 8.0.3 build-24859861 VMware, Inc. x86_64", "1.3.6.1.4.1.6876.4.1", around)
    rows |= mibs.chassis(one.model, one.serial, one.maker, name="smbios")
    rows |= {"1.3.6.1.4.1.6876.1.1.0": mibs.text("VMware ESXi"), "1.3.6.1.4.1.6876.1.2.0": mibs.text("8.0.3")}
    return rows | _plain(one, address, "vmk0")


def _storage(one: Device, address: str, around: Around) -> Rows:
    if one.maker == "Synology":
        rows = _system(
            one, f"Linux {one.name} 4.4.302+ #72806 SMP Mon Jul 21 23:14:27 CST 2025 x86_64", "1.3.6.1.4.1.8072.3.2.10", around
        )
        rows |= {
            "1.3.6.1.4.1.6574.1.5.1.0": mibs.text(one.model),
            "1.3.6.1.4.1.6574.1.5.2.0": mibs.text(one.serial),
            "1.3.6.1.4.1.6574.1.5.3.0": mibs.text("DSM 7.2-72806"),
        }
    else:
        rows = _system(one, f"Linux {one.name} 4.3.4", "1.3.6.1.4.1.24681", around)
        rows |= mibs.chassis(one.model, one.serial, "QNAP", software="4.3.4", name=f"Turbo NAS {one.model}")
    return rows | _plain(one, address)


def _server(one: Device, address: str, around: Around) -> Rows:
    if one.os in _WINDOWS:
        descr = (
            "Hardware: Intel64 Family 6 Model 85 Stepping 7 AT/AT COMPATIBLE - Software: Windows Version"
            f" 6.3 (Build {_WINDOWS[one.os]} Multiprocessor Free)"
        )
        rows, packages = _system(one, descr, "1.3.6.1.4.1.311.1.1.3.1.2", around), _PACKAGES["windows"]
    else:
        template = _DEBIAN if one.os == "debian13" else _UBUNTU
        rows, packages = (
            _system(one, template.format((one.name or "").lower()), "1.3.6.1.4.1.8072.3.2.10", around),
            _PACKAGES[one.os],
        )
        rows |= mibs.engine_id(one.mac or "")
    memory = 1_048_576 * (8 + 8 * _number(one, "memory", 6))
    return rows | mibs.installed(packages, memory, "Intel(R) Xeon(R) Silver 4210R CPU @ 2.40GHz") | _plain(one, address)
