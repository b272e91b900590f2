"""The town's security concept (Sicherheitskonzept) as an OSCAL system security plan. Pure.

Components are the target objects and the group's measures the town took over; what the town says to a requirement at
an object stands there as it was said. A claim is never changed by evidence; what nobody has answered has no status.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from isms.measures import Claim
from isms.oscal.base import Json, file_id, line, metadata, prop, resource, some
from isms.oscal.given import Given
from isms.oscal.profile import PROFILE, RESOLVED
from isms.protection import Goal, Need
from isms.sheet import Entry
from isms.snapshots.gathered import Plan, Thing, Unit
from isms.structure.assessment import Line
from service.objects.standard import TargetKind

PLAN: Final = "system-security-plan.json"
STATUS: Final[Mapping[Claim, str]] = {
    Claim.JA: "implemented",
    Claim.TEILWEISE: "partial",
    Claim.NEIN: "not-implemented",
    Claim.ENTBEHRLICH: "not-applicable",
}
"""Status of an implementation by the town's claim; an open answer has none."""
_TYPES: Final[Mapping[str, str]] = {
    TargetKind.INSTITUTION: "organization",
    TargetKind.ROLE: "role",
    TargetKind.PROCESS: "process-procedure",
    TargetKind.INFORMATION: "information",
    TargetKind.PROCEDURE: "software",
    TargetKind.APPLICATION: "software",
    TargetKind.IT_SYSTEM: "system",
    TargetKind.INDUSTRIAL: "hardware",
    TargetKind.IOT: "hardware",
    TargetKind.LINK: "interconnection",
    TargetKind.NETWORK: "network",
    TargetKind.ROOM: "physical",
    TargetKind.BUILDING: "physical",
    TargetKind.PROVIDER: "service",
}
_DONE = ("umgesetzt", "geprüft")


def plan(given: Given) -> Json:
    """The plan; the sheet of the town must hold at least one requirement."""
    head = metadata(f"Sicherheitskonzept {given.town}", given.town, given.slug, given.newest, roles=_roles(given))
    files = [
        resource(PROFILE, f"Profil {given.town}", "Welche Anforderungen gelten."),
        resource(RESOLVED, f"Anforderungen {given.town}", "Die Anforderungen im Wortlaut."),
    ]
    return {
        "metadata": head,
        "import-profile": {"href": f"#{file_id(PROFILE)}"},
        "system-characteristics": _characteristics(given),
        "system-implementation": _system(given),
        "control-implementation": {
            "description": "Stand des Grundschutz-Checks je Anforderung und Zielobjekt.",
            "implemented-requirements": _requirements(given),
        },
        "back-matter": {"resources": files},
    }


def role_id(given: Given, responsible: str) -> str:
    """Id of a role by the words somebody is named with as responsible."""
    return f"role-{given.id('role', responsible)[:8]}"


def _roles(given: Given) -> list[Json]:
    named = {x.answer.responsible for x in given.gathered.sheet.entries if x.answer and x.answer.responsible.strip()}
    named |= {x.responsible for x in given.gathered.things if x.responsible.strip()}
    return [{"id": role_id(given, x), "title": line(x)} for x in sorted(named)]


def _responsible(given: Given, words: str) -> list[Json]:
    return [{"role-id": role_id(given, words)}] if words.strip() else []


def _characteristics(given: Given) -> Json:
    lines = given.gathered.protection
    objectives = {
        f"security-objective-{name}": _base(need)
        for goal, name in _OBJECTIVES.items()
        if (need := _highest(lines, goal)) is not None
    }
    highest = max((need for goal in Goal if (need := _highest(lines, goal)) is not None), default=None)
    return some(
        system_ids=[{"identifier-type": "urn:odenwacht:town", "id": given.slug}],
        system_name=line(given.town),
        description=f"Informationsverbund {given.town}",
        security_sensitivity_level=_base(highest) if highest is not None else "",
        system_information={"information-types": _information(given)},
        security_impact_level=objectives if len(objectives) == len(_OBJECTIVES) else {},
        status={"state": "operational"},
        authorization_boundary={"description": f"Alle Zielobjekte der Strukturanalyse von {given.town}."},
    )


_OBJECTIVES: Final[Mapping[Goal, str]] = {
    Goal.CONFIDENTIALITY: "confidentiality", Goal.INTEGRITY: "integrity", Goal.AVAILABILITY: "availability",
}  # fmt: skip


def _base(need: Need) -> str:
    """Grundschutz++ knows normal and hoch only (`domain.md` 3.3)."""
    return need.exported


def _highest(lines: Iterable[Line], goal: Goal) -> Need | None:
    return max((need for x in lines if (need := x.effective[goal].need) is not None), default=None)


