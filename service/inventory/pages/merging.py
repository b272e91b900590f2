"""Two devices that are one: search the second, compare, choose field by field, merge; at any time and with a way back."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath

from service import web
from service.auth.guards import EDIT_INVENTORY, Here
from service.errors import Missing, Wrong
from service.i18n import gettext as _
from service.inventory import labels, store
from service.inventory.pages import comparing
from service.inventory.pages.reading import key as _key
from service.inventory.store import merging
from service.settings import now

Ask = Request[Any, Any, Any]
Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]


class MergePages(Controller):
    """`/towns/{town}/assets/{device}/merge`."""

    path = "/towns/{town:str}/assets/{key:uuid}/merge"
    include_in_schema = False

    @get("/", opt={"access": EDIT_INVENTORY})
    async def look(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """Search the second device (`q`), or compare with it (`other`)."""
        return await _page(request, here, key, _key(request.query_params.get("other")))

    @post("/", opt={"access": EDIT_INVENTORY}, status_code=200)
    async def unite(self, request: Ask, here: Here, key: FromPath[UUID], data: Form) -> Response[Any]:
        """Make one of the two; what cannot be is said on the same page and changes nothing."""
        other = _key(data.get("asset"))
        if other is None:
            raise Missing
        try:
            async with here.tx(write=True) as tx:
                left, right = await store.asset(tx, here.write, key), await store.asset(tx, here.write, other)
                if left is None or right is None:
                    raise Missing
                fields = comparing.chosen(left, right, data)
                reason = data.get("reason", "").strip()
                remains = await merging.unite(
                    tx, here.write, key, other, by=here.actor, now=now(), fields=fields, reason=reason
                )  # fmt: skip
        except Wrong as wrong:
            return await _page(request, here, key, other, wrong)
        names = {"one": left.row.name or _("ohne Namen"), "other": right.row.name or _("ohne Namen")}
        text = _("„%(one)s“ und „%(other)s“ sind jetzt ein Gerät.", **names)
        return web.redirect(f"{here.base}/assets/{remains}", message=text, undo=f"{here.base}/review/undo")


async def _page(request: Ask, here: Here, key: UUID, other: UUID | None, wrong: Wrong | None = None) -> Response[str]:
    text = request.query_params.get("q", "").strip()
    async with here.tx() as tx:
        left = await store.asset(tx, here.write, key)
        if left is None:
            raise Missing
        right = await store.asset(tx, here.write, other) if other and other != key else None
        why = await merging.refused(tx, here.write, key)
        if not why and right is not None:
            why = await merging.refused(tx, here.write, right.row.id)
        if not why and other == key:
            why = _("Ein Gerät lässt sich nicht mit sich selbst zusammenführen.")
        hits = await store.candidates(tx, here.write, text) if text else []
    lines = comparing.compared(left, right) if right else []
    one, two = (comparing.told_apart(side.row) if side else "" for side in (left, right))
    problem = (wrong.what, wrong.todo) if wrong else (why, "")
    return web.page(
        request, here, "inventory/merge.html", status=422 if wrong else 200, left=left, right=right, one=one, two=two,
        compared=lines, rows=[line for line in lines if line.left != line.right], sides=comparing.columns(one, two),
        hits=[row for row in hits if row.id != key], q=text, problem=problem, open=not why, labels=labels,
        assets=f"{here.base}/assets", may_decide=True,
    )  # fmt: skip
