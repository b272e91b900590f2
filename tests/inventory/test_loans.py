"""Loans between towns by keyed hashes (`domain.md` 2.7)."""

from service.inventory.asset import IdentifierKind
from service.inventory.identity import loans, traces
from tests.inventory.sightings import M1, M2, Estate, day, host, row, walk

KEY = b"the group's key"
RANDOM = "52:54:00:00:00:01"


def found(*estates, key=KEY):
    return loans([trace for estate in estates for trace in traces(estate.town, estate.clues, estate.link().clusters, key)])


def lent(**guest):
    owner, borrower = Estate(1), Estate(2)
    owner.saw(day(0, 8), list=row(1, serial="SERIAL-1", mac=M1, kind="notebook"))
    owner.saw(day(0), home=host("10.61.0.5", M1))
    for number in (20, 22):
        borrower.saw(day(number), **{f"away{number}": host("10.62.0.5", M1, **guest)})
    return owner, borrower


def test_an_own_mac_seen_in_another_town_is_a_loan_of_the_town_that_lists_the_device():
    owner, borrower = lent()
    (loan,) = found(owner, borrower)
    assert (loan.owner_town, loan.guest_town) == (1, 2)
    assert loan.owner == owner.asset_of("home").anchor
    assert loan.guest == borrower.asset_of("away20").anchor
    assert loan.agreed == (IdentifierKind.MAC,)
    assert (loan.first_seen, loan.last_seen) == (day(20), day(22))
    assert loan.sure


def test_the_records_stay_in_the_town_that_saw_them():
    owner, borrower = lent()
    assert owner.assets() == ["home list"]
    assert borrower.assets() == ["away20 away22"]


def test_the_answer_does_not_depend_on_which_town_comes_first():
    owner, borrower = lent()
    assert found(owner, borrower) == found(borrower, owner)


def test_a_trace_tells_nothing_without_the_key():
    owner, _ = lent()
    shown = repr(traces(1, owner.clues, owner.link().clusters, KEY))
    assert "SER1AL1" not in shown
    assert M1.replace(":", "") not in shown


def test_towns_with_different_keys_find_nothing():
    owner, borrower = lent()
    left = traces(1, owner.clues, owner.link().clusters, KEY)
    right = traces(2, borrower.clues, borrower.link().clusters, b"another key")
    assert loans([*left, *right]) == ()


def test_placeholders_and_names_never_link_towns():
    estates = [Estate(1), Estate(2)]
    for estate in estates:
        estate.saw(day(0), pc=host("10.0.0.5", says="pc01"), vm=host("10.0.0.6", RANDOM))
        estate.saw(day(0, 8), junk=row(1, serial="To be filled by O.E.M.", inventory_no="INV-1", name="server01"))
    assert found(*estates) == ()


def test_a_serial_on_two_devices_of_one_town_links_nobody():
    one, two = Estate(1), Estate(2)
    rows = {f"m{n}": row(n, serial="10203040", inventory_no=f"INV-{n}", model=f"EV{n}000") for n in (1, 2)}
    one.saw(day(0, 8), **rows)
    two.saw(day(0, 8), other=row(1, serial="10203040", model="EV9000"))
    assert found(one, two) == ()


def test_a_device_scanned_in_both_towns_on_one_day_is_two():
    one, two = Estate(1), Estate(2)
    one.saw(day(0), a=host("10.61.0.5", M1))
    two.saw(day(0), b=host("10.62.0.5", M1))
    assert found(one, two) == ()


def test_a_different_discovered_serial_contradicts():
    one, two = Estate(1), Estate(2)
    one.saw(day(0), a=walk("10.61.0.5", M1, serials=["SERIAL-1"]))
    two.saw(day(9), b=walk("10.62.0.5", M1, serials=["SERIAL-2"]))
    assert found(one, two) == ()


def test_kinds_that_exclude_each_other_contradict():
    one, two = Estate(1), Estate(2)
    one.saw(day(0), a=walk("10.61.0.5", M1, kind="printer"))
    two.saw(day(9), b=walk("10.62.0.5", M1, kind="switch"))
    assert found(one, two) == ()


def test_a_device_that_both_towns_list_needs_two_people():
    one, two = Estate(1), Estate(2)
    one.saw(day(0, 8), a=row(1, serial="SERIAL-1"))
    two.saw(day(5, 8), b=row(1, serial="SERIAL-1", mac=M2))
    (loan,) = found(one, two)
    assert loan.owner_town == 1
    assert not loan.sure


def test_the_key_of_the_case_stays_the_same_while_more_is_seen():
    owner, borrower = lent()
    (before,) = found(owner, borrower)
    borrower.saw(day(30), later=host("10.62.0.9", M1))
    (after,) = found(owner, borrower)
    assert before.key == after.key
