"""Protection needs (Schutzbedarf): all objects by goal with where each value comes from; entering, overriding, definitions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import structs

from isms.pages import words
from isms.pages.forms import Ask, Form, kept, overtaken, problem, read, transaction
from isms.protection import Goal, Need, Reasoning
from isms.structure.assessment import Line, SetNeed
from isms.structure.definitions import SCENARIOS
from isms.structure.pages.frame import base, chosen, columns, page
from isms.structure.store import protection as store
from isms.structure.words import GOALS, NEEDS, REASONINGS, badge, because, exported, word
from service import web
from service.auth.guards import EDIT_ISMS, PREPARE_ISMS, READ_ISMS, Here
from service.db import town_tx
from service.errors import Outdated, Wrong
from service.i18n import gettext as _
from service.inventory.pages.files import table_file
from service.settings import now
from service.web.clash import Overtaken

_NAMES = {Goal.CONFIDENTIALITY: "c", Goal.INTEGRITY: "i", Goal.AVAILABILITY: "a"}


class ProtectionForm(Form):
    """The three goals of one object: level ("" = nothing set), kind of reason, reason, version shown."""

    c: str = ""
    c_reasoning: str = ""
    c_reason: str = ""
    c_version: int = 0
    i: str = ""
    i_reasoning: str = ""
    i_reason: str = ""
    i_version: int = 0
    a: str = ""
    a_reasoning: str = ""
    a_reason: str = ""
    a_version: int = 0


class DefinitionForm(Form):
    """One cell of the definitions."""

    scenario: str = ""
    need: int = 0
    text: str = ""
    version: int = 0


class ProtectionPages(Controller):
    """`/towns/{town}/structure/protection`."""

    path = "/towns/{town:str}/structure/protection"
    include_in_schema = False

    @get("/", opt={"access": READ_ISMS})
    async def show(self, request: Ask, here: Here) -> Response[str]:
        """Every object with its three values and why."""
        query = chosen(request.query_params, "q", "kind", "state")
        async with transaction(here) as tx:
            whole = await store.load(tx, here.write)
        rows = _filtered(whole, query)
        state = web.listing(request.url.path, request.query_params.multi_items(), total=len(rows), per_page=100)
        return page(
            request,
            here,
            "protection",
            "/protection",
            rows=rows[state.offset : state.offset + state.per_page],
            state=state,
            query=query,
            kinds=words.KINDS,
            goals=list(Goal),
            word=word,
            badge=badge,
            because=because,
            review=sum(x.review for x in whole),
            unknown=sum(x.unknown for x in whole),
            entered=sum(1 for x in whole if x.enters and not x.unknown),
            enters=sum(1 for x in whole if x.enters),
            any=bool(whole),
            columns=columns(_("Zielobjekt"), *(str(x) for x in GOALS.values()), _("Stand")),
            export_query=request.url.query,
        )

    @get("/export", opt={"access": READ_ISMS})
    async def export(self, request: Ask, here: Here) -> Response[bytes]:
        """The shown filter as XLSX or CSV; beside each value stands what Grundschutz++ knows of it."""
        async with transaction(here) as tx:
            rows = _filtered(await store.load(tx, here.write), chosen(request.query_params, "q", "kind", "state"))
        heads = [_("Zielobjekt"), _("Art")]
        for name in GOALS.values():
            heads += [str(name), f"{name}, {_('Grundschutz++')}", f"{name}, {_('Begründung')}"]
        heads.append(_("prüfen"))
        lines = [dict(zip(heads, _line(x), strict=True)) for x in rows]
        return table_file(request, lines, heads, f"schutzbedarf-{here.slug}")

    @get("/{target:uuid}", opt={"access": PREPARE_ISMS})
    async def edit(self, request: Ask, here: Here, target: FromPath[UUID]) -> Response[str]:
        """One object: enter its values, or override what it inherits."""
        async with transaction(here) as tx:
            line = await store.line(tx, here.write, target)
        return await _page(request, here, target, _form(line))

    @post("/{target:uuid}", opt={"access": PREPARE_ISMS}, status_code=200)
    async def save(self, request: Ask, here: Here, target: FromPath[UUID]) -> Response[str] | Redirect:
        """Save what changed; the former values stay as history."""
        form = ProtectionForm()
        try:
            form = await read(request, ProtectionForm)
            async with transaction(here, write=True) as tx:
                line = await store.line(tx, here.write, target)
                for goal, name in _NAMES.items():
                    wanted = _wanted(form, name, line, officer=bool(here.roles & EDIT_ISMS))
                    before = line.set_by_hand.get(goal)
                    if wanted != _said(before) or (before is not None and line.effective[goal].review):
                        version = getattr(form, f"{name}_version")
                        await store.put(tx, here.write, target, goal, wanted, here.actor, now(), expected=version)
        except Wrong as error:
            return await _page(request, here, target, kept(error, form), status=422, errors=problem(error))
        except Outdated as error:
            async with transaction(here) as tx:
                stored = _form(await store.line(tx, here.write, target))
            clash = overtaken(form, stored, error)
            versions = {f"{name}_version": getattr(stored, f"{name}_version") for name in _NAMES.values()}
            return await _page(request, here, target, structs.replace(form, **versions), status=409, clash=clash)
        return web.redirect(f"{base(here)}/protection", message=_("Schutzbedarf von „%(name)s“ gespeichert.", name=line.name))


def _filtered(whole: tuple[Line, ...], query: dict[str, str]) -> list[Line]:
    needle = query["q"].casefold()
    tests: dict[str, Callable[[Line], bool]] = {
        "review": lambda x: x.review,
        "unknown": lambda x: x.unknown,
        "override": lambda x: any(e.override for e in x.effective.values()),
        "high": lambda x: x.highest is not None and x.highest > Need.NORMAL,
    }
    fits = tests.get(query["state"])
    return [
        x
        for x in whole
        if needle in x.name.casefold() and (not query["kind"] or x.kind == query["kind"]) and (fits is None or fits(x))
    ]


def _line(line: Line) -> list[Any]:
    values: list[Any] = [line.name, str(words.KINDS[line.kind])]
    for goal in Goal:
        found = line.effective[goal]
        values += [word(found.need), exported(found.need), because(found, line.because[goal])]
    return [*values, _("prüfen") if line.review else ""]


def _form(line: Line) -> ProtectionForm:
    values: dict[str, Any] = {}
    for goal, name in _NAMES.items():
        said = line.set_by_hand.get(goal)
        if said is not None:
            values |= {
                name: str(int(said.need)),
                f"{name}_reasoning": str(said.reasoning or ""),
                f"{name}_reason": said.reason,
                f"{name}_version": said.version,
            }
    return ProtectionForm(**values)


def _said(value: SetNeed | None) -> tuple[Need, Reasoning | None, str] | None:
    return None if value is None else (value.need, value.reasoning, value.reason)


def _wanted(form: ProtectionForm, name: str, line: Line, *, officer: bool) -> tuple[Need, Reasoning | None, str] | None:
    """What the form asks for one goal; None: nothing set."""
    level, kind, reason = getattr(form, name), getattr(form, f"{name}_reasoning"), getattr(form, f"{name}_reason")
    if not level:
        return None
    try:
        need = Need(int(level))
        reasoning = None if line.enters else Reasoning(kind)
    except ValueError:
        raise Wrong(_("Bitte wählen Sie eine Begründungsart."), f"{name}_reasoning") from None
    former = _said(line.set_by_hand.get(Goal(name.upper())))
    if reasoning is Reasoning.BEGRUENDET and not officer and former != (need, reasoning, reason):
        raise Wrong(_("„Begründet“ darf nur die/der ISB setzen."), f"{name}_reasoning")
    return need, reasoning, reason


async def _page(
    request: Ask,
    here: Here,
    target: UUID,
    form: ProtectionForm,
    *,
    status: int = 200,
    errors: dict[str, str] | None = None,
    clash: Overtaken | None = None,
) -> Response[str]:
    async with transaction(here) as tx:
        line = await store.line(tx, here.write, target)
        past = await store.history(tx, here.write, target)
        cells = await store.definitions(tx)
    kinds = [x for x in Reasoning if x is not Reasoning.BEGRUENDET or here.roles & EDIT_ISMS or _uses(line, x)]
    return page(
        request,
        here,
        "protection_form",
        "/protection",
        status=status,
        line=line,
        url=f"{base(here)}/protection/{target}",
        form=form,
        errors=errors or {},
        clash=clash,
        kinds=words.KINDS,
        goals=[
            (
                _NAMES[goal],
                str(GOALS[goal]),
                word(line.effective[goal].inherited),
                badge(line.effective[goal].inherited),
                ", ".join(line.because[goal]),
                line.effective[goal].review,
            )
            for goal in Goal
        ],
        levels=[(str(int(key)), str(text)) for key, (text, _kind) in NEEDS.items()],
        reasonings=[(str(x), str(REASONINGS[x])) for x in kinds],
        cells=cells,
        scenarios=SCENARIOS,
        word=word,
        past=[
            {
                "title": f"{GOALS[x.goal]}: {word(x.need)}" + (f" ({REASONINGS[x.reasoning]})" if x.reasoning else ""),
                "at": x.at,
                "who": x.by,
                "text": x.reason,
                "changes": (),
            }
            for x in past
        ],
    )


def _uses(line: Line, reasoning: Reasoning) -> bool:
    return any(x.reasoning is reasoning for x in line.set_by_hand.values())


class DefinitionPages(Controller):
    """`/towns/{town}/structure/protection/definitions`: read in a town, worded for the whole group."""

    path = "/towns/{town:str}/structure/protection/definitions"
    include_in_schema = False

    @get("/", opt={"access": READ_ISMS})
    async def show(self, request: Ask, here: Here) -> Response[str]:
        """When a need is normal, hoch, sehr hoch."""
        return await _definitions(request, here)

    @post("/", opt={"access": EDIT_ISMS}, status_code=200)
    async def save(self, request: Ask, here: Here) -> Response[str] | Redirect:
        """Word one cell anew; it holds for all towns of the group."""
        form = DefinitionForm()
        try:
            form = await read(request, DefinitionForm)
            async with town_tx({*here.read, store.GROUP}, store.GROUP) as tx:
                await store.define(tx, form.scenario, form.need, form.text, here.actor, now(), expected=form.version)
        except Wrong as error:
            return await _definitions(request, here, kept(error, form), problem(error))
        except Outdated as error:
            return await _definitions(request, here, form, late=error)
        return web.redirect(f"{base(here)}/protection/definitions", message=_("Definition für alle Städte gespeichert."))


async def _definitions(
    request: Ask,
    here: Here,
    typed: DefinitionForm | None = None,
    errors: dict[str, str] | None = None,
    late: Outdated | None = None,
) -> Response[str]:
    async with transaction(here) as tx:
        cells = await store.definitions(tx)
    clash = None
    if late is not None and typed is not None:
        stored = next(x for x in cells if (x.scenario, int(x.need)) == (typed.scenario, typed.need))
        clash = web.clash.overtaken([(_("Text"), stored.text, typed.text)], late)
    return page(
        request,
        here,
        "definitions",
        "/protection",
        status=409 if late else 422 if errors else 200,
        cells=cells,
        typed=typed or DefinitionForm(),
        scenarios=SCENARIOS,
        word=word,
        badge=badge,
        errors=errors or {},
        clash=clash,
    )
