"""Needs of the town: enter, change, release to the other towns, note as bought."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from service import web
from service.auth.guards import EDIT_INVENTORY, READ_INVENTORY, Here
from service.errors import Outdated, Wrong
from service.i18n import format_number
from service.i18n import gettext as _
from service.inventory.pages.reading import key as _key
from service.purchasing import quarters, words
from service.purchasing.pages.frame import Ask, Form, base, may_edit, publish, tabs, town_and_group, version, whole
from service.purchasing.store import group, needs
from service.purchasing.views import REASONS, Demand, Draft, lot_of
from service.settings import local_today, now
from service.web.clash import overtaken
from service.web.forms import problem

AHEAD = 12
"""Quarters that may be wished for."""
MOST_DEVICES = 500


class NeedPages(Controller):
    """`/towns/{town}/purchasing/needs`."""

    path = "/towns/{town:str}/purchasing/needs"
    include_in_schema = False

    @get("/", opt={"access": READ_INVENTORY})
    async def all(self, request: Ask, here: Here) -> Response[str]:
        """Open needs by quarter; `?done=1` shows those that were bought."""
        done = "done" in request.query_params
        async with town_and_group(here) as tx:
            rows, lots = await needs.demands(tx, here.write, done=done), await group.lots(tx)
            known = await group.classes(tx)
        heads = (_("Bedarf"), _("Stück"), _("Grund"), _("Kostenstelle"), _("Für andere Kommunen"))
        columns = [web.Column(text, numeric=at == 1) for at, text in enumerate(heads)]
        if may_edit(here):
            columns.append(web.Column(_("Aktionen")))
        return web.page(
            request, here, "purchasing/needs.html", tabs=tabs(here, "/needs"), base=f"{base(here)}/needs", done=done, words=words,
            rows=[(row, lot_of(lots, row.draft.class_id, row.draft.quarter)) for row in rows], shown=quarters.shown,
            may_edit=may_edit(here), columns=tuple(columns), classes=any(not one.retired for one in known), lots=base(here),
        )  # fmt: skip

    @get("/new", opt={"access": EDIT_INVENTORY})
    async def fresh(self, request: Ask, here: Here) -> Response[str]:
        """Ask for a new need."""
        return await _form(request, here, {"quarter": quarters.following(local_today(), 2)[1]})

    @post("/from", opt={"access": EDIT_INVENTORY}, status_code=200)
    async def from_devices(self, request: Ask, here: Here) -> Response[str]:
        """The form for a new need, filled from the ticked devices."""
        form = await request.form()
        ids = [found for text in form.getall("id", [])[:MOST_DEVICES] if (found := _key(str(text)))]
        if not ids:
            raise Wrong(_("Es ist kein Gerät ausgewählt."), _("Auswahl"), _("Setzen Sie in der Liste mindestens einen Haken."))
        values = {
            "assets": ",".join(map(str, ids)), "quantity": str(len(ids)), "reason": "replacement",
            "quarter": quarters.following(local_today(), 2)[1],
        }  # fmt: skip
        return await _form(request, here, values)

    @post("/new", opt={"access": EDIT_INVENTORY}, status_code=200)
    async def add(self, request: Ask, here: Here, data: Form) -> Response[str] | Redirect:
        """Add it."""
        return await _save(request, here, data, None)

    @get("/{key:uuid}/edit", opt={"access": EDIT_INVENTORY})
    async def edit(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """Show it for changing."""
        return await _form(request, here, await _stored(here, key), key)

    @post("/{key:uuid}/edit", opt={"access": EDIT_INVENTORY}, status_code=200)
    async def change(self, request: Ask, here: Here, key: FromPath[UUID], data: Form) -> Response[str] | Redirect:
        """Save it; what others see follows."""
        return await _save(request, here, data, key)

    @post("/{key:uuid}/share", opt={"access": EDIT_INVENTORY}, status_code=303)
    async def share(self, here: Here, key: FromPath[UUID], data: Form) -> Redirect:
        """Gemeinsam beschaffen: the other towns see town, class, quantity and quarter."""
        return await _release(here, key, data, shared=True)

    @post("/{key:uuid}/withdraw", opt={"access": EDIT_INVENTORY}, status_code=303)
    async def withdraw(self, here: Here, key: FromPath[UUID], data: Form) -> Redirect:
        """The other towns see it no longer."""
        return await _release(here, key, data, shared=False)

    @post("/publish", opt={"access": EDIT_INVENTORY}, status_code=303)
    async def again(self, here: Here) -> Redirect:
        """Bring what others see in step, where that failed before."""
        await publish(here)
        return web.redirect(f"{base(here)}/needs", message=_("Die Freigaben sind abgeglichen."))

    @post("/{key:uuid}/done", opt={"access": EDIT_INVENTORY}, status_code=303)
    async def done(self, here: Here, key: FromPath[UUID], data: Form) -> Redirect:
        """Note it as bought."""
        await _finish(here, key, data, done=True)
        return web.redirect(f"{base(here)}/needs", message=_("Als beschafft vermerkt."))

    @post("/{key:uuid}/open", opt={"access": EDIT_INVENTORY}, status_code=303)
    async def reopen(self, here: Here, key: FromPath[UUID], data: Form) -> Redirect:
        """It was not bought after all."""
        await _finish(here, key, data, done=False)
        return web.redirect(f"{base(here)}/needs", message=_("Der Bedarf ist wieder offen."))

    @post("/{key:uuid}/delete", opt={"access": EDIT_INVENTORY}, status_code=303)
    async def delete(self, here: Here, key: FromPath[UUID], data: Form) -> Redirect:
        """Delete it; the others see it no longer. The message offers the way back."""
        async with town_and_group(here, write=True) as tx:
            await needs.delete(tx, here.write, key, here.actor, now(), version=version(data))
        await publish(here)
        url = f"{base(here)}/needs"
        return web.redirect(url, message=_("Der Bedarf ist gelöscht."), undo=f"{url}/{key}/restore")

    @post("/{key:uuid}/restore", opt={"access": EDIT_INVENTORY}, status_code=303)
    async def restore(self, here: Here, key: FromPath[UUID]) -> Redirect:
        """Have a deleted one back; what was released of it others see again, unless their lot is paid or stands fast."""
        async with town_and_group(here, write=True) as tx:
            holds = await needs.restore(tx, here.write, key, here.actor, now())
        await publish(here)
        text = (
            _("Der Bedarf ist wieder da.")
            if holds
            else _("Der Bedarf ist wieder da, ohne Freigabe: Das Los ist abgerechnet oder steht fest.")
        )
        return web.redirect(f"{base(here)}/needs", message=text)


async def _finish(here: Here, key: UUID, data: Mapping[str, str], *, done: bool) -> None:
    async with town_and_group(here, write=True) as tx:
        await needs.finish(tx, here.write, key, here.actor, now(), done=done, version=version(data))
    await publish(here)


async def _release(here: Here, key: UUID, data: Mapping[str, str], *, shared: bool) -> Redirect:
    async with town_and_group(here, write=True) as tx:
        await needs.share(tx, here.write, key, here.actor, now(), shared=shared, version=version(data))
    await publish(here)
    text = (
        _("Freigegeben: Andere Kommunen sehen Klasse, Stückzahl und Quartal.")
        if shared
        else _("Die Freigabe ist zurückgenommen.")
    )
    return web.redirect(f"{base(here)}/needs", message=text)


async def _stored(here: Here, key: UUID) -> dict[str, Any]:
    async with town_and_group(here) as tx:
        row = await needs.demand(tx, here.write, key)
    return _values(row)


def _values(row: Demand) -> dict[str, Any]:
    draft = row.draft
    return {
        "class_id": str(draft.class_id), "quantity": str(draft.quantity), "quarter": draft.quarter, "reason": draft.reason,
        "cost_centre": draft.cost_centre, "contract": draft.contract, "note": draft.note, "version": row.version,
        "assets": ",".join(map(str, draft.assets)), "shared": row.shared_at is not None,
    }  # fmt: skip


def _ids(data: Mapping[str, Any]) -> Sequence[UUID]:
    return tuple(found for text in str(data.get("assets", "")).split(",")[:MOST_DEVICES] if (found := _key(text)))


def _draft(data: Mapping[str, str]) -> Draft:
    class_id = _key(data.get("class_id"))
    if class_id is None:
        raise Wrong(_("Der Bedarf braucht eine Klasse."), "class_id", _("Wählen Sie eine aus der Liste."))
    return Draft(
        class_id, whole(data, "quantity"), data.get("quarter", ""), data.get("reason", ""), data.get("cost_centre", ""),
        data.get("contract", ""), data.get("note", ""), tuple(_ids(data)),
    )  # fmt: skip


def _both(stored: Mapping[str, Any], typed: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Label, stored and typed value of every field."""
    told: dict[str, tuple[str, Callable[[str], str]]] = {
        "class_id": (_("Klasse"), lambda text: names.get(text, "?")), "quantity": (_("Stückzahl"), _number),
        "quarter": (_("Wunschquartal"), quarters.shown), "reason": (_("Grund"), lambda text: str(words.REASONS[text])),
        "cost_centre": (_("Kostenstelle"), str.strip), "contract": (_("Rahmenvertrag"), str.strip),
        "note": (_("Bemerkung"), str.strip),
    }  # fmt: skip
    for name, (label, shown) in told.items():
        yield label, shown(str(stored[name])), shown(str(typed.get(name, "")))


