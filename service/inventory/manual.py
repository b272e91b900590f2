"""What people set by hand: which values can be, and what one form changes when others changed the device meanwhile. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

from scanners import makers
from scanners import text as plain
from scanners.lists.cells import EMPTY
from scanners.observation import KINDS
from service.errors import Wrong
from service.i18n import gettext as _
from service.inventory import labels
from service.inventory.asset import Status
from service.inventory.fields import BOOKED, LOCKABLE
from service.limits import TEXT, check_text, day_of, typed_day

DAYS: Final = frozenset({"purchase_date", "warranty_until", "extended_support_until"})
DEAREST: Final = 10_000_000
"""The highest price of a device, in Euro."""
_LONGEST: Final[Mapping[str, int]] = dict.fromkeys(
    ("name", "manufacturer", "model", "serial", "os", "os_version", "firmware", "unit", "user", *BOOKED), 200
) | {"hostname": 255, "inventory_no": 100, "site": 120, "room": 120}
"""Characters that a list shows of a field; `derive` cuts there."""
_NO_HOST: Final = re.compile(r"[\s;,*]")
_IMEI: Final = re.compile(r"[0-9]{14,16}")
_THOUSANDS: Final = re.compile(r"-?\d{1,3}(\.\d{3})+")


def checked(field: str, value: str, today: date) -> str:
    """A value that people may set, in the form in which sources say it.

    Raises:
        Wrong: the value cannot be; `where` names the field in German.
    """
    told = value.strip()
    where = _("Feld „%(name)s“", name=labels.word(labels.FIELDS, field))
    if field not in LOCKABLE:
        raise Wrong(_("Dieses Feld lässt sich nicht von Hand setzen."), where)
    check_text(told, where)
    if not told:
        return told
    if field == "kind" and told not in KINDS:
        raise Wrong(_("Die Geräteart „%(name)s“ gibt es nicht.", name=told[:40]), where, _("Wählen Sie eine aus der Liste."))
    if field == "status" and told not in {status.value for status in Status}:
        raise Wrong(_("Den Zustand „%(name)s“ gibt es nicht.", name=told[:40]), where, _("Wählen Sie einen aus der Liste."))
    if field in DAYS:
        return typed_day(told, today, where).isoformat()
    return _amount(told, where) if field == "price" else told


def entered(field: str, value: str, today: date) -> str:
    """As `checked`, for a person's own words: written as a list of the same words is read, so that an export comes back
    as it is; longer than lists show is refused, never cut.
    """
    where = _("Feld „%(name)s“", name=labels.word(labels.FIELDS, field))
    check_text(value.strip(), where, _LONGEST.get(field, TEXT))
    told = _spaced(field, value)
    return checked(field, _written(field, "" if told.strip().lower() in EMPTY else told, where), today)


def _written(field: str, told: str, where: str) -> str:
    """Words as lists write them. Raises `Wrong` for what no list could say so."""
    if field == "manufacturer":
        return makers.canonical(told) or told
    if field == "serial" and ";" in told:
        raise Wrong(_("Ein Gerät hat eine Seriennummer."), where, _("Schreiben Sie sie ohne Strichpunkt."))
    if field == "serial":
        return plain.serial(told) or ""
    if field == "hostname" and _NO_HOST.search(told):
        raise Wrong(
            _("Ein Rechnername hat weder Leerzeichen noch Komma noch Strichpunkt."),
            where,
            _("Schreiben Sie ihn wie pc-buero-01."),
        )
    if field == "imei" and told:
        digits = re.sub(r"[ /-]", "", told)
        if not _IMEI.fullmatch(digits):
            raise Wrong(_("Eine IMEI hat 14 bis 16 Ziffern."), where, _("Am Telefon zeigt sie *#06#."))
        return digits
    return told


def backwards(values: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with a warranty that ends before the purchase, at both fields; empty where nothing is."""
    bought, ends = day_of(values.get("purchase_date")), day_of(values.get("warranty_until"))
    if bought is None or ends is None or ends >= bought:
        return {}
    return dict.fromkeys(("purchase_date", "warranty_until"), _("Die Garantie endet vor dem Kauf. Prüfen Sie beide Tage."))


def _amount(told: str, where: str) -> str:
    """An amount of money in Euro, as digits with a point before the cents."""
    text = re.sub(r"[€\s]", "", told)
    text = text.replace(".", "").replace(",", ".") if "," in text or _THOUSANDS.fullmatch(text) else text
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite():
        raise Wrong(_("„%(text)s“ ist kein Betrag.", text=told[:40]), where, _("Schreiben Sie ihn wie 1234,56."))
    if not 0 <= amount <= DEAREST:
        raise Wrong(_("Dieser Preis kann nicht stimmen."), where, _("Erlaubt sind 0 bis 10.000.000 Euro."))
    cents = amount.quantize(Decimal("0.01"))
    if cents != amount:
        raise Wrong(_("Ein Betrag hat höchstens zwei Stellen hinter dem Komma."), where, _("Schreiben Sie ihn wie 1234,56."))
    plain = f"{amount:f}"
    return plain if len(plain.partition(".")[2]) <= 2 else f"{cents:f}"


def offered(field: str, value: str | None) -> str:
    """A value as a form holds it: what no input can show is empty, so that saving does not change it by accident."""
    text = _spaced(field, value or "")
    if field in DAYS:
        day = day_of(text)
        return day.isoformat() if day else ""
    return text


def _spaced(field: str, text: str) -> str:
    """White space as inputs send it: only the note has lines."""
    return text.replace("\r\n", "\n").strip() if field == "note" else " ".join(text.split())


@dataclass(frozen=True, slots=True)
class Edit:
    """One form against the device as it is now; all three map fields to values as `offered` writes them."""

    loaded: Mapping[str, str]
    """What the form showed when it was opened."""
    typed: Mapping[str, str]
    """What came back."""
    current: Mapping[str, str]
    """What holds now."""

    @property
    def mine(self) -> tuple[str, ...]:
        """Fields that this person changed."""
        return tuple(name for name, text in self.typed.items() if text != self.loaded[name])

    @property
    def moved(self) -> tuple[str, ...]:
        """Fields that hold something else than when the form was opened."""
        return tuple(name for name in self.typed if self.current[name] != self.loaded[name])

    @property
    def wanted(self) -> dict[str, str]:
        """What is to be set: this person's changes that do not hold already."""
        return {name: self.typed[name] for name in self.mine if self.typed[name] != self.current[name]}

    @property
    def disputed(self) -> tuple[str, ...]:
        """Fields that this person changed and somebody else changed to something different meanwhile."""
        return tuple(name for name in self.moved if name in self.wanted)


def edit(loaded: Mapping[str, str], typed: Mapping[str, str], current: Mapping[str, str]) -> Edit:
    """The form's fields only; a form that does not say what it showed is taken to have shown what holds."""
    now = {name: offered(name, text) for name, text in current.items()}
    sent = {name: _spaced(name, text) for name, text in typed.items() if name in now}
    return Edit({name: offered(name, loaded.get(name, now[name])) for name in sent}, sent, now)
