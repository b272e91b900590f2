"""Lots: the worked example of `domain.md` 2.13, prices that are missing, invoices, and who pays what."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.errors import Wrong
from service.purchasing.lots import Invoice, Key, Lot, Part, Released, Terms, Tier, Town, checked, pool, saving_share

NOTEBOOK, MONITOR = UUID(int=1), UUID(int=2)
TIERS = (Tier(1, 104_900), Tier(10, 97_900), Tier(25, 91_900))
TOWNS = (
    Town(1, "erbach", "Erbach", 14_099), Town(2, "michelstadt", "Michelstadt", 16_097),
    Town(3, "oberzent", "Oberzent", 10_100), Town(4, "brombachtal", "Brombachtal", 3_500),
)  # fmt: skip
NEEDS = tuple(Released(town.id, NOTEBOOK, "2027-Q1", number) for town, number in zip(TOWNS, (12, 14, 9, 3), strict=True))


def lot(**terms: object) -> Lot:
    (found,) = pool(NEEDS, TOWNS, {(NOTEBOOK, "2027-Q1"): Terms(tiers=TIERS, **terms)})  # type: ignore[arg-type]
    return found


def test_thirty_eight_notebooks_of_four_towns() -> None:
    found = lot()
    assert (found.quantity, found.single, found.pooled, found.saving) == (38, 3_804_200, 3_492_200, 312_000)
    share = saving_share(found.saving, found.single)
    assert share is not None
    assert round(Decimal(share.numerator) / share.denominator * 100, 1) == Decimal("8.2")
    assert found.joint


def test_the_cost_is_split_by_quantity_unless_agreed_otherwise() -> None:
    assert lot().shares() == {"erbach": 1_102_800, "michelstadt": 1_286_600, "oberzent": 827_100, "brombachtal": 275_700}


def test_a_joint_item_is_split_by_inhabitants() -> None:
    invoice = Invoice(1_000_000, date(2027, 3, 1), None)
    parts = tuple(Part(town, 1) for town in TOWNS)
    found = Lot(NOTEBOOK, "2027-Q1", parts, Terms(key=Key.INHABITANTS, invoice=invoice))
    assert found.shares() == {"erbach": 321_924, "michelstadt": 367_545, "oberzent": 230_615, "brombachtal": 79_916}
    percents = [round(float(found.weight_share(town.code) or 0) * 100, 2) for town in TOWNS]
    assert percents == [32.19, 36.75, 23.06, 7.99]


def test_an_unknown_number_of_inhabitants_gives_no_split_and_names_the_town() -> None:
    parts = (Part(TOWNS[0], 1), Part(Town(9, "neustadt", "Neustadt", None), 1))
    found = Lot(NOTEBOOK, "2027-Q1", parts, Terms(tiers=TIERS, key=Key.INHABITANTS))
    assert found.shares() is None
    assert found.without_inhabitants == ("Neustadt",)


def test_without_a_price_nothing_is_estimated() -> None:
    (found,) = pool(NEEDS, TOWNS, {})
    assert (found.single, found.pooled, found.saving, found.shares()) == (None, None, None, None)


def test_a_tier_that_begins_above_a_towns_own_quantity_leaves_the_saving_unknown() -> None:
    (found,) = pool(NEEDS, TOWNS, {(NOTEBOOK, "2027-Q1"): Terms(tiers=(Tier(10, 97_900),))})
    assert found.pooled == 38 * 97_900
    assert found.single is None
    assert found.saving is None


def test_one_town_alone_is_no_joint_lot_and_needs_of_one_town_add_up() -> None:
    (found,) = pool((Released(1, MONITOR, "2027-Q2", 4), Released(1, MONITOR, "2027-Q2", 3)), TOWNS, {})
    assert not found.joint
    assert found.quantity == 7


def test_other_quarters_and_classes_are_other_lots() -> None:
    more = (Released(1, NOTEBOOK, "2027-Q2", 1), Released(1, MONITOR, "2027-Q1", 1))
    assert [(x.class_id, x.quarter, x.quantity) for x in pool(NEEDS + more, TOWNS, {})] == [
        (NOTEBOOK, "2027-Q1", 38), (MONITOR, "2027-Q1", 1), (NOTEBOOK, "2027-Q2", 1),
    ]  # fmt: skip


def test_an_invoice_keeps_the_lot_as_it_was_paid() -> None:
    invoice = Invoice(3_400_000, date(2027, 2, 1), 3_804_200)
    parts = tuple(Part(town, need.quantity) for town, need in zip(TOWNS, NEEDS, strict=True))
    agreed = {(NOTEBOOK, "2027-Q1"): Terms(tiers=TIERS, invoice=invoice, settled=parts)}
    (found,) = pool((Released(1, NOTEBOOK, "2027-Q1", 99),), TOWNS, agreed)
    assert (found.quantity, found.total, found.recorded) == (38, 3_400_000, 404_200)
    assert sum((found.shares() or {}).values()) == 3_400_000


def test_two_prices_for_one_quantity_and_rising_prices_are_refused() -> None:
    with pytest.raises(Wrong, match="zwei Preise"):
        checked((Tier(1, 5), Tier(1, 4)))
    with pytest.raises(Wrong, match="höher"):
        checked((Tier(1, 4), Tier(10, 5)))
    assert checked((Tier(10, 4), Tier(1, 5))) == (Tier(1, 5), Tier(10, 4))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(st.sampled_from(TOWNS), st.integers(1, 500)), min_size=1, max_size=12), st.randoms(use_true_random=False)
)
def test_whatever_the_needs_the_shares_sum_up_and_order_does_not_matter(needs, order) -> None:
    released = [Released(town.id, NOTEBOOK, "2027-Q1", number) for town, number in needs]
    agreed = {(NOTEBOOK, "2027-Q1"): Terms(tiers=TIERS)}
    (found,) = pool(released, TOWNS, agreed)
    order.shuffle(released)
    assert pool(released, TOWNS, agreed) == (found,)
    assert sum((found.shares() or {}).values()) == found.pooled
    assert found.saving is not None
    assert found.saving >= 0


def test_a_saving_of_nothing_has_no_share() -> None:
    assert saving_share(None, 5) is None
    assert saving_share(0, 0) is None
    assert saving_share(1, 4) == Fraction(1, 4)
