"""Answers, evidence and contradictions of a town in a real database."""

import hashlib
from dataclasses import replace
from datetime import date, timedelta

import pytest

from isms.contradiction import State
from isms.finding import Result
from isms.measures import Claim
from isms.sheet import Given, Sheet
from isms.starter import starter
from isms.store import catalogues, contradictions, evidence, measures, sheets
from isms.store.measures import Measure, Taken
from service.audit.chain import Actor
from service.audit.store import lines
from service.db import SafeTransaction, town_tx, uuid7
from service.errors import Missing, Outdated, Wrong
from service.objects import store as objects
from tests.isms import stock
from tests.isms.stock import NOW
from tests.shared import needs_shared, shared

ISB = Actor("Mira Sanddorn")
TODAY = NOW.date()


def given(claim: Claim, **more) -> Given:
    whole = Given(claim, "", "", None, "", "own", 0, ISB.name, NOW)
    return replace(whole, **more)


async def start(town: int) -> None:
    async with town_tx({town}, town) as tx:
        await sheets.take_over(tx, town, ISB, NOW)


async def sheet_of(town: int) -> Sheet:
    async with town_tx({town, 0}) as tx:
        return await sheets.load(tx, town, TODAY)


def entry(sheet: Sheet, label: str, target: str):
    return next(x for x in sheet.entries if x.requirement.label == label and x.target_name == target)


async def say(tx: SafeTransaction, town: int, label: str, target: str, value: Given, **more) -> None:
    where = entry(await sheets.load(tx, town, TODAY), label, target)
    await sheets.answer(tx, town, where.target, where.requirement.key, value, ISB, **more)


SWITCHES = "Switches und Router"


async def switch_with_telnet(town: int):
    """MIC claims NET-09 = ja; a scan finds 23/tcp at a switch."""
    await start(town)
    async with town_tx({town}, town) as tx:
        await stock.network(tx, town, "10.62.70.0/24", "management")
        asset = await stock.device(tx, town, "sw-rathaus", "switch", "10.62.70.11")
        await stock.port(tx, town, asset, "10.62.70.11", 23)
        await say(tx, town, "OW-NET-09", SWITCHES, given(Claim.JA))
        await evidence.run_checks(tx, town, NOW)
    return asset


async def test_a_town_starts_with_structure_catalogue_and_every_requirement_placed(db, towns) -> None:
    town = towns["michelstadt"]
    await start(town)
    sheet = await sheet_of(town)
    assert len({x.requirement.key for x in sheet.entries}) == len(starter().controls)
    assert sheet.quota.total == len(sheet.entries) == sheet.quota.open
    await start(town)
    assert len((await sheet_of(town)).entries) == len(sheet.entries)


async def test_the_catalogue_taken_in_twice_stands_there_once(db, towns) -> None:
    async with town_tx({1}) as tx:
        assert await catalogues.ensure_starter(tx, NOW) == await catalogues.ensure_starter(tx, NOW) == len(starter().controls)
        assert len(await catalogues.requirements(tx)) == len(starter().controls)


@needs_shared
async def test_an_official_catalogue_is_kept_whole(db, towns) -> None:
    data = shared("bsi", "grundschutzpp-2026-06-30.json").read_bytes()
    async with town_tx({1}) as tx:
        assert await catalogues.load(tx, "grundschutz++", data, NOW) == 989
        counts = await tx.connection.fetchrow(
            "select count(*) as controls, sum(jsonb_array_length(body->'params')) as params,"
            " sum(jsonb_array_length(body->'links')) as links, sum(jsonb_array_length(body->'parts')) as parts from control c"
            " join catalogue_version v on v.id = c.edition where v.sha256 = $1",
            hashlib.sha256(data).hexdigest(),
        )
    assert (counts["controls"], counts["params"], counts["links"], counts["parts"]) == (989, 218, 262, 1976)


