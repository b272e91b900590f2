"""A.1 to A.3: structure analysis, protection needs, modelling. Pure; one function a document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from isms.protection import Goal
from isms.snapshots.gathered import Gathered, Thing
from isms.snapshots.parts import Column, Part, Section
from isms.structure.assessment import Line
from isms.structure.definitions import SCENARIOS
from isms.structure.modules import MODULES
from service.objects.standard import TargetKind

_GROUPS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("institution", "Institution und Personengruppen", (TargetKind.INSTITUTION, TargetKind.ROLE)),
    ("processes", "Geschäftsprozesse und Informationen", (TargetKind.PROCESS, TargetKind.INFORMATION)),
    ("applications", "Fachverfahren und Anwendungen", (TargetKind.PROCEDURE, TargetKind.APPLICATION)),
    ("systems", "IT-Systeme, Technik und ihre Gruppen", (TargetKind.IT_SYSTEM, TargetKind.INDUSTRIAL, TargetKind.IOT)),
    ("links", "Netze und Verbindungen", (TargetKind.NETWORK, TargetKind.LINK)),
    ("rooms", "Gebäude und Räume", (TargetKind.BUILDING, TargetKind.ROOM)),
    ("providers", "Dienstleister", (TargetKind.PROVIDER,)),
)
_OBJECT = (
    Column("name", "Zielobjekt", 2.0),
    Column("kind", "Art"),
    Column("devices", "Geräte", 0.6),
    Column("rule", "Gehört dazu, wenn", 2.0),
    Column("responsible", "Zuständig"),
    Column("note", "Bemerkung", 1.2),
)
_DEVICE = (
    Column("name", "Gerät", 1.6),
    Column("kind", "Art"),
    Column("os", "Betriebssystem", 1.3),
    Column("site", "Standort"),
    Column("objects", "Zielobjekte", 2.0),
)
_GOALS = {Goal.CONFIDENTIALITY: "Vertraulichkeit", Goal.INTEGRITY: "Integrität", Goal.AVAILABILITY: "Verfügbarkeit"}
UNKNOWN = "unbekannt"


def structure(given: Gathered) -> Part:
    """A.1 Strukturanalyse: objects by kind, what needs what, networks, every device with its place."""
    sections = [
        Section(key, title, _OBJECT, tuple(_object(x) for x in given.things if x.kind in kinds))
        for key, title, kinds in _GROUPS
    ]  # fmt: skip
    links = tuple(
        {
            "id": x.id, "consumer": x.consumer, "provider": x.provider,
            "alternatives": x.alternatives or None, "hours": x.required_hours,
            "degraded": "ja" if x.degraded_ok else "nein", "note": x.note,
        }
        for x in given.links
    )  # fmt: skip
    nets = tuple(
        {"id": x.id, "name": x.name, "cidr": x.cidr, "purpose": x.purpose, "site": x.site} for x in given.nets
    )  # fmt: skip
    sections += [
        Section(
            "needs", "Abhängigkeiten",
            (
                Column("consumer", "Was", 2.0), Column("provider", "braucht", 2.0), Column("alternatives", "Ersatzgruppe", 0.8),
                Column("hours", "Stunden", 0.6), Column("degraded", "Notbetrieb überbrückt"), Column("note", "Bemerkung", 1.4),
            ),
            links,
        ),
        Section(
            "nets", "Netzplan",
            (
                Column("name", "Netz", 1.6), Column("cidr", "Adressbereich"), Column("purpose", "Zweck"),
                Column("site", "Standort"),
            ),
            nets,
        ),
        Section("devices", "Geräte", _DEVICE, tuple(_device(x) for x in given.devices if not x.excluded)),
        Section(
            "excluded", "Ausgenommene Geräte",
            (Column("name", "Gerät"), Column("kind", "Art"), Column("reason", "Begründung", 2.5)),
            tuple({"id": x.id, "name": x.name, "kind": x.kind, "reason": x.excluded} for x in given.devices if x.excluded),
        ),
    ]  # fmt: skip
    return Part("A.1", tuple(sections))


def _object(x: Thing) -> Mapping[str, Any]:
    return {
        "id": x.id, "name": x.name, "kind": x.kind_word, "devices": x.devices, "rule": x.rule,
        "responsible": x.responsible, "note": x.note,
    }  # fmt: skip


def _device(x: Any) -> Mapping[str, Any]:
    return {
        "id": x.id, "name": x.name, "kind": x.kind, "os": x.os, "site": x.site,
        "objects": ", ".join(x.objects) or "noch ohne Zielobjekt",
    }  # fmt: skip


def protection(given: Gathered) -> Part:
    """A.2 Schutzbedarfsfeststellung: the definitions, and each object's effective needs with their reasons."""
    definitions = tuple(
        {
            "id": f"{x.scenario}/{int(x.need)}", "scenario": str(SCENARIOS[x.scenario]), "need": x.need.word, "text": x.text,
            "version": x.version,
        }
        for x in given.definitions
    )  # fmt: skip
    kinds = {x.id: x.kind_word for x in given.things}
    columns = (
        Column("name", "Zielobjekt", 1.6),
        Column("kind", "Art"),
        *(Column(str(goal), word, 0.8) for goal, word in _GOALS.items()),
        Column("because", "Herkunft und Begründung", 3.0),
    )
    found = tuple(_need(x, kinds.get(x.id, "")) for x in given.protection)
    return Part(
        "A.2",
        (
            Section(
                "definitions", "Schutzbedarfskategorien",
                (
                    Column("scenario", "Schadensszenario", 1.2), Column("need", "Kategorie", 0.7),
                    Column("text", "Gilt, wenn", 3.5), Column("version", "Fassung", 0),
                ),
                definitions,
            ),
            Section("needs", "Schutzbedarf je Zielobjekt", columns, found),
        ),
    )  # fmt: skip


