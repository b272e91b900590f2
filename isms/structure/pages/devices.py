"""Devices without a place (0 dangling): no object, in no group, not left out with a reason; one click puts them right."""

from __future__ import annotations

from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.response import Redirect
from msgspec import structs

from isms.modelling import KIND_CATEGORIES
from isms.pages.forms import Ask, Form, kept, problem, read
from isms.structure.pages.frame import base, columns, follow, page
from service import web
from service.auth.guards import EDIT_ISMS, READ_ISMS, Here
from service.db import SafeTransaction, uuid7
from service.errors import Wrong
from service.i18n import gettext as _
from service.i18n import ngettext
from service.inventory import labels
from service.inventory.pages.files import table_file
from service.objects import proposals
from service.objects import store as objects
from service.objects.membership import COVERING
from service.objects.standard import TargetKind
from service.objects.store import Rule, Target, devices
from service.objects.store.proposals import standing
from service.settings import now

_KIND = {"plc": TargetKind.INDUSTRIAL, "camera": TargetKind.IOT, "environment_sensor": TargetKind.IOT}


class DeviceForm(Form):
    """Ticked devices: into a group, or left out with a reason."""

    id: tuple[str, ...] = ()
    act: str = ""
    group: str = ""
    reason: str = ""


class DevicePages(Controller):
    """`/towns/{town}/structure/devices`."""

    path = "/towns/{town:str}/structure/devices"
    include_in_schema = False

    @get("/", opt={"access": READ_ISMS})
    async def show(self, request: Ask, here: Here) -> Response[str]:
        """What dangles, what would put it right, and what was left out."""
        return await _page(request, here, DeviceForm())

    @post("/", opt={"access": EDIT_ISMS}, status_code=200)
    async def decide(self, request: Ask, here: Here) -> Response[str] | Redirect:
        """Put the ticked devices into a group, or leave them out."""
        form = DeviceForm()
        try:
            form = await read(request, DeviceForm)
            ids = _ids(form)
            async with here.tx(write=True) as tx:
                if form.act == "exclude":
                    made = await devices.exclude(tx, here.write, ids, form.reason, here.actor, now())
                    text = ngettext("%(num)s Gerät ausgenommen.", "%(num)s Geräte ausgenommen.", len(made))
                else:
                    await _assign(tx, here, form.group, ids)
                    text = ngettext("%(num)s Gerät zugeordnet.", "%(num)s Geräte zugeordnet.", len(ids))
                await follow(tx, here.write)
        except Wrong as error:
            return await _page(request, here, kept(error, form), errors=problem(error))
        return web.redirect(f"{base(here)}/devices", message=text)

    @post("/suggested", opt={"access": EDIT_ISMS}, status_code=303)
    async def take(self, request: Ask, here: Here) -> Redirect:
        """Carry out the suggestions for these kinds of device; all of them where none is named."""
        form = await read(request, DeviceForm)
        async with here.tx(write=True) as tx:
            number = await _take(tx, here, form.id)
            await follow(tx, here.write)
        text = ngettext("%(num)s Gerät zugeordnet.", "%(num)s Geräte zugeordnet.", number)
        return web.redirect(f"{base(here)}/devices", message=text)

    @post("/include", opt={"access": EDIT_ISMS}, status_code=303)
    async def include(self, request: Ask, here: Here) -> Redirect:
        """End an exclusion."""
        form = await read(request, DeviceForm)
        async with here.tx(write=True) as tx:
            number = await devices.include(tx, here.write, [UUID(x) for x in form.id if _is_id(x)], here.actor, now())
            await follow(tx, here.write)
        text = ngettext("%(num)s Gerät wieder einbezogen.", "%(num)s Geräte wieder einbezogen.", number)
        return web.redirect(f"{base(here)}/devices", message=text)

    @get("/export", opt={"access": READ_ISMS})
    async def export(self, request: Ask, here: Here) -> Response[bytes]:
        """Devices without a place and devices left out, as XLSX or CSV."""
        async with here.tx() as tx:
            estate = await devices.estate(tx, here.write)
            left = estate.dangling((x.kind, x.rule) for x in await objects.targets(tx, here.write))
            rows = await devices.these(tx, here.write, estate.these(left), limit=20_000)
            out = await devices.excluded(tx, here.write)
        name, kind, state, reason, who = _("Gerät"), _("Geräteart"), _("Stand"), _("Grund"), _("Ausgenommen von")
        lines = [{name: x.name, kind: labels.word(labels.KINDS, x.kind), state: _("ohne Platz")} for x in rows]
        lines += [
            {name: x.name, kind: labels.word(labels.KINDS, x.kind), state: _("ausgenommen"), reason: x.reason, who: x.by}
            for x in out
        ]
        return table_file(request, lines, [name, kind, state, reason, who], f"geraete-ohne-platz-{here.slug}")


