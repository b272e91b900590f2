"""What a list says about the kind of a device is weak: it never parts what a number joins, and never spoils a number."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from service.inventory.asset import DecisionKind
from service.inventory.linking import AskKind
from service.inventory.merge import Estate as Before
from service.inventory.merge import survey
from service.inventory.plan import Present
from tests.inventory.sightings import DOCK, M1, M2, Estate, day, host, row, walk
from tests.inventory.test_identity_properties import runs


def listed(number: int, kind: str, **rest):
    """A row of a list of things with a kind."""
    return row(number, kind=kind, **rest)


def test_a_corrected_kind_is_the_same_device():
    for before, after in (("monitor", "printer"), ("printer", "monitor"), ("phone", "workstation")):
        estate = Estate()
        estate.saw(day(0), old=listed(1, before, serial="QXSER0001", inventory_no="QX-1"))
        estate.saw(day(1), new=listed(1, after, serial="QXSER0001", inventory_no="QX-1"))
        assert estate.assets() == ["new old"]
        assert estate.link().shared == ()


def test_a_corrected_kind_needs_no_serial():
    estate = Estate()
    estate.saw(day(0), old=listed(1, "monitor", inventory_no="VX-1", model="P2419"))
    estate.saw(day(1), new=listed(1, "printer", inventory_no="VX-1", model="P2419"))
    assert estate.assets() == ["new old"]


def test_a_wrong_word_in_a_list_does_not_part_it_from_what_was_walked():
    estate = Estate()
    estate.saw(day(0), walk=walk("10.0.0.5", M1, serials=["VFS1J27146"], kind="printer"))
    estate.saw(day(1), first=listed(1, "printer", serial="VFS1J27146", inventory_no="1000612"))
    estate.saw(day(2), wrong=listed(1, "monitor", serial="VFS1J27146", inventory_no="1000612"))
    estate.saw(day(3), right=listed(1, "printer", inventory_no="1000612"))
    assert estate.assets() == ["first right walk wrong"]
    assert estate.link().shared == ()


def test_kinds_that_were_observed_still_part():
    estate = Estate()
    estate.saw(day(0), one=walk("10.0.0.5", serials=["SERIAL-1"], kind="printer"))
    estate.saw(day(1), two=walk("10.0.0.6", serials=["SERIAL-1"], kind="workstation"))
    assert estate.assets() != ["one two"]


def test_a_row_that_calls_a_device_a_dock_by_mistake_is_corrected_by_the_next():
    estate = Estate()
    estate.saw(day(0), pc=host("10.0.0.5", M1))
    estate.saw(day(1), slip=listed(1, "dock", mac=M1, inventory_no="DX-1"))
    estate.saw(day(2), right=listed(1, "workstation", mac=M1, inventory_no="DX-1"))
    assert estate.assets() == ["pc right slip"]


def test_a_desk_set_under_one_number_is_three_devices():
    estate = Estate()
    things = {"monitor": ("monitor", "P2419"), "dock": ("dock", "WD19"), "headset": ("headset", "Evolve")}
    estate.saw(
        day(0),
        **{key: listed(n, kind, inventory_no="S-1", model=model) for n, (key, (kind, model)) in enumerate(things.items(), 1)},
    )
    assert estate.assets() == ["dock", "headset", "monitor"]
    again = {
        f"{key}2": listed(n, kind, inventory_no="S-1", model=model) for n, (key, (kind, model)) in enumerate(things.items(), 4)
    }
    estate.saw(day(7), **again)
    assert estate.assets() == ["dock dock2", "headset headset2", "monitor monitor2"]
    assert [(one.kind, one.value) for one in estate.link().shared] == [("inventory", "s-1")]


def test_no_row_of_a_list_is_lost_where_its_number_is_taken_twice():
    estate = Estate()
    estate.saw(
        day(0),
        pc=listed(1, "workstation", serial="CZC1234567", inventory_no="RV-102", model="EliteDesk 800"),
        nb=listed(2, "notebook", serial="PF3ABCDE", inventory_no="RV-102", model="T14"),
    )
    estate.saw(day(7), again=listed(1, "notebook", inventory_no="RV-102", model="T14"))
    assert estate.assets() == ["again nb", "pc"]


def test_two_rows_with_one_serial_and_other_models_stay_two_devices():
    estate = Estate()
    estate.saw(
        day(0),
        a=listed(1, "monitor", serial="CN0ABC123", model="P2419"),
        b=listed(2, "monitor", serial="CN0ABC123", model="U2722"),
    )
    assert estate.assets() == ["a", "b"]


def test_a_corrected_serial_is_the_same_device_by_its_number():
    estate = Estate()
    estate.saw(day(0), old=listed(1, "workstation", serial="AAA111222", inventory_no="KX-1", name="kx-pc1"))
    estate.saw(day(7), new=listed(1, "workstation", serial="BBB333444", inventory_no="KX-1", name="kx-pc1"))
    assert estate.assets() == ["new old"]


def test_a_number_whose_serial_was_seen_is_asked_about_once():
    estate = Estate()
    estate.saw(day(0), walk=walk("10.0.0.5", serials=["AAA111222"]))
    estate.saw(day(1), old=listed(1, "workstation", serial="AAA111222", inventory_no="KX-1"))
    estate.saw(day(7), new=listed(1, "workstation", serial="BBB333444", inventory_no="KX-1"))
    assert estate.assets() == ["new", "old walk"]
    asks = estate.link().asks
    assert [(ask.kind, ask.values) for ask in asks] == [(AskKind.DUPLICATE, ("KX-1",))]
    estate.decide(DecisionKind.SAME, "walk", "new", answers=asks[0].key)
    estate.saw(day(14), later=listed(1, "workstation", inventory_no="KX-1"))
    assert estate.assets() == ["later new old walk"]
    assert estate.link().asks == ()


def test_a_name_on_two_serials_of_two_kinds_is_no_question():
    estate = Estate()
    estate.saw(day(0), printer=walk("10.0.0.5", M2, serials=["VFS1347233"], says="dr04", kind="printer"))
    estate.saw(day(1), pc=listed(1, "workstation", serial="CZC24575X2", inventory_no="E-1", name="dr04"))
    estate.saw(day(8), again=walk("10.0.0.5", M2, serials=["VFS1347233"], says="dr04", kind="printer"))
    assert estate.assets() == ["again printer", "pc"]
    assert estate.link().asks == ()


def test_a_name_on_two_kinds_is_a_question_where_nothing_else_tells():
    estate = Estate()
    estate.saw(day(0), printer=walk("10.0.0.5", M2, says="dr04", kind="printer"))
    estate.saw(day(1), pc=listed(1, "workstation", inventory_no="E-1", name="dr04"))
    assert [ask.kind for ask in estate.link().asks] == [AskKind.DUPLICATE]


KINDS = ("monitor", "printer", "workstation", "dock", "phone")
typed = st.builds(
    lambda kind, serial, number, card, name, model: row(
        0, kind=kind, serial=serial, inventory_no=number, mac=card, name=name, model=model
    ),
    st.sampled_from(KINDS),
    st.none() | st.sampled_from(["SERIAL-1", "SERIAL-2", "SERIAL-77"]),
    st.none() | st.sampled_from(["INV-1", "INV-2"]),
    st.none() | st.sampled_from([M1, M2, DOCK]),
    st.none() | st.sampled_from(["pc1", "pc2"]),
    st.none() | st.sampled_from(["P2419", "WD19"]),
)
imports = st.lists(st.tuples(st.integers(0, 20), st.lists(typed, min_size=1, max_size=3)) | runs, min_size=2, max_size=6)


@given(imports)
@settings(max_examples=250, deadline=None)
def test_no_import_makes_a_device_vanish(files):
    estate = Estate()
    present: dict = {}
    assigned: dict = {}
    for number, (when, seen) in enumerate(files):
        numbered = {f"{one.key if one.source != 'list' else n}": one for n, one in enumerate(seen)}
        estate.saw(
            day(when, 1 + number),
            **{
                f"r{number}_{n}": replace(one, key=f"row:{n}") if one.source == "list" else one
                for n, one in enumerate(numbered.values())
            },
        )
        found = survey(estate.clues, Before(list(present.values()), assigned))
        gone = dict(found.left)
        assert all(into is not None and into in {home.asset for home in found.homes} for into in gone.values())
        homes = {record: home.asset for home in found.homes for record in home.cluster.records}
        assigned = {clue.record: (homes.get(clue.record), "", "") for clue in estate.clues}
        alive = {home.asset: Present(home.asset, home.cluster.anchor) for home in found.homes}
        kept = {id_: one for id_, one in present.items() if id_ not in alive and id_ not in gone}
        dead = {id_: replace(present[id_], gone=True, merged_into=into) for id_, into in gone.items()}
        present = kept | dead | alive


@given(imports)
@settings(max_examples=150, deadline=None)
def test_every_row_of_a_list_is_a_device_or_a_question(files):
    estate = Estate()
    for number, (when, seen) in enumerate(files):
        rows = [one for one in seen if one.source == "list"]
        estate.saw(day(when, 1 + number), **{f"r{number}_{n}": replace(one, key=f"row:{n}") for n, one in enumerate(rows)})
    numbered = {clue.record for clue in estate.clues if clue.typed and (clue.inventory or clue.serials)}
    assert numbered.isdisjoint(one.record for one in estate.link().unassigned)
