"""One value out of many words: ranks, locks, age, and what disagrees (Feldabgleich)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanners.observation import Name, Observation, Origin, Source
from service.inventory.fields import keep, seen
from service.inventory.overruled import overruled
from service.inventory.reconcile import Lock, Reconciled, Sighted, reconcile

NOW = datetime(2026, 11, 16, 10, tzinfo=UTC)
COLLECTION = uuid.UUID(int=1)


def sighted(observation: Observation, days_ago: float = 1) -> Sighted:
    return Sighted(uuid.uuid4(), NOW - timedelta(days=days_ago), COLLECTION, seen(keep(observation)))


def walk(origins: dict[str, Origin] | None = None, **said: Any) -> Observation:
    return Observation(Source.SNMP, "10.61.20.1", origins=origins or {}, **said)


def row(**said: Any) -> Observation:
    return Observation(Source.LIST, "row:1", **said)


def settle(*records: Sighted, locks: Sequence[Lock] = ()) -> Reconciled:
    return reconcile(sorted(records, key=lambda one: one.at), locks, as_of=NOW)


def test_a_chassis_serial_goes_before_the_misspelt_one_of_a_list() -> None:
    found = settle(
        sighted(row(serials=("FCW1929B86S",)), 1),
        sighted(walk({"serials": Origin.ENTITY}, serials=("FCW1929B68S",)), 5),
    )
    assert found.visible["serial"] == "FCW1929B68S"


def test_a_locked_name_stays_and_the_scan_that_disagrees_is_a_difference() -> None:
    lock = Lock("hostname", "ERB-NB007", "Jannis Liguster", NOW - timedelta(days=2), "Typenschild")
    found = settle(sighted(walk(names=(Name("ERB-NB107", Origin.SYS_NAME),))), locks=[lock])
    assert found.visible["hostname"] == "ERB-NB007"
    (drift,) = found.drift
    assert (drift.field, drift.shown, drift.seen, drift.locked) == ("hostname", "ERB-NB007", "ERB-NB107", True)


def test_what_was_known_before_a_person_decided_is_no_question() -> None:
    lock = Lock("room", "Neuer Raum 1", "Jannis Liguster", NOW, "umgezogen")
    assert settle(sighted(row(fields={"room": "EG 3"}), 8), locks=[lock]).drift == ()
    (drift,) = settle(sighted(row(fields={"room": "EG 3"}), -1), locks=[lock]).drift
    assert drift.seen == "EG 3"


def test_the_newest_list_renames_and_a_scan_that_outranks_it_is_named_as_the_source() -> None:
    old, new = (row(names=(Name(name, Origin.LIST),)) for name in ("pc-001", "umbenannt-01"))
    assert settle(sighted(old, 8), sighted(new, 0)).visible["hostname"] == "umbenannt-01"
    smb = Observation(Source.NMAP, "10.0.0.5", names=(Name("PC-001", Origin.NETBIOS),))
    found = settle(sighted(old, 8), sighted(smb, 2), sighted(new, 0))
    (shown,) = [said for said in found.said if said.visible and said.field == "hostname"]
    assert (shown.value, shown.source) == ("pc-001", Source.NMAP)
    records = {said.record for said in found.said if said.value == "umbenannt-01"}
    (told,) = overruled(found, records)
    assert (told.field, told.told, told.shown, told.source, told.locked) == (
        "hostname",
        "umbenannt-01",
        "pc-001",
        Source.NMAP,
        False,
    )


def test_two_rows_of_one_list_do_not_mix_two_purchases() -> None:
    one = Observation(Source.LIST, "row:1", fields={"purchase_date": "2021-02-01", "supplier": "A GmbH"})
    two = Observation(Source.LIST, "row:2", fields={"price": "1200.00", "purchase_date": "2023-05-05"})
    for rows in ((one, two), (two, one)):
        found = settle(*[sighted(said) for said in rows])
        assert dict(found.visible) == {"purchase_date": "2021-02-01", "supplier": "A GmbH"}


def test_an_empty_answer_erases_nothing() -> None:
    found = settle(
        sighted(walk({"model": Origin.ENTITY}, model="WS-C2960X"), 30),
        sighted(walk({"model": Origin.ENTITY}, model=""), 1),
        sighted(walk(model=None), 0.5),
    )
    assert found.visible["model"] == "WS-C2960X"


def test_within_a_rank_the_newest_word_counts() -> None:
    found = settle(sighted(row(fields={"room": "1.07"}), 40), sighted(row(fields={"room": "2.11"}), 3))
    assert found.visible["room"] == "2.11"


def test_a_value_older_than_a_year_loses_its_rank_to_one_of_this_month() -> None:
    old = sighted(walk({"model": Origin.ENTITY}, model="LaserJet 4000"), 400)
    fresh = sighted(row(model="LaserJet M607"), 3)
    assert settle(old, fresh).visible["model"] == "LaserJet M607"


def test_it_keeps_its_rank_while_nothing_newer_than_a_month_speaks() -> None:
    old = sighted(walk({"model": Origin.ENTITY}, model="LaserJet 4000"), 400)
    stale = sighted(row(model="LaserJet M607"), 31)
    assert settle(old, stale).visible["model"] == "LaserJet 4000"


def test_scans_never_write_what_only_people_know() -> None:
    found = settle(sighted(walk(fields={"room": "Keller", "user": "niemand"})))
    assert "room" not in found.visible
    assert "user" not in found.visible


def test_a_machine_that_disagrees_with_a_better_one_makes_a_difference_and_no_change() -> None:
    found = settle(
        sighted(Observation(Source.AGENT, "agent", names=(Name("MI-NB7", Origin.AGENT),)), 2),
        sighted(walk(names=(Name("alter-name", Origin.SYS_NAME),)), 1),
    )
    assert found.visible["hostname"] == "MI-NB7"
    assert [(one.field, one.seen, one.locked) for one in found.drift] == [("hostname", "alter-name", False)]


def test_guesses_disagree_without_troubling_anybody() -> None:
    guess = Observation(Source.NMAP, "10.61.20.1", vendor="Hon Hai", origins={"vendor": Origin.OUI})
    found = settle(sighted(walk({"vendor": Origin.ENTITY}, vendor="HP")), sighted(guess))
    assert found.visible["manufacturer"] == "HP"
    assert not found.drift


def test_of_equal_names_the_one_that_is_not_cut_is_shown() -> None:
    found = settle(
        sighted(Observation(Source.NMAP, "10.61.20.1", names=(Name("ERB-NB-WASSERWE", Origin.NETBIOS),)), 1),
        sighted(walk(names=(Name("erb-nb-wasserwerk", Origin.SYS_NAME),)), 2),
    )
    assert found.visible["hostname"] == "erb-nb-wasserwerk"
    assert not found.drift


def test_a_name_from_dns_is_the_last_resort() -> None:
    found = settle(
        sighted(Observation(Source.NMAP, "10.61.20.1", names=(Name("host-77.erbach.example", Origin.PTR),)), 1),
        sighted(row(names=(Name("ERB-PC003", Origin.LIST),)), 60),
    )
    assert found.visible["hostname"] == "ERB-PC003"


def test_a_placeholder_is_no_serial() -> None:
    assert "serial" not in settle(sighted(walk(serials=("To be filled by O.E.M.",)))).visible


words = st.sampled_from(["alpha", "beta", "gamma", "delta"])
sayings = st.lists(st.tuples(st.sampled_from(["list", "snmp", "agent"]), words, st.floats(0, 800)), min_size=1, max_size=8)


def _said(source: str, word: str, days: float) -> Sighted:
    if source == "list":
        return sighted(row(names=(Name(word, Origin.LIST),), fields={"note": word}), days)
    origin = Origin.AGENT if source == "agent" else Origin.SYS_NAME
    return sighted(Observation(Source(source), "x", names=(Name(word, origin),)), days)


@given(sayings, words)
def test_what_a_person_locked_never_disappears(said: list[tuple[str, str, float]], word: str) -> None:
    lock = Lock("hostname", word, "Pia Eberesche", NOW - timedelta(days=900), "abgelesen")
    assert settle(*[_said(*one) for one in said], locks=[lock]).visible["hostname"] == word


@given(sayings)
def test_every_word_is_kept_whoever_wins(said: list[tuple[str, str, float]]) -> None:
    found = settle(*[_said(*one) for one in said])
    assert {one.value for one in found.said if one.field == "hostname"} == {word for _, word, _ in said}
    assert sum(one.visible for one in found.said if one.field == "hostname") == 1


@given(sayings, st.randoms())
def test_the_order_of_arrival_does_not_matter(said: list[tuple[str, str, float]], random: Any) -> None:
    records = [_said(*one) for one in said]
    straight = reconcile(records, as_of=NOW).visible
    random.shuffle(records)
    assert reconcile(records, as_of=NOW).visible == straight


def scanned(name: str, kind: str | None = None, origin: Origin = Origin.OS_GUESS) -> Observation:
    """A host in a scan that DNS has a name for."""
    origins = {"kind": origin} if kind else {}
    return Observation(Source.NMAP, "10.61.20.9", names=(Name(name, Origin.PTR),), kind=kind, origins=origins)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("erb-nb017.erbach.example", "notebook"),
        ("rathau-pc03", "workstation"),
        ("srv-fs01", "server"),
        ("MI-TEL9", "phone"),
        ("usv-rathaus", "ups"),
        ("sw-rathaus-2", "switch"),
        ("dr-kalkstein", None),  # two letters without any number may be anything
        ("kita-drachenland", None),
        ("nb-pc-1", None),
        ("srv-nb-1", None),
        ("", None),
    ],
)
def test_an_abbreviation_in_the_name_fills_the_gap(name: str, kind: str | None) -> None:
    assert settle(sighted(scanned(name))).visible.get("kind") == kind


def test_the_name_tells_a_notebook_from_a_workstation_and_says_so() -> None:
    found = settle(sighted(scanned("erb-nb017", "workstation")))
    assert found.visible["kind"] == "notebook"
    assert {(said.value, said.origin, said.visible) for said in found.said if said.field == "kind"} == {
        ("workstation", Origin.OS_GUESS, False),
        ("notebook", Origin.NAME, True),
    }
    assert found.drift == ()


@pytest.mark.parametrize(
    ("kind", "origin"), [("workstation", Origin.AGENT), ("workstation", Origin.LIST), ("server", Origin.OS_GUESS)]
)
def test_a_name_says_nothing_against_who_knows(kind: str, origin: Origin) -> None:
    assert settle(sighted(scanned("erb-nb017", kind, origin))).visible["kind"] == kind


def test_a_locked_kind_stays_whatever_the_name_says() -> None:
    lock = Lock("kind", "tablet", "Jannis Liguster", NOW)
    assert settle(sighted(scanned("erb-nb017")), locks=[lock]).visible["kind"] == "tablet"


def test_a_name_that_repeats_the_model_is_no_name_unless_a_person_typed_it() -> None:
    phone = Observation(Source.NMAP, "10.61.20.9", model="snom D785", names=(Name("d785.local", Origin.CERTIFICATE),))
    assert "hostname" not in settle(sighted(phone)).visible
    assert settle(sighted(row(model="snom D785", names=(Name("D785", Origin.LIST),)))).visible["hostname"] == "D785"


def test_the_distribution_goes_before_the_kernel_that_others_see_and_nothing_disagrees() -> None:
    server = walk({"os": Origin.SYS_DESCR}, os="Linux", os_version="6.1.0-18-amd64")
    banner = Observation(Source.NMAP, "10.61.20.1", os="Debian", os_version="12", origins={"os": Origin.BANNER})
    found = settle(sighted(server, 1), sighted(banner, 3))
    assert (found.visible["os"], found.visible["os_version"], found.drift) == ("Debian", "12", ())


def test_a_system_on_top_of_a_distribution_stays_and_the_distribution_is_no_contradiction() -> None:
    host = walk({"os": Origin.SYS_DESCR}, os="Proxmox VE", os_version="6.8.12-4-pve")
    banner = Observation(Source.NMAP, "10.61.20.1", os="Debian", os_version="12", origins={"os": Origin.SMB})
    found = settle(sighted(host), sighted(banner))
    assert (found.visible["os"], found.drift) == ("Proxmox VE", ())


def test_two_distributions_contradict_each_other() -> None:
    told = walk({"os": Origin.VENDOR_OID}, os="Debian", os_version="12")
    banner = Observation(Source.NMAP, "10.61.20.1", os="Ubuntu", os_version="24.04", origins={"os": Origin.SMB})
    assert settle(sighted(told), sighted(banner)).drift != ()


def test_what_a_scan_saw_outweighs_a_lists_word_that_excludes_it() -> None:
    right, slip = row(kind="workstation"), row(kind="monitor")
    pc = Observation(Source.NMAP, "10.0.0.5", kind="workstation", os="Windows 10", origins={"kind": Origin.SMB})
    assert settle(sighted(pc, 2), sighted(slip, 0)).visible["kind"] == "workstation"
    found = settle(sighted(right, 8), sighted(pc, 2), sighted(slip, 0))
    assert found.visible["kind"] == "workstation"
    assert [one.told for one in overruled(found, {said.record for said in found.said if said.value == "monitor"})] == ["monitor"]
    assert settle(sighted(pc, 2), sighted(row(kind="printer"), 0)).visible["kind"] == "workstation"
    assert settle(sighted(pc, 2), sighted(row(kind="notebook"), 0)).visible["kind"] == "notebook"
    guess = Observation(Source.NMAP, "10.0.0.5", kind="workstation", origins={"kind": Origin.PORTS})
    assert settle(sighted(guess, 2), sighted(slip, 0)).visible["kind"] == "workstation"
    assert settle(sighted(guess, 2), sighted(row(kind="printer"), 0)).visible["kind"] == "printer"