async def test_an_answer_keeps_its_history_and_its_audit_entry(db, towns) -> None:
    town = towns["erbach"]
    await start(town)
    async with town_tx({town}, town) as tx:
        await say(tx, town, "OW-ORG-02", "Stadtverwaltung", given(Claim.JA))
        await say(tx, town, "OW-ORG-02", "Stadtverwaltung", given(Claim.NEIN, reason="veraltet"))
        where = entry(await sheets.load(tx, town, TODAY), "OW-ORG-02", "Stadtverwaltung")
        past = await sheets.history(tx, town, where.target, where.requirement.key)
        acts = await lines(tx, town, action="check.answer")
    assert where.state.claim is Claim.NEIN
    assert [(x.claim, x.version) for x in past] == [(Claim.NEIN, 2), (Claim.JA, 1)]
    assert len(acts) == 2


async def test_entbehrlich_needs_a_reason_and_an_outdated_form_is_refused(db, towns) -> None:
    town = towns["erbach"]
    await start(town)
    async with town_tx({town}, town) as tx:
        with pytest.raises(Wrong):
            await say(tx, town, "OW-NET-15", "Fax", given(Claim.ENTBEHRLICH))
        await say(tx, town, "OW-NET-15", "Fax", given(Claim.ENTBEHRLICH, reason="kein Fax"), expected=0)
        with pytest.raises(Outdated):
            await say(tx, town, "OW-NET-15", "Fax", given(Claim.JA), expected=0)
        with pytest.raises(Missing):
            await sheets.answer(tx, town, uuid7(), "x", given(Claim.JA), ISB)


async def test_what_the_it_prepared_counts_only_once_the_officer_confirmed(db, towns) -> None:
    town = towns["erbach"]
    await start(town)
    async with town_tx({town}, town) as tx:
        await say(tx, town, "OW-UPD-01", "Stadtverwaltung", given(Claim.JA, origin="prepared", by="Jannis Liguster"))
        before = entry(await sheets.load(tx, town, TODAY), "OW-UPD-01", "Stadtverwaltung")
        await say(tx, town, "OW-UPD-01", "Stadtverwaltung", given(Claim.JA, origin="confirmed"))
        after = entry(await sheets.load(tx, town, TODAY), "OW-UPD-01", "Stadtverwaltung")
    assert (before.state.claim, before.prepared and before.prepared.by) == (Claim.UNBEARBEITET, "Jannis Liguster")
    assert (after.state.claim, after.prepared) == (Claim.JA, None)


async def test_a_requirement_removed_with_a_reason_leaves_the_quota_and_stays_away(db, towns) -> None:
    town = towns["erbach"]
    await start(town)
    async with town_tx({town}, town) as tx:
        where = entry(await sheets.load(tx, town, TODAY), "OW-NET-15", "Fax")
        with pytest.raises(Wrong):
            await sheets.remove(tx, town, where.target, where.requirement.key, " ", ISB, NOW)
        await sheets.remove(tx, town, where.target, where.requirement.key, "kein Faxgerät", ISB, NOW)
        await sheets.remodel(tx, town)
        gone = await sheets.load(tx, town, TODAY)
        await sheets.restore(tx, town, where.target, where.requirement.key, ISB)
        back = await sheets.load(tx, town, TODAY)
    assert [x.removed_reason for x in gone.removed] == ["kein Faxgerät"]
    assert len(back.entries) == len(gone.entries) + 1


async def test_a_scan_that_finds_telnet_turns_the_ja_red_with_host_port_time_and_rule(db, towns) -> None:
    town = towns["michelstadt"]
    await switch_with_telnet(town)
    sheet = await sheet_of(town)
    red = entry(sheet, "OW-NET-09", SWITCHES)
    assert red.state.words == "ja – Widerspruch"
    assert not red.state.counts
    async with town_tx({town}) as tx:
        (case,) = await contradictions.cases(tx, town, TODAY, check="W01")
    assert (case.check_id, case.rule_version, case.place, case.asset_name) == ("W01", 1, "10.62.70.11:23", "sw-rathaus")
    assert "16.11.2026, 10:00 Uhr" in case.sentence
    assert case.claims >= 1