def _number(text: str) -> str:
    return format_number(whole({"quantity": text}, "quantity"))


async def _save(request: Ask, here: Here, data: Mapping[str, str], key: UUID | None) -> Response[str] | Redirect:
    try:
        draft = _draft(data)
        async with town_and_group(here, write=True) as tx:
            await needs.save(tx, here.write, draft, here.actor, now(), key=key, version=version(data))
    except Wrong as error:
        return await _form(request, here, data, key, errors=problem(error), status=422)
    except Outdated as late:
        return await _form(request, here, data, key, late=late, status=409)
    if key is not None:
        await publish(here)
    return web.redirect(f"{base(here)}/needs", message=_("Bedarf gespeichert."))


async def _form(
    request: Ask, here: Here, values: Mapping[str, Any], key: UUID | None = None, *, errors: Mapping[str, str] | None = None,
    late: Outdated | None = None, status: int = 200,
) -> Response[str]:  # fmt: skip
    async with town_and_group(here) as tx:
        known, devices = await group.classes(tx), await needs.linked(tx, here.write, _ids(values))
        stored = _values(await needs.demand(tx, here.write, key)) if key else {}
    if not known and key is None:
        raise Wrong(
            _("Der Verbund hat noch keine Klassen angelegt."), _("Bedarf"), _("Die Verbundadministration legt sie an.")
        )  # fmt: skip
    kept = {str(values.get("class_id", "")), stored.get("class_id", "")}
    choices = [("", _("bitte wählen")), *((str(one.id), one.name) for one in known if not one.retired or str(one.id) in kept)]
    ahead = sorted({*quarters.following(local_today(), AHEAD), *filter(quarters.valid, (str(values.get("quarter", "")),))})
    names = {str(one.id): one.name for one in known}
    return web.page(
        request, here, "purchasing/need.html", status=status, values={**dict.fromkeys(_FIELDS, ""), **values}, key=key,
        base=f"{base(here)}/needs", errors=errors or {}, stored=stored, classes=choices,
        clash=overtaken(_both(stored, values, names), late) if late else None,
        described=[one for one in known if one.description and not one.retired], devices=devices,
        quarters=[(one, quarters.shown(one)) for one in ahead], reasons=[(one, words.REASONS[one]) for one in REASONS],
        version=version(values) if errors else stored.get("version", 0),
    )  # fmt: skip


_FIELDS = ("class_id", "quantity", "quarter", "reason", "cost_centre", "contract", "note", "assets")
