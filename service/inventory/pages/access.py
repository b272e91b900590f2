"""SNMP access of a town: which sets there are, where they may be used, what became of them. Secrets go in and never out."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath
from litestar.response import Redirect

from service import web
from service.auth.guards import RUN_SCANS, Here
from service.errors import Wrong
from service.i18n import gettext as _
from service.i18n import ngettext
from service.inventory.access import entry
from service.inventory.pages.reading import key as _key
from service.inventory.store import access, places
from service.inventory.store.access import Access
from service.settings import now

Ask = Request[Any, Any, Any]
Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]
SAFE = ("version", "user", "level", "auth", "privacy", "name")
"""What a form with errors shows again; never a secret."""


class AccessPages(Controller):
    """`/towns/{town}/networks/snmp`."""

    path = "/towns/{town:str}/networks/snmp"
    include_in_schema = False

    @get("/", opt={"access": RUN_SCANS})
    async def show(self, request: Ask, here: Here) -> Response[str]:
        """All sets."""
        async with here.tx() as tx:
            found = await access.accesses(tx, here.write)
            names = {net.id: net.name for net in await places.networks(tx, here.write)}
        rows = [{"set": one, "networks": [names[key] for key in one.networks if key in names]} for one in found]
        columns = tuple(web.Column(text) for text in (_("Zugang"), _("Netze"), _("Ergebnis"), _("Gesetzt")))
        return web.page(request, here, "inventory/snmp.html", rows=rows, columns=columns, base=_base(here))

    @get("/new", opt={"access": RUN_SCANS})
    async def new(self, request: Ask, here: Here) -> Response[str]:
        """The form for a set, by version."""
        return self._form(request, here, {"version": _version(request.query_params.get("version"))}, {})

    @post("/", opt={"access": RUN_SCANS}, status_code=200)
    async def add(self, request: Ask, here: Here, data: Form) -> Response[Any]:
        """Keep a new set."""
        name, version = data.get("name", "").strip(), data.get("version", "")
        secret, errors = entry.secret(data)
        if not 0 < len(name) <= 120:
            errors = {"name": _("Bitte geben Sie dem Zugang einen Namen, höchstens 120 Zeichen."), **errors}
        async with here.tx(write=True) as tx:
            if any(one.name == name for one in await access.accesses(tx, here.write)):
                errors["name"] = _("Diesen Namen gibt es schon. Ersetzen Sie jenen Zugang, oder wählen Sie einen anderen Namen.")
            if errors:
                return self._form(request, here, data, errors, 422)
            made = await access.set_access(tx, here.write, name, version, secret, actor=here.actor, now=now())
        text = _("Der Zugang ist verschlüsselt gespeichert und wird nicht mehr angezeigt. Wählen Sie nun seine Netze.")
        return web.redirect(f"{_base(here)}/{made}", message=text)

    @get("/{key:uuid}", opt={"access": RUN_SCANS})
    async def one(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """One set with its networks."""
        return await self._one(request, here, key, {})

    async def _one(self, request: Ask, here: Here, key: UUID, errors: dict[str, str], status: int = 200) -> Response[str]:
        async with here.tx() as tx:
            found = await access.access(tx, here.write, key)
            nets = await places.networks(tx, here.write)
        options = [(str(net.id), f"{net.name} ({net.cidr})") for net in nets if net.mode == "active"]
        return web.page(
            request, here, "inventory/snmp_set.html", status=status, one=found, options=options, errors=errors, base=_base(here),
            granted=[str(one) for one in found.networks],
        )  # fmt: skip

    @post("/{key:uuid}/networks", opt={"access": RUN_SCANS}, status_code=200)
    async def grant(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[Any]:
        """Use the set in these networks and nowhere else."""
        form = await request.form()
        wanted = [found for text in form.getall("network", []) if (found := _key(str(text)))]
        try:
            async with here.tx(write=True) as tx:
                await access.grant(tx, here.write, key, wanted, actor=here.actor)
        except Wrong as wrong:
            return await self._one(request, here, key, {"network": str(wrong)}, 422)
        text = ngettext("Der Zugang gilt in %(num)s Netz.", "Der Zugang gilt in %(num)s Netzen.", len(set(wanted)))
        return web.redirect(f"{_base(here)}/{key}", message=text if wanted else _("Der Zugang gilt nirgends."))

    @get("/{key:uuid}/replace", opt={"access": RUN_SCANS})
    async def ask_replace(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """The form for new secrets of a set."""
        async with here.tx() as tx:
            found = await access.access(tx, here.write, key)
        version = _version(request.query_params.get("version") or found.version)
        return self._form(request, here, {"version": version}, {}, one=found)

    @post("/{key:uuid}/replace", opt={"access": RUN_SCANS}, status_code=200)
    async def replace(self, request: Ask, here: Here, key: FromPath[UUID], data: Form) -> Response[Any]:
        """Other secrets under the same name, in the same networks."""
        secret, errors = entry.secret(data)
        async with here.tx(write=True) as tx:
            found = await access.access(tx, here.write, key)
            if errors:
                return self._form(request, here, data, errors, 422, one=found)
            await access.set_access(tx, here.write, found.name, data["version"], secret, actor=here.actor, now=now())
        return web.redirect(f"{_base(here)}/{key}", message=_("Ersetzt. Beim nächsten Scan wird überall neu gefragt."))

    @post("/{key:uuid}/retry", opt={"access": RUN_SCANS}, status_code=303)
    async def retry(self, here: Here, key: FromPath[UUID]) -> Redirect:
        """Ask again where the set was refused."""
        async with here.tx(write=True) as tx:
            number = await access.forget_refusals(tx, here.write, key, actor=here.actor)
        text = ngettext(
            "Der nächste Scan versucht es an %(num)s Gerät erneut.",
            "Der nächste Scan versucht es an %(num)s Geräten erneut.",
            number,
        )
        return web.redirect(f"{_base(here)}/{key}", message=text if number else _("Es gab keine Ablehnung."), kind="info")

    @get("/{key:uuid}/remove", opt={"access": RUN_SCANS})
    async def ask_remove(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """Ask whether that is meant."""
        async with here.tx() as tx:
            found = await access.access(tx, here.write, key)
        return web.page(request, here, "inventory/snmp_remove.html", one=found, base=_base(here))

    @post("/{key:uuid}/remove", opt={"access": RUN_SCANS}, status_code=303)
    async def remove(self, here: Here, key: FromPath[UUID]) -> Redirect:
        """Forget a set."""
        async with here.tx(write=True) as tx:
            await access.remove_access(tx, here.write, key, actor=here.actor)
        return web.redirect(_base(here), message=_("Der Zugang ist gelöscht."), kind="info")

    def _form(
        self,
        request: Ask,
        here: Here,
        typed: dict[str, str],
        errors: dict[str, str],
        status: int = 200,
        one: Access | None = None,
    ) -> Response[str]:
        shown = {name: typed[name] for name in SAFE if name in typed} | {"version": _version(typed.get("version"))}
        return web.page(
            request, here, "inventory/snmp_form.html", status=status, typed=shown, errors=errors, one=one, base=_base(here),
            levels=list(entry.LEVELS.items()), auths=list(entry.AUTH_WORDS.items()), privacies=list(entry.PRIVACY_WORDS.items()),
        )  # fmt: skip


def _version(text: str | None) -> str:
    return text if text in entry.VERSIONS else entry.VERSIONS[0]


def _base(here: Here) -> str:
    return f"{here.base}/networks/snmp"
