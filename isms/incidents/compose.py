"""Vorfallbericht: the whole report and its one-page version, as blocks (`domain.md` chapter 7, g). Pure."""

from __future__ import annotations

from datetime import datetime

from isms.incidents import words
from isms.incidents.clocks import Stand
from isms.incidents.levels import SEVERITIES
from isms.incidents.log import KINDS, corrected
from isms.incidents.states import WORDS
from isms.incidents.view import Case, Notice
from service.blocks import Block, Column, Document, Heading, Note, Signature, Table, Text
from service.i18n import format_datetime, format_number
from service.i18n import gettext as _


def report(case: Case, now: datetime, *, short: bool = False) -> Document:
    """The document of an incident; `short` is the one page for the management."""
    item = case.item
    title = _("Vorfallbericht %(name)s", name=item.name)
    blocks = (*_head(case, now), *_summary(case), *_clocks(case, now))
    if short:
        blocks = (*blocks, *_lessons(case, short=True))
    else:
        blocks = (*blocks, *_timeline(case), *_affected(case), *_sent(case), *_lessons(case, short=False), *_approval(case))
    return Document(title, case.town, now, now, blocks, "vertraulich", item.title)


def letter(case: Case, notice: Notice, now: datetime) -> Document:
    """One notice as a document of its own, to print or to attach."""
    made = notice.sent_at or notice.saved_at
    state = _("gesendet") if notice.sent_at else _("Entwurf")
    head = _("An: %(who)s", who=notice.sent_to or notice.recipient)
    blocks = (Heading(notice.subject), Text(head), Text(notice.text))
    return Document(notice.subject, case.town, made, now, blocks, "vertraulich", f"{case.item.name} · {state}")


def _head(case: Case, now: datetime) -> tuple[Block, ...]:
    item = case.item
    level = item.level_now(now)
    rows = (
        (_("Stand"), str(WORDS[item.stage])),
        (_("Stufe"), str(SEVERITIES[item.level])),
        (_("Priorität"), str(words.LEVELS[level][0]) if level else _("nicht bewertet")),
        (_("Bekannt geworden"), format_datetime(item.aware_at)),
        (_("Zuständige Funktion"), item.lead or _("niemand benannt")),
        (_("Andere betroffene Städte"), item.elsewhere or _("keine genannt")),
    )
    return (Heading(_("Auf einen Blick")), Table(_("Angaben"), (Column(_("Angabe")), Column(_("Inhalt"), 2)), rows))


def _summary(case: Case) -> tuple[Block, ...]:
    item = case.item
    rows = (
        _("Was: %(text)s", text=item.what),
        _("Wo: %(text)s", text=item.place or _("nicht genannt")),
        _("Folgen: %(text)s", text=item.consequences or _("noch nicht bekannt")),
        _("Getan und geplant: %(text)s", text=item.steps or _("noch nichts eingetragen")),
        _("Ursache: %(text)s", text=item.cause or _("noch nicht bekannt")),
    )
    return (Heading(_("Zusammenfassung")), Text("\n".join(" ".join(row.split()) for row in rows)))


def _clocks(case: Case, now: datetime) -> tuple[Block, ...]:
    columns = (Column(_("Meldung"), 2.4), Column(_("Frist"), 1.3), Column(_("Stand"), 1.4), Column(_("Entscheidung"), 2.4))
    rows = tuple(
        (
            str(words.DUTIES[one.duty]),
            format_datetime(one.due) if one.due else _("unverzüglich"),
            str(words.STANDS[one.stand(now)][0]) + (f", {words.left(one, now)}" if one.running(now) and one.due else ""),
            _("entfallen: %(why)s (%(who)s, %(at)s)", why=one.dropped.reason, who=one.dropped.by,
              at=format_datetime(one.dropped.at)) if one.dropped
            else _("noch keine") if one.decision is None
            else f"{_('meldepflichtig') if one.decision.notify else _('nicht meldepflichtig')}: {one.decision.reason}",
        )
        for one in case.clocks
    )  # fmt: skip
    empty = _("Nach der Bewertung besteht keine gesetzliche Meldepflicht.")
    late = any(one.stand(now) in (Stand.OVER, Stand.LATE) for one in case.clocks)
    note = (Note(_("Eine gesetzliche Frist wurde nicht eingehalten."), "warning"),) if late else ()
    return (Heading(_("Gesetzliche Fristen")), Table(_("Fristen und Entscheidungen"), columns, rows, empty), *note)


