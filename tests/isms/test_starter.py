"""The shipped starter catalogue: complete, unambiguous, in its own words, with references that exist."""

import csv
import json
import math
import re
from collections import Counter
from functools import cache
from hashlib import sha256
from uuid import UUID, uuid5

import pytest

from isms.catalogue import Control, read
from isms.checks import all_checks
from isms.modelling import tree
from isms.starter import starter, starter_bytes
from tests.shared import needs_shared, shared

EDITIONS = ("grundschutzpp-2026-01-20.json", "grundschutzpp-2026-06-30.json")
VERBS = {"MUSS": "MUSS", "MÜSSEN": "MUSS", "SOLLTE": "SOLLTE", "SOLLTEN": "SOLLTE", "KANN": "KANN", "KÖNNEN": "KANN"}
FIRST_EDITION = {
    "ORG": 12,
    "MEN": 9,
    "ARB": 16,
    "MOB": 11,
    "SRV": 18,
    "NET": 16,
    "KTO": 10,
    "SIC": 7,
    "UPD": 6,
    "DLS": 7,
    "GEB": 9,
    "NOT": 9,
}
"""How many requirements each area had in edition 2026.1; their ids and keys never change."""

controls = pytest.mark.parametrize("control", starter().controls, ids=lambda x: x.id)


