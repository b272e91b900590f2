"""Money is split to the cent: the worked example of `domain.md` 2.13, and what must hold for any sum and any key."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.purchasing.splitting import split

INHABITANTS = {"erbach": 14_099, "michelstadt": 16_097, "oberzent": 10_100, "brombachtal": 3_500}
WEIGHTS = st.dictionaries(st.text(min_size=1, max_size=4), st.integers(0, 100_000), min_size=1, max_size=8).filter(
    lambda weights: sum(weights.values()) > 0
)
CENTS = st.integers(0, 10**12)


def test_ten_thousand_euros_by_inhabitants() -> None:
    shares = {"erbach": 321_924, "michelstadt": 367_545, "oberzent": 230_615, "brombachtal": 79_916}
    assert split(1_000_000, INHABITANTS) == shares


def test_a_hundred_euros_and_a_cent_by_inhabitants() -> None:
    assert split(10_001, INHABITANTS) == {"erbach": 3220, "michelstadt": 3676, "oberzent": 2306, "brombachtal": 799}


def test_among_equal_remainders_the_first_code_gets_the_cent() -> None:
    assert split(101, {"oberzent": 1, "brombachtal": 1}) == {"oberzent": 50, "brombachtal": 51}


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(CENTS, WEIGHTS)
def test_the_sum_is_exact_and_nobody_is_off_by_a_cent_or_more(cents: int, weights: dict[str, int]) -> None:
    shares = split(cents, weights)
    whole = sum(weights.values())
    assert sum(shares.values()) == cents
    assert all(abs(shares[code] * whole - cents * weight) < whole for code, weight in weights.items())
    assert all(shares[code] == 0 for code, weight in weights.items() if weight == 0)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(CENTS, WEIGHTS, st.randoms(use_true_random=False))
def test_the_order_of_the_towns_plays_no_part(cents: int, weights: dict[str, int], order: random.Random) -> None:
    turned = list(weights.items())
    order.shuffle(turned)
    assert split(cents, dict(turned)) == split(cents, weights)


@pytest.mark.parametrize(("cents", "weights"), [(-1, {"a": 1}), (1, {}), (1, {"a": 0}), (1, {"a": 2, "b": -1})])
def test_what_cannot_be_split_is_refused(cents: int, weights: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="split by weights"):
        split(cents, weights)
