"""The network plan (bereinigter Netzplan): networks and the groups in them, no single device."""

from __future__ import annotations

from uuid import UUID

from litestar import Controller, Response, get

from isms.pages.forms import Ask
from isms.structure import drawing
from isms.structure.drawing import Node, PlanNet
from isms.structure.pages.frame import base, columns, page
from service.auth.guards import READ_ISMS, READ_SCANS, Here
from service.i18n import gettext as _
from service.inventory import labels
from service.inventory.pages.files import table_file
from service.objects import store as objects
from service.objects.membership import COVERING, Rule
from service.objects.standard import TargetKind
from service.objects.store import devices
from service.objects.store import proposals as inventory

OUTSIDE = frozenset({TargetKind.LINK, TargetKind.PROVIDER})


class PlanPages(Controller):
    """`/towns/{town}/structure/plan`."""

    path = "/towns/{town:str}/structure/plan"
    include_in_schema = False

    @get("/", opt={"access": READ_ISMS})
    async def show(self, request: Ask, here: Here) -> Response[str]:
        """The plan as a drawing and as a table."""
        outside, nets, loose = await _nets(here)
        title = _("Netzplan %(town)s", town=here.town.name if here.town else "")
        return page(
            request,
            here,
            "plan",
            "/plan",
            chart=drawing.plan(title, outside, nets) if nets else None,
            rows=[(net, *group) for net in nets for group in (net.groups or (("", 0, ""),))],
            loose=loose,
            columns=columns(_("Netz"), _("Zweck"), _("Standort"), _("Gruppe"), _("Geräte"), numeric=(4,)),
        )

    @get("/export", opt={"access": READ_ISMS})
    async def export(self, request: Ask, here: Here) -> Response[bytes]:
        """The plan's table as XLSX or CSV."""
        _outside, nets, _loose = await _nets(here)
        heads = [_("Netz"), _("Adressen"), _("Zweck"), _("Standort"), _("Gruppe"), _("Geräte")]
        lines = [
            dict(zip(heads, (net.name, net.cidr, net.purpose, net.site, name, number or ""), strict=True))
            for net in nets
            for name, number, _href in (net.groups or (("", 0, ""),))
        ]
        return table_file(request, lines, heads, f"netzplan-{here.slug}")


async def _nets(here: Here) -> tuple[list[Node], list[PlanNet], int]:
    """What leads outside, the networks with their groups, and how many devices are in no known network."""
    async with here.tx() as tx:
        targets = await objects.targets(tx, here.write)
        known = await inventory.known(tx, here.write)
        estate = await devices.estate(tx, here.write)
    address = f"{base(here)}/objects/"
    groups = [(x, estate.mask(x.rule)) for x in targets if x.kind in COVERING and x.rule.draws and not x.rule.everything]
    sites = {x.id: x.name for x in known.places}
    as_object: dict[UUID, UUID] = {}
    for x in targets:
        if x.kind == TargetKind.NETWORK:
            as_object |= {UUID(one): x.id for one in x.rule.networks}
    nets, inside_any = [], 0
    for net in known.nets:
        inside = estate.mask(Rule(networks=[str(net.id)]))
        inside_any |= inside
        found = [(x.name, (mask & inside).bit_count(), f"{address}{x.id}") for x, mask in groups if mask & inside]
        rest = inside
        for _x, mask in groups:
            rest &= ~mask
        if rest:
            found.append((_("ohne Gruppe"), rest.bit_count(), f"{base(here)}/devices"))
        fallback = f"{here.base}/networks/{net.id}" if here.roles & READ_SCANS else ""
        href = f"{address}{as_object[net.id]}" if net.id in as_object else fallback
        purpose = labels.word(labels.PURPOSES, net.purpose)
        nets.append(PlanNet(net.name, net.cidr, purpose, sites.get(net.site, "") if net.site else "", href, tuple(found)))
    outside = [Node(x.name, _("nach außen"), f"{address}{x.id}", "grey") for x in targets if x.kind in OUTSIDE]
    return outside, nets, (estate.all & ~inside_any).bit_count()
