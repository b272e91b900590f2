"""A town hall with known cabling: switches, a stack, bundles, telephones with PCs behind, access points, virtual machines.

Frames are sent through it and switches learn as switches do, with what goes wrong in life: entries age out, devices move and
leave stale entries behind, some telephones and whole switches speak no neighbour protocol. What the switches answer over
SNMP is written as recordings; nothing here knows how links are derived.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from service.demo.writers import mibs
from service.demo.writers.mibs import Rows

AT = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
LLDP = "1.0.8802.1.1.2.1"
QUIET = {"lldp": 0.0, "phones": 0.0, "points": 0.0}
TALKING = {"lldp": 1.0, "phones": 0.7, "points": 0.8}


@dataclass(slots=True)
class Host:
    """A thing with a MAC. `spot` is the switch and the port at whose end it hangs; `over` what it hangs behind."""

    name: str
    kind: str
    mac: str
    vlan: int
    ip: str
    spot: tuple[str, str]
    over: str = ""
    speaks: bool = False
    listed: bool = True
    """Whether the inventory knows it."""
    moved_from: tuple[str, str] | None = None


@dataclass(slots=True)
class Switch:
    """A switch. `style` says how it names its ports and which tables it has: cisco, aruba, plain."""

    name: str
    style: str
    mac: str
    ip: str
    members: int = 1
    speaks: bool = True
    bundles: dict[str, tuple[str, ...]] = field(default_factory=dict)
    links: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Port (or bundle) → switch and port (or bundle) at its other end."""
    table: dict[tuple[str, int], str] = field(default_factory=dict)
    """(MAC, VLAN) → port."""
    used: set[str] = field(default_factory=set)

    def names(self) -> list[str]:
        """All ports in order."""
        if self.style == "cisco":
            return [f"Gi{member}/0/{n}" for member in range(1, self.members + 1) for n in range(1, 49)]
        return [str(n) for n in range(1, 53)] if self.style == "aruba" else [f"port {n}" for n in range(1, 29)]

    def free(self) -> str:
        """The next port without a cable."""
        port = next(name for name in self.names() if name not in self.used)
        self.used.add(port)
        return port

    def bundle(self, number: int) -> str:
        """Two free ports, the last ones, as one."""
        ports = [name for name in reversed(self.names()) if name not in self.used][:2][::-1]
        self.used.update(ports)
        name = {"cisco": f"Po{number}", "aruba": f"Trk{number}", "plain": f"lag{number}"}[self.style]
        self.bundles[name] = tuple(ports)
        return name


