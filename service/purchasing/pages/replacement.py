"""Replacement list: which devices of the town should be replaced, with the reason, and the limits of age behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.response import Redirect

from service import web
from service.auth.guards import EDIT_INVENTORY, READ_INVENTORY, Here
from service.errors import Wrong
from service.i18n import gettext as _
from service.inventory import labels
from service.inventory.pages.files import table_file
from service.inventory.support import table
from service.purchasing import words
from service.purchasing.pages.frame import Ask, Form, base, chosen, may_edit, tabs, town_and_group, whole
from service.purchasing.replacement import YEARS, Device, Due, Urgency, Why, plan
from service.purchasing.store import estate, needs
from service.settings import local_today
from service.web.forms import problem

PLANS = ("open", "planned")
SORTS = ("urgency", "name", "kind", "due")


class ReplacementPages(Controller):
    """`/towns/{town}/purchasing/replacement`."""

    path = "/towns/{town:str}/purchasing/replacement"
    include_in_schema = False

    @get("/", opt={"access": READ_INVENTORY})
    async def show(self, request: Ask, here: Here) -> Response[str]:
        """The list, most pressing first."""
        today = local_today()
        devices, limits, planned = await _load(here)
        everything = plan(devices, limits, today)
        found = _narrowed(request, everything, planned)
        path, pairs = request.url.path, request.query_params.multi_items()
        state = web.listing(path, pairs, total=len(found), sortable=SORTS, default_sort="urgency")
        heads = (
            (_("Gerät"), "name"),
            (_("Art"), "kind"),
            (_("Dringlichkeit"), "urgency"),
            (_("Warum"), ""),
            (_("Seit oder ab"), "due"),
        )
        kinds = sorted({line.device.kind for line in everything})
        ordered = _sorted(found, state.sort)
        return web.page(
            request, here, "purchasing/replacement.html", tabs=tabs(here, "/replacement"), base=f"{base(here)}/replacement",
            needs=f"{base(here)}/needs", assets=f"{here.base}/assets", state=state, labels=labels,
            rows=[line.device for line in ordered[state.offset : state.offset + state.per_page]], today=today, words=words,
            lines={line.device.id: line for line in ordered}, planned=planned, everything=len(everything), devices=len(devices),
            undated=sum(1 for one in devices if one.purchased is None and one.kind in limits), may_edit=may_edit(here),
            columns=tuple(web.Column(text, sort or None) for text, sort in heads), as_of=table().as_of, lots=base(here),
            query=urlencode([pair for pair in pairs if pair[0] not in ("page", "sort")]),
            kind_options=[(kind, labels.word(labels.KINDS, kind)) for kind in kinds],
            urgency_options=[(str(int(key)), word) for key, (word, _tone) in words.URGENCY.items()],
            why_options=list(words.WHY.items()),
            plan_options=[("open", _("noch kein Bedarf")), ("planned", _("Bedarf angelegt"))],
            asked={name: request.query_params.get(name, "") for name in ("q", "kind", "urgency", "why", "plan")},
        )  # fmt: skip

    @get("/export", opt={"access": READ_INVENTORY})
    async def export(self, request: Ask, here: Here) -> Response[bytes]:
        """Exactly the shown filter as XLSX or CSV."""
        today = local_today()
        devices, limits, planned = await _load(here)
        found = _narrowed(request, plan(devices, limits, today), planned)
        rows = [words.replacement_line(line, today) for line in found]
        return table_file(request, rows, words.REPLACEMENT_COLUMNS, f"ersatzliste-{here.slug}")

    @get("/limits", opt={"access": EDIT_INVENTORY})
    async def limits(self, request: Ask, here: Here) -> Response[str]:
        """Years of use by kind."""
        async with town_and_group(here) as tx:
            known = await estate.limits(tx, here.write)
        return _limits(request, here, {kind: str(known.get(kind, 0)) for kind in YEARS})

    @post("/limits", opt={"access": EDIT_INVENTORY}, status_code=200)
    async def set_limits(self, request: Ask, here: Here, data: Form) -> Response[str] | Redirect:
        """Save them."""
        try:
            wanted = {kind: whole(data, kind) for kind in YEARS if kind in data}
            async with town_and_group(here, write=True) as tx:
                await estate.set_limits(tx, here.write, wanted, here.actor)
        except Wrong as error:
            return _limits(request, here, data, problem(error))
        return web.redirect(f"{base(here)}/replacement", message=_("Altersgrenzen gespeichert."))


async def _load(here: Here) -> tuple[Sequence[Device], Mapping[str, int], Mapping[UUID, UUID]]:
    """The town's devices, its limits of age by kind, and the open need of each device that has one."""
    async with town_and_group(here) as tx:
        devices, limits = await estate.devices(tx, here.write, local_today()), await estate.limits(tx, here.write)
        return devices, limits, await needs.planned(tx, here.write)


def _narrowed(request: Ask, lines: tuple[Due, ...], planned: Mapping[UUID, UUID]) -> tuple[Due, ...]:
    """The lines that the filter in the address leaves."""
    text = request.query_params.get("q", "").strip().casefold()[:100]
    urgency = chosen(request, "urgency", [str(int(one)) for one in Urgency])
    why, kind = chosen(request, "why", tuple(Why)), request.query_params.get("kind", "")
    wish = chosen(request, "plan", PLANS)
    return tuple(
        line for line in lines
        if (not kind or line.device.kind == kind)
        and (not urgency or str(int(line.urgency)) == urgency)
        and (not why or any(one.why == why for one in line.reasons))
        and (not wish or (line.device.id in planned) == (wish == "planned"))
        and (not text or text in _searched(line.device))
    )  # fmt: skip


def _searched(device: Device) -> str:
    """What the search looks through."""
    told = (device.name, device.inventory_no, device.site, device.unit, device.product.manufacturer, device.product.model)
    return " ".join(filter(None, told)).casefold()


def _sorted(lines: tuple[Due, ...], sort: str) -> list[Due]:
    """In the order of the address; the usual one is by urgency."""
    keys = {
        "name": lambda line: line.device.name.casefold(), "due": lambda line: line.first,
        "kind": lambda line: labels.word(labels.KINDS, line.device.kind).casefold(),
    }  # fmt: skip
    key = keys.get(sort.lstrip("-"))
    if key is None:
        return list(reversed(lines)) if sort.startswith("-") else list(lines)
    return sorted(lines, key=key, reverse=sort.startswith("-"))


def _limits(request: Ask, here: Here, values: Mapping[str, str], errors: Mapping[str, str] | None = None) -> Response[str]:
    return web.page(
        request, here, "purchasing/limits.html", status=422 if errors else 200, base=f"{base(here)}/replacement", values=values,
        errors=errors or {}, kinds=[(kind, labels.word(labels.KINDS, kind), years) for kind, years in YEARS.items()],
    )  # fmt: skip
