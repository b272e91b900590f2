"""The database's figures and lists against the whole check as one value; steps taken back; prerequisites."""

import json
from datetime import date, timedelta
from random import Random

import pytest

from isms.contradiction import State
from isms.measures import Claim, Mode
from isms.sheet import Given, Sheet
from isms.store import answers, catalogues, contradictions, evidence, measures, sheets, standing
from isms.store.answers import Change
from isms.store.measures import GROUP, Measure, Taken
from isms.store.standing import ALL, Wanted
from service.audit.chain import Actor
from service.audit.store import lines
from service.db import town_tx, uuid7
from service.errors import Missing, Outdated, Wrong
from tests.isms import stock
from tests.isms.stock import NOW

ISB = Actor("Mira Sanddorn")
OTHER = Actor("Jannis Liguster")
TODAY = NOW.date()


def given(claim: Claim, reason: str = "", responsible: str = "", due: date | None = None, origin: str = "own") -> Given:
    return Given(claim, reason, responsible, due, "", origin, 0, ISB.name, NOW)


@pytest.fixture
async def town(db, towns, monkeypatch) -> int:
    """A town in which about half is answered at random, with devices, contradictions and measures of the group."""
    monkeypatch.setattr(catalogues, "_read", {})  # this fixture changes an edition, which nothing else ever does
    ident, chance = towns["michelstadt"], Random(7)
    async with town_tx({ident}, ident) as tx:
        await catalogues.ensure_starter(tx, NOW)
        known = [x["key"] for x in await tx.connection.fetch("select key from control order by position")]
        for key in chance.sample(known, 40):
            links = [{"rel": "required", "href": "#x", "target": chance.choice(known), "rest": {}}]
            body = "jsonb_set(body, '{links}', $2::jsonb)"
            await tx.connection.execute(f"update control set body = {body} where key = $1", key, json.dumps(links))
        await sheets.take_over(tx, ident, ISB, NOW)
        await stock.network(tx, ident, "10.62.70.0/24", "management")
        for number in range(3):
            asset = await stock.device(tx, ident, f"sw-{number}", "switch", f"10.62.70.{11 + number}")
            await stock.port(tx, ident, asset, f"10.62.70.{11 + number}", 23)
        whole = await sheets.load(tx, ident, TODAY)
        for entry in whole.entries:
            claim = chance.choice([*Claim] * 2 + [None] * 4)
            if claim is not None:
                due = TODAY + timedelta(days=chance.randrange(-20, 20)) if chance.random() < 0.5 else None
                value = given(claim, "weil", chance.choice(["", "IT-Leitung", "Hauptamt"]), due)
                await sheets.answer(tx, ident, entry.target, entry.requirement.key, value, ISB)
        await evidence.run_checks(tx, ident, NOW)
    keys = [x.requirement.key for x in whole.entries]
    some = tuple(chance.sample(list(dict.fromkeys(x.target for x in whole.entries)), 4))
    for state, mode, until, targets in (
        ("umgesetzt", Mode.ZENTRAL, TODAY + timedelta(days=90), ()),
        ("in Umsetzung", Mode.GETEILT, TODAY + timedelta(days=90), ()),
        ("umgesetzt", Mode.ZENTRAL, TODAY - timedelta(days=1), ()),
        ("umgesetzt", Mode.ZENTRAL, None, ()),
        ("geprüft", Mode.ZENTRAL, TODAY + timedelta(days=60), some),
        ("in Umsetzung", Mode.ZENTRAL, TODAY + timedelta(days=70), some[:1]),
    ):
        async with town_tx({GROUP}, GROUP) as tx:
            item = measure(f"{state} {until}", str(mode), state, tuple(chance.sample(keys, 60 if targets else 12)))
            number = await measures.save(tx, GROUP, item, ISB, NOW)
        if until is not None:
            async with town_tx({ident, GROUP}, ident) as tx:
                day = TODAY - timedelta(days=chance.choice([-1, 5]))
                taken = Taken(number, "angenommen", "Leitung", day, until, "", "", "ja", 0, targets)
                await measures.decide(tx, ident, taken, ISB)
    return ident


