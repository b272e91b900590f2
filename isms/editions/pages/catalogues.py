"""Catalogues and their editions: upload, comparison with what holds, take-over, and what the town works with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.datastructures import UploadFile
from litestar.exceptions import HTTPException
from litestar.params import FromPath
from litestar.response import Redirect

from isms.editions.pages.frame import CHANGES, base, may_edit, tabs
from isms.editions.reading import Given
from isms.editions.store import adoption, editions
from isms.pages.forms import Ask, Form, problem, read, transaction
from isms.store.catalogues import STARTER, selections
from service import web
from service.auth.guards import EDIT_ISMS, READ_ISMS, Here
from service.errors import Missing, Wrong
from service.i18n import format_number, ngettext, set_locale
from service.i18n import gettext as _
from service.jobs import store as jobs
from service.settings import now
from service.web.errors import answer
from service.web.rendering import language

UPLOAD_LIMIT = 20 * 1024 * 1024
MOST_FILES = 4


class AdoptForm(Form):
    """A catalogue, whole or narrowed by a profile."""

    choice: str = ""
    counts: str = ""


class MatchForm(Form):
    """Pairs "new key|old key" that a person confirms, or one key to take back."""

    id: tuple[str, ...] = ()
    control: str = ""


def _refuse_size(request: Ask, error: HTTPException) -> Response[Any]:
    """A body that is too large is not read."""
    set_locale(language(request))
    limit = format_number(UPLOAD_LIMIT // 2**20)
    return answer(request, 413, _("Die Datei ist zu groß"), _("Die Datei ist zu groß. Erlaubt sind %(n)s MB.", n=limit))


class CataloguePages(Controller):
    """`/towns/{town}/catalogues`."""

    path = "/towns/{town:str}/catalogues"
    include_in_schema = False

    @get("/", opt={"access": READ_ISMS})
    async def all(self, request: Ask, here: Here) -> Response[str]:
        """Every catalogue with its editions, tables of references, and what the town works with."""
        return await _page(request, here)

    @post(
        "/",
        opt={"access": EDIT_ISMS},
        status_code=200,
        request_max_body_size=UPLOAD_LIMIT + 65536,
        exception_handlers={413: _refuse_size},
    )
    async def upload(self, request: Ask, here: Here) -> Response[Any]:
        """Take a file in; nothing that holds changes by it, except for a catalogue that was not there."""
        sent = await request.form()
        version = str(sent.get("version", "")).strip()[:60]
        try:
            files = await _files(sent.getall("file", []))
            async with transaction(here, write=True) as tx:
                found = await editions.read(tx, files, version or f"{now():%Y-%m-%d}")
                taken = await editions.take_in(tx, found, here.actor, now())
                if found.offers and sent.get("offers"):
                    await editions.offer(tx, here.write, found.offers, files[0].name, here.actor, now())
        except Wrong as error:
            return await _page(request, here, status=422, errors=problem(error), version=version)
        if taken.edition is None:
            text = _("Die Zuordnung ist aufgenommen: %(n)s Verweise.", n=format_number(len(found.relations)))
            return web.redirect(base(here), message=text)
        if taken.known:
            text = _("Diese Fassung ist schon da.")
        elif taken.current:
            text = _("Der Katalog ist aufgenommen und gilt. Noch arbeitet keine Stadt damit.")
        else:
            text = _("Die Fassung ist aufgenommen. Sehen Sie sich an, was sie ändert, und übernehmen Sie sie.")
        return web.redirect(f"{base(here)}/editions/{taken.edition}", message=text)

    @post("/adopt", opt={"access": EDIT_ISMS}, status_code=303)
    async def adopt(self, request: Ask, here: Here) -> Redirect:
        """The town works with it from now on."""
        catalogue, _sep, profile = (await read(request, AdoptForm)).choice.partition("|")
        async with transaction(here, write=True) as tx:
            placed = await adoption.adopt(tx, here.write, catalogue, profile, here.actor, now())
        if not placed:
            text = _(
                "0 Anforderungen zugeordnet: Noch kein Zielobjekt hat eine Kategorie oder einen Baustein dieser Auswahl. Öffnen"
                " Sie hier ein Zielobjekt und übernehmen Sie seine vorgeschlagenen Bausteine; dann erscheinen die Anforderungen."
            )
            return web.redirect(f"{here.base}/structure/modelling", message=text, kind="warning")
        text = ngettext("%(num)s Anforderung zugeordnet.", "%(num)s Anforderungen zugeordnet.", placed)
        return web.redirect(base(here), message=text)

    @post("/count", opt={"access": EDIT_ISMS}, status_code=303)
    async def count(self, request: Ask, here: Here) -> Redirect:
        """A catalogue counts in the town's one figure from now on, or does not."""
        form = await read(request, AdoptForm)
        async with transaction(here, write=True) as tx:
            await adoption.count(tx, here.write, form.choice.partition("|")[0], bool(form.counts), here.actor)
        text = _("Der Katalog zählt jetzt im Umsetzungsgrad der Stadt mit.")
        if not form.counts:
            text = _("Der Katalog zählt nicht mehr im Umsetzungsgrad der Stadt mit.")
        return web.redirect(base(here), message=text)

    @post("/drop", opt={"access": EDIT_ISMS}, status_code=303)
    async def drop(self, request: Ask, here: Here) -> Redirect:
        """The town stops working with it; answers are kept."""
        catalogue, _sep, profile = (await read(request, AdoptForm)).choice.partition("|")
        async with transaction(here, write=True) as tx:
            await adoption.drop(tx, here.write, catalogue, profile, here.actor)
        return web.redirect(base(here), message=_("Der Katalog gilt hier nicht mehr. Die Antworten bleiben erhalten."))

    @get("/editions/{key:uuid}", opt={"access": READ_ISMS})
    async def show(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """One edition: figures, notices, and what it changes against the one that holds."""
        async with transaction(here) as tx:
            view = await editions.edition(tx, key)
            old, found, matches = await editions.compared(tx, view)
        change = request.query_params.get("change", "")
        change = change if change in CHANGES else ""
        lines = found.of(change) if found else ()
        state = web.listing(request.url.path, request.query_params.multi_items(), total=len(lines))
        named = {x.control.key: x.control for x in found.lines} if found else {}
        columns = tuple(web.Column(text) for text in (_("Anforderung"), _("Änderung"), _("Bisher"), _("Satz")))
        return web.page(
            request,
            here,
            "isms/editions/edition.html",
            base=base(here),
            view=view,
            old=old,
            diff=found,
            change=change,
            lines=lines[state.offset : state.offset + state.per_page],
            state=state,
            columns=columns,
            changes=CHANGES,
            options=[(name, str(word)) for name, (word, _kind) in CHANGES.items()],
            may_edit=may_edit(here),
            matches=[
                {"id": f"{x.new}|{x.old}", "title": named[x.new].title, "new": named[x.new], "old": named[x.old], "by": x}
                for x in matches
            ],
            match_columns=tuple(web.Column(text) for text in (_("Neue Anforderung"), _("Bisherige Anforderung"), _("Warum"))),
        )

    @post("/editions/{key:uuid}/match", opt={"access": EDIT_ISMS}, status_code=303)
    async def match(self, request: Ask, here: Here, key: FromPath[UUID]) -> Redirect:
        """These new requirements are those old ones."""
        form = await read(request, MatchForm)
        pairs = [(new, old) for new, _sep, old in (x.partition("|") for x in form.id) if new and old]
        if not pairs:
            raise Wrong(_("Bitte wählen Sie mindestens eine Zuordnung aus."))
        async with transaction(here, write=True) as tx:
            await editions.match(tx, await editions.edition(tx, key), pairs, here.actor)
        text = ngettext("%(num)s Anforderung zugeordnet.", "%(num)s Anforderungen zugeordnet.", len(pairs))
        return web.redirect(f"{base(here)}/editions/{key}", message=text)

    @post("/editions/{key:uuid}/unmatch", opt={"access": EDIT_ISMS}, status_code=303)
    async def unmatch(self, request: Ask, here: Here, key: FromPath[UUID]) -> Redirect:
        """Take a match back: the requirement is one of its own after all."""
        form = await read(request, MatchForm)
        async with transaction(here, write=True) as tx:
            await editions.unmatch(tx, await editions.edition(tx, key), form.control, here.actor)
        return web.redirect(f"{base(here)}/editions/{key}", message=_("Die Zuordnung ist gelöst."))

    @get("/editions/{key:uuid}/take", opt={"access": EDIT_ISMS})
    async def ask(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """Say what the take-over does before it is done."""
        async with transaction(here) as tx:
            view = await editions.edition(tx, key)
            old, found, matches = await editions.compared(tx, view)
        if not view.waits or found is None:
            raise Missing
        return web.page(
            request,
            here,
            "isms/editions/take.html",
            base=base(here),
            view=view,
            old=old,
            counts=found.counts,
            open_matches=len(matches),
        )

    @post("/editions/{key:uuid}/take", opt={"access": EDIT_ISMS}, status_code=303)
    async def take(self, here: Here, key: FromPath[UUID]) -> Redirect:
        """Make the edition the one that holds for all towns; placing it in every town is a run with progress."""
        async with transaction(here, write=True) as tx:
            view = await editions.edition(tx, key)
            await editions.take_over(tx, view, here.actor, now())
            title = _("Katalog in allen Städten zuordnen: %(name)s", name=view.name)[:200]
            run = await jobs.enqueue(tx, "catalogue.place", here.write, title, here.account.name, now())
        return web.redirect(f"{here.base}/runs/{run}", message=_("Die Fassung gilt. Die Antworten sind mitgegangen."))


async def _files(sent: Sequence[Any]) -> list[Given]:
    """The files of an upload. Raises `Wrong`."""
    files = [Given(_name(x), await x.read()) for x in sent if isinstance(x, UploadFile)]
    files = [x for x in files if x.data]
    if not files or len(files) > MOST_FILES:
        raise Wrong(_("Bitte wählen Sie eine Datei, die nicht leer ist."), "file")
    return files


def _name(file: UploadFile) -> str:
    return (file.filename or "datei").replace("\\", "/").rsplit("/", 1)[-1][:200]


async def _page(
    request: Ask, here: Here, *, status: int = 200, errors: dict[str, str] | None = None, version: str = ""
) -> Response[str]:
    async with transaction(here) as tx:
        views = await editions.editions(tx)
        sets = await editions.reference_sets(tx)
        chosen = await adoption.adopted(tx, here.write)
        counting = await adoption.counting(tx, here.write)
        profiles = await selections(tx)
    titles = {x.catalogue: x.title for x in views}
    mine = [
        (
            f"{catalogue}|{profile}",
            titles.get(catalogue, catalogue),
            profiles[profile].title if profile in profiles else "",
            since,
            not counting or catalogue in counting,
        )
        for (catalogue, profile), since in sorted(chosen.items(), key=lambda x: x[1])
    ]
    choices = [(f"{key}|", _("%(title)s, ganz", title=title)) for key, title in titles.items()]
    choices += [
        (f"{x.catalogue}|{x.key}", f"{titles[x.catalogue]}: {x.title}") for x in profiles.values() if x.catalogue in titles
    ]
    return web.page(
        request,
        here,
        "isms/editions/catalogues.html",
        status=status,
        base=base(here),
        tabs=tabs(here, ""),
        views=views,
        sets=sets,
        mine=mine,
        starter=titles.get(STARTER, ""),
        errors=errors or {},
        version=version,
        may_edit=may_edit(here),
        choices=[x for x in choices if x[0] not in {y[0] for y in mine}],
        columns=tuple(
            web.Column(text, numeric=i in (2, 3, 4))
            for i, text in enumerate(
                (_("Katalog"), _("Stand"), _("Anforderungen"), _("Eigenschaften"), _("Parameter"), _("Aufgenommen"))
            )
        ),
        set_columns=tuple(
            web.Column(text, numeric=i == 1) for i, text in enumerate((_("Zuordnung"), _("Verweise"), _("Aufgenommen")))
        ),
        mine_columns=tuple(
            web.Column(text) for text in (_("Katalog"), _("Auswahl"), _("Seit"), _("Umsetzungsgrad"), _("Aktion"))
        ),
    )
