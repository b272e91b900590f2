"""Lamps of certificates and the stages of reminders."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from service.inventory.certificates import common_name
from service.inventory.expiry import Expiry, days_left, expiry, stage

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("before", "after", "state"),
    [
        (None, None, Expiry.UNKNOWN),
        (None, NOW - timedelta(seconds=1), Expiry.EXPIRED),
        (None, NOW, Expiry.SOON),
        (NOW - DAY, NOW + 60 * DAY, Expiry.SOON),
        (NOW - DAY, NOW + 60 * DAY + timedelta(seconds=1), Expiry.VALID),
        (NOW + DAY, NOW + 30 * DAY, Expiry.EARLY),
        (NOW + DAY, NOW - DAY, Expiry.EXPIRED),
    ],
)
def test_a_certificate_is_due_sixty_days_before_its_end_and_good_to_its_last_second(before, after, state) -> None:
    assert expiry(before, after, NOW) is state


@pytest.mark.parametrize(
    ("left", "due"), [(61, 61), (60, 60), (31, 60), (30, 30), (14, 14), (8, 14), (7, 7), (1, 7), (0, 0), (-3, 0)]
)
def test_reminders_come_at_60_30_14_and_7_days_and_at_the_end(left: int, due: int) -> None:
    assert stage(left) == due


def test_days_are_whole_days() -> None:
    assert days_left(NOW + 2 * DAY - timedelta(hours=1), NOW) == 1
    assert days_left(NOW - timedelta(hours=1), NOW) == -1
    assert days_left(None, NOW) is None


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        ("CN=web01.stadt.example", "web01.stadt.example"),
        ("O=Stadt, OU=IT, CN=web01", "web01"),
        (r"CN=Stadt\, Rathaus,O=Stadt", "Stadt, Rathaus"),
        ("commonName=alt/organizationName=Stadt", "alt"),
        ("O=Stadt", None),
        ("CN=", None),
        (None, None),
    ],
)
def test_lists_show_the_common_name(subject: str | None, name: str | None) -> None:
    assert common_name(subject) == name
