"""Catalogues are read whole, whatever names their properties bear."""

import json
from collections import Counter
from typing import Any

import pytest

from isms.catalogue import Catalogue, read
from isms.starter import starter_bytes
from tests.shared import needs_shared, shared

JANUARY, JUNE = "grundschutzpp-2026-01-20.json", "grundschutzpp-2026-06-30.json"


def official(name: str) -> bytes:
    return shared("bsi", name).read_bytes()


def counted(data: bytes) -> dict[str, int]:
    """Every prop, param, link and part of groups and controls, counted on the raw file without our reader."""
    found: Counter[str] = Counter()

    def walk(node: Any, inside: bool) -> None:
        if isinstance(node, list):
            for item in node:
                walk(item, inside)
        elif isinstance(node, dict):
            for key, value in node.items():
                if key in ("groups", "controls", "props", "params", "links", "parts"):
                    found[key] += len(value)
                walk(value, inside)

    root = json.loads(data)["catalog"]
    walk({"groups": root.get("groups", []), "controls": root.get("controls", [])}, inside=True)
    return dict(found)


@needs_shared
@pytest.mark.parametrize(
    ("name", "groups", "controls", "verbs", "normal", "params", "links"),
    [
        (JANUARY, (19, 134), 997, (146, 625, 226), 771, 205, (102, 172)),
        (JUNE, (20, 139), 989, (149, 616, 224), 762, 218, (67, 195)),
    ],
)
def test_both_published_files_are_read_with_their_known_figures(name, groups, controls, verbs, normal, params, links):
    found = read(official(name))
    assert tuple(sum(1 for x in found.groups if x.depth == depth) for depth in (0, 1)) == groups
    assert len(found.controls) == controls
    assert tuple(sum(1 for x in found.controls if x.modal_verb == verb) for verb in ("MUSS", "SOLLTE", "KANN")) == verbs
    assert sum(1 for x in found.controls if x.level == "normal-SdT") == normal
    assert sum(1 for x in found.controls if x.level == "erhöht") == controls - normal
    assert found.counts.params == params
    rels = Counter(x.rel for control in found.controls for x in control.links)
    assert (rels["required"], rels["related"]) == links
    assert all(x.target for control in found.controls for x in control.links)
    assert all(0 <= (x.effort or 0) <= 5 for x in found.controls)


@needs_shared
@pytest.mark.parametrize("name", [JANUARY, JUNE])
def test_nothing_of_an_official_file_is_lost(name):
    data = official(name)
    counts = read(data).counts
    assert {key: getattr(counts, key) for key in counted(data)} == counted(data)


@needs_shared
def test_the_june_file_nests_four_deep_and_names_three_topics_without_identity():
    found = read(official(JUNE))
    parents = {x.key: x.parent for x in found.controls}

    def depth(key: str) -> int:
        parent = parents[key]
        return 1 + (depth(parent) if parent else 0)

    assert max(depth(x) for x in parents) == 4
    assert sum("keine eindeutige Kennung" in x for x in found.notices) == 3


@needs_shared
def test_two_placeholders_of_one_control_keep_two_keys():
    found = read(official(JUNE))
    keys = [param.key for control in found.controls for param in control.params]
    assert len(set(keys)) == len(keys) == 218
    assert sum(1 for control in found.controls if len(control.params) == 2) == 13
    assert sum(1 for control in found.controls for param in control.params if param.values) == 2


@needs_shared
def test_an_id_that_means_another_control_later_does_not_carry_its_key():
    january, june = read(official(JANUARY)), read(official(JUNE))
    assert january.control("BER.5.8").key == june.control("BER.4.8").key
    assert january.control("BER.5.8").key != june.control("BER.5.8").key
    old, new = {x.key for x in january.controls}, {x.key for x in june.controls}
    assert (len(old & new), len(old - new), len(new - old)) == (963, 34, 26)


@needs_shared
def test_german_and_english_names_mean_the_same():
    january, june = read(official(JANUARY)), read(official(JUNE))
    by_key = {x.key: x for x in june.controls}
    for control in january.controls:
        assert all(x.meaning for x in control.parts[0].props)
        later = by_key.get(control.key)
        if later is not None and later.statement == control.statement:
            assert later.modal_verb == control.modal_verb


def test_reading_twice_gives_equal_values():
    assert read(starter_bytes()) == read(starter_bytes())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"{}",
        b'{"catalog": 3}',
        b'{"catalog": {"metadata": {}, "controls": [{"id": "x"}]}}',
        b"[" * 200_000,
    ],
)
def test_what_is_no_catalogue_is_refused_with_a_german_sentence(data):
    with pytest.raises(ValueError, match="OSCAL"):
        read(data)


def test_the_same_identity_twice_is_refused():
    raw = json.loads(starter_bytes())
    group = raw["catalog"]["groups"][0]
    group["controls"].append(group["controls"][0])
    with pytest.raises(ValueError, match="zweimal"):
        read(json.dumps(raw).encode())


def test_a_catalogue_without_our_words_keeps_them_in_rest():
    prop = {"name": "neu", "value": "1", "class": "x", "remarks": "y"}
    raw = {
        "catalog": {
            "uuid": "u",
            "metadata": {"title": "t"},
            "controls": [
                {"id": "A", "title": "a", "props": [prop], "overview": "z", "parts": [{"name": "statement", "prose": "p"}]}
            ],
        }
    }
    found: Catalogue = read(json.dumps(raw).encode())
    (control,) = found.controls
    assert control.rest == {"overview": "z"}
    assert control.props[0].rest == {"class": "x", "remarks": "y"}
    assert control.key == "A"
