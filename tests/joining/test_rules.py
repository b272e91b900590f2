"""What a town's details must be, and when a line of the list of joining is done."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import Wrong
from service.joining import rules
from service.joining.rules import Facts, Member

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)


def done(facts: Facts) -> set[str]:
    return {one.key for one in rules.checklist(facts) if one.done}


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Bad König", "bad-koenig"),
        ("Groß-Umstadt", "gross-umstadt"),
        ("Rimbach (Odw.)", "rimbach-odw"),
        ("Łódź", "odz"),
        ("!", ""),
    ],
)
def test_a_name_suggests_a_slug(name: str, slug: str) -> None:
    assert rules.slug_of(name) == slug


@given(st.text())
def test_every_suggested_slug_is_a_slug_or_nothing(name: str) -> None:
    slug = rules.slug_of(name)
    assert slug == "" or rules.checked_slug(slug) == slug


@pytest.mark.parametrize("slug", ["", "Bad", "a--b", "-a", "a_b", "ö", "a" * 41, "²"])
def test_what_no_address_can_hold_is_no_slug(slug: str) -> None:
    with pytest.raises(Wrong):
        rules.checked_slug(slug)


@pytest.mark.parametrize(("typed", "kept"), [("06 437 006", "06437006"), ("", ""), ("16077001", "16077001")])
def test_a_municipality_key_has_eight_digits(typed: str, kept: str) -> None:
    assert rules.checked_ags(typed) == kept


@pytest.mark.parametrize("typed", ["6437006", "064370061", "17437006", "00437006", "O6437006", "٠٦٤٣٧٠٠٦"])
def test_anything_else_is_none(typed: str) -> None:
    with pytest.raises(Wrong, match="Gemeindeschlüssel"):
        rules.checked_ags(typed)


@pytest.mark.parametrize(("typed", "kept"), [(" obz ", "OBZ"), ("", ""), ("A1", "A1"), ("ABCDEF", "ABCDEF")])
def test_a_short_sign_is_two_to_six_capitals(typed: str, kept: str) -> None:
    assert rules.checked_short(typed) == kept


@pytest.mark.parametrize("typed", ["O", "O-Z", "ÖBZ", "1AB", "ABCDEFG", "O Z"])
def test_what_cannot_stand_in_a_number_is_no_short_sign(typed: str) -> None:
    with pytest.raises(Wrong, match="Kurzzeichen"):
        rules.checked_short(typed)


@pytest.mark.parametrize("typed", ["it", "it@", "it@stadt", "a b@stadt.example", "a@b@stadt.example", "x@y.z,q@y.z"])
def test_what_cannot_be_a_mail_address_is_refused(typed: str) -> None:
    with pytest.raises(Wrong):
        rules.checked_mail(typed)


def test_sites_are_one_a_line_each_once() -> None:
    assert rules.site_names(" Rathaus \n\nBauhof\nRathaus\n") == ("Rathaus", "Bauhof")


def test_of_a_new_town_nothing_is_done() -> None:
    assert done(Facts()) == set()


@pytest.mark.parametrize("state", ["invited", "expired", "half", "shut"])
def test_who_cannot_log_in_does_not_count(state: str) -> None:
    facts = Facts(members=(Member("1", "it_admin", "Kim", "kim@a.example", state),))
    assert done(facts) == set()
    assert not rules.may_close(facts)


def test_a_second_administrator_is_the_deputy() -> None:
    kim = Member("1", "it_admin", "Kim", "kim@a.example", "ready")
    assert done(Facts(members=(kim,))) == {"it_admin"}
    assert done(Facts(members=(kim, replace(kim, account="2")))) == {"it_admin", "deputy"}
    assert rules.may_close(Facts(members=(kim,)))


def test_sign_offs_are_done_when_all_active_networks_have_both() -> None:
    two = Facts(networks=3, active=2)
    assert done(two) == {"networks"}
    assert done(replace(two, released=2, agreed=1)) == {"networks", "released"}
    assert done(replace(two, released=2, agreed=2)) == {"networks", "released", "agreed"}
    assert done(Facts(networks=1)) == {"networks"}, "without an active network nobody has agreed to anything"


def test_all_that_is_there_is_done() -> None:
    people = tuple(Member(role, role, "Kim", "kim@a.example", "ready") for role in rules.INVITED)
    all_of_it = Facts(
        inhabitants=5000, members=(*people, replace(people[0], account="2")), sites=1, networks=1, active=1, released=1, agreed=1,
        listed_at=AT, scanned_at=AT, sharing_decided=True,
    )  # fmt: skip
    assert [one.key for one in rules.checklist(all_of_it) if not one.done] == []
