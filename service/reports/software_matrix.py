"""Fachverfahren der Kommunen: who uses what, one purpose with several products, contracts that end together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from service.auth.roles import READ_INVENTORY_REPORTS
from service.blocks import Asked, Block, Column, Figure, Figures, Heading, Report, Table, Text
from service.i18n import format_cents, format_date, format_number, lazy
from service.i18n import gettext as _
from service.settings import local_day
from service.software import compare, words
from service.software.store import door
from service.software.store.picture import Picture, picture
from service.software.values import Shared, Town

BESIDE: Final = 4
"""Towns side by side on a page of A4; further ones stand in a further table."""


@dataclass(frozen=True, slots=True)
class Matrix:
    """The matrix as a town may see it, and the day from which contract ends count."""

    seen: Picture
    today: date


async def gather(asked: Asked) -> Matrix:
    """Own uses fully, those of other towns as far as they share them."""
    async with door(asked.town) as tx:
        return Matrix(await picture(tx, asked.town), local_day(asked.now))


def compose(matrix: Matrix) -> list[Block]:
    """Figures, the matrix, then what it tells."""
    seen = matrix.seen
    if not seen.rows:
        text = _("Tragen Sie ein, womit Ihre Ämter arbeiten. Was Sie freigeben, sehen auch die anderen Städte.")
        return [Heading(_("Noch kein Fachverfahren eingetragen.")), Text(text)]
    same, ends = compare.same_purpose(seen.rows), compare.end_together(seen.rows, matrix.today)
    told = _("Die Kosten sind die eigenen und die, die andere Städte freigegeben haben; die übrigen fehlen in der Summe.")
    joint = sum(len(row.cells) > 1 for row in seen.rows)
    return [
        Heading(_("Fachverfahren auf einen Blick")),
        Figures(
            (
                Figure(format_number(len(seen.rows)), _("Produkte")),
                Figure(format_number(joint), _("in mehreren Städten")),
                Figure(format_number(len(same)), _("Zwecke mit mehreren Produkten")),
                Figure(format_number(len(ends)), _("Verträge, die zusammen enden")),
            )
        ),
        Text(_("Von anderen Städten steht hier nur, was sie freigegeben haben."), "small"),
        Heading(_("Wer nutzt was?")),
        *(_uses(seen, seen.towns[at : at + BESIDE]) for at in range(0, len(seen.towns), BESIDE)),
        Heading(_("Gleicher Zweck, verschiedene Produkte")),
        _same(seen, same),
        Text(told, "small"),
        Heading(_("Verträge, die zusammen enden")),
        _ends(seen, ends),
        *_standards(seen),
    ]


def _uses(seen: Picture, towns: Sequence[Town]) -> Table:
    columns = (Column(_("Produkt"), 1.8), Column(_("Zweck"), 1.4), *(Column(town.name, 1.2) for town in towns))
    rows = tuple(
        (
            f"{row.name} ({_('Standard des Verbunds')})" if row.standard else row.name,
            ", ".join(row.purposes) or _("kein Zweck eingetragen"),
            *(_use(row.cells.get(town.id)) for town in towns),
        )
        for row in seen.rows
    )
    return Table(f"{_('Produkte und Städte')}: {', '.join(town.name for town in towns)}", columns, rows)


def _use(use: Shared | None) -> str:
    """Version and where it runs; a dash where the town does not use or not share it."""
    if use is None:
        return "–"
    hosting = str(words.HOSTING[use.hosting]) if use.hosting in words.HOSTING else ""
    return ", ".join(part for part in (use.release or _("im Einsatz"), hosting) if part)


def _same(seen: Picture, found: Sequence[compare.SamePurpose]) -> Table:
    columns = (Column(_("Zweck"), 1.4), Column(_("Produkte"), 3.2), Column(_("Bekannte Kosten im Jahr"), 1.2, "right"))
    rows = tuple(
        (
            one.purpose,
            "; ".join(f"{product}: {', '.join(seen.names[town] for town in towns)}" for product, towns in one.products),
            _("keine Angabe") if one.known_cost is None else format_cents(one.known_cost),
        )
        for one in found
    )
    empty = _("Für keinen Zweck sind verschiedene Produkte bekannt.")
    return Table(_("Zwecke mit mehreren Produkten"), columns, rows, empty)


def _ends(seen: Picture, found: Sequence[compare.EndTogether]) -> Table:
    columns = (Column(_("Produkt"), 1.8), Column(_("Quartal"), 1.2), Column(_("Vertragsenden"), 3.0))
    rows = tuple(
        (
            one.name,
            _("%(quarter)s. Quartal %(year)s", quarter=one.quarter, year=one.year),
            "; ".join(f"{seen.names[town]}: {format_date(day)}" for town, day in one.ends),
        )
        for one in found
    )
    empty = _("Kein Produkt hat in mehreren Städten ein Vertragsende im gleichen Quartal.")
    return Table(_("Vertragsenden im gleichen Quartal"), columns, rows, empty)


def _standards(seen: Picture) -> list[Block]:
    if not seen.standards:
        return []
    columns = tuple(Column(text) for text in (_("Stadt"), _("Nutzt"), _("Standard"), _("Zweck")))
    rows = tuple(
        (seen.names[one.town], one.product, one.standard, one.purpose) for one in compare.deviations(seen.rows, seen.standards)
    )
    empty = _("Keine Stadt weicht mit einem bekannten Produkt ab.")
    return [Heading(_("Standards des Verbunds")), Table(_("Abweichungen vom Standard"), columns, rows, empty)]


REPORT: Final = Report(
    name="software-matrix",
    title=lazy("Fachverfahren der Kommunen"),
    gather=gather,
    compose=compose,
    access=READ_INVENTORY_REPORTS,
    about=lazy("Wer welches Produkt nutzt, wo verschiedene Produkte demselben Zweck dienen und welche Verträge zusammen enden."),
    marking="vertraulich",
)
