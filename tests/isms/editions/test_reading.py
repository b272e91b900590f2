"""Every file about catalogues becomes the same kind of value, or a German sentence with row and column."""

from __future__ import annotations

import pytest

from isms.editions import lists
from isms.editions.columns import effort
from isms.editions.reading import Given, key_of, read
from isms.measures import Claim
from isms.scales import SCALES, claim, claims, word
from tests.isms.editions.files import annex_a, found, rules, wiba, xlsx
from tests.shared import needs_shared, shared


def official(name: str) -> Given:
    return Given(name, shared("bsi", name).read_bytes())


def test_the_wiba_tool_is_read_with_its_answers() -> None:
    file = wiba(
        ("Backup", "1", "Gibt es ein Konzept?", "Muster", "1 - 2", "ja", "seit 2024"),
        ("Backup", "2", "Wird geprobt?", "", "2 -3", "nicht relevant", ""),
        ("Netze", "1", "Ist getrennt?", "", "2", "unbeantwortet", ""),
    )
    one = found(file, version="2.1")
    assert one.catalogue is not None
    assert (one.key, one.scale, one.catalogue.version) == ("wiba", "wiba", "2.1")
    assert [x.key for x in one.catalogue.controls] == ["wiba:3.1", "wiba:3.2", "wiba:9.1"]
    first = one.catalogue.control("3.1")
    assert (first.statement, first.guidance, first.effort, first.path) == ("Gibt es ein Konzept?", "Muster", 2, ("3",))
    assert first.value("effort_range") == "1 - 2"
    assert [(x.control, x.claim, x.note) for x in one.offers] == [
        ("wiba:3.1", Claim.JA, "seit 2024"), ("wiba:3.2", Claim.ENTBEHRLICH, ""),
    ]  # fmt: skip
    assert [x.title for x in one.catalogue.groups] == ["Backup", "Netze"]


@pytest.mark.parametrize("numbers", [("18", "25"), ("1", "1"), ("3.1", "4.1")])
def test_the_numbers_of_the_tool_may_run_through_or_start_anew(numbers) -> None:
    file = wiba(("Backup", numbers[0], "Frage?"), ("04 Bürosoftware", numbers[1], "Noch eine?"))
    assert [x.id for x in found(file).catalogue.controls] == ["3.1", "4.1"]


def test_wrong_cells_of_the_tool_are_named_with_row_and_column() -> None:
    with pytest.raises(ValueError, match=r"Zeile 2.*Checkliste WiBA.*Backups und mehr"):
        found(wiba(("Backups und mehr", "1", "Frage?")))
    with pytest.raises(ValueError, match="Zeile 3: Die Spalte „Prüffrage WiBA“ ist leer"):
        found(wiba(("Backup", "1", "Frage?"), ("Backup", "2", "")))
    with pytest.raises(ValueError, match="Zeile 2, Spalte „Umsetzung“: „vielleicht“"):
        found(wiba(("Backup", "1", "Frage?", "", "", "vielleicht")))
    with pytest.raises(ValueError, match=r"Zeile 3: Die Kennung 3\.1 steht schon in Zeile 2"):
        found(wiba(("Backup", "1", "Frage?"), ("3 Backup", "1", "Dieselbe?")))


def test_an_effort_that_is_no_number_is_a_notice_and_loses_nothing() -> None:
    one = found(wiba(("Backup", "1", "Frage?", "", "viel"))).catalogue
    assert "Zeile 2, Spalte „Aufwand“: „viel“" in one.notices[0]
    assert one.controls[0].effort is None
    assert one.controls[0].rest["cells"]["aufwand"] == "viel"


@pytest.mark.parametrize(
    ("text", "span"), [("2", (2, 2)), ("1 - 2", (1, 2)), ("2 -3", (2, 3)), ("1 bis 4", (1, 4)), ("3-1", None), ("", None)]
)
def test_effort_is_a_range(text, span) -> None:
    assert effort(text) == span


def test_every_checklist_is_known_by_its_name_and_its_number() -> None:
    assert len(lists.CHECKLISTS) == 19
    rows = [(f"{i}. {name}" if i % 2 else name, "1", f"Frage {i}?") for i, name in enumerate(lists.CHECKLISTS, start=1)]
    assert [x.id for x in found(wiba(*rows)).catalogue.controls] == [f"{i}.1" for i in range(1, 20)]


def test_the_scales_map_onto_our_claims_and_back() -> None:
    assert claims("plusplus") == (Claim.UNBEARBEITET, Claim.JA, Claim.NEIN, Claim.ENTBEHRLICH)
    assert claim("wiba", "Nicht  relevant") is Claim.ENTBEHRLICH
    assert claim("wiba", "teilweise") is None
    for scale, words in SCALES.items():
        assert all(claim(scale, text) is meant and word(scale, meant) == text for text, meant in words.items())


@needs_shared
def test_the_index_of_the_kompendium_has_its_known_figures() -> None:
    one = read([official("kompendium2023-modules.csv"), official("kompendium2023-requirements.csv")], "2023").catalogue
    levels = [x.level for x in one.controls]
    assert (len(one.groups), len(one.controls)) == (111, 1835)
    assert (levels.count("Basis"), levels.count("Standard"), levels.count("erhöht")) == (563, 867, 405)
    assert next(x.title for x in one.groups if x.id == "SYS.4.1").startswith("Drucker")
    assert all(x.statement == "" for x in one.controls)


