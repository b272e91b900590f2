"""Calling nmap off at the worst of times: it ends, and so do we."""

import asyncio
import contextlib
import ipaddress

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
