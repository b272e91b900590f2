"""Builds the estate: the exact numbers of the table, four weeks of addresses, and the special cases of the story."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from service.demo.estate.addresses import Pool
from service.demo.estate.factory import Factory
from service.demo.estate.placing import branches, one_each, spread, stem, water_sites
from service.demo.estate.servers import HOSTS, VIRTUAL
from service.demo.estate.words import SCANS, Device, Estate
from service.demo.hardware import SMALL_TABLE, TABLE, Model
from service.demo.sites import NETWORKS, TOWNS, Town

WINDOWS_10 = {"erbach": 12, "michelstadt": 14, "oberzent": 9, "brombachtal": 3}
"""Clients with Windows 10 and without extended support."""

_DRAWER = {"erbach": 3, "michelstadt": 4, "oberzent": 2, "brombachtal": 1}
_GONE = {"erbach": 6, "michelstadt": 8, "oberzent": 4, "brombachtal": 2}
_REPLACED = {"erbach": 2, "michelstadt": 2, "oberzent": 1, "brombachtal": 1}
_UNLISTED = {"erbach": 6, "michelstadt": 8, "oberzent": 5, "brombachtal": 2}
_MOVED = {"erbach": 2, "michelstadt": 2, "oberzent": 2, "brombachtal": 1}
_HALL_SWITCHES = {"erbach": 4, "michelstadt": 5, "oberzent": 3, "brombachtal": 2}
_HALL_POINTS = {"erbach": 5, "michelstadt": 6, "oberzent": 4, "brombachtal": 2}
_PRESENT = {"notebook": 0.8, "workstation": 0.93, "thin_client": 0.9, "tablet": 0.4, "smartphone": 0.45}
_ENDS = {"cert_expired": -12, "cert_soon": 16}
"""Days from today on which the certificates of the story end."""
_DEPOTS = ("erbach", "michelstadt")


def build(today: date, seed: int = 1) -> Estate:
    """The whole estate of `today`; the same arguments give the same estate."""
    devices: list[Device] = []
    small: list[Device] = []
    for position, town in enumerate(TOWNS):
        builder = _Builder(town, position, Factory(town, today, seed))
        devices += builder.town()
        small += builder.small()
    counted = [one for one in devices if one.counted]
    return Estate(today, seed, (*counted, *(one for one in devices if not one.counted)), tuple(small))


@dataclass(slots=True)
class _Builder:
    """Builds one town."""

    place: Town
    position: int
    make: Factory

    def town(self) -> list[Device]:
        found = [*self._clients(), *self._mobiles(), *self._servers(), *self._things()]
        found = self._story(found)
        found = self._addressed([*found, *self._strangers(), *self._replaced(found)])
        return self._listed([*found, *self._gone()])

    def small(self) -> list[Device]:
        """Small devices; some carry neither serial nor inventory number, as in every town hall."""
        rng = self.make.rng
        found: list[Device] = []
        for kind, numbers in SMALL_TABLE.items():
            for site in spread(self.place.slug, numbers[self.position], 0.7, rng):
                bare = rng.random() < 0.02
                one = self.make.make(kind, site, "")
                found.append(dataclasses.replace(one, inventory_no=None, serial="") if bare else one)
        return found

    def _number(self, row: str) -> int:
        return TABLE[row][self.position]

    def _network(self, site: str, hall: str) -> str:
        if site == "rathaus":
            return hall
        return "depot" if site == "bauhof" and self.place.slug in _DEPOTS else "branch"

    def _many(self, kind: str, sites: list[str], hall: str, system: str = "") -> list[Device]:
        return [self.make.make(kind, site, self._network(site, hall), os=system) for site in sites]

    def _clients(self) -> list[Device]:
        town, rng = self.place.slug, self.make.rng
        found = self._many("notebook", spread(town, self._number("notebook"), 0.62, rng), "clients", "win11")
        found += self._many("workstation", spread(town, self._number("workstation"), 0.55, rng), "clients", "win11")
        return found + self._many("thin_client", ["rathaus"] * self._number("thin_client"), "clients", "igel")

    def _mobiles(self) -> list[Device]:
        found: list[Device] = []
        for kind, hall in (("tablet", 0.4), ("smartphone", 0.5)):
            for site in spread(self.place.slug, self._number(kind), hall, self.make.rng):
                one = self.make.make(kind, site, "staff_wlan")
                found.append(dataclasses.replace(one, os="ios" if one.maker == "Apple" else "android"))
        return found

    def _servers(self) -> list[Device]:
        code, found = self.place.code, list[Device]()
        for kind, name, system, tags in HOSTS[self.place.slug]:
            full = f"{code}-{name}"
            found.append(self.make.make(kind, "rathaus", "servers", name=full, os=system, role=kind, tags=frozenset(tags)))
        for server in VIRTUAL[self.place.slug]:
            full, tags_ = f"{code}-{server.name}", frozenset(server.tags)
            ends = next((self.make.today + timedelta(days=_ENDS[tag]) for tag in server.tags if tag in _ENDS), None)
            one = self.make.make("vm", "rathaus", "servers", name=full, os=server.os, role=server.role, tags=tags_)
            found.append(dataclasses.replace(one, certificate_until=ends))
        return found

    def _things(self) -> list[Device]:
        town, rng = self.place.slug, self.make.rng
        found = self._many("printer", spread(town, self._number("printer"), 0.55, rng), "printers")
        found += [self.make.make("phone", site, "telephony") for site in spread(town, self._number("phone"), 0.7, rng)]
        found += self._many("switch", one_each(town, self._number("switch"), _HALL_SWITCHES[town]), "management")
        found.append(self.make.make("firewall", "rathaus", "management"))
        routed = ["bauhof", *(key for key in (*water_sites(town), *(site.key for site in branches(town))) if key != "bauhof")]
        found += [self.make.make("router", site, "branch") for site in routed[: self._number("gateway") - 1]]
        found += self._many("access_point", one_each(town, self._number("access_point"), _HALL_POINTS[town]), "management")
        found += self._many("ups", ["rathaus", *water_sites(town)][: self._number("ups")], "management")
        wet = water_sites(town)
        found += [self.make.make("plc", wet[n % len(wet)], "plc") for n in range(self._number("plc"))]
        places = [
            "rathaus",
            "rathaus",
            *(site.key for site in branches(town) if stem(site.key) in {"bad", "kita", "gemeinschaftshaus"}),
        ]
        kinds: tuple[str, ...] = ("camera", "environment_sensor")
        for n in range(self._number("building")):
            site = places[n % len(places)]
            found.append(self.make.make(kinds[n % 2], site, self._network(site, "management")))
        return found

    def _story(self, devices: list[Device]) -> list[Device]:
        """Hangs the story's weak spots on fitting devices."""
        town = self.place.slug
        found = list(devices)

        def tag(name: str, number: int, fits: Callable[[Device], bool], **changes: object) -> None:
            rows = [n for n, one in enumerate(found) if fits(one) and not one.tags and one.network != "depot"][:number]
            for n in rows:
                found[n] = dataclasses.replace(found[n], tags=found[n].tags | {name}, **changes)  # type: ignore[arg-type]  # fields by name

        def in_hall(kind: str) -> Callable[[Device], bool]:
            return lambda one: one.kind == kind and one.site == "rathaus"

        old = self.make.today - timedelta(days=2_050)
        desktops = (WINDOWS_10[town] * 2 + 2) // 3
        tag("win10", desktops, lambda one: one.kind == "workstation", os="win10", bought=old)
        tag("win10", WINDOWS_10[town] - desktops, lambda one: one.kind == "notebook", os="win10", bought=old)
        tag("drawer", _DRAWER[town], in_hall("notebook"))
        tag("moved", _MOVED[town], in_hall("notebook"))
        tag("replaced", _REPLACED[town], in_hall("workstation"))
        if town == "michelstadt":
            tag("telnet", 1, in_hall("switch"))
            tag("database", 1, in_hall("workstation"), role="sql_express")
        if town == "oberzent":
            tag("database", 1, in_hall("workstation"), role="mysql")
        if town == "brombachtal":
            tag("telnet", 1, in_hall("printer"))
        tag("http_only", 1, in_hall("switch"))
        tag("http_only", 2, in_hall("printer"))
        return found

    def _strangers(self) -> list[Device]:
        """Things that nobody has entered anywhere."""
        town, unknown = (
            self.place.slug,
            {"counted": False, "inventory_no": None, "name": None, "serial": "", "tags": frozenset({"stranger"})},
        )
        box = Model("TP-Link", "TL-WR841N", ("14:eb:b6",), "", 0)
        board = Model("Raspberry Pi", "4 Model B", ("dc:a6:32",), "", 0)
        if town == "erbach":
            return [
                self.make.make("environment_sensor", "bauhof", "depot", model=box, id="erbach/X001", role="wlan_box", **unknown)
            ]
        if town == "michelstadt":
            return [self.make.make("vm", "rathaus", "servers", model=board, id="michelstadt/X001", role="board", **unknown)]
        return []

    def _addressed(self, devices: list[Device]) -> list[Device]:
        """Gives addresses: first the fixed ones, then leases."""
        rng = self.make.rng
        pools = {(net.purpose, net.site): Pool(net.cidr) for net in NETWORKS if net.town == self.place.slug}

        def pool(one: Device) -> Pool:
            hall = one.network not in {"branch", "depot"}
            return pools[one.network, "rathaus" if hall else one.site]

        found: dict[str, Device] = {}
        # switches come before everything else in the management network: the first has the address ending in 11
        order = {"switch": 0, "firewall": 1, "router": 1, "access_point": 2, "ups": 3}
        for one in sorted(devices, key=lambda each: order.get(each.kind, 4)):
            if one.kind in _PRESENT:
                continue
            if one.kind == "firewall":
                address = pool(one).gateway
            else:
                if one.kind in {"access_point", "ups"} and one.network == "management":
                    pool(one).skip_to({"access_point": 51, "ups": 91}[one.kind])
                address = pool(one).fixed()
            late = "stranger" in one.tags
            found[one.id] = dataclasses.replace(
                one, addresses=tuple(None if late and scan < 1 else address for scan in range(SCANS))
            )
        for one in devices:
            if one.kind in _PRESENT:
                present = self._present(one)
                leases = pool(one).leases(rng, present, 0.97 if "database" in one.tags else 0.75)
                if "moved" in one.tags:
                    elsewhere = next(
                        value for (purpose, site), value in pools.items() if purpose == "branch" and site != "bauhof"
                    )
                    later = elsewhere.leases(rng, [scan >= SCANS // 2 and there for scan, there in enumerate(present)], 1.0)
                    leases = tuple(late or early for late, early in zip(later, leases, strict=True))
                found[one.id] = dataclasses.replace(one, addresses=leases)
        return [found[one.id] for one in devices]

    def _present(self, one: Device) -> list[bool]:
        """At which scans a movable device is on; what the story needs is on at the last two."""
        rng = self.make.rng
        if "drawer" in one.tags:
            return [False] * SCANS
        there = [rng.random() < _PRESENT[one.kind] for _ in range(SCANS)]
        if one.tags & {"replaced", "before"}:
            return [("before" in one.tags) == (scan < SCANS // 2) for scan in range(SCANS)]
        if one.tags or not any(there):
            there[-2:] = [True, True]
        if "moved" in one.tags:
            there = [True] * SCANS
        return there

    def _replaced(self, devices: list[Device]) -> list[Device]:
        """The hardware before the swap: same name, other serial and card, seen in the first two weeks, still on the list."""
        found: list[Device] = []
        for number, new in enumerate(one for one in devices if "replaced" in one.tags):
            old = self.make.make(
                "workstation", new.site, new.network, id=f"{new.town}/R{number + 1:03d}", name=new.name, os="win11"
            )
            found.append(dataclasses.replace(old, inventory_no=new.inventory_no, counted=False, tags=frozenset({"before"})))
        return found

    def _gone(self) -> list[Device]:
        """Things that left long ago and stayed on the list."""
        found: list[Device] = []
        for number in range(_GONE[self.place.slug]):
            kind = ("workstation", "printer", "notebook", "phone")[number % 4]
            site = "rathaus" if number % 2 else branches(self.place.slug)[0].key
            one = self.make.make(kind, site, "clients", id=f"{self.place.slug}/G{number + 1:03d}")
            bought = self.make.today - timedelta(days=2_600 + 90 * number)
            found.append(dataclasses.replace(one, counted=False, bought=bought, tags=frozenset({"gone"})))
        return found

    def _listed(self, devices: list[Device]) -> list[Device]:
        """Marks what the town's list forgets: things whose kind a scan knows on its own."""
        rng = self.make.rng
        able = [
            one for one in devices if one.counted and not one.tags and one.kind in {"printer", "switch", "access_point", "vm"}
        ]
        chosen = {one.id for one in rng.sample([one for one in able if one.network != "depot"], _UNLISTED[self.place.slug])}
        chosen |= {one.id for one in devices if one.tags & {"stranger", "replaced"}}
        return [dataclasses.replace(one, tags=one.tags | {"unlisted"}) if one.id in chosen else one for one in devices]
