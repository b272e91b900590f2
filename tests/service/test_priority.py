"""Impact × urgency gives the priority, and the matrix never steps down."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.priority import DEFAULT_MATRIX, Level, Matrix, priority, refusals, remaining, urgency

N, M, H, K = Level


def changed(impact: Level, column: Level, value: Level) -> Matrix:
    rows = [list(row) for row in DEFAULT_MATRIX]
    rows[impact - 1][column - 1] = value
    return tuple(tuple(row) for row in rows)


def test_the_default_matrix_has_three_low_five_medium_five_high_and_three_critical_cells():
    assert Counter(x for row in DEFAULT_MATRIX for x in row) == {N: 3, M: 5, H: 5, K: 3}
    assert refusals(DEFAULT_MATRIX) == ()


@pytest.mark.parametrize(
    ("hours", "level"), [(0.1, K), (4, K), (4.01, H), (24, H), (24.01, M), (70, M), (168, M), (168.01, N), (9999, N)]
)
def test_urgency_follows_the_hours_left(hours, level):
    assert urgency(hours).level is level


def test_what_has_passed_is_critical_and_says_so():
    assert (urgency(0).level, urgency(0).overdue) == (K, True)


def test_what_still_spreads_is_critical_and_what_nobody_rated_is_marked():
    assert urgency(1000, spreading=True).level is K
    assert (urgency(None).level, urgency(None).unchecked) == (M, True)


def test_a_node_with_a_working_alternative_does_not_count():
    assert remaining([(4, 0.5, False), (1, 0.5, True)]) == 3.5
    assert remaining([(1, 0.5, True)]) is None


def test_p2_a_printer_of_the_citizens_office_is_medium():
    assert priority(M, urgency(70).level) is M


@pytest.mark.parametrize(("elapsed", "expected"), [(0, H), (47, H), (48, H), (67, H), (68, K)])
def test_p3_the_cash_office_becomes_critical_four_hours_before_its_limit(elapsed, expected):
    assert priority(H, urgency(72 - elapsed).level) is expected


def test_p8_a_cell_above_its_neighbour_is_refused_and_a_monotone_change_accepted():
    assert refusals(changed(M, M, H))
    assert refusals(changed(M, H, H)) == ()


def test_the_corners_are_fixed():
    assert refusals(changed(N, N, M))
    assert refusals(changed(K, K, H))
    assert refusals(((N,),))


@given(st.lists(st.lists(st.sampled_from(Level), min_size=4, max_size=4), min_size=4, max_size=4))
def test_every_accepted_matrix_is_monotone(rows):
    matrix = tuple(tuple(row) for row in rows)
    if refusals(matrix) == ():
        for impact in Level:
            line = [priority(impact, x, matrix) for x in Level]
            column = [priority(x, impact, matrix) for x in Level]
            assert line == sorted(line)
            assert column == sorted(column)


def test_words_of_the_scale_are_read_back():
    assert [Level.of(x.word) for x in Level] == list(Level)
    with pytest.raises(ValueError, match="keine Stufe"):
        Level.of("egal")
