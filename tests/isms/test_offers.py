"""The group's measures on their way through the towns: offered, taken over for chosen objects, withdrawn, lowered, looked at."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from isms.measures import Acceptance, AcceptanceState, lowered, move_refusal, next_state, standing
from isms.offers import about
from isms.store import catalogues, measures, offers, sheets
from isms.store.measures import Measure, Taken
from service.audit.chain import Actor
from service.db import for_town, town_tx, uuid7
from service.errors import Missing, Outdated, Wrong
from service.objects import store as objects

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)
TODAY = NOW.date()
ISB = Actor("Test")
TOWNS = ("erbach", "michelstadt", "oberzent", "brombachtal")
TAKEN = Acceptance(AcceptanceState.ANGENOMMEN, date(2026, 3, 1), date(2027, 3, 1))


def test_an_offer_taken_back_ends_what_was_accepted_until_then_and_not_what_is_accepted_later() -> None:
    stands = standing(TAKEN, NOW, offered=True, withdrawn_at=None)
    assert stands.state is AcceptanceState.ANGENOMMEN
    assert standing(TAKEN, NOW, offered=False, withdrawn_at=None).state is AcceptanceState.ZURUECKGEZOGEN
    later = NOW + timedelta(hours=1)
    assert standing(TAKEN, NOW, offered=True, withdrawn_at=later).state is AcceptanceState.ZURUECKGEZOGEN
    assert standing(TAKEN, later, offered=True, withdrawn_at=NOW).state is AcceptanceState.ANGENOMMEN
    over = replace(TAKEN, until=TODAY - timedelta(days=1))
    assert standing(over, NOW - timedelta(days=90), offered=False, withdrawn_at=NOW).on(TODAY) is AcceptanceState.ABGELAUFEN
    last = replace(TAKEN, until=TODAY)
    assert standing(last, NOW - timedelta(days=90), offered=False, withdrawn_at=NOW).state is AcceptanceState.ZURUECKGEZOGEN
    rejected = Acceptance(AcceptanceState.ABGELEHNT)
    assert standing(rejected, NOW, offered=False, withdrawn_at=later) is rejected


@pytest.mark.parametrize(
    ("days", "kind"), [(-1, "ended"), (0, "ending"), (60, "ending"), (61, "")]
)  # domain 3.5: a task from 60 days before the end
def test_an_acceptance_is_a_task_when_it_ends_within_sixty_days(days, kind) -> None:
    assert about(replace(TAKEN, until=TODAY + timedelta(days=days)), TODAY)[0] == kind


def test_what_nobody_decided_is_a_task_and_what_was_refused_is_none() -> None:
    assert about(None, TODAY) == ("offered", None)
    assert about(Acceptance(AcceptanceState.ABGELEHNT), TODAY) == ("", None)


def test_a_measure_says_less_when_its_state_falls_or_a_requirement_is_no_longer_covered() -> None:
    assert lowered(("umgesetzt", ("a",)), ("in Umsetzung", ("a",)))
    assert lowered(("geprüft", ("a", "b")), ("geprüft", ("a",)))
    assert not lowered(("umgesetzt", ("a",)), ("geprüft", ("a", "b")))
    assert not lowered(("beschlossen", ("a",)), ("verworfen", ()))


def test_a_step_back_needs_a_reason_and_a_step_forward_none() -> None:
    assert move_refusal("vorgeschlagen", "umgesetzt", "") is None
    assert "„umgesetzt“ auf „beschlossen“" in (move_refusal("umgesetzt", "beschlossen", " ") or "")
    assert move_refusal("umgesetzt", "beschlossen", "Fehler gefunden") is None
    assert move_refusal("verworfen", "vorgeschlagen", "")
    assert [next_state(x) for x in ("vorgeschlagen", "umgesetzt", "geprüft", "verworfen")] == [
        "beschlossen",
        "geprüft",
        None,
        None,
    ]


async def central(control: str, offer: str = "all") -> UUID:
    async with town_tx({0}, 0) as tx:
        item = Measure(
            0, uuid7(), 0, "Zentrale Datensicherung", "", "technisch", "zentral", "umgesetzt", "", "Verbund", "", None, None, None,
            None, None, "", 3, None, (control,), 0, offer=offer,
        )  # fmt: skip
        return await measures.save(tx, 0, item, ISB, NOW)


async def accept(town: int, ident: UUID, *targets: UUID, state: str = "angenommen", until: date = date(2027, 3, 31)) -> None:
    async with town_tx({town, 0}, town) as tx:
        taken = Taken(ident, state, "Leitung", TODAY, until, "", "kein Bedarf", "unbearbeitet", 0, targets, NOW)
        await measures.decide(tx, town, taken, ISB)


async def claims(towns: dict[str, int], label: str = "OW-SIC-02") -> dict[str, dict[str, str]]:
    """Town → object → claim of one requirement."""
    found = {}
    for slug, town in towns.items():
        async with town_tx({town, 0}) as tx:
            sheet = await sheets.load(tx, town, TODAY)
        found[slug] = {x.target_name: str(x.state.claim) for x in sheet.entries if x.requirement.label == label}
    return found


async def todos(town: int) -> list[str]:
    async with town_tx({town, 0}) as tx:
        return [x.kind for x in await offers.todos(tx, town, TODAY)]


@pytest.fixture
async def control(db, towns) -> str:
    for town in towns.values():
        async with town_tx({town}, town) as tx:
            await sheets.take_over(tx, town, ISB, NOW)
    async with town_tx({0}) as tx:
        return next(x.key for x in await catalogues.requirements(tx, 0) if x.label == "OW-SIC-02")


@pytest.mark.parametrize(
    "accepting", [set(), {"erbach"}, {"erbach", "oberzent"}, {"michelstadt", "oberzent", "brombachtal"}, set(TOWNS)]
)
@pytest.mark.parametrize("how", ["withdrawn", "chosen", "lowered"])
async def test_a_withdrawn_central_measure_changes_exactly_the_accepting_towns(accepting, how, control, towns) -> None:
    """Over every shape of acceptance: the others' check stays as it was, and each accepting town has one review item."""
    ident = await central(control)
    for slug in TOWNS:
        if slug in accepting:
            await accept(towns[slug], ident)
    await accept(towns["oberzent"], ident, state="abgelehnt") if "oberzent" not in accepting else None
    before = await claims(towns)
    assert {slug for slug, found in before.items() if "ja" in found.values()} == accepting
    for _twice in range(2):
        async with town_tx({0}, 0) as tx:
            item = await measures.measure(tx, 0, ident)
            if how == "lowered":
                state = "in Umsetzung" if item.state == "umgesetzt" else "beschlossen"
                await measures.save(tx, 0, replace(item, state=state, state_reason="Kopie fehlt"), ISB, NOW)
            else:
                lost = [] if how == "withdrawn" else [towns["brombachtal"]]
                await measures.offer(tx, ident, how, lost, "Vertrag gekündigt", ISB, NOW, item.version)
    after = await claims(towns)
    keeping = {"brombachtal"} if how == "chosen" else set()
    assert {slug for slug in TOWNS if before[slug] != after[slug]} == accepting - keeping
    for slug, town in towns.items():
        assert (await todos(town)).count("lowered" if how == "lowered" else "withdrawn") == (slug in accepting - keeping), slug
    async with town_tx({towns["erbach"], 0}) as tx:
        rows = await tx.connection.fetch("select distinct town_id from measure_review")
    assert {row["town_id"] for row in rows} <= {towns["erbach"]}


