"""Herstellerpflege: devices whose maker's support has ended or ends within a year, by system, from the dated table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Final

from service.auth.roles import READ_INVENTORY_REPORTS
from service.blocks import Asked, Block, Column, Figure, Figures, Heading, Report, Table, Text
from service.db import town_tx
from service.i18n import format_date, format_number, lazy, ngettext
from service.i18n import gettext as _
from service.inventory.labels import KINDS, word
from service.inventory.support import State, table
from service.reports import store
from service.settings import local_day


@dataclass(frozen=True, slots=True)
class Ending:
    """A device and what ends of it first."""

    name: str
    kind: str
    place: str
    system: str
    ends: date


@dataclass(frozen=True, slots=True)
class Estate:
    """All that ends, how many devices stand how, and how old the table is."""

    today: date
    ending: tuple[Ending, ...]
    counts: Mapping[State, int]
    as_of: date


async def gather(asked: Asked) -> Estate:
    """What the table says of the devices that are in use or in stock."""
    today = local_day(asked.now)
    async with town_tx({asked.town}) as tx:
        ending, counts = await store.ending(tx, asked.town, today)
    return Estate(today, tuple(Ending(**row) for row in ending), counts, table().as_of)


def compose(estate: Estate) -> list[Block]:
    """Figures, then the devices of each system, what ended first on top."""
    by_state = [
        (State.ENDED, _("ohne Herstellerpflege")),
        (State.SOON, _("enden in zwölf Monaten")),
        (State.UNKNOWN, _("unbekannt")),
    ]
    made: list[Block] = [
        Heading(_("Herstellerpflege auf einen Blick")),
        Figures(tuple(Figure(format_number(estate.counts.get(state, 0)), text) for state, text in by_state)),
        Text(_("Stand der Tabelle der Pflegeenden: %(day)s.", day=format_date(estate.as_of)), "small"),
    ]
    if not estate.ending:
        return [*made, Text(_("Kein bekanntes Gerät verliert in den nächsten zwölf Monaten seine Pflege."))]
    ordered = sorted(estate.ending, key=lambda one: (one.ends, one.system, one.name))
    for (ends, system), same in groupby(ordered, key=lambda one: (one.ends, one.system)):
        made += _chapter(system, ends, tuple(same), estate.today)
    return made


def _chapter(system: str, ends: date, devices: Sequence[Ending], today: date) -> list[Block]:
    day = format_date(ends)
    said = _("Pflege endete am %(day)s", day=day) if ends < today else _("Pflege endet am %(day)s", day=day)
    number = ngettext("%(num)s Gerät", "%(num)s Geräte", len(devices))
    columns = (Column(_("Name"), 2.4), Column(_("Art"), 1.4), Column(_("Ort"), 2.0))
    rows = tuple((one.name or "–", word(KINDS, one.kind), one.place or "–") for one in devices)
    return [Heading(system, 2), Table(f"{said}: {number}", columns, rows)]


REPORT: Final = Report(
    name="end-of-support",
    title=lazy("Ende der Herstellerpflege"),
    about=lazy("Geräte und Systeme, deren Hersteller keine Aktualisierungen mehr liefern oder bald keine mehr."),
    gather=gather,
    compose=compose,
    access=READ_INVENTORY_REPORTS,
    marking="vertraulich",
)
