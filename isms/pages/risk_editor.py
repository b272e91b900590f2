"""Enter and change risks; take them over from the starter register of hazards."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from isms.pages import words
from isms.pages.forms import Ask, Form, kept, overtaken, problem, read
from isms.register import RiskView
from isms.risk import DAMAGES, FREQUENCIES, FREQUENCY_MEANING, TREATMENTS, hazards, threats
from isms.store import risks
from isms.store.catalogues import requirements
from isms.store.risks import Entered
from isms.threats import hazards as place
from isms.threats import proposals
from service import web
from service.auth.guards import EDIT_RISKS, Here
from service.db import SafeTransaction
from service.errors import Outdated, Wrong
from service.i18n import gettext as _
from service.i18n import ngettext
from service.inventory.store import sites
from service.objects import store as objects
from service.priority import Level
from service.settings import now
from service.web.clash import Overtaken


class RiskForm(Form):
    """What people enter about a risk; cost in whole Euro, `priority_set` 0 = as computed."""

    title: str = ""
    kind: str = "digital"
    threats: tuple[str, ...] = ()
    cause: str = ""
    scenario: str = ""
    affects: str = ""
    targets: tuple[UUID, ...] = ()
    frequency: str = "selten"
    damage: str = "begrenzt"
    frequency_net: str | None = None
    damage_net: str | None = None
    act_by: date | None = None
    priority_set: int = 0
    priority_reason: str = ""
    owner: str = ""
    treatment: str | None = None
    measures: str = ""
    cost: int | None = None
    due: date | None = None
    review_on: date | None = None
    shared: bool = False
    controls: tuple[str, ...] = ()
    sites: tuple[UUID, ...] = ()
    hazard: str = ""
    version: int = 0


class HazardForm(Form):
    """Numbers of the rows of the starter register that are taken over."""

    chosen: tuple[str, ...] = ()


class RiskEditPages(Controller):
    """`/towns/{town}/risks`: what is entered."""

    path = "/towns/{town:str}/risks"
    include_in_schema = False

    @get("/hazards", opt={"access": EDIT_RISKS})
    async def starter(self, request: Ask, here: Here) -> Response[str]:
        """The starter register to choose from."""
        async with here.tx() as tx:
            taken = {x.title for x in await risks.risks(tx, here.write, closed=True)}
        choices = [
            (str(i), f"{x.title} ({x.kind}, {x.frequency} × {x.damage}, {', '.join(x.threats)})")
            for i, x in enumerate(hazards())
            if x.title not in taken
        ]
        return web.page(request, here, "isms/hazards.html", base=f"{here.base}/risks", choices=choices)

    @post("/hazards", opt={"access": EDIT_RISKS}, status_code=303)
    async def take(self, request: Ask, here: Here) -> Redirect:
        """Take the chosen rows over; without a choice all of them."""
        form = await read(request, HazardForm)
        chosen = [x for i, x in enumerate(hazards()) if not form.chosen or str(i) in form.chosen]
        async with here.tx(write=True) as tx:
            added = await risks.take_hazards(tx, here.write, chosen, here.actor, now())
        text = ngettext("%(num)s Risiko übernommen.", "%(num)s Risiken übernommen.", added)
        return web.redirect(f"{here.base}/risks", message=text)

    @get("/new", opt={"access": EDIT_RISKS})
    async def fresh(self, request: Ask, here: Here) -> Response[str]:
        """Ask for a new risk; a threat at an object or a hazard at a site fills the form beforehand."""
        async with here.tx() as tx:
            form = await _prefilled(tx, here, request.query_params)
        return await _form(request, here, form, None)

    @post("/new", opt={"access": EDIT_RISKS}, status_code=200)
    async def add(self, request: Ask, here: Here) -> Response[str] | Redirect:
        """Add it."""
        return await _save(request, here, None)

    @get("/{key:uuid}/edit", opt={"access": EDIT_RISKS})
    async def edit(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """Show it for changing."""
        async with here.tx() as tx:
            item = await risks.risk(tx, here.write, key)
        return await _form(request, here, _filled(item), key)

    @post("/{key:uuid}/edit", opt={"access": EDIT_RISKS}, status_code=200)
    async def change(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str] | Redirect:
        """Save it; the rating is computed again."""
        return await _save(request, here, key)


async def _prefilled(tx: SafeTransaction, here: Here, query: Mapping[str, str]) -> RiskForm:
    """`target` and `threat`, or `site` and `hazard`; what is not known here is left out."""
    target = next((x for x in await objects.targets(tx, here.write) if str(x.id) == query.get("target")), None)
    threat = next((x for x in threats() if x.id == query.get("threat")), None)
    if threat is not None:
        return RiskForm(
            title=f"{threat.title}: {target.name}" if target else threat.title,
            kind=proposals.kind_of(threat.id),
            threats=(threat.id,),
            targets=(target.id,) if target else (),
            owner=target.responsible if target else "",
        )
    hazard = place.hazard(query.get("hazard", ""))
    if hazard is None:
        return RiskForm(targets=(target.id,) if target else ())
    site = next((x for x in await sites.sites(tx, here.write) if str(x.id) == query.get("site")), None)
    why = place.because(hazard, place.Place(site.kind or "", site.facts)) if site else ()
    return RiskForm(
        title=f"{hazard.title}: {site.name}" if site else hazard.title,
        kind=hazard.kind,
        threats=hazard.threats,
        cause=", ".join(why),
        frequency=hazard.frequency,
        damage=hazard.damage,
        sites=(site.id,) if site else (),
        hazard=hazard.key,
    )


def _filled(item: RiskView) -> RiskForm:
    same = {name: getattr(item, name) for name in RiskForm.__struct_fields__ if name not in ("priority_set", "cost")}
    return RiskForm(
        **same,
        priority_set=item.priority_set or 0,
        cost=None if item.cost is None else item.cost // 100,
    )


async def _save(request: Ask, here: Here, key: UUID | None) -> Response[str] | Redirect:
    form = RiskForm()
    try:
        form = await read(request, RiskForm)
        async with here.tx(write=True) as tx:
            known = {x.id for x in await objects.targets(tx, here.write)}
            places = {x.id for x in await sites.sites(tx, here.write)}
            entered = _entered(form, known, places)
            key = await risks.save(tx, here.write, entered, here.actor, now(), key)
    except Wrong as error:
        return await _form(request, here, kept(error, form), key, status=422, errors=problem(error))
    except Outdated as error:
        if key is None:
            raise
        async with here.tx() as tx:
            stored = _filled(await risks.risk(tx, here.write, key))
        clash, form = overtaken(form, stored, error), msgspec.structs.replace(form, version=stored.version)
        return await _form(request, here, form, key, status=409, clash=clash)
    return web.redirect(f"{here.base}/risks/{key}", message=_("Risiko gespeichert."))


def _entered(form: RiskForm, known: set[UUID], places: set[UUID]) -> Entered:
    if form.frequency not in FREQUENCIES or form.damage not in DAMAGES:
        raise Wrong(_("Bitte wählen Sie Häufigkeit und Schadenshöhe."), "frequency")
    if form.frequency_net not in (None, *FREQUENCIES) or form.damage_net not in (None, *DAMAGES):
        raise Wrong(_("Bitte wählen Sie Häufigkeit und Schadenshöhe."), "frequency_net")
    if not set(form.threats) <= {x.id for x in threats()}:
        raise Wrong(_("Eine der Gefährdungen gibt es nicht."), "threats")
    if not set(form.targets) <= known:
        raise Wrong(_("Eines der Zielobjekte gibt es nicht."), "targets")
    if not set(form.sites) <= places:
        raise Wrong(_("Einen der Standorte gibt es nicht."), "sites")
    if form.hazard and place.hazard(form.hazard) is None:
        raise Wrong(_("Diese Gefahr steht nicht in der Vorlage."), "hazard")
    values: dict[str, Any] = {name: getattr(form, name) for name in RiskForm.__struct_fields__}
    values |= {
        "priority_set": form.priority_set or None,
        "cost": None if form.cost is None else form.cost * 100,
    }
    return Entered(**values)


async def _form(
    request: Ask,
    here: Here,
    form: RiskForm,
    key: UUID | None,
    *,
    status: int = 200,
    errors: dict[str, str] | None = None,
    clash: Overtaken | None = None,
) -> Response[str]:
    async with here.tx() as tx:
        targets = await objects.targets(tx, here.write)
        asked = await requirements(tx, here.write)
        places = await sites.sites(tx, here.write)
    base = f"{here.base}/risks"
    return web.page(
        request,
        here,
        "isms/risk_form.html",
        status=status,
        base=base,
        url=f"{base}/{key}/edit" if key else f"{base}/new",
        form=form,
        fresh=key is None,
        errors=errors or {},
        clash=clash,
        threats=[(x.id, f"{x.id} {x.title}") for x in threats()],
        targets=[(str(x.id), x.name) for x in targets],
        chosen=[str(x) for x in form.targets],
        sites=[(str(x.id), x.name) for x in places],
        chosen_sites=[str(x) for x in form.sites],
        controls=[(x.key, f"{x.label} {x.title}") for x in asked],
        frequencies=[(x, f"{x}: {FREQUENCY_MEANING[x]}") for x in FREQUENCIES],
        damages=list(DAMAGES),
        treatments=list(TREATMENTS),
        levels=[(int(x), str(words.LEVELS[x][0])) for x in Level],
    )
