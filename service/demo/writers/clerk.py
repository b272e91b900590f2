"""How people keep a list: words of their own, typing errors, gaps, doubles, rows of things long gone.

Turns the truth into rows as each town's clerk would have them. The same device carries the same mistakes in every export.
One mistake a row at most hides an identifier, so that a careful reader can still tell what is meant.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from hashlib import sha256

from service.demo.estate.words import Device, Estate
from service.demo.sites import SITES


@dataclass(frozen=True, slots=True)
class Row:
    """One row; every cell as the clerk typed it, '' for an empty one. Dates and prices stay values until the format is known."""

    of: str
    """The device that the clerk means; stands in no file. '' for remarks between the rows."""
    inventory_no: str
    label: str
    maker: str
    model: str
    serial: str
    mac: str
    name: str
    os: str
    site: str
    room: str
    unit: str
    bought: date | str | None
    price: float | str | None
    note: str
    state: str


_LABELS: dict[str, tuple[str, ...]] = {
    "notebook": ("Notebook", "Laptop", "Notebook", "Notbook"),
    "workstation": ("PC", "Arbeitsplatz-PC", "Desktop-PC", "Rechner"),
    "thin_client": ("Thin Client", "ThinClient"),
    "tablet": ("Tablet", "Tablet-PC"),
    "smartphone": ("Smartphone", "Diensthandy", "Mobiltelefon"),
    "hypervisor": ("ESXi-Host", "Virtualisierungshost"),
    "server": ("Server",),
    "vm": ("VM", "Virtueller Server", "virtuelle Maschine"),
    "storage": ("NAS", "Netzwerkspeicher"),
    "printer": ("Drucker", "Laserdrucker", "Multifunktionsgerät", "Druker", "MFP"),
    "phone": ("IP-Telefon", "Telefon", "Tischtelefon"),
    "switch": ("Switch", "Netzwerkswitch"),
    "firewall": ("Firewall",),
    "router": ("Router",),
    "access_point": ("Access Point", "WLAN-AP", "Accesspoint"),
    "ups": ("USV",),
    "plc": ("SPS", "Fernwirkstation", "Steuerung"),
    "camera": ("Kamera", "IP-Kamera"),
    "environment_sensor": ("Sensor", "Umweltsensor"),
    "monitor": ("Monitor", "Bildschirm", "TFT"),
    "dock": ("Dockingstation", "Dock"),
    "headset": ("Headset",),
    "scanner": ("Scanner", "Dokumentenscanner"),
    "projector": ("Beamer", "Projektor"),
}
_MAKERS = {
    "HP": ("HP", "Hewlett-Packard", "HP Inc."),
    "HPE": ("HPE", "HP", "Hewlett Packard Enterprise"),
    "Dell": ("Dell", "DELL", "Dell Inc."),
    "Lenovo": ("Lenovo", "LENOVO"),
    "Fujitsu": ("Fujitsu", "FUJITSU", "Fujitsu Siemens"),
    "Kyocera": ("Kyocera", "KYOCERA"),
    "LANCOM": ("LANCOM", "Lancom Systems"),
    "snom": ("snom", "Snom"),
}
_OS = {
    "win10": "Windows 10",
    "win11": "Windows 11",
    "ws2016": "Windows Server 2016",
    "ws2019": "Windows Server 2019",
    "ws2022": "Windows Server 2022",
    "debian13": "Debian",
    "ubuntu2404": "Ubuntu",
    "igel": "IGEL OS",
    "ios": "iOS",
    "android": "Android",
    "esxi": "VMware ESXi",
    "dsm": "Synology DSM",
    "qts": "QNAP QTS",
}
_JUNK = ("To be filled by O.E.M.", "N/A", "-", "k. A.", "Default string", "0000000")
_DISCOVERED = frozenset({"printer", "switch", "ups", "access_point", "hypervisor", "storage"})
"""Kinds whose serial number the network tells, so that a typing error can be noticed."""


def chance(one: Device, what: str) -> float:
    """A number from 0 to 1 that belongs to this device for ever."""
    return int.from_bytes(sha256(f"clerk/{what}/{one.id}".encode()).digest()[:4], "big") / 2**32


def _pick(one: Device, what: str, options: tuple[str, ...]) -> str:
    return options[int(chance(one, what) * len(options))]


def rows(estate: Estate, town: str, days_before: int) -> list[Row]:
    """The list of the town as it stood so many days ago, in the order of entry with the small things in between."""
    stand = estate.today - timedelta(days=days_before)
    things = [one for one in (*estate.of(town), *(one for one in estate.small if one.town == town)) if "unlisted" not in one.tags]
    # what came lately is entered with delay; only the later export knows it
    things = [one for one in things if days_before < 14 or chance(one, "late") > 0.03]
    things.sort(key=lambda one: (one.bought or stand, one.id) if chance(one, "sorted") < 0.8 else (stand, one.id))
    # the name of a computer that left long ago went to a printer; the old row still carries it and no number but the town's own
    gone = next((one.id for one in things if "gone" in one.tags and one.kind == "workstation"), "")
    printer = next((one.name or "" for one in estate.of(town, "printer") if one.counted and not one.tags), "")
    found: list[Row] = []
    for one in things:
        row = _row(one)
        if one.id == gone:
            row = replace(row, name=printer, serial="", mac="")
        found.append(row)
        if chance(one, "double") < 0.015:
            found.append(_double(one, row))
    return _with_gaps(town, found)


def _row(one: Device) -> Row:
    slip = chance(one, "slip")
    networked = bool(one.network)
    serial, mac, name = one.serial, one.mac or "", one.name or ""
    if one.kind in {"tablet", "smartphone"}:
        mac = ""
    if networked and one.serial and not one.tags:
        if slip < 0.05 and one.kind in _DISCOVERED:
            serial = _typing_error(serial, one)
        elif slip < 0.10 and mac and one.kind not in {"plc", "phone"}:
            serial = _pick(one, "junk", _JUNK)
        elif slip < 0.14 and mac and one.kind not in {"plc", "phone"}:
            serial = ""
        elif slip < 0.32 and one.kind not in {"plc", "phone", "camera", "environment_sensor", "tablet", "smartphone"} and serial:
            mac = ""
        elif slip < 0.40 and mac:
            name = ""
        elif slip < 0.46:
            serial = _spelt(serial, one)
    elif not networked and serial and slip < 0.06:
        serial = _spelt(serial, one) if slip < 0.03 else ""
    if one.kind in {"phone", "plc"} and chance(one, "named") < 0.8:
        name = ""
    return Row(
        of=one.id,
        inventory_no=(one.inventory_no or "") if chance(one, "inventory") > 0.03 or not serial else "",
        label=_pick(one, "label", _LABELS[one.kind]),
        maker=_pick(one, "maker", _MAKERS.get(one.maker, (one.maker,))) if chance(one, "maker?") > 0.03 else "",
        model=one.model.upper() if chance(one, "model") < 0.06 else one.model,
        serial=serial,
        mac=mac,
        name=name,
        os=_system(one),
        site=_site(one),
        room=one.room if chance(one, "room") > 0.12 else "",
        unit=one.unit if chance(one, "unit") > 0.08 else "",
        bought=_bought(one),
        price=_price(one),
        note=_note(one),
        state="",
    )


def _typing_error(serial: str, one: Device) -> str:
    """Two neighbouring signs changed about, or one wrong."""
    spots = [
        n for n in range(3, len(serial) - 1) if serial[n] != serial[n + 1] and serial[n].isalnum() and serial[n + 1].isalnum()
    ]
    if spots:
        n = spots[int(chance(one, "spot") * len(spots))]
        return serial[:n] + serial[n + 1] + serial[n] + serial[n + 2 :]
    return serial[:-1] + ("7" if serial[-1] != "7" else "1")


def _spelt(serial: str, one: Device) -> str:
    """The right number in another spelling."""
    ways = (f"S/N: {serial}", serial.lower(), serial.replace("0", "O"), f"{serial[:4]} {serial[4:]}", f"SN:{serial}")
    return ways[int(chance(one, "spelling") * len(ways))]


def _system(one: Device) -> str:
    written = _OS.get(one.os, "")
    if one.os == "win11" and not one.tags and chance(one, "system") < 0.05:
        return "Windows 10"  # upgraded long ago, never entered
    return written if chance(one, "system?") > 0.1 or "drawer" in one.tags else ""


def _site(one: Device) -> str:
    site = next(site.name for site in SITES if site.town == one.town and site.key == one.site)
    short = {"Feuerwehr": "FW", "Stadtbücherei": "Bücherei", "Verwaltungsstelle": "VwSt."}
    if chance(one, "short") < 0.2:
        for long, abbreviation in short.items():
            site = site.replace(long, abbreviation)
    return site if chance(one, "site") > 0.05 else ""


def _bought(one: Device) -> date | str | None:
    luck = chance(one, "bought")
    if luck < 0.06:
        return None
    return "Frühjahr 2023" if luck < 0.064 else one.bought


def _price(one: Device) -> float | str | None:
    luck = chance(one, "price")
    if not one.price or luck < 0.1:
        return None
    return "laut Rahmenvertrag" if luck < 0.105 else one.price - 1 + int(chance(one, "cents") * 100) / 100


def _note(one: Device) -> str:
    if "gone" in one.tags and chance(one, "gone") < 0.5:
        return "prüfen, ob noch vorhanden"
    if "drawer" in one.tags:
        return "Poolgerät"
    notes = (
        "",
        "",
        "",
        "",
        "",
        "",
        "",
        "",
        "Leihgerät",
        "siehe Rechnung",
        "Akku schwach",
        "Aufkleber fehlt",
        "Garantie verlängert",
        "Nachfolger beschafft",
    )
    return _pick(one, "note", notes)


def _double(one: Device, row: Row) -> Row:
    """The same thing entered twice, at another place."""
    return Row(
        **{field: getattr(row, field) for field in Row.__slots__}
        | {"room": "", "note": "doppelt?", "site": row.site or "Rathaus"}
    )


def _with_gaps(town: str, found: list[Row]) -> list[Row]:
    """A note between the rows, as every grown list has one; it names no device."""
    empty = dict.fromkeys(Row.__slots__, "")
    remark = Row(**empty | {"note": f"--- ab hier Außenstellen {town.capitalize()} ---", "bought": None, "price": None})  # type: ignore[arg-type]  # fields by name
    return [*found[:40], remark, *found[40:]]