async def test_an_acceptance_for_chosen_objects_counts_there_and_nowhere_else(control, towns) -> None:
    town, ident = towns["erbach"], await central(control)
    async with town_tx({town}) as tx:
        server = next(x for x in await objects.targets(tx, town) if x.name == "Server und Speicher")
    places = (await claims(towns))["erbach"]
    assert len(places) > 1
    await accept(town, ident, server.id)
    assert {name for name, claim in (await claims(towns))["erbach"].items() if claim == "ja"} == {"Server und Speicher"}
    await accept(town, ident)
    assert set((await claims(towns))["erbach"].values()) == {"ja"}


async def test_a_measure_offered_again_needs_a_new_acceptance_and_a_word_of_the_town_closes_the_item(control, towns) -> None:
    town, ident = towns["erbach"], await central(control)
    await accept(town, ident)
    for how in ("withdrawn", "all"):
        async with town_tx({0}, 0) as tx:
            version = (await measures.measure(tx, 0, ident)).version
            await measures.offer(tx, ident, how, [], "Vertrag gekündigt", ISB, NOW + timedelta(hours=1), version)
    assert "ja" not in (await claims(towns))["erbach"].values()
    assert await todos(town) == ["withdrawn"]
    async with town_tx({town, 0}, town) as tx:
        item = (await offers.todos(tx, town, TODAY))[0].item
        assert item is not None
        with pytest.raises(Wrong):
            await offers.settle(tx, town, item, " ", ISB, NOW)
    async with town_tx({town, 0}, town) as tx:
        taken = Taken(ident, "angenommen", "L", TODAY, date(2027, 3, 1), "", "", "unbearbeitet", 0, (), NOW + timedelta(hours=2))
        await measures.decide(tx, town, taken, ISB)
    assert "ja" in (await claims(towns))["erbach"].values()
    assert await todos(town) == []
    with pytest.raises(Missing):
        async with town_tx({town, 0}, town) as tx:
            await offers.settle(tx, town, item, "schon erledigt", ISB, NOW)


async def test_a_town_sees_a_draft_of_the_group_only_once_it_is_offered(control, towns) -> None:
    town, ident = towns["erbach"], await central(control, "none")
    async with town_tx({town, 0}) as tx:
        assert await measures.measures(tx, town) == []
        with pytest.raises(Missing):
            await measures.measure(tx, town, ident)
    async with town_tx({0}, 0) as tx:
        with pytest.raises(Wrong):
            await measures.offer(tx, ident, "chosen", [], "", ISB, NOW, 1)
        with pytest.raises(Outdated):
            await measures.offer(tx, ident, "all", [], "", ISB, NOW, 7)
        await measures.offer(tx, ident, "chosen", [town], "", ISB, NOW, 1)
    assert await todos(town) == ["offered"]
    assert await todos(towns["oberzent"]) == []


async def test_reaching_into_a_town_is_for_the_groups_own_acts_alone(db, towns) -> None:
    with pytest.raises(RuntimeError):
        async with town_tx({towns["erbach"]}, towns["erbach"]) as tx, for_town(tx, towns["oberzent"]):
            pass
