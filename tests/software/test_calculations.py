"""Rules, licences, comparison and release: pure."""

from __future__ import annotations

import dataclasses
from datetime import date
from uuid import UUID

import pytest

from service.software import compare, values, words
from service.software.licences import Coverage, Licence, balances
from service.software.rules import Book, Found, Rule, assigned, groups
from service.software.values import Entry, Shared, Standard

TODAY = date(2026, 11, 16)
P1, P2 = UUID(int=1), UUID(int=2)


def found(number: int, name: str, maker: str | None = None, devices: int = 1) -> Found:
    return Found(UUID(int=100 + number), name, maker, devices)


def rule(value: str, product: UUID | None, maker: str = "", *, pattern: bool = False) -> Rule:
    return Rule(UUID(int=hash((value, maker)) & 0xFFFF), pattern, value, maker, product, UUID(int=9))


def test_one_rule_holds_for_all_versions_and_languages_of_a_name() -> None:
    names = [found(1, "7-Zip 25.01 (x64)", "Igor Pavlov", 30), found(2, "7-Zip 24.09", "Igor Pavlov", 3), found(3, "7-Zip")]
    (one,) = groups(names, Book([rule("7-zip", P1, "igor pavlov")]), {}, {})
    assert (one.state, one.installations, one.title) == ("assigned", 34, "7-Zip 25.01 (x64)")
    assert assigned([one]) == {P1: tuple(x.id for x in sorted(names, key=lambda x: x.name))}


def test_same_names_of_different_makers_stay_apart() -> None:
    made = groups(
        [found(1, "Zeiterfassung", "A GmbH"), found(2, "Zeiterfassung", "B AG")], Book([rule("zeiterfassung", P1, "a")]), {}, {}
    )
    assert [(x.maker, x.state) for x in made] == [("a", "assigned"), ("b", "open")]


def test_an_exact_rule_goes_before_a_pattern_and_a_long_pattern_before_a_short_one() -> None:
    book = Book(
        [
            rule("microsoft*", None, pattern=True),
            rule("microsoft office*", P1, pattern=True),
            rule("microsoft office professional plus 2021", P2),
        ]
    )
    assert book.rule("microsoft office professional plus 2021", "microsoft").product == P2
    assert book.rule("microsoft office standard 2019", "microsoft").product == P1
    assert book.rule("microsoft edge", "microsoft").product is None
    assert book.rule("libreoffice", "") is None


def test_a_dot_in_a_pattern_is_a_dot() -> None:
    assert Book([rule("a.b*", P1, pattern=True)]).rule("axb", "") is None


def test_suggestions_name_their_reason() -> None:
    names = [
        found(1, "Meldekreis 7.4", "Findling Software"),
        found(2, "Meldekreis Druckmodul 7.4", "Findling Software"),
        found(3, "Realtek Audio Driver"),
        found(4, "Ratsmappe 9.1"),
        found(5, "Etwas anderes"),
    ]
    made = {x.title: x.suggestion for x in groups(names, Book([]), {"meldekreis": P1}, {"ratsmappe": "Ratsmappe"})}
    assert (made["Meldekreis 7.4"].product, made["Meldekreis 7.4"].why) == (P1, "same")
    assert (made["Meldekreis Druckmodul 7.4"].product, made["Meldekreis Druckmodul 7.4"].why) == (P1, "begins")
    assert made["Realtek Audio Driver"].ignore
    assert (made["Ratsmappe 9.1"].name, made["Ratsmappe 9.1"].why) == ("Ratsmappe", "elsewhere")
    assert made["Etwas anderes"] is None


def licence(metric: str, quantity: int | None, ends_on: date | None = None) -> Licence:
    return Licence(UUID(int=7), P1, metric, quantity, ends_on=ends_on)


ALL_LISTED = Coverage(40, 40)


@pytest.mark.parametrize(
    ("licences", "installed", "users", "coverage", "expected"),
    [
        ([licence("device", 10)], 12, None, ALL_LISTED, [("under", "counted", 2)]),
        ([licence("device", 10)], 10, None, ALL_LISTED, [("enough", "counted", 0)]),
        ([licence("device", 10), licence("device", 5)], 12, None, ALL_LISTED, [("enough", "counted", 0)]),
        ([licence("device", 10), licence("device", 5, date(2026, 11, 15))], 12, None, ALL_LISTED, [("under", "counted", 2)]),
        ([licence("device", 10, TODAY)], 10, None, ALL_LISTED, [("enough", "counted", 0)]),
        ([licence("device", 10)], 9, None, Coverage(40, 38), [("unknown", "silent", 0)]),
        ([licence("device", 10)], None, None, ALL_LISTED, [("unknown", "unassigned", 0)]),
        ([licence("device", 10)], 0, None, ALL_LISTED, [("enough", "counted", 0)]),
        ([licence("user", 10)], 3, None, ALL_LISTED, [("unknown", "users", 0)]),
        ([licence("user", 10)], 3, 11, ALL_LISTED, [("under", "told", 1)]),
        ([licence("user", 11)], 99, 11, ALL_LISTED, [("enough", "told", 0)]),
        ([licence("unlimited", None), licence("device", 1)], 99, None, ALL_LISTED, [("enough", "unlimited", 0)]),
        ([licence("unlimited", None, date(2026, 1, 1))], 9, None, ALL_LISTED, [("under", "counted", 9)]),
        ([licence("device", 5), licence("user", 20)], 9, 20, ALL_LISTED, [("unknown", "mixed", 0), ("enough", "told", 0)]),
        ([], 9, 20, ALL_LISTED, []),
    ],
)
def test_licences_against_installations(licences, installed, users, coverage, expected) -> None:
    made = balances(licences, installed, users, coverage, TODAY)
    assert [(x.state, x.why, x.missing) for x in made] == expected


