"""The spool survives kills and full disks, and gives away nothing without a receipt."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scanners.spool import Full, Spool, Torn, write

WRITER = """
import random, sys
from pathlib import Path
from scanners.spool import Spool
spool, dice = Spool(Path(sys.argv[1])), random.Random(int(sys.argv[2]))
print("ready", flush=True)
while True:
    entry = spool.put(bytes([dice.randrange(256)]) * dice.randrange(1, 400_000))
    print(entry.path.name, flush=True)
"""


def put(spool: Spool, body: bytes) -> str:
    """Empty, or why it did not go."""
    try:
        spool.put(body)
    except Full as full:
        return str(full)
    return ""


def test_what_was_put_is_read_back_in_order(tmp_path) -> None:
    spool = Spool(tmp_path)
    for body in (b"eins", b"zwei\nmit Zeile", b""):
        spool.put(body)
    again = Spool(tmp_path)
    assert [again.read(entry).body for entry in again.entries()] == [b"eins", b"zwei\nmit Zeile", b""]
    counters = [entry.counter for entry in again.entries()]
    assert counters == sorted(set(counters))


def test_a_batch_goes_only_against_a_receipt_which_stays(tmp_path) -> None:
    spool = Spool(tmp_path)
    entry = spool.put(b"x")
    spool.done(entry, b'{"batch": 1}', "c2ln")
    assert spool.entries() == []
    assert json.loads(spool.receipts.read_text()) == {"receipt": '{"batch": 1}', "signature": "c2ln"}


def test_a_damaged_file_is_noticed_and_put_aside(tmp_path) -> None:
    spool = Spool(tmp_path)
    entry = spool.put(b"wichtig")
    entry.path.write_bytes(entry.path.read_bytes()[:-1])
    with pytest.raises(Torn, match="beschädigt"):
        spool.read(entry)
    spool.refuse(entry)
    assert spool.entries() == []
    assert len(list(spool.refused.iterdir())) == 1


def test_the_numbers_grow_even_where_their_file_is_lost(tmp_path) -> None:
    spool = Spool(tmp_path)
    first = spool.number("counter")
    (tmp_path / "counter").unlink()
    assert spool.number("counter") > first


def test_at_the_quota_nothing_is_dropped_and_scanning_stops(tmp_path) -> None:
    spool = Spool(tmp_path, quota=10_000)
    assert spool.trouble() == ""
    spool.put(b"x" * 9_000)
    assert "Zwischenlager" in spool.trouble()
    with pytest.raises(Full):
        spool.put(b"y" * 2_000)
    assert [len(spool.read(entry).body) for entry in spool.entries()] == [9_000]


@pytest.mark.system("root", "mount")
def test_s29_a_full_disk_tears_nothing(tmp_path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300k", "none", str(disk)], check=True)
    try:
        spool, kept = Spool(disk / "spool"), 0
        while len(said := put(spool, bytes([kept]) * 40_000)) == 0:
            kept += 1
        assert "kein Platz" in said
        assert kept > 2
        with pytest.raises(Full):
            write(disk / "spool" / "counter", b"1" * 400_000)
        assert int((disk / "spool" / "counter").read_text()) > 0
        assert [spool.read(entry).body[0] for entry in spool.entries()] == list(range(kept))
        assert "frei" in spool.trouble()
        assert list(disk.rglob("*.part")) == []
        spool.done(spool.entries()[0], b"{}", "")
        spool.put(b"wieder Platz")
        assert len(spool.entries()) == kept
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_s29_a_killed_writer_leaves_only_whole_files(tmp_path, request) -> None:
    dice, told = random.Random(29), 0
    for turn in range(200 if request.config.getoption("--all") else 12):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path), str(turn)], stdout=subprocess.PIPE, text=True,
            cwd=Path(__file__).parents[2], env=os.environ,
        )  # fmt: skip
        writer.stdout.readline()
        time.sleep(dice.random() * 0.15)
        writer.send_signal(signal.SIGKILL)
        said = [line for line in writer.stdout.read().splitlines(keepends=True) if line.endswith("\n")]
        writer.wait()
        writer.stdout.close()
        spool = Spool(tmp_path)
        spool.tidy()
        there = {entry.path.name for entry in spool.entries()}
        assert {line.strip() for line in said} <= there
        for entry in spool.entries():
            spool.read(entry)
            spool.done(entry, b"{}", "")
        told += len(said)
        assert list(tmp_path.rglob("*.part")) == []
    assert told > 0
