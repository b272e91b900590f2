"""Which columns the list of devices can show, and what stands in each. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from service.i18n import Lazy, format_date, lazy
from service.inventory import labels
from service.inventory.fields import BOOKED
from service.inventory.views import AssetRow

Cell = tuple[Any, Any]
"""A value and the small line below it, None for none."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A column that may be shown; `sort` is its key among `views.SORTS`, None where the list cannot be sorted by it."""

    label: Lazy
    sort: str | None = None


CHOICES: Final[Mapping[str, Choice]] = {
    "kind": Choice(lazy("Art"), "kind"),
    "ip": Choice(lazy("IP-Adresse"), "ip"),
    "maker": Choice(lazy("Hersteller und Modell"), "manufacturer"),
    "serial": Choice(labels.FIELDS["serial"]),
    "inventory_no": Choice(labels.FIELDS["inventory_no"]),
    "hostname": Choice(labels.FIELDS["hostname"]),
    "os": Choice(labels.FIELDS["os"]),
    "place": Choice(lazy("Standort und Raum"), "room"),
    "unit": Choice(labels.FIELDS["unit"]),
    "user": Choice(labels.FIELDS["user"]),
    "purchase": Choice(labels.FIELDS["purchase_date"]),
    "warranty": Choice(labels.FIELDS["warranty_until"]),
    "price": Choice(labels.FIELDS["price"]),
    **{name: Choice(labels.FIELDS[name]) for name in BOOKED},
    "first": Choice(lazy("Zuerst gesehen"), "first_seen"),
    "seen": Choice(lazy("Gesehen"), "last_seen"),
    "status": Choice(lazy("Zustand"), "status"),
}
"""Beside the name, which always comes first; in the order in which they are shown."""

DEFAULT: Final = ("kind", "ip", "maker", "place", "seen", "status")


def known(wanted: Iterable[str]) -> tuple[str, ...]:
    """Those that exist, each once, in their order; the usual ones where none is left."""
    chosen = set(wanted)
    return tuple(key for key in CHOICES if key in chosen) or DEFAULT


def line(
    columns: Iterable[str], words: Mapping[str, Mapping[Any, Any]], ago: Callable[[Any], Any]
) -> Callable[[AssetRow], list[Cell]]:
    """A function from a device to its cells in these columns.

    `words` holds what is the same for all rows, made once: `kinds`, `sources`, `states` (with `drift` for the mark); `longer`
    the warranties that something else promises, by device.
    """
    kinds, sources, states, drift = words["kinds"], words["sources"], words["states"], words["marks"]["drift"]
    cells: Mapping[str, Callable[[AssetRow], Cell]] = {
        "kind": lambda row: (kinds.get(row.kind, row.kind), None),
        "ip": lambda row: (row.primary_ip, None),
        "maker": lambda row: (row.manufacturer, row.model),
        "serial": lambda row: (row.serial, None),
        "inventory_no": lambda row: (row.inventory_no, None),
        "hostname": lambda row: (row.hostname, None),
        "os": lambda row: (row.os, row.os_version),
        "place": lambda row: (row.site_name, row.room),
        "unit": lambda row: (row.unit, None),
        "user": lambda row: (row.user_name, None),
        "purchase": lambda row: (format_date(row.purchase_date) if row.purchase_date else None, None),
        "warranty": lambda row: _warranty(row, words["longer"].get(row.id)),
        "price": lambda row: (labels.shown("price", row.price), None),
        **{name: _booked(name) for name in BOOKED},
        "first": lambda row: (ago(row.first_seen), None),
        "seen": lambda row: (ago(row.last_seen), ", ".join(sources.get(one, one) for one in row.sources)),
        "status": lambda row: (states[row.status] + drift if row.drift else states[row.status], None),
    }
    made = [cells[key] for key in columns]
    return lambda row: [cell(row) for cell in made]


def _booked(name: str) -> Callable[[AssetRow], Cell]:
    return lambda row: (getattr(row, name), None)


def _warranty(row: AssetRow, longer: Any) -> Cell:
    """The longer of the device's own warranty and of what else promises one, with the name of that."""
    own = row.warranty_until
    if longer is not None and (own is None or longer.until > own):
        return format_date(longer.until), longer.title
    return (format_date(own) if own else None, None)
