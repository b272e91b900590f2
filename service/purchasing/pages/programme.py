"""From desktop to notebook: how far the town is, which desktops remain, and which stay desktops with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from service import web
from service.auth.guards import EDIT_INVENTORY, READ_INVENTORY, Here
from service.db import town_tx
from service.errors import Wrong
from service.i18n import gettext as _
from service.purchasing import words
from service.purchasing.pages.frame import Ask, Form, base, may_edit, tabs, town_and_group
from service.purchasing.programme import TARGET, Exemption, together
from service.purchasing.store import estate, needs
from service.purchasing.store.group import GROUP
from service.settings import local_today, now
from service.web.forms import problem


class ProgrammePages(Controller):
    """`/towns/{town}/purchasing/notebooks`."""

    path = "/towns/{town:str}/purchasing/notebooks"
    include_in_schema = False

    @get("/", opt={"access": READ_INVENTORY})
    async def show(self, request: Ask, here: Here) -> Response[str]:
        """Progress of every town that this person reads, and the desktops of this one."""
        async with town_and_group(here) as tx:
            desktops, planned = await estate.desktops(tx, here.write), await needs.planned(tx, here.write)
        mine = sorted((town for town in here.towns if town.id != GROUP), key=lambda town: town.slug)
        async with town_tx({town.id for town in mine}) as tx:
            towns = [await estate.progress(tx, town.id, town.name) for town in mine]
        own = next(row for row, town in zip(towns, mine, strict=True) if town.id == here.write)
        heads = (
            _("Kommune"),
            _("Notebooks"),
            _("Arbeitsplatz-PCs"),
            _("davon ausgenommen"),
            _("noch zu ersetzen"),
            _("Fortschritt"),
        )
        device_heads = [_("Arbeitsplatz-PC"), _("Standort"), _("Gekauft"), _("Programm")]
        if may_edit(here):
            device_heads.append(_("Aktionen"))
        state = web.listing(request.url.path, request.query_params.multi_items(), total=len(desktops))
        return web.page(
            request, here, "purchasing/programme.html", tabs=tabs(here, "/notebooks"), words=words,
            base=f"{base(here)}/notebooks", own=own, target=TARGET,
            towns=[*towns, together(_("Zusammen"), towns)] if len(towns) > 1 else towns,
            overdue=own.overdue(local_today()), state=state,
            desktops=desktops[state.offset : state.offset + state.per_page], planned=planned, may_edit=may_edit(here),
            assets=f"{here.base}/assets", lots=base(here), needs=f"{base(here)}/needs",
            columns=tuple(web.Column(text, numeric=0 < at < 5) for at, text in enumerate(heads)),
            device_columns=tuple(web.Column(text) for text in device_heads),
        )  # fmt: skip

    @get("/{key:uuid}/exempt", opt={"access": EDIT_INVENTORY})
    async def ask(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """Ask for the reason."""
        return await _form(request, here, key)

    @post("/{key:uuid}/exempt", opt={"access": EDIT_INVENTORY}, status_code=200)
    async def exempt(self, request: Ask, here: Here, key: FromPath[UUID], data: Form) -> Response[str] | Redirect:
        """Take the desktop out of the programme."""
        try:
            async with town_and_group(here, write=True) as tx:
                await estate.exempt(tx, here.write, key, data.get("reason", ""), data.get("note", ""), here.actor, now())
        except Wrong as error:
            return await _form(request, here, key, data, problem(error))
        return web.redirect(f"{base(here)}/notebooks", message=_("Ausnahme gespeichert."))

    @post("/{key:uuid}/include", opt={"access": EDIT_INVENTORY}, status_code=303)
    async def include(self, here: Here, key: FromPath[UUID]) -> Redirect:
        """Put it back into the programme."""
        async with town_and_group(here, write=True) as tx:
            await estate.include(tx, here.write, key, here.actor)
        return web.redirect(f"{base(here)}/notebooks", message=_("Das Gerät gehört wieder zum Programm."))


async def _form(
    request: Ask, here: Here, key: UUID, typed: Mapping[str, str] | None = None, errors: Mapping[str, str] | None = None
) -> Response[str]:  # fmt: skip
    async with town_and_group(here) as tx:
        row = await estate.desktop(tx, here.write, key)
    values = {"reason": row.reason or Exemption.CAD, "note": row.note, **(typed or {})}
    return web.page(
        request, here, "purchasing/exempt.html", status=422 if errors else 200, row=row, base=f"{base(here)}/notebooks",
        values=values, errors=errors or {}, reasons=list(words.EXEMPTIONS.items()),
    )  # fmt: skip
