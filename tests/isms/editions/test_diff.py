"""Editions are compared by identity and content, never by id alone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isms.catalogue import read as oscal
from isms.editions.diff import Change, diff, texts_differ
from isms.editions.settle import confirmed, matches, renamed, settled
from isms.editions.text import filled, marked, pieces
from tests.isms.editions.files import annex_a, found
from tests.isms.editions.files import oscal as make
from tests.shared import needs_shared, shared


@pytest.fixture(scope="module")
def update():
    names = ("grundschutzpp-2026-01-20.json", "grundschutzpp-2026-06-30.json")
    return diff(*(oscal(shared("bsi", name).read_bytes()) for name in names))


@needs_shared
def test_from_january_to_june_the_figures_are_the_known_ones(update) -> None:
    assert len(update.survivors) == 963
    counts = update.counts
    assert (counts["gone"], counts["new"]) == (34, 26)
    assert (counts["moved_all"], counts["reused"]) == (155, 82)
    assert (counts["letters"], counts["text"]) == (102, 83)


@needs_shared
def test_the_reused_id_of_the_reference_is_told_apart(update) -> None:
    line = next(x for x in update.lines if x.old is not None and x.old.id == "BER.5.8")
    assert (line.new.id, line.id_means.title) == ("BER.4.8", "Kriterien für die Qualität von Passwörtern")
    assert line in update.reused
    assert line.moved


@needs_shared
def test_every_changed_text_is_listed_and_no_other(update) -> None:
    listed = {x.old.key for x in update.of("text")}
    assert len(listed) == 83
    for line in update.survivors:
        assert (line.old.key in listed) == texts_differ(line.old.statement, line.new.statement)


def test_placeholders_and_spacing_are_no_change_and_a_first_text_neither() -> None:
    assert not texts_differ("Die {{ insert: param, a.1-prm1 }} MUSS", "Die  {{ insert: param, b.2-prm1 }} MUSS")
    assert texts_differ("Die Stelle MUSS", "Die Stelle SOLLTE")
    assert not texts_differ("", "Die Stelle MUSS")


def test_the_difference_is_told_word_by_word() -> None:
    assert marked(pieces("Die Stelle MUSS jährlich prüfen.", "Die Stelle SOLLTE prüfen.")) == (
        "Die Stelle [-MUSS jährlich-] {+SOLLTE+} prüfen."
    )


def test_placeholders_are_filled_and_an_unset_one_stays_visible() -> None:
    text = "In {{ insert: param, a-prm1 }} Tagen an {{ insert: param, a-prm2 }}."
    assert filled(text, {"a-prm1": "14"}) == "In 14 Tagen an [a-prm2]."


def test_without_identity_the_same_id_and_text_is_the_same_requirement() -> None:
    old = found(annex_a(("a.1", "Eins", "Alpha beta gamma delta."), ("a.2", "Zwei", "Ganz anderes."))).catalogue
    new = found(annex_a(("a.1", "Eins", "Alpha  beta gamma delta."), ("a.3", "Drei", "Neues."))).catalogue
    result = settled(new, old, set())
    changes = {x.control.id: x.change for x in diff(old, result).lines}
    assert changes == {"a.1": Change.SAME, "a.3": Change.NEW, "a.2": Change.GONE}
    assert matches(result, old) == ()


def test_without_identity_a_similar_text_is_proposed_and_an_unlike_one_means_something_else() -> None:
    old = found(annex_a(("a.1", "Eins", "Alpha beta gamma delta."), ("a.2", "Zwei", "Der Zutritt wird geregelt."))).catalogue
    new = found(annex_a(("a.1", "Eins", "Alpha beta gamma epsilon."), ("a.2", "Vier", "Mails werden signiert."))).catalogue
    result = settled(new, old, set())
    assert not {x.key for x in result.controls} & {x.key for x in old.controls}
    assert [(x.new, x.old, x.why) for x in matches(result, old)] == [(result.controls[0].key, old.controls[0].key, "id")]
    assert {x.old.id for x in diff(old, result).reused} == {"a.1", "a.2"}
    after = confirmed(result, old, [(result.controls[0].key, old.controls[0].key)])
    assert diff(old, after).counts == {"text": 1, "new": 1, "gone": 1, "reused": 1, "moved_all": 0, "letters": 1}
    with pytest.raises(ValueError, match="schon zugeordnet"):
        confirmed(after, old, [(after.controls[1].key, old.controls[0].key)])


def test_without_identity_a_text_under_another_id_is_proposed_by_its_content() -> None:
    old = found(annex_a(("a.1", "Eins", "Alpha beta gamma."))).catalogue
    new = settled(found(annex_a(("a.9", "Neun", "Alpha beta gamma."))).catalogue, old, {old.controls[0].key})
    assert [(x.why, x.share) for x in matches(new, old)] == [("content", 1.0)]


def test_a_control_with_an_identity_of_its_own_is_never_matched_by_hand() -> None:

    old = found(make("Katalog", "1", [("k-1", "a.1", "Eins", "Text.")])).catalogue
    new = found(make("Katalog", "2", [("k-2", "a.1", "Eins", "Text.")])).catalogue
    assert matches(new, old) == ()
    with pytest.raises(ValueError, match="eigene Kennung"):
        confirmed(new, old, [("k-2", "k-1")])


def test_other_keys_take_links_parents_and_parameters_along() -> None:
    raw = b"""{"catalog": {"metadata": {"title": "T"}, "groups": [{"id": "g", "title": "G", "controls": [
      {"id": "x", "title": "X", "params": [{"id": "x-prm1"}], "links": [{"href": "#y", "rel": "required"}],
       "controls": [{"id": "y", "title": "Y"}]}]}]}}"""
    one = renamed(oscal(raw), {"x": "n:x", "y": "n:y"})
    first, second = one.controls
    assert (first.params[0].key, first.links[0].target, second.parent) == ("n:x#prm1", "n:y", "n:x")


WORDS = st.lists(
    st.sampled_from(["prüfen", "regeln", "sichern", "trennen", "melden", "sperren", "löschen", "üben"]), min_size=3, max_size=8
)


@st.composite
def updates(draw):
    """An edition and its successor: identities survive, move, change their text, vanish; ids are dealt anew."""
    size = draw(st.integers(1, 12))
    old = [(f"uuid-{i}", f"A.{i}", f"Titel {i}", " ".join(draw(WORDS))) for i in range(size)]
    survivors = [x for x in old if draw(st.booleans())]
    fresh = [(f"neu-{i}", "", f"Neu {i}", " ".join(draw(WORDS))) for i in range(draw(st.integers(0, 4)))]
    texts = [(key, title, " ".join(draw(WORDS)) if draw(st.booleans()) else text) for key, _id, title, text in survivors + fresh]
    labels = draw(st.permutations([f"A.{i}" for i in range(size + 6)]))
    return old, [(key, label, title, text) for (key, title, text), label in zip(texts, labels, strict=False)]


@given(updates())
@settings(max_examples=200, deadline=None)
def test_whatever_an_update_does_every_identity_keeps_its_answer_and_no_answer_moves_to_another(update) -> None:

    before, after = update
    if not after:
        return
    old = found(make("Katalog", "1", before)).catalogue
    new = settled(found(make("Katalog", "2", after)).catalogue, old, {x.key for x in old.controls})
    result = diff(old, new)
    was, now = {x[0]: x for x in before}, {x[0]: x for x in after}
    assert {x.old.key for x in result.survivors} == set(was) & set(now)
    assert all(x.old.key == x.new.key for x in result.survivors)
    changed = {key for key in set(was) & set(now) if was[key][3].split() != now[key][3].split()}
    assert {x.old.key for x in result.of("text")} == changed
    assert {x.old.key for x in result.of("gone")} == set(was) - set(now)
    assert {x.new.key for x in result.of("new")} == set(now) - set(was)
    names = {x[1]: x[0] for x in after}
    assert {x.old.key for x in result.reused} == {k for k, x in was.items() if x[1] in names and names[x[1]] != k}


@given(updates())
@settings(max_examples=200, deadline=None)
def test_without_identities_an_answer_stays_only_where_id_and_text_are_the_same(update) -> None:

    before, after = ([(None, *x[1:]) for x in part] for part in update)
    if not after:
        return
    old = found(make("Katalog", "1", before)).catalogue
    new = settled(found(make("Katalog", "2", after)).catalogue, old, {x.key for x in old.controls})
    texts = {x.id: (x.title, x.statement) for x in old.controls}
    for line in diff(old, new).survivors:
        assert line.old.id == line.new.id
        assert texts[line.new.id] == (line.new.title, line.new.statement)
    assert len({x.key for x in new.controls}) == len(new.controls)


def test_an_update_is_told_as_text_for_the_report() -> None:
    old = found(make("Haus", "1", [("k1", "A.1", "Eins", "Alles MUSS stehen."), ("k2", "A.2", "Zwei", "Bleibt.")])).catalogue
    new = found(make("Haus", "2", [("k1", "A.2", "Eins", "Alles SOLLTE stehen."), ("k3", "A.3", "Drei", "Neu.")])).catalogue
    assert diff(old, new).told() == (
        "1 bleiben, 1 entfallen, 1 neu; 1 mit anderer Kennung, 1 Kennungen bedeuten anderes, 1 Texte geändert.\n\n"
        "Text geändert: A.2 Eins (bisher A.1)\n  Alles [-MUSS-] {+SOLLTE+} stehen.\nneu: A.3 Drei\n"
        "entfallen: A.2 Zwei; A.2 ist jetzt: Eins\n"
    )
