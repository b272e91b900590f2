"""Labels with a QR code, for one device, the ticked ones or all that the filter shows; the code holds the device's address."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from litestar import Controller, Request, Response, get, post

from service import web
from service.auth.guards import READ_INVENTORY, Here
from service.i18n import format_number, locale
from service.i18n import gettext as _
from service.inventory.pages.estate import kept, narrowed
from service.inventory.pages.reading import key as _key
from service.inventory.stickers import SHEET_WORDS, sticker
from service.inventory.store import bulk as choice
from service.inventory.store import lists
from service.label_sheets import MOST, SHEETS
from service.settings import now, settings

Ask = Request[Any, Any, Any]


class LabelPages(Controller):
    """`/towns/{town}/assets/labels`."""

    path = "/towns/{town:str}/assets/labels"
    include_in_schema = False

    @get("/", opt={"access": READ_INVENTORY})
    async def shown(self, request: Ask, here: Here) -> Response[Any]:
        """For the device of the address, else for all that its filter shows."""
        query = kept(request.url.query or "")
        one = _key(request.query_params.get("device"))
        async with here.tx() as tx:
            ids = [one] if one else await choice.ids(tx, here.write, narrowed(dict(parse_qsl(query))), now=now())
        return await _form(request, here, ids, {}, query=query)

    @post("/", opt={"access": READ_INVENTORY}, status_code=200)
    async def ticked(self, request: Ask, here: Here) -> Response[Any]:
        """For the ticked devices."""
        form = await request.form()
        return await _form(request, here, [found for text in form.getall("id", []) if (found := _key(str(text)))], {})

    @post("/pdf", opt={"access": READ_INVENTORY}, status_code=200)
    async def pdf(self, request: Ask, here: Here) -> Response[Any]:
        """The sheets as a PDF to print at 100 %."""
        form = await request.form()
        typed = {name: str(form.get(name, "")).strip() for name in ("sheet", "first")}
        ids = [found for text in str(form.get("ids", "")).split(",")[:MOST] if (found := _key(text))]
        sheet, first = SHEETS.get(typed["sheet"]), typed["first"]
        place = int(first) if first.isascii() and first.isdigit() and len(first) < 4 else 0
        if sheet is None or not 1 <= place <= sheet.places:
            told = _("Auf diesem Bogen gibt es die Plätze 1 bis %(n)s.", n=sheet.places if sheet else 1)
            return await _form(request, here, ids, typed, {"first": told})
        async with here.tx() as tx:
            rows = await lists.these(tx, here.write, ids)
        if not rows:
            return await _form(request, here, ids, typed)
        town = here.town.name if here.town else ""
        made = [sticker(row, town, f"{settings().public_url}{here.base}") for row in rows]
        from service.pdf.labels import render_labels

        draw = partial(render_labels, sheet, made, title=_("Etiketten"), town=town, first=place, made_at=now(), language=locale())
        head = {"Content-Disposition": f'attachment; filename="etiketten-{typed["sheet"]}.pdf"'}
        return Response(await asyncio.to_thread(draw), media_type="application/pdf", headers=head)


async def _form(
    request: Ask, here: Here, ids: list[UUID], typed: dict[str, str], errors: dict[str, str] | None = None, query: str = ""
) -> Response[Any]:
    base = f"{here.base}/assets"
    if len(ids) > MOST:
        text = _(
            "Etiketten gibt es für höchstens %(n)s Geräte auf einmal: Filtern Sie die Liste oder wählen Sie Geräte aus.",
            n=format_number(MOST),
        )
        return web.redirect(f"{base}?{query}" if query else base, message=text, kind="warning")
    async with here.tx() as tx:
        rows = await lists.these(tx, here.write, ids)
    if not rows:
        return web.redirect(base, message=_("Bitte wählen Sie zuerst Geräte aus."), kind="warning")
    return web.page(
        request, here, "inventory/labels.html", status=422 if errors else 200, errors=errors or {}, base=base,
        typed={"sheet": "3x8", "first": "1"} | typed, ids=",".join(str(row.id) for row in rows), number=len(rows),
        sheets=[(name, str(SHEET_WORDS[name])) for name in SHEETS],
    )  # fmt: skip
