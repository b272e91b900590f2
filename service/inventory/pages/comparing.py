"""Two devices side by side, and what a person chose of them field by field: for the inbox and for the page of a device. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from service import web
from service.i18n import gettext as _
from service.inventory import labels
from service.inventory.fields import BOOKED
from service.inventory.views import AssetDetail, AssetRow

CASE_FIELDS = ("kind", "manufacturer", "model", "serial", "hostname", "os", "os_version", "inventory_no", "site", "room",
               "unit", "user", "purchase_date", "warranty_until", "price", *BOOKED, "status", "note")  # fmt: skip
"""Fields that a merge lets people choose one by one."""


class Line(NamedTuple):
    """A field with the values of two devices."""

    field: str
    label: str
    left: str
    right: str

    @property
    def differs(self) -> bool:
        """Whether both are known and contradict each other."""
        return bool(self.left and self.right) and self.left != self.right


def told_apart(row: AssetRow) -> str:
    """A device with what tells it from another of the same name: „eg-01 (Drucker, 10.0.0.5, SERIAL-1)“."""
    marks = (labels.word(labels.KINDS, row.kind), row.primary_ip, row.serial or row.inventory_no)
    return f"{row.name or _('ohne Namen')} ({', '.join(mark for mark in marks if mark)})"


def compared(left: AssetDetail, right: AssetDetail) -> list[Line]:
    """Fields of which at least one of two devices knows something; those that differ are chosen one by one."""
    lines = (Line(name, labels.word(labels.FIELDS, name), _shown(left, name), _shown(right, name)) for name in CASE_FIELDS)
    return [line for line in lines if line.left or line.right]


def chosen(left: AssetDetail, right: AssetDetail, data: Mapping[str, str]) -> dict[str, str]:
    """The values that a person picked field by field; nothing picked means that the sources decide."""
    out: dict[str, str] = {}
    for name in CASE_FIELDS:
        side = {"left": left, "right": right}.get(data.get(f"choose-{name}", ""))
        if side is not None and _shown(side, name):
            out[name] = _shown(side, name)
    return out


def columns(one: str, other: str) -> tuple[web.Column, ...]:
    """The heads of the comparison."""
    texts = (_("Angabe"), _("Gerät 1: %(name)s", name=one), _("Gerät 2: %(name)s", name=other), _("Vergleich"))
    return tuple(web.Column(text) for text in texts)


def _shown(asset: AssetDetail, name: str) -> str:
    values = asset.values.get(name)
    return values[0].value if values else ""
