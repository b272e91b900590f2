"""The list of devices, one device with everything that is known of it, and what people change there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath
from litestar.response import Redirect

from service import web
from service.auth.guards import EDIT_INVENTORY, READ_INVENTORY, Here
from service.errors import Missing, Wrong
from service.i18n import gettext as _
from service.i18n import ngettext
from service.inventory import cablemap, certificates, labels, manual, readings, recognition, store, support, transport
from service.inventory.fields import BOOKED
from service.inventory.filing import files
from service.inventory.handover import STATES as HANDOVER_STATES
from service.inventory.lifecycle import ABSENT, Step
from service.inventory.pages import beside
from service.inventory.pages.reading import key as _key
from service.inventory.store import byhand, cabling, decided, filing, lifecycle
from service.inventory.store import handover as handing
from service.inventory.store.certificates import shown_by
from service.inventory.store.decided import Decided
from service.inventory.store.derivation import lock as hold
from service.inventory.store.words import words_of
from service.inventory.views import AssetDetail, HistoryRow
from service.settings import BERLIN, local_day, local_today, now

Ask = Request[Any, Any, Any]
Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]
TABS = ("overview", "ports", "services", "software", "sources", "notes", "history")
EDITABLE = [
    "name",
    "kind",
    "manufacturer",
    "model",
    "serial",
    "hostname",
    "os",
    "os_version",
    "inventory_no",
    "site",
    "room",
    "unit",
    "user",
    "purchase_date",
    "warranty_until",
    "extended_support_until",
    "price",
    *BOOKED,
    "note",
]
_WAS = "was-"
"""Before a field's name: what the form showed in it when it was opened."""


