"""Bestand: devices of a town by kind and age, how they were found, and the list of all of them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from service.auth.roles import READ_INVENTORY_REPORTS
from service.blocks import Asked, Block, Chart, Column, Figure, Figures, Heading, PageBreak, Report, Table, Text
from service.charts import Bar, bars
from service.db import town_tx
from service.i18n import format_date, format_number, format_percent, lazy, ngettext
from service.i18n import gettext as _
from service.inventory.labels import KINDS, word
from service.reports import store
from service.settings import local_day

MOST: Final = 10  # bars in the diagram
AGES: Final = (3, 5, 8)  # full years; a device's age is known only where a purchase date is


@dataclass(frozen=True, slots=True)
class Device:
    """A line of the list."""

    kind: str
    name: str
    manufacturer: str
    model: str
    serial: str
    ip: str
    status: str
    place: str
    purchased: date | None
    last_seen: datetime
    scanned: bool


@dataclass(frozen=True, slots=True)
class Stock:
    """All devices of a town at a moment."""

    now: datetime
    town: str
    devices: tuple[Device, ...]


async def gather(asked: Asked) -> Stock:
    """Every device that is not gone."""
    async with town_tx({asked.town}) as tx:
        rows = await store.stock(tx, asked.town)
    return Stock(
        asked.now,
        asked.name,
        tuple(
            Device(
                kind=row["kind"],
                name=row["name"],
                manufacturer=row["manufacturer"] or "",
                model=row["model"] or "",
                serial=row["serial"] or "",
                ip=row["ip"] or "",
                status=row["status"],
                place=", ".join(part for part in (row["site_name"], row["room"]) if part),
                purchased=row["purchase_date"],
                last_seen=row["last_seen"],
                scanned=bool({"nmap", "snmp", "agent"} & set(row["sources"])),
            )
            for row in rows
        ),
    )


def compose(stock: Stock) -> list[Block]:
    """Figures, stock by kind and age, then every device."""
    if not stock.devices:
        text = _("Noch keine Geräte. Importieren Sie eine Liste oder geben Sie ein Netz zum Scannen frei.")
        return [Heading(_("Bestand")), Text(text)]
    by_kind = Counter(device.kind for device in stock.devices)
    kinds = sorted(by_kind, key=lambda kind: (-by_kind[kind], kind))
    total = len(stock.devices)
    scanned = sum(device.scanned for device in stock.devices)
    dated = sum(device.purchased is not None for device in stock.devices)
    most = kinds[0]
    return [
        Heading(_("Bestand auf einen Blick")),
        Figures(
            (
                Figure(format_number(total), _("Geräte")),
                Figure(format_number(scanned), _("im Netz gesehen"), format_percent(scanned / total)),
                Figure(format_number(total - scanned), _("nur aus Listen bekannt")),
                Figure(format_number(dated), _("mit Kaufdatum"), format_percent(dated / total)),
            )
        ),
        Chart(
            bars(
                _("Geräte nach Art") if len(kinds) <= MOST else _("Geräte nach Art, die %(number)s häufigsten", number=MOST),
                _("Am häufigsten: %(kind)s (%(number)s).", kind=word(KINDS, most), number=format_number(by_kind[most])),
                (_("Art"), _("Anzahl")),
                [Bar(word(KINDS, kind), by_kind[kind], format_number(by_kind[kind])) for kind in kinds[:MOST]],
            )
        ),
        Heading(_("Bestand nach Art und Alter")),
        _ages(stock, kinds),
        PageBreak(),
        Heading(_("Alle Geräte")),
        *(block for kind in sorted(kinds, key=lambda kind: word(KINDS, kind)) for block in _list(stock.devices, kind)),
    ]


def age_class(purchased: date | None, today: date) -> int:
    """0 to 3 for the classes below 3, 5, 8 and from 8 full years; 4 where no purchase date is known."""
    if purchased is None:
        return len(AGES) + 1
    years = today.year - purchased.year - ((today.month, today.day) < (purchased.month, purchased.day))
    return next((i for i, limit in enumerate(AGES) if years < limit), len(AGES))


def _ages(stock: Stock, kinds: Sequence[str]) -> Table:
    counts: Mapping[tuple[str, int], int] = Counter(
        (device.kind, age_class(device.purchased, local_day(stock.now))) for device in stock.devices
    )
    heads = (_("unter 3 Jahre"), _("3–4 Jahre"), _("5–7 Jahre"), _("ab 8 Jahre"), _("Alter unbekannt"), _("gesamt"))
    columns = (Column(_("Art"), 2.2), *(Column(head, 1, "right") for head in heads))
    rows = []
    for kind in kinds:
        numbers = [counts.get((kind, i), 0) for i in range(len(AGES) + 2)]
        rows.append((word(KINDS, kind), *(format_number(n) for n in (*numbers, sum(numbers)))))
    numbers = [sum(counts.get((kind, i), 0) for kind in kinds) for i in range(len(AGES) + 2)]
    rows.append((_("Summe"), *(format_number(n) for n in (*numbers, sum(numbers)))))
    caption = _("%(town)s: Geräte nach Art und Alter seit dem Kauf, in vollen Jahren", town=stock.town)
    return Table(caption, columns, tuple(rows))


def _list(devices: Sequence[Device], kind: str) -> list[Block]:
    columns = (
        Column(_("Name"), 2.6),
        Column(_("Hersteller, Modell"), 1.9),
        Column(_("Seriennummer"), 1.5),
        Column(_("Adresse"), 1.2),
        Column(_("Ort"), 1.5),
        Column(_("gesehen"), 1.1),
    )
    rows = tuple(
        (
            device.name or "–",
            " ".join(part for part in (device.manufacturer, device.model) if part) or "–",
            device.serial or "–",
            device.ip or "–",
            device.place or "–",
            format_date(device.last_seen),
        )
        for device in devices
        if device.kind == kind
    )
    name = word(KINDS, kind)
    caption = ngettext("%(kind)s: %(num)s Gerät", "%(kind)s: %(num)s Geräte", len(rows), kind=name)
    return [Heading(name, 2), Table(caption, columns, rows)]


REPORT = Report(
    name="inventory",
    title=lazy("Bestand der IT"),
    about=lazy("Geräte nach Art und Alter, und die Liste aller Geräte."),
    gather=gather,
    compose=compose,
    access=READ_INVENTORY_REPORTS,
    marking="vertraulich",
)
