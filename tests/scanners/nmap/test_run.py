"""Calling nmap off at the worst of times: it ends, and so do we."""

import asyncio
import contextlib
import ipaddress
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scanners.nmap import program
from scanners.nmap.run import run


@pytest.mark.parametrize("turns", range(14))
async def test_a_run_called_off_while_it_starts_ends(turns: int) -> None:
    nmap = program.find()
    command = [nmap.path, "-n", "-sn", "-oX", "-", "-iL", "-", "--max-rate", "1"]
    targets = [ipaddress.ip_address(f"127.0.0.{number}") for number in range(1, 200)]
    work = asyncio.create_task(run(nmap, command, targets, lambda _host: None, lambda _progress: None))
    for _ in range(turns):
        await asyncio.sleep(0)
    work.cancel()
    async with asyncio.timeout(20):
        with contextlib.suppress(asyncio.CancelledError):
            await work
    assert work.cancelled()


ALONE = """
import asyncio
from scanners.nmap import program
from scanners.nmap.run import run
nmap = program.find()
command = ["/bin/sh", "-c", "echo $$ > " + __import__("sys").argv[1] + "; exec sleep 60"]
asyncio.run(run(nmap, command, [], lambda _host: None, lambda _progress: None))
"""


def test_what_was_started_ends_with_us_also_when_we_are_killed(tmp_path) -> None:
    note, root = tmp_path / "pid", Path(__file__).resolve().parents[3]
    ours = subprocess.Popen([sys.executable, "-c", ALONE, str(note)], cwd=root)
    deadline = time.monotonic() + 20
    while not (note.exists() and note.read_text().strip()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    child = int(note.read_text())
    os.kill(ours.pid, signal.SIGKILL)
    ours.wait()
    while Path(f"/proc/{child}").exists() and "Z" not in Path(f"/proc/{child}/stat").read_text().split()[2]:
        assert time.monotonic() < deadline, "it runs on beside the next probe"
        time.sleep(0.05)
