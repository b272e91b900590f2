"""OSCAL written from values alone: official and strange catalogues come back whole, and whatever a town says is valid."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isms.assess import ControlState
from isms.assess import Evidence as Seen
from isms.catalogue import Catalogue, Control, Link, Param, Part, Prop, read
from isms.measures import Claim
from isms.oscal import package
from isms.oscal.base import document, ident, line, moment, token
from isms.oscal.catalogue import names, whole
from isms.oscal.given import Evidence, Given, Observed
from isms.oscal.profile import RESOLVED, resolved, source
from isms.protection import Effective, Goal, Need
from isms.register import AcceptanceView, RiskView
from isms.sheet import Entry, Requirement, Sheet
from isms.sheet import Given as Answer
from isms.snapshots.gathered import Gathered, Plan, Thing, Unit
from isms.starter import starter_bytes
from isms.structure.assessment import Line
from tests.isms.editions.files import found, rules, wiba
from tests.isms.oscal.valid import check, references
from tests.shared import needs_shared, shared

AT = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)


def written(catalogue: Catalogue) -> bytes:
    return document("catalog", whole(catalogue, names([catalogue])))


def said(data: bytes) -> dict:
    return {key: value for key, value in json.loads(data)["catalog"].items() if key != "uuid"}


@pytest.mark.parametrize("name", ["grundschutzpp-2026-01-20.json", "grundschutzpp-2026-06-30.json"])
@needs_shared
def test_an_official_file_read_and_written_says_the_very_same(name: str) -> None:
    data = shared("bsi", name).read_bytes()
    again = written(read(data))
    check(again)
    assert said(again) == said(data)


def test_our_own_catalogue_read_and_written_says_the_very_same() -> None:
    again = written(read(starter_bytes()))
    check(again)
    assert said(again) == said(starter_bytes())


def test_lists_with_ids_that_oscal_does_not_know_keep_key_and_label() -> None:
    asked = found(wiba(("3 Backup", "3.1", "Wird gesichert?", "", "2", "", ""), ("3 Backup", "3.10", "Täglich?", "", "", "", "")))
    data = written(asked.catalogue)
    check(data)
    again = read(data)
    assert [(x.key, x.value("label"), x.id) for x in again.controls] == [
        ("wiba:3.1", "3.1", "_3.1"), ("wiba:3.10", "3.10", "_3.10"),
    ]  # fmt: skip
    assert [x.statement for x in again.controls] == ["Wird gesichert?", "Täglich?"]
    assert [x.effort for x in again.controls] == [2, None]


def test_two_catalogues_with_the_same_ids_stay_apart() -> None:
    one, two = (found(rules(("R1", name, "Text."), name=f"{name}.xlsx")).catalogue for name in ("Hausregeln", "Dienstregeln"))
    town = made([one, two], {x.key for c in (one, two) for x in c.controls})
    chosen = read(package.file(town, RESOLVED))
    assert [(x.id, x.key) for x in chosen.controls] == [("R1", "hausregeln:R1"), ("dienstregeln-R1", "dienstregeln:R1")]
    assert read(package.file(town, source(two.key))).controls[0].id == "dienstregeln-R1"


@needs_shared
def test_a_choice_is_resolved_with_the_towns_values_and_loses_no_branch() -> None:
    whole_one = replace(read(shared("bsi", "grundschutzpp-2026-06-30.json").read_bytes()), key="grundschutzpp")
    controls = {x.id: x for x in whole_one.controls}
    parent, child = controls["GC.1.1"], next(x for x in whole_one.controls if x.parent and x.parent not in ("", None))
    linked = next(x for x in whole_one.controls if any(y.target and y.target != x.key for y in x.links))
    town = replace(
        made([whole_one], {parent.key, child.key, linked.key}), values={parent.params[0].key: "dem Grundschutz der Stadt"}
    )
    content = check(document("catalog", resolved(town)))
    again = read(document("catalog", resolved(town)))
    assert {x.key for x in again.controls} == {parent.key, child.key, linked.key}
    assert again.control(parent.key).params[0].values == ("dem Grundschutz der Stadt",)
    assert again.control(child.key).path == child.path
    assert again.control(child.key).parent is None
    assert all(x.target in {parent.key, child.key, linked.key, None} for one in again.controls for x in one.links)
    assert "Bundesamt für Sicherheit in der Informationstechnik" in [x["name"] for x in content["metadata"]["parties"]]
    profile = check(package.file(town, "profile.json"))
    assert references(profile) == set()
    assert len(profile["imports"][0]["include-controls"][0]["with-ids"]) == 3


def test_names_texts_and_times_are_as_oscal_wants_them() -> None:
    assert [token(x) for x in ("OW-1", "1.10", "präzisierung", "a b/c", "", "…")] == [
        "OW-1",
        "_1.10",
        "präzisierung",
        "a-b-c",
        "_",
        "_",
    ]
    assert [line(x) for x in ("gut so", " a\n b ", "", "\u2028")] == ["gut so", "a b", "–", "–"]
    assert moment(datetime(2026, 7, 1, 12, tzinfo=UTC)) == "2026-07-01T12:00:00Z"
    with pytest.raises(ValueError, match="without zone"):
        moment(datetime(2026, 7, 1))
    assert ident("a", "b") != ident("a,b") != ident("ab")


TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)
IDS = st.integers(0, 2**128 - 1).map(lambda x: UUID(int=x))
TARGETS = st.lists(IDS, min_size=1, max_size=3, unique=True)


def control(key: str, label: str, title: str, text: str) -> Control:
    return Control(key, label, title, (), parts=(Part(f"{label}_stm", "statement", text),) if text else (),
                   params=(Param(f"{key}#prm1", f"{label}-prm1", text),), props=(Prop(title or "x", text),),
                   links=(Link("related", "#fremd"),))  # fmt: skip


def made(catalogues, chosen, **more) -> Given:
    gathered = Gathered("Michelstadt", AT, Sheet(()))
    told = {"values": {}, "observed": (), "evidence": (), "titles": {"W01": "Telnet"}, "profiles": ()} | more
    return Given("michelstadt", gathered, tuple(catalogues), frozenset(chosen), newest=AT, **told)


@st.composite
def towns(draw) -> Given:
    """A town in which every text, id and state may be anything the database can hold."""
    labels = draw(st.lists(TEXT, min_size=1, max_size=4, unique=True))
    catalogues = [
        Catalogue(
            key, draw(TEXT), draw(TEXT), (), tuple(control(f"{key}:{i}", x, draw(TEXT), draw(TEXT)) for i, x in enumerate(labels))
        )
        for key in draw(st.sampled_from([("eins",), ("eins", "zwei")]))
    ]
    targets, every = draw(TARGETS), [x for one in catalogues for x in one.controls]
    kinds = st.sampled_from(["institution", "process", "it_system", "room", "neu"])
    things = tuple(Thing(x, draw(TEXT), draw(kinds), draw(TEXT), (draw(TEXT),), responsible=draw(TEXT)) for x in targets)
    entries = [entry(draw, x.id, x.name, one) for x in things for one in every]
    need = draw(st.none() | st.sampled_from(Need))
    lines = tuple(
        Line(x.id, x.name, "process", dict.fromkeys(Goal, Effective(need, need)), dict.fromkeys(Goal, ()), {}) for x in things
    )
    risk = RiskView(
        1, draw(IDS), 1, draw(TEXT), "digital", (draw(TEXT),), draw(TEXT), draw(TEXT), draw(TEXT), tuple(targets[:1]), "selten",
        "begrenzt", *draw(st.sampled_from([(None, None), ("selten", "begrenzt")])), "gering", "gering", 1, None, 2, True, 2, None,
        "", AT, "", draw(st.sampled_from([None, "reduzieren", "akzeptieren"])), draw(TEXT), None,
        draw(st.none() | st.dates(date(2000, 1, 1), date(2100, 1, 1))), None, False, draw(st.none() | st.just(AT)), "", 1,
        (every[0].key,),
    )  # fmt: skip
    taken = AcceptanceView(draw(IDS), risk.id, draw(st.sampled_from(["requested", "rejected"])), "", None, "gering", {}, "", AT,
                           "", "", None, "")  # fmt: skip
    whole_town = Gathered(
        draw(TEXT.filter(str.strip)), AT, Sheet(tuple(x for x in entries if x.removed_reason is None), checked_at=AT,
                                  removed=tuple(x for x in entries if x.removed_reason is not None)),
        things=things, devices=(Unit(draw(IDS), draw(TEXT), draw(TEXT), draw(TEXT), draw(TEXT), (things[0].name,)),),
        protection=lines, risks=(risk,), acceptances=(taken,),
        measures=(Plan(draw(IDS), "M-001", draw(TEXT), "", "zentral", "umgesetzt", "", 2, "", None, None, None, None, None, None),),
    )  # fmt: skip
    place = (targets[0], every[0].key)
    return replace(
        made(catalogues, {x.key for x in every}), gathered=whole_town,
        values={every[0].params[0].key: draw(TEXT.filter(bool))},
        observed=(Observed(draw(IDS), "W01", 1, draw(TEXT), "open", AT, draw(TEXT), frozenset([place])),),
        evidence=(Evidence("W99", *place, 1, 0, 2), Evidence("W99", targets[-1], every[-1].key, 0, 1, 0)),
    )  # fmt: skip


def entry(draw, target: UUID, name: str, one: Control) -> Entry:
    requirement = Requirement(one.key, one.id, one.title, "", "", 1, None, None, one.statement, "", (), {}, "")
    claim = draw(st.sampled_from(Claim))
    state = ControlState(claim, Seen.NONE, draw(TEXT), draw(st.integers(0, 1)), via=draw(st.sampled_from(["", "M-001"])))
    answer = Answer(claim, draw(TEXT), draw(TEXT), AT.date(), draw(TEXT), "own", 1, "wer", AT - timedelta(days=1))
    removed = draw(st.none() | TEXT)
    return Entry(target, name, requirement, state, "", draw(st.none() | st.just(answer)), removed_reason=removed)


@given(towns())
@settings(max_examples=25, deadline=None)
def test_whatever_a_town_says_its_documents_are_valid_and_the_same_again(town: Given) -> None:
    if not town.gathered.sheet.entries:
        return
    files = package.files(town)
    found_in = {name: check(data) for name, data in files.items()}
    assert package.files(replace(town)) == files
    plan = found_in["system-security-plan.json"]
    results = found_in["assessment-results.json"]["results"][0]
    claims = Counter(str(x.state.claim) for x in town.gathered.sheet.entries)
    states = Counter(
        x.get("implementation-status", {}).get("state", "")
        for one in plan["control-implementation"]["implemented-requirements"]
        for x in one["by-components"]
    )
    assert states["implemented"] == claims["ja"]
    assert states[""] == claims["unbearbeitet"]
    assert states["not-applicable"] == claims["entbehrlich"] + len(town.gathered.sheet.removed)
    assert len(results.get("findings", ())) == claims["ja"] + claims["nein"] + claims["teilweise"]
    good = sum(x["target"]["status"]["state"] == "satisfied" for x in results.get("findings", ()))
    assert good == sum(x.state.counts for x in town.gathered.sheet.entries)
    assert {x.key for x in read(files[RESOLVED]).controls} == town.chosen
