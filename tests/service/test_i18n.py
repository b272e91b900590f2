"""German is written in the code, English is complete; numbers and times as people read them."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from service import i18n, translations

NOW = datetime(2026, 11, 21, 7, 5, tzinfo=UTC)
PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]|%%")


def texts_of(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, (tuple, list)) else [str(value or "")]


def test_every_text_has_its_english() -> None:
    assert [message.id for message in translations.lacking(translations.merged())] == []


def test_the_catalogue_holds_exactly_the_texts_of_the_code() -> None:
    known = i18n.catalog("en")
    assert known is not None
    found = {(message.context, translations._first(message)) for message in translations.extract() if message.id}
    stored = {(message.context, translations._first(message)) for message in known if message.id}
    assert {"only in the code": found - stored, "only in the catalogue": stored - found} == {
        "only in the code": set(),
        "only in the catalogue": set(),
    }


def test_nothing_is_marked_fuzzy() -> None:
    known = i18n.catalog("en")
    assert known is not None
    assert [message.id for message in known if message.id and message.fuzzy] == []


def test_a_translation_keeps_the_placeholders() -> None:
    known = i18n.catalog("en")
    assert known is not None
    wrong = []
    for message in known:
        wanted = {name for text in texts_of(message.id) for name in PLACEHOLDER.findall(text)}
        got = {name for text in texts_of(message.string) for name in PLACEHOLDER.findall(text)}
        if got != wanted:
            wrong.append((message.id, wanted ^ got))
    assert wrong == []


def test_the_reader_decides_the_language() -> None:
    label = i18n.lazy("Geräte")
    with i18n.use("en"):
        assert (str(label), i18n.gettext("Geräte")) == ("Devices", "Devices")
    assert str(label) == "Geräte"
    with i18n.use("fr"):
        assert str(label) == "Geräte"


def test_one_and_many() -> None:
    assert i18n.ngettext("%(num)s Eintrag", "%(num)s Einträge", 1) == "1 Eintrag"
    assert i18n.ngettext("%(num)s Eintrag", "%(num)s Einträge", 1284) == "1.284 Einträge"
    with i18n.use("en"):
        assert i18n.ngettext("%(num)s Eintrag", "%(num)s Einträge", 1284) == "1,284 entries"


def test_one_word_with_two_meanings_has_two_translations() -> None:
    with i18n.use("en"):
        assert i18n.pgettext("Ampel", "keine Angaben") == "no data"


@pytest.mark.parametrize(
    ("wishes", "header", "language"),
    [
        ((), "", "de"),
        ((), "en-US,en;q=0.9,de;q=0.5", "en"),
        ((), "fr,de;q=0.3,en;q=0.2", "de"),
        ((), "en;q=0,fr", "de"),
        ((), "en;q=nonsense", "de"),
        (("en",), "de", "en"),
        ((None, "xx", "en"), "de", "en"),
    ],
)
def test_language_comes_from_account_cookie_browser_in_this_order(
    wishes: tuple[str | None, ...], header: str, language: str
) -> None:
    assert i18n.choose(*wishes, accept_language=header) == language


def test_numbers_and_dates_are_german() -> None:
    assert i18n.format_number(1284567.5) == "1.284.567,5"
    assert i18n.format_percent(0.62) == "62\xa0%"
    assert i18n.format_money(14000) == "14.000\xa0€"
    assert i18n.format_datetime(NOW) == "21.11.2026, 08:05"
    assert i18n.format_date(date(2026, 2, 3)) == "03.02.2026"
    assert i18n.format_date(None) == "–"


def test_times_are_told_in_berlin_in_summer_and_winter() -> None:
    assert i18n.format_datetime(datetime(2026, 7, 1, 22, 30, tzinfo=UTC)) == "02.07.2026, 00:30"


def test_how_long_ago() -> None:
    assert i18n.format_ago(NOW - timedelta(hours=2), NOW) == "vor 2 Stunden"
    assert i18n.format_ago(NOW - timedelta(seconds=20), NOW) == "gerade eben"
    assert i18n.format_ago(NOW - timedelta(seconds=65), NOW) == "vor 1 Minute"
    assert i18n.format_ago(NOW + timedelta(days=3), NOW) == "in 3 Tagen"
    assert i18n.format_ago(None, NOW) == "–"


@pytest.mark.parametrize(
    ("day", "ago", "seen"),
    [
        (datetime(2026, 11, 20, 23, tzinfo=UTC), "heute", "21.11.2026"),
        (datetime(2026, 11, 19, 23, tzinfo=UTC), "gestern", "20.11.2026"),
        (datetime(2026, 11, 18, 23, tzinfo=UTC), "19.11.2026", "19.11.2026"),
        (datetime(2026, 7, 1, 22, tzinfo=UTC), "02.07.2026", "02.07.2026"),
        (datetime(2026, 11, 20, 23, 0, 1, tzinfo=UTC), "vor 8 Stunden", "21.11.2026, 00:00"),
    ],
)
def test_what_is_known_by_day_only_has_no_time_of_day(day: datetime, ago: str, seen: str) -> None:
    assert i18n.format_ago(day, NOW) == ago
    assert i18n.format_seen(day) == seen


def test_a_number_typed_in_the_other_way_is_refused_with_a_suggestion() -> None:
    assert i18n.parse_number("1.284,5") == Decimal("1284.5")
    with pytest.raises(ValueError, match="Did you mean"):
        i18n.parse_number("1,284.5")
