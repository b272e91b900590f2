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


def test_a_name_on_two_kinds_with_two_models_or_numbers_is_no_question():
    for facts in ({"model": "EliteDesk 800"}, {"inventory_no": "ERB-DR004"}):
        estate = Estate()
        estate.saw(day(0), printer=walk("10.0.0.5", M2, says="dr04", kind="printer"))
        estate.saw(day(1), known=listed(1, "printer", mac=M2, inventory_no="INV-20350", model="ECOSYS M3645"))
        estate.saw(day(2), pc=listed(1, "workstation", name="dr04", serial="CZC24575X2", **facts))
        assert estate.assets() == ["known printer", "pc"]
        assert estate.link().asks == ()


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


def listing(pairs, kind="workstation", model="O7"):
    """Rows of one list, by inventory number."""
    return {
        number: listed(n, kind, inventory_no=number, serial=serial, model=model) for n, (number, serial) in enumerate(pairs, 2)
    }


def take(estate, at, mark, pairs, **rest):
    estate.saw(at, **{f"{mark}-{number}": one for number, one in listing(pairs, **rest).items()})


@st.composite
def slipped(draw):
    """A known list of two to five devices, and the same list with serials exchanged, shifted or one of them wrong."""
    step = draw(st.sampled_from([1, 97]))  # serials of one delivery differ in a letter, others in more
    known = [(f"SO-{n}", f"SER{n * step:05d}X{n * step * 7:04d}") for n in range(1, draw(st.integers(2, 5)) + 1)]
    numbers, serials = zip(*known, strict=True)
    wrong = draw(
        st.permutations(serials)
        | st.tuples(st.integers(0, len(known) - 1), st.integers(0, len(known) - 1)).map(
            lambda at: [serials[at[1]] if n == at[0] else one for n, one in enumerate(serials)]
        )
    )
    rows = list(zip(numbers, wrong, strict=True))
    kept = draw(st.lists(st.sampled_from(rows), min_size=1, unique=True))
    return known, kept


@given(slipped(), st.booleans(), st.booleans(), st.booleans())
@settings(max_examples=150, deadline=None)
def test_serials_that_slip_in_a_list_merge_no_devices_and_spoil_no_number(lists, before, named, corrected):
    known, wrong = lists
    estate = Estate()
    for n, (_, serial) in enumerate(known):
        scan = walk(f"10.0.0.{n}", f"54:e1:ad:00:01:{n:02x}", serials=[serial], says=f"pc{n}" if named else None)
        estate.saw(day(0 if before else 3, n), **{f"scan{n}": scan})
    take(estate, day(1), "first", known)
    as_known = partition_by_number(estate)
    take(estate, day(2), "wrong", wrong)
    if corrected:
        take(estate, day(4), "right", known)
    linking = estate.link()
    assert linking.shared == ()
    assert partition_by_number(estate) == as_known
    if before or corrected:
        assert {f"scan{n} {number}" for n, (number, _) in enumerate(known)} == scanned(estate)
    slips = {one.number for one in linking.slips}
    assert slips >= {number for number, serial in wrong if serial != dict(known)[number]}
    if corrected:
        assert [ask for ask in linking.asks if ask.kind is AskKind.TYPO] == []


def partition_by_number(estate):
    """The inventory numbers of each device."""
    back = {record: name for name, record in estate.ids.items()}
    found = [{back[record].partition("-")[2] for record in cluster.records} - {""} for cluster in estate.link().clusters]
    return sorted(sorted(one) for one in found if one)


def scanned(estate):
    """Which scan belongs to which inventory number."""
    out = set()
    for text in estate.assets():
        words = text.split()
        out |= {f"{scan} {row.partition('-')[2]}" for scan in words if "scan" in scan for row in words if row.startswith("first")}
    return out


def test_one_wrong_serial_is_a_question_that_names_both_and_ends_with_the_right_list():
    known = [("YA-1", "YASER0001"), ("YA-2", "YASER0002")]
    estate = Estate()
    take(estate, day(0), "first", known)
    take(estate, day(1), "wrong", [("YA-1", "YASER0002")])
    assert estate.assets() == ["first-YA-1 wrong-YA-1", "first-YA-2"]
    assert [(ask.kind, ask.values) for ask in estate.link().asks] == [(AskKind.TYPO, ("YASER0002", "YA-2", "YA-1"))]
    take(estate, day(2), "right", known)
    assert estate.link().asks == ()


def test_a_device_that_got_a_new_inventory_number_is_known_by_its_serial():
    estate = Estate()
    take(estate, day(0), "old", [("OLD-1", "CZC1234567")])
    take(estate, day(1), "new", [("NEW-1", "CZC1234567")])
    assert estate.assets() == ["new-NEW-1 old-OLD-1"]


def test_a_number_that_went_to_another_device_makes_two_and_a_question():
    estate = Estate()
    take(estate, day(0), "old", [("RX-1", "RXOLD0001")], model="OptiPlex 3010")
    take(estate, day(1), "new", [("RX-1", "QNEW998877")], kind="notebook", model="ThinkPad T14")
    assert estate.assets() == ["new-RX-1", "old-RX-1"]
    assert [(ask.kind, ask.values) for ask in estate.link().asks] == [(AskKind.DUPLICATE, ("RX-1",))]
    take(estate, day(2), "again", [("RX-1", "QNEW998877")], kind="notebook", model="ThinkPad T14")
    assert estate.assets() == ["again-RX-1 new-RX-1", "old-RX-1"]
