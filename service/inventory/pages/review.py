"""The inbox „Abweichungen“: what changed in the network and what a person should say to it; one click a case, always undoable."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath
from litestar.response import Redirect

from service import web
from service.auth import store as people
from service.auth.guards import EDIT_INVENTORY, READ_INVENTORY, Here
from service.errors import Missing, Wrong
from service.i18n import gettext as _
from service.i18n import ngettext
from service.inventory import labels, store
from service.inventory.pages import comparing
from service.inventory.pages.cases import describe
from service.inventory.pages.reading import key as _key
from service.inventory.store import cases, decided, places, undoing
from service.inventory.views import ReviewRow
from service.settings import now
from service.web.answers import is_local

Ask = Request[Any, Any, Any]
Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]
READ_REVIEW = READ_INVENTORY - {"bc_officer"}
REST = timedelta(days=30)
SINCE = {"1d": 1, "7d": 7, "30d": 30}


class ReviewPages(Controller):
    """`/towns/{town}/review`."""

    path = "/towns/{town:str}/review"
    include_in_schema = False

    @get("/", opt={"access": READ_REVIEW})
    async def show(self, request: Ask, here: Here) -> Response[str]:
        """Open cases by urgency; the address is the filter."""
        query = request.query_params
        kind = query.get("kind", "") if query.get("kind", "") in labels.REVIEWS else ""
        state = query.get("state", "") if query.get("state", "") in ("ignored", "answered") else "open"
        since = now() - timedelta(days=SINCE[query["since"]]) if query.get("since") in SINCE else None
        asset, network = _key(query.get("asset")), _key(query.get("network"))
        shape = web.listing(request.url.path, query.multi_items(), total=10**6, sortable=("",), default_sort="")
        async with here.tx() as tx:
            found = await store.reviews(
                tx, here.write, now=now(), kind=kind, state=state, asset=asset, network=network, since=since,
                page=shape.page, size=shape.per_page,
            )  # fmt: skip
            networks = [(str(net.id), net.name) for net in await places.networks(tx, here.write)]
            last = await store.last(tx, here.write, by=here.actor)
            towns = {town.id: town.name for town in await people.towns(tx)}
        shape = web.listing(request.url.path, query.multi_items(), total=found.total, sortable=("",), default_sort="")
        columns = tuple(web.Column(text) for text in (_("Gerät"), _("Was ist anders?"), _("Seit"), _("Entscheidung")))
        total = sum(found.counts.values())
        tabs = [(f"{_('Alle')} ({total})", _base(here), not kind and state == "open")]
        tabs += [
            (f"{word} ({found.counts[one]})", f"{_base(here)}?kind={one}", one == kind and state == "open")
            for one, (word, _kind) in labels.REVIEWS.items()
            if found.counts.get(one)
        ]
        return web.page(
            request, here, "inventory/review.html", lines=[describe(case, towns, now()) for case in found.rows], state=shape,
            columns=columns, tabs=tabs, base=_base(here), labels=labels, networks=networks, chosen=dict(query), last=last,
            total=total, may_decide=bool(here.roles & EDIT_INVENTORY), which=state, kinds=_kinds(),
            since=[("1d", _("heute")), ("7d", _("in den letzten 7 Tagen")), ("30d", _("in den letzten 30 Tagen"))],
            states=[("ignored", _("ruhend")), ("answered", _("entschieden"))],
        )  # fmt: skip

    @get("/{key:uuid}", opt={"access": READ_REVIEW})
    async def case(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """One case in full: before and after, whom it concerns, every answer."""
        async with here.tx() as tx:
            found = await store.review(tx, here.write, key)
            if found is None:
                raise Missing
            towns = {town.id: town.name for town in await people.towns(tx)}
            other = _key(request.query_params.get("other")) or found.other
            left = await store.asset(tx, here.write, found.asset) if found.asset else None
            right = await store.asset(tx, here.write, other) if other else None
            act = (
                await decided.of_case(tx, here.write, (found.key, str(found.details.get("key", ""))))
                if found.state == "answered"
                else None
            )
            text = request.query_params.get("q", "").strip()
            hits = await store.candidates(tx, here.write, text) if text else []
            claimed = [UUID(one) for side in found.details.get("sides", ()) for one in side]
            homes = list({home.asset: home for home in (await cases.homes(tx, here.write, claimed)).values()}.values())
            record = await cases.label(tx, here.write, found.records[0]) if found.kind == "bearer" and found.records else ""
        compared = comparing.compared(left, right) if left and right else []
        rows = [row for row in compared if row.left != row.right]
        one, two = (comparing.told_apart(side.row) if side else "" for side in (left, right))
        line = describe(found, towns, now(), two)
        return web.page(
            request, here, "inventory/case.html", case=found, line=line, left=left, right=right,
            rows=rows, compared=compared, homes=homes, one=one, two=two, sides=comparing.columns(one, two),
            title=one if left and right else line.name,
            hits=[row for row in hits if row.id != found.asset], q=text, record=record, base=_base(here), labels=labels,
            assets=f"{here.base}/assets", may_decide=bool(here.roles & EDIT_INVENTORY),
            act=act, decision=decided.sentence(act) if act else "", merged=bool(right and right.merged_into),
        )  # fmt: skip

    @post("/{key:uuid}/answer", opt={"access": EDIT_INVENTORY}, status_code=303)
    async def answer(self, here: Here, key: FromPath[UUID], data: Form) -> Redirect:
        """Settle one case; asked once and remembered."""
        choice, asset = data.get("choice", ""), _key(data.get("asset"))
        async with here.tx(write=True) as tx:
            found = await store.review(tx, here.write, key)
            if found is None:
                raise Missing
            if found.state == "answered":
                raise Wrong(_("Über diesen Fall ist schon entschieden."), str(found.closed_by or ""))
            fields = await _chosen(tx, here.write, found, asset, data) if choice == "same" else {}
            await store.answer(
                tx, here.write, key, choice, by=here.actor, now=now(), asset=asset, fields=fields,
                reason=data.get("reason", "").strip(),
            )  # fmt: skip
        undo = None if found.kind == "loan" else f"{_base(here)}/undo"
        return web.redirect(_back(here, data), message=_("Entschieden."), undo=undo)

    @post("/{key:uuid}/ignore", opt={"access": EDIT_INVENTORY}, status_code=303)
    async def ignore(self, here: Here, key: FromPath[UUID], data: Form) -> Redirect:
        """Lay the case aside for 30 days."""
        until = now() + REST
        async with here.tx(write=True) as tx:
            await store.ignore(tx, here.write, key, until=until, by=here.actor, now=now())
        text = _("Der Fall ruht bis zum %(day)s.", day=f"{until:%d.%m.%Y}")
        return web.redirect(_back(here, data), message=text, undo=f"{_base(here)}/undo")

    @post("/bulk", opt={"access": EDIT_INVENTORY}, status_code=303)
    async def bulk(self, request: Ask, here: Here) -> Redirect:
        """One answer for the ticked cases, undone as one."""
        form = await request.form()
        ids = [key for text in form.getall("id", []) if (key := _key(str(text)))][:500]
        act, user = str(form.get("act", "")), str(form.get("user", "")).strip()
        back = _back(here, {"back": str(form.get("back", ""))})
        if not ids:
            return web.redirect(back, message=_("Bitte wählen Sie zuerst Fälle aus."), kind="warning")
        async with here.tx(write=True) as tx:
            if act == "ignore":
                done = await cases.ignore_all(tx, here.write, ids, until=now() + REST, by=here.actor, now=now())
                text = ngettext("%(num)s Fall ruht 30 Tage.", "%(num)s Fälle ruhen 30 Tage.", done)
            elif act == "user":
                reason = _("in den Abweichungen gesetzt")
                done = await cases.set_field(tx, here.write, ids, "user", user, reason=reason, by=here.actor, now=now())
                text = ngettext("Bei %(num)s Gerät gesetzt.", "Bei %(num)s Geräten gesetzt.", done)
            else:
                done = await cases.agree_to(tx, here.write, ids, by=here.actor, now=now())
                text = ngettext("%(num)s Fall angenommen.", "%(num)s Fälle angenommen.", done)
                if done < len(ids):
                    text = f"{text} {_('Die übrigen brauchen einen Blick auf den Fall.')}"
        return web.redirect(back, message=text, undo=f"{_base(here)}/undo" if done else None)

    @post("/undo", opt={"access": EDIT_INVENTORY}, status_code=303)
    async def undo(self, here: Here, data: Form) -> Redirect:
        """Take this person's last act back, or the one that is named."""
        batch = _key(data.get("batch"))
        async with here.tx(write=True) as tx:
            act = await undoing.act(tx, here.write, batch) if batch else await store.last(tx, here.write, by=here.actor)
            if act is None and batch is None:
                raise Wrong(_("Es gibt nichts zurückzunehmen."), _("Rückgängig"))
            await store.undo_decision(tx, here.write, act.batch if act else batch or UUID(int=0), by=here.actor, now=now())
        text = _("Zurückgenommen. Der Fall ist wieder offen.") if act and act.reopens else _("Zurückgenommen.")
        return web.redirect(_after_undo(here, act, data.get("back", "")), message=text, kind="info")


def _base(here: Here) -> str:
    return f"{here.base}/review"


def _after_undo(here: Here, act: undoing.LastAct | None, back: str) -> str:
    """Where the person was; else the inbox where a case is open again, the device, or the list of devices."""
    if is_local(back) and back.startswith(f"{here.base}/"):
        return back
    if act is None or act.reopens:
        return _base(here)
    assets = f"{here.base}/assets"
    return f"{assets}/{act.asset}" if act.assets == 1 and act.asset else assets


def _back(here: Here, data: dict[str, str]) -> str:
    """Where the person was, if that was a page of the inbox."""
    wanted = data.get("back", "")
    return wanted if wanted == _base(here) or wanted.startswith(f"{_base(here)}?") else _base(here)


def _kinds() -> list[tuple[str, str]]:
    return [(key, str(word)) for key, (word, _kind) in labels.REVIEWS.items()]


async def _chosen(tx: Any, town: int, found: ReviewRow, asset: UUID | None, data: dict[str, str]) -> dict[str, str]:
    """The values that a person picked field by field."""
    other = asset or found.other
    if found.asset is None or other is None:
        return {}
    left, right = await store.asset(tx, town, found.asset), await store.asset(tx, town, other)
    return comparing.chosen(left, right, data) if left and right else {}
