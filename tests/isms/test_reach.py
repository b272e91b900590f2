"""No reader of one town sees anything of another: every page about risks, measures and threats, asked with the others' ids."""

from __future__ import annotations

import dataclasses
import re
from datetime import timedelta
from uuid import UUID

import pytest

from isms.store import measures, risks
from isms.store.measures import GROUP, Measure, Taken
from isms.store.risks import Entered
from isms.threats.relevance import Pick
from isms.threats.store.decisions import HAZARDS, THREATS, decide
from service.audit.chain import Actor
from service.auth.guards import rule
from service.db import town_tx, uuid7
from service.inventory.store import sites
from service.objects import store as objects
from service.objects.store import Target
from service.settings import now

BY = Actor("Test")
ABOUT = re.compile(r"risks|measures|structure|controls|calendar|reports|search|group/(risks|measures)|^/towns/\{town[^/]*\}$")
MADE = {
    "risk": "Risiko",
    "measure": "Massnahme",
    "object": "Zielobjekt",
    "site": "Standort",
    "reason": "Grund",
    "scope": "Umfang",
}


def secret(kind: str, slug: str) -> str:
    """A word that stands in this town and nowhere else."""
    return f"{MADE[kind]}von{slug}"


@pytest.fixture
async def filled(towns) -> dict[str, dict[str, UUID]]:
    """In each town a risk with its acceptance, a measure, the acceptance of a central one, words on a threat and a hazard."""
    at, until = now(), now().date() + timedelta(days=90)
    plain = Measure(
        GROUP, UUID(int=0), 0, "Zentral", "", "technisch", "zentral", "umgesetzt", "", "ISB", "", None, None, None, None, None,
        "", 2, None, (), 0,
    )  # fmt: skip
    async with town_tx({GROUP}, GROUP) as tx:
        central = await measures.save(tx, GROUP, plain, BY, at)
    made: dict[str, dict[str, UUID]] = {}
    for slug, town in towns.items():
        async with town_tx({town, GROUP}, town) as tx:
            target, said = uuid7(), secret("reason", slug)
            await objects.add(tx, town, Target(target, secret("object", slug), "room", ("Serverräume",)), BY, at)
            facts = {"hazards": ["flood"]}
            site = await sites.put(tx, town, secret("site", slug), by=BY, now=at, kind="Rathaus", facts=facts)
            entered = Entered(
                secret("risk", slug), threats=("G 0.3",), targets=(target,), sites=(site,), hazard="fire", shared=True,
                due=until, damage="beträchtlich",
            )  # fmt: skip
            risk = await risks.save(tx, town, entered, BY, at)
            await risks.request(tx, town, risk, said, until, BY, at)
            await decide(tx, town, THREATS, [Pick(target, "G 0.1")], BY, at, relevant=False, reason=said)
            await decide(tx, town, HAZARDS, [Pick(site, "river_flood")], BY, at, relevant=False, reason=said)
            taken = Taken(central, "angenommen", "L", at.date(), until, secret("scope", slug), said, "ja", 0, (), at)
            await measures.decide(tx, town, taken, BY)
            own = dataclasses.replace(
                plain, town_id=town, title=secret("measure", slug), mode="lokal", due=until, state="beschlossen"
            )
            ids = {"measure": await measures.save(tx, town, own, BY, at), "risk": risk, "object": target, "site": site}
        made[slug] = ids
    return made


def pages(app) -> list[str]:
    """The addresses that are read and are about these things; tables as CSV."""
    found = []
    for route in app.routes:
        for handler in getattr(route, "route_handlers", ()):
            path = route.path_format
            readable = "GET" in handler.http_methods and not path.startswith("/api") and not path.endswith("/events")
            if readable and ABOUT.search(path) and "*" not in rule(handler):
                found.append(path + ("?format=csv" if path.endswith("export") else ""))
    return found


def asked(path: str, foreign: dict[str, UUID]) -> set[str]:
    """The address in the own town, once for each id of the other town where it takes one."""
    own = path.replace("{town}", "erbach")
    if "{" not in own:
        return {own}
    return {re.sub(r"\{[^}]+\}", str(ident), own) for ident in foreign.values()}


@pytest.mark.parametrize("role", ["isb", "mayor"])
async def test_no_page_shows_anything_of_another_town(role, app, log_in, filled, towns) -> None:
    visitor = await log_in(role, "erbach")
    foreign = [secret(kind, slug) for kind in MADE for slug in towns if slug != "erbach"]
    seen, wrong, own = 0, [], set()
    for path in pages(app):
        for address in asked(path, filled["oberzent"]):
            answer = await visitor.get(address)
            assert answer.status_code < 500, address
            seen += 1
            wrong += [f"{address}: {word}" for word in foreign if word in answer.text]
            own |= {kind for kind in MADE if secret(kind, "erbach") in answer.text}
    assert wrong == []
    assert seen > 60
    assert own >= {"risk", "measure", "site", "reason"}, "the same pages show what is the reader's own"


async def test_ids_of_another_town_open_and_change_nothing(log_in, filled) -> None:
    visitor, mine = await log_in("isb", "erbach"), filled["oberzent"]
    base = "/towns/erbach"
    for path in (f"risks/{mine['risk']}", f"measures/{mine['measure']}", f"risks/threats/{mine['object']}"):
        assert (await visitor.get(f"{base}/{path}")).status_code == 404, path
    for path, form in (
        (f"risks/threats/{mine['object']}", {"id": [f"{mine['object']}|G 0.2|"], "act": "yes"}),
        ("risks/sites", {"id": [f"{mine['site']}|fire|"], "act": "yes"}),
        (f"risks/{mine['risk']}/rerate", {}),
        (f"risks/{mine['risk']}/close", {"closed_reason": "x"}),
    ):
        assert (await visitor.send_form(f"{base}/{path}", form)).status_code == 404, path
    form = (await visitor.get(f"{base}/risks/new?target={mine['object']}&threat=G 0.1")).text
    assert secret("object", "oberzent") not in form
