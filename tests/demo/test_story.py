"""The story of the demonstration as data: numbers, names and links hold together."""

from collections import Counter

import pytest

from isms.catalogue import read
from isms.measures import MEASURE_STATES
from isms.risk import category
from isms.starter import starter_bytes
from isms.threats.hazards import hazard
from service.demo.people import ALL, BY_KEY
from service.demo.story.answers import QUOTA, Place, answers
from service.demo.story.facts import DECISIONS, FACTS, INCIDENTS
from service.demo.story.measures import measures
from service.demo.story.risks import risks
from service.objects.standard import STANDARD

LABELS = {control.id for control in read(starter_bytes()).controls}
REFUTED = {"OW-SRV-17", "OW-SRV-04", "OW-NET-08", "OW-UPD-03", "OW-ORG-06"}
OBJECTS = {one.name for one in STANDARD}


def test_there_are_46_risks_ten_a_town_and_six_shared():
    assert Counter(risk.town for risk in risks()) == {"": 6} | dict.fromkeys(ALL, 10)
    assert len({risk.title for risk in risks()}) == 46


@pytest.mark.parametrize("town", ALL)
def test_at_least_three_risks_of_a_town_are_analog(town):
    assert sum(risk.kind == "analog" for risk in risks() if risk.town == town) >= 3


def test_risks_name_objects_people_and_words_of_the_matrix():
    for risk in risks():
        assert set(risk.objects) <= OBJECTS, risk.title
        assert not risk.hazard or hazard(risk.hazard), risk.title
        assert not risk.site or risk.hazard, risk.title
        assert risk.owner in BY_KEY
        category(risk.frequency, risk.damage)
        if risk.net:
            category(*risk.net)
        assert all(threat.startswith("G 0.") and 1 <= int(threat[4:]) <= 47 for threat in risk.threats)


def test_windows_10_is_the_same_38_everywhere():
    assert sum(int(risk.title.split()[0]) for risk in risks() if "Windows 10" in risk.title) == 38


def test_measures_name_requirements_people_and_states():
    for measure in measures():
        assert set(measure.controls) <= LABELS, measure.title
        assert {measure.owner} <= set(BY_KEY)
        assert measure.state in MEASURE_STATES
        assert (measure.mode == "lokal") == bool(measure.town)


def test_one_central_measure_was_accepted_by_three_towns_and_one_acceptance_has_ended():
    backup = measures()[0]
    assert set(backup.taken) == {"erbach", "michelstadt", "oberzent"}
    assert [town for town, taken in backup.taken.items() if taken.until_days < 0] == ["oberzent"]


def test_nine_incidents_with_one_passed_window():
    assert Counter(one.priority for one in INCIDENTS) == {"kritisch": 1, "hoch": 2, "mittel": 4, "niedrig": 2}
    assert sum(not one.window_kept for one in INCIDENTS) == 1
    assert all(-365 <= one.days < 0 for one in INCIDENTS)


def test_facts_are_those_of_the_story():
    assert [FACTS[town].training_percent for town in ALL] == [61, 78, 44, 90]
    assert [FACTS[town].wiba_percent for town in ALL] == [58, 63, 41, 35]
    assert [FACTS[town].maturity for town in ALL] == [3, 3, 2, 2]
    assert FACTS["oberzent"].restore_test_days is None
    assert len(DECISIONS) == 4


@pytest.mark.parametrize("town", ALL)
def test_answers_reach_the_quota_of_the_story(town):
    labels = sorted(LABELS)
    places = [Place(target, label, label in REFUTED) for target in ("A", "B") for label in labels]
    found = answers(town, places)
    assert len({answer.place for answer in found}) == len(found)
    relevant = len(places) - sum(answer.claim == "entbehrlich" for answer in found)
    good = sum(answer.claim == "ja" and not answer.place.refuted for answer in found)
    assert good / relevant == pytest.approx(QUOTA[town], abs=0.01)
    assert any(answer.claim == "ja" and answer.place.refuted for answer in found)
    assert len(found) < len(places)


def test_no_risk_is_accepted_for_longer_than_a_year():
    for risk in risks():
        if risk.accepted:
            assert 0 < risk.accepted.until_days <= 365
