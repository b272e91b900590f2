"""Auditbericht: scope, sample, figures, findings and the reasons behind what was left out, as blocks. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from isms.audits import words
from isms.audits.checklist import Line
from isms.audits.plan import Entry, Finding, Sample, tally
from service.blocks import Block, Column, Document, Figure, Figures, Heading, Note, Signature, Table, Text
from service.i18n import format_date, format_datetime, format_number, ngettext
from service.i18n import gettext as _
from service.settings import local_day


def report(
    entry: Entry, sample: Sample | None, lines: Sequence[Line], scope: Sequence[str], town: str, now: datetime
) -> Document:
    """The report of an audit. `scope` are sentences, `lines` the checklist in scope, `sample` the choice that counts."""
    item = entry.audit
    blocks = (
        *_head(entry, scope),
        *_sample(sample),
        *_figures(entry, lines),
        *_findings(entry, now),
        *_left_out(lines),
        Heading(_("Unterschrift")),
        Signature(item.lead or _("Leitung des Audits")),
    )
    return Document(_("Auditbericht %(name)s", name=item.name), town, now, now, blocks, "vertraulich", item.title)


def _head(entry: Entry, scope: Sequence[str]) -> tuple[Block, ...]:
    item = entry.audit
    days = format_date(item.planned_on)
    if item.ends_on:
        days = _("%(first)s bis %(last)s", first=days, last=format_date(item.ends_on))
    rows = (
        (_("Art"), str(words.KINDS[item.kind])),
        (_("Stand"), str(words.STATES[item.state][0])),
        (_("Zeitraum"), days),
        (_("Leitung (Funktion)"), item.lead or _("niemand benannt")),
        (_("Umfang"), "\n".join(scope)),
        (_("Ergebnis in Kürze"), item.result or _("noch nicht eingetragen")),
    )
    return (Heading(_("Auf einen Blick")), Table(_("Angaben"), (Column(_("Angabe")), Column(_("Inhalt"), 3)), rows))


def _sample(sample: Sample | None) -> tuple[Block, ...]:
    blocks: tuple[Block, ...] = (Heading(_("Stichprobe der Standorte")),)
    if sample is None:
        return (*blocks, Text(_("Es wurde keine Stichprobe gezogen.")))
    number = _(
        "%(chosen)s von %(all)s Standorten, ausgewählt am %(at)s:",
        chosen=format_number(len(sample.chosen)), all=format_number(len(sample.population)), at=format_datetime(sample.at),
    )  # fmt: skip
    if sample.seed:
        how = _("Gezogen mit dem Startwert %(seed)s; damit lässt sich die Ziehung wiederholen.", seed=sample.seed)
    else:
        how = _("Von Hand gewählt, weil: %(reason)s", reason=sample.reason)
    return (*blocks, Text(f"{number} {', '.join(sample.names)}"), Text(how, "small"))


def _figures(entry: Entry, lines: Sequence[Line]) -> tuple[Block, ...]:
    counts = tally(entry.findings)
    seen = [x for x in lines if x.result]
    figures = tuple(Figure(format_number(counts[weight]), str(word)) for weight, (word, _tone) in words.WEIGHTS.items())
    looked = Figure(
        format_number(len(seen)), _("Anforderungen geprüft"), _("von %(all)s im Umfang", all=format_number(len(lines)))
    )
    differing = Figure(format_number(sum(1 for x in seen if x.result == "differs")), _("Aussagen stimmen nicht"))
    return (Heading(_("Ergebnis in Zahlen")), Figures((*figures, looked, differing)))


def _findings(entry: Entry, now: datetime) -> tuple[Block, ...]:
    columns = (Column(_("Nr."), 0.5), Column(_("Feststellung"), 3), Column(_("Gewicht"), 1.3), Column(_("zuständig"), 1.4),
               Column(_("zu beheben bis"), 1.2), Column(_("Stand"), 1.3))  # fmt: skip
    rows = tuple(
        (
            str(x.number), x.title, str(words.WEIGHTS[x.weight][0]), x.responsible or _("niemand benannt"),
            format_date(x.due) if x.due else _("kein Datum"), str(words.FINDING_STATES[x.state][0]),
        )
        for x in entry.findings
    )  # fmt: skip
    blocks: list[Block] = [Heading(_("Feststellungen")), Table(_("Übersicht"), columns, rows, _("Es gab keine Feststellung."))]
    late = sum(1 for x in entry.findings if x.overdue(local_day(now)))
    if late:
        text = ngettext("%(num)s Feststellung ist überfällig.", "%(num)s Feststellungen sind überfällig.", late)
        blocks.append(Note(text, "warning"))
    return (*blocks, *(block for one in entry.findings for block in _finding(one)))


def _finding(one: Finding) -> tuple[Block, ...]:
    rows = [
        (_("Beschreibung und Nachweis"), one.text or _("nicht beschrieben")),
        (_("Anforderung"), one.label or _("keine genannt")),
        (_("Zielobjekt"), one.target_name or _("keines genannt")),
        (_("Nachprüfung am"), format_date(one.recheck_on) if one.recheck_on else _("kein Datum")),
    ]
    if one.recheck_result and one.rechecked_at:
        said = f"{words.RECHECKS[one.recheck_result]} ({format_date(local_day(one.rechecked_at))}): {one.recheck_note}"
        rows.append((_("Ergebnis der Nachprüfung"), said))
    columns = (Column(_("Angabe"), 1), Column(_("Inhalt"), 3))
    return (
        Heading(f"{one.number}. {one.title}", 2),
        Table(_("Angaben zu Feststellung %(n)s", n=one.number), columns, tuple(rows)),
    )


def _left_out(lines: Sequence[Line]) -> tuple[Block, ...]:
    columns = (Column(_("Anforderung"), 2), Column(_("Zielobjekt"), 1.4), Column(_("Begründung"), 2.6), Column(_("Ergebnis"), 1))
    blocks: list[Block] = [Heading(_("Was nicht umgesetzt werden soll"))]
    for which, empty in (
        ("waived", _("Keine Anforderung gilt als entbehrlich.")),
        ("removed", _("Keine Anforderung ist gestrichen.")),
    ):
        rows = tuple(
            (
                f"{x.entry.requirement.label} {x.entry.requirement.title}", x.entry.target_name,
                x.reason or _("keine Begründung"), str(words.RESULTS[x.result][0]),
            )
            for x in lines
            if which in x.list
        )  # fmt: skip
        blocks.append(Table(str(words.LISTS[which]), columns, rows, empty))
    return tuple(blocks)