async def test_a_finding_counts_against_the_town_only_where_something_is_claimed(db, towns) -> None:
    town = towns["michelstadt"]
    await switch_with_telnet(town)
    async with town_tx({town}, town) as tx:
        assert await contradictions.open_against_claims(tx, town, TODAY) == 1
        await say(tx, town, "OW-NET-09", SWITCHES, given(Claim.NEIN))
        assert await contradictions.open_against_claims(tx, town, TODAY) == 0
        assert len(await contradictions.cases(tx, town, TODAY)) >= 1


async def test_running_the_checks_twice_changes_nothing(db, towns) -> None:
    town = towns["michelstadt"]
    await switch_with_telnet(town)
    async with town_tx({town}, town) as tx:
        before = await tx.connection.fetch("select id, state, version from contradiction order by id")
        again = await evidence.run_checks(tx, town, NOW + timedelta(minutes=5))
        after = await tx.connection.fetch("select id, state, version from contradiction order by id")
    assert (again.opened, again.closed) == (0, 0)
    assert before == after


async def test_two_full_scans_without_telnet_close_it_as_resolved_and_the_claim_counts_again(db, towns) -> None:
    town = towns["michelstadt"]
    asset = await switch_with_telnet(town)
    closed = []
    for days in (7, 14):
        async with town_tx({town}, town) as tx:
            await tx.connection.execute("update service set open = false where asset_id = $1", asset)
            await stock.sighting(tx, town, asset, "nmap", NOW + timedelta(days=days))
            closed.append((await evidence.run_checks(tx, town, NOW + timedelta(days=days))).closed)
    assert closed == [0, 1]
    assert entry(await sheet_of(town), "OW-NET-09", SWITCHES).state.counts


async def test_correcting_the_claim_ends_the_contradiction(db, towns) -> None:
    town = towns["michelstadt"]
    await switch_with_telnet(town)
    async with town_tx({town}, town) as tx:
        (case,) = await contradictions.cases(tx, town, TODAY, check="W01")
        at = NOW + timedelta(minutes=5)
        assert (
            await contradictions.decide(tx, town, case.id, State.CORRECTED, ISB, at, claim=Claim.TEILWEISE, reason="Stimmt.") == 1
        )
        after = await sheets.load(tx, town, TODAY)
        past = await contradictions.events(tx, town, case.id)
    assert entry(after, "OW-NET-09", SWITCHES).state.words == "teilweise"
    assert [x.change for x in past] == ["corrected", "opened"]
    assert past[0].text.startswith("Stimmt. (OW-NET-09, ")
    assert past[0].text.endswith(": ja → teilweise)")
    async with town_tx({town}, town) as tx:
        with pytest.raises(Outdated):
            await contradictions.undo(tx, town, case.id, case.version, ISB, NOW + timedelta(hours=1))
        await contradictions.undo(tx, town, case.id, case.version + 1, ISB, NOW + timedelta(hours=1))
        (again,) = await contradictions.cases(tx, town, TODAY, check="W01")
        back = await sheets.load(tx, town, TODAY)
    assert (again.id, again.claims, again.reason) == (case.id, 1, "")
    assert entry(back, "OW-NET-09", SWITCHES).state.words == "ja – Widerspruch"


async def test_a_dismissal_counts_again_until_its_day_and_then_the_contradiction_is_back(db, towns) -> None:
    town = towns["michelstadt"]
    asset = await switch_with_telnet(town)
    async with town_tx({town}, town) as tx:
        (case,) = await contradictions.cases(tx, town, TODAY, check="W01")
        with pytest.raises(Wrong):
            await contradictions.decide(
                tx, town, case.id, State.DISMISSED, ISB, NOW, reason="x", until=TODAY + timedelta(days=181)
            )
        until = TODAY + timedelta(days=20)
        await contradictions.decide(tx, town, case.id, State.DISMISSED, ISB, NOW, reason="Ersatz bestellt", until=until)
        assert entry(await sheets.load(tx, town, TODAY), "OW-NET-09", SWITCHES).state.counts
        later = NOW + timedelta(days=21)
        await tx.connection.execute("update service set last_seen = $2 where asset_id = $1", asset, later)
        assert (await evidence.run_checks(tx, town, later)).opened == 1
        assert entry(await sheets.load(tx, town, TODAY), "OW-NET-09", SWITCHES).state.refuted


