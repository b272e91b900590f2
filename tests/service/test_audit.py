"""The audit log: nothing changes without an entry, and no past can be edited unnoticed."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.audit import store
from service.audit.chain import START, Actor, Checkpoint, entry, link, verify
from service.db import town_tx
from service.settings import real_now

PIA = Actor("Pia Eberesche", "0192", "it_admin", "127.0.0.1", "r1")


def chain(length: int) -> list[tuple[int, str, str]]:
    rows, previous = [], START
    for seq in range(1, length + 1):
        text = entry(
            seq=seq,
            town=1,
            at=real_now(),
            actor=PIA,
            salt="s",
            action="asset.lock",
            obj=f"asset/{seq}",
            before=seq,
            after=seq + 1,
        )
        previous = link(previous, text)
        rows.append((seq, text, previous))
    return rows


def test_an_untouched_chain_is_whole() -> None:
    assert verify(chain(20)) is None


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_s31_every_change_of_the_past_is_found(data: st.DataObject) -> None:
    rows = chain(12)
    checkpoint = Checkpoint(1, 12, rows[-1][2])
    at = data.draw(st.integers(0, 11))
    kind = data.draw(st.sampled_from(["change", "delete", "insert", "swap", "cut", "rewrite"]))
    if kind == "change":
        seq, text, stored = rows[at]
        rows[at] = (seq, json.dumps({**json.loads(text), "action": "asset.unlock"}), stored)
    elif kind == "delete":
        del rows[at]
    elif kind == "insert":
        rows.insert(at, rows[at])
    elif kind == "swap":
        other = (at + 1) % 12
        rows[at], rows[other] = rows[other], rows[at]
    elif kind == "cut":
        rows = rows[:at]
    else:
        rows = [(seq, text.replace("asset.lock", "asset.hide"), "") for seq, text, _ in rows]
        previous = START
        for number, (seq, text, _) in enumerate(rows):
            previous = link(previous, text)
            rows[number] = (seq, text, previous)
    assert verify(rows, checkpoint) is not None


async def test_entries_of_a_town_form_one_chain(db, towns) -> None:
    town = towns["erbach"]
    for number in range(3):
        async with town_tx({town}, town) as tx:
            await store.record(tx, PIA, "asset.lock", f"asset/{number}", before={"room": "1"}, after={"room": "2"})
    async with town_tx({town}) as tx:
        assert await store.check(tx, town) == (3, None)
        newest = (await store.lines(tx, town))[0]
    assert (newest.object, newest.actor, newest.after) == ("asset/2", "Pia Eberesche", '{"room":"2"}')


async def test_s31_a_cut_tail_is_found_by_head_and_checkpoint(db, towns, database) -> None:
    town = towns["erbach"]
    async with town_tx({town}, town) as tx:
        for number in range(3):
            await store.record(tx, PIA, "asset.lock", f"asset/{number}")
        kept = await store.checkpoint(tx, town)
    assert kept.seq == 3
    rows = [(row["seq"], row["entry"], row["hash"]) for row in await _rows(town)]
    assert verify(rows[:2], kept) is not None


async def _rows(town: int):
    async with town_tx({town}) as tx:
        return await tx.connection.fetch("select seq, entry, hash from audit_entry order by seq")


async def test_the_application_may_not_edit_the_log(db, towns) -> None:
    import asyncpg

    town = towns["erbach"]
    async with town_tx({town}, town) as tx:
        await store.record(tx, PIA, "asset.lock", "asset/1")
    for sql in ("update audit_entry set entry = 'x'", "delete from audit_entry", "update audit_detail set actor = 'x'"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with town_tx({town}, town) as tx:
                await tx.connection.execute(sql)


async def test_s32_without_a_write_town_nothing_is_recorded(db, towns) -> None:
    with pytest.raises(RuntimeError, match="write town"):
        async with town_tx({towns["erbach"]}) as tx:
            await store.record(tx, PIA, "asset.lock", "asset/1")


async def test_another_town_sees_no_entry(db, towns) -> None:
    async with town_tx({towns["erbach"]}, towns["erbach"]) as tx:
        await store.record(tx, PIA, "asset.lock", "asset/1")
    async with town_tx({towns["michelstadt"]}) as tx:
        assert await store.lines(tx, towns["erbach"]) == []
