"""Protection needs come down from the processes; a person's value stands beside the inherited one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isms.protection import Effective, Goal, Need, Override, Reasoning, inherit, refusal

N, H, S = Need.NORMAL, Need.HOCH, Need.SEHR_HOCH


def test_a_host_under_three_applications_inherits_the_highest_of_each_goal():
    needs = [("a1", "host"), ("a2", "host"), ("a3", "host")]
    entered = {"C": (N, N, H), "I": (N, N, N), "A": (H, N, N)}
    found = {
        goal: inherit(dict(zip(("a1", "a2", "a3"), values, strict=True)), needs, {}, Goal(goal))["host"].need
        for goal, values in entered.items()
    }
    assert found == {"C": H, "I": N, "A": H}


def test_twelve_normal_applications_on_one_host_may_add_up_to_hoch():
    entered = {f"app{i}": N for i in range(12)}
    override = Override(H, Reasoning.KUMULATION, "zwölf Anwendungen", inherited=N)
    found = inherit(entered, [(x, "host") for x in entered], {"host": override}, Goal.AVAILABILITY)["host"]
    assert (found.inherited, found.need, found.review) == (N, H, False)
    assert len(found.sources) == 12


def test_two_nodes_of_a_cluster_share_the_need_and_the_application_keeps_it():
    override = Override(N, Reasoning.VERTEILUNG, "zwei gleichwertige Knoten", inherited=H)
    found = inherit({"app": H}, [("app", "n1"), ("app", "n2")], {"n1": override, "n2": override}, Goal.AVAILABILITY)
    assert (found["n1"].inherited, found["n1"].need, found["app"].need) == (H, N, H)


def test_an_override_turns_to_review_when_what_it_stood_on_changes_and_never_expires():
    override = Override(H, Reasoning.KUMULATION, "viele", inherited=N)
    found = inherit({"app": S}, [("app", "host")], {"host": override}, Goal.INTEGRITY)["host"]
    assert (found.need, found.inherited, found.review) == (H, S, True)


@pytest.mark.parametrize(
    ("need", "reasoning", "goal", "accepted"),
    [
        (H, Reasoning.KUMULATION, Goal.CONFIDENTIALITY, True),
        (N, Reasoning.KUMULATION, Goal.AVAILABILITY, False),
        (N, Reasoning.VERTEILUNG, Goal.AVAILABILITY, False),
        (S, Reasoning.BEGRUENDET, Goal.INTEGRITY, True),
    ],
)
def test_kumulation_raises_and_verteilung_lowers(need, reasoning, goal, accepted):
    assert (refusal(Override(need, reasoning, "x", inherited=N), goal) is None) is accepted


def test_verteilung_is_for_availability_only_and_every_override_has_a_reason():
    lower = Override(N, Reasoning.VERTEILUNG, "x", inherited=H)
    assert refusal(lower, Goal.AVAILABILITY) is None
    assert "Verfügbarkeit" in (refusal(lower, Goal.CONFIDENTIALITY) or "")
    assert refusal(Override(H, Reasoning.BEGRUENDET, " ", inherited=N), Goal.INTEGRITY)


def test_what_nobody_needs_is_unknown_and_not_normal():
    assert inherit({}, [("app", "host")], {}, Goal.INTEGRITY)["host"] == Effective(None, None)


def test_a_cycle_is_named_and_not_followed():
    with pytest.raises(ValueError, match="Kreis"):
        inherit({"a": N}, [("a", "b"), ("b", "a")], {}, Goal.INTEGRITY)


def test_grundschutzpp_knows_no_sehr_hoch():
    assert [x.exported for x in Need] == ["normal", "hoch", "hoch"]


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=30),
    st.lists(st.sampled_from(Need), min_size=10, max_size=10),
)
def test_a_provider_is_never_needed_less_than_any_of_its_consumers(pairs, values):
    needs = [(f"x{a}", f"x{b}") for a, b in pairs if a < b]
    found = inherit({f"x{i}": v for i, v in enumerate(values)}, needs, {}, Goal.AVAILABILITY)
    assert all((found[b].need or N) >= (found[a].need or N) for a, b in needs)
