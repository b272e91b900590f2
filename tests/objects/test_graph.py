"""Needs form a graph: ways, circles, what lies around an object, columns for drawing."""

from hypothesis import given
from hypothesis import strategies as st

from service.objects.graph import around, circle, closure, columns, way

CHAIN = [("lohn", "dateien"), ("dateien", "it"), ("amt", "it"), ("it", "netz"), ("netz", "strom")]


def test_a_need_that_closes_a_circle_is_named_with_its_way():
    assert circle(CHAIN, "strom", "lohn") == ("strom", "lohn", "dateien", "it", "netz", "strom")
    assert circle(CHAIN, "lohn", "lohn") == ("lohn", "lohn")
    assert circle(CHAIN, "amt", "netz") is None


def test_the_shortest_way_is_told():
    assert way([*CHAIN, ("lohn", "netz")], "lohn", "strom") == ("lohn", "netz", "strom")
    assert way(CHAIN, "strom", "lohn") is None


def test_what_lies_below_and_around_an_object():
    assert closure(CHAIN, "it") == {"it", "netz", "strom"}
    assert around(CHAIN, "dateien") == {"lohn", "dateien", "it", "netz", "strom"}


def test_every_provider_stands_right_of_its_consumers():
    keys = ["strom", "netz", "it", "amt", "lohn", "dateien"]
    found = columns(keys, CHAIN)
    place = {key: i for i, column in enumerate(found) for key in column}
    assert all(place[a] < place[b] for a, b in CHAIN)
    assert place["strom"] == 4
    assert found == columns(keys, CHAIN)


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=40))
def test_columns_hold_every_key_once_even_with_circles(edges):
    found = columns(list(range(9)), edges)
    assert sorted(key for column in found for key in column) == list(range(9))


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=25))
def test_needs_that_were_never_refused_hold_no_circle(wishes):
    kept: list[tuple[int, int]] = []
    for one in wishes:
        if circle(kept, *one) is None:
            kept.append(one)
    place = {key: i for i, column in enumerate(columns(list(range(8)), kept)) for key in column}
    assert all(place[a] < place[b] for a, b in kept)
