"""The category is looked up; an acceptance covers what it was given for and nothing else."""

import dataclasses
import json
from collections import Counter
from datetime import date

import pytest

from isms.risk import (
    CATEGORIES,
    DAMAGES,
    FREQUENCIES,
    MATRIX,
    Acceptance,
    Inputs,
    Signer,
    category,
    hazards,
    impact_of,
    level_of,
    refusal,
    signer,
    threats,
    void_reason,
)
from service.priority import Level
from tests.shared import needs_shared, shared

TODAY = date(2026, 11, 16)


def test_the_matrix_has_six_low_four_medium_three_high_and_three_very_high_cells():
    assert Counter(x for row in MATRIX.values() for x in row) == {"gering": 6, "mittel": 4, "hoch": 3, "sehr hoch": 3}


@needs_shared
def test_the_matrix_is_the_one_of_bsi_standard_200_3():
    official = json.loads(shared("bsi", "risk_matrix_200_3.json").read_text(encoding="utf-8"))
    assert {key: list(value) for key, value in MATRIX.items()} == official["matrix"]
    assert list(FREQUENCIES) == official["eintrittshaeufigkeit"]
    assert list(DAMAGES) == official["schadenshoehe"]


def test_ransomware_is_hoch_gross_and_mittel_net():
    assert category("mittel", "existenzbedrohend") == "hoch"
    assert category("selten", "beträchtlich") == "mittel"


def test_words_off_the_axes_are_refused():
    with pytest.raises(ValueError, match="Eintrittshäufigkeit"):
        category("nie", "begrenzt")
    with pytest.raises(ValueError, match="Schadenshöhe"):
        category("selten", "egal")


def test_damage_and_category_map_to_the_four_step_scale():
    assert [impact_of(x) for x in DAMAGES] == list(Level)
    assert [level_of(x) for x in CATEGORIES] == list(Level)


def test_only_small_risks_are_accepted_without_the_mayor():
    assert signer("gering") is Signer.ISB
    assert {signer(x) for x in CATEGORIES[1:]} == {Signer.LEITUNG}
    assert refusal("mittel", Signer.ISB, "x", date(2027, 1, 1), TODAY)
    assert refusal("mittel", Signer.LEITUNG, "x", date(2027, 1, 1), TODAY) is None


def test_an_acceptance_needs_a_reason_and_lasts_at_most_twelve_months():
    assert refusal("gering", Signer.ISB, "", date(2027, 1, 1), TODAY)
    assert refusal("gering", Signer.ISB, "x", TODAY, TODAY)
    assert refusal("gering", Signer.ISB, "x", date(2027, 11, 16), TODAY) is None
    assert refusal("gering", Signer.ISB, "x", date(2027, 11, 17), TODAY)
    assert refusal("gering", Signer.ISB, "x", date(2029, 2, 28), date(2028, 2, 29)) is None


INPUTS = Inputs("mittel", "existenzbedrohend", frozenset({"fs01"}), "Text")
ACCEPTANCE = Acceptance("Rest tragbar", Signer.LEITUNG, TODAY, date(2027, 10, 31), INPUTS)


def test_an_acceptance_holds_through_its_last_day():
    assert void_reason(ACCEPTANCE, INPUTS, date(2027, 10, 31)) is None
    assert "abgelaufen" in (void_reason(ACCEPTANCE, INPUTS, date(2027, 11, 1)) or "")


@pytest.mark.parametrize(
    "change", [{"frequency": "häufig"}, {"damage": "begrenzt"}, {"objects": frozenset({"fs02"})}, {"catalogue_text": "neu"}]
)
def test_a_change_of_what_was_accepted_voids_the_acceptance(change):
    assert "hinfällig" in (void_reason(ACCEPTANCE, dataclasses.replace(INPUTS, **change), TODAY) or "")


def test_there_are_47_elementary_threats_in_order():
    assert [x.id for x in threats()] == [f"G 0.{i}" for i in range(1, 48)]


def test_every_hazard_of_the_starter_register_names_known_threats_and_words():
    known = {x.id for x in threats()}
    assert len(hazards()) == 26
    for hazard in hazards():
        assert set(hazard.threats) <= known
        assert hazard.kind in ("digital", "analog")
        assert category(hazard.frequency, hazard.damage) in CATEGORIES
