"""German words for needs and lots, sums of money as people write them, and the columns of files. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from service.errors import Wrong
from service.exports import Euro, Share
from service.i18n import Lazy, format_cents, format_date, format_percent, lazy, parse_number
from service.i18n import gettext as _
from service.inventory import labels
from service.purchasing import quarters
from service.purchasing.lots import Key, Lot, cost, unit_price
from service.purchasing.programme import Exemption
from service.purchasing.replacement import Due, Reason, Urgency, Why

REASONS: Final[Mapping[str, Lazy]] = {
    "replacement": lazy("Ersatz"),
    "end_of_support": lazy("Ende der Herstellerpflege"),
    "new": lazy("Neubedarf"),
}
KEYS: Final[Mapping[str, Lazy]] = {
    Key.QUANTITY: lazy("nach Stückzahl"),
    Key.INHABITANTS: lazy("nach Einwohnern"),
}
EXEMPTIONS: Final[Mapping[str, Lazy]] = {
    Exemption.CAD: lazy("CAD-Arbeitsplatz"),
    Exemption.KIOSK: lazy("Kiosk oder Selbstbedienung"),
    Exemption.CONTROL_ROOM: lazy("Leitstelle oder Warte"),
    Exemption.OTHER: lazy("anderer Grund"),
}
WHY: Final[Mapping[str, Lazy]] = {
    Why.SUPPORT: lazy("Ende der Herstellerpflege"),
    Why.AGE: lazy("Alter"),
    Why.WARRANTY: lazy("Ende der Garantie"),
}
URGENCY: Final[Mapping[int, tuple[Lazy, str]]] = {
    Urgency.GAP: (lazy("dringend"), "danger"),
    Urgency.DUE: (lazy("fällig"), "warning"),
    Urgency.LATER: (lazy("in 12 Monaten"), "info"),
}
HIGHEST: Final = 10**11
"""Cents of the largest sum that can be meant: a thousand million euros."""


def reason(one: Reason, today: date) -> str:
    """One reason in words, with the day it follows from."""
    words = {"day": format_date(one.due), "name": one.system, "n": one.years}
    past = one.over(today)
    if one.why is Why.SUPPORT:
        return (
            _("Herstellerpflege für %(name)s endete am %(day)s", **words)
            if past
            else _("Herstellerpflege für %(name)s endet am %(day)s", **words)
        )
    if one.why is Why.AGE:
        return (
            _("Altersgrenze von %(n)s Jahren am %(day)s überschritten", **words)
            if past
            else _("erreicht die Altersgrenze von %(n)s Jahren am %(day)s", **words)
        )
    if one.contract:
        words["contract"] = one.contract
        return (
            _("Garantie aus dem Vertrag „%(contract)s“ endete am %(day)s", **words)
            if past
            else _("Garantie aus dem Vertrag „%(contract)s“ endet am %(day)s", **words)
        )
    return _("Garantie endete am %(day)s", **words) if past else _("Garantie endet am %(day)s", **words)


def cents(text: str, where: str) -> int:
    """A sum of money as typed („1.049,00 €“) in cents, exactly.

    Raises:
        Wrong: no sum, below zero, parts of a cent, or beyond all measure.
    """
    plain = re.sub(r"(€|EUR|Euro)\s*$", "", text.strip()).strip()
    try:
        amount = parse_number(plain) * 100
    except ValueError:
        raise Wrong(_("„%(text)s“ ist kein Betrag.", text=text[:40]), where, _("Schreiben Sie ihn wie 1.049,00.")) from None
    if amount != amount.to_integral_value() or not 0 <= amount <= HIGHEST:
        raise Wrong(_("Dieser Betrag kann nicht stimmen."), where, _("Erlaubt sind ganze Cent ab 0 Euro."))
    return int(amount)


def typed(cents_: int | None) -> str:
    """A sum as a form shows it for editing."""
    return "" if cents_ is None else format_cents(cents_).replace("\xa0€", "").replace("€", "")


REPLACEMENT_COLUMNS: Final = (
    "Name", "Gerätetyp", "Hersteller", "Modell", "Inventarnummer", "Standort", "Organisationseinheit", "Kaufdatum",
    "Garantie bis", "Dringlichkeit", "Fällig seit oder ab", "Gründe", "Vertrag sichert bis",
)  # fmt: skip


def replacement_line(line: Due, today: date) -> dict[str, Any]:
    """A line of the replacement list for a file; the columns are those that the import of lists knows."""
    device = line.device
    values = (
        device.name, str(labels.word(labels.KINDS, device.kind)), device.product.manufacturer, device.product.model,
        device.inventory_no, device.site, device.unit, _day(device.purchased), _day(device.warranty),
        str(URGENCY[line.urgency][0]), _day(line.first), "; ".join(reason(one, today) for one in line.reasons),
        _day(device.covered),
    )  # fmt: skip
    return dict(zip(REPLACEMENT_COLUMNS, values, strict=True))


def _day(value: date | None) -> str:
    return format_date(value) if value else ""


PART_COLUMNS: Final = (
    "Kommune", "Stückzahl", "Einzelpreis", "Kosten einzeln", "Anteil am Schlüssel", "Kostenanteil im Los",
)  # fmt: skip
LOT_COLUMNS: Final = (
    "Los", "Quartal", "Kommunen", "Stückzahl", "Kosten einzeln", "Kosten gemeinsam", "Ersparnis geschätzt", "Rechnung",
    "Rechnung vom", "Ersparnis erreicht", "Schlüssel",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PartLine:
    """One town's line of a lot; sums in cents, None where nobody knows."""

    name: str
    code: str
    quantity: int
    unit: int | None
    single: int | None
    weight: str
    share: int | None