class DevicePages(Controller):
    """`/towns/{town}/assets`."""

    path = "/towns/{town:str}"
    include_in_schema = False

    @get(["/assets/{key:uuid}", "/assets/{key:uuid}/{tab:str}"], opt={"access": READ_INVENTORY})
    async def show(self, request: Ask, here: Here, key: FromPath[UUID], tab: str = "overview") -> Response[Any]:
        """One device; each tab has its own address."""
        if tab not in TABS:
            raise Missing
        async with here.tx() as tx:
            asset = await store.asset(tx, here.write, key)
            links = await cabling.of_device(tx, here.write, key)
            ports = await cabling.ports(tx, here.write, key) if tab == "ports" else ()
            life = (await lifecycle.steps(tx, here.write, [key])).get(key, ()) if tab == "overview" else ()
            notes = await filing.notes(tx, here.write, key) if tab == "notes" else ()
            attachments = await filing.attachments(tx, here.write, key) if tab == "notes" else ()
            told = {value.record for rows in asset.values.values() for value in rows if value.record} if asset else set()
            handovers = await handing.handovers(tx, here.write, key) if tab == "overview" else ()
            given = await lifecycle.given(tx, here.write, [key])
            words = await words_of(tx, here.write, told) if tab == "overview" else {}
            others = await beside.load(tx, here.write, key, local_today()) if tab == "overview" else ()
            acts = await decided.of_device(tx, here.write, key) if tab in ("sources", "history") else []
            shown, keys = (await shown_by(tx, here.write, key, now())) if tab == "services" else ((), ())
        if asset is None:
            raise Missing
        base = f"{here.base}/assets"
        if asset.merged_into:
            return Redirect(f"{base}/{asset.merged_into}", status_code=303)
        names = (
            _("Übersicht"),
            _("Anschlüsse"),
            _("Dienste"),
            _("Software"),
            _("Herkunft"),
            _("Notizen und Anhänge"),
            _("Verlauf"),
        )
        tabs = [
            (name, f"{base}/{key}" if one == "overview" else f"{base}/{key}/{one}", one == tab)
            for one, name in zip(TABS, names, strict=True)
            if one != "ports" or tab == "ports" or asset.row.kind == "switch" or any(link.asset == key for link in links)
        ]
        return web.page(
            request, here, f"inventory/device_{tab}.html", device=asset, row=asset.row, tabs=tabs, base=base, labels=labels,
            may_edit=bool(here.roles & EDIT_INVENTORY), entries=_lines(asset, acts),
            acts=[(one, decided.what(one)) for one in acts],
            all_values=[value for name in sorted(asset.values) for value in asset.values[name]], tables=_tables(),
            notes=notes, attachments=attachments, file_kinds=files.KINDS, life=life, seen_again=_seen_again(asset, life),
            links=links, places=cablemap.places(links, key), carried=cablemap.carried(links, key), ports=ports,
            recognised=recognition.recognised(asset.values, words) if tab == "overview" else (),
            read={name: asset.readings.get(name) for name in readings.NAMES},
            upkeep=support.ends(_product(asset)), support_as_of=support.table().as_of, at=now(),
            today=local_today(), certificates=shown, keys=keys, certificate_words=certificates,
            transport=transport, given=key in given, handovers=handovers, handover_states=HANDOVER_STATES,
            beside=others, longer=beside.longest_warranty(others, _own_warranty(asset)),
        )  # fmt: skip

    @get("/assets/{key:uuid}/edit", opt={"access": EDIT_INVENTORY})
    async def form(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """Set values by hand; each becomes a lock with a reason."""
        async with here.tx() as tx:
            asset = await store.asset(tx, here.write, key)
        if asset is None:
            raise Missing
        now_held = _held(asset)
        return _form(request, here, asset, now_held, now_held)

    @post("/assets/{key:uuid}/edit", opt={"access": EDIT_INVENTORY}, status_code=200)
    async def save(self, request: Ask, here: Here, key: FromPath[UUID], data: Form) -> Response[Any]:
        """Lock what this person changed; scans that disagree become differences and never overwrite it.

        What somebody else changed since the form was opened stays; where both changed the same field, both versions are
        shown (409) and nothing is written.
        """
        at, errors, told = now(), {}, {}
        reason = data.get("reason", "").strip()
        async with here.tx(write=True) as tx:
            await hold(tx, here.write)
            asset = await store.asset(tx, here.write, key)
            if asset is None:
                raise Missing
            current = _held(asset)
            shown = {name: data[_WAS + name] for name in EDITABLE if _WAS + name in data}
            change = manual.edit(shown, {name: data[name] for name in EDITABLE if name in data}, current)
            for name, value in change.wanted.items():
                try:
                    told[name] = manual.entered(name, value, local_day(at))
                except Wrong as wrong:
                    label = labels.word(labels.FIELDS, name)
                    errors[name] = f"{label}: {wrong.sentence}"
            told = {name: value for name, value in told.items() if value != current[name]}
            crossed = manual.backwards(current | told)
            errors |= {name: f"{labels.word(labels.FIELDS, name)}: {why}" for name, why in crossed.items() if name in told}
            taken = await byhand.holders(tx, here.write, key, told)
            errors |= {
                one.field: _("„%(number)s“ gehört schon zu „%(name)s“. Ist es dasselbe Gerät, führen Sie beide zusammen; "
                             "sonst berichtigen Sie die Nummer.", number=one.number, name=one.name)
                for one in taken
            }  # fmt: skip
            if (told or errors) and not reason:
                errors["reason"] = _("Bitte nennen Sie einen Grund, zum Beispiel „umgezogen“.")
            if not (errors or change.disputed) and told:
                await store.lock(tx, here.write, key, told, reason=reason, by=here.actor, now=at)
        if errors or change.disputed:
            typed = {name: data[name] for name in change.mine} | {"reason": reason}
            return _form(
                request,
                here,
                asset,
                current,
                current | typed,
                status=409 if change.disputed else 422,
                errors=errors,
                change=change,
                taken=taken,
            )
        url = f"{here.base}/assets/{key}"
        if not told:
            return web.redirect(url, message=_("Nichts geändert."), kind="info")
        text = ngettext("%(num)s Angabe gespeichert.", "%(num)s Angaben gespeichert.", len(told))
        return web.redirect(url, message=text, undo=f"{here.base}/review/undo")

    @post("/assets/{key:uuid}/unlock", opt={"access": EDIT_INVENTORY}, status_code=303)
    async def unlock(self, here: Here, key: FromPath[UUID], data: Form) -> Redirect:
        """Take a lock back: the sources decide again."""
        async with here.tx(write=True) as tx:
            await store.unlock(tx, here.write, key, data.get("field", ""), by=here.actor, now=now())
        return web.redirect(f"{here.base}/assets/{key}/sources", message=_("Die Sperre ist aufgehoben."))

    @post("/assets/{key:uuid}/split", opt={"access": EDIT_INVENTORY}, status_code=303)
    async def split(self, here: Here, key: FromPath[UUID], data: Form) -> Redirect:
        """One sighting is not this device: it leaves, for good, until somebody takes that back."""
        record = _key(data.get("record"))
        if record is None:
            raise Missing
        async with here.tx(write=True) as tx:
            await store.split(tx, here.write, key, [record], reason=data.get("reason", ""), by=here.actor, now=now())
        return web.redirect(
            f"{here.base}/assets/{key}/sources", message=_("Die Sichtung ist abgetrennt."), undo=f"{here.base}/review/undo"
        )


def _own_warranty(asset: AssetDetail) -> str:
    """The day that the device's own sources say, '' for none."""
    held = asset.values.get("warranty_until")
    return str(held[0].value) if held else ""


def _seen_again(asset: AssetDetail, life: Sequence[Step]) -> bool:
    """Whether a machine saw the device on a later day than the one on which it went away."""
    if not life or asset.scanned_at is None or asset.row.status not in ABSENT or life[0].status != asset.row.status:
        return False
    return asset.scanned_at.astimezone(BERLIN).date() > life[0].on


def _held(asset: AssetDetail) -> dict[str, str]:
    """What holds now of the fields that people may change, as a form shows it."""
    values = {name: (asset.values[name][0].value if asset.values.get(name) else "") for name in EDITABLE}
    values |= {"name": asset.row.name, "status": asset.row.status, "kind": asset.row.kind}
    return {name: manual.offered(name, value) for name, value in values.items()}


def _form(
    request: Ask,
    here: Here,
    asset: AssetDetail,
    current: dict[str, str],
    shown: dict[str, str],
    *,
    status: int = 200,
    errors: dict[str, str] | None = None,
    change: manual.Edit | None = None,
    taken: Sequence[byhand.Holder] = (),
) -> Response[str]:
    """The form with `shown` in its fields; `current` is what it says to have shown when it comes back."""
    locked = {name for name, values in asset.values.items() for value in values if value.locked_by}
    return web.page(
        request, here, "inventory/edit.html", status=status, device=asset, row=asset.row, shown=shown, locked=locked,
        current=current, was=_WAS, fields=EDITABLE, labels=labels, errors=errors or {},
        taken={one.asset: one.name for one in taken}, base=f"{here.base}/assets",
        versions=_versions(asset, change) if change else [],
        columns=tuple(web.Column(text) for text in (_("Feld"), _("Beim Öffnen"), _("Jetzt gespeichert"), _("Ihre Eingabe"))),
    )  # fmt: skip


def _versions(asset: AssetDetail, change: manual.Edit) -> list[dict[str, Any]]:
    """What others changed while the form was open, field by field; `mine` is None where this person changed nothing."""
    if not change.disputed:
        return []
    return [
        {
            "name": labels.word(labels.FIELDS, name),
            "before": labels.shown(name, change.loaded[name]),
            "current": labels.shown(name, change.current[name]),
            "by": next(iter(asset.values.get(name, ())), None),
            "mine": labels.shown(name, change.typed[name]) if name in change.mine else None,
            "disputed": name in change.disputed,
        }
        for name in change.moved
    ]


def _product(asset: AssetDetail) -> support.Product:
    """What the maker's support of the device depends on."""
    row = asset.row
    return support.Product(row.manufacturer, row.model, row.os, row.os_version, asset.firmware)


def _tables() -> dict[str, tuple[web.Column, ...]]:
    """Columns of the tables on the tabs."""
    heads = {
        "interface": (_("Name"), _("MAC-Adresse"), _("IP-Adressen"), _("Mbit/s"), _("Zustand")),
        "port": (_("Anschluss"), _("Zustand"), _("VLAN"), _("Angeschlossen"), _("MAC-Adressen"), _("Gesehen")),
        "recognised": (_("Angabe"), _("Wert"), _("Sicherheit"), _("Warum")),
        "service": (_("Anschluss"), _("Dienst"), _("Produkt"), _("Übertragung"), _("Gesehen")),
        "certificate": (_("Zertifikat"), _("Port"), _("Ausgestellt von"), _("Gültig bis"), _("Zustand")),
        "key": (_("Verfahren"), _("Port"), _("Fingerabdruck (SHA-256)"), _("Zustand"), _("Gesehen")),
        "supply": (_("Verbrauchsmaterial"), _("Rest")),
        "attachment": (_("Datei"), _("Art"), _("Größe"), _("Hinzugefügt"), _("Aktion")),
        "life": (_("Zustand"), _("Seit"), _("Grund"), _("Wer")),
        "software": (_("Programm"), _("Version"), _("Hersteller"), _("Gesehen")),
        "identifier": (_("Kennung"), _("Wert"), _("Aussagekraft"), _("Zuletzt gesehen")),
        "decision": (_("Entscheidung"), _("Grund"), _("Wer und wann"), _("Aktion")),
        "value": (_("Angabe"), _("Wert"), _("Quelle"), _("Beobachtet"), _("Aktion")),
        "sighting": (_("Zeit"), _("Datei"), _("Warum"), _("Aktion")),
    }
    return {
        name: tuple(
            web.Column(text, numeric=text in (_("Mbit/s"), _("VLAN")) or (name, text) == ("port", _("MAC-Adressen")))
            for text in texts
        )
        for name, texts in heads.items()
    }


def _entry(item: HistoryRow) -> dict[str, Any]:
    """A line of the device's history as the macro draws it."""
    acts = {
        "created": _("Angelegt"), "joined": _("Zusammengeführt"), "split": _("Aufgeteilt"), "changed": _("Geändert"),
        "gone": _("Nicht mehr geführt"), "merged": _("In einem anderen Gerät aufgegangen"),
        "unsplit": _("Wieder zusammen: Trennung zurückgenommen"),
        "unmerged": _("Wieder getrennt: Zusammenführung zurückgenommen"),
        "given": _("An eine andere Stadt übergeben"), "received": _("Von einer anderen Stadt übernommen"),
    }  # fmt: skip
    changes = [
        (labels.word(labels.FIELDS, name), labels.shown(name, before) or "–", labels.shown(name, after) or "–")
        for name, (before, after) in item.changes.items()
    ]
    text = _("Jetzt Teil von %(name)s", name=item.other) if item.other else ""
    text = _("Grund: %(reason)s", reason=item.reason) if item.reason else text
    return {"title": acts.get(item.action, item.action), "at": item.at, "who": item.actor, "text": text, "changes": changes}


def _lines(asset: AssetDetail, acts: Sequence[Decided]) -> list[dict[str, Any]]:
    """The device's history with what people decided about its identity, the newest first."""
    lines = [_entry(item) for item in asset.history]
    for one in acts:
        text = _("Grund: %(reason)s", reason=one.reason) if one.reason else ""
        lines.append(
            {
                "title": _("Entscheidung: %(what)s", what=decided.what(one)),
                "at": one.at,
                "who": one.by,
                "text": text,
                "changes": [],
            }
        )
    return sorted(lines, key=lambda line: line["at"], reverse=True)