FULL = Entry(
    id=P1, key="meldekreis", name="Meldekreis", maker="Findling", note="geheim-notiz", release="7.4", users=12, hosting="cloud",
    purpose="Meldewesen", contract_end=date(2027, 3, 31), notice_on=date(2026, 12, 31), cost_yearly=0, contact="Bürgerbüro",
    processing_contract="no", dms_interface="yes", exit_plan="geheim-plan", solved="Umzug der Akten", facets=tuple(words.FACETS),
)  # fmt: skip


def test_every_facet_releases_its_one_field_and_nothing_else_crosses() -> None:
    everything = values.released(FULL)
    assert set(everything) == {"key", "name", "maker", "purpose", "facets", *values.RELEASABLE}
    assert everything["cost_yearly"] == 0
    assert "geheim" not in str(everything)
    for facet in values.RELEASABLE:
        told = values.released(dataclasses.replace(FULL, facets=("use", facet)))
        assert {name for name in values.RELEASABLE if told[name] is not None} == {facet}


@pytest.mark.parametrize("change", [{"facets": ()}, {"facets": ("cost_yearly",)}, {"used": False}, {"ended": True}])
def test_without_the_use_itself_nothing_is_released(change) -> None:
    assert values.released(dataclasses.replace(FULL, **change)) is None


def test_each_releasable_field_has_its_facet() -> None:
    assert set(words.FACETS) == {"use", *values.RELEASABLE}
    assert set(words.USUAL) <= set(words.FACETS)
    assert "cost_yearly" not in words.USUAL


def use(town: int, name: str, purpose: str, ends: date | None = None, cost: int | None = None, key: str = "") -> Shared:
    return Shared(town, key or name.lower(), name, "", purpose, None, None, None, None, ends, cost, None, ("use",))


CEMETERY = [
    use(1, "Grabweg", "Friedhof", date(2027, 2, 28), 290_000),
    use(2, "Ruheplan", "friedhof", date(2027, 1, 31), None),
    use(2, "Grabweg", "Friedhof", date(2027, 1, 1)),
    use(3, "Grabweg", "Friedhof", date(2026, 11, 15)),
    use(1, "Lohnwerk", "Lohn"),
    use(2, "Lohnwerk", "Lohn"),
]


def test_same_purpose_with_different_products_is_a_hint() -> None:
    apart = [x for x in CEMETERY if (x.of_town, x.name) != (2, "Grabweg")]
    (one,) = compare.same_purpose(compare.matrix(apart, []))
    assert one.purpose.casefold() == "friedhof"
    assert dict(one.products) == {"Grabweg": (1, 3), "Ruheplan": (2,)}
    assert one.known_cost == 290_000


def test_two_products_in_one_town_alone_are_its_own_matter() -> None:
    assert compare.same_purpose(compare.matrix([use(1, "A", "Friedhof"), use(1, "B", "Friedhof")], [])) == ()


def test_towns_that_have_a_product_in_common_are_no_hint() -> None:
    both = [use(town, name, "PDF") for town in (1, 2) for name in ("Leser", "Drucker")]
    assert compare.same_purpose(compare.matrix([*both, use(3, "Leser", "PDF")], [])) == ()
    assert len(compare.same_purpose(compare.matrix([*both, use(3, "Anderer", "PDF")], []))) == 1


def test_contracts_that_end_in_one_quarter_and_not_those_that_are_over() -> None:
    (one,) = compare.end_together(compare.matrix(CEMETERY, []), TODAY)
    assert (one.year, one.quarter, one.name) == (2027, 1, "Grabweg")
    assert one.ends == ((2, date(2027, 1, 1)), (1, date(2027, 2, 28)))


@pytest.mark.parametrize(("day", "number"), [((2026, 3, 31), 1), ((2026, 4, 1), 2), ((2026, 12, 31), 4), ((2026, 9, 30), 3)])
def test_quarters(day: tuple[int, int, int], number: int) -> None:
    assert compare.quarter(date(*day)) == (2026, number)


def test_who_deviates_from_the_standard() -> None:
    rows = compare.matrix([use(1, "Ruheplan", "Friedhof"), *CEMETERY], [Standard("grabweg", "Grabweg", "Friedhof", "X")])
    assert [x.name for x in rows if x.standard] == ["Grabweg"]
    four = compare.matrix([use(4, "Ruheplan", "Friedhof"), *CEMETERY], [])
    (one,) = compare.deviations(four, [Standard("grabweg", "Grabweg", "Friedhof", "X")])
    assert (one.town, one.product, one.standard) == (4, "Ruheplan", "Grabweg")


def test_search_finds_by_product_maker_or_purpose() -> None:
    rows = compare.matrix(CEMETERY, [])
    assert [x.name for x in compare.search(rows, "FRIEDHOF")] == ["Grabweg", "Ruheplan"]
    assert [x.name for x in compare.search(rows, "ruhe fried")] == ["Ruheplan"]
    assert compare.search(rows, "gibtesnicht") == ()


@pytest.mark.parametrize(
    ("name", "release", "ends"),
    [
        ("Windows Server 2022", "21H2", date(2031, 10, 14)),
        ("Microsoft Windows Server 2016", "", date(2027, 1, 12)),
        ("Sicherung für Debian 10", "", None),
        ("Meldekreis", "7.4", None),
    ],
)
def test_end_of_support_only_for_the_product_itself(name: str, release: str, ends: date | None) -> None:
    found = values.support_of(name, release)
    assert (found.ends if found else None) == ends
