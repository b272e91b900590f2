"""Editions in the database: everything kept, answers follow the requirement, towns choose what they work with."""

from __future__ import annotations

import random
import time

import msgspec
import pytest

from isms.catalogue import read as oscal_read
from isms.editions.profiles import Selection, shipped
from isms.editions.reading import Given, read
from isms.editions.store import adoption, editions, parameters, proposals, recheck
from isms.measures import Claim
from isms.sheet import Given as Answer
from isms.store import catalogues, sheets
from service.audit.chain import Actor
from service.audit.store import lines
from service.db import town_tx
from service.errors import Missing, Outdated, Wrong
from service.settings import now
from tests.isms.editions.files import annex_a, oscal, rules, wiba, xlsx
from tests.shared import needs_shared, shared

BY = Actor("Test")
JANUARY, JUNE = "grundschutzpp-2026-01-20.json", "grundschutzpp-2026-06-30.json"


def official(name: str) -> Given:
    return Given(name, shared("bsi", name).read_bytes())


async def take_in(town: int, *files: Given, version: str = "1") -> editions.Taken:
    async with town_tx({town, 0}, town) as tx:
        found = await editions.read(tx, files, version)
        return await editions.take_in(tx, found, BY, now())


async def start(town: int) -> None:
    async with town_tx({town, 0}, town) as tx:
        await sheets.take_over(tx, town, BY, now())


async def adopt(town: int, catalogue: str, profile: str = "") -> int:
    async with town_tx({town, 0}, town) as tx:
        await tx.connection.execute(
            "update target_object set modules = '{CON.3}' where town_id = $1 and kind = 'institution'", town
        )
        return await adoption.adopt(tx, town, catalogue, profile, BY, now())


async def take_over(town: int, key) -> None:
    async with town_tx({town, 0}, town) as tx:
        await editions.take_over(tx, await editions.edition(tx, key), BY, now())
        await sheets.remodel(tx, town)


async def place(tx, town: int, control: str):
    return await tx.connection.fetchval(
        "select target_id from modelling where town_id = $1 and control = $2 order by target_id limit 1", town, control
    )


async def say(town: int, control: str, claim: Claim, reason: str = "") -> None:
    async with town_tx({town, 0}, town) as tx:
        value = Answer(claim, reason, "IT", None, "", "own", 0, "Test", now())
        await sheets.answer(tx, town, await place(tx, town, control), control, value, BY)


@needs_shared
@pytest.mark.parametrize(("name", "controls"), [(JANUARY, 997), (JUNE, 989)])
async def test_an_official_file_is_kept_whole_within_ten_seconds(db, towns, name, controls) -> None:
    began = time.monotonic()
    taken = await take_in(towns["erbach"], official(name))
    assert time.monotonic() - began < 10
    counts = oscal_read(official(name).data).counts
    async with town_tx({1, 0}) as tx:
        kept = await editions.content(tx, taken.edition)
        (view,) = await editions.editions(tx, "grundschutzpp")
        rows = await tx.connection.fetchval("select count(*) from control where edition = $1", taken.edition)
    assert kept.counts == counts
    assert (rows, len(kept.controls), view.counts["props"]) == (controls, controls, counts.props)
    assert msgspec.json.encode(kept.controls) == msgspec.json.encode(oscal_read(official(name).data).controls)
    assert msgspec.json.encode(kept.groups) == msgspec.json.encode(oscal_read(official(name).data).groups)
    assert msgspec.to_builtins(kept.back_matter) == oscal_read(official(name).data).back_matter
    assert view.current


