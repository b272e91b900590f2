"""The demand for VPN accesses, with the worked example of 42 people."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from service.contracts.certificates import Certificate, demand, folded_fingerprint

TODAY = date(2026, 11, 16)


def vpn(days: int, **told: Any) -> Certificate:
    return Certificate(uuid4(), told.pop("purpose", "vpn_user"), "vpn", TODAY + timedelta(days=days), mobile_work=True, **told)


def test_42_people_with_35_certificates_of_which_7_end_in_21_days_need_14() -> None:
    found = demand(42, [vpn(200) for _ in range(28)] + [vpn(21) for _ in range(7)], TODAY)
    assert (found.valid, found.short, found.enough, found.missing) == (35, 7, 28, 14)


@pytest.mark.parametrize(("days", "counts"), [(30, 1), (29, 0), (0, 0), (-1, 0)])
def test_a_certificate_counts_with_30_days_left(days: int, counts: int) -> None:
    assert demand(1, [vpn(days)], TODAY).enough == counts


def test_what_is_revoked_for_another_purpose_or_not_assigned_does_not_count() -> None:
    others = [
        vpn(200, revoked_on=TODAY),
        vpn(200, purpose="tls_server"),
        Certificate(uuid4(), "vpn_device", "Außenstelle", TODAY + timedelta(days=200)),
    ]
    assert demand(3, others, TODAY).missing == 3


def test_a_certificate_with_a_good_successor_counts_once() -> None:
    new = vpn(400)
    assert demand(2, [vpn(21, successor=new.id), new], TODAY) == demand(2, [new], TODAY)
    late = vpn(-5)
    assert demand(1, [vpn(100, successor=late.id), late], TODAY).enough == 1


def test_without_the_number_of_staff_the_demand_is_unknown_and_never_below_nothing() -> None:
    assert demand(None, [vpn(200)], TODAY).missing is None
    assert demand(0, [vpn(200)], TODAY).missing == 0


@pytest.mark.parametrize(
    ("said", "stored"),
    [("AB:" * 31 + "AB", "ab" * 32), ("ab" * 32, "ab" * 32), ("ab" * 31, ""), ("zz" * 32, ""), ("", "")],
)
def test_fingerprints_are_stored_in_one_spelling(said: str, stored: str) -> None:
    assert folded_fingerprint(said) == stored