class Town:
    """The cabling of one town hall, made by chance from a seed."""

    def __init__(self, seed: int, *, speaking: Mapping[str, float] = TALKING, stale: float = 0.04, lost: float = 0.004) -> None:
        self.rng = random.Random(seed)
        self.speaking, self.stale, self.lost = speaking, stale, lost
        self.switches: dict[str, Switch] = {}
        self.hosts: dict[str, Host] = {}
        self._macs: set[str] = set()
        self._ips = 10
        self._build()
        self._learn()

    # building

    def _mac(self, prefix: str = "48:2a:e3") -> str:
        while True:
            mac = f"{prefix}:" + ":".join(f"{self.rng.randrange(256):02x}" for _ in range(3))
            if mac not in self._macs:
                self._macs.add(mac)
                return mac

    def _ip(self, vlan: int) -> str:
        self._ips += 1
        return f"10.61.{vlan}.{self._ips % 240 + 10}"

    def _switch(self, name: str, style: str, members: int = 1) -> Switch:
        prefix = {"cisco": "ac:7e:8a", "aruba": "54:80:28", "plain": "e4:18:6b"}[style]
        one = Switch(name, style, self._mac(prefix), f"10.61.70.{11 + len(self.switches)}", members)
        one.speaks = self.rng.random() < self.speaking["lldp"]
        self.switches[name] = one
        return one

    def _cable(self, one: Switch, other: Switch, number: int, *, bundled: bool) -> None:
        here = one.bundle(number) if bundled else one.free()
        there = other.bundle(number) if bundled else other.free()
        one.links[here], other.links[there] = (other.name, there), (one.name, here)

    def _host(self, kind: str, switch: Switch, vlan: int, *, over: Host | None = None, port: str = "", mac: str = "") -> Host:
        number = len(self.hosts)
        spot = over.spot if over else (switch.name, port or switch.free())
        name = f"{kind[:4]}-{number:03d}"
        host = Host(name, kind, mac or self._mac(), vlan, self._ip(vlan), spot, over.name if over else "")
        chance = self.speaking["phones"] if kind == "phone" else self.speaking["points"] if kind == "access_point" else 0.0
        host.speaks = self.rng.random() < chance and switch.speaks
        host.listed = kind != "workstation" or self.rng.random() < 0.95
        self.hosts[host.name] = host
        return host

    def _build(self) -> None:
        rng = self.rng
        core = self._switch("sw-kern", "cisco", members=2)
        floor1, floor2, annex = (
            self._switch("sw-og1", "aruba"),
            self._switch("sw-og2", "plain"),
            self._switch("sw-anbau", "cisco"),
        )
        self._cable(core, floor1, 1, bundled=True)
        self._cable(core, floor2, 2, bundled=rng.random() < 0.5)
        self._cable(floor1 if rng.random() < 0.5 else core, annex, 3, bundled=False)
        self.gateway = self._host("firewall", core, 70, mac=self._mac("90:6c:ac"))
        self.prober = self._host("server", core, 10)
        for _ in range(rng.randrange(2, 4)):
            host = self._host("hypervisor", core, 10)
            for _ in range(rng.randrange(2, 6)):
                self._host("vm", core, 10, over=host, mac=self._mac("00:50:56"))
        self._host("storage", core, 10)
        for switch in (core, floor1, floor2, annex):
            for _ in range(rng.randrange(8, 14)):
                self._desk(switch)
            for _ in range(rng.randrange(1, 4)):
                self._host("printer", switch, 30)
            for _ in range(rng.randrange(1, 3)):
                self._point(switch)
        for switch in rng.sample([floor1, floor2, annex], 1):
            # a little box under a table that nobody knows
            port = switch.free()
            for _ in range(3):
                self._host("workstation", switch, 20, port=port)
        movable = [h for h in self.hosts.values() if h.kind in {"workstation", "notebook"} and not h.over]
        for host in rng.sample(movable, min(len(movable), round(self.stale * len(self.hosts)))):
            other = rng.choice([s for s in self.switches.values() if s.name != host.spot[0]])
            host.moved_from = (other.name, other.free())

    def _desk(self, switch: Switch) -> None:
        kind = self.rng.choice(("workstation", "notebook"))
        if self.rng.random() < 0.6:
            phone = self._host("phone", switch, 40, mac=self._mac("00:04:13"))
            if self.rng.random() < 0.8:
                self._host(kind, switch, 20, over=phone)
        else:
            self._host(kind, switch, 20)

    def _point(self, switch: Switch) -> None:
        point = self._host("access_point", switch, 70, mac=self._mac("78:45:58"))
        for _ in range(self.rng.randrange(0, 7)):
            wild = self.rng.random() < 0.6
            mac = self._mac("da:a1:19") if wild else self._mac()
            client = self._host("smartphone" if wild else "notebook", switch, 50, over=point, mac=mac)
            client.listed = not wild

    # frames

    def _ways(self, start: str) -> dict[str, str]:
        """The port of every other switch that leads towards `start`."""
        found: dict[str, str] = {}
        waiting = [start]
        while waiting:
            name = waiting.pop()
            for other, port in self.switches[name].links.values():
                if other != start and other not in found:
                    found[other] = port
                    waiting.append(other)
        return found

    def _path(self, start: str, end: str) -> list[str]:
        """Switches from one to another, both included."""
        towards, path = self._ways(end), [start]
        while path[-1] != end:
            path.append(self.switches[path[-1]].links[towards[path[-1]]][0])
        return path

    def _send(self, mac: str, vlan: int, spot: tuple[str, str] | None, start: str, *, everywhere: bool, to: str) -> None:
        ways = self._ways(start)
        reached = list(self.switches) if everywhere else self._path(start, to)
        for name in reached:
            port = spot[1] if name == start and spot else ways.get(name)
            if port:
                self.switches[name].table[mac, vlan] = port

    def _learn(self) -> None:
        centre = self.prober.spot[0]
        for host in self.hosts.values():
            if host.moved_from:
                self._send(host.mac, host.vlan, host.moved_from, host.moved_from[0], everywhere=True, to=centre)
        for host in self.hosts.values():
            loud = self.rng.random() < 0.8 and not host.moved_from
            self._send(host.mac, host.vlan, host.spot, host.spot[0], everywhere=loud, to=centre)
        for switch in self.switches.values():
            self._send(switch.mac, 70, None, switch.name, everywhere=self.rng.random() < 0.4, to=centre)
        for switch in self.switches.values():
            # of a moved device the old entry would age out before the new one
            keep = {host.mac for host in self.hosts.values() if host.moved_from}
            switch.table = {key: port for key, port in switch.table.items() if key[0] in keep or self.rng.random() >= self.lost}

    # truth

    def cables(self) -> set[frozenset[tuple[str, str]]]:
        """Between switches: both ends of each."""
        return {
            frozenset({(one.name, port), far}) for one in self.switches.values() for port, far in one.links.items()
        }  # fmt: skip

    def plugs(self) -> dict[str, tuple[tuple[str, str], str]]:
        """Of every listed host: port, and the name of what it hangs behind ('' where the cable ends in it)."""
        return {host.name: (host.spot, host.over) for host in self.hosts.values() if host.listed}

    def shared(self) -> set[tuple[str, str]]:
        """Ports with several hosts of which none stands before the others."""
        direct = [host.spot for host in self.hosts.values() if not host.over]
        return {spot for spot in direct if direct.count(spot) > 1}

    # recordings

    def recordings(self) -> Iterator[tuple[str, str, str]]:
        """(switch, address, recording)."""
        for switch in self.switches.values():
            yield switch.name, switch.ip, mibs.recording(self._rows(switch))

    def _rows(self, switch: Switch) -> Rows:
        shift = {"cisco": 10_100, "aruba": 0, "plain": 0}[switch.style]
        names = switch.names()
        tail = int(switch.mac.replace(":", "")[6:], 16)

        def own(n: int) -> str:
            rest = f"{(tail + n) % 2**24:06x}"
            return f"{switch.mac[:8]}:{rest[:2]}:{rest[2:4]}:{rest[4:]}"

        ports = [mibs.Port(shift + n, name, 6, own(n)) for n, name in enumerate(names, 1)]
        kind = 54 if switch.style == "aruba" else 161
        bundles = [mibs.Port(5000 + n, name, kind, None, 2000) for n, name in enumerate(switch.bundles, 1)]
        management = mibs.Port(6000, "Vlan70", 135, switch.mac)
        index = {port.name: port.index for port in (*ports, *bundles)}
        bridge_port = {name: n for n, name in enumerate([*names, *switch.bundles], 1)}
        object_id = {"cisco": "1.3.6.1.4.1.9.1.1208", "aruba": "1.3.6.1.4.1.11.2.3.7.11.181", "plain": "1.3.6.1.4.1.890.1.15"}
        rows = mibs.system(f"Switch {switch.style}", object_id[switch.style], switch.name, "Rathaus", "", 86_400, 2)
        rows |= mibs.interfaces([*ports, *bundles, management]) | mibs.addresses([(switch.ip, 6000, "255.255.255.0")])
        rows["1.3.6.1.2.1.17.1.1.0"] = mibs.mac_bytes(switch.mac)
        for name, number in bridge_port.items():
            rows[f"1.3.6.1.2.1.17.1.4.1.2.{number}"] = ("2", str(index[name]))
        for (mac, vlan), port in switch.table.items():
            octets = ".".join(str(int(part, 16)) for part in mac.split(":"))
            place = (
                f"1.3.6.1.2.1.17.4.3.1.{{}}.{octets}"
                if switch.style == "plain"
                else f"1.3.6.1.2.1.17.7.1.2.2.1.{{}}.{vlan}.{octets}"
            )
            rows[place.format(2)], rows[place.format(3)] = ("2", str(bridge_port[port])), ("2", "3")
        if switch.style == "aruba":
            rows |= {f"1.3.6.1.2.1.17.7.1.4.5.1.1.{number}": ("66", "20") for number in bridge_port.values()}
        rows |= self._bundled(switch, index)
        if switch.speaks:
            rows |= self._lldp(switch, ports, index if switch.style == "cisco" else bridge_port)
        if switch.members > 1:
            for member in range(1, switch.members + 1):
                rows |= mibs.chassis(
                    "WS-C2960X-48TS-L", f"FCW19{member}{switch.mac[-2:].upper()}KERN", "Cisco", index=1000 * member
                )
        return rows

    @staticmethod
    def _bundled(switch: Switch, index: Mapping[str, int]) -> Rows:
        rows: Rows = {}
        for name, members in switch.bundles.items():
            for port in members:
                if switch.style == "aruba":
                    rows[f"1.3.6.1.2.1.31.1.2.1.3.{index[name]}.{index[port]}"] = ("2", "1")
                else:
                    rows[f"1.2.840.10006.300.43.1.2.1.1.13.{index[port]}"] = ("2", str(index[name]))
        return rows

    def _lldp(self, switch: Switch, ports: Sequence[mibs.Port], number: Mapping[str, int]) -> Rows:
        links, rows = list[mibs.Link](), Rows()
        for port, (name, far) in switch.links.items():
            other = self.switches[name]
            if other.speaks:
                pairs = zip(switch.bundles.get(port, (port,)), other.bundles.get(far, (far,)), strict=True)
                links += [mibs.Link(number[here], other.mac, _spelt(there), other.name) for here, there in pairs]
        rows = mibs.lldp(switch.mac, switch.name, "", ports, links)
        if switch.style != "cisco":
            for port in ports:
                rows[f"{LLDP}.3.7.1.2.{port.index}"] = ("2", "7")
        for n, host in enumerate(sorted(self.hosts.values(), key=lambda one: one.name), 500):
            if not host.speaks or host.spot[0] != switch.name:
                continue
            tail = f"0.{number[host.spot[1]]}.{n}"
            phone = host.kind == "phone"
            chassis = (
                "0501" if False else "01" + bytes(map(int, host.ip.split("."))).hex() if phone else host.mac.replace(":", "")
            )
            rows |= {
                f"{LLDP}.4.1.1.4.{tail}": ("2", "5" if phone else "4"),
                f"{LLDP}.4.1.1.5.{tail}": ("4x", chassis),
                f"{LLDP}.4.1.1.6.{tail}": ("2", "3"),
                f"{LLDP}.4.1.1.7.{tail}": ("4x", host.mac.replace(":", "")),
                f"{LLDP}.4.1.1.8.{tail}": mibs.text("LAN" if phone else "eth0"),
                f"{LLDP}.4.1.1.9.{tail}": mibs.text(host.name),
                f"{LLDP}.4.1.1.12.{tail}": ("4x", "2400" if phone else "3800"),
            }
        return rows


def _spelt(port: str) -> str:
    """As the other side hears it: the long name."""
    return port.replace("Gi", "GigabitEthernet")
