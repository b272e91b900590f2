"""Between midnight in Germany and midnight of UTC the readers' day counts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from service import settings
from service.settings import local_day, local_today, now
from tests.inventory.estate import take

YESTERDAY = date(2026, 11, 20)


@pytest.fixture
def half_past_midnight(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """21 November in Germany, while UTC has the 20th."""
    monkeypatch.setenv("ODENWACHT_TODAY", "2026-11-21T00:30:00+01:00")
    settings._shift.cache_clear()
    yield
    monkeypatch.undo()
    settings._shift.cache_clear()


def test_the_day_begins_with_that_of_germany_in_winter_and_in_summer() -> None:
    for at, day in (("2026-11-20T22:59", 20), ("2026-11-20T23:00", 21), ("2026-07-20T21:59", 20), ("2026-07-20T22:00", 21)):
        assert local_day(datetime.fromisoformat(at).replace(tzinfo=UTC)).day == day


async def test_what_ended_yesterday_is_over_at_half_past_midnight(half_past_midnight, towns, log_in) -> None:
    assert (local_today(), now().date()) == (YESTERDAY + timedelta(days=1), YESTERDAY)
    line = f"Name;Inventarnummer;Seriennummer;Garantie bis\r\nERB-N1;I-1;SNVER1;{YESTERDAY:%d.%m.%Y}\r\n"
    await take(towns["erbach"], line.encode(), "bestand.csv", now() - timedelta(days=2))
    visitor = await log_in("it_admin")
    page = (await visitor.get("/towns/erbach/calendar?kind=warranty")).text
    assert "vorbei" in page
    assert "ERB-N1" in (await visitor.get("/towns/erbach/assets?warranty=ended")).text
    form = {"title": "Wartung", "kind": "maintenance", "cancelled_on": "2026-11-21", "starts_on": "2026-01-01"}
    assert (await visitor.send_form("/towns/erbach/contracts/new", form)).status_code == 303
