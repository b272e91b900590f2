"""Lots: what several towns buy together, what it costs, and who pays what."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from service import exports, web
from service.auth.guards import EDIT_LOTS, READ_LOTS, Here
from service.db import SafeTransaction, town_tx
from service.errors import Missing, Outdated, Wrong
from service.i18n import format_date, format_number
from service.i18n import gettext as _
from service.inventory.pages.files import KINDS
from service.limits import day_of, typed_day
from service.purchasing import consent, history, quarters, words
from service.purchasing.consent import LEAD, Party
from service.purchasing.lots import Key, Lot, Tier, saving_share
from service.purchasing.pages.frame import Ask, Form, base, group_tx, tabs, version, whole
from service.purchasing.store import agreeing, group
from service.purchasing.thresholds import reached
from service.settings import local_today, now
from service.web.clash import overtaken
from service.web.errors import Refused
from service.web.forms import problem

ROWS = 5
"""Lines for tiers in the form."""


class LotPages(Controller):
    """`/towns/{town}/purchasing`."""

    path = "/towns/{town:str}/purchasing"
    include_in_schema = False

    @get("/", opt={"access": READ_LOTS})
    async def all(self, request: Ask, here: Here) -> Response[str]:
        """Joint lots, and needs that wait for a second town."""
        lots, names = await _lots(here)
        joint = [lot for lot in lots if lot.joint]
        heads = (_("Los"), _("Kommunen"), _("Stück"), _("Einzeln"), _("Gemeinsam"), _("Ersparnis"), _("Stand"))
        return web.page(
            request, here, "purchasing/lots.html", tabs=tabs(here, ""), base=base(here), joint=joint,
            alone=[lot for lot in lots if not lot.joint], names=names, words=words, shown=quarters.shown, share=saving_share,
            report=f"{here.base}/reports/lots" if here.town and here.town.id != group.GROUP else "",
            estimated=sum(lot.saving or 0 for lot in joint if not lot.terms.invoice),
            recorded=sum(lot.recorded or 0 for lot in joint), settled=any(lot.terms.invoice for lot in joint),
            columns=tuple(web.Column(text, numeric=2 <= at <= 5) for at, text in enumerate(heads)),
            waiting=tuple(web.Column(text, numeric=at == 2) for at, text in enumerate((heads[0], _("Kommune"), heads[2]))),
        )  # fmt: skip

    @get("/export", opt={"access": READ_LOTS})
    async def export(self, here: Here) -> Response[bytes]:
        """All joint lots for the procurement office: one sheet each."""
        lots, names = await _lots(here)
        joint = [lot for lot in lots if lot.joint]
        sheets = [(words.lot_title(names, lot), words.PART_COLUMNS, words.part_lines(lot)) for lot in joint]
        overview = (_("Übersicht"), words.LOT_COLUMNS, [words.lot_line(names, lot) for lot in joint])
        name = f"lose-{local_today().isoformat()}.xlsx"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(exports.as_workbook([overview, *sheets]), media_type=KINDS["xlsx"], headers=headers)

    @get("/lots/{class_id:uuid}/{quarter:str}", opt={"access": READ_LOTS})
    async def show(self, request: Ask, here: Here, class_id: FromPath[UUID], quarter: FromPath[str]) -> Response[str]:
        """One lot with the share of each town, and the forms for prices and invoice."""
        return await _page(request, here, class_id, quarter)

    @post("/lots/{class_id:uuid}/{quarter:str}/terms", opt={"access": EDIT_LOTS}, status_code=200)
    async def agree(
        self, request: Ask, here: Here, class_id: FromPath[UUID], quarter: FromPath[str], data: Form
    ) -> Response[str] | Redirect:  # fmt: skip
        """Enter prices and key."""

        async def write(tx: SafeTransaction, lot: Lot) -> None:
            await group.agree(tx, lot, _tiers(data), _chosen_key(data), version(data), _party(here), here.actor, now())

        return await _save(request, here, class_id, quarter, data, write, _("Preise und Schlüssel gespeichert."))

    @post("/lots/{class_id:uuid}/{quarter:str}/propose", opt={"access": EDIT_LOTS}, status_code=200)
    async def propose(
        self, request: Ask, here: Here, class_id: FromPath[UUID], quarter: FromPath[str], data: Form
    ) -> Response[str] | Redirect:  # fmt: skip
        """Say how prices and key should be, to whoever decides."""

        async def write(tx: SafeTransaction, lot: Lot) -> None:
            await agreeing.propose(tx, lot, _tiers(data), _chosen_key(data), _party(here), here.actor, now())

        message = _("Vorgeschlagen. Die federführende Stelle sieht den Vorschlag hier.")
        return await _save(request, here, class_id, quarter, data, write, message)

    @post("/lots/{class_id:uuid}/{quarter:str}/consent", opt={"access": EDIT_LOTS}, status_code=200)
    async def decide(
        self, request: Ask, here: Here, class_id: FromPath[UUID], quarter: FromPath[str], data: Form
    ) -> Response[str] | Redirect:  # fmt: skip
        """Agree, lay down, open again, say who leads, or take a proposal over."""
        act, told = data.get("act", ""), _("Gespeichert.")

        async def write(tx: SafeTransaction, lot: Lot) -> None:
            party, by, at = _party(here), here.actor, now()
            match act:
                case "lead":
                    await agreeing.set_lead(tx, lot, _town(data), party, by, at)
                case "agree":
                    await agreeing.agree_to(tx, lot, version(data), party, by, at)
                case "fix":
                    await agreeing.fix(tx, lot, version(data), party, by, at)
                case "reopen":
                    await agreeing.reopen(tx, lot, party, by, at)
                case "adopt":
                    await agreeing.adopt(tx, lot, _town(data), version(data), party, by, at)
                case _:
                    raise Missing

        return await _save(request, here, class_id, quarter, {}, write, told)

    @post("/lots/{class_id:uuid}/{quarter:str}/invoice", opt={"access": EDIT_LOTS}, status_code=200)
    async def settle(
        self, request: Ask, here: Here, class_id: FromPath[UUID], quarter: FromPath[str], data: Form
    ) -> Response[str] | Redirect:  # fmt: skip
        """Enter the invoice."""

        async def write(tx: SafeTransaction, lot: Lot) -> None:
            cents, on = words.cents(data.get("invoice", ""), "invoice"), typed_day(data.get("on", ""), local_today(), "on")
            await group.settle(
                tx, lot, cents, on, version(data), _party(here), here.actor, now(), confirmed=bool(data.get("confirmed"))
            )  # fmt: skip

        message = _("Rechnung gespeichert. Die Anteile stehen jetzt fest.")
        return await _save(request, here, class_id, quarter, data, write, message)

    @post("/lots/{class_id:uuid}/{quarter:str}/invoice/undo", opt={"access": EDIT_LOTS}, status_code=303)
    async def unsettle(self, here: Here, class_id: FromPath[UUID], quarter: FromPath[str], data: Form) -> Redirect:
        """Take the invoice back."""
        async with group_tx(here) as tx:
            lot = await group.lot(tx, class_id, quarter)
            if not consent.decides(lot, _party(here)):
                raise Refused(403, _("Über dieses Los entscheidet eine andere Stelle."))
            await group.unsettle(tx, lot, version(data), _party(here), here.actor, now())
        return web.redirect(_url(here, class_id, quarter), message=_("Die Rechnung ist zurückgenommen."))


def _party(here: Here) -> Party:
    """For whom this person acts."""
    return Party(here.write, here.write == group.GROUP or "group_admin" in here.roles)


def _town(data: Mapping[str, str]) -> int:
    """The town of a field; 0, which takes no part in any lot, where it says none."""
    text = data.get("town", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def _url(here: Here, class_id: UUID, quarter: str) -> str:
    return f"{base(here)}/lots/{class_id}/{quarter}"


async def _lots(here: Here) -> tuple[tuple[Lot, ...], dict[UUID, str]]:
    async with town_tx({group.GROUP}) as tx:
        return await group.lots(tx), {one.id: one.name for one in await group.classes(tx)}


def _tiers(data: Mapping[str, str]) -> list[Tier]:
    """The filled lines; a line with one half only is a mistake."""
    found = []
    for n in range(1, ROWS + 1):
        least, price = f"least_{n}", f"price_{n}"
        if data.get(least, "").strip() or data.get(price, "").strip():
            tier = Tier(whole(data, least), words.cents(data.get(price, ""), price))
            if tier.least < 1:
                raise Wrong(_("Eine Staffel beginnt bei einem Stück."), least, _("Tragen Sie mindestens 1 ein."))
            found.append(tier)
    return found


def _chosen_key(data: Mapping[str, str]) -> Key:
    if data.get("key") not in tuple(Key):
        raise Wrong(_("Diesen Schlüssel gibt es nicht."), "key", _("Wählen Sie einen aus der Liste."))
    return Key(data["key"])


async def _save(
    request: Ask, here: Here, class_id: UUID, quarter: str, data: Mapping[str, str],
    write: Callable[[SafeTransaction, Lot], Awaitable[None]], message: str,
) -> Response[str] | Redirect:  # fmt: skip
    try:
        async with group_tx(here) as tx:
            await write(tx, await group.lot(tx, class_id, quarter))
    except Wrong as error:
        if error.where == LEAD and error.todo:
            raise Refused(403, error.sentence) from None
        return await _page(request, here, class_id, quarter, typed=data, errors=problem(error), status=422)
    except Outdated as late:
        return await _page(request, here, class_id, quarter, typed=data, late=late, status=409)
    return web.redirect(_url(here, class_id, quarter), message=message)


def _stored(lot: Lot) -> dict[str, str]:
    """What is agreed and paid, as the forms would hold it."""
    values = {"key": str(lot.terms.key)}
    for n, tier in enumerate(lot.terms.tiers, 1):
        values |= {f"least_{n}": str(tier.least), f"price_{n}": words.typed(tier.price)}
    if invoice := lot.terms.invoice:
        values |= {"invoice": words.typed(invoice.cents), "on": invoice.on.isoformat()}
    return values


def _both(lot: Lot, typed: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Label, stored and typed value of every field of the form that was sent."""
    labels = {"key": _("Kosten verteilen"), "invoice": _("Rechnungsbetrag in Euro"), "on": _("Rechnung vom")}
    for n in range(1, max(ROWS, len(lot.terms.tiers)) + 1):
        labels[f"least_{n}"] = _("Staffel %(n)s: ab Stück", n=n)
        labels[f"price_{n}"] = _("Staffel %(n)s: Preis je Stück in Euro", n=n)
    stored = _stored(lot)
    for name, label in labels.items():
        if name in typed:
            yield label, _said(name, stored.get(name, "")), _said(name, typed[name])


