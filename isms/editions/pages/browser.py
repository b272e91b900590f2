"""Reading a catalogue: its groups, a search, and everything that the file says about one control."""

from __future__ import annotations

from uuid import UUID

from litestar import Controller, Response, get
from litestar.params import FromPath

from isms.catalogue import Catalogue, Control
from isms.editions.pages.frame import MEANINGS, base
from isms.editions.store import editions, parameters
from isms.pages.forms import Ask, transaction
from service import web
from service.auth.guards import READ_ISMS, Here
from service.errors import Missing
from service.i18n import gettext as _


class BrowserPages(Controller):
    """`/towns/{town}/catalogues/editions/{key}/controls`."""

    path = "/towns/{town:str}/catalogues/editions/{key:uuid}/controls"
    include_in_schema = False

    @get("/", opt={"access": READ_ISMS})
    async def all(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """The requirements of one edition by group and words."""
        async with transaction(here) as tx:
            view = await editions.edition(tx, key)
            whole = await editions.content(tx, key)
        query = {name: request.query_params.get(name, "") for name in ("group", "q")}
        needle = query["q"].strip().casefold()
        found = [
            x for x in whole.controls if (not query["group"] or query["group"] in x.path) and (not needle or needle in _words(x))
        ]
        state = web.listing(request.url.path, request.query_params.multi_items(), total=len(found), per_page=100)
        columns = tuple(web.Column(text) for text in (_("Anforderung"), _("Verbindlichkeit"), _("Stufe"), _("Gilt für")))
        return web.page(
            request,
            here,
            "isms/editions/controls.html",
            base=base(here),
            view=view,
            query=query,
            state=state,
            columns=columns,
            rows=found[state.offset : state.offset + state.per_page],
            url=f"{base(here)}/editions/{key}",
            groups=[(x.id, "– " * x.depth + f"{x.id} {x.title}") for x in whole.groups],
        )

    @get("/{control:str}", opt={"access": READ_ISMS})
    async def one(self, request: Ask, here: Here, key: FromPath[UUID], control: FromPath[str]) -> Response[str]:
        """One control with all its properties, parameters, parts and links."""
        async with transaction(here) as tx:
            view = await editions.edition(tx, key)
            whole = await editions.content(tx, key)
            found = next((x for x in whole.controls if x.key == control), None)
            if found is None:
                raise Missing
            values = {x.key: x for x in await parameters.parameters(tx, here.write, controls=[control])} if view.current else {}
        by_key = {x.key: x for x in whole.controls}
        return web.page(
            request,
            here,
            "isms/editions/control.html",
            base=base(here),
            view=view,
            url=f"{base(here)}/editions/{key}",
            control=found,
            parent=by_key.get(found.parent or ""),
            below=[x for x in whole.controls if x.parent == found.key],
            groups=_groups(whole, found),
            values=values,
            meanings=MEANINGS,
            links=[(x, by_key.get(x.target or "")) for x in found.links],
            props=[("", x) for x in found.props] + [(part.name, x) for part in found.parts for x in part.props],
            prop_columns=tuple(web.Column(text) for text in (_("Eigenschaft"), _("Wert"), _("Steht an"))),
            param_columns=tuple(web.Column(text) for text in (_("Parameter"), _("Wert im Katalog"), _("Gilt hier"))),
        )


def _words(control: Control) -> str:
    return f"{control.id} {control.title} {control.statement} {control.guidance}".casefold()


def _groups(whole: Catalogue, control: Control) -> list[str]:
    titles = {x.id: x.title for x in whole.groups}
    return [f"{x} {titles.get(x, '')}".strip() for x in control.path]