def _need(line: Line, kind: str) -> Mapping[str, Any]:
    told = [f"{word}: {why}" for goal, word in _GOALS.items() if (why := _why(line, goal))]
    values = {str(goal): need.word if (need := line.effective[goal].need) else UNKNOWN for goal in _GOALS}
    return {"id": line.id, "name": line.name, "kind": kind, "because": "; ".join(told), **values}


def _why(line: Line, goal: Goal) -> str:
    found = line.effective[goal]
    if found.override is not None:
        inherited = found.inherited.word if found.inherited else "nichts"
        again = ", erneut zu prüfen" if found.review else ""
        return f"{found.override.reasoning}, {found.override.reason} (vererbt: {inherited}{again})"
    if line.because[goal]:
        return "vererbt von " + ", ".join(sorted(line.because[goal]))
    return "eingetragen" if found.need is not None else ""


def modelling(given: Gathered) -> Part:
    """A.3 Modellierung: what applies to which object, by category or module, and what was taken away with which reason."""
    applied: dict[tuple[str, str], list[str]] = {}
    for one in given.sheet.entries:
        applied.setdefault((str(one.target), one.category), []).append(one.requirement.label)
    names = {str(x.id): x.name for x in given.things}
    order = {str(x.id): i for i, x in enumerate(given.things)}
    ordered = sorted(applied, key=lambda x: (order.get(x[0], len(order)), x))
    modules = [(x, module) for x in given.things for module in x.modules]
    return Part(
        "A.3",
        (
            Section(
                "categories", "Anforderungen je Zielobjekt",
                (
                    Column("name", "Zielobjekt", 1.5), Column("category", "Kategorie oder Baustein", 1.2),
                    Column("number", "Zahl", 0.5), Column("controls", "Anforderungen", 3.5),
                ),
                tuple(
                    {
                        "id": f"{target}/{category}", "name": names.get(target, target), "category": category,
                        "number": len(applied[target, category]), "controls": ", ".join(applied[target, category]),
                    }
                    for target, category in ordered
                ),
            ),
            Section(
                "modules", "Zugeordnete Bausteine",
                (Column("name", "Zielobjekt", 1.5), Column("module", "Baustein"), Column("title", "Titel", 2.0)),
                tuple({"id": f"{x.id}/{m}", "name": x.name, "module": m, "title": MODULES.get(m, "")} for x, m in modules),
            ),
            Section(
                "removed", "Gestrichene Anforderungen",
                (
                    Column("name", "Zielobjekt", 1.5), Column("control", "Anforderung"), Column("title", "Titel", 2.0),
                    Column("reason", "Streichbegründung", 2.5),
                ),
                tuple(_removed(given)),
            ),
        ),
    )  # fmt: skip


def _removed(given: Gathered) -> Iterable[Mapping[str, Any]]:
    order = {x.id: i for i, x in enumerate(given.things)}
    found = sorted(
        given.sheet.removed, key=lambda x: (order.get(x.target, len(order)), x.requirement.position, x.requirement.key)
    )
    for x in found:
        yield {
            "id": f"{x.target}/{x.requirement.key}", "name": x.target_name, "control": x.requirement.label,
            "title": x.requirement.title, "reason": x.removed_reason,
        }  # fmt: skip