def _timeline(case: Case) -> tuple[Block, ...]:
    right = corrected(case.lines)
    columns = (Column(_("Nr."), 0.5), Column(_("Zeit"), 1.2), Column(_("Wer"), 1.3), Column(_("Art"), 1), Column(_("Eintrag"), 4))
    rows = []
    for line in case.lines:
        text = line.text
        if line.corrects is not None:
            text = _("Berichtigt Eintrag %(number)s: %(text)s", number=line.corrects, text=text)
        if line.seq in right:
            text = f"{text} ({_('berichtigt durch Eintrag %(number)s', number=right[line.seq])})"
        rows.append((str(line.seq), format_datetime(line.at), line.author, str(KINDS.get(line.kind, line.kind)), text))
    return (Heading(_("Protokoll")), Table(_("Alle Einträge"), columns, tuple(rows)))


def _affected(case: Case) -> tuple[Block, ...]:
    item = case.item
    data = {None: _("noch nicht bekannt"), True: _("ja"), False: _("nein")}[item.personal_data]
    rows = (
        (_("Zielobjekte"), ", ".join(name for _key, name in case.targets) or _("keine zugeordnet")),
        (_("Geräte"), ", ".join(name for _key, name in case.assets) or _("keine zugeordnet")),
        (_("Personenbezogene Daten"), data),
        (_("Welche Daten"), item.data or _("nicht beschrieben")),
        (_("Betroffene Personen, ungefähr"), _("unbekannt") if item.persons is None else format_number(item.persons)),
        (_("Auswirkung"), words.shown("impact", item.impact)),
    )
    return (Heading(_("Betroffen")), Table(_("Was betroffen ist"), (Column(_("Angabe")), Column(_("Inhalt"), 2.4)), rows))


def _sent(case: Case) -> tuple[Block, ...]:
    blocks: list[Block] = [Heading(_("Gesendete Mitteilungen"))]
    sent = [one for one in case.notices if one.sent_at is not None]
    if not sent:
        return (*blocks, Text(_("Es wurde noch nichts gesendet.")))
    for one in sent:
        about = _("Gesendet an %(who)s am %(at)s", who=one.sent_to, at=format_datetime(one.sent_at))
        blocks += [Heading(one.subject, 2), Text(about, "small"), Text(one.text)]
    return tuple(blocks)


def _lessons(case: Case, *, short: bool) -> tuple[Block, ...]:
    item = case.item
    cost = _("unbekannt") if item.cost is None else _("%(number)s Euro", number=format_number(item.cost))
    effort = _("unbekannt") if item.hours is None else _("%(number)s Stunden", number=format_number(item.hours))
    lines = [
        _("Kosten: %(cost)s, Arbeitszeit: %(hours)s", cost=cost, hours=effort),
        *([] if short else [_("Ursache: %(text)s", text=item.cause or _("noch nicht bekannt"))]),
        _("Lehren: %(text)s", text=item.lessons or _("noch nicht ausgewertet")),
        _("Maßnahmen: %(text)s", text=", ".join(name for _key, name in case.measures) or _("noch keine")),
    ]
    return (Heading(_("Kosten und Lehren")), Text("\n".join(lines)))


def _approval(case: Case) -> tuple[Block, ...]:
    if case.item.approved_by:
        done = _("Abgeschlossen von %(who)s am %(at)s.", who=case.item.approved_by, at=format_datetime(case.item.closed_at))
        return (Heading(_("Freigabe")), Text(done))
    return (Heading(_("Freigabe")), Signature(_("Informationssicherheitsbeauftragte/r")))