def parts(lot: Lot) -> tuple[PartLine, ...]:
    """The towns of a lot with what each pays."""
    shares, tiers = lot.shares() or {}, lot.terms.tiers
    return tuple(
        PartLine(
            one.town.name, one.town.code, one.quantity, unit_price(tiers, one.quantity), cost(tiers, one.quantity),
            percent(lot.weight_share(one.town.code)), shares.get(one.town.code),
        )
        for one in lot.parts
    )  # fmt: skip


def part_lines(lot: Lot) -> list[dict[str, Any]]:
    """The same for a file, with the sum below."""
    rows = [
        (one.name, one.quantity, _euro(one.unit), _euro(one.single), _share(lot.weight_share(one.code)), _euro(one.share))
        for one in parts(lot)
    ]  # fmt: skip
    rows.append((_("Summe"), lot.quantity, _euro(lot.unit), _euro(lot.single), "", _euro(lot.total)))
    return [dict(zip(PART_COLUMNS, row, strict=True)) for row in rows]


def lot_line(names: Mapping[Any, str], lot: Lot) -> dict[str, Any]:
    """A lot as a line of the overview in a file."""
    invoice = lot.terms.invoice
    values = (
        names.get(lot.class_id, "?"), quarters.shown(lot.quarter), town_list(lot), lot.quantity, _euro(lot.single),
        _euro(lot.pooled), _euro(lot.saving), Euro.of(invoice.cents) if invoice else "", _day(invoice.on) if invoice else "",
        _euro(lot.recorded) if invoice else "", str(KEYS[lot.terms.key]),
    )  # fmt: skip
    return dict(zip(LOT_COLUMNS, values, strict=True))


def _euro(value: int | None) -> Euro | str:
    """Cents as a number for a file, or that nobody knows."""
    return _("unbekannt") if value is None else Euro.of(value)


def _share(value: Fraction | None) -> Share | str:
    return "" if value is None else Share(Decimal(value.numerator) / value.denominator)


def percent(share: Fraction | None, digits: int = 2) -> str:
    """A share of one as percent, exactly rounded; nothing for what is unknown."""
    return "" if share is None else format_percent(Decimal(share.numerator) / share.denominator, digits)


def money(value: int | None) -> str:
    """Cents in words, or that nobody knows."""
    return _("unbekannt") if value is None else format_cents(value)


def lot_title(names: Mapping[Any, str], lot: Lot) -> str:
    """„Notebook 14 Zoll, 1/2027“."""
    return f"{names.get(lot.class_id, '?')}, {quarters.shown(lot.quarter)}"


def town_list(lot: Lot) -> str:
    """„Erbach (12), Michelstadt (14)“."""
    return ", ".join(f"{part.town.name} ({part.quantity})" for part in lot.parts)