def _information(given: Given) -> list[Json]:
    """Information and processes with their needs; where there is none yet, one line that says so."""
    found = [x for x in given.gathered.protection if x.enters]
    if not found:
        text = "Geschäftsprozesse und Informationen sind noch nicht erfasst."
        return [{"uuid": given.id("information"), "title": "Informationen der Stadt", "description": text}]
    return [
        some(
            uuid=given.id("information", x.id),
            title=line(x.name),
            description=line(x.name),
            **{
                f"{name}_impact": {"base": _base(need)}
                for goal, name in _OBJECTIVES.items()
                if (need := x.effective[goal].need) is not None
            },
        )
        for x in found
    ]


def _system(given: Given) -> Json:
    whole = {
        "uuid": given.id("system"), "type": "this-system", "title": line(given.town),
        "description": f"Informationsverbund {given.town}", "status": {"state": "operational"},
    }  # fmt: skip
    used = {x.state.via for x in given.gathered.sheet.entries if x.state.via}
    measures = [_measure(given, x) for x in given.gathered.measures if x.number in used]
    places: dict[str, list[str]] = {}
    for x in given.gathered.things:
        places.setdefault(x.name, []).append(given.component(x.id))
    return some(
        users=[{"uuid": given.id("users"), "title": "Beschäftigte der Stadt", "role-ids": ["creator"]}],
        components=[whole, *(_component(given, x) for x in given.gathered.things), *measures],
        inventory_items=[_item(given, x, places) for x in given.gathered.devices if not x.excluded],
    )


def _component(given: Given, x: Thing) -> Json:
    return some(
        uuid=given.component(x.id), type=_TYPES.get(x.kind, "system"), title=line(x.name),
        description=x.note.strip() or line(f"{x.kind_word} {x.name}"),
        props=[prop("kind", x.kind_word), *(prop("category", c) for c in x.categories), *(prop("module", m) for m in x.modules)],
        status={"state": "operational"}, responsible_roles=_responsible(given, x.responsible),
    )  # fmt: skip


def _measure(given: Given, x: Plan) -> Json:
    return some(
        uuid=given.id("measure", x.id), type="service", title=line(f"{x.number} {x.title}"),
        description=line(f"Maßnahme des Verbunds: {x.title}"),
        props=[prop("measure", x.number), prop("state", x.state), prop("acceptance", x.acceptance)],
        status={"state": "operational" if x.state in _DONE else "under-development"},
    )  # fmt: skip


def _item(given: Given, x: Unit, places: Mapping[str, list[str]]) -> Json:
    parts = [{"component-uuid": one} for name in x.objects for one in places.get(name, ())]
    told = [{"name": name, "value": line(value)} for name, value in (("asset-type", x.kind), ("os-name", x.os)) if value.strip()]
    if x.site.strip():
        told.append(prop("site", x.site))
    return some(uuid=given.id("device", x.id), description=line(x.name), props=told, implemented_components=parts)


def _requirements(given: Given) -> list[Json]:
    sheet = given.gathered.sheet
    grouped: dict[str, list[Entry]] = {}
    for entry in (*sheet.entries, *sheet.removed):
        grouped.setdefault(entry.requirement.key, []).append(entry)
    order = {key: i for i, key in enumerate(given.names)}
    measures = {x.number: x for x in given.gathered.measures}
    return [
        {
            "uuid": given.id("requirement", key),
            "control-id": given.names[key],
            "props": [prop("control-key", key)],
            "by-components": [_said(given, x, measures) for x in grouped[key]],
        }
        for key in sorted((x for x in grouped if x in order), key=order.__getitem__)
    ]


def _said(given: Given, x: Entry, measures: Mapping[str, Plan]) -> Json:
    """What is said to one requirement at one object."""
    head = {"component-uuid": given.component(x.target), "uuid": given.statement(x.target, x.requirement.key)}
    if x.removed_reason is not None:
        status = {"state": STATUS[Claim.ENTBEHRLICH], "remarks": "Für dieses Zielobjekt gestrichen."}
        return head | {
            "description": line(x.removed_reason),
            "props": [prop("claim", "gestrichen")],
            "implementation-status": status,
        }
    answer, state = x.answer, x.state
    props = [prop("claim", state.claim), prop("provenance", state.provenance)]
    if answer is not None:
        props += [prop(name, value) for name, value in (("due", answer.due), ("document", answer.document)) if value]
        props.append(prop("answered", answer.at.date()))
    if state.refuted:
        props.append(prop("contradictions", state.contradictions, "Offene Widersprüche; die Aussage bleibt, wie sie ist."))
    said = (answer.reason.strip() if answer else "") or state.provenance or state.words
    status = some(state=STATUS.get(state.claim, ""), remarks=state.words if state.words != state.claim else "")
    via = measures.get(state.via)
    inherited = [] if via is None or state.claim is Claim.UNBEARBEITET else [
        {"uuid": given.id("inherited", x.target, x.requirement.key), "description": line(f"{via.number} {via.title}")}
    ]  # fmt: skip
    return head | some(
        description=said, props=props, implementation_status=status if "state" in status else {}, inherited=inherited,
        responsible_roles=_responsible(given, answer.responsible if answer else ""),
    )  # fmt: skip
