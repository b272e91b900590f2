"""A.0 and A.4 to A.6: policies, check, risks, plan. Pure; one function a document."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from isms.register import AcceptanceView, RiskView
from isms.risk import DAMAGES, FREQUENCIES
from isms.sheet import Entry
from isms.snapshots.gathered import Gathered
from isms.snapshots.parts import Column, Part, Section
from isms.threats.relevance import Line as Danger
from isms.threats.relevance import State

_EVIDENCE = {"none": "–", "unknown": "unklar", "supports": "stützt", "refutes": "widerspricht"}
_ORIGINS = {"own": "eigene Antwort", "copied": "übernommen", "confirmed": "bestätigt", "renewed": "gilt weiter"}
_DECISIONS = {"requested": "beantragt", "accepted": "angenommen", "rejected": "abgelehnt", "withdrawn": "zurückgezogen"}

_STANDINGS = {
    State.OPEN: "offen", State.UNCOVERED: "relevant, noch kein Risiko erfasst", State.COVERED: "als Risiko erfasst",
    State.IRRELEVANT: "trifft nicht zu", State.CLASHING: "trifft nicht zu, aber ein Risiko nennt sie", State.UNASKED: "",
}  # fmt: skip


def policies(given: Gathered) -> Part:
    """A.0 Leit- und Richtlinien: the register with version, approval, review date."""
    columns = (
        Column("title", "Dokument", 2.0), Column("kind", "Art"), Column("version", "Fassung", 0.7), Column("owner", "Zuständig"),
        Column("approved", "Freigegeben von"), Column("valid", "Gültig ab", 0.9), Column("review", "Zu prüfen bis", 0.9),
        Column("place", "Ablage", 0),
    )  # fmt: skip
    found = tuple(
        {
            "id": x.id, "title": x.title, "kind": x.kind, "version": x.version, "owner": x.owner, "approved": x.approved_by,
            "valid": x.valid_from, "review": x.review_on, "place": x.place,
        }
        for x in given.policies
    )  # fmt: skip
    return Part("A.0", (Section("policies", "Dokumente", columns, found, "Noch kein Dokument freigegeben."),))


def check(given: Gathered) -> Part:
    """A.4 Grundschutz-Check: each requirement at each object with state, origin, contradictions, evidence."""
    columns = (
        Column("object", "Zielobjekt", 1.3), Column("control", "Anforderung", 0.9), Column("title", "Titel", 2.0),
        Column("state", "Stand"), Column("origin", "Herkunft", 0.9), Column("contradictions", "Widersprüche", 0.6),
        Column("evidence", "Befund", 0.8), Column("files", "Nachweise", 0.6), Column("responsible", "Zuständig"),
        Column("due", "Bis", 0.8), Column("answered", "Beantwortet", 0.8), Column("reason", "Begründung", 0),
        Column("document", "Fundstelle", 0), Column("edition", "Katalog", 0), Column("key", "Schlüssel", 0),
        Column("refutes", "Befunde dagegen", 0), Column("supports", "Befunde dafür", 0), Column("unknown", "Befunde unklar", 0),
    )  # fmt: skip
    return Part("A.4", (Section("answers", "Anforderungen", columns, tuple(_answer(given, x) for x in given.sheet.entries)),))


def _answer(given: Gathered, x: Entry) -> Mapping[str, Any]:
    refutes, supports, unknown = given.evidence.get((x.target, x.requirement.key), (0, 0, 0))
    answer = x.answer
    origin = f"Maßnahme {x.state.via} des Verbunds" if x.state.via else _ORIGINS.get(answer.origin, "") if answer else ""
    return {
        "id": f"{x.target}/{x.requirement.key}", "object": x.target_name, "control": x.requirement.label,
        "title": x.requirement.title, "state": x.state.words, "origin": origin, "contradictions": x.state.contradictions,
        "evidence": _EVIDENCE[x.state.evidence], "files": given.attached.get((x.target, x.requirement.key), 0),
        "responsible": answer.responsible if answer else "", "due": answer.due if answer else None,
        "answered": answer.at.date() if answer else None, "reason": answer.reason if answer else "",
        "document": answer.document if answer else "", "edition": x.requirement.edition, "key": x.requirement.key,
        "refutes": refutes, "supports": supports, "unknown": unknown,
    }  # fmt: skip


def risks(given: Gathered) -> Part:
    """A.5 Risikoanalyse: open and closed risks gross and net, their treatment, and every decision about taking one over."""
    names = {x.id: x.name for x in given.things}
    today = given.at.date()
    numbers = {x.id: x.name for x in given.risks}
    columns = (
        Column("number", "Nr.", 0.5), Column("title", "Risiko", 2.2), Column("objects", "Zielobjekte", 1.2),
        Column("gross", "Vor Maßnahmen", 1.1), Column("net", "Mit Maßnahmen", 1.1), Column("treatment", "Behandlung", 0.9),
        Column("measures", "Maßnahmen", 1.2), Column("owner", "Zuständig", 0.9), Column("due", "Bis", 0.8),
        Column("acceptance", "Übernahme", 1.0), Column("priority", "Priorität", 0), Column("threats", "Gefährdungen", 0),
        Column("cause", "Ursache", 0), Column("scenario", "Szenario", 0), Column("affects", "Betroffen", 0),
        Column("cost", "Kosten in Euro", 0), Column("review", "Zu prüfen am", 0), Column("closed", "Geschlossen am", 0),
        Column("closed_reason", "Grund", 0), Column("matrix", "Fassung der Matrix", 0),
    )  # fmt: skip
    decisions = (
        Column("risk", "Risiko", 0.6), Column("state", "Entscheidung"), Column("category", "Kategorie", 0.8),
        Column("reason", "Begründung", 2.5), Column("until", "Bis", 0.8), Column("by", "Entschieden von"),
        Column("role", "Als", 0.8), Column("on", "Am", 0.8), Column("said", "Bemerkung", 0),
    )  # fmt: skip
    ordered = sorted(given.risks, key=lambda x: x.number)
    known = [x for x in given.acceptances if x.risk_id in numbers]
    taken = sorted(known, key=lambda x: (numbers[x.risk_id], x.requested_at, str(x.id)))
    return Part(
        "A.5",
        (
            Section("risks", "Risiken", columns, tuple(_risk(x, given.acceptances, names, today) for x in ordered)),
            Section(
                "matrix",
                f"Risikomatrix, Fassung {given.matrix.number}",
                (Column("damage", "Schadenshöhe"), *(Column(str(i), x) for i, x in enumerate(FREQUENCIES))),
                tuple(
                    {"id": x, "damage": x} | {str(i): word for i, word in enumerate(given.matrix.cells[x])}
                    for x in reversed(DAMAGES)
                ),
            ),
            Section("acceptances", "Risikoübernahmen", decisions, tuple(_decision(x, numbers) for x in taken)),
            Section("threats", "Elementare Gefährdungen je Zielobjekt", _dangers("Zielobjekt"), _assessed(given.threats)),
            Section("hazards", "Gefahren je Standort", _dangers("Standort"), _assessed(given.hazards)),
        ),
    )


def _risk(x: RiskView, acceptances: tuple[AcceptanceView, ...], names: Mapping[Any, str], today: date) -> Mapping[str, Any]:
    newest, void = x.holds(acceptances, today)
    held = "" if newest is None else f"gilt nicht mehr: {void}" if void else f"gilt bis {newest.until}"
    net = f"{x.category_net} ({x.frequency_net}, {x.damage_net})" if x.category_net else "nicht bewertet"
    return {
        "id": x.id, "number": x.name, "title": x.title, "objects": ", ".join(names[i] for i in x.targets if i in names),
        "gross": f"{x.category} ({x.frequency}, {x.damage})", "net": net, "treatment": x.treatment or "offen",
        "measures": x.measures, "owner": x.owner, "due": x.due, "acceptance": held, "priority": x.effective.word,
        "threats": ", ".join(x.threats), "cause": x.cause, "scenario": x.scenario, "affects": x.affects,
        "cost": _euro(x.cost), "review": x.review_on, "closed": x.closed_at.date() if x.closed_at else None,
        "closed_reason": x.closed_reason, "matrix": x.matrix_version,
    }  # fmt: skip


def _dangers(place: str) -> tuple[Column, ...]:
    return (
        Column("place", place, 1.6), Column("key", "Kennung", 0.7), Column("title", "Gefährdung", 2.0),
        Column("state", "Ergebnis", 1.2), Column("reason", "Begründung", 2.4), Column("risks", "Risiken", 1.0),
        Column("on", "Am", 0.8),
    )  # fmt: skip


def _assessed(lines: tuple[Danger, ...]) -> tuple[Mapping[str, Any], ...]:
    return tuple(
        {
            "id": f"{x.place}/{x.key}", "place": x.place_name, "key": x.key, "title": x.title, "state": _STANDINGS[x.state],
            "reason": x.verdict.reason if x.verdict else "", "risks": ", ".join(sorted(y.name for y in x.risks)),
            "on": x.verdict.at.date() if x.verdict else None,
        }
        for x in lines
    )  # fmt: skip


def _decision(x: AcceptanceView, numbers: Mapping[Any, str]) -> Mapping[str, Any]:
    return {
        "id": x.id, "risk": numbers[x.risk_id], "state": _DECISIONS.get(x.state, x.state), "category": x.category,
        "reason": x.reason, "until": x.until, "by": person(x.decided_by), "role": x.decided_as,
        "on": x.decided_at.date() if x.decided_at else None, "said": x.decision_reason,
    }  # fmt: skip


def plan(given: Gathered) -> Part:
    """A.6 Realisierungsplan: measures with priority, cost, who and until when."""
    columns = (
        Column("number", "Nr.", 0.7), Column("title", "Maßnahme", 2.4), Column("state", "Stand"),
        Column("priority", "Priorität", 0.8), Column("owner", "Zuständig"), Column("due", "Bis", 0.8),
        Column("once", "Einmalig, €", 0.8),
        Column("yearly", "Jährlich, €", 0.8), Column("days", "Personentage", 0.7), Column("budget", "Haushalt", 0.9),
        Column("acceptance", "Übernahme"), Column("scope", "Übernommen für", 1.2), Column("until", "Übernommen bis", 0.8),
        Column("withdrawn", "Zurückgezogen", 0), Column("kind", "Art", 0), Column("mode", "Weg", 0),
        Column("controls", "Anforderungen", 0),
    )  # fmt: skip
    labels = {x.requirement.key: x.requirement.label for x in (*given.sheet.entries, *given.sheet.removed)}
    found = tuple(
        {
            "id": x.id, "number": x.number, "title": x.title, "state": x.state, "priority": x.priority_word, "owner": x.owner,
            "due": x.due, "once": _euro(x.cost_once), "yearly": _euro(x.cost_yearly), "days": x.person_days,
            "budget": _budget(x.budget_year, secured=x.budget_secured), "acceptance": x.acceptance, "kind": x.kind,
            "scope": x.scope, "until": x.until, "withdrawn": x.withdrawn,
            "mode": x.mode, "controls": ", ".join(labels.get(key, key) for key in x.controls),
        }
        for x in given.measures
    )  # fmt: skip
    return Part("A.6", (Section("measures", "Maßnahmen", columns, found),))


def person(actor: str) -> str:
    """A person's name without the mail address behind it."""
    return actor.split(" <", maxsplit=1)[0]


def _euro(cents: int | None) -> str | None:
    return None if cents is None else f"{cents // 100},{cents % 100:02d}"


def _budget(year: int | None, *, secured: bool | None) -> str:
    known = {True: "gesichert", False: "nicht gesichert"}.get(secured, "") if secured is not None else ""
    return " ".join(x for x in (str(year) if year else "", known) if x)
