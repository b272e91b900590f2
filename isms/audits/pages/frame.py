"""What the pages about audits share: addresses, rights, the scope in words, the page of an audit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from litestar import Response

from isms.audits import plan, words
from isms.audits.plan import Audit
from isms.audits.store import audits as store
from isms.documents.store import documents
from isms.store.catalogues import requirements
from service import web
from service.auth.guards import EDIT_ISMS, FIND_AUDITS, MAYOR, PLAN_AUDITS, READ_DOCUMENTS, READ_ISMS, Here
from service.contracts.pages.common import drawn
from service.contracts.store import rows
from service.db import SafeTransaction
from service.i18n import gettext as _
from service.i18n import ngettext
from service.inventory.store import sites
from service.objects import store as objects
from service.settings import local_today
from service.web.forms import Ask

PATH: Final = "/towns/{town:str}/audits"
OPTIONS: Final = {
    "kind": words.KINDS,
    "state": {key: word for key, (word, _tone) in words.STATES.items()},
    "weight": {key: word for key, (word, _tone) in words.WEIGHTS.items()},
    "recheck_result": words.RECHECKS,
}


def base(here: Here) -> str:
    """Address of the plan."""
    return f"{here.base}/audits"


def may_plan(here: Here) -> bool:
    """Whether this person plans audits."""
    return bool(here.roles & PLAN_AUDITS)


def may_find(here: Here) -> bool:
    """Whether this person writes findings."""
    return bool(here.roles & FIND_AUDITS)


async def choices(tx: SafeTransaction, town: int) -> dict[str, list[tuple[str, str]]]:
    """What a scope may name: sites, objects and areas of the catalogues, as (key, name)."""
    areas: dict[str, str] = {}
    for one in await requirements(tx, town):
        areas.setdefault(one.area, one.area_title or one.area)
    return {
        "scope_sites": [(str(x.id), x.name) for x in await sites.sites(tx, town)],
        "scope_objects": [(str(x.id), x.name) for x in await objects.targets(tx, town)],
        "scope_areas": list(areas.items()),
    }


def scope(item: Audit, known: Mapping[str, Sequence[tuple[str, str]]]) -> list[str]:
    """The scope in sentences."""
    whole = {
        "scope_sites": _("alle Standorte"), "scope_objects": _("alle Zielobjekte"),
        "scope_areas": _("alle Bereiche des Katalogs"),
    }  # fmt: skip
    found = []
    for field, all_ in whole.items():
        names = dict(known[field])
        chosen = [names.get(str(x), _("nicht mehr vorhanden")) for x in getattr(item, field)]
        found.append(f"{words.FIELDS[field]}: {', '.join(chosen)}" if chosen else f"{words.FIELDS[field]}: {all_}")
    return [*found, item.scope_note] if item.scope_note else found


async def page(
    request: Ask, here: Here, key: UUID, *, status: int = 200, errors: dict[str, str] | None = None, typed: Any = None
) -> Response[str]:
    """The page of an audit, also with what a form on it could not take."""
    async with here.tx() as tx:
        entry = await store.entry(tx, here.write, key)
        item = entry.audit
        known = await choices(tx, here.write)
        found = await store.samples(tx, here.write, key)
        inside = await store.population(tx, here.write, item)
        events = await rows.history(tx, store.KEPT, here.write, key)
        evidence = [x for x in await documents.entries(tx, here.write) if x.document.kind == "evidence" and x.released]
    return web.page(
        request, here, "isms/audits/show.html", status=status, entry=entry, item=item, base=base(here), url=f"{base(here)}/{key}",
        words=words, today=local_today(), scope=scope(item, known), samples=found, inside=inside,
        proposed=plan.sample_size(len(inside)), acts=plan.possible(item.state), counts=plan.tally(entry.findings),
        history=drawn(events, OPTIONS, words.FIELDS), errors=errors or {}, typed=typed, may_plan=may_plan(here),
        may_find=may_find(here) and item.state in plan.OPEN, may_check=bool(here.roles & READ_ISMS),
        may_measure=bool(here.roles & EDIT_ISMS), evidence=evidence if here.roles & READ_DOCUMENTS else [],
        columns=finding_columns(),
        may_report=bool(here.roles & (READ_ISMS | MAYOR)), sites=[(str(x), name) for x, name in inside],
    )  # fmt: skip


def finding_columns() -> tuple[web.Column, ...]:
    """Heads of a table of findings."""
    heads = (_("Feststellung"), _("Gewicht"), _("Zuständig"), _("Zu beheben bis"), _("Nachprüfung am"), _("Stand"))
    return tuple(web.Column(x) for x in heads)


def in_towns(number: int) -> str:
    """What was done, where it was done in several towns."""
    return ngettext("Das Audit ist gespeichert.", "Das Audit ist in %(num)s Städten geplant.", number)
