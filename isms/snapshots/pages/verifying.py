"""Packages handed in and recomputed from their files alone; nothing of them is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence

from litestar import Response
from litestar.datastructures import UploadFile

from isms.pages.forms import Ask, problem
from isms.snapshots.joint import check_any
from isms.snapshots.verify import Verdict, check_chain
from service import web
from service.auth.guards import Here
from service.errors import Wrong
from service.i18n import gettext as _

PACKAGE = 60 * 1024 * 1024
MOST_PACKAGES = 20


async def verdicts(request: Ask) -> list[Verdict]:
    """What came out for each package of the form, joint ones unfolded; raises `Wrong` where there is none."""
    sent = (await request.form()).getall("file", [])
    files = [(x.filename or "paket.zip", await x.read()) for x in sent if isinstance(x, UploadFile)]
    files = [x for x in files if x[1]][:MOST_PACKAGES]
    if not files:
        raise Wrong(_("Bitte wählen Sie mindestens ein Paket."), "file")
    return [one for name, data in files for one in await asyncio.to_thread(check_any, name[:200], data)]


def page(
    request: Ask, here: Here, base: str, found: Sequence[Verdict] = (), known: Collection[str] = (), wrong: Wrong | None = None
) -> Response[str]:
    """The form with what came out; `known` are the seals stored here that the reader may see."""
    columns = tuple(web.Column(x) for x in (_("Datei"), _("Prüfstand"), _("Festgehalten"), _("Ergebnis")))
    return web.page(
        request, here, "isms/snapshots/verify.html", status=422 if wrong else 200, base=base, columns=columns, most=MOST_PACKAGES,
        verdicts=found, chain=check_chain(found), known=frozenset(known), errors=problem(wrong) if wrong else {},
    )  # fmt: skip
