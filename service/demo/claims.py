"""Enters what the towns have claimed, feared and decided: answers, measures, risks, through the stores, as the named people."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from isms.measures import Claim
from isms.sheet import Given
from isms.store import evidence, measures, risks, sheets
from isms.store.catalogues import requirements
from service.audit.chain import Actor
from service.auth.people import TownRef
from service.db import SafeTransaction, service_tx, town_tx
from service.demo.people import ALL, BY_KEY
from service.demo.story.answers import QUOTA, Place, answers
from service.demo.story.measures import StoryMeasure
from service.demo.story.measures import measures as story_measures
from service.demo.story.risks import StoryRisk
from service.demo.story.risks import risks as story_risks
from service.inventory import store as inventory
from service.inventory.store import decisions, sites
from service.objects import store as objects

GROUP = measures.GROUP
_MAYOR = "mayor_{}"


def _day(now: datetime, days: int | None) -> date | None:
    return None if days is None else (now + timedelta(days=days)).date()


def _cents(euro: int | None) -> int | None:
    return None if euro is None else euro * 100


async def model(known: Mapping[str, TownRef], people: Mapping[str, Actor], now: datetime) -> None:
    """Starter catalogue, standard structure and modelling in every town that takes part."""
    for slug in ALL:
        town = known[slug].id
        async with town_tx({town}, town) as tx:
            await sheets.take_over(tx, town, people["isb"], now - timedelta(days=240))


async def group_measures(known: Mapping[str, TownRef], people: Mapping[str, Actor], now: datetime) -> None:
    """Measures of the group, and what each town has declared about them."""
    async with service_tx() as tx:
        keys = {one.label: one.key for one in await requirements(tx)}
    async with town_tx({GROUP}, GROUP) as tx:
        present = {one.title for one in await measures.measures(tx, GROUP)}
        for story in story_measures():
            if not story.town and story.title not in present:
                await measures.save(tx, GROUP, _measure(story, keys, GROUP, now), people["isb"], now - timedelta(days=400))
    for slug in ALL:
        town = known[slug].id
        async with town_tx({town, GROUP}, town) as tx:
            ids = {one.title: one.id for one in await measures.measures(tx, town) if one.shared}
            taken = await measures.acceptances(tx, town)
            for story in story_measures():
                if story.town or slug not in story.taken or ids[story.title] in taken:
                    continue
                said = story.taken[slug]
                mayor = people[_MAYOR.format(slug)]
                value = measures.Taken(
                    ids[story.title], "angenommen", mayor.name, _day(now, said.on_days), _day(now, said.until_days),
                    "alle Standorte", said.remark, said.town_claim, 0,
                )  # fmt: skip
                await measures.decide(tx, town, value, mayor)


def _measure(story: StoryMeasure, keys: Mapping[str, str], town: int, now: datetime) -> measures.Measure:
    return measures.Measure(
        town_id=town,
        id=UUID(int=0),
        number=0,
        title=story.title,
        text=story.text,
        kind=story.kind,
        mode=story.mode,
        state=story.state,
        state_reason="",
        owner=BY_KEY[story.owner].name,
        deputy=BY_KEY[story.deputy].name if story.deputy else "",
        cost_once=_cents(story.cost_once),
        cost_yearly=_cents(story.cost_yearly),
        person_days=story.person_days,
        budget_year=None if story.budget_year_offset is None else now.year + story.budget_year_offset,
        budget_secured=story.secured,
        funding=story.funding,
        priority=story.priority,
        due=_day(now, story.due_days),
        controls=tuple(keys[label] for label in story.controls if label in keys),
        version=0,
    )


async def answer(slug: str, known: Mapping[str, TownRef], people: Mapping[str, Actor], now: datetime) -> int:
    """The town's answers, after a first run of the checks has shown what the network says; answers how many were given."""
    town = known[slug].id
    async with town_tx({town, GROUP}, town) as tx:
        sheet = await sheets.load(tx, town, now.date())
        if any(entry.answer for entry in sheet.entries):
            return 0
        refuted = await _refuted(tx, town)
        spots = {(entry.target_name, entry.requirement.label): entry for entry in sheet.entries}
        places = [
            Place(
                entry.target_name,
                entry.requirement.label,
                (entry.target, entry.requirement.key) in refuted,
                "" if entry.state.claim is Claim.UNBEARBEITET else str(entry.state.claim),
            )
            for entry in sheet.entries
        ]
        given = answers(slug, places)
        for one in given:
            entry = spots[one.place.target, one.place.control]
            who = people["isb"] if one.claim in {"ja", "entbehrlich"} else people[f"it_{slug}"]
            value = Given(
                Claim(one.claim), one.reason, people[f"it_{slug}"].name, _day(now, one.due_days), "", "own", 0, who.name,
                now + timedelta(days=one.answered_days),
            )  # fmt: skip
            await sheets.answer(tx, town, entry.target, entry.requirement.key, value, who)
    return len(given)


