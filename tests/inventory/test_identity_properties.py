"""What holds for any records: nothing lost, no order matters, vetoes and people's decisions stand."""

import random
import uuid
from dataclasses import replace

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from scanners.observation import Source
from service.inventory.asset import Decision, DecisionKind, IdentifierKind
from service.inventory.clues import Clues
from service.inventory.identity import link
from tests.inventory.sightings import DOCK, M1, M2, M3, Estate, day, host, row, walk

MACS = (M1, M2, M3, DOCK)
SERIALS = ("SERIAL-1", "SERIAL-2", "SERAIL-1", "To be filled by O.E.M.")
NAMES = ("pc1", "pc2", "nb1", "UBNT")
ADDRESSES = ("10.0.0.5", "10.0.0.6", "10.0.0.7")

macs = st.lists(st.sampled_from(MACS), max_size=2, unique=True)
serials = st.lists(st.sampled_from(SERIALS), max_size=1)
name = st.none() | st.sampled_from(NAMES)
hosts = st.builds(
    lambda ip, cards, said, ptr, keys: host(ip, *cards[:1], says=said, ptr=ptr, ssh=keys),
    st.sampled_from(ADDRESSES),
    macs,
    name,
    name,
    st.lists(st.sampled_from(["aa", "bb"]), max_size=1),
)
walks = st.builds(
    lambda ip, cards, found, said: walk(ip, *cards, serials=found, says=said), st.sampled_from(ADDRESSES), macs, serials, name
)
rows = st.builds(
    lambda found, card, said, number: row(
        0, serial=found[0] if found else None, mac=card[0] if card else None, name=said, inventory_no=number
    ),
    serials,
    macs,
    name,
    st.none() | st.sampled_from(["INV-1", "INV-2"]),
)
runs = st.tuples(st.integers(0, 20), st.lists(hosts, max_size=3) | st.lists(rows, max_size=4) | st.lists(walks, max_size=1))


@st.composite
def estates(draw: st.DrawFn) -> Estate:
    """A town with a handful of runs; each address once a run, each row with its own number."""
    estate = Estate()
    for number, (when, seen) in enumerate(draw(st.lists(runs, min_size=1, max_size=8))):
        numbered = [replace(one, key=f"row:{n}") if one.source is Source.LIST else one for n, one in enumerate(seen, 1)]
        once = {one.key: one for one in numbered}
        estate.saw(day(when, 1 + number), **{f"r{number}_{n}": one for n, one in enumerate(once.values())})
    return estate


def partition(linking):
    return {frozenset(cluster.records) for cluster in linking.clusters}


def homes(linking):
    return {record: cluster.anchor for cluster in linking.clusters for record in cluster.records}


@given(estates())
@settings(max_examples=150, deadline=None)
def test_every_record_is_in_exactly_one_place(estate):
    linking = estate.link()
    placed = [record for cluster in linking.clusters for record in cluster.records]
    placed += [one.record for one in linking.unassigned] + [one.record for one in linking.asked]
    assert sorted(placed) == sorted(clue.record for clue in estate.clues)
    assert all([join.record for join in cluster.joins] == list(cluster.records) for cluster in linking.clusters)


@given(estates(), st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_the_order_of_arrival_does_not_matter(estate, chance: random.Random):
    before = estate.link()
    chance.shuffle(estate.clues)
    assert estate.link() == before


@given(estates())
@settings(max_examples=100, deadline=None)
def test_the_ids_of_records_do_not_matter(estate):
    fresh = [msgspec.structs.replace(clue, record=uuid.uuid5(clue.record, "fresh")) for clue in estate.clues]
    back = {uuid.uuid5(clue.record, "fresh"): clue.record for clue in estate.clues}
    renamed = {frozenset(back[record] for record in group) for group in partition(link(fresh))}
    assert renamed == partition(estate.link())


@given(estates())
@settings(max_examples=50, deadline=None)
def test_clues_survive_storage(estate):
    stored = [msgspec.json.decode(msgspec.json.encode(clue), type=Clues) for clue in estate.clues]
    assert link(stored) == estate.link()


@given(estates())
@settings(max_examples=100, deadline=None)
def test_no_asset_has_two_discovered_serials(estate):
    said = {clue.record: clue for clue in estate.clues}
    linking = estate.link()
    shared = {one.value for one in linking.shared if one.kind is IdentifierKind.SERIAL}
    for cluster in linking.clusters:
        found = {serial for record in cluster.records if not said[record].typed for serial in said[record].serials}
        assert len(found - shared) <= 1


@given(estates(), st.data())
@settings(max_examples=100, deadline=None)
def test_people_stay_right(estate, data):
    if len(estate.clues) < 2:
        return
    records = sorted(clue.record for clue in estate.clues)
    a, b = data.draw(st.lists(st.sampled_from(records), min_size=2, max_size=2, unique=True))
    kind = data.draw(st.sampled_from(DecisionKind))
    where = homes(link(estate.clues, [Decision(uuid.UUID(int=1), kind, (a,), (b,))]))
    if kind is DecisionKind.DIFFERENT:
        assert a not in where or where[a] != where.get(b)
    else:
        assert where[a] == where[b]
