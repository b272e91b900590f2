"""Which Kompendium modules (Bausteine) fit an object: suggestions by its kind, categories and devices (`domain.md` 3.4).

Pure. Ids and short titles of the IT-Grundschutz-Kompendium, edition 2023, are facts; its texts are not shipped.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from service.objects.standard import TargetKind

MODULES: Mapping[str, str] = {
    "ISMS.1": "Sicherheitsmanagement",
    "ORP.1": "Organisation",
    "ORP.2": "Personal",
    "ORP.3": "Sensibilisierung und Schulung",
    "ORP.4": "Identitäts- und Berechtigungsmanagement",
    "CON.3": "Datensicherungskonzept",
    "CON.7": "Informationssicherheit auf Auslandsreisen",
    "OPS.1.1.2": "Ordnungsgemäße IT-Administration",
    "OPS.1.2.4": "Telearbeit",
    "OPS.2.2": "Cloud-Nutzung",
    "OPS.2.3": "Nutzung von Outsourcing",
    "APP.1.1": "Office-Produkte",
    "APP.1.2": "Webbrowser",
    "APP.2.1": "Allgemeiner Verzeichnisdienst",
    "APP.3.1": "Webanwendungen und Webservices",
    "APP.3.2": "Webserver",
    "APP.3.3": "Fileserver",
    "APP.3.6": "DNS-Server",
    "APP.5.3": "Allgemeiner E-Mail-Client und -Server",
    "APP.6": "Allgemeine Software",
    "SYS.1.1": "Allgemeiner Server",
    "SYS.1.2.3": "Windows Server",
    "SYS.1.3": "Server unter Linux und Unix",
    "SYS.1.5": "Virtualisierung",
    "SYS.1.8": "Speicherlösungen",
    "SYS.2.1": "Allgemeiner Client",
    "SYS.2.2.3": "Clients unter Windows",
    "SYS.2.3": "Clients unter Linux und Unix",
    "SYS.2.4": "Clients unter macOS",
    "SYS.3.1": "Laptops",
    "SYS.3.2.1": "Allgemeine Smartphones und Tablets",
    "SYS.3.2.3": "iOS (for Enterprise)",
    "SYS.3.2.4": "Android",
    "SYS.4.1": "Drucker, Kopierer und Multifunktionsgeräte",
    "SYS.4.4": "Allgemeines IoT-Gerät",
    "IND.1": "Prozessleit- und Automatisierungstechnik",
    "IND.2.1": "Allgemeine ICS-Komponente",
    "IND.2.2": "Speicherprogrammierbare Steuerung (SPS)",
    "NET.1.1": "Netzarchitektur und -design",
    "NET.1.2": "Netzmanagement",
    "NET.2.1": "WLAN-Betrieb",
    "NET.2.2": "WLAN-Nutzung",
    "NET.3.1": "Router und Switches",
    "NET.3.2": "Firewall",
    "NET.3.3": "VPN",
    "NET.4.1": "TK-Anlagen",
    "NET.4.2": "VoIP",
    "NET.4.3": "Faxgeräte und Faxserver",
    "INF.1": "Allgemeines Gebäude",
    "INF.2": "Rechenzentrum sowie Serverraum",
    "INF.5": "Raum sowie Schrank für technische Infrastruktur",
    "INF.6": "Datenträgerarchiv",
    "INF.7": "Büroarbeitsplatz",
    "INF.8": "Häuslicher Arbeitsplatz",
    "INF.9": "Mobiler Arbeitsplatz",
    "INF.12": "Verkabelung",
    "INF.13": "Technisches Gebäudemanagement",
}

_BY_DEVICE: Mapping[str, tuple[str, ...]] = {
    "server": ("SYS.1.1",),
    "vm": ("SYS.1.1",),
    "hypervisor": ("SYS.1.1", "SYS.1.5"),
    "storage": ("SYS.1.1", "SYS.1.8"),
    "workstation": ("SYS.2.1",),
    "thin_client": ("SYS.2.1",),
    "notebook": ("SYS.2.1", "SYS.3.1"),
    "tablet": ("SYS.3.2.1",),
    "smartphone": ("SYS.3.2.1",),
    "printer": ("SYS.4.1",),
    "switch": ("NET.3.1",),
    "router": ("NET.3.1",),
    "firewall": ("NET.3.2",),
    "access_point": ("NET.2.1",),
    "wireless_controller": ("NET.2.1",),
    "phone": ("NET.4.2",),
    "telephony": ("NET.4.1", "NET.4.2"),
    "plc": ("IND.2.1", "IND.2.2"),
    "camera": ("SYS.4.4",),
    "environment_sensor": ("SYS.4.4",),
}
_SERVERS = frozenset({"server", "vm", "hypervisor"})
_CLIENTS = frozenset({"workstation", "notebook"})
_HANDHELD = frozenset({"tablet", "smartphone"})
_BY_OS: Mapping[tuple[frozenset[str], str], str] = {
    (_SERVERS, "windows_server"): "SYS.1.2.3",
    (_SERVERS, "linux"): "SYS.1.3",
    (_CLIENTS, "windows"): "SYS.2.2.3",
    (_CLIENTS, "linux"): "SYS.2.3",
    (_CLIENTS, "macos"): "SYS.2.4",
    (_HANDHELD, "ios"): "SYS.3.2.3",
    (_HANDHELD, "android"): "SYS.3.2.4",
}
_BY_CATEGORY: Mapping[str, tuple[str, ...]] = {
    "Institution": ("ISMS.1", "ORP.1", "ORP.3", "ORP.4", "CON.3"),
    "Mitarbeitende": ("ORP.2", "ORP.3"),
    "Administrierende": ("OPS.1.1.2",),
    "Serverräume": ("INF.2",),
    "Räume für technische Infrastruktur": ("INF.5",),
    "Datenträgerarchiv": ("INF.6",),
    "Gebäude": ("INF.1",),
    "Gebäudetechnik": ("INF.13",),
    "E-Mail": ("APP.5.3",),
    "Verzeichnisdienste": ("APP.2.1",),
    "DNS-Server": ("APP.3.6",),
    "Dateiserver": ("APP.3.3",),
    "Office-Anwendungen": ("APP.1.1",),
    "Webbrowser": ("APP.1.2",),
    "Webanwendungen": ("APP.3.1",),
    "Webserver": ("APP.3.2",),
    "Faxe": ("NET.4.3",),
    "TK-Anwendungen": ("NET.4.1",),
    "Virtualisierungslösungen": ("SYS.1.5",),
    "WLANs": ("NET.2.1", "NET.2.2"),
    "Externe Netzanschlüsse": ("NET.3.3",),
    "Cloud-Dienste": ("OPS.2.2",),
    "Outsourcing": ("OPS.2.3",),
}
_BY_KIND: Mapping[str, tuple[str, ...]] = {
    TargetKind.NETWORK: ("NET.1.1", "NET.1.2"),
    TargetKind.PROVIDER: ("OPS.2.3",),
    TargetKind.INDUSTRIAL: ("IND.1", "IND.2.1"),
    TargetKind.IOT: ("SYS.4.4",),
    TargetKind.BUILDING: ("INF.1",),
    TargetKind.PROCEDURE: ("APP.6",),
    TargetKind.APPLICATION: ("APP.6",),
}
_BY_WORD: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\b(heim|telearbeit|homeoffice|häuslich)", re.IGNORECASE), "INF.8"),
    (re.compile(r"\b(büro)", re.IGNORECASE), "INF.7"),
    (re.compile(r"\b(mobil\w* arbeit)", re.IGNORECASE), "INF.9"),
    (re.compile(r"\bserverr(aum|äume)", re.IGNORECASE), "INF.2"),
)
_ROOMS = frozenset({TargetKind.ROOM, TargetKind.BUILDING})
_CONTROL = re.compile(r"([A-Z]{3,4}(?:\.\d+)+)\.A\d+")


@dataclass(frozen=True, slots=True)
class Module:
    """A suggestion with what it follows from: a kind of device, an operating system, a category, the kind or the name."""

    id: str
    title: str
    because: str


def suggest(
    kind: str, name: str, categories: Collection[str], devices: Collection[str] = (), families: Collection[str] = ()
) -> tuple[Module, ...]:
    """Modules that fit an object, each once, in the order of their ids. `devices` are kinds of its devices."""
    found: dict[str, str] = {}
    for device in devices:
        for one in _BY_DEVICE.get(device, ()):
            found.setdefault(one, device)
    for (kinds, family), one in _BY_OS.items():
        if family in families and kinds & set(devices):
            found.setdefault(one, family)
    for category in categories:
        for one in _BY_CATEGORY.get(category, ()):
            found.setdefault(one, category)
    if kind in _ROOMS:
        for pattern, one in _BY_WORD:
            if pattern.search(name):
                found.setdefault(one, name)
    for one in _BY_KIND.get(kind, ()):
        found.setdefault(one, kind)
    return tuple(Module(one, MODULES[one], found[one]) for one in sorted(found, key=_order))


def _order(ident: str) -> tuple[str, tuple[int, ...]]:
    layer, *numbers = ident.split(".")
    return layer, tuple(int(x) for x in numbers)


def module_of(label: str) -> str | None:
    """The module of a Kompendium requirement by its id: "SYS.1.1.A6" → "SYS.1.1"; None for ids of other catalogues."""
    found = _CONTROL.fullmatch(label)
    return found[1] if found else None
