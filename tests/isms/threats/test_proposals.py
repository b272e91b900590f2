"""What is proposed where: threats by kind and category of an object, hazards by what is known of a site."""

from __future__ import annotations

import pytest

from isms.modelling import tree
from isms.risk import hazards, threats
from isms.threats import hazards as places
from isms.threats.hazards import CONDITIONS, Place, because, hazard
from isms.threats.proposals import assignment, kind_of, proposed
from service.objects.standard import STANDARD, TargetKind


def test_every_threat_is_proposed_somewhere_and_nothing_unknown_is() -> None:
    known = {x.id for x in threats()}
    given = assignment()
    assert len(known) == 47
    assert {x for ids in (*given.kinds.values(), *given.categories.values()) for x in ids} == known
    assert given.analog <= known
    assert set(given.kinds) == set(TargetKind)
    assert set(given.categories) <= set(tree().parents)


def test_every_object_of_the_standard_structure_gets_some_but_never_all() -> None:
    for item in STANDARD:
        assert 4 <= len(proposed(item.kind, item.categories)) <= 24, item.name


def test_a_category_brings_what_stands_above_it() -> None:
    found = proposed(TargetKind.ROOM, ("Serverräume",))
    assert found["G 0.1"] == ""  # of the kind
    assert found["G 0.34"] == "Serverräume"
    assert proposed(TargetKind.IT_SYSTEM, ("Mobile Endgeräte",))["G 0.46"] == "Endgeräte"
    assert (kind_of("G 0.1"), kind_of("G 0.39")) == ("analog", "digital")


def test_hazards_have_keys_and_known_conditions() -> None:
    assert len({x.key for x in hazards()}) == 26
    assert {name for x in hazards() for name in x.sites} <= set(CONDITIONS)
    kinds = {x.kind for x in places.of_sites()}
    assert kinds == {"digital", "analog"}


@pytest.mark.parametrize(
    ("kind", "facts", "found"),
    [
        ("Kita", {"hazards": ["flood"]}, {"river_flood", "heavy_rain", "utilities"}),
        ("Bauhof", {}, {"burglary"}),
        ("", {"server_room": "Keller", "hazards": ["flood", "cellar"], "emergency_power": "none"},
         {"river_flood", "heavy_rain", "pipe_burst", "heat", "power_short", "power_long", "hardware"}),
        ("", {"server_room": "1. OG", "ups_minutes": 12}, {"heat", "pipe_burst", "power_long", "hardware"}),
        ("", {"server_room": "1. OG"}, {"heat", "pipe_burst", "power_short", "power_long", "hardware"}),
        ("", {"server_room": "1. OG", "emergency_power": "both"}, {"heat", "pipe_burst", "hardware"}),
        ("Wasserwerk", {"generator_hours": 24}, {"telecontrol", "burglary", "line_cut"}),
        ("Friedhof", {"hazards": ["forest", "height"]}, {"forest_fire", "storm", "burglary"}),
    ],
)  # fmt: skip
def test_a_hazard_is_proposed_by_what_is_known_of_the_site(kind: str, facts: dict[str, object], found: set[str]) -> None:
    place = Place(kind, facts)
    assert {x.key for x in places.of_sites() if because(x, place)} == found


def test_unknown_emergency_power_is_named_as_unknown() -> None:
    long = hazard("power_long")
    assert long is not None
    assert because(long, Place("Rathaus", {})) == ["Notstrom unbekannt"]
    assert because(long, Place("Rathaus", {"emergency_power": "generator"})) == []