async def test_support_stands_green_beside_an_open_requirement_and_fulfils_nothing(db, towns) -> None:
    town = towns["michelstadt"]
    await start(town)
    async with town_tx({town}, town) as tx:
        await stock.device(tx, town, "sw-1", "switch", "10.62.70.12")
        await evidence.run_checks(tx, town, NOW)
        where = entry(await sheets.load(tx, town, TODAY), "OW-NET-09", SWITCHES)
        number, sentences = await evidence.findings_at(tx, town, where.target, where.requirement.key, Result.SATISFIED)
    assert where.state.claim is Claim.UNBEARBEITET
    assert number
    assert "sw-1" in sentences[0]


async def test_every_contradiction_of_one_town_is_invisible_in_another(db, towns) -> None:
    await switch_with_telnet(towns["michelstadt"])
    async with town_tx({towns["erbach"]}) as tx:
        assert await contradictions.cases(tx, towns["michelstadt"], TODAY, state=None) == []
        assert (await sheets.load(tx, towns["michelstadt"], TODAY)).entries == ()


def central(label_key: str) -> Measure:
    return Measure(
        0, uuid7(), 0, "Zentrale Datensicherung", "", "technisch", "zentral", "umgesetzt", "", "Verbund", "", None, None, None, None,
        None, "", 3, None, (label_key,), 0,
    )  # fmt: skip


async def test_a_central_backup_counts_only_in_the_towns_that_accepted_it_and_withdrawing_turns_them_back(db, towns) -> None:
    order = ("erbach", "michelstadt", "oberzent", "brombachtal")
    for slug in order:
        await start(towns[slug])
    async with town_tx({0}, 0) as tx:
        key = next(x.key for x in await catalogues.requirements(tx) if x.label == "OW-SIC-02")
        ident = await measures.save(tx, 0, central(key), ISB, NOW)
    ends = {"erbach": date(2027, 3, 31), "michelstadt": date(2027, 1, 31), "oberzent": date(2026, 10, 31)}
    for slug, until in ends.items():
        async with town_tx({towns[slug], 0}, towns[slug]) as tx:
            taken = Taken(ident, "angenommen", "Leitung", date(2026, 3, 1), until, "", "", "unbearbeitet", 0)
            await measures.decide(tx, towns[slug], taken, ISB)

    async def states() -> list[str]:
        found = []
        for slug in order:
            async with town_tx({towns[slug], 0}) as tx:
                sheet = await sheets.load(tx, towns[slug], TODAY)
            found.append(str(entry(sheet, "OW-SIC-02", "Server und Speicher").state.claim))
        return found

    assert await states() == ["ja", "ja", "unbearbeitet", "unbearbeitet"]
    async with town_tx({0}, 0) as tx:
        item = await measures.measure(tx, 0, ident)
        await measures.save(tx, 0, replace(item, state="in Umsetzung", state_reason="Kopie fehlt"), ISB, NOW)
    assert await states() == ["teilweise", "teilweise", "unbearbeitet", "unbearbeitet"]


async def test_a_town_cannot_offer_a_measure_to_the_others(db, towns) -> None:
    town = towns["erbach"]
    async with town_tx({town}, town) as tx:
        with pytest.raises(Wrong):
            await measures.save(tx, town, central("x"), ISB, NOW)


async def test_names_of_target_objects_are_unique_and_changes_are_noticed(db, towns) -> None:
    town = towns["erbach"]
    await start(town)
    async with town_tx({town}, town) as tx:
        first, second = (await objects.targets(tx, town))[:2]
        with pytest.raises(Wrong):
            await objects.change(tx, town, replace(first, name=second.name), ISB)
        await objects.change(tx, town, replace(first, note="geprüft"), ISB)
        with pytest.raises(Outdated):
            await objects.change(tx, town, replace(first, note="anders"), ISB)
