"""Protection needs of a whole structure, module suggestions, definitions, drawings."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isms.protection import Goal, Need, Override, Reasoning, refusal
from isms.structure import drawing, modules
from isms.structure.assessment import SetNeed, lines
from isms.structure.definitions import SCENARIOS, Definition, merged
from isms.structure.words import exported
from service.charts import labels, svg
from service.objects.store.needs import Need as Link
from service.objects.store.needs import circle_sentence

N, H, S = Need
AT = datetime(2026, 11, 16, tzinfo=UTC)
C, INTEGRITY, A = Goal


def key(number: int) -> UUID:
    return UUID(int=number + 1)


def said(target: UUID, goal: Goal, need: Need, reasoning: Reasoning | None = None, inherited: Need | None = None) -> SetNeed:
    return SetNeed(target, goal, need, reasoning, "x", inherited, 1, "ISB", AT)


def test_a_host_under_three_applications_inherits_the_highest_of_each_goal_and_names_its_sources():
    objects = [(key(i), f"Prozess {i}", "process") for i in range(3)] + [(key(9), "Host", "it_system")]
    levels = {C: (N, N, H), INTEGRITY: (N, N, N), A: (H, N, N)}
    values = [said(key(i), goal, need) for goal, needs in levels.items() for i, need in enumerate(needs)]
    host = lines(objects, [(key(i), key(9)) for i in range(3)], values)[-1]
    assert [host.effective[goal].need for goal in Goal] == [H, N, H]
    assert host.because[C] == ("Prozess 2",)
    assert host.because[A] == ("Prozess 0",)
    assert (host.highest, host.unknown, host.review) == (H, False, False)


def test_twelve_normal_applications_add_up_and_the_cluster_shares():
    objects = [(key(i), f"P{i}", "process") for i in range(12)] + [
        (key(20), "Host", "it_system"),
        (key(21), "Knoten", "it_system"),
    ]
    links = [(key(i), key(20)) for i in range(12)] + [(key(20), key(21))]
    values = [said(key(i), A, N) for i in range(12)] + [said(key(20), A, H, Reasoning.KUMULATION, N)]
    values.append(said(key(21), A, N, Reasoning.VERTEILUNG, H))
    host, node = lines(objects, links, values)[-2:]
    assert (host.effective[A].inherited, host.effective[A].need, host.review) == (N, H, False)
    assert (node.effective[A].inherited, node.effective[A].need, node.review) == (H, N, False)


def test_an_override_turns_to_review_and_keeps_its_value_when_the_inherited_one_changes():
    objects = [(key(0), "P", "process"), (key(1), "Host", "it_system")]
    values = [said(key(0), A, S), said(key(1), A, H, Reasoning.KUMULATION, N)]
    host = lines(objects, [(key(0), key(1))], values)[1]
    assert (host.effective[A].need, host.effective[A].inherited, host.review) == (H, S, True)


def test_a_value_entered_at_a_system_counts_for_nothing_there_it_is_inherited():
    host = lines([(key(0), "Host", "it_system")], [], [said(key(0), C, S)])[0]
    assert host.effective[C].need is None
    assert host.unknown


def test_only_begruendet_may_be_set_where_nothing_is_inherited():
    assert refusal(Override(H, Reasoning.BEGRUENDET, "x", None), C) is None
    assert refusal(Override(H, Reasoning.KUMULATION, "x", None), C)
    assert refusal(Override(N, Reasoning.VERTEILUNG, "x", None), A)


LINKS = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda x: x[0] < x[1]), max_size=15)


@given(
    LINKS,
    st.tuples(st.integers(0, 6), st.integers(1, 7)).filter(lambda x: x[0] < x[1]),
    st.lists(st.sampled_from(Need), min_size=8, max_size=8),
)
def test_adding_a_need_never_lowers_the_protection_of_anything(edges, more, levels):
    objects = [(key(i), str(i), "process" if i < 4 else "it_system") for i in range(8)]
    values = [said(key(i), A, levels[i]) for i in range(3)] + [said(key(6), A, levels[6], Reasoning.BEGRUENDET, N)]
    pairs = [(key(a), key(b)) for a, b in edges]
    before = lines(objects, pairs, values)
    after = lines(objects, [*pairs, (key(more[0]), key(more[1]))], values)
    for old, new in zip(before, after, strict=True):
        assert (new.effective[A].need or 0) >= (old.effective[A].need or 0)


def test_grundschutzpp_is_told_normal_or_hoch_and_nothing_where_nothing_is_known():
    assert [exported(x) for x in (N, H, S, None)] == ["normal", "hoch", "hoch", ""]


@pytest.mark.parametrize(
    ("kind", "name", "categories", "devices", "families", "wanted"),
    [
        ("it_system", "Server", ("Hostsysteme",), ("server",), ("windows_server",), {"SYS.1.1", "SYS.1.2.3"}),
        ("it_system", "Drucker", ("Drucker",), ("printer",), (), {"SYS.4.1"}),
        ("it_system", "Firewalls", ("Netzkomponenten",), ("firewall",), (), {"NET.3.2"}),
        ("it_system", "Hosts", (), ("hypervisor",), ("esxi",), {"SYS.1.1", "SYS.1.5"}),
        ("room", "Serverraum", ("Serverräume",), (), (), {"INF.2"}),
        ("room", "Büros im Rathaus", (), (), (), {"INF.7"}),
        ("room", "Häusliche Arbeitsplätze", (), (), (), {"INF.8"}),
        ("it_system", "Drucker", ("Drucker",), ("printer",), ("linux",), {"SYS.4.1"}),
    ],
)
def test_modules_follow_from_kind_category_devices_and_system(kind, name, categories, devices, families, wanted):
    assert {x.id for x in modules.suggest(kind, name, categories, devices, families)} == wanted


def test_the_module_of_a_kompendium_id_is_read_and_our_own_ids_have_none():
    assert modules.module_of("SYS.1.1.A6") == "SYS.1.1"
    assert modules.module_of("OPS.1.1.3.A15") == "OPS.1.1.3"
    assert modules.module_of("OW-NET-08") is None
    assert modules.module_of("KONF.14.1") is None


def test_definitions_cover_six_scenarios_and_keep_what_the_group_wrote():
    mine = Definition("money", H, "Mehr als 50.000 Euro.", 2, "ISB")
    cells = merged({("money", 2): mine})
    assert len(cells) == len(SCENARIOS) * 3 == 18
    assert [x.text for x in cells if x.version] == ["Mehr als 50.000 Euro."]
    assert all(x.text for x in cells)


def test_the_drawing_says_everything_the_table_says_and_leads_on():
    nodes = {key(i): drawing.Node(name, "Anwendung", f"/x/{i}") for i, name in enumerate(("Lohn", "Host", "Strom"))}
    links = [Link(key(8), key(0), key(1)), Link(key(9), key(1), key(2), alternatives=1)]
    made = drawing.needs("Abhängigkeiten", nodes, links)
    assert made.data[1:] == (("Lohn", "Host"), ("Host", "Strom"))
    assert {"Lohn", "Host", "Strom"} <= set(labels(made))
    assert svg(made).count("<a ") == 3


def test_the_network_plan_counts_groups_and_names_no_device():
    nets = [
        drawing.PlanNet(
            "Büronetz", "10.1.0.0/24", "Arbeitsplätze", "Rathaus", "/n", (("Notebooks", 62, "/g"), ("Drucker", 4, "/d"))
        )
    ]
    made = drawing.plan("Netzplan", [drawing.Node("Internetzugang", "nach außen", "/i")], nets)
    assert made.data[1:] == (("Büronetz", "10.1.0.0/24", "Notebooks", "62"), ("Büronetz", "10.1.0.0/24", "Drucker", "4"))
    assert "Notebooks: 62" in labels(made)
    assert "66 Geräten" in made.caption


def test_a_circle_is_told_in_words():
    assert "sich nicht selbst" in circle_sentence(["Lohn", "Lohn"])
    assert "„A“ → „B“ → „A“" in circle_sentence(["A", "B", "A"])
