"""Networks of a town: who asked, who released, what is scanned how; start a scan."""

from __future__ import annotations

from collections.abc import Sequence
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
from service.i18n import lazy
from service.inventory import labels, scanning
from service.inventory import store as inventory
from service.inventory.pages.reading import key as _key
from service.inventory.store import access, places
from service.inventory.store import sites as site_store
from service.inventory.views import NetworkRow
from service.jobs import clock
from service.jobs import store as jobs
from service.settings import now, settings

Ask = Request[Any, Any, Any]
Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]
MANNERS = ("purpose", "mode", "rate_cap", "snmp_rate", "scan_window", "excluded")
RATES = ("rate_cap", "snmp_rate")
FIELDS = {"Art": "mode", "Tempo": "rate_cap", "Tempo SNMP": "snmp_rate", "Zeitfenster": "scan_window", "Ausnahmen": "excluded"}
"""What the store calls a field, and what the form does."""

PASSIVE = lazy("nur passiv: kein einziges Paket")


def expected_minutes(cidr: str, packets_per_second: int) -> int:
    """How long the search for living addresses takes at least, in minutes; 0 for a network that no scan takes."""
    if scanning.too_wide(cidr):
        return 0
    seconds = policy.duration(policy.network(cidr).num_addresses, rate=packets_per_second, probes=4)
    return max(1, round(seconds / 60))


