"""„Zertifikate, eigene Liste“: certificates that people register, with holder, successor and where scans see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from service import web
from service.auth.guards import EDIT_INVENTORY, READ_INVENTORY, Here
from service.contracts import words
from service.contracts.certificates import VPN, Certificate, folded_fingerprint
from service.contracts.pages.common import Ask, choice, day, drawn
from service.contracts.store import certificates as store
from service.contracts.store import rows
from service.db import SafeTransaction
from service.errors import Outdated, Wrong
from service.i18n import format_date
from service.i18n import gettext as _
from service.inventory.pages.certificates import tabs
from service.inventory.pages.files import table_file
from service.settings import local_today, now
from service.web import clash
from service.web.clash import Overtaken
from service.web.forms import Form, kept, problem, read


class CertificateForm(Form):
    """A certificate; `device` is its holder by name."""

    purpose: str = "vpn_user"
    subject: str = ""
    device: str = ""
    holder: str = ""
    mobile_work: bool = False
    issuer: str = ""
    fingerprint: str = ""
    not_after: date | None = None
    revoked_on: date | None = None
    successor: str = ""
    note: str = ""
    version: int = 0


class RegisterPages(Controller):
    """`/towns/{town}/certificates/registered`."""

    path = "/towns/{town:str}/certificates/registered"
    include_in_schema = False

    @get("/", opt={"access": READ_INVENTORY})
    async def show(self, request: Ask, here: Here) -> Response[str]:
        """The list, what ends first on top."""
        known, found, names, seen = await _rows(request, here)
        chosen = _chosen(request)
        return web.page(
            request, here, "contracts/certificates.html", rows=found, known=known, names=names, seen=seen, words=words,
            today=local_today(), base=base(here), town_base=here.base, tabs=tabs(here, "registered"), chosen=chosen,
            states=[(key, word) for key, (word, _tone) in words.CERTIFICATE_STATES.items()],
            export_query=f"purpose={chosen['purpose']}&state={chosen['state']}", may_edit=bool(here.roles & EDIT_INVENTORY),
            columns=(web.Column(_("Zertifikat")), web.Column(_("Zweck")), web.Column(_("Inhaber")), web.Column(_("Gültig bis")),
                     web.Column(_("Zustand")), web.Column(_("Bei Scans gesehen"))),
        )  # fmt: skip

    @get("/export", opt={"access": READ_INVENTORY})
    async def export(self, request: Ask, here: Here) -> Response[bytes]:
        """The shown filter as XLSX or CSV."""
        _known, found, _names, seen = await _rows(request, here)
        async with here.tx() as tx:
            labels = {x.id: label(x) for x in await store.certificates(tx, here.write)}
            devices = {asset: await rows.spoken(tx, here.write, asset) for asset in {x.asset for x in found}}
        table = lines(found, labels, devices, {key: one.name for key, one in seen.items()}, local_today())
        return table_file(request, table, heads(), f"zertifikate-eigene-{here.slug}")

    @get("/new", opt={"access": EDIT_INVENTORY})
    async def fresh(self, request: Ask, here: Here) -> Response[str]:
        """An empty form."""
        return await _form(request, here, CertificateForm(), None)

    @post("/new", opt={"access": EDIT_INVENTORY}, status_code=200)
    async def add(self, request: Ask, here: Here) -> Response[str] | Redirect:
        """Enter it."""
        return await _save(request, here, None)

    @get("/{key:uuid}/edit", opt={"access": EDIT_INVENTORY})
    async def edit(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """Show it for changing, with its history."""
        return await _form(request, here, await _stored(here, key), key)

    @post("/{key:uuid}/edit", opt={"access": EDIT_INVENTORY}, status_code=200)
    async def change(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str] | Redirect:
        """Save it."""
        return await _save(request, here, key)

    @post("/{key:uuid}/delete", opt={"access": EDIT_INVENTORY}, status_code=303)
    async def delete(self, here: Here, key: FromPath[UUID]) -> Redirect:
        """Take it off the list; the message offers the way back."""
        async with here.tx(write=True) as tx:
            await rows.remove(tx, store.KEPT, here.write, key, here.actor, now(), removed=True)
        text = _("Das Zertifikat steht nicht mehr in der Liste.")
        return web.redirect(base(here), message=text, undo=f"{base(here)}/{key}/restore")

    @post("/{key:uuid}/restore", opt={"access": EDIT_INVENTORY}, status_code=303)
    async def restore(self, here: Here, key: FromPath[UUID]) -> Redirect:
        """Have it back."""
        async with here.tx(write=True) as tx:
            await store.restore(tx, here.write, key, here.actor, now())
        return web.redirect(base(here), message=_("Das Zertifikat ist wieder da."))


def label(item: Certificate) -> str:
    """How a list names another certificate of it: by subject and last day."""
    return f"{item.subject} ({day(item.not_after)})"


def heads() -> list[str]:
    """Headings of the file; those that say what a person entered are read by the import (`importing.FIELDS`)."""
    return [
        _("Ausgestellt für"), _("Zweck"), _("Gerät"), _("Stelle oder Funktion"), _("Für mobile Arbeit zugeteilt"),
        _("Ausgestellt von"), _("Gültig bis"), _("Gesperrt am"), _("Zustand"), _("Fingerabdruck (SHA-256)"), _("Nachfolger"),
        _("Bei Scans gesehen"), _("Bemerkung"), _("Eintrags-ID"),
    ]  # fmt: skip


def lines(
    found: Sequence[Certificate],
    labels: Mapping[UUID, str],
    devices: Mapping[UUID | None, str],
    seen: Mapping[UUID, str],
    today: date,
) -> list[dict[str, str]]:
    """The rows of the file; devices as `rows.spoken` names them."""
    return [
        dict(zip(heads(), (
            x.subject, str(words.PURPOSES[x.purpose]), devices.get(x.asset, ""), x.holder,
            _("ja") if x.mobile_work else _("nein"), x.issuer, day(x.not_after), day(x.revoked_on),
            str(words.CERTIFICATE_STATES[x.state(today)][0]), x.fingerprint, labels.get(x.successor, "") if x.successor else "",
            seen.get(x.id, ""), x.note, str(x.id),
        ), strict=True))
        for x in found
    ]  # fmt: skip


def base(here: Here) -> str:
    """Address of the list."""
    return f"{here.base}/certificates/registered"


def _chosen(request: Ask) -> dict[str, str]:
    said = {name: str(request.query_params.get(name, "")).strip()[:100] for name in ("q", "purpose", "state")}
    said["purpose"] = said["purpose"] if said["purpose"] in words.PURPOSES else ""
    said["state"] = said["state"] if said["state"] in words.CERTIFICATE_STATES else ""
    return said


async def _rows(request: Ask, here: Here) -> tuple[int, list[Certificate], Any, Any]:
    """How many there are, those of the filter, names of devices, and sightings."""
    async with here.tx() as tx:
        known = await store.certificates(tx, here.write)
        seen = await store.seen(tx, here.write)
        names = await rows.names(tx, here.write, [x.asset for x in known if x.asset])
    chosen, today = _chosen(request), local_today()
    text = chosen["q"].casefold()
    found = [
        x for x in known
        if chosen["purpose"] in ("", x.purpose) and chosen["state"] in ("", x.state(today))
        and text in f"{x.subject} {x.holder} {x.issuer} {x.fingerprint} {names.get(x.asset, '')} {x.id}".casefold()
    ]  # fmt: skip
    return len(known), found, names, seen


async def _stored(here: Here, key: UUID) -> CertificateForm:
    async with here.tx() as tx:
        item = await store.certificate(tx, here.write, key)
        device = await rows.spoken(tx, here.write, item.asset)
    same = {x: getattr(item, x) for x in CertificateForm.__struct_fields__ if x not in ("device", "successor")}
    return CertificateForm(**same, device=device, successor=str(item.successor or ""))


async def _save(request: Ask, here: Here, key: UUID | None) -> Response[str] | Redirect:
    form = CertificateForm()
    try:
        form = await read(request, CertificateForm)
        async with here.tx(write=True) as tx:
            item = await certificate_of(tx, here.write, form, key)
            await store.save(tx, here.write, item, here.actor, now())
    except Wrong as error:
        return await _form(request, here, kept(error, form), key, status=422, errors=problem(error))
    except Outdated as error:
        if key is None:
            raise
        stored = await _stored(here, key)
        shown = msgspec.structs.replace(form, version=stored.version)
        return await _form(request, here, shown, key, status=409, clash=clash.of_forms(stored, form, words.FIELDS, error))
    return web.redirect(base(here), message=_("Das Zertifikat ist gespeichert."))


def checked(form: CertificateForm) -> None:
    """Raises `Wrong` for what cannot be meant."""
    choice(form, {"purpose": words.PURPOSES})
    if not form.subject:
        raise Wrong(_("Bitte nennen Sie, für wen oder was das Zertifikat ausgestellt ist."), "subject")
    if form.not_after is None:
        raise Wrong(_("Bitte nennen Sie den letzten Tag."), "not_after")
    if form.fingerprint and not folded_fingerprint(form.fingerprint):
        raise Wrong(
            _("Das ist kein Fingerabdruck nach SHA-256."),
            "fingerprint",
            _("Er hat 64 Zeichen aus 0 bis 9 und a bis f, auch mit Doppelpunkten."),
        )
    if form.mobile_work and form.purpose not in VPN:
        raise Wrong(_("Für mobile Arbeit zählen nur Zertifikate für VPN."), "mobile_work")
    if form.mobile_work and not (form.device or form.holder):
        raise Wrong(_("Ein zugeteiltes Zertifikat braucht ein Gerät oder eine Stelle."), "holder")


async def certificate_of(tx: SafeTransaction, town: int, form: CertificateForm, key: UUID | None) -> Certificate:
    """The certificate that a form describes. Raises `Wrong` for what cannot be meant."""
    checked(form)
    try:
        successor = UUID(form.successor) if form.successor else None
    except ValueError as error:
        raise Wrong(_("Diese Auswahl gibt es nicht."), "successor") from error
    return Certificate(
        key or uuid4(), form.purpose, form.subject, form.not_after or local_today(),
        await rows.device(tx, town, form.device, "device"), form.holder, form.mobile_work, form.issuer,
        folded_fingerprint(form.fingerprint), form.revoked_on, successor, form.note, form.version if key else 0,
    )  # fmt: skip


async def _form(
    request: Ask, here: Here, form: CertificateForm, key: UUID | None, *, status: int = 200,
    errors: dict[str, str] | None = None, clash: Overtaken | None = None,
) -> Response[str]:  # fmt: skip
    async with here.tx() as tx:
        others = [x for x in await store.certificates(tx, here.write) if x.id != key]
        events = await rows.history(tx, store.KEPT, here.write, key) if key else ()
    following = [(str(x.id), f"{x.subject} ({format_date(x.not_after)})") for x in others]
    return web.page(
        request, here, "contracts/certificate_form.html", status=status, form=form, errors=errors or {}, clash=clash, key=key,
        url=f"{base(here)}/{f'{key}/edit' if key else 'new'}", base=base(here), words=words, fields=words.FIELDS,
        following=following, history=drawn(events, {"purpose": words.PURPOSES}),
    )  # fmt: skip
