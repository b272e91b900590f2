"""Traffic lights: the worked examples L1 to L7 and the rules between them."""

from datetime import UTC, datetime, timedelta

import pytest

from service import lamps
from service.lamps import Indicator, Lamp, Trend, Work

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def ago(days: float) -> datetime:
    return NOW - days * DAY


def scan(days: float = 1, **more: object) -> Indicator:
    return Indicator("Scan aller Netze", ago(days), 14 * DAY, **more)  # type: ignore[arg-type]  # fields by name


def test_l1_a_scan_of_twenty_days_ago_without_findings_is_grey() -> None:
    reading = lamps.content([scan(20)], [], NOW)
    assert reading.lamp is Lamp.GREY
    assert reading.rule == "Scan aller Netze: Stand 20 Tage alt, höchstens 14 erlaubt."


def test_l2_unsupported_systems_with_an_open_decision_are_red_on_fresh_data() -> None:
    old = Indicator("Systeme ohne Updates", ago(2), 14 * DAY, "12 Systeme ohne Updates.", decision_needed=True)
    reading = lamps.content([scan(), old], [], NOW)
    assert (reading.lamp, reading.incomplete) == (Lamp.RED, False)
    assert reading.note == "Entscheidung oder Geld nötig: 12 Systeme ohne Updates."


def test_l3_one_important_measure_five_days_late_is_yellow() -> None:
    assert lamps.content([scan()], [Work("Sicherung", "hoch", ago(5))], NOW).lamp is Lamp.YELLOW


def test_l4_all_in_time_is_green() -> None:
    assert lamps.content([scan()], [Work("Sicherung", "hoch", NOW + DAY)], NOW).lamp is Lamp.GREEN


def test_l5_red_wins_and_the_grey_topic_is_counted_in_words() -> None:
    five = [Lamp.RED, Lamp.YELLOW, Lamp.GREY, Lamp.GREEN, Lamp.GREEN]
    assert lamps.overall(five) is Lamp.RED
    assert lamps.grey_count(five) == "1 Thema ohne aktuelle Daten"


def test_l6_yellow_and_grey_are_grey() -> None:
    assert lamps.overall([Lamp.YELLOW, Lamp.GREY]) is Lamp.GREY


@pytest.mark.parametrize(("days", "lamp"), [(168, Lamp.GREEN), (200, Lamp.GREEN), (201, Lamp.GREY)])
def test_l7_a_restore_test_counts_for_two_hundred_days(days: int, lamp: Lamp) -> None:
    assert lamps.content([Indicator("Rücksicherungstest", ago(days), 200 * DAY)], [], NOW).lamp is lamp


def test_red_with_other_indicators_missing_says_that_data_is_incomplete() -> None:
    old = Indicator("Systeme ohne Updates", ago(2), 14 * DAY, "12 Systeme.", decision_needed=True)
    reading = lamps.content([old, Indicator("Unbekannte Geräte", None, 14 * DAY)], [], NOW)
    assert reading.lamp is Lamp.RED
    assert reading.note.endswith("Daten unvollständig.")


def test_old_data_that_calls_for_a_decision_is_grey_not_red() -> None:
    old = Indicator("Systeme ohne Updates", ago(20), 14 * DAY, "12 Systeme.", decision_needed=True)
    assert lamps.content([old], [], NOW).lamp is Lamp.GREY


def test_a_late_critical_task_is_red_and_a_late_small_one_changes_nothing() -> None:
    assert lamps.content([scan()], [Work("x", "kritisch", ago(1))], NOW).lamp is Lamp.RED
    assert lamps.content([scan()], [Work("x", "mittel", ago(100))], NOW).lamp is Lamp.GREEN


def test_an_item_red_for_more_than_thirty_days_turns_the_topic_red() -> None:
    assert lamps.content([scan(red_since=ago(31))], [], NOW).lamp is Lamp.RED
    assert lamps.content([scan(red_since=ago(30))], [], NOW).lamp is Lamp.GREEN


def test_a_topic_without_indicators_is_grey() -> None:
    assert lamps.content([], [], NOW).lamp is Lamp.GREY


def test_an_indicator_below_its_target_is_yellow_with_its_sentence() -> None:
    reading = lamps.content([scan(below_target=True, statement="4 unbekannte Geräte.")], [], NOW)
    assert (reading.lamp, reading.rule) == (Lamp.YELLOW, "Unter dem Ziel: 4 unbekannte Geräte.")


@pytest.mark.parametrize(
    ("work", "lamp"),
    [
        ([Work("a", "hoch", NOW + 89 * DAY, budget=False, person=True)], Lamp.RED),
        ([Work("a", "kritisch", NOW + 10 * DAY, budget=True, person=False)], Lamp.RED),
        ([Work("a", "hoch", NOW + 91 * DAY, budget=False, person=True)], Lamp.YELLOW),
        ([Work("a", "hoch", NOW + 91 * DAY)], Lamp.GREY),
        ([Work(str(i), "hoch", None, budget=None if i == 0 else True, person=True) for i in range(5)], Lamp.GREEN),
        ([Work(str(i), "hoch", None, budget=None if i < 2 else True, person=True) for i in range(5)], Lamp.GREY),
        ([Work("a", "mittel", NOW, budget=False, person=False)], Lamp.GREEN),
        ([], Lamp.GREEN),
    ],
)
def test_the_lamp_of_means_asks_for_money_and_people(work: list[Work], lamp: Lamp) -> None:
    assert lamps.means(work, NOW).lamp is lamp


def test_means_are_grey_where_no_measures_are_kept() -> None:
    assert lamps.means(None, NOW).lamp is Lamp.GREY


def test_nothing_can_be_said_of_the_way_to_or_from_grey() -> None:
    assert lamps.trend(None, Lamp.GREEN) is Trend.UNKNOWN
    assert lamps.trend(Lamp.GREY, Lamp.GREEN) is Trend.UNKNOWN
    assert lamps.trend(Lamp.RED, Lamp.YELLOW) is Trend.BETTER
    assert lamps.trend(Lamp.GREEN, Lamp.RED) is Trend.WORSE
    assert lamps.trend(Lamp.RED, Lamp.RED) is Trend.SAME


def test_each_lamp_has_its_own_shape_and_word() -> None:
    assert {(lamp.shape, lamp.word) for lamp in Lamp} == {
        ("●", "gut"),
        ("▲", "angespannt"),
        ("■", "kritisch"),
        ("◌", "keine Angaben"),
    }
