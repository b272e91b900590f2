"""What a linking means for the estate that is there: ids are for ever, and the plan reads like a sentence."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from service.inventory.linking import Cluster, Join, Linking, Rule
from service.inventory.plan import Plan, Present, Step, changes, homes, sequence

R = {name: uuid.UUID(int=100 + n) for n, name in enumerate("abcdefgh")}
A, B = uuid.UUID(int=1), uuid.UUID(int=2)


def cluster(records: str, anchor: str | None = None) -> Cluster:
    ids = tuple(R[name] for name in records)
    return Cluster(
        ids, tuple(Join(one, Rule.IDENTIFIER if n else Rule.FIRST) for n, one in enumerate(ids)), R[anchor or records[0]], ()
    )


def placed(clusters: Sequence[Cluster], present: Sequence[Present] = (), assigned: Mapping[str, uuid.UUID] | None = None) -> Any:
    return homes(Linking(tuple(clusters)), present, {R[name]: asset for name, asset in (assigned or {}).items()})


def test_a_known_device_keeps_its_id_when_older_records_arrive() -> None:
    (home,), left = placed([cluster("cab")], [Present(A, R["a"])], {"a": A, "b": A})
    assert (home.asset, home.fresh, home.added, left) == (A, False, 1, [])


def test_two_assets_that_become_one_keep_the_id_of_the_oldest_record() -> None:
    (home,), left = placed([cluster("abc")], [Present(B, R["c"]), Present(A, R["a"])], {"a": A, "b": A, "c": B})
    assert (home.asset, home.absorbed, left) == (A, (B,), [B])


def test_after_a_split_the_part_with_the_anchor_keeps_the_id() -> None:
    found, left = placed([cluster("a"), cluster("bc")], [Present(A, R["b"])], dict.fromkeys("abc", A))
    assert [home.asset == A for home in found] == [False, True]
    assert (found[0].fresh, found[0].parted, left) == (True, A, [])


def test_undoing_a_merge_brings_the_old_id_back() -> None:
    present = [Present(A, R["a"]), Present(B, R["b"], gone=True, merged_into=A)]
    found, _ = placed([cluster("a"), cluster("b")], present, {"a": A, "b": A})
    assert [home.asset for home in found] == [A, B]


def test_the_same_records_get_the_same_ids_in_any_database() -> None:
    assert placed([cluster("ab")])[0][0].asset == placed([cluster("ab")])[0][0].asset


def test_an_asset_without_records_is_left_and_never_deleted() -> None:
    _, left = placed([cluster("a")], [Present(A, R["a"]), Present(B, R["b"])], {"a": A, "b": B})
    assert left == [B]


def test_a_plan_reads_like_a_sentence() -> None:
    steps = [
        Step("touch", A, "ERB-PC001", "workstation", 4),
        Step("update", A, "ERB-NB007", "notebook", 1, {"room": ("1.07", "2.11"), "os": (None, "Windows 11")}),
        Step("create", B, "prn-ordnung", "printer", 2),
        Step("ask", A, "erb-nb007", "replaced", question="replaced:erb-nb007:S1|S2"),
    ]
    assert Plan(sequence(steps)).text() == (
        "ask    replaced erb-nb007: replaced:erb-nb007:S1|S2\n"
        "create printer prn-ordnung (2)\n"
        "update notebook ERB-NB007 (1): room 1.07 → 2.11, os – → Windows 11\n"
        "ask 1, create 1, touch 1, update 1"
    )


def test_only_what_reads_otherwise_is_a_change() -> None:
    assert changes({"room": None, "os": "Linux"}, {"room": "", "os": "Linux", "record_count": 3}) == {}


partitions = st.lists(st.integers(0, 4), min_size=8, max_size=8)


def _clusters(numbers: Sequence[int]) -> list[Cluster]:
    groups: dict[int, str] = {}
    for name, number in zip(R, numbers, strict=True):
        groups[number] = groups.get(number, "") + name
    return [cluster(records) for records in groups.values()]


@given(partitions, partitions)
def test_however_devices_part_and_join_every_record_has_one_home_and_ids_are_unique(first: list[int], then: list[int]) -> None:
    before, _ = placed(_clusters(first))
    present = [Present(home.asset, home.cluster.anchor) for home in before]
    assigned = {record: home.asset for home in before for record in home.cluster.records}
    after, left = homes(Linking(tuple(_clusters(then))), present, assigned)
    ids = [home.asset for home in after]
    assert len(set(ids)) == len(ids)
    assert {record for home in after for record in home.cluster.records} == set(R.values())
    assert not set(left) & set(ids)
    assert set(left) | set(ids) >= {one.id for one in present}


@given(partitions, partitions)
def test_going_there_and_back_gives_every_device_its_id_again(first: list[int], then: list[int]) -> None:
    known: dict[uuid.UUID, Present] = {}
    assigned: dict[uuid.UUID, uuid.UUID] = {}
    ids = []
    for numbers in (first, then, first):
        found, left = homes(Linking(tuple(_clusters(numbers))), list(known.values()), assigned)
        known |= {home.asset: Present(home.asset, home.cluster.anchor) for home in found}
        known |= {one: Present(one, known[one].anchor, gone=True) for one in left}
        assigned = {record: home.asset for home in found for record in home.cluster.records}
        ids.append(set(assigned.values()))
    assert len(ids[0]) == len(ids[2])
    assert len(known) <= len(ids[0] | ids[1] | ids[2])
