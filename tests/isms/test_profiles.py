"""The three steps through the starter catalogue are data that holds together."""

import json
from importlib import resources
from typing import Any

import pytest

from isms.starter import starter

PROFILES: list[dict[str, Any]] = json.loads(resources.files("isms.data").joinpath("profiles.json").read_bytes())["profiles"]
FIRST, SECOND, WHOLE = PROFILES


@pytest.mark.parametrize("profile", PROFILES, ids=lambda x: x["key"])
def test_a_profile_names_each_requirement_once_in_the_order_of_its_catalogue(profile):
    order = [x.id for x in starter().controls]
    assert profile["controls"] == [x for x in order if x in set(profile["controls"])]
    assert profile["catalogue"] == "grundcheck-kommune"
    assert profile["title"]
    assert profile["source"]


def test_each_step_holds_the_one_before_and_the_last_is_the_whole_catalogue():
    assert len({x["key"] for x in PROFILES}) == 3
    assert set(FIRST["controls"]) < set(SECOND["controls"]) < set(WHOLE["controls"])
    assert WHOLE["controls"] == [x.id for x in starter().controls]


def test_every_requirement_a_step_adds_has_exactly_one_reason():
    before: set[str] = set()
    for profile in PROFILES:
        named = [x for reason in profile["reasons"] for x in reason["controls"]]
        assert sorted(named) == sorted(set(profile["controls"]) - before), profile["key"]
        assert all(reason["why"].endswith(".") for reason in profile["reasons"])
        before = set(profile["controls"])


def test_the_first_step_is_about_sixty_requirements_out_of_all_twelve_areas():
    assert 55 <= len(FIRST["controls"]) <= 70
    areas = {x.path[0] for x in starter().controls if x.id in set(FIRST["controls"])}
    assert areas == {x.id for x in starter().groups}


def test_the_second_step_holds_all_that_must_be_and_all_that_answers_a_wiba_question():
    wanted = {x.id for x in starter().controls if x.modal_verb == "MUSS" or x.values("wiba")}
    assert set(SECOND["controls"]) == wanted | set(FIRST["controls"])
