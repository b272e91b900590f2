"""Schulungsnachweis: per course the target group, quota by unit, the leadership's line; phishing as totals. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from isms.training import words
from isms.training.quota import SMALLEST, Line, Quota
from isms.training.values import Course, Phishing
from service.blocks import Block, Column, Document, Heading, Table, Text
from service.i18n import format_date, format_number, format_percent
from service.i18n import gettext as _


def report(found: Sequence[tuple[Course, Quota]], exercises: Sequence[Phishing], town: str, now: datetime) -> Document:
    """The training record of a town today."""
    counted = _("Gezählt werden Personen mit gültiger Teilnahme.")
    small = _(
        "Einheiten mit weniger als %(n)s Personen stehen nur in der nächstgrößeren; Namen enthält dieser Nachweis nicht.",
        n=SMALLEST,
    )
    blocks: list[Block] = [Heading(_("Schulungen")), Text(f"{counted} {small}", "small")]
    if not found:
        blocks.append(Text(_("Es ist noch keine Schulung eingetragen.")))
    for course, quota in found:
        blocks += [Heading(course.title, 2), Text(_about(course)), _table(course.title, quota)]
    columns = (Column(_("Übung"), 2), Column(_("Tag"), 1), Column(_("verschickt"), 1, "right"),
               Column(_("angeklickt"), 1.2, "right"), Column(_("gemeldet"), 1.2, "right"))  # fmt: skip
    rows = tuple(
        (
            x.title, format_date(x.held_on), format_number(x.sent),
            f"{format_number(x.clicked)} ({format_percent(x.clicked / x.sent)})",
            f"{format_number(x.reported)} ({format_percent(x.reported / x.sent)})",
        )
        for x in exercises
    )  # fmt: skip
    blocks += [Heading(_("Phishing-Übungen")), Table(_("Nur Summen der Stadt"), columns, rows, _("Es gab noch keine Übung."))]
    return Document(_("Schulungsnachweis"), town, now, now, tuple(blocks), "intern", "")


def _about(course: Course) -> str:
    return _(
        "Zielgruppe: %(who)s. Eine Teilnahme gilt %(months)s Monate.",
        who=words.TARGETS[course.target],
        months=course.validity_months,
    )


def _table(title: str, quota: Quota) -> Table:
    lines: list[tuple[str, Line | None]] = [(_("Gesamt"), quota.total), (_("Leitung"), quota.leadership)]
    rows = [_row(name, line) for name, line in [*lines, *((x.name, x) for x in quota.units)] if line]
    columns = (Column(_("Einheit"), 3), Column(_("Personen"), 1, "right"), Column(_("gültig"), 1, "right"),
               Column(_("offen"), 1, "right"), Column(_("Quote"), 1, "right"))  # fmt: skip
    return Table(title, columns, tuple(rows), _("Die Zielgruppe hat weniger als fünf Personen."))


def _row(name: str, line: Line) -> tuple[str, ...]:
    share = format_percent(float(line.share))
    return name, format_number(line.persons), format_number(line.done), format_number(line.persons - line.done), share
