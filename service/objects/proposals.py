"""What the inventory suggests: objects for its procedures, sites, networks and providers, and needs along its links.

Pure; people confirm. A proposal names its `source`, so that nothing is suggested twice, and says why ("weil …").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from service.i18n import gettext as _
from service.i18n import ngettext
from service.objects import graph
from service.objects.membership import COVERING, Estate, Rule
from service.objects.standard import STANDARD, TargetKind

_K = TargetKind
ORDER = (_K.PROCEDURE, _K.APPLICATION, _K.IT_SYSTEM, _K.NETWORK, _K.LINK, _K.BUILDING, _K.ROOM, _K.PROVIDER)


@dataclass(frozen=True, slots=True)
class Product:
    """A product in use; `hosts` are server-like devices on which it is installed."""

    id: UUID
    name: str
    maker: str
    category: str
    hosting: str
    hosts: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Place:
    """A site; `server_room` says where its server room is, empty for none."""

    id: UUID
    name: str
    server_room: str = ""


@dataclass(frozen=True, slots=True)
class Net:
    """A network of the town."""

    id: UUID
    name: str
    cidr: str
    purpose: str
    site: UUID | None


@dataclass(frozen=True, slots=True)
class Known:
    """What the inventory says of the town, as far as proposals want it. `runs_on`: device → its host."""

    products: Sequence[Product]
    places: Sequence[Place]
    nets: Sequence[Net]
    runs_on: Sequence[tuple[UUID, UUID]] = ()
    sites: Mapping[UUID, UUID] | None = None
    """Device → its site."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """An object that could be added."""

    source: str
    name: str
    kind: TargetKind
    categories: tuple[str, ...]
    rule: Rule
    because: str


@dataclass(frozen=True, slots=True)
class Standing:
    """An object that is there, as proposals need it."""

    id: UUID
    name: str
    kind: str
    rule: Rule
    source: str
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """A need that could be added."""

    consumer: UUID
    provider: UUID
    because: str


_APPLICATION_CATEGORIES: Mapping[str, tuple[str, ...]] = {
    "office": ("Office-Anwendungen",),
    "telephony": ("TK-Anwendungen",),
    "portal": ("Webanwendungen",),
}


def objects(known: Known, there: Iterable[Standing]) -> list[Proposal]:
    """Objects the town has not yet, by kind and name; neither a source nor a name that stands there is suggested.

    A category that another object bears already is left out: its requirements are answered there, once.
    """
    standing = list(there)
    sources, names = {x.source for x in standing if x.source}, {x.name.casefold() for x in standing}
    found = [x for x in _all(known) if x.source not in sources and x.name.casefold() not in names]
    once: dict[str, Proposal] = {}
    for one in found:
        once.setdefault(one.name.casefold(), one)
    borne = {category for x in standing for category in x.categories}
    lighter = [replace(x, categories=tuple(c for c in x.categories if c not in borne)) for x in once.values()]
    return sorted(lighter, key=lambda x: (ORDER.index(x.kind), x.name.casefold()))


def _all(known: Known) -> Iterable[Proposal]:
    for product in known.products:
        kind = _K.PROCEDURE if product.category in ("procedure", "control") else _K.APPLICATION
        categories = _APPLICATION_CATEGORIES.get(product.category, ("Anwendungen",))
        because = _("steht im Verzeichnis der Fachverfahren")
        yield Proposal(f"product/{product.id}", product.name, kind, categories, Rule(), because)
    for place in known.places:
        yield Proposal(f"site/{place.id}", place.name, _K.BUILDING, ("Gebäude",), Rule(), _("ist ein Standort im Bestand"))
        if place.server_room:
            name = _("Serverraum %(site)s", site=place.name)
            because = _("am Standort eingetragen: %(where)s", where=place.server_room)
            yield Proposal(f"server_room/{place.id}", name, _K.ROOM, ("Serverräume",), Rule(), because)
    for net in known.nets:
        categories = ("WLANs",) if net.purpose in ("wlan", "guest") else ("Interne Netzsegmente",)
        because = _("ist ein Netz im Bestand (%(cidr)s)", cidr=net.cidr)
        yield Proposal(f"network/{net.id}", net.name, _K.NETWORK, categories, Rule(networks=[str(net.id)]), because)
    for maker, hosted in _providers(known.products).items():
        cloud = any(x.hosting == "cloud" for x in hosted)
        because = _("betreibt %(names)s", names=", ".join(sorted(x.name for x in hosted)))
        categories = ("Cloud-Dienste",) if cloud else ("Outsourcing",)
        yield Proposal(f"provider/{maker.casefold()}", maker, _K.PROVIDER, categories, Rule(), because)


def _providers(products: Iterable[Product]) -> dict[str, list[Product]]:
    """Maker → what it runs for the town outside of the town hall."""
    found: dict[str, list[Product]] = {}
    for product in products:
        if product.maker and product.hosting in ("data_centre", "cloud"):
            found.setdefault(product.maker, []).append(product)
    return found


def groups(estate: Estate, there: Sequence[Standing], titles: Mapping[str, str]) -> list[tuple[str, int, str, UUID | None]]:
    """For each kind of dangling devices: kind, number, name of the group that should take them, and its id if it is there.

    A group of the standard structure for that kind comes first; else a new one that is called as the kind is.
    """
    left = estate.dangling((x.kind, x.rule) for x in there)
    by_name = {x.name: x for x in there if x.kind in COVERING}
    found = []
    for kind, number in estate.by_kind(left).items():
        usual = next((x.name for x in STANDARD if kind in x.kinds and x.kind in COVERING), None)
        name = usual or titles.get(kind, kind)
        there_already = by_name.get(name)
        found.append((kind, number, name, there_already.id if there_already else None))
    return found


def needs(known: Known, there: Sequence[Standing], estate: Estate, present: Sequence[tuple[UUID, UUID]]) -> list[Link]:
    """Needs that follow from the inventory's links and are not there; none of them closes a circle, alone or together."""
    standing = {x.source: x for x in there if x.source}
    systems = [(x, estate.members(x.rule)) for x in there if x.kind in COVERING and x.rule.draws and not x.rule.everything]
    networks = [(x, estate.members(x.rule)) for x in there if x.kind == _K.NETWORK and x.rule.networks]
    found: list[Link] = []
    for product in known.products:
        application = standing.get(f"product/{product.id}")
        if application is None:
            continue
        for system, members in systems:
            hosts = members & product.hosts
            if hosts:
                text = ngettext("läuft auf %(num)s Gerät dieser Gruppe", "läuft auf %(num)s Geräten dieser Gruppe", len(hosts))
                found.append(Link(application.id, system.id, text))
        provider = standing.get(f"provider/{product.maker.casefold()}")
        if provider is not None and product.hosting in ("data_centre", "cloud"):
            found.append(Link(application.id, provider.id, _("wird dort betrieben")))
    for guest, members in systems:
        for host, hosts in systems:
            if guest.id != host.id and any(a in members and b in hosts for a, b in known.runs_on):
                found.append(Link(guest.id, host.id, _("virtuelle Server laufen auf diesen Hosts")))
    for system, members in systems:
        for network, inside in networks:
            here = members & inside
            if here:
                text = ngettext("%(num)s Gerät steht in diesem Netz", "%(num)s Geräte stehen in diesem Netz", len(here))
                found.append(Link(system.id, network.id, text))
        found += _sites(system, members, known, standing)
    for net in known.nets:
        drawn, building = standing.get(f"network/{net.id}"), standing.get(f"site/{net.site}")
        if drawn is not None and building is not None:
            found.append(Link(drawn.id, building.id, _("Das Netz liegt an diesem Standort.")))
    for place in known.places:
        room, building = standing.get(f"server_room/{place.id}"), standing.get(f"site/{place.id}")
        if room is not None and building is not None:
            found.append(Link(room.id, building.id, _("Der Raum liegt in diesem Gebäude.")))
    return _open(found, present)


def _sites(system: Standing, members: frozenset[UUID], known: Known, standing: Mapping[str, Standing]) -> Iterable[Link]:
    """The room or building of a group that stands at one site; groups all over the town need none of them alone."""
    at = {(known.sites or {}).get(member) for member in members}
    if len(at) != 1:
        return
    (site,) = at
    room = standing.get(f"server_room/{site}") if {"server", "hypervisor", "storage"} & set(system.rule.kinds) else None
    building = room or standing.get(f"site/{site}")
    if building is not None:
        yield Link(system.id, building.id, _("Alle Geräte stehen dort."))


def _open(found: Iterable[Link], present: Sequence[tuple[UUID, UUID]]) -> list[Link]:
    edges, kept = list(present), []
    for one in found:
        pair = (one.consumer, one.provider)
        if pair not in edges and graph.circle(edges, *pair) is None:
            edges.append(pair)
            kept.append(one)
    return kept
