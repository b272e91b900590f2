"""Rules over the inventory draw devices into objects, and stay true as it changes."""

from time import perf_counter
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from service.objects.membership import FAMILIES, Batch, Estate, Rule, family

NET, WLAN, HALL, DEPOT = (UUID(int=i) for i in range(1, 5))
PURPOSES = {NET: "client", WLAN: "wlan"}


def batch(kind: str, *names: str, os: str | None = None, site: UUID | None = None, unit: str = "", networks=()) -> Batch:
    return Batch(kind, os, site, unit, tuple(networks), [uuid4() for _ in names], list(names))


def names(estate: Estate, rule: Rule) -> set[str]:
    found = estate.members(rule)
    return {name for ident, name in zip(estate.ids, estate.names, strict=True) if ident in found}


ESTATE = Estate(
    [
        batch("notebook", "nb-01", "NB-02", os="Microsoft Windows 11 Pro", site=HALL, unit="Hauptamt", networks=[NET]),
        batch("notebook", "nb-kita", os="Ubuntu 24.04", site=DEPOT, networks=[WLAN]),
        batch("server", "srv-fs01", os="Microsoft Windows Server 2019", site=HALL, networks=[NET]),
        batch("virtual_address", "vip-1"),
    ],
    PURPOSES,
)


def test_all_notebooks_of_the_administration_are_drawn_by_kind_and_site():
    assert names(ESTATE, Rule(kinds=["notebook"], sites=[str(HALL)])) == {"nb-01", "NB-02"}


def test_within_a_field_one_value_is_enough_and_between_fields_all_must_fit():
    assert names(ESTATE, Rule(kinds=["notebook", "server"], os=["windows", "windows_server"])) == {"nb-01", "NB-02", "srv-fs01"}
    assert names(ESTATE, Rule(kinds=["notebook"], purposes=["wlan"], os=["windows"])) == set()


def test_names_are_matched_in_any_case_with_stars_and_question_marks():
    assert names(ESTATE, Rule(name="nb-0?")) == {"nb-01", "NB-02"}
    assert names(ESTATE, Rule(name="*kita")) == {"nb-kita"}
    assert names(ESTATE, Rule(name="NB-02")) == {"NB-02"}


def test_an_empty_rule_draws_nothing_and_a_device_added_by_hand_is_in():
    assert names(ESTATE, Rule()) == set()
    by_hand = Rule(kinds=["server"], assets=[str(ESTATE.ids[0]), "not an id"])
    assert names(ESTATE, by_hand) == {"nb-01", "srv-fs01"}


def test_a_device_left_out_with_a_reason_is_in_no_group_but_stays_in_the_town():
    estate = Estate([batch("notebook", "a", "b")], {}, ())
    out = Estate([Batch("notebook", None, None, "", (), estate.ids, estate.names)], {}, {estate.ids[0]})
    assert names(out, Rule(kinds=["notebook"])) == {"b"}
    assert names(out, Rule(everything=True)) == {"a", "b"}


def test_a_device_dangles_until_an_object_for_devices_takes_it():
    rules = [("it_system", Rule(kinds=["notebook"])), ("network", Rule(kinds=["server"])), ("it_system", Rule(everything=True))]
    assert ESTATE.by_kind(ESTATE.dangling(rules)) == {"server": 1}
    assert ESTATE.dangling([*rules, ("it_system", Rule(name="srv-*"))]) == 0


def test_a_group_grows_with_the_inventory():
    more = Estate([batch("notebook", "nb-01"), batch("notebook", "nb-99")], {})
    assert (ESTATE.count(Rule(kinds=["notebook"])), more.count(Rule(kinds=["notebook"]))) == (3, 2)


def test_operating_systems_are_told_apart_by_family():
    said = {
        "Microsoft Windows Server 2022 Standard": "windows_server",
        "Microsoft Windows 11 Pro": "windows",
        "Debian GNU/Linux 12": "linux",
        "VMware ESXi 8.0": "esxi",
        "macOS 15": "macos",
        "Android 15": "android",
        "iPadOS 18": "ios",
        "Cisco IOS 15.2": "other",
        "": "unknown",
    }
    assert {text: family(text) for text in said} == said
    assert set(said.values()) <= set(FAMILIES)


KINDS = st.sampled_from(["notebook", "server", "printer"])


@given(st.lists(st.tuples(KINDS, st.sampled_from([HALL, DEPOT, None])), max_size=30), st.lists(KINDS), st.booleans())
def test_a_rule_draws_exactly_the_devices_that_fit(devices, kinds, at_hall):
    estate = Estate([batch(kind, f"d{i}", site=site) for i, (kind, site) in enumerate(devices)], {})
    rule = Rule(kinds=kinds, sites=[str(HALL)] if at_hall else [])
    wanted = {
        f"d{i}"
        for i, (kind, site) in enumerate(devices)
        if rule.asks and (not kinds or kind in kinds) and (not at_hall or site == HALL)
    }
    assert names(estate, rule) == wanted
    assert estate.count(rule) == len(wanted)


def test_four_hundred_rules_over_twelve_thousand_devices_take_less_than_a_page_may():
    kinds = ("notebook", "server", "printer", "switch", "phone")
    batches = [
        batch(kinds[i % 5], *(f"{kinds[i % 5]}-{i}-{n}" for n in range(13)), unit=f"Amt {i % 40}", networks=[NET])
        for i in range(962)
    ]
    rules = [Rule(kinds=[kinds[i % 5]], units=[f"Amt {i % 40}"], name=f"{kinds[i % 5]}-{i}*") for i in range(400)]
    started = perf_counter()
    estate = Estate(batches, PURPOSES)
    total = sum(estate.count(rule) for rule in rules)
    estate.dangling([("it_system", rule) for rule in rules])
    assert len(estate.ids) == 12_506
    assert total > 400
    assert perf_counter() - started < 1.0  # a page's budget is 0.1 s; ten times that never fails on a busy machine