def obstacle(net: NetworkRow, known: Sequence[NetworkRow]) -> scanning.Obstacle | None:
    """What keeps a scan of this network from beginning now; `known` are all networks of the town."""
    return scanning.obstacle(net, now(), settings().never_scan, demo=settings().demo, known=known)


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
            sites = await site_store.sites(tx, here.write)
            runs = await jobs.runs(tx, here.write, task="scan.run", limit=5)
        rows = [
            {"net": net, "obstacle": obstacle(net, found), "minutes": expected_minutes(net.cidr, net.rate_cap)} for net in found
        ]
        columns = tuple(
            web.Column(text) for text in (_("Netz"), _("Zweck"), _("Art"), _("Freigabe"), _("Geräte"), _("Dauer"), _("Aktion"))
        )
        return web.page(
            request, here, "inventory/networks.html", status=status, rows=rows, columns=columns, runs=runs, labels=labels,
            sites=[("", _("ohne"))] + [(str(site.id), site.name) for site in sites], errors=errors or {}, typed=typed or {},
            purposes=list(labels.PURPOSES.items()), modes=[("active", _("aktiv scannen")), ("passive", PASSIVE)],
            may_run=bool(here.roles & RUN_SCANS),
            may_release=bool(here.roles & APPROVE_SCANS), may_agree=bool(here.roles & AGREE_SCANS),
            blocked=settings().demo and any(scanning.forbidden(net.cidr, settings().never_scan) for net in found),
        )  # fmt: skip

    @post("/", opt={"access": RUN_SCANS}, status_code=200)
    async def add(self, request: Ask, here: Here, data: Form) -> Response[Any]:
        """Enter a network and ask for its release."""
        name, cidr = data.get("name", "").strip(), data.get("cidr", "").strip()
        purpose, site = data.get("purpose", "other"), _key(data.get("site"))
        mode = scanning.mode_for(purpose, data.get("mode", "active"))
        errors = {} if name else {"name": _("Bitte geben Sie dem Netz einen Namen.")}
        if not errors:
            try:
                async with here.tx(write=True) as tx:
                    await places.refuse_new(tx, here.write, cidr, mode)
                    made = await places.put_network(
                        tx, here.write, cidr, by=here.actor, now=now(), name=name, purpose=purpose, site=site,
                        mode=mode, scan_window=scanning.OFFICE,
                    )  # fmt: skip
            except Wrong as wrong:
                errors = {"cidr": str(wrong)}
        if errors:
            return await self._page(request, here, 422, errors, data)
        text = _("Eingetragen. Gescannt wird erst, wenn ISB und Datenschutz das Netz freigegeben haben.")
        if mode != "active":
            text = _("Eingetragen. Hierhin geht kein Paket, auch nicht beim Scan eines Netzes darum herum.")
        return web.redirect(f"{_base(here)}/{made}", message=text)

    @get("/{key:uuid}", opt={"access": READ_SCANS})
    async def one(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """One network: its release, how it is looked at, when next, and with what."""
        return await self._one(request, here, key)

    async def _one(
        self, request: Ask, here: Here, key: UUID, errors: dict[str, str] | None = None, typed: dict[str, str] | None = None
    ) -> Response[str]:
        async with here.tx() as tx:
            net, known = await places.network(tx, here.write, key), await places.networks(tx, here.write)
            sets = [one for one in await access.accesses(tx, here.write) if key in one.networks]
            plans = [one for one in await jobs.schedules(tx) if one.town_id == here.write and one.enabled]
            runs = [run for run in await jobs.runs(tx, here.write, task="scan.run", limit=100) if str(key) in _networks(run.args)]
        crons = [one.cron for one in plans if one.task == "scan.run" and (one.args.get("all") or str(key) in _networks(one.args))]
        times = sorted(at for cron in crons for at in clock.times(cron, now(), 60))
        return web.page(
            request, here, "inventory/network.html", status=422 if errors else 200, net=net, sets=sets,
            obstacle=obstacle(net, known), left_out=scanning.left_out(net, known),
            runs=runs[:10], planned=bool(crons), following=scanning.first_open(net.scan_window, times), labels=labels,
            minutes=expected_minutes(net.cidr, net.rate_cap), errors=errors or {}, typed=typed or {},
            purpose=scanning.PURPOSE, base=_base(here), may_run=bool(here.roles & RUN_SCANS),
            may_release=bool(here.roles & APPROVE_SCANS), may_agree=bool(here.roles & AGREE_SCANS),
        )  # fmt: skip

    @get("/{key:uuid}/edit", opt={"access": RUN_SCANS})
    async def edit(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """The form for how a network is looked at."""
        async with here.tx() as tx:
            net = await places.network(tx, here.write, key)
        typed = {name: str(getattr(net, name) or "") for name in MANNERS}
        return self._edit(request, here, net, typed, {})

    def _edit(self, request: Ask, here: Here, net: NetworkRow, typed: dict[str, str], errors: dict[str, str]) -> Response[str]:
        return web.page(
            request, here, "inventory/network_edit.html", status=422 if errors else 200, net=net, typed=typed, errors=errors,
            purposes=list(labels.PURPOSES.items()), base=_base(here), fastest=policy.FASTEST,
            modes=[("active", _("aktiv scannen")), ("passive", PASSIVE), ("guest", _("nie"))],
        )  # fmt: skip

    @post("/{key:uuid}/edit", opt={"access": RUN_SCANS}, status_code=200)
    async def change(self, request: Ask, here: Here, key: FromPath[UUID], data: Form) -> Response[Any]:
        """Save how a network is looked at; what goes further than the release has to be released again."""
        typed = {name: data.get(name, "").strip() for name in MANNERS}
        numbers = {name: int(typed[name]) if typed[name].isdecimal() and len(typed[name]) < 9 else -1 for name in RATES}
        async with here.tx() as tx:
            net = await places.network(tx, here.write, key)
        try:
            async with here.tx(write=True) as tx:
                holds = await places.set_manners(
                    tx, here.write, key, by=here.actor, now=now(), purpose=typed["purpose"], mode=typed["mode"],
                    scan_window=typed["scan_window"], excluded=typed["excluded"], **numbers,
                )  # fmt: skip
        except Wrong as wrong:
            return self._edit(request, here, net, typed, {FIELDS.get(wrong.where, ""): wrong.sentence})
        text = (
            _("Gespeichert.")
            if holds
            else _("Gespeichert. ISB und Datenschutz müssen neu zustimmen, weil sich der Umfang ändert.")
        )
        return web.redirect(f"{_base(here)}/{key}", message=text, kind="success" if holds else "warning")

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

    @get("/{key:uuid}/remove", opt={"access": RUN_SCANS})
    async def ask_remove(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """Ask whether that is meant, and say what becomes of it."""
        async with here.tx() as tx:
            net, known = await places.network(tx, here.write, key), await places.networks(tx, here.write)
        around = scanning.opened_by_removal(net, known)
        return web.page(request, here, "inventory/network_remove.html", net=net, around=around, base=_base(here))

    @post("/{key:uuid}/remove", opt={"access": RUN_SCANS}, status_code=303)
    async def remove(self, here: Here, key: FromPath[UUID]) -> Redirect:
        """Take the network out: for good if it was never scanned, into the log if it was."""
        async with here.tx(write=True) as tx:
            closed = await inventory.remove_network(tx, here.write, key, by=here.actor, now=now())
        text = _("Das Netz ist geschlossen; im Protokoll der Scans bleibt es stehen.") if closed else _("Das Netz ist entfernt.")
        return web.redirect(_base(here), message=text, kind="info")

    @post("/{key:uuid}/scan", opt={"access": RUN_SCANS}, status_code=303)
    async def scan(self, request: Ask, here: Here, key: FromPath[UUID], data: Form) -> Response[Any]:
        """Scan now; the answer is the page of the run. Outside its window only with a reason, which the log keeps."""
        purpose = scanning.reason(data.get("purpose", ""))
        async with here.tx(write=True) as tx:
            found = await places.network(tx, here.write, key)
            stands = obstacle(found, await places.networks(tx, here.write))
            if stands is None or (stands.passing and scanning.holds(purpose)):
                title = _("Scan: %(name)s (%(cidr)s)", name=found.name, cidr=found.cidr)
                args = {"networks": [str(key)], "asked_by_person": True} | ({"purpose": purpose} if purpose else {})
                run = await jobs.enqueue(tx, "scan.run", here.write, title, here.actor.name, now(), args=args)
                return Redirect(f"{here.base}/runs/{run}", status_code=303)
        if stands.passing:
            return await self._one(request, here, key, {"purpose": scanning.ask_reason()}, {"purpose": purpose})
        raise Wrong(stands.text, found.name)


def _networks(args: dict[str, Any]) -> list[str]:
    return [str(one) for one in args.get("networks", [])]


def _base(here: Here) -> str:
    return f"{here.base}/networks"
