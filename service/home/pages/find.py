"""The header's search over everything that the person may read in the town."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from litestar import Controller, Request, Response, get
from litestar.response import Redirect

from isms.documents import words as papers
from isms.documents.store import documents
from isms.store import measures, risks, sheets, standing
from isms.store.standing import Wanted
from service import web
from service.auth.guards import EDIT_INVENTORY, READ_DOCUMENTS, READ_INVENTORY, READ_ISMS, READ_RISKS, READ_SCANS, Here
from service.contracts.store import contracts, phones
from service.contracts.terms import matches as means
from service.db import SafeTransaction, town_tx
from service.i18n import gettext as _
from service.i18n import ngettext
from service.inventory import labels
from service.inventory.store import lists, places, search
from service.inventory.views import AssetFilter
from service.purchasing import quarters
from service.purchasing.store import needs
from service.purchasing.views import Demand, Draft
from service.settings import local_today, now
from service.software.pages.common import product_url
from service.software.store import entries

MOST = 10
"""Lines of a group; the whole group is a link away where a list of its own can show it."""
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Hit:
    """One line of the answer."""

    title: str
    url: str
    sub: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Hits of one kind; `total` may be more than are shown, `url` shows them all."""

    title: str
    hits: tuple[Hit, ...]
    total: int
    url: str = ""


class FindPages(Controller):
    """`/towns/{town}/search`."""

    @get("/towns/{town:str}/search", opt={"access": READ_INVENTORY | READ_RISKS | READ_DOCUMENTS})
    async def find(self, request: Request[Any, Any, Any], here: Here) -> Response[str] | Redirect:
        """Exactly one device opens at once and mere devices show their list; everything else is shown in groups."""
        text = request.query_params.get("q", "").strip()[:LONGEST]
        base = here.base
        groups: list[Group] = []
        async with town_tx({here.write, measures.GROUP}, here.write) as tx:
            if text and here.roles & READ_INVENTORY and (key := await search.exact(tx, here.write, text)):
                return Redirect(f"{base}/assets/{key}", status_code=303)
            if text:
                groups = [group for group in await _groups(tx, here, text, base) if group.total]
        devices = f"{base}/assets?{urlencode({'q': text})}"
        if [group.url for group in groups] == [devices]:
            return Redirect(devices, status_code=303)
        return web.page(request, here, "home/search.html", text=text, groups=groups, base=base)


async def _groups(tx: SafeTransaction, here: Here, text: str, base: str) -> list[Group]:
    """What the person's roles may read, in the order of the navigation."""
    groups = []
    if here.roles & READ_INVENTORY:
        page = await lists.assets(tx, here.write, AssetFilter(q=text), sort="name", page=1, size=MOST, now=now())
        hits = tuple(Hit(row.name, f"{base}/assets/{row.id}", labels.word(labels.KINDS, row.kind)) for row in page.rows)
        groups.append(Group(_("Geräte"), hits, page.total, f"{base}/assets?{urlencode({'q': text})}"))
        agreed = [one for one in await contracts.contracts(tx, here.write) if means(one, text)]
        groups.append(_group(_("Verträge"), (Hit(one.title, f"{base}/contracts/{one.id}", one.partner) for one in agreed)))
        groups.append(_group(_("Telefonanlagen"), await _phones(tx, here, text, base)))
    if here.roles & READ_SCANS:
        found = [one for one in await places.networks(tx, here.write) if _has(text, one.name, one.cidr, one.site_name)]
        groups.append(_group(_("Netze"), (Hit(one.name, f"{base}/networks", one.cidr) for one in found)))
    if here.roles & READ_INVENTORY:
        groups.append(_group(_("Fachverfahren"), await _products(tx, here, text)))
        needed = [one for one in await needs.demands(tx, here.write) if _has(text, one.class_name, *_told(one.draft))]
        groups.append(_group(_("Bedarf"), (_need(here, one) for one in needed)))
    if here.roles & READ_ISMS:
        total, spots = await standing.find(tx, here.write, local_today(), Wanted(text=text), limit=MOST)
        sheet = await sheets.load(tx, here.write, local_today(), spots=spots)
        lines = tuple(
            Hit(
                f"{one.requirement.label} {one.requirement.title}",
                f"{base}/controls/objects/{one.target}/{one.requirement.key}",
                one.target_name,
            )
            for one in sheet.entries
        )
        groups.append(Group(_("Anforderungen"), lines, total, f"{base}/controls/requirements?{urlencode({'q': text})}"))
    if here.roles & READ_RISKS:
        risky = [one for one in await risks.risks(tx, here.write) if _has(text, one.name, one.title, one.scenario, one.cause)]
        groups.append(_group(_("Risiken"), (Hit(one.title, f"{base}/risks/{one.id}", one.name) for one in risky)))
        todo = [one for one in await measures.measures(tx, here.write) if _has(text, one.name, one.title, one.text)]
        groups.append(_group(_("Maßnahmen"), (Hit(one.title, f"{base}/measures/{one.id}", one.name) for one in todo)))
    if here.roles & READ_DOCUMENTS:
        groups.append(_group(_("Dokumente"), await _papers(tx, here, text, base)))
    return groups


async def _papers(tx: SafeTransaction, here: Here, text: str, base: str) -> list[Hit]:
    """Documents that hold, by sign, title, kind and office; what their files say is not searched."""
    found = []
    for one in await documents.released(tx, here.write):
        item, edition = one.document, one.released
        kind = str(papers.KINDS[item.kind])
        if edition and _has(text, item.number, item.title, item.owner, kind):
            sub = _("%(kind)s, Fassung %(n)s", kind=kind, n=edition.label)
            found.append(Hit(f"{item.number} {item.title}", f"{base}/documents/{item.id}", sub))
    return found


async def _products(tx: SafeTransaction, here: Here, text: str) -> list[Hit]:
    """The town's products, and those that other towns share and this one does not know."""
    mine = await entries.entries(tx, here.write)
    hits = [Hit(one.name, product_url(here, one.key), one.maker) for one in mine if _has(text, one.name, one.maker, one.purpose)]
    known = {one.key for one in mine}
    others = {one.key: one for one in await entries.shared(tx, here.write) if one.key not in known}
    return hits + [
        Hit(one.name, product_url(here, one.key), _("in anderen Städten"))
        for one in others.values()
        if _has(text, one.name, one.maker)
    ]


def _told(draft: Draft) -> tuple[str, ...]:
    """What people write about a need."""
    return draft.cost_centre, draft.contract, draft.note


def _need(here: Here, one: Demand) -> Hit:
    """A need; who may not change it sees it in the list."""
    url = f"{here.base}/purchasing/needs"
    number = ngettext("%(num)s Stück", "%(num)s Stück", one.draft.quantity)
    sub = _("%(number)s, Quartal %(quarter)s", number=number, quarter=quarters.shown(one.draft.quarter))
    return Hit(one.class_name, f"{url}/{one.id}/edit" if here.roles & EDIT_INVENTORY else url, sub)


async def _phones(tx: SafeTransaction, here: Here, text: str, base: str) -> list[Hit]:
    found = [one for one in await phones.systems(tx, here.write) if _has(text, one.name, one.numbers, one.provider, one.line)]
    return [Hit(one.name or one.numbers or one.provider or one.line, f"{base}/phones", one.provider) for one in found]


def _group(title: str, hits: Iterable[Hit]) -> Group:
    """A group without a list of its own: shown as a whole, so that nothing is out of reach."""
    found = tuple(hits)
    return Group(title, found, len(found))


def _has(text: str, *where: str | None) -> bool:
    return text.casefold() in " ".join(one for one in where if one).casefold()
