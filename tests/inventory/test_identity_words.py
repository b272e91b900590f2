"""What linking tells about itself: reasons in words, dates of identifiers, anchors, and records that are no trouble."""

from datetime import timedelta

import pytest

from service.inventory.asset import IdentifierKind
from service.inventory.identity import explain
from service.inventory.linking import Rule
from tests.inventory.sightings import M1, Estate, day, host, row, walk

# what people read


def test_a_reason_names_what_agreed_and_what_changed():
    estate = Estate()
    estate.saw(day(0), a=walk("10.0.0.5", M1, serials=["SERIAL-1"], says="pc1"))
    estate.saw(day(1), b=walk("10.0.0.5", M1, serials=["SERIAL-1"], says="pc2"))
    joins = estate.asset_of("a").joins
    assert [explain(join) for join in joins] == ["erste Sichtung", "gleiche Seriennummer und MAC, Name geändert"]


def test_continuity_has_its_own_sentence():
    estate = Estate()
    estate.saw(day(4), before=host("10.0.0.8", M1))
    estate.saw(day(7), ping=host("10.0.0.8"))
    estate.saw(day(11), after=host("10.0.0.8", M1))
    rules = {estate.names([join.record]): join for join in estate.asset_of("ping").joins}
    assert rules["ping"].rule is Rule.CONTINUITY
    assert explain(rules["ping"]) == "dieselbe Adresse vorher und nachher beim selben Gerät"


def test_identifiers_carry_their_first_and_last_sighting():
    estate = Estate()
    for number in (0, 3, 9):
        estate.saw(day(number), **{f"s{number}": host("10.0.0.8", M1)})
    (held,) = estate.asset_of("s0").identifiers
    assert (held.identifier.kind, held.identifier.value) == (IdentifierKind.MAC, M1.replace(":", ""))
    assert held.last_seen - held.first_seen == timedelta(days=9)


def test_the_anchor_is_the_oldest_record_with_the_strongest_identifier():
    estate = Estate()
    estate.saw(day(0), mac=host("10.0.0.8", M1))
    estate.saw(day(1), serial=walk("10.0.0.8", M1, serials=["SERIAL-1"]))
    estate.saw(day(2), again=walk("10.0.0.8", M1, serials=["SERIAL-1"]))
    assert estate.asset_of("mac").anchor == estate.ids["serial"]


@pytest.mark.parametrize("count", [0, 1])
def test_nothing_and_one_record_are_no_trouble(count):
    estate = Estate()
    if count:
        estate.saw(day(0), only=host("10.0.0.8"))
    assert estate.assets() == []


def test_a_placeholder_that_nobody_knows_yet_ties_nobody_and_costs_no_time():
    estate = Estate()
    rows = {f"r{n}": row(n, serial="CHANGE-ME", mac=f"54:e1:ad:01:{n // 256:02x}:{n % 256:02x}") for n in range(1, 2001)}
    estate.saw(day(0, 8), **rows)
    assert len(estate.assets()) == 2000