def _said(name: str, text: str) -> str:
    """A field of the forms as people read it: sums and numbers alike, however they were typed."""
    if name == "key":
        return str(words.KEYS[Key(text)])
    if not text.strip():
        return ""
    if name == "on":
        return format_date(day) if (day := day_of(text)) else text
    return format_number(whole({name: text}, name)) if name.startswith("least") else words.money(words.cents(text, name))


async def _page(
    request: Ask, here: Here, class_id: UUID, quarter: str, *, typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None, late: Outdated | None = None, status: int = 200,
) -> Response[str]:  # fmt: skip
    async with town_tx({group.GROUP}) as tx:
        lot, thresholds = await group.lot(tx, class_id, quarter), await group.thresholds(tx)
        known = {one.id: one for one in await group.classes(tx)}
        past = await agreeing.history(tx, lot)
        towns = {one.id: one.name for one in await group.towns(tx)}
    if class_id not in known:
        raise Missing
    heads = (_("Kommune"), _("Stück"), _("Einzelpreis"), _("Einzeln"), _("Anteil am Schlüssel"), _("Zahlt im Los"))
    values = {"on": local_today().isoformat(), "invoice": ""} | _stored(lot)
    editing, party, agreed = bool(here.roles & EDIT_LOTS), _party(here), lot.terms.consent
    decides, open_ = editing and consent.decides(lot, party), not lot.terms.invoice and not agreed.fixed_at
    part = editing and consent.takes_part(lot, party)
    return web.page(
        request, here, "purchasing/lot.html", status=status, lot=lot, item=known[class_id], title=words.lot_title(
            {key: one.name for key, one in known.items()}, lot), url=_url(here, class_id, quarter), base=base(here), words=words,
        quarter=quarters.shown(quarter), rows=words.parts(lot), threshold=reached(thresholds, lot.pooled), thresholds=thresholds,
        columns=tuple(web.Column(text, numeric=at > 0) for at, text in enumerate(heads)), share=saving_share,
        may_edit=decides and open_, may_settle=decides and not lot.terms.invoice,
        may_undo=decides and lot.terms.invoice is not None,
        may_propose=part and not decides and open_,
        may_agree=part and open_ and bool(lot.terms.tiers) and party.town not in agreed.agreed,
        may_fix=decides and open_ and bool(lot.terms.tiers),
        may_reopen=editing and agreed.fixed_at is not None and not lot.terms.invoice and consent.may_reopen(lot, party),
        may_lead=editing and not lot.terms.invoice and consent.may_lead(lot, party),
        lead=consent.lead(lot), towns=towns, history=history.told(past, towns), decides=decides,
        own=here.write, candidates=[
            (str(one.town.id), one.town.name) for one in lot.parts if decides or one.town.id == party.town],
        for_all=consent.by_all(lot), tier_list=lambda tiers: history.tiers((one.least, one.price) for one in tiers),
        values={**values, **(typed or {})}, errors=errors or {},
        clash=overtaken(_both(lot, typed or {}), late) if late else None,
        tiers=range(1, max(ROWS, len(lot.terms.tiers)) + 1),
        keys=list(words.KEYS.items()), mine=here.slug,
    )  # fmt: skip