@needs_shared
async def test_from_january_to_june_every_surviving_identity_keeps_its_answer(db, towns) -> None:
    town = towns["erbach"]
    await start(town)
    first = await take_in(town, official(JANUARY))
    await adopt(town, "grundschutzpp")
    old = {x.key: x for x in first.found.catalogue.controls}
    dice = random.Random(7)
    async with town_tx({town, 0}, town) as tx:
        placed = [
            x["control"] for x in await tx.connection.fetch("select distinct control from modelling where town_id = $1", town)
        ]
    keys = sorted(x for x in placed if x in old)
    assert len(keys) > 700
    # One statement stands for what people typed in: 800 answers one by one would only test the page's speed.
    async with town_tx({town, 0}, town) as tx:
        await tx.connection.execute(
            "insert into assessment (town_id, id, target_id, control, claim, reason, edition, control_id, answered_by, answered_at)"
            " select $1, gen_random_uuid(), m.target_id, m.control, 'ja', 'Antwort zu ' || m.control, '', c.id, 'Test', now()"
            " from (select distinct on (control) * from modelling where town_id = $1 order by control, target_id) m"
            " join control c on c.key = m.control join catalogue_version v on v.id = c.edition and v.current",
            town,
        )
    second = await take_in(town, official(JUNE))
    assert not second.current
    async with town_tx({town, 0}) as tx:
        assert await recheck.changed(tx, town) == ()
    await take_over(town, second.edition)
    new = {x.key: x for x in second.found.catalogue.controls}
    async with town_tx({town, 0}) as tx:
        sheet = await sheets.load(tx, town, now().date())
        changed = await recheck.changed(tx, town)
        gone = await recheck.gone(tx, town)
    answers = {x.requirement.key: x for x in sheet.entries if x.answer is not None and x.requirement.key in new}
    for key in dice.sample(sorted(set(keys) & set(new)), 200):
        entry = answers[key]
        assert (entry.answer.reason, entry.requirement.label) == (f"Antwort zu {key}", new[key].id)
    assert all(x.answer.reason == f"Antwort zu {x.requirement.key}" for x in answers.values())
    from isms.editions.diff import texts_differ

    different = {k for k in set(keys) & set(new) if texts_differ(old[k].statement, new[k].statement)}
    assert {x.control for x in changed} == different
    assert {x.control for x in gone} == set(keys) - set(new)
    assert all(x.new_text == new[x.control].statement and x.old_text == old[x.control].statement for x in changed)


async def test_an_answer_that_still_holds_leaves_the_list_and_history_keeps_both(db, towns) -> None:
    town = towns["erbach"]
    await start(town)
    await take_in(town, oscal("Haus", "1", [("k1", "A.1", "Eins", "Alles MUSS stehen."), ("k2", "A.2", "Zwei", "Bleibt.")]))
    await adopt(town, "haus")
    await say(town, "k1", Claim.JA, "steht")
    await say(town, "k2", Claim.NEIN)
    second = await take_in(
        town, oscal("Haus", "2", [("k1", "A.9", "Eins", "Alles SOLLTE stehen."), ("k3", "A.2", "Drei", "Neu.")])
    )
    await take_over(town, second.edition)
    async with town_tx({town, 0}, town) as tx:
        (one,) = await recheck.changed(tx, town)
        (lost,) = await recheck.gone(tx, town)
        assert (one.label, one.claim, lost.label, lost.old_text, lost.claim) == ("A.9", Claim.JA, "A.2", "Bleibt.", Claim.NEIN)
        assert await recheck.still_holds(tx, town, [(one.target, "k1", one.version)], BY, "Test", now()) == 1
        assert await recheck.changed(tx, town) == ()
        past = await sheets.history(tx, town, one.target, "k1")
        assert [(x.claim, x.reason) for x in past] == [(Claim.JA, "steht"), (Claim.JA, "steht")]
        with pytest.raises(Missing):
            await recheck.still_holds(tx, town, [(one.target, "k1", one.version)], BY, "Test", now())


async def test_an_edition_waits_until_a_person_takes_it_over_and_only_once(db, towns) -> None:
    town = towns["erbach"]
    file = rules(("H-1", "Schlüssel", "Wird quittiert."))
    first, again = await take_in(town, file), await take_in(town, file)
    assert (first.current, again.known, again.edition) == (True, True, first.edition)
    second = await take_in(town, rules(("H-1", "Schlüssel", "Wird quittiert."), ("H-2", "Licht", "Wird gelöscht.")))
    async with town_tx({town, 0}, town) as tx:
        one, two = (await editions.editions(tx, "hausregeln"))[::-1]
        assert ((one.version, one.current), (two.version, two.waits)) == (("1", True), ("1 (2)", True))
        await editions.take_over(tx, two, BY, now())
        with pytest.raises(Wrong):
            await editions.take_over(tx, two, BY, now())
        assert (await editions.current(tx, "hausregeln")).id == second.edition
        acts = [x.action for x in await lines(tx, town, action="catalogue.take")]
    assert len(acts) == 1


