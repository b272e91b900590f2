"""Networks of a town: who asked, who released, what is scanned how; start a scan; SNMP access."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath
from litestar.response import Redirect

from scanners import policy
from service import web
from service.auth.guards import AGREE_SCANS, APPROVE_SCANS, READ_SCANS, RUN_SCANS, Here
from service.errors import Wrong
from service.i18n import gettext as _
from service.inventory import labels
from service.inventory.pages.reading import key as _key
from service.inventory.store import access, places
from service.jobs import store as jobs
from service.settings import now

Ask = Request[Any, Any, Any]
Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]


def expected_minutes(cidr: str, packets_per_second: int) -> int:
    """How long the search for living addresses takes at least, in minutes."""
    seconds = policy.duration(policy.network(cidr).num_addresses, rate=packets_per_second, probes=4)
    return max(1, round(seconds / 60))


class NetworkPages(Controller):
    """`/towns/{town}/networks`."""

    path = "/towns/{town:str}/networks"
    include_in_schema = False

    @get("/", opt={"access": READ_SCANS})
    async def show(self, request: Ask, here: Here) -> Response[str]:
        """All networks, their releases, the newest scans."""
        return await self._page(request, here)

    async def _page(
        self,
        request: Ask,
        here: Here,
        status: int = 200,
        errors: dict[str, str] | None = None,
        typed: dict[str, str] | None = None,
    ) -> Response[str]:
        async with here.tx() as tx:
            found = await places.networks(tx, here.write)
            sites = await places.sites(tx, here.write)
            runs = await jobs.runs(tx, here.write, task="scan.run", limit=5)
            accesses = await access.accesses(tx, here.write) if here.roles & RUN_SCANS else []
        rows = [{"net": net, "ready": net.scannable, "minutes": expected_minutes(net.cidr, net.rate_cap)} for net in found]
        columns = tuple(
            web.Column(text) for text in (_("Netz"), _("Zweck"), _("Art"), _("Freigabe"), _("Geräte"), _("Dauer"), _("Aktion"))
        )
        return web.page(
            request, here, "inventory/networks.html", status=status, rows=rows, columns=columns, runs=runs, labels=labels,
            sites=[("", _("ohne"))] + [(str(site.id), site.name) for site in sites], errors=errors or {}, typed=typed or {},
            purposes=list(labels.PURPOSES.items()), accesses=accesses, may_run=bool(here.roles & RUN_SCANS),
            may_release=bool(here.roles & APPROVE_SCANS), may_agree=bool(here.roles & AGREE_SCANS),
        )  # fmt: skip

    @post("/", opt={"access": RUN_SCANS}, status_code=200)
    async def add(self, request: Ask, here: Here, data: Form) -> Response[Any]:
        """Enter a network and ask for its release."""
        name, cidr = data.get("name", "").strip(), data.get("cidr", "").strip()
        purpose, site = data.get("purpose", "other"), _key(data.get("site"))
        errors = {} if name else {"name": _("Bitte geben Sie dem Netz einen Namen.")}
        if not errors:
            try:
                async with here.tx(write=True) as tx:
                    await places.put_network(
                        tx, here.write, cidr, by=here.actor, now=now(), name=name, purpose=purpose, site=site,
                        mode="guest" if purpose == "guest" else "passive" if purpose == "plc" else "active",
                    )  # fmt: skip
            except Wrong as wrong:
                errors = {"cidr": str(wrong)}
        if errors:
            return await self._page(request, here, 422, errors, data)
        text = _("Eingetragen. Gescannt wird erst, wenn ISB und Datenschutz das Netz freigegeben haben.")
        return web.redirect(_base(here), message=text)

    @post("/{key:uuid}/release", opt={"access": APPROVE_SCANS}, status_code=303)
    async def release(self, here: Here, key: FromPath[UUID]) -> Redirect:
        """The second person releases."""
        async with here.tx(write=True) as tx:
            await places.release(tx, here.write, key, by=here.actor, now=now())
        return web.redirect(_base(here), message=_("Freigegeben."))

    @post("/{key:uuid}/agree", opt={"access": AGREE_SCANS}, status_code=303)
    async def agree(self, here: Here, key: FromPath[UUID]) -> Redirect:
        """The data protection officer agrees."""
        async with here.tx(write=True) as tx:
            await places.release(tx, here.write, key, by=here.actor, now=now(), agreed=True)
        return web.redirect(_base(here), message=_("Zugestimmt."))

    @post("/{key:uuid}/withdraw", opt={"access": APPROVE_SCANS | AGREE_SCANS}, status_code=303)
    async def withdraw(self, here: Here, key: FromPath[UUID]) -> Redirect:
        """Take the release back."""
        async with here.tx(write=True) as tx:
            await places.withdraw_release(tx, here.write, key, by=here.actor)
        return web.redirect(_base(here), message=_("Die Freigabe ist zurückgenommen."), kind="info")

    @post("/{key:uuid}/scan", opt={"access": RUN_SCANS}, status_code=303)
    async def scan(self, here: Here, key: FromPath[UUID]) -> Redirect:
        """Scan now; the answer is the page of the run."""
        async with here.tx(write=True) as tx:
            found = await places.network(tx, here.write, key)
            if not found.scannable:
                raise Wrong(
                    _("Dieses Netz ist nicht zum Scannen freigegeben."), found.name, _("Bitten Sie ISB und Datenschutz darum.")
                )
            title = _("Scan: %(name)s (%(cidr)s)", name=found.name, cidr=found.cidr)
            args = {"networks": [str(key)], "asked_by_person": True}
            run = await jobs.enqueue(tx, "scan.run", here.write, title, here.actor.name, now(), args=args)
        return Redirect(f"/towns/{here.town.slug if here.town else ''}/runs/{run}", status_code=303)

    @post("/snmp", opt={"access": RUN_SCANS}, status_code=200)
    async def set_access(self, request: Ask, here: Here, data: Form) -> Response[Any]:
        """Keep SNMP credentials; they are never shown again."""
        name, version = data.get("snmp_name", "").strip(), data.get("version", "2c")
        secret = {"community": data.get("community", "")}
        if version == "3":
            secret = {
                "name": data.get("user", ""), "auth": data.get("auth", "SHA-256"), "auth_password": data.get("auth_password", ""),
                "privacy": data.get("privacy", "AES"), "privacy_password": data.get("privacy_password", ""),
            }  # fmt: skip
            short = len(secret["auth_password"]) < 8 or len(secret["privacy_password"]) < 8
            errors = {"auth_password": _("Kennwörter haben bei SNMPv3 mindestens 8 Zeichen.")} if short else {}
        else:
            errors = {} if secret["community"] else {"community": _("Bitte geben Sie die Community ein.")}
        if not name:
            errors["snmp_name"] = _("Bitte geben Sie dem Zugang einen Namen.")
        if errors:
            return await self._page(
                request, here, 422, errors, {key: data[key] for key in ("snmp_name", "version", "user") if key in data}
            )
        async with here.tx(write=True) as tx:
            await access.set_access(tx, here.write, name, version, secret, actor=here.actor, now=now())
        return web.redirect(_base(here), message=_("Der Zugang ist verschlüsselt gespeichert und wird nicht mehr angezeigt."))


def _base(here: Here) -> str:
    return f"/towns/{here.town.slug if here.town else ''}/networks"
