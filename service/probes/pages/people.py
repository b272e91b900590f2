"""The page „Sonden“: which there are and when they last spoke; make one, confirm its key, ask for a scan, withdraw it."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath
from litestar.response import Redirect

from scanners import wire
from scanners.version import VERSION
from service import web
from service.auth.guards import READ_SCANS, RUN_SCANS, Here
from service.errors import Wrong
from service.i18n import gettext as _
from service.inventory import scanning
from service.inventory.store import places
from service.inventory.store import sites as site_store
from service.inventory.views import NetworkRow
from service.probes import store
from service.probes.pages.machine import centre_key
from service.probes.store import ProbeRow
from service.settings import now, real_now, settings

Ask = Request[Any, Any, Any]
Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]
SILENT = timedelta(minutes=15)
"""A probe speaks every minute; after so long without a word somebody should look."""


def state_of(probe: ProbeRow, now: datetime) -> tuple[str, str]:
    """The state of a probe in words, and its colour."""
    if probe.state == "withdrawn":
        return _("zurückgezogen"), "neutral"
    if probe.state == "invited":
        late = probe.code_until is not None and probe.code_until < now
        return (_("Code abgelaufen"), "warning") if late else (_("wartet auf Einrichtung"), "info")
    if probe.state == "waiting":
        return _("wartet auf Bestätigung"), "warning"
    if probe.last_seen_at is None or now - probe.last_seen_at > SILENT:
        return _("schweigt"), "danger"
    return (_("meldet Probleme"), "warning") if probe.said else (_("in Betrieb"), "success")


def scope_version(networks: list[NetworkRow]) -> str:
    """A short mark of what the town has released, so that a job tells which state it was given under."""
    said = "\n".join(
        f"{net.cidr} {net.mode} {net.rate_cap} {net.scan_window} {net.excluded} {net.released_at} {net.agreed_at}"
        for net in networks
    )
    return hashlib.sha256(said.encode()).hexdigest()[:12]


class ProbePages(Controller):
    """`/towns/{town}/probes`."""

    path = "/towns/{town:str}/probes"
    include_in_schema = False

    @get("/", opt={"access": READ_SCANS})
    async def show(self, request: Ask, here: Here) -> Response[str]:
        """All probes of the town."""
        return await self._page(request, here)

    async def _page(
        self,
        request: Ask,
        here: Here,
        status: int = 200,
        errors: dict[str, str] | None = None,
        typed: dict[str, str] | None = None,
        code: wire.Code | None = None,
    ) -> Response[str]:
        async with here.tx() as tx:
            found = await store.probes(tx, here.write)
            sites = await site_store.sites(tx, here.write)
            networks = await places.networks(tx, here.write)
            jobs = await store.jobs(tx, here.write)
        rows = [{"probe": probe, "state": state_of(probe, real_now())} for probe in found]
        columns = tuple(
            web.Column(text)
            for text in (_("Sonde"), _("Zustand"), _("Letztes Lebenszeichen"), _("Version"), _("Wartet"), _("Aktion"))
        )
        return web.page(
            request, here, "probes/list.html", status=status, rows=rows, columns=columns, code=str(code) if code else "",
            errors=errors or {}, typed=typed or {}, version=VERSION, may_edit=bool(here.roles & RUN_SCANS),
            sites=[("", _("ohne"))] + [(str(site.id), site.name) for site in sites],
            active=[(str(probe.id), probe.name) for probe in found if probe.state == "active"],
            networks=[(str(net.id), f"{net.name} ({net.cidr})") for net in networks if net.scannable],
            jobs=jobs, states=job_states(), minutes=int(store.CODE_FOR.total_seconds() // 60),
        )  # fmt: skip

    @post("/", opt={"access": RUN_SCANS}, status_code=200)
    async def add(self, request: Ask, here: Here, data: Form) -> Response[Any]:
        """Make a probe; the answer shows its code, this once."""
        try:
            async with here.tx(write=True) as tx:
                site = _key(data.get("site"))
                centre = wire.public(centre_key())
                _id, code = await store.invite(tx, here.write, data.get("name", ""), site, centre, by=here.actor, now=real_now())
        except Wrong as wrong:
            return await self._page(request, here, 422, {"name": str(wrong)}, data)
        return await self._page(request, here, code=code)

    @post("/{key:uuid}/approve", opt={"access": RUN_SCANS}, status_code=303)
    async def approve(self, here: Here, key: FromPath[UUID]) -> Redirect:
        """The fingerprint was compared."""
        async with here.tx(write=True) as tx:
            await store.approve(tx, here.write, key, by=here.actor, now=real_now())
        return web.redirect(f"{here.base}/probes", message=_("Die Sonde ist bestätigt und darf liefern."))

    @get("/{key:uuid}/withdraw", opt={"access": RUN_SCANS})
    async def ask_withdraw(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """Ask whether that is meant."""
        async with here.tx() as tx:
            found = await store.probe(tx, here.write, key)
        return web.page(request, here, "probes/withdraw.html", probe=found, base=f"{here.base}/probes")

    @post("/{key:uuid}/withdraw", opt={"access": RUN_SCANS}, status_code=303)
    async def withdraw(self, here: Here, key: FromPath[UUID]) -> Redirect:
        """From now on the probe is refused."""
        async with here.tx(write=True) as tx:
            await store.withdraw(tx, here.write, key, by=here.actor, now=real_now())
        return web.redirect(
            f"{here.base}/probes", message=_("Die Sonde ist zurückgezogen und wird ab sofort abgewiesen."), kind="info"
        )

    @post("/jobs", opt={"access": RUN_SCANS}, status_code=200)
    async def ask(self, request: Ask, here: Here, data: Form) -> Response[Any]:
        """Ask a probe to scan a released network, outside its window with a reason only; it checks both sides' rules again."""
        probe, network = _key(data.get("probe")), _key(data.get("network"))
        if probe is None or network is None:
            return await self._page(request, here, 422, {"network": _("Bitte wählen Sie eine Sonde und ein Netz.")}, data)
        purpose = scanning.reason(data.get("purpose", ""))
        async with here.tx(write=True) as tx:
            found, known = await places.network(tx, here.write, network), await places.networks(tx, here.write)
            stands = scanning.obstacle(found, now(), settings().never_scan, demo=settings().demo, known=known)
            if stands is None or (stands.passing and scanning.holds(purpose)):
                await store.add_job(
                    tx, here.write, probe, [found.cidr], scope_version(known), by=here.actor, now=real_now(), purpose=purpose
                )  # fmt: skip
                text = _("Der Auftrag steht bereit; die Sonde holt ihn sich selbst ab.")
                return web.redirect(f"{here.base}/probes", message=text)
        if not stands.passing:
            raise Wrong(stands.text, found.name)
        error = f"{stands.text} {scanning.ask_reason()}"
        return await self._page(request, here, 422, {"purpose": error}, data)


def job_states() -> dict[str, tuple[str, str]]:
    """States of a job in words, with their colour."""
    return {
        "waiting": (_("wartet"), "neutral"),
        "fetched": (_("abgeholt"), "info"),
        "done": (_("erledigt"), "success"),
        "failed": (_("gescheitert"), "danger"),
        "refused": (_("von der Sonde abgelehnt"), "danger"),
        "withheld": (_("von der Zentrale nicht herausgegeben"), "danger"),
        "cancelled": (_("zurückgezogen"), "neutral"),
    }


def _key(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
