"""„Gefundene Software“: names from scans and lists; a person says once which product each is, or that it is worth no look."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from service import web
from service.audit.store import record as audit
from service.auth.guards import EDIT_INVENTORY, READ_INVENTORY, Here
from service.db import SafeTransaction
from service.errors import Missing, Wrong
from service.i18n import gettext as _
from service.i18n import lazy, ngettext
from service.settings import now
from service.software import values, words
from service.software.folding import fold
from service.software.pages.common import Ask, base, groups, tabs
from service.software.rules import Group
from service.software.store import door, entries, found
from service.web.forms import Form, problem, read

STATES = {"open": lazy("ohne Zuordnung"), "assigned": lazy("zugeordnet"), "ignored": lazy("ignoriert")}
REASONS = {
    "same": lazy("gleicher Name ohne Version, Sprache und Architektur"),
    "begins": lazy("der Name beginnt mit dem des Produkts"),
    "elsewhere": lazy("eine andere Stadt nutzt ein Produkt dieses Namens"),
    "noise": lazy("klingt nach Treiber, Aktualisierung oder Bestandteil"),
}
SORTS = ("devices", "name")
NEW, IGNORE = "new", "ignore"


class DecideForm(Form):
    """Ticked names and what they are: `act` accept (the suggestion), ignore, or assign to `product` (an id, or `new`)."""

    id: tuple[str, ...] = ()
    act: str = ""
    product: str = ""


class PatternForm(Form):
    """A rule with `*`; `product` is an id or `ignore`."""

    pattern: str = ""
    product: str = ""


class FoundPages(Controller):
    """`/towns/{town}/software/found`."""

    path = "/towns/{town:str}/software/found"
    include_in_schema = False

    @get("/", opt={"access": READ_INVENTORY})
    async def show(self, request: Ask, here: Here) -> Response[str]:
        """Names by number of installations, those without a product first to see."""
        return await _page(request, here)

    @post("/", opt={"access": EDIT_INVENTORY}, status_code=200)
    async def decide(self, request: Ask, here: Here) -> Response[str] | Redirect:
        """Confirm for all ticked names; the message offers the way back."""
        try:
            form = await read(request, DecideForm)
            async with door(here.write, write=True) as tx:
                ticked = _ticked(form.id, await groups(tx, here.write))
                wanted = await _wanted(tx, here, form, ticked)
                batch = await found.decide(tx, here.write, wanted, here.actor, now())
        except Wrong as error:
            return await _page(request, here, status=422, errors=problem(error))
        left = len(ticked) - len(wanted)
        text = ngettext("%(num)s Name ist entschieden.", "%(num)s Namen sind entschieden.", len(wanted))
        if left:
            text += " " + ngettext("%(num)s blieb ohne Vorschlag offen.", "%(num)s blieben ohne Vorschlag offen.", left)
        return web.redirect(f"{base(here)}/found", message=text, undo=f"{base(here)}/found/undo/{batch}")

    @post("/pattern", opt={"access": EDIT_INVENTORY}, status_code=200)
    async def pattern(self, request: Ask, here: Here) -> Response[str] | Redirect:
        """One rule for many names."""
        try:
            form = await read(request, PatternForm)
            value = found.check_pattern(form.pattern)
            async with door(here.write, write=True) as tx:
                product = None if form.product == IGNORE else await _product(tx, here, form.product)
                batch = await found.decide(tx, here.write, [(value, "", product)], here.actor, now(), pattern=True)
                hit = sum(x.rule is not None and x.rule.batch == batch for x in await groups(tx, here.write))
        except Wrong as error:
            return await _page(request, here, status=422, errors=problem(error))
        text = ngettext("Die Regel trifft %(num)s Namen.", "Die Regel trifft %(num)s Namen.", hit)
        return web.redirect(f"{base(here)}/found", message=text, undo=f"{base(here)}/found/undo/{batch}")

    @post("/undo/{batch:uuid}", opt={"access": EDIT_INVENTORY}, status_code=303)
    async def undo(self, here: Here, batch: FromPath[UUID]) -> Redirect:
        """Take one act back."""
        async with door(here.write, write=True) as tx:
            number = await found.undo(tx, here.write, batch, here.actor, now())
        text = ngettext("%(num)s Regel zurückgenommen.", "%(num)s Regeln zurückgenommen.", number)
        return web.redirect(f"{base(here)}/found", message=text)

    @post("/rules/{rule:uuid}/end", opt={"access": EDIT_INVENTORY}, status_code=303)
    async def release(self, here: Here, rule: FromPath[UUID]) -> Redirect:
        """Take one rule back."""
        async with door(here.write, write=True) as tx:
            value = await found.release(tx, here.write, rule, here.actor, now())
        return web.redirect(f"{base(here)}/found", message=_("Die Regel für „%(name)s“ gilt nicht mehr.", name=value))


def _ticked(ids: Sequence[str], there: Iterable[Group]) -> Sequence[Group]:
    by_name = {_name(x): x for x in there}
    ticked = [by_name[x] for x in ids if x in by_name]
    if not ticked:
        raise Wrong(_("Es ist kein Name ausgewählt."), "id", _("Setzen Sie links in der Zeile ein Häkchen."))
    return ticked


def _name(group: Group) -> str:
    return f"{group.value}|{group.maker}"


async def _wanted(
    tx: SafeTransaction, here: Here, form: DecideForm, ticked: Sequence[Group]
) -> list[tuple[str, str, UUID | None]]:
    """(name, maker, product) of each ticked name; what has no suggestion is left out when suggestions are taken."""
    if form.act == IGNORE:
        return [(x.value, x.maker, None) for x in ticked]
    if form.act == "assign" and form.product != NEW:
        product = await _product(tx, here, form.product)
        return [(x.value, x.maker, product) for x in ticked]
    if form.act not in ("accept", "assign"):
        raise Wrong(_("Diese Auswahl gibt es nicht."), "product")
    made: list[tuple[str, str, UUID | None]] = []
    for group in ticked:
        told = group.suggestion
        if form.act == "assign":
            made.append((group.value, group.maker, await _new(tx, here, group, group.title)))
        elif told and told.ignore:
            made.append((group.value, group.maker, None))
        elif told:
            made.append((group.value, group.maker, told.product or await _new(tx, here, group, told.name)))
    if not made:
        raise Wrong(_("Für diese Namen gibt es keinen Vorschlag."), "product", _("Wählen Sie ein Produkt oder „Ignorieren“."))
    return made


async def _product(tx: SafeTransaction, here: Here, text: str) -> UUID:
    try:
        return (await entries.entry(tx, here.write, UUID(text))).id
    except (ValueError, Missing) as error:
        raise Wrong(_("Bitte wählen Sie ein Produkt."), "product") from error


async def _new(tx: SafeTransaction, here: Here, group: Group, written: str) -> UUID:
    """A product of this name, known from scans only; the one that is there already is taken."""
    key = fold(written)
    there = next((x for x in await entries.entries(tx, here.write) if x.key == key), None)
    if there:
        return there.id
    # The folded name in the letters of the written one: without version and language.
    start = written.casefold().find(key)
    name = written[start : start + len(key)] if start >= 0 else written
    item = values.Entry(id=UUID(int=0), key=key, name=name, maker=group.maker_shown, category="office")
    made = await entries.add_product(tx, here.write, item, now())
    await audit(tx, here.actor, "software.save", f"product/{made}", after={"name": name, "maker": item.maker})
    return made


async def _page(request: Ask, here: Here, *, status: int = 200, errors: dict[str, str] | None = None) -> Response[str]:
    query = request.query_params
    q, chosen = str(query.get("q", "")).strip()[:100], str(query.get("state", "open"))
    async with door(here.write) as tx:
        everything = await groups(tx, here.write)
        products = await entries.entries(tx, here.write)
        kept = await found.rules(tx, here.write)
        covered = await found.coverage(tx, here.write)
    words_of_q = q.casefold().split()
    rows = [
        x for x in everything
        if (chosen not in STATES or x.state == chosen)
        and all(word in f"{x.value} {x.maker} {x.title}".casefold() for word in words_of_q)
    ]  # fmt: skip
    path, pairs = request.url.path, query.multi_items()
    state = web.listing(path, pairs, total=len(rows), sortable=SORTS, default_sort="-devices")
    if state.sort.lstrip("-") == "name":
        rows.sort(key=lambda x: (x.value, x.maker))
    else:
        rows.sort(key=lambda x: (x.installations, x.value))
    if state.sort.startswith("-"):
        rows.reverse()
    names = {x.id: x.name for x in products}
    return web.page(
        request, here, "software/found.html", status=status, errors=errors or {}, base=base(here), tabs=tabs(here, "/found"),
        rows=[_row(x, names) for x in rows[state.offset : state.offset + state.per_page]], state=state,
        chosen={"q": q, "state": chosen}, known=len(everything), states=STATES,
        numbers={key: sum(x.state == key for x in everything) for key in STATES},
        suggested=sum(x.suggestion is not None for x in everything), words=words, coverage=covered,
        rules=[
            {"id": x.id, "value": x.value, "product": names.get(x.product) if x.product else None, "by": x.by,
             "hits": sum(g.rule is not None and g.rule.id == x.id for g in everything)}
            for x in kept
        ],
        products=[(str(x.id), x.name) for x in products], may_edit=bool(here.roles & EDIT_INVENTORY) and bool(here.write),
        columns=(web.Column(_("Programm"), "name"), web.Column(_("Hersteller")),
                 web.Column(_("Installationen"), "devices", numeric=True), web.Column(_("Zuordnung"))),
        rule_columns=tuple(
            web.Column(x) for x in (_("Name oder Muster"), _("Bedeutet"), _("Trifft"), _("Bestätigt von"), _("Schritt"))
        ),
    )  # fmt: skip


def _row(group: Group, names: dict[UUID, str]) -> dict[str, object]:
    told, rule = group.suggestion, group.rule
    return {
        "key": _name(group),
        "title": group.title,
        "value": group.value,
        "maker": group.maker_shown,
        "written": len(group.names),
        "installations": group.installations,
        "state": group.state,
        "product": names.get(rule.product) if rule and rule.product else None,
        "suggestion": (names.get(told.product) if told.product else told.name) if told and not told.ignore else None,
        "ignore": bool(told and told.ignore),
        "why": REASONS[told.why] if told else "",
    }