async def test_controls_without_identity_are_matched_by_a_person_before_the_take_over(db, towns) -> None:
    town = towns["erbach"]
    await start(town)
    await take_in(town, annex_a(("a.1", "Eins", "Alpha beta gamma delta."), ("a.2", "Zwei", "Der Zutritt wird geregelt.")))
    key = "iso-iec-27001-2022-annex-a"
    await adopt(town, key)
    await say(town, f"{key}:a.1", Claim.JA)
    await say(town, f"{key}:a.2", Claim.JA)
    second = await take_in(town, annex_a(("a.1", "Eins", "Alpha beta gamma epsilon."), ("a.2", "Vier", "Mails werden signiert.")))
    async with town_tx({town, 0}, town) as tx:
        view = await editions.edition(tx, second.edition)
        _old, _diff, (proposed,) = await editions.compared(tx, view)
        await editions.match(tx, view, [(proposed.new, proposed.old)], BY)
        await editions.unmatch(tx, view, proposed.old, BY)
        _old, _diff, (proposed,) = await editions.compared(tx, view)
        await editions.match(tx, view, [(proposed.new, proposed.old)], BY)
    await take_over(town, second.edition)
    async with town_tx({town, 0}, town) as tx:
        sheet = await sheets.load(tx, town, now().date())
        assert [x.control for x in await recheck.changed(tx, town)] == [f"{key}:a.1"]
        assert [x.label for x in await recheck.gone(tx, town)] == ["a.2"]
        with pytest.raises(Wrong):
            await editions.match(tx, await editions.edition(tx, second.edition), [("x", "y")], BY)
    answered = {x.requirement.label: x.answer.claim for x in sheet.entries if x.answer}
    assert answered == {"a.1": Claim.JA}


async def test_a_town_adopts_catalogues_and_profiles_and_others_do_not_notice(db, towns) -> None:
    town, other = towns["erbach"], towns["michelstadt"]
    for one in (town, other):
        await start(one)
    await take_in(town, xlsx(("Baustein", "Anforderung", "Titel", "Stufe"), ("SYS.1.1", "SYS.1.1.A1", "Eins", "B"),
                             ("SYS.1.1", "SYS.1.1.A2", "Zwei", "S"), ("IND.1", "IND.1.A1", "Drei", "B")))  # fmt: skip
    await adopt(town, "kompendium", "basis-kommunalverwaltung")
    async with town_tx({town, 0}, town) as tx:
        labels = [x.label for x in await catalogues.requirements(tx, town)]
        assert labels[-1] == "SYS.1.1.A1"
        assert not {"SYS.1.1.A2", "IND.1.A1"} & set(labels)
        assert len([x for x in labels if x.startswith("OW-")]) == len(labels) - 1
        profile = (await catalogues.selections(tx))["basis-kommunalverwaltung"]
        with pytest.raises(Wrong, match=r"IND\.7"):
            await adoption.save_profile(tx, _with(profile, ids=("IND.7",)), ["IND.1"], BY, now())
        await adoption.save_profile(tx, _with(profile, ids=("IND.1",)), ["IND.1"], BY, now())
        assert [x.label for x in await catalogues.requirements(tx, town)][-1] == "IND.1.A1"
        with pytest.raises(Outdated):
            await adoption.save_profile(tx, _with(profile, ids=("IND.1",)), ["IND.1"], BY, now())
        await adoption.reset_profile(tx, profile.key, BY)
        await adoption.drop(tx, town, "kompendium", "basis-kommunalverwaltung", BY)
        assert {x.label[:3] for x in await catalogues.requirements(tx, town)} == {"OW-"}
    async with town_tx({other, 0}) as tx:
        assert {x.label[:3] for x in await catalogues.requirements(tx, other)} == {"OW-"}
        assert await adoption.adopted(tx, other) == {}


def _with(profile: Selection, **values) -> Selection:
    from dataclasses import replace

    return replace(profile, **values)


def test_the_path_of_a_small_town_is_shipped_in_its_order() -> None:
    path = {x.key: x for x in shipped()}
    assert [path[x].step for x in ("wiba-ganz", "basis-kommunalverwaltung", "standard-absicherung")] == [4, 5, 6]
    assert len(path["basis-kommunalverwaltung"].ids) == 59


