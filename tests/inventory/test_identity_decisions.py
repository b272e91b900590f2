"""People's decisions beat every rule, survive later records, and leave no trace when they are taken back."""

from service.inventory.asset import DecisionKind
from service.inventory.identity import explain
from service.inventory.linking import AskKind
from tests.inventory.sightings import M1, M2, M3, Estate, day, host, row, walk


def two_devices():
    estate = Estate()
    estate.saw(day(0), a=walk("10.0.0.5", M1, serials=["SERIAL-1"], says="pc1", kind="printer"))
    estate.saw(day(1), b=walk("10.0.0.6", M2, serials=["SERIAL-2"], says="pc2", kind="workstation"))
    return estate


def test_what_a_person_called_one_device_is_one_whatever_vetoes_say():
    estate = two_devices()
    estate.decide(DecisionKind.SAME, "a", "b")
    assert estate.assets() == ["a b"]


def test_a_merge_by_hand_holds_for_later_records_of_both_sides():
    estate = two_devices()
    estate.decide(DecisionKind.SAME, "a", "b")
    estate.saw(day(5), a2=walk("10.0.0.5", M1, serials=["SERIAL-1"]), b2=walk("10.0.0.6", M2, serials=["SERIAL-2"]))
    estate.saw(day(9, 8), named=row(1, name="pc1", inventory_no="INV-1"))
    assert estate.assets() == ["a a2 b b2 named"]


def test_a_merge_taken_back_is_gone():
    estate = two_devices()
    estate.decide(DecisionKind.SAME, "a", "b")
    estate.decisions.clear()
    assert estate.assets() == ["a", "b"]


def test_a_split_keeps_both_parts_whole_and_later_records_with_the_staying_part():
    estate = Estate()
    for number in range(4):
        estate.saw(day(number), **{f"s{number}": host("10.0.0.5", M1, says="pc1")})
    estate.decide(DecisionKind.DIFFERENT, "s2 s3", "s0 s1")
    estate.saw(day(9), s9=host("10.0.0.5", M1, says="pc1"))
    assert estate.assets() == ["s0 s1 s9", "s2 s3"]


def test_a_split_holds_against_names_and_addresses():
    estate = Estate()
    estate.saw(day(0), a=host("10.0.0.5", M1, says="pc1"))
    estate.saw(day(1), b=host("10.0.0.5", M2, says="pc1"))
    estate.saw(day(2), c=host("10.0.0.5", M1, says="pc1"))
    estate.saw(day(3), d=host("10.0.0.5", M2, says="pc1"))
    assert estate.assets() == ["a b c d"]
    estate.decide(DecisionKind.DIFFERENT, "b", "a")
    assert not any("a" in words.split() and "b" in words.split() for words in estate.assets())


def test_a_split_holds_although_a_third_record_bridges_both_parts():
    estate = Estate()
    estate.saw(day(0), a=host("10.0.0.5", M1))
    estate.saw(day(1), b=host("10.0.0.6", M2))
    estate.saw(day(2), bridge=walk("10.0.0.7", M1, M2))
    estate.decide(DecisionKind.DIFFERENT, "b", "a")
    assert not any("a" in words.split() and "b" in words.split() for words in estate.assets())


def test_an_assigned_record_belongs_where_it_was_put_and_its_identifiers_join_nothing_else():
    estate = two_devices()
    estate.saw(day(2), odd=host("10.0.0.9", M3))
    estate.saw(day(3), other=host("10.0.0.10", M3))
    estate.decide(DecisionKind.ASSIGN, "odd", "a")
    assert estate.assets() == ["a odd", "b", "other"]
    join = next(join for join in estate.asset_of("odd").joins if join.record == estate.ids["odd"])
    assert explain(join) == "von Hand zugeordnet"


def test_a_sighting_nobody_could_claim_is_kept_where_a_person_put_it():
    estate = two_devices()
    estate.saw(day(2), ping=host("10.0.0.99"))
    assert estate.unassigned() == "ping"
    estate.decide(DecisionKind.ASSIGN, "ping", "b")
    assert estate.assets() == ["a", "b ping"]


def test_a_decision_about_unknown_records_changes_nothing():
    estate = two_devices()
    other = Estate(town=9)
    other.saw(day(0), x=host("10.0.0.1", M3))
    estate.ids |= other.ids
    estate.decide(DecisionKind.SAME, "x", "a")
    assert estate.assets() == ["a", "b"]


def replaced():
    estate = Estate()
    for number, mac in enumerate((M1, M1, M2, M2)):
        estate.saw(day(number), **{f"d{number}": host("10.0.0.50", mac, says="pc1")})
    return estate


def test_an_answered_question_is_never_asked_again():
    for kind, expected in ((DecisionKind.SAME, ["d0 d1 d2 d3"]), (DecisionKind.DIFFERENT, ["d0 d1", "d2 d3"])):
        estate = replaced()
        (ask,) = estate.link().asks
        assert ask.kind is AskKind.REPLACED
        estate.decide(kind, "d0", "d2", answers=ask.key)
        assert estate.assets() == expected
        assert estate.link().asks == ()


def test_the_key_of_a_question_does_not_depend_on_which_records_raised_it():
    estate = replaced()
    (before,) = estate.link().asks
    estate.saw(day(8), d8=host("10.0.0.50", M2, says="pc1"))
    (after,) = estate.link().asks
    assert before.key == after.key
