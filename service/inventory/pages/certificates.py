"""Certificates and SSH host keys of the town's devices: two lists with filter, order and files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from litestar import Controller, Request, Response, get

from service import exports, web
from service.auth.guards import READ_INVENTORY, READ_SCANS, RUN_SCANS, Here
from service.i18n import gettext as _
from service.inventory import certificates, labels
from service.inventory.certificates import CertificateFilter, KeyFilter
from service.inventory.pages.files import table_file
from service.inventory.pages.reading import key as _key
from service.inventory.store import certificates as store
from service.settings import now

Ask = Request[Any, Any, Any]


def _text(request: Ask, name: str, known: Any = None) -> str:
    """A word of the address; what is not among the known ones is left out."""
    said = str(request.query_params.get(name, "")).strip()[:100]
    return said if known is None or said in known else ""


def wanted(request: Ask) -> CertificateFilter:
    """The filter in the address of the list of certificates."""
    return CertificateFilter(
        _text(request, "q"), _text(request, "state", certificates.STATES), _text(request, "issuer", certificates.ISSUERS),
        "shared" in request.query_params, _key(request.query_params.get("asset")),
    )  # fmt: skip


def wanted_keys(request: Ask) -> KeyFilter:
    """The filter in the address of the list of keys."""
    asset = _key(request.query_params.get("asset"))
    return KeyFilter(_text(request, "q"), _text(request, "state", certificates.KEY_STATES), _text(request, "type"), asset)


class CertificatePages(Controller):
    """`/towns/{town}/certificates`."""

    path = "/towns/{town:str}/certificates"
    include_in_schema = False

    @get("/", opt={"access": READ_INVENTORY})
    async def show(self, request: Ask, here: Here) -> Response[str]:
        """Certificates, what ends first on top."""
        chosen, path, pairs = wanted(request), request.url.path, request.query_params.multi_items()
        state = web.listing(path, pairs, total=0, sortable=store.SORTS, default_sort="ends")
        async with here.tx() as tx:
            page = await store.certificates(
                tx, here.write, chosen, sort=state.sort, page=state.page, size=state.per_page, now=now()
            )
            known = await store.known(tx, here.write, now())
        columns = (
            web.Column(_("Zertifikat"), "subject"),
            web.Column(_("Gerät und Port"), "asset"),
            web.Column(_("Ausgestellt von"), "issuer"),
            web.Column(_("Gültig bis"), "ends"),
            web.Column(_("Zustand")),
            web.Column(_("Gesehen"), "last"),
        )
        state = web.listing(path, pairs, total=page.total, sortable=store.SORTS, default_sort="ends")
        return _page(request, here, "certificates", page.rows, known, state=state, columns=columns, chosen=chosen)

    @get("/keys", opt={"access": READ_INVENTORY})
    async def keys(self, request: Ask, here: Here) -> Response[str]:
        """SSH host keys by device."""
        chosen, path, pairs = wanted_keys(request), request.url.path, request.query_params.multi_items()
        state = web.listing(path, pairs, total=0, sortable=store.KEY_SORTS, default_sort="asset")
        async with here.tx() as tx:
            page = await store.keys(tx, here.write, chosen, sort=state.sort, page=state.page, size=state.per_page)
            known, types = await store.known(tx, here.write, now()), await store.key_types(tx, here.write)
        columns = (
            web.Column(_("Gerät"), "asset"),
            web.Column(_("Verfahren"), "type"),
            web.Column(_("Fingerabdruck (SHA-256)"), "value"),
            web.Column(_("Zustand")),
            web.Column(_("Zuerst gesehen"), "first"),
            web.Column(_("Zuletzt gesehen"), "last"),
        )
        state = web.listing(path, pairs, total=page.total, sortable=store.KEY_SORTS, default_sort="asset")
        return _page(request, here, "keys", page.rows, known, state=state, columns=columns, chosen=chosen, types=types)

    @get("/export", opt={"access": READ_INVENTORY})
    async def export(self, request: Ask, here: Here) -> Response[bytes]:
        """Exactly the shown filter of certificates as XLSX or CSV."""
        async with here.tx() as tx:
            page = await store.certificates(tx, here.write, wanted(request), size=exports.ROWS_A_PART, now=now())
        rows = [certificates.certificate_line(row) for row in page.rows]
        return table_file(request, rows, certificates.CERTIFICATE_COLUMNS, f"zertifikate-{here.slug}")

    @get("/keys/export", opt={"access": READ_INVENTORY})
    async def export_keys(self, request: Ask, here: Here) -> Response[bytes]:
        """Exactly the shown filter of keys as XLSX or CSV."""
        async with here.tx() as tx:
            page = await store.keys(tx, here.write, wanted_keys(request), size=exports.ROWS_A_PART)
        rows = [certificates.key_line(row) for row in page.rows]
        return table_file(request, rows, certificates.KEY_COLUMNS, f"ssh-schluessel-{here.slug}")


def tabs(here: Here, current: str) -> list[tuple[str, str, bool]]:
    """What scans found, and the town's own list with the demand for VPN accesses, side by side."""
    pages = (
        ("certificates", "", _("Gefunden")),
        ("keys", "/keys", _("SSH-Schlüssel")),
        ("registered", "/registered", _("Eigene Liste")),
        ("vpn", "/vpn", _("VPN-Bedarf")),
    )
    return [(title, f"{here.base}/certificates{path}", name == current) for name, path, title in pages]


def _page(request: Ask, here: Here, tab: str, rows: Sequence[Any], known: tuple[int, int], **more: Any) -> Response[str]:
    base = here.base
    query = urlencode([pair for pair in request.query_params.multi_items() if pair[0] not in ("page", "sort")])
    return web.page(
        request, here, f"inventory/{tab}.html", rows=rows, tabs=tabs(here, tab), base=base, labels=labels, words=certificates,
        at=now(), known=known[0 if tab == "certificates" else 1], export_query=query,
        may_scan=bool(here.roles & READ_SCANS), may_import=bool(here.roles & RUN_SCANS), **more,
    )  # fmt: skip