def test_the_towns_own_copy_of_the_texts_goes_into_the_index() -> None:
    index = found(xlsx(("Baustein", "Anforderung", "Titel", "Stufe"), ("SYS.1.1", "SYS.1.1.A1", "Eins", "B")), version="2023")
    texts = xlsx(("Anforderung", "Text"), ("SYS.1.1.A1", "Der Server MUSS."))
    one = read([texts], "2023 mit Text", lambda: index.catalogue)
    assert one.catalogue.controls[0].statement == "Der Server MUSS."
    assert one.catalogue.controls[0].key == index.catalogue.controls[0].key == "kompendium:SYS.1.1.A1"
    with pytest.raises(ValueError, match="fehlt das Verzeichnis"):
        read([texts], "x")
    with pytest.raises(ValueError, match=r"Zeile 2, Spalte „Anforderung“: SYS\.9\.9\.A1 gibt es"):
        read([xlsx(("Anforderung", "Text"), ("SYS.9.9.A1", "Text"))], "x", lambda: index.catalogue)
    with pytest.raises(ValueError, match="Zeile 2, Spalte „Stufe“: „X“"):
        found(xlsx(("Baustein", "Anforderung", "Titel", "Stufe"), ("SYS.1.1", "SYS.1.1.A1", "Eins", "X")))


def test_annex_a_gets_keys_of_its_own() -> None:
    one = found(annex_a(("a.5.1", "Richtlinien", "Es gibt Richtlinien."), ("a.5.2", "Rollen", "Rollen sind benannt.")))
    assert [x.key for x in one.catalogue.controls] == [f"{one.key}:a.5.1", f"{one.key}:a.5.2"]
    assert one.key == key_of("ISO/IEC 27001:2022 Annex A") == "iso-iec-27001-2022-annex-a"


def test_own_rules_are_a_list_of_three_columns_and_more_if_wanted() -> None:
    columns = ("Kennung", "Titel", "Anforderung", "Bereich", "Verbindlichkeit", "Aufwand", "Zielobjekt")
    one = found(xlsx(columns, ("H-1", "Schlüssel", "Wird quittiert.", "Haus", "muss", "1", "Gebäude"), name="Haus_Regeln.xlsx"))
    control = one.catalogue.controls[0]
    assert (one.title, one.key, control.key) == ("Haus Regeln", "haus-regeln", "haus-regeln:H-1")
    assert (control.modal_verb, control.effort, control.categories) == ("MUSS", 1, ("Gebäude",))
    with pytest.raises(ValueError, match="Zeile 2, Spalte „Zielobjekt“: Die Kategorie „Raumschiffe“"):
        found(xlsx(columns, ("H-1", "x", "y", "", "", "", "Raumschiffe")))
    with pytest.raises(ValueError, match="Zeile 2, Spalte „Kennung“: „H 1/2“ ist keine Kennung"):
        found(rules(("H 1/2", "x", "y")))


@needs_shared
def test_the_reference_tables_are_read_whole() -> None:
    questions = read([official("wiba-index.csv")], "x")
    assert len({x.source for x in questions.relations}) <= 257
    assert len({x.target for x in questions.relations}) == 211
    mapping = read([official("kompendium2023-to-grundschutzpp-mapping.json")], "x")
    assert len(mapping.relations) == 1185
    june = read([official("grundschutzpp-2026-06-30.json")], "x").catalogue
    keys = {x.key for x in june.controls}
    assert len({x.target for x in mapping.relations} - keys) == 1


@needs_shared
def test_categories_that_the_vocabulary_does_not_know_are_accepted_with_a_notice() -> None:
    notices = " ".join(read([official("grundschutzpp-2026-06-30.json")], "x").catalogue.notices)
    assert "„Fahrzeuge“" in notices
    assert "„Mobiltelefone“" in notices


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("a.json", b"{kaputt", "kein lesbares JSON"),
        ("a.json", b'{"catalog": {"metadata": {}}}', "keine Anforderungen"),
        ("a.json", b'{"mapping-collection": {"mappings": [{"maps": [{}]}]}}', "Zuordnung ist unvollständig"),
        ("a.csv", b"Name;Ort\nx;y\n", "Spalten einer bekannten Liste"),
        ("a.csv", b"Kennung;Titel;Anforderung\n", "keine Zeile"),
        ("a.xlsx", b"PK\x03\x04kaputt", "beschädigt"),
        ("a.csv", b"Baustein;Titel\nSYS.1;Server\n", "nennt nur Bausteine"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_german_sentence(name, data, sentence) -> None:
    with pytest.raises(ValueError, match=sentence):
        read([Given(name, data)], "x")


def test_files_that_do_not_belong_together_are_refused() -> None:
    with pytest.raises(ValueError, match="gehören nicht zusammen"):
        read([rules(("H-1", "x", "y")), rules(("H-2", "x", "y"))], "x")
