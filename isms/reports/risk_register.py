"""Risikoregister: scope and method, both matrices, every risk in full, and what waits for a signature."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from isms.matrices import priority_matrix, risk_matrix
from isms.register import AcceptanceView, RiskView
from isms.risk import FIRST, FREQUENCY_MEANING, Scheme
from isms.store import matrix
from isms.store import risks as store
from service.auth.roles import READ_RISKS
from service.blocks import Asked, Block, Column, Heading, Matrix, Note, Report, Signature, Table, Text
from service.db import town_tx
from service.i18n import format_date, format_money, lazy
from service.i18n import gettext as _
from service.settings import local_day


@dataclass(frozen=True, slots=True)
class Register:
    """Open risks of a town, most urgent first, with the acceptances."""

    now: datetime
    town: str
    risks: tuple[RiskView, ...]
    acceptances: tuple[AcceptanceView, ...]
    scheme: Scheme = FIRST


async def gather(asked: Asked) -> Register:
    """The town's register."""
    async with town_tx({asked.town}) as tx:
        found = await store.risks(tx, asked.town)
        taken = await store.acceptances(tx, asked.town)
        scheme = await matrix.current(tx, local_day(asked.now))
    return Register(asked.now, asked.name, tuple(found), tuple(taken), scheme)


def compose(register: Register) -> list[Block]:
    """Method, matrices, list, acceptances, shared risks."""
    return [
        Heading(_("Geltungsbereich und Verfahren")),
        Text(_("Dieses Register umfasst alle offenen Risiken der Stadt %(town)s, digitale und analoge.", town=register.town)),
        Text(
            _(
                "Bewertet wird nach BSI-Standard 200-3: Eintrittshäufigkeit und Schadenshöhe ergeben die Risikokategorie"
                " (Matrix Fassung %(version)s). Die Priorität folgt aus Auswirkung und Dringlichkeit.",
                version=register.scheme.number,
            )
        ),
        Table(
            _("Bedeutung der Häufigkeiten"),
            (Column(_("Häufigkeit"), 1), Column(_("Bedeutung"), 3)),
            tuple(FREQUENCY_MEANING.items()),
        ),
        *_matrices(register.risks, register.scheme),
        *_list(register),
        *_accepted(register),
    ]


def _matrices(risks: Sequence[RiskView], scheme: Scheme) -> list[Block]:
    if not risks:
        return []
    return [
        Heading(_("Risikomatrix")),
        Matrix(risk_matrix(risks, scheme=scheme)),
        Matrix(risk_matrix(risks, net=True, scheme=scheme)),
        Heading(_("Prioritäten")),
        Matrix(priority_matrix(risks)),
    ]


def _list(register: Register) -> list[Block]:
    if not register.risks:
        return [Heading(_("Risiken")), Note(_("Es sind noch keine Risiken erfasst."))]
    columns = (
        Column(_("Nr."), 0.7),
        Column(_("Risiko"), 2.6),
        Column(_("Kategorie"), 1.2),
        Column(_("mit Maßnahmen"), 1.3),
        Column(_("Priorität"), 1.1),
        Column(_("zuständig"), 1.6),
        Column(_("fällig"), 1.2),
    )
    rows = tuple(
        (
            risk.name,
            risk.title,
            risk.category,
            risk.category_net or _("nicht bewertet"),
            risk.effective.word,
            risk.owner or _("niemand benannt"),
            format_date(risk.due) if risk.due else _("kein Datum"),
        )
        for risk in register.risks
    )
    details = [block for risk in register.risks for block in _risk(risk, register)]
    return [
        Heading(_("Alle Risiken nach Priorität")),
        Table(_("Übersicht"), columns, rows),
        Heading(_("Die Risiken im Einzelnen")),
        *details,
    ]


def _risk(risk: RiskView, register: Register) -> list[Block]:
    open_ = _("noch nicht beschrieben")
    money = format_money(risk.cost / 100) if risk.cost is not None else _("unbekannt")
    own = risk.priority_reason and _(
        "Priorität von Hand auf %(word)s gesetzt (berechnet: %(computed)s), weil: %(why)s",
        word=risk.effective.word,
        computed=risk.computed.word,
        why=risk.priority_reason,
    )
    _taken, void = risk.holds(register.acceptances, local_day(register.now))
    rows = [
        (_("Art"), _("digital") if risk.kind == "digital" else _("analog")),
        (_("Ursache"), risk.cause or open_),
        (_("Was kann geschehen"), risk.scenario or open_),
        (_("Wen es trifft"), risk.affects or open_),
        (_("Gefährdungen (BSI)"), ", ".join(risk.threats) or _("keine zugeordnet")),
        (_("Häufigkeit und Schaden"), f"{risk.frequency}, {risk.damage}"),
        (_("mit Maßnahmen"), f"{risk.frequency_net}, {risk.damage_net}" if risk.category_net else _("nicht bewertet")),
        (_("Dringlichkeit"), risk.how_soon.word + (f" ({_('ungeprüft')})" if risk.urgency_unchecked else "")),
        (_("Behandlung"), risk.treatment or _("noch nicht entschieden")),
        (_("Maßnahmen"), risk.measures or _("noch keine")),
        (_("Kosten"), money),
        (_("Wiedervorlage"), format_date(risk.review_on) if risk.review_on else _("kein Datum")),
    ]
    if own:
        rows.append((_("Abweichende Priorität"), own))
    if void:
        rows.append((_("Übernahme gilt nicht mehr"), void))
    table = Table(_("Angaben zu %(name)s", name=risk.name), (Column(_("Angabe"), 1), Column(_("Inhalt"), 3)), tuple(rows))
    return [Heading(f"{risk.name} {risk.title}", 2), table]


def _accepted(register: Register) -> list[Block]:
    titles = {risk.id: f"{risk.name} {risk.title}" for risk in register.risks}
    known = [view for view in register.acceptances if view.risk_id in titles]
    blocks: list[Block] = [Heading(_("Übernommene und zu unterschreibende Risiken"))]
    words = {
        "requested": _("wartet auf Entscheidung"),
        "accepted": _("übernommen"),
        "rejected": _("abgelehnt"),
        "withdrawn": _("zurückgezogen"),
    }
    columns = (Column(_("Risiko"), 2.5), Column(_("Stand"), 1.4), Column(_("bis"), 1), Column(_("Begründung"), 2.5))
    rows = tuple(
        (
            titles[view.risk_id],
            words.get(view.state, view.state),
            format_date(view.until) if view.until else "–",
            view.reason or view.decision_reason or "–",
        )
        for view in known
    )
    blocks.append(Table(_("Risikoübernahmen"), columns, rows, _("Es wurde noch keine Risikoübernahme beantragt.")))
    if any(view.state == "requested" for view in known):
        blocks.append(Signature(_("Bürgermeisterin oder Bürgermeister")))
    shared = [risk for risk in register.risks if risk.shared]
    if shared:
        text = "\n".join(f"{risk.name} {risk.title}" for risk in shared)
        blocks += [Heading(_("Mit anderen Städten geteilte Risiken")), Text(text)]
    return blocks


REPORT = Report(
    name="risk-register",
    title=lazy("Risikoregister"),
    about=lazy("Alle Risiken mit Matrix, Bewertung, Behandlung und Übernahmen."),
    gather=gather,
    compose=compose,
    access=READ_RISKS,
    marking="vertraulich",
)