@needs_shared
async def test_the_shipped_profiles_name_modules_that_exist(db, towns) -> None:
    from isms.editions.profiles import missing

    whole = read([official("kompendium2023-requirements.csv")], "2023").catalogue
    labels = [x.id for x in (*whole.controls, *whole.groups)]
    for profile in shipped():
        if profile.catalogue == "kompendium":
            assert missing(profile, labels) == ()
    basis = next(x for x in shipped() if x.key == "basis-kommunalverwaltung")
    assert sum(basis.takes(x.id, x.path, x.level or "") for x in whole.controls) == 314


async def test_parameters_are_central_until_a_town_sets_its_own(db, towns) -> None:
    town, other = towns["erbach"], towns["michelstadt"]
    data = oscal("Haus", "1", [("k1", "A.1", "Frist", "Nach {{ insert: param, a.1-prm1 }} sperren.")]).data
    data = data.replace(b'"title": "Frist"', b'"title": "Frist", "params": [{"id": "a.1-prm1", "label": "x Tagen"}]')
    await take_in(town, Given("k.json", data))
    for one in (town, other):
        await start(one)
        await adopt(one, "haus")
    text = "Nach {{ insert: param, a.1-prm1 }} sperren."

    async def shown(which: int) -> str:
        async with town_tx({which, 0}) as tx:
            return await parameters.text(tx, which, "k1", text)

    assert await shown(town) == "Nach [x Tagen] sperren."
    async with town_tx({0}, 0) as tx:
        await parameters.set_value(tx, 0, "k1#prm1", "14 Tagen", 0, BY, now())
    assert await shown(town) == await shown(other) == "Nach 14 Tagen sperren."
    async with town_tx({town, 0}, town) as tx:
        await parameters.set_value(tx, town, "k1#prm1", "7 Tagen", 0, BY, now())
        with pytest.raises(Outdated):
            await parameters.set_value(tx, town, "k1#prm1", "8 Tagen", 0, BY, now())
        with pytest.raises(Missing):
            await parameters.set_value(tx, town, "gibtesnicht#prm1", "8", 0, BY, now())
    assert (await shown(town), await shown(other)) == ("Nach 7 Tagen sperren.", "Nach 14 Tagen sperren.")
    async with town_tx({town, 0}, town) as tx:
        await parameters.set_value(tx, town, "k1#prm1", "", 1, BY, now())
    assert await shown(town) == "Nach 14 Tagen sperren."


async def prepared(town: int) -> None:
    """WiBA with two questions, the Kompendium with one requirement, and what references what."""
    await start(town)
    await take_in(town, wiba(("Backup", "1", "Konzept?"), ("Backup", "2", "Geprobt?")))
    await take_in(town, xlsx(("Baustein", "Anforderung", "Titel", "Stufe"), ("CON.3", "CON.3.A2", "Sichern", "B")))
    await take_in(town, xlsx(("checkliste_nr", "nr", "anforderungen"), ("3", "1", "CON.3.A2"), ("3", "2", "CON.3.A2")))
    await adopt(town, "wiba")
    await adopt(town, "kompendium")


async def test_a_proposal_becomes_an_answer_only_when_a_person_confirms_it(db, towns) -> None:
    town = towns["erbach"]
    await prepared(town)
    await say(town, "wiba:3.1", Claim.JA)
    async with town_tx({town, 0}, town) as tx:
        assert await proposals.proposals(tx, town) == ()
    await say(town, "wiba:3.2", Claim.JA)
    async with town_tx({town, 0}, town) as tx:
        (one,) = await proposals.proposals(tx, town)
        assert (one.label, one.proposal.claim) == ("CON.3.A2", Claim.JA)
        sheet = await sheets.load(tx, town, now().date())
        assert next(x for x in sheet.entries if x.requirement.label == "CON.3.A2").answer is None
        assert await proposals.confirm(tx, town, [one.id], BY, "Test", now()) == 1
        (given,) = await sheets.history(tx, town, one.target, one.control)
        assert (given.claim, given.origin) == (Claim.JA, "confirmed")
        assert given.reason == "Übernommen aus Antworten: WiBA 3.1 (ja); WiBA 3.2 (ja)."
        assert await proposals.proposals(tx, town) == ()
        with pytest.raises(Missing):
            await proposals.confirm(tx, town, [one.id], BY, "Test", now())


