"""Where the demonstration happens: four towns, 58 sites, their networks. Fictional in every detail.

Purposes of networks: `servers clients printers telephony staff_wlan guests management plc branch depot`. Guests are
never scanned, plc only listened to (`passive`). Source of names, counts and addresses: `domain.md` 9.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network


@dataclass(frozen=True, slots=True)
class Town:
    """A town: `octet` is the second number of its addresses, `code` the short form in names of devices."""

    slug: str
    code: str
    name: str
    inhabitants: int
    octet: int

    @property
    def domain(self) -> str:
        """Domain of its computers."""
        return f"{self.slug}.example"


@dataclass(frozen=True, slots=True)
class Site:
    """Standort; `facts` as in `service.inventory.sites`."""

    town: str
    key: str
    name: str
    kind: str
    street: str
    branch: int | None
    """Number of the branch network, None for the town hall."""
    facts: Mapping[str, str | int | tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Network:
    """A network of a town; `mode` is active, passive or guest."""

    town: str
    cidr: str
    site: str
    purpose: str
    mode: str = "active"


TOWNS = (
    Town("erbach", "ERB", "Erbach", 14_099, 61),
    Town("michelstadt", "MIC", "Michelstadt", 16_097, 62),
    Town("oberzent", "OBZ", "Oberzent", 10_100, 63),
    Town("brombachtal", "BRO", "Brombachtal", 3_500, 64),
)
EMPTY_TOWN = Town("musterstadt", "NEU", "Musterstadt (neu)", 5_000, 65)
BY_SLUG = {town.slug: town for town in TOWNS}

_FIRE = ("Mitte", "Nord", "Süd", "West", "Ost")
_KITAS = ("Sonnenhügel", "Löwenzahn", "Wiesengrund", "Regenbogen", "Waldwichtel")

_PLANS: dict[str, tuple[tuple[str, str], ...]] = {
    "erbach": (
        ("rathaus", "Rathaus"),
        ("buergerbuero", "Bürgerbüro"),
        ("bauhof", "Bauhof"),
        *((f"kita-{n + 1}", f"Kita {_KITAS[n]}") for n in range(4)),
        *((f"feuerwehr-{n + 1}", f"Feuerwehr {_FIRE[n]}") for n in range(4)),
        ("buecherei", "Stadtbücherei"),
        ("jugend", "Jugendzentrum"),
        ("bad", "Freibad"),
        ("wasserwerk", "Wasserwerk"),
        ("hochbehaelter", "Hochbehälter"),
        ("friedhof", "Friedhof"),
    ),
    "michelstadt": (
        ("rathaus", "Rathaus"),
        ("buergerbuero", "Bürgerbüro"),
        ("bauhof", "Bauhof"),
        *((f"kita-{n + 1}", f"Kita {_KITAS[n]}") for n in range(5)),
        *((f"feuerwehr-{n + 1}", f"Feuerwehr {_FIRE[n]}") for n in range(4)),
        ("buecherei", "Stadtbücherei"),
        ("jugend", "Jugendzentrum"),
        ("bad", "Hallenbad"),
        ("wasserwerk", "Wasserwerk"),
        ("hochbehaelter", "Hochbehälter"),
        ("friedhof", "Friedhof"),
    ),
    "oberzent": (
        ("rathaus", "Rathaus"),
        ("verwaltung-1", "Verwaltungsstelle Ost"),
        ("verwaltung-2", "Verwaltungsstelle West"),
        ("bauhof", "Bauhof"),
        *((f"kita-{n + 1}", f"Kita {_KITAS[n]}") for n in range(2)),
        *((f"feuerwehr-{n + 1}", f"Feuerwehr {_FIRE[n]}") for n in range(5)),
        ("wasser-1", "Wasserwerk Talgrund"),
        ("wasser-2", "Hochbehälter Höhe"),
        ("wasser-3", "Quellfassung"),
        ("klaeranlage", "Kläranlage"),
        ("gemeinschaftshaus", "Gemeinschaftshaus"),
    ),
    "brombachtal": (
        ("rathaus", "Rathaus"),
        ("bauhof", "Bauhof"),
        *((f"kita-{n + 1}", f"Kita {_KITAS[n]}") for n in range(2)),
        ("feuerwehr-1", "Feuerwehr"),
        ("wasserwerk", "Wasserwerk"),
        ("gemeinschaftshaus", "Gemeinschaftshaus"),
    ),
}

KINDS = {
    "rathaus": "Rathaus",
    "buergerbuero": "Bürgerbüro",
    "bauhof": "Bauhof",
    "kita": "Kita",
    "feuerwehr": "Feuerwehr",
    "buecherei": "Bücherei",
    "jugend": "Jugend",
    "bad": "Bad",
    "wasserwerk": "Wasserwerk",
    "wasser": "Wasserwerk",
    "hochbehaelter": "Hochbehälter",
    "klaeranlage": "Kläranlage",
    "friedhof": "Friedhof",
    "verwaltung": "Verwaltungsstelle",
    "gemeinschaftshaus": "Gemeinschaftshaus",
}

_STREETS = ("Am Mühlrain", "Lindengasse", "Hinterm Wehr", "Steinäckerweg", "Zum Quellgrund", "Obergasse", "Am Brunnenfeld")

_FACTS: dict[tuple[str, str], dict[str, str | int | tuple[str, ...]]] = {
    ("erbach", "rathaus"): {
        "server_room": "Keller",
        "hazards": ("flood", "cellar"),
        "ups_minutes": 12,
        "uplink_mbit": 500,
    },
    ("michelstadt", "rathaus"): {"server_room": "Erdgeschoss", "ups_minutes": 20, "uplink_mbit": 500},
    ("oberzent", "rathaus"): {"server_room": "Obergeschoss", "ups_minutes": 8, "uplink_mbit": 250, "hazards": ("slope",)},
    ("brombachtal", "rathaus"): {"server_room": "Abstellraum", "ups_minutes": 5, "uplink_mbit": 100},
}


def _sites() -> tuple[Site, ...]:
    found: list[Site] = []
    for town, plan in _PLANS.items():
        for position, (key, name) in enumerate(plan):
            stem = key.rstrip("0123456789").rstrip("-")
            facts: dict[str, str | int | tuple[str, ...]] = {
                "uplink_mbit": (50, 100, 16)[position % 3],
                "fibre": ("active", "ordered", "none")[position % 3],
            }
            if stem in {"wasserwerk", "wasser", "klaeranlage"}:
                facts["hazards"] = ("flood",)
            facts |= _FACTS.get((town, key), {})
            street = f"{_STREETS[(position + len(town)) % len(_STREETS)]} {3 + 4 * position}"
            found.append(Site(town, key, name, KINDS[stem], street, position - 1 if position else None, facts))
    return tuple(found)


SITES = _sites()

DEPOT_LAN = "192.168.1.0/24"
"""Behind the routers of two depots (Bauhof): the same range in two towns."""

_HALL = (
    ("servers", 10, "active"),
    ("clients", 20, "active"),
    ("printers", 30, "active"),
    ("telephony", 40, "active"),
    ("staff_wlan", 50, "active"),
    ("guests", 60, "guest"),
    ("management", 70, "active"),
    ("plc", 90, "passive"),
)


def branch_network(octet: int, number: int) -> str:
    """Network of branch `number`: eight branches share a /24."""
    return str(IPv4Network(f"10.{octet}.{80 + number // 8}.{number % 8 * 32}/27"))


def _networks() -> tuple[Network, ...]:
    found: list[Network] = []
    for town in TOWNS:
        found += [Network(town.slug, f"10.{town.octet}.{third}.0/24", "rathaus", purpose, mode) for purpose, third, mode in _HALL]
        for site in SITES:
            if site.town == town.slug and site.branch is not None:
                found.append(Network(town.slug, branch_network(town.octet, site.branch), site.key, "branch"))
                if site.key == "bauhof" and town.slug in {"erbach", "michelstadt"}:
                    found.append(Network(town.slug, DEPOT_LAN, site.key, "depot"))
    return tuple(found)


NETWORKS = _networks()
