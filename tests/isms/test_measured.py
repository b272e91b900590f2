"""How many known violations the checks find, and how much of what they report is one; measured over generated estates."""

from __future__ import annotations

import time
from collections import Counter

import pytest

from isms.checks import all_checks
from isms.facts import EstateFacts
from isms.finding import Finding, Result, Verdict
from tests.isms.seeded import Town, build

SEEDS = range(12)
ASKED = 0.98


def run(estate: EstateFacts) -> list[Finding]:
    return [finding for check in all_checks() for finding in check.run(estate)]


def named(town: Town, found: Finding) -> tuple[str, str]:
    names = {x.id: x.name for x in town.assets}
    return (found.check, names[found.asset] if found.asset else found.where)


@pytest.fixture(scope="module")
def measured() -> list[tuple[Town, list[Finding], set[tuple[str, str]]]]:
    found = []
    for seed in SEEDS:
        town = build(seed)
        findings = run(town.estate())
        names = {x.id: x.name for x in town.assets}
        said = {(x.check, names[x.asset] if x.asset else x.where) for x in findings if x.result is Result.NOT_SATISFIED}
        found.append((town, findings, said))
    return found


def test_recall_and_precision_over_all_rules_and_for_each(measured) -> None:
    hit, missed, false = Counter[str](), Counter[str](), Counter[str]()
    wrong: list[tuple[str, tuple[str, str]]] = []
    for town, _findings, said in measured:
        hit.update(rule for rule, _ in town.wrong & said)
        missed.update(rule for rule, _ in town.wrong - said)
        false.update(rule for rule, _ in said - town.wrong)
        wrong += [("missed", x) for x in sorted(town.wrong - said)] + [("false", x) for x in sorted(said - town.wrong)]
    total = sum(hit.values())
    recall, precision = total / (total + sum(missed.values())), total / (total + sum(false.values()))
    print(f"\n{total} violations of {len(hit)} rules over {len(SEEDS)} estates: recall {recall:.4f}, precision {precision:.4f}")
    assert recall >= ASKED, wrong[:20]
    assert precision >= ASKED, wrong[:20]
    for rule in hit | missed | false:
        assert hit[rule] >= ASKED * (hit[rule] + missed[rule]), (rule, wrong)
        assert hit[rule] >= ASKED * (hit[rule] + false[rule]), (rule, wrong)


def test_every_rule_that_can_refute_has_planted_violations(measured) -> None:
    planted = {rule for town, _findings, _said in measured for rule, _ in town.wrong}
    assert planted == {x.id for x in all_checks() if x.verdict is Verdict.REFUTES}


def test_what_nobody_can_know_is_unknown_and_never_satisfied(measured) -> None:
    for town, findings, _said in measured:
        names = {x.id: x.name for x in town.assets}
        results: dict[tuple[str, str], set[Result]] = {}
        for x in findings:
            results.setdefault((x.check, names[x.asset] if x.asset else x.where), set()).add(x.result)
        for key in town.unsure:
            assert results.get(key) == {Result.UNKNOWN}, key


def test_an_estate_of_which_nothing_is_known_satisfies_nothing() -> None:
    town = build(1)
    bare = EstateFacts(town.estate().now, tuple(_forget(x) for x in town.assets))
    assert {x.result for x in run(bare)} <= {Result.UNKNOWN}


def _forget(asset):
    from isms.facts import AssetFacts

    return AssetFacts(asset.id, asset.name, asset.kind, ips=asset.ips)


def test_all_checks_on_a_large_estate_take_a_few_seconds() -> None:
    towns = [build(seed) for seed in range(100, 130)]
    assets = tuple(x for town in towns for x in town.assets)[:12_500]
    big = EstateFacts(towns[0].estate().now, assets, tuple(towns[0].networks), lists_known=True)
    started = time.process_time()
    findings = run(big)
    seconds = time.process_time() - started
    print(f"\n{len(big.assets)} devices, {len(findings)} findings: {seconds:.2f} s of processor time")
    assert len(big.assets) == 12_500
    assert seconds < 12