def measure(title: str, mode: str, state: str, controls: tuple[str, ...]) -> Measure:
    values = {"text": "", "kind": "technisch", "state_reason": "", "owner": "", "deputy": "", "funding": "", "priority": 2}
    empty = dict.fromkeys(("cost_once", "cost_yearly", "person_days", "budget_year", "budget_secured", "due"))
    return Measure(
        town_id=GROUP, id=uuid7(), number=0, title=title, mode=mode, state=state, controls=controls, version=0, **values, **empty
    )


async def sheet_of(town: int) -> Sheet:
    async with town_tx({town, GROUP}) as tx:
        return await sheets.load(tx, town, TODAY)


async def test_the_figures_of_the_database_are_those_of_the_whole_check(town) -> None:
    whole = await sheet_of(town)
    async with town_tx({town, GROUP}) as tx:
        figures = await standing.figures(tx, town, TODAY)
    assert len({x.state.claim for x in whole.entries}) == len(Claim)
    assert any(x.state.refuted for x in whole.entries)
    assert any(x.state.via for x in whole.entries)
    assert any(x.state.prerequisite_missing for x in whole.entries)
    assert figures.quota == whole.quota == whole.summary.quota
    assert figures.lines({}) == whole.summary.lines({})
    assert sorted(figures.areas()) == sorted(whole.summary.areas())
    assert figures.checked_at == whole.checked_at is not None


async def test_lists_of_the_database_are_those_of_the_whole_check(town) -> None:
    whole = (await sheet_of(town)).entries
    area = whole[0].requirement.area
    expected = {
        Wanted(): whole,
        Wanted(state="nein"): [x for x in whole if x.state.claim is Claim.NEIN],
        Wanted(state="widerspruch"): [x for x in whole if x.state.refuted],
        Wanted(state="offen"): [x for x in whole if x.state.claim not in (Claim.JA, Claim.ENTBEHRLICH)],
        Wanted(area=area): [x for x in whole if x.requirement.area == area],
        Wanted(text="Telnet"): [x for x in whole if "telnet" in x.requirement.words],
        Wanted(responsible="hauptamt"): [x for x in whole if x.answer and x.answer.responsible == "Hauptamt"],
        Wanted(mine=("Niemand", "it-leitung")): [x for x in whole if x.answer and x.answer.responsible == "IT-Leitung"],
        Wanted(target=whole[0].target): [x for x in whole if x.target == whole[0].target],
        Wanted(due=TODAY): [x for x in whole if x.overdue_on is not None and x.overdue_on <= TODAY],
    }
    async with town_tx({town, GROUP}) as tx:
        for wanted, entries in expected.items():
            total, spots = await standing.find(tx, town, TODAY, wanted, limit=ALL)
            assert (total, list(spots)) == (len(entries), [(x.target, x.requirement.key) for x in entries]), wanted
            if wanted != Wanted(text="Telnet"):
                assert entries, wanted
        total, spots = await standing.find(tx, town, TODAY, Wanted(state="überfällig"), limit=5, offset=2)
        late = sorted(x.overdue_on for x in whole if x.overdue_on and x.overdue_on < TODAY)
        part = await sheets.load(tx, town, TODAY, spots=spots)
    assert total == len(late) > 7
    assert [x.overdue_on for x in part.entries] == late[2:7]
    by_spot = {(x.target, x.requirement.key): x for x in whole}
    assert all(by_spot[x.target, x.requirement.key] == x for x in part.entries)


async def test_one_object_and_its_neighbours_are_as_in_the_whole_check(town) -> None:
    whole = await sheet_of(town)
    for target, *_rest in whole.objects[:6]:
        async with town_tx({town, GROUP}) as tx:
            part = await sheets.load(tx, town, TODAY, at=target)
            here = whole.at(target)
            assert part.entries == here
            for i, entry in enumerate(here):
                beside = await sheets.neighbours(tx, town, target, entry.requirement.key)
                expected = (
                    here[i - 1].requirement.key if i else None,
                    here[i + 1].requirement.key if i + 1 < len(here) else None,
                )
                assert beside == expected


