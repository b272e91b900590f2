"""What stands on the label of a device: never a person or a name that could hold one. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from service.i18n import Lazy, lazy
from service.i18n import gettext as _
from service.inventory import labels
from service.inventory.asset import Status
from service.inventory.views import AssetRow
from service.label_sheets import Label

SHEET_WORDS: Final[Mapping[str, Lazy]] = {
    "3x8": lazy("24 auf A4, 70 × 37 mm"),
    "4x10": lazy("40 auf A4, 48,5 × 25,4 mm"),
    "2x7": lazy("14 auf A4, 99,1 × 38,1 mm"),
    "62x29": lazy("einzeln, 62 × 29 mm (Etikettendrucker)"),
}
"""The sheets of `service.label_sheets`, as people choose them."""

NOTHING_TO_STICK_ON: Final = frozenset({"vm", "virtual_address"})
GONE: Final = frozenset({Status.RETIRED, Status.DISPOSED, Status.PLANNED, Status.ORDERED})


def sticker(row: AssetRow, town: str, base: str) -> Label:
    """The label of a device; its code opens the short view of the store-room on a phone."""
    return Label(f"{base}/scan-label/{row.id}", lines(row, town), _("QR-Code mit der Adresse des Geräts"))


def lines(row: AssetRow, town: str) -> tuple[str, ...]:
    """What people read: numbers and make; the first line is the number by which the device is asked for."""
    thing = " ".join(part for part in (row.manufacturer, row.model) if part) or labels.word(labels.KINDS, row.kind)
    numbers = [text for text in (row.inventory_no, row.serial) if text] or [str(row.id)[:8]]
    return (numbers[0], thing, *numbers[1:], town)


def tangible(row: AssetRow) -> bool:
    """Whether the device is here and can carry a label."""
    return not row.virtual and row.kind not in NOTHING_TO_STICK_ON and row.status not in GONE