async def settle(slug: str, known: Mapping[str, TownRef], people: Mapping[str, Actor], now: datetime) -> float:
    """Answer as many of the open requirements as the story's quota still lacks; answers the quota reached."""
    town = known[slug].id
    async with town_tx({town, GROUP}, town) as tx:
        sheet = await sheets.load(tx, town, now.date())
        total = sheet.quota.total - sheet.quota.not_required
        lacking = round(QUOTA[slug] * total) - sheet.quota.done
        refuted = await _refuted(tx, town)
        free = [entry for entry in sheet.entries if entry.state.claim is Claim.UNBEARBEITET and not entry.answer]
        free = [entry for entry in free if (entry.target, entry.requirement.key) not in refuted]
        chosen = free[: max(lacking, 0)]
        for entry in chosen:
            admin, at = people[f"it_{slug}"], now - timedelta(days=9)
            value = Given(Claim.JA, "", admin.name, None, "", "own", 0, people["isb"].name, at)
            await sheets.answer(tx, town, entry.target, entry.requirement.key, value, people["isb"])
        return (sheet.quota.done + len(chosen)) / total


async def _refuted(tx: SafeTransaction, town: int) -> set[tuple[UUID, str]]:
    rows = await tx.connection.fetch("select target_id, control from evidence where town_id = $1 and refutes > 0", town)
    return {(row["target_id"], row["control"]) for row in rows}


async def check(slug: str, known: Mapping[str, TownRef], now: datetime) -> evidence.Summary:
    """Run the automatic checks of a town."""
    town = known[slug].id
    async with town_tx({town, GROUP}, town) as tx:
        await inventory.ask_for_missing(tx, town, now)
        return await evidence.run_checks(tx, town, now)


async def hand_set(slug: str, known: Mapping[str, TownRef], people: Mapping[str, Actor], now: datetime) -> None:
    """A value that the IT read off a printer when it was set up and locked; the network has told a newer one since."""
    town = known[slug].id
    async with town_tx({town}, town) as tx:
        found = await tx.connection.fetchrow(
            "select a.id from asset a where a.town_id = $1 and a.kind = 'printer' and a.gone_at is null"
            " and a.firmware is not null and not exists (select from decision d where d.town_id = $1 and d.kind = 'lock')"
            " order by a.sort_name, a.id limit 1",
            town,
        )
        if found is not None:
            reason = "beim Aufstellen am Bedienfeld abgelesen"
            by = people[f"it_{slug}"]
            await decisions.lock(tx, town, found["id"], {"firmware": "1.00"}, reason=reason, by=by, now=now - timedelta(days=20))


async def fears(slug: str, known: Mapping[str, TownRef], people: Mapping[str, Actor], now: datetime) -> int:
    """Local measures, the town's own and the shared risks, and who takes which rest over; answers the number of risks."""
    town = known[slug].id
    async with town_tx({town, GROUP}, town) as tx:
        keys = {one.label: one.key for one in await requirements(tx)}
        present = {one.title for one in await measures.measures(tx, town)}
        for story in story_measures():
            if story.town == slug and story.title not in present:
                made = _measure(story, keys, town, now)
                await measures.save(tx, town, made, people["isb"], now - timedelta(days=60))
        targets = {one.name: one.id for one in await objects.targets(tx, town)}
        places = {one.name: one.id for one in await sites.sites(tx, town)}
        there = {one.title for one in await risks.risks(tx, town, closed=True)}
        added = 0
        for risk in story_risks():
            if risk.town in {"", slug} and risk.title not in there:
                ident = await risks.save(tx, town, _risk(risk, targets, places, now), people["isb"], now - timedelta(days=90))
                await _accept(tx, town, slug, ident, risk, people, now)
                added += 1
    return added


def _risk(story: StoryRisk, targets: Mapping[str, UUID], places: Mapping[str, UUID], now: datetime) -> risks.Entered:
    net = story.net or (None, None)
    return risks.Entered(
        title=story.title,
        kind=story.kind,
        threats=story.threats,
        cause=story.cause,
        scenario=story.scenario,
        affects=story.affects,
        targets=tuple(targets[name] for name in story.objects if name in targets),
        frequency=story.frequency,
        damage=story.damage,
        frequency_net=net[0],
        damage_net=net[1],
        act_by=_day(now, story.act_by_days),
        owner=BY_KEY[story.owner].name,
        treatment=story.treatment,
        measures=story.measures,
        cost=_cents(story.cost),
        due=_day(now, story.due_days),
        review_on=_day(now, story.review_days),
        shared=not story.town,
        sites=(places[story.site],) if story.site in places else (),
        hazard=story.hazard,
    )


async def _accept(
    tx: SafeTransaction, town: int, slug: str, ident: UUID, story: StoryRisk, people: Mapping[str, Actor], now: datetime
) -> None:
    """The security officer asks; the mayor has signed where the story says so."""
    said = story.accepted
    until = _day(now, said.until_days) if said else None
    if said is None or until is None:
        return
    await risks.request(tx, town, ident, said.reason, until, people["isb"], now - timedelta(days=20))
    item = await risks.risk(tx, town, ident)
    if said.signed and item.remaining != "gering":
        mayor = people[_MAYOR.format(slug)]
        await risks.decide(tx, town, ident, accept=True, reason="", until=None, actor=mayor, now=now - timedelta(days=12))