async def test_the_next_open_requirement_goes_round_the_town_and_ends(town) -> None:
    whole = (await sheet_of(town)).entries
    spots = [(x.target, x.requirement.key) for x in whole]
    free = [spot for spot, x in zip(spots, whole, strict=True) if x.state.claim is Claim.UNBEARBEITET]
    async with town_tx({town, GROUP}) as tx:
        assert await standing.next_open(tx, town, TODAY) == free[0]
        assert await standing.next_open(tx, town, TODAY, free[0]) == free[1]
        assert await standing.next_open(tx, town, TODAY, free[-1]) == free[0]
    async with town_tx({GROUP + 1}) as tx:
        assert await standing.next_open(tx, GROUP + 1, TODAY) is None


async def test_contradictions_count_the_claims_they_touch(town) -> None:
    whole = await sheet_of(town)
    claims = {(x.target, x.requirement.key) for x in whole.entries if x.state.claim in (Claim.JA, Claim.TEILWEISE)}
    async with town_tx({town, GROUP}) as tx:
        cases = await contradictions.cases(tx, town, TODAY, state=None)
        for case in cases:
            assert case.claims == len(claims & await contradictions.touched(tx, town, case.id))
            assert (await contradictions.case(tx, town, case.id, TODAY)).claims == case.claims
        number = await contradictions.open_against_claims(tx, town, TODAY)
    assert number == sum(1 for x in cases if x.claims and x.state == State.OPEN) > 0


async def test_a_step_of_many_answers_is_taken_back_as_a_whole(town) -> None:
    before = await sheet_of(town)
    chosen = [*before.entries[:20], *(x for x in before.entries[20:] if x.answer is None)][:40]
    seen = [((x.target, x.requirement.key), x.answer.version if x.answer else 0) for x in chosen]
    at = NOW + timedelta(minutes=5)
    async with town_tx({town, GROUP}, town) as tx:
        what = Change(Claim.TEILWEISE, responsible="Bauhof")
        assert await answers.change(tx, town, seen, what, "own", ISB.name, ISB, at) == len(seen)
        after = await sheets.load(tx, town, TODAY, spots=[spot for spot, _version in seen])
        assert {(x.answer.claim, x.answer.responsible) for x in after.entries if x.answer} == {(Claim.TEILWEISE, "Bauhof")}
        same = [x.answer if x.answer and x.answer.claim is Claim.TEILWEISE else None for x in chosen]
        assert [x.answer.reason for x in after.entries if x.answer] == [x.reason if x else "" for x in same]
        with pytest.raises(Outdated):
            await answers.change(tx, town, seen, what, "own", ISB.name, ISB, at)
        with pytest.raises(Missing):
            await answers.undo(tx, town, at, OTHER.name, OTHER, at)
        moment = answers.moment(str(answers.step(at)))
        assert len(await answers.undo(tx, town, moment, ISB.name, ISB, at + timedelta(minutes=1))) == len(seen)
        assert len(await lines(tx, town, action="check.undo")) > 0
        with pytest.raises(Outdated):
            await answers.undo(tx, town, at, ISB.name, ISB, at + timedelta(minutes=2))
    again = await sheet_of(town)
    assert [(x.state, x.answer and x.answer.reason) for x in again.entries] == [
        (x.state, x.answer and x.answer.reason) for x in before.entries
    ]


async def test_a_step_that_lacks_a_reason_or_meets_a_newer_answer_changes_nothing(town) -> None:
    whole = await sheet_of(town)
    first = next(x for x in whole.entries if x.answer is None)
    spot = (first.target, first.requirement.key)
    at = NOW + timedelta(minutes=5)
    async with town_tx({town, GROUP}, town) as tx:
        with pytest.raises(Wrong):
            await answers.change(tx, town, [(spot, 0)], Change(Claim.ENTBEHRLICH), "own", ISB.name, ISB, at)
        with pytest.raises(Missing):
            await answers.change(tx, town, [((uuid7(), "x"), 0)], Change(Claim.JA), "own", ISB.name, ISB, at)
        await answers.change(tx, town, [(spot, 0)], Change(Claim.JA), "own", ISB.name, ISB, at)
        await answers.change(tx, town, [(spot, 1)], Change(Claim.NEIN), "own", OTHER.name, OTHER, at + timedelta(minutes=1))
        with pytest.raises(Outdated):
            await answers.undo(tx, town, at, ISB.name, ISB, at + timedelta(minutes=2))
    with pytest.raises(Missing):
        answers.moment("1" * 30)