def _ids(form: DeviceForm) -> list[UUID]:
    ids = [UUID(x) for x in form.id if _is_id(x)]
    if not ids:
        raise Wrong(_("Bitte wählen Sie mindestens ein Gerät."), "")
    return ids


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


async def _assign(tx: SafeTransaction, here: Here, group: str, ids: list[UUID]) -> None:
    """Add devices by hand to a group."""
    if not _is_id(group):
        raise Wrong(_("Bitte wählen Sie eine Gruppe."), "group")
    item = await objects.target(tx, here.write, UUID(group))
    assets = [*item.rule.assets, *(str(x) for x in ids if str(x) not in item.rule.assets)]
    await objects.change(tx, here.write, _with(item, structs.replace(item.rule, assets=assets)), here.actor)


def _with(item: Target, rule: Rule) -> Target:
    return Target(
        item.id, item.name, item.kind, item.categories, rule, item.note, item.version, item.responsible, item.modules, item.source
    )


async def _take(tx: SafeTransaction, here: Here, kinds: tuple[str, ...]) -> int:
    """A group for each kind of dangling devices: the usual one grows by the kind, else a new one; answers the devices."""
    estate = await devices.estate(tx, here.write)
    titles = {key: str(word) for key, word in labels.KINDS.items()}
    done = 0
    for kind, number, name, ident in proposals.groups(estate, await standing(tx, here.write), titles):
        if kinds and kind not in kinds:
            continue
        if ident is None:
            target = str(_KIND.get(kind, TargetKind.IT_SYSTEM))
            item = Target(uuid7(), name, target, KIND_CATEGORIES.get(kind, ()), Rule(kinds=[kind]))
            await objects.add(tx, here.write, item, here.actor, now())
        else:
            item = await objects.target(tx, here.write, ident)
            left = estate.these(
                estate.dangling((x.kind, x.rule) for x in await objects.targets(tx, here.write)) & estate.kinds[kind]
            )
            by_rule = set(item.rule.kinds) <= {kind} and not item.rule.asks
            rule = (
                structs.replace(item.rule, kinds=[*item.rule.kinds, kind])
                if by_rule
                else structs.replace(item.rule, assets=[*item.rule.assets, *(str(x) for x in left)])
            )
            await objects.change(tx, here.write, _with(item, rule), here.actor)
        done += number
    return done


async def _page(request: Ask, here: Here, form: DeviceForm, *, errors: dict[str, str] | None = None) -> Response[str]:
    async with here.tx() as tx:
        estate = await devices.estate(tx, here.write)
        targets = await objects.targets(tx, here.write)
        left = estate.dangling((x.kind, x.rule) for x in targets)
        state = web.listing(request.url.path, request.query_params.multi_items(), total=left.bit_count())
        rows = await devices.these(tx, here.write, estate.these(left), limit=state.per_page, offset=state.offset)
        out = await devices.excluded(tx, here.write)
        titles = {key: str(word) for key, word in labels.KINDS.items()}
        found = proposals.groups(estate, await standing(tx, here.write), titles)
    return page(
        request,
        here,
        "devices",
        "/devices",
        status=422 if errors else 200,
        rows=rows,
        state=state,
        out=out,
        suggested=[(kind, titles.get(kind, kind), number, name, ident) for kind, number, name, ident in found],
        groups=[(str(x.id), x.name) for x in targets if x.kind in COVERING and not x.rule.everything],
        total=len(estate.ids),
        kinds=labels.KINDS,
        form=form,
        errors=errors or {},
        columns=columns(_("Gerät"), _("Geräteart"), _("Betriebssystem"), _("Standort")),
        suggested_columns=columns(_("Geräteart"), _("Geräte"), _("Vorschlag"), _("Aktionen"), numeric=(1,)),
        out_columns=columns(_("Gerät"), _("Geräteart"), _("Grund"), _("Ausgenommen"), _("Aktionen")),
    )
