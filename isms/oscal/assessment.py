"""What was assessed and what came out: OSCAL assessment plan and assessment results of a town. Pure.

A finding follows from what people said and from open contradictions against it. Evidence may make a claimed „ja“ not
satisfied, it never makes anything satisfied; what is unanswered or not required has no finding.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from isms.measures import Claim
from isms.oscal.base import NS, Json, day_end, file_id, line, metadata, moment, prop, resource, some
from isms.oscal.given import Evidence, Given, Observed, Place
from isms.oscal.security_plan import PLAN, STATUS
from isms.register import RiskView
from isms.sheet import Entry

ASSESSMENT: Final = "assessment-plan.json"
RESULTS: Final = "assessment-results.json"
_THREATS = "urn:odenwacht:elementare-gefaehrdungen"


def assessment_plan(given: Given) -> Json:
    """How the town is assessed: its own Grundschutz-Check, and the automatic checks of the service."""
    tool = {
        "uuid": given.id("tool"), "type": "software", "title": "Odenwacht",
        "description": "Automatische Prüfungen über Scans, Bestand und Angaben der Stadt.", "status": {"state": "operational"},
    }  # fmt: skip
    return some(
        metadata=metadata(f"Prüfplan {given.town}", given.town, given.slug, given.newest),
        import_ssp={"href": f"#{file_id(PLAN)}"},
        reviewed_controls=_reviewed(given),
        assessment_subjects=[{"type": "component", "include-all": {}}],
        assessment_assets={
            "components": [tool],
            "assessment-platforms": [{"uuid": given.id("platform"), "title": "Odenwacht",
                                      "uses-components": [{"component-uuid": tool["uuid"]}]}],
        },
        back_matter={"resources": [resource(PLAN, f"Sicherheitskonzept {given.town}", "Was geprüft wird.")]},
    )  # fmt: skip


def assessment_results(given: Given) -> Json:
    """What came out of it: observations of the checks, findings, risks."""
    seen, at = _observations(given)
    answered = [x.answer.at for x in given.gathered.sheet.entries if x.answer]
    result = some(
        uuid=given.id("result", moment(given.newest)),
        title=line(f"Grundschutz-Check {given.town}"),
        description="Aussagen der Stadt, gehalten gegen die Befunde der automatischen Prüfungen.",
        start=moment(min([*answered, *(x.seen_at for x in given.observed)], default=given.newest)),
        end=moment(given.newest),
        reviewed_controls=_reviewed(given),
        observations=seen,
        risks=[_risk(given, x) for x in sorted(given.gathered.risks, key=lambda x: x.number)],
        findings=[found for x in given.gathered.sheet.entries if (found := _finding(given, x, at.get(_place(x), ())))],
    )
    return {
        "metadata": metadata(f"Prüfergebnisse {given.town}", given.town, given.slug, given.newest),
        "import-ap": {"href": f"#{file_id(ASSESSMENT)}"},
        "results": [result],
        "back-matter": {"resources": [resource(ASSESSMENT, f"Prüfplan {given.town}", "Wie geprüft wird.")]},
    }


def _reviewed(given: Given) -> Json:
    used = {x.requirement.key for x in given.gathered.sheet.entries}
    controls = [{"control-id": name} for key, name in given.names.items() if key in used]
    return {"control-selections": [{"include-controls": controls} if controls else {"include-all": {}}]}


def _place(x: Entry) -> Place:
    return x.target, x.requirement.key


def _observations(given: Given) -> tuple[list[Json], dict[Place, list[str]]]:
    """All observations, and the UUIDs of those that speak of a place."""
    names = {x.id: x.name for x in given.gathered.things}
    found: list[Json] = []
    at: dict[Place, list[str]] = {}
    for case in given.observed:
        one = _contradiction(given, case, names)
        found.append(one)
        for place in case.places:
            at.setdefault(place, []).append(one["uuid"])
    checked = given.gathered.sheet.checked_at
    merged: dict[tuple[object, ...], list[Evidence]] = {}
    for seen in given.evidence:
        merged.setdefault((seen.check, seen.target, seen.refutes, seen.supports, seen.unknown), []).append(seen)
    for same in merged.values():
        first = same[0]
        one = some(
            uuid=given.id("evidence", first.check, first.target, first.refutes, first.supports, first.unknown),
            title=line(given.titles.get(first.check, first.check)),
            description=f"Befunde dagegen: {first.refutes}, dafür: {first.supports}, unklar: {first.unknown}.",
            props=[prop("check", first.check)],
            methods=["TEST"], types=["control-objective"], origins=_origin(given),
            subjects=_subjects(given, [first.target], names),
            collected=moment(checked or given.newest),
        )  # fmt: skip
        found.append(one)
        for seen in same:
            at.setdefault((seen.target, seen.control), []).append(one["uuid"])
    return found, at


def _origin(given: Given) -> list[Json]:
    return [{"actors": [{"type": "tool", "actor-uuid": given.id("tool")}]}]


def _subjects(given: Given, targets: Sequence[UUID], names: Mapping[UUID, str]) -> list[Json]:
    return [
        {"subject-uuid": given.id("component", x), "type": "component", "title": line(names[x])} for x in targets if x in names
    ]


def _contradiction(given: Given, x: Observed, names: Mapping[UUID, str]) -> Json:
    return some(
        uuid=given.id("contradiction", x.id),
        title=line(given.titles.get(x.check, x.check)),
        description=line(x.sentence),
        props=[prop("check", x.check), prop("rule-version", x.rule_version), prop("state", x.state)],
        methods=["TEST"], types=["finding"], origins=_origin(given),
        subjects=_subjects(given, sorted({target for target, _control in x.places}, key=str), names),
        collected=moment(x.seen_at),
        remarks=x.reason.strip(),
    )  # fmt: skip


def _finding(given: Given, x: Entry, observations: Sequence[str]) -> Json | None:
    claim = x.state.claim
    if claim in (Claim.UNBEARBEITET, Claim.ENTBEHRLICH):
        return None
    target, key = x.target, x.requirement.key
    statement = given.statements.get(key)
    status = {"state": "satisfied", "reason": "pass"} if x.state.counts else {"state": "not-satisfied", "reason": "fail"}
    if x.state.words != claim:
        status["remarks"] = x.state.words
    risks = [
        {"risk-uuid": given.id("risk", r.id)}
        for r in given.gathered.risks
        if key in r.controls and (not r.targets or target in r.targets)
    ]
    return some(
        uuid=given.id("finding", target, key),
        title=line(f"{x.requirement.label} {x.target_name}"),
        description=line(f"{x.requirement.title}: {x.state.words} ({x.state.provenance})."),
        origins=[{"actors": [{"type": "party", "actor-uuid": given.party}]}],
        target=some(
            type="statement-id" if statement else "objective-id", target_id=statement or given.names[key], status=status,
            implementation_status={"state": STATUS[claim]},
        ),
        implementation_statement_uuid=given.statement(target, key),
        related_observations=[{"observation-uuid": one} for one in observations],
        related_risks=risks,
    )  # fmt: skip


def _risk(given: Given, x: RiskView) -> Json:
    origin = {"actors": [{"type": "party", "actor-uuid": given.party}]}
    rated = [("initial", x.category, x.frequency, x.damage)]
    if x.category_net and x.frequency_net and x.damage_net:
        rated.append(("adjusted", x.category_net, x.frequency_net, x.damage_net))
    planned = [
        {"uuid": given.id("response", x.id), "lifecycle": "planned", "title": "Maßnahmen", "description": x.measures}
    ] if x.measures.strip() else []  # fmt: skip
    return some(
        uuid=given.id("risk", x.id),
        title=line(f"{x.name} {x.title}"),
        description=x.cause.strip() or x.title or x.name,
        statement=x.scenario.strip() or x.affects.strip() or x.title or x.name,
        props=[prop("kind", x.kind), prop("priority", x.effective.word), prop("treatment", x.treatment or "offen"),
               prop("matrix-version", x.matrix_version)],
        status=_risk_status(given, x),
        threat_ids=[{"system": _THREATS, "id": f"{_THREATS}:{''.join(t.split())}"} for t in x.threats],
        characterizations=[
            {
                "origin": origin,
                "facets": [
                    {"name": name, "system": NS, "value": line(value), "props": [{"name": "state", "value": state}]}
                    for name, value in (("category", category), ("frequency", frequency), ("damage", damage))
                ],
            }
            for state, category, frequency, damage in rated
        ],
        deadline=day_end(x.due) if x.due else None,
        remediations=planned,
    )  # fmt: skip


def _risk_status(given: Given, x: RiskView) -> str:
    """OSCAL's word: taken over is an approved deviation, asked to be taken over a requested one."""
    if not x.open:
        return "closed"
    newest, void = x.holds(given.gathered.acceptances, given.gathered.at.date())
    if newest is not None and not void:
        return "deviation-approved"
    if any(a.risk_id == x.id and a.state == "requested" for a in given.gathered.acceptances):
        return "deviation-requested"
    return "remediating" if x.treatment in ("reduzieren", "vermeiden", "übertragen") else "open"
