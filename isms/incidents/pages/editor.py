"""The assessment of an incident: what is entered, and what is affected."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from isms.incidents import store, words
from isms.incidents.levels import ROWS
from isms.incidents.pages.frame import PATH, moment, typed, visible, whole
from isms.incidents.view import Incident
from service import web
from service.auth.guards import EDIT_INCIDENTS, Here
from service.errors import Outdated, Wrong
from service.i18n import gettext as _
from service.inventory.store import lists
from service.inventory.views import AssetFilter
from service.objects import store as objects
from service.priority import Level
from service.settings import now
from service.web import clash
from service.web.clash import Overtaken
from service.web.forms import Ask, Form, kept, problem, read

HITS: Final = 20
TIMES: Final = ("since", "aware_at", "tolerable_until")
TRIPLE: Final = ("personal_data", "plan_fits")
ANSWERS: Final = {"yes": True, "no": False}


class EditForm(Form):
    """What people enter; times as typed, `impact_…` 0 = not rated, three-way answers yes, no or empty."""

    title: str = ""
    place: str = ""
    contact: str = ""
    lead: str = ""
    since: str = ""
    aware_at: str = ""
    impact_reach: int = 0
    impact_tasks: int = 0
    impact_life: int = 0
    impact_data: int = 0
    impact_law: int = 0
    impact_money: int = 0
    impact_image: int = 0
    spreading: bool = False
    tolerable_until: str = ""
    personal_data: str = ""
    nis2: bool = False
    persons: int | None = None
    records: int | None = None
    data: str = ""
    consequences: str = ""
    elsewhere: str = ""
    towns: int = 1
    critical_down: bool = False
    back_hours: int | None = None
    left_hours: int | None = None
    emergency_operation: bool = False
    plan_fits: str = ""
    joint_plan: bool = False
    steps: str = ""
    cost: int | None = None
    hours: int | None = None
    cause: str = ""
    lessons: str = ""
    reason: str = ""
    version: int = 0


class AffectedForm(Form):
    """One object or device, named as affected or taken off."""

    field: str = ""
    one: UUID | None = None
    add: bool = False
    q: str = ""


class EditPages(Controller):
    """`/towns/{town}/incidents/{id}/edit` and `/affected`."""

    path = PATH
    include_in_schema = False

    @get("/{key:uuid}/edit", opt={"access": EDIT_INCIDENTS})
    async def edit(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """Show the assessment for changing."""
        async with here.tx() as tx:
            item = await visible(tx, here, key)
        return _form(request, here, item, _filled(item))

    @post("/{key:uuid}/edit", opt={"access": EDIT_INCIDENTS}, status_code=200)
    async def change(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str] | Redirect:
        """Save it; what changed enters the log."""
        form = EditForm()
        async with here.tx() as tx:
            item = await visible(tx, here, key)
        try:
            form = await read(request, EditForm)
            async with here.tx(write=True) as tx:
                values = words.changes(item, _entered(form, item))
                await store.edit(tx, here.write, key, values, words.told(values), form.version, here.actor, now(), form.reason)
        except Wrong as error:
            return _form(request, here, item, kept(error, form), status=422, errors=problem(error))
        except Outdated as error:
            async with here.tx() as tx:
                stored = _filled(await visible(tx, here, key))
            found = clash.of_forms(stored, form, words.FIELDS, error)
            form.version = stored.version
            return _form(request, here, item, form, status=409, found=found)
        return web.redirect(f"{here.base}/incidents/{key}", message=_("Bewertung gespeichert."))

    @get("/{key:uuid}/affected", opt={"access": EDIT_INCIDENTS})
    async def affected(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """Objects to choose from, and devices found by a word."""
        word = str(request.query_params.get("q", "")).strip()[:200]
        async with here.tx() as tx:
            case = await whole(tx, here, key)
            targets = await objects.targets(tx, here.write)
            narrow = AssetFilter(q=word)
            found = (await lists.assets(tx, here.write, narrow, sort="name", page=1, size=HITS, now=now())).rows if word else ()
        return web.page(
            request, here, "isms/incidents/affected.html", base=f"{here.base}/incidents", url=f"{here.base}/incidents/{key}",
            item=case.item, case=case, q=word, found=[one for one in found if one.id not in case.item.assets],
            free=[(str(one.id), one.name) for one in targets if one.id not in case.item.targets],
        )  # fmt: skip

    @post("/{key:uuid}/affected", opt={"access": EDIT_INCIDENTS}, status_code=303)
    async def involve(self, request: Ask, here: Here, key: FromPath[UUID]) -> Redirect:
        """Name one as affected, or take it off."""
        form = await read(request, AffectedForm)
        if form.one is None:
            raise Wrong(_("Bitte wählen Sie, was betroffen ist."), "one")
        async with here.tx(write=True) as tx:
            await visible(tx, here, key)
            await store.involve(tx, here.write, key, form.field, form.one, add=form.add, actor=here.actor, now=now())
        text = _("Als betroffen eingetragen.") if form.add else _("Von der Liste genommen.")
        return web.redirect(f"{here.base}/incidents/{key}/affected", message=text)


def _filled(item: Incident) -> EditForm:
    special = (*TIMES, *TRIPLE, "version", "reason")
    same: dict[str, Any] = {
        name: getattr(item, name) for name in EditForm.__struct_fields__ if name not in special and not name.startswith("impact_")
    }
    same |= {name: typed(getattr(item, name)) for name in TIMES}
    same |= {name: {True: "yes", False: "no", None: ""}[getattr(item, name)] for name in TRIPLE}
    same |= {f"impact_{row}": item.impact.get(row, 0) for row in ROWS}
    return EditForm(**same, version=item.version)


def _entered(form: EditForm, item: Incident) -> dict[str, Any]:
    """The fields as they are kept; a time that was not touched keeps its seconds."""
    values: dict[str, Any] = {
        name: getattr(form, name)
        for name in EditForm.__struct_fields__
        if name not in (*TIMES, *TRIPLE, "version", "reason") and not name.startswith("impact_")
    }
    if not form.title.strip():
        raise Wrong(_("Bitte geben Sie dem Vorfall einen Titel."), "title")
    for name in ("persons", "records", "back_hours", "left_hours", "cost", "hours"):
        if values[name] is not None and values[name] < 0:
            raise Wrong(_("Diese Zahl kann nicht negativ sein."), name)
    if not 1 <= form.towns <= 1000:
        raise Wrong(_("Mindestens eine Stadt ist betroffen."), "towns")
    for name in TIMES:
        stored, said = getattr(item, name), getattr(form, name)
        values[name] = stored if said == typed(stored) else moment(said, name)
    if values["aware_at"] is None:
        raise Wrong(_("Bitte nennen Sie, wann der Vorfall bekannt wurde."), "aware_at")
    for name in TRIPLE:
        values[name] = ANSWERS.get(getattr(form, name))
    steps = {row: getattr(form, f"impact_{row}") for row in ROWS}
    if any(step not in (0, *Level) for step in steps.values()):
        raise Wrong(_("Diese Stufe gibt es nicht."), "impact_reach")
    values["impact"] = {row: step for row, step in steps.items() if step}
    return values


def _form(
    request: Ask, here: Here, item: Incident, form: EditForm, *,
    status: int = 200, errors: dict[str, str] | None = None, found: Overtaken | None = None,
) -> Response[str]:  # fmt: skip
    rows = [
        (
            f"impact_{row}",
            str(title),
            [(0, _("nicht bewertet"))] + [(int(one), f"{words.LEVELS[one][0]}: {steps[one - 1]}") for one in Level],
            getattr(form, f"impact_{row}"),
        )
        for row, (title, steps) in ROWS.items()
    ]
    return web.page(
        request, here, "isms/incidents/edit.html", status=status, base=f"{here.base}/incidents",
        url=f"{here.base}/incidents/{item.id}", item=item, form=form, rows=rows, errors=errors or {}, clash=found,
        triple=[("", _("noch nicht bekannt")), ("yes", _("ja")), ("no", _("nein"))], words=words.FIELDS,
    )  # fmt: skip
