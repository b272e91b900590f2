"""Lose: what towns buy together, for the procurement office: prices, saving, and what each town pays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from service.auth.roles import READ_LOTS
from service.blocks import Asked, Block, Column, Figure, Figures, Heading, Note, Report, Table, Text
from service.db import town_tx
from service.i18n import format_cents, format_date, format_number, lazy
from service.i18n import gettext as _
from service.purchasing import words
from service.purchasing.lots import Lot
from service.purchasing.store import group
from service.purchasing.thresholds import Threshold, reached


@dataclass(frozen=True, slots=True)
class Joint:
    """All joint lots, what their classes are called and mean, and the thresholds."""

    lots: tuple[Lot, ...]
    names: Mapping[UUID, str]
    texts: Mapping[UUID, str]
    thresholds: tuple[Threshold, ...]


async def gather(_asked: Asked) -> Joint:
    """What towns released to each other: the same for each of them."""
    async with town_tx({group.GROUP}) as tx:
        lots, classes, thresholds = await group.lots(tx), await group.classes(tx), await group.thresholds(tx)
    return Joint(
        tuple(lot for lot in lots if lot.joint), {one.id: one.name for one in classes},
        {one.id: one.description for one in classes}, thresholds,
    )  # fmt: skip


def compose(joint: Joint) -> list[Block]:
    """One chapter a lot."""
    if not joint.lots:
        text = _("Ein Los entsteht, wenn zwei Kommunen Bedarf derselben Klasse im selben Quartal freigeben.")
        return [Heading(_("Noch kein gemeinsames Los.")), Text(text)]
    return [block for lot in joint.lots for block in _lot(joint, lot)]


def _lot(joint: Joint, lot: Lot) -> list[Block]:
    invoice, description = lot.terms.invoice, joint.texts.get(lot.class_id, "")
    made: list[Block] = [Heading(words.lot_title(joint.names, lot))]
    if description:
        made.append(Text(description))
    figures = [
        Figure(format_number(lot.quantity), _("Stück")),
        Figure(words.money(lot.single), _("Einzeln")),
        Figure(words.money(lot.pooled), _("Gemeinsam")),
        Figure(words.money(lot.saving), _("Ersparnis geschätzt")),
    ]
    made.append(Figures(tuple(figures)))
    if invoice:
        day = _("Rechnung vom %(day)s", day=format_date(invoice.on))
        paid = (Figure(format_cents(invoice.cents), day), Figure(words.money(lot.recorded), _("Ersparnis erreicht")))
        made.append(Figures(paid))
    if found := reached(joint.thresholds, lot.pooled):
        title = _("Schwelle „%(name)s“ (ab %(cents)s) ist erreicht", name=found.name, cents=format_cents(found.cents))
        made.append(Note(found.hint or found.name, title=title))
    made.append(_parts(lot))
    made.append(Text(_("Kosten verteilt: %(key)s.", key=words.KEYS[lot.terms.key]), "small"))
    return made


def _parts(lot: Lot) -> Table:
    heads = (_("Kommune"), _("Stück"), _("Einzelpreis"), _("Einzeln"), _("Anteil am Schlüssel"), _("Zahlt im Los"))
    columns = tuple(Column(text, 2.0 if at == 0 else 1.2, "right" if at else "left") for at, text in enumerate(heads))
    rows = [
        (
            one.name, format_number(one.quantity), words.money(one.unit), words.money(one.single),
            one.weight or _("unbekannt"), words.money(one.share),
        )
        for one in words.parts(lot)
    ]  # fmt: skip
    unit = words.money(lot.unit)
    rows.append((_("Summe"), format_number(lot.quantity), unit, words.money(lot.single), "", words.money(lot.total)))
    return Table(_("Wer wie viel zahlt"), columns, tuple(rows))


REPORT: Final = Report(
    name="lots",
    title=lazy("Gemeinsame Lose"),
    gather=gather,
    compose=compose,
    access=READ_LOTS,
    about=lazy("Für die Vergabestelle: was die Kommunen gemeinsam kaufen, was es kostet und wer wie viel zahlt."),
)
