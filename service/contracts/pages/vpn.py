"""„VPN-Bedarf“: who works mobile against certificates that last, with every figure it is made of."""

from __future__ import annotations

from datetime import date

from litestar import Controller, Response, get, post
from litestar.response import Redirect

from service import web
from service.auth.guards import EDIT_INVENTORY, READ_INVENTORY, Here
from service.contracts import certificates as counting
from service.contracts import words
from service.contracts.pages.common import Ask
from service.contracts.store import certificates as store
from service.contracts.store import rows
from service.errors import Wrong
from service.i18n import gettext as _
from service.inventory.pages.certificates import tabs
from service.settings import local_today, now
from service.web.forms import Form, kept, problem, read


class StaffForm(Form):
    """How many people have an agreement on mobile work."""

    staff: int | None = None
    as_of: date | None = None


class VpnPages(Controller):
    """`/towns/{town}/certificates/vpn`."""

    path = "/towns/{town:str}/certificates/vpn"
    include_in_schema = False

    @get("/", opt={"access": READ_INVENTORY})
    async def show(self, request: Ask, here: Here) -> Response[str]:
        """The figure and what it is made of."""
        return await _page(request, here, StaffForm(as_of=local_today()))

    @post("/", opt={"access": EDIT_INVENTORY}, status_code=200)
    async def enter(self, request: Ask, here: Here) -> Response[str] | Redirect:
        """Say how many people work mobile as of a day."""
        form = StaffForm()
        try:
            form = await read(request, StaffForm)
            staff, as_of = _entered(form, local_today())
            async with here.tx(write=True) as tx:
                await store.count_staff(tx, here.write, staff, as_of, here.actor, now())
        except Wrong as error:
            return await _page(request, here, kept(error, form), status=422, errors=problem(error))
        return web.redirect(f"{here.base}/certificates/vpn", message=_("Gespeichert."))


def _entered(form: StaffForm, today: date) -> tuple[int, date]:
    """Number and day; raises `Wrong` for what cannot be meant."""
    if form.staff is None:
        raise Wrong(_("Bitte nennen Sie die Anzahl."), "staff")
    if form.as_of and form.as_of > today:
        raise Wrong(_("Der Stand liegt in der Zukunft."), "as_of")
    return form.staff, form.as_of or today


async def _page(
    request: Ask, here: Here, form: StaffForm, *, status: int = 200, errors: dict[str, str] | None = None
) -> Response[str]:
    today = local_today()
    async with here.tx() as tx:
        known = await store.certificates(tx, here.write)
        staff = await store.staff(tx, here.write)
        counted = counting.assigned(known, today)
        names = await rows.names(tx, here.write, [x.asset for x in counted if x.asset])
    return web.page(
        request, here, "contracts/vpn.html", status=status, form=form, errors=errors or {}, staff=staff, counted=counted,
        names=names, demand=counting.demand(staff[0].staff if staff else None, known, today), today=today, words=words,
        least=counting.LEFT, base=f"{here.base}/certificates", tabs=tabs(here, "vpn"),
        may_edit=bool(here.roles & EDIT_INVENTORY),
        columns=(web.Column(_("Zertifikat")), web.Column(_("Inhaber")), web.Column(_("Gültig bis")),
                 web.Column(_("Tage"), numeric=True), web.Column(_("Zählt"))),
    )  # fmt: skip