@cache
def questions() -> dict[str, set[str]]:
    """Number of each WiBA question → the requirements of the Kompendium it refers to."""
    with shared("bsi", "wiba-index.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {f"{x['checkliste_nr']}.{x['nr']}": {y for y in x["anforderungen"].split(";") if y} for x in rows}


@cache
def kompendium() -> dict[str, str]:
    with shared("bsi", "kompendium2023-requirements.csv").open(encoding="utf-8") as file:
        return {x["anforderung"]: x["titel"] for x in csv.DictReader(file)}


@cache
def june() -> dict[str, str]:
    return {x.key: x.id for x in read(shared("bsi", EDITIONS[1]).read_bytes()).controls}


def runs(text: str, length: int) -> set[str]:
    """All runs of so many words, without case and punctuation."""
    words = re.findall(r"\w+", text.lower())
    return {" ".join(words[i : i + length]) for i in range(len(words) - length + 1)}


def sentences(text: str) -> int:
    return len(re.findall(r"[.!?“](?= [A-ZÄÖÜ„]|$)", text))


def test_it_says_how_many_requirements_it_holds_in_twelve_areas():
    found = starter()
    stated = next(x["value"] for x in found.metadata["props"] if x["name"] == "control-count")
    assert len(found.controls) == int(stated)
    assert 200 <= len(found.controls) <= 230
    assert len(found.groups) == 12
    assert found.notices == ()


def test_every_area_has_its_share():
    sizes = Counter(x.path[0] for x in starter().controls)
    assert min(sizes.values()) >= 10
    assert max(sizes.values()) <= len(starter().controls) / 5


def test_ids_keys_titles_and_sentences_are_each_given_once():
    found = starter().controls
    for value in (lambda x: x.id, lambda x: x.key, lambda x: x.title, lambda x: x.statement, lambda x: x.guidance):
        assert len({value(x) for x in found}) == len(found)


def test_numbers_of_an_area_run_without_a_gap_because_none_is_ever_used_again():
    for area in starter().groups:
        labels = [x.id for x in starter().controls if x.path[0] == area.id]
        assert labels == [f"{area.id}-{number:02d}" for number in range(1, len(labels) + 1)]
        assert len(labels) >= FIRST_EDITION[area.id.removeprefix("OW-")]


def first(control: Control) -> bool:
    return int(control.id[-2:]) <= FIRST_EDITION[control.id[3:6]]


def test_answers_of_the_first_edition_still_find_their_requirements():
    """Ids and keys of edition 2026.1 in its order, as one digest."""
    kept = "\n".join(f"{x.id} {x.key}" for x in starter().controls if first(x))
    assert sha256(kept.encode()).hexdigest() == "688aa36e8fb95518b375f443880585a12b2344e0a5261d215480d983b4cb09ed"


def test_the_key_of_a_newer_requirement_is_made_of_the_catalogue_and_its_id():
    whole = UUID(starter().key)
    assert all(x.key == str(uuid5(whole, x.id)) for x in starter().controls if not first(x))
    assert all(UUID(x.key).version == 5 for x in starter().controls)


@controls
def test_a_requirement_is_one_sentence_with_the_verb_it_states(control: Control):
    said = {VERBS[x] for x in re.findall(r"\w+", control.statement) if x in VERBS}
    assert said == {control.modal_verb}
    assert sentences(control.statement) == 1
    assert control.statement.endswith(".")
    assert len(control.statement) <= 200


@controls
def test_a_requirement_has_guidance_effort_a_known_category_and_its_area(control: Control):
    assert 2 <= sentences(control.guidance) <= 4
    assert control.guidance.endswith((".", "?"))
    assert control.effort in range(6)
    assert control.level == "normal-SdT"
    assert control.categories
    assert set(control.categories) <= set(tree().parents)
    assert control.id.startswith(control.path[0] + "-")


@needs_shared
@controls
def test_every_reference_of_a_requirement_exists(control: Control):
    assert set(control.values("wiba")) <= set(questions())
    assert control.values("kompendium-2023")
    for label in control.values("kompendium-2023"):
        assert not kompendium()[label].startswith("ENTFALLEN"), label
    assert control.links
    for link in control.links:
        assert june()[link.href.removeprefix("urn:uuid:")] == link.rest["text"].removeprefix("Grundschutz++ ")


@needs_shared
def test_every_reference_of_a_check_exists():
    for check in all_checks():
        assert set(check.kompendium) <= set(kompendium()), check.id
        assert set(check.grundschutzpp) <= set(june()), check.id
        assert set(check.controls) <= {x.id for x in starter().controls}, check.id


@needs_shared
def test_each_of_the_257_wiba_questions_is_answered_by_a_requirement():
    cited = {x for control in starter().controls for x in control.values("wiba")}
    assert len(questions()) == 257
    assert set(questions()) - cited == set()


@needs_shared
def test_a_question_is_answered_by_a_requirement_that_refers_to_what_the_question_refers_to():
    """Where the index names requirements of the Kompendium, one of those that answer shares one of them."""
    shared_: dict[str, set[str]] = {}
    for control in starter().controls:
        for number in control.values("wiba"):
            shared_.setdefault(number, set()).update(control.values("kompendium-2023"))
    assert {number for number, wanted in questions().items() if wanted and not wanted & shared_[number]} == set()


def test_no_two_requirements_mean_the_same():
    """Cosine of word pieces weighed by rarity; the nearest honest pair (servers, network devices) stands at 0.64."""

    def pieces(control: Control) -> Counter[str]:
        words = re.findall(r"[a-zäöüß]+", f"{control.title} {control.statement}".lower())
        return Counter(word[i : i + 5] for word in (f" {x} " for x in words) for i in range(max(1, len(word) - 4)))

    found = starter().controls
    counted = [pieces(x) for x in found]
    spread = Counter(piece for one in counted for piece in one)
    vectors = []
    for one in counted:
        weighed = {piece: n * math.log(len(found) / spread[piece]) for piece, n in one.items()}
        length = math.sqrt(sum(x * x for x in weighed.values()))
        vectors.append({piece: x / length for piece, x in weighed.items()})
    near = {
        (found[i].id, found[j].id)
        for i, one in enumerate(vectors)
        for j, other in enumerate(vectors[:i])
        if sum(x * other.get(piece, 0.0) for piece, x in one.items()) > 0.7
    }
    assert near == set()


@needs_shared
def test_no_phrase_of_seven_words_is_taken_from_the_official_catalogue():
    official = {
        run
        for name in EDITIONS
        for x in read(shared("bsi", name).read_bytes()).controls
        for y in x.parts
        for run in runs(y.prose, 7)
    }
    for control in starter().controls:
        for part in control.parts:
            assert not official & runs(part.prose, 7), control.id


@needs_shared
def test_no_title_of_the_kompendium_is_a_requirement_s_title():
    taken = {x.lower() for x in kompendium().values()}
    assert {x.id for x in starter().controls if x.title.lower() in taken} == set()


def test_the_file_is_written_the_way_it_is_kept():
    """One spelling (one blank per level, umlauts as they are), so that a new edition shows only what changed."""
    text = starter_bytes().decode()
    assert text == json.dumps(json.loads(text), ensure_ascii=False, indent=1) + "\n"