async def test_a_proposal_turned_down_comes_back_when_its_grounds_change(db, towns) -> None:
    town = towns["erbach"]
    await prepared(town)
    await say(town, "wiba:3.1", Claim.JA)
    await say(town, "wiba:3.2", Claim.JA)
    async with town_tx({town, 0}, town) as tx:
        (one,) = await proposals.proposals(tx, town)
        await proposals.decline(tx, town, [one.id], BY, now())
        assert await proposals.proposals(tx, town) == ()
    await say(town, "wiba:3.2", Claim.NEIN)
    async with town_tx({town, 0}, town) as tx:
        assert [x.proposal.claim for x in await proposals.proposals(tx, town)] == [Claim.TEILWEISE]


async def test_a_mapping_that_only_touches_is_a_question_and_cannot_be_confirmed(db, towns) -> None:
    town = towns["erbach"]
    await prepared(town)
    await take_in(
        town, oscal("Anwenderkatalog Grundschutz++", "1", [("u1", "A.1", "Eins", "Text."), ("u2", "A.2", "Zwei", "Text.")])
    )
    maps = [
        {"relationship": relation, "sources": [{"id-ref": "CON.3.A2-UA.1"}],
         "targets": [{"id-ref": "FALSCH", "props": [{"name": "oscal_uuid", "value": key}]}]}
        for relation, key in (("intersects-with", "u1"), ("superset-of", "u2"))
    ]  # fmt: skip
    root = {"mapping-collection": {"metadata": {"title": "Zuordnung"}, "mappings": [{"maps": maps}]}}
    await take_in(town, Given("m.json", msgspec.json.encode(root)))
    await adopt(town, "grundschutzpp")
    await say(town, "kompendium:CON.3.A2", Claim.JA)
    async with town_tx({town, 0}, town) as tx:
        first, second = await proposals.proposals(tx, town)
        assert (first.control, first.proposal.claim, second.control, second.proposal.claim) == ("u1", None, "u2", Claim.JA)
        assert first.words == "Trägt bei: Kompendium CON.3.A2-UA.1 (ja, überschneidet sich)."
        with pytest.raises(Wrong, match="nur eine Frage"):
            await proposals.confirm(tx, town, [first.id], BY, "Test", now())


async def test_answers_of_the_wiba_tool_are_offered_to_the_town_that_brought_them(db, towns) -> None:
    town, other = towns["erbach"], towns["michelstadt"]
    for one in (town, other):
        await start(one)
    taken = await take_in(
        town,
        wiba(
            ("Backup", "1", "Konzept?", "", "1", "ja", "Ordner 3"),
            ("Backup", "2", "Geprobt?"),
            ("Backup", "3", "Bänder?", "", "1", "nicht relevant", ""),
        ),
    )
    async with town_tx({town, 0}, town) as tx:
        await editions.offer(tx, town, taken.found.offers, "wiba.xlsx", BY, now())
    for one in (town, other):
        await adopt(one, "wiba")
    async with town_tx({other, 0}) as tx:
        assert await proposals.proposals(tx, other) == ()
    async with town_tx({town, 0}, town) as tx:
        one, bare = await proposals.proposals(tx, town)
        assert (one.kind, one.label, one.proposal.claim) == ("file", "3.1", Claim.JA)
        with pytest.raises(Wrong, match=r"keinen Grund, warum 3\.3 nicht relevant ist"):
            await proposals.confirm(tx, town, [bare.id], BY, "Test", now())
        await proposals.confirm(tx, town, [bare.id], BY, "Test", now(), "Es gibt keine Bänder.")
        assert (await sheets.history(tx, town, bare.target, bare.control))[0].reason.startswith("Es gibt keine Bänder. Angabe")
        await proposals.confirm(tx, town, [one.id], BY, "Test", now())
        assert "Ordner 3" in (await sheets.history(tx, town, one.target, one.control))[0].reason
        assert await proposals.proposals(tx, town) == ()


@needs_shared
async def test_a_town_with_the_whole_of_grundschutz_is_modelled_and_read_in_seconds(db, towns) -> None:
    town = towns["erbach"]
    await start(town)
    await take_in(town, official(JUNE))
    began = time.monotonic()
    placed = await adopt(town, "grundschutzpp")
    modelled = time.monotonic() - began
    async with town_tx({town, 0}) as tx:
        began = time.monotonic()
        sheet = await sheets.load(tx, town, now().date())
    assert placed > 1500
    assert len({x.requirement.key for x in sheet.entries}) > 900
    assert (modelled < 5, time.monotonic() - began < 3) == (True, True)
