"""Runs nmap once: targets in by standard input, XML out by pipe and read while it comes.

A cancelled run ends nmap politely and leaves what came before with the caller.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from scanners import text
from scanners.nmap.program import Program
from scanners.nmap.xml import Attributes, Host, Reader
from scanners.policy import Address

CHUNK = 65536
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
PATIENCE = 5.0
"""Seconds from a polite to a hard end."""


@dataclass(frozen=True, slots=True)
class Ran:
    """One finished call of nmap, for the scan log: what was called, on how many addresses, how it ended."""

    command: tuple[str, ...]
    targets: int
    exit_code: int | None
    complete: bool
    complaint: str = ""
    """What nmap said on stderr, cleaned."""


async def run(
    program: Program,
    command: Sequence[str],
    targets: Sequence[Address],
    on_host: Callable[[Host], None],
    on_progress: Callable[[Attributes], None],
) -> Ran:
    """Run one phase to its end; hosts are handed over while they come. Cancelling ends nmap and is passed on."""
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=program.environment(),
        preexec_fn=_die_with_us,
        start_new_session=True,  # Ctrl-C is for us: we end nmap and keep what it found
    )
    if process.stdin is None or process.stdout is None or process.stderr is None:
        raise RuntimeError("a pipe was asked for and is missing")
    complaints = asyncio.create_task(process.stderr.read())  # an unread pipe stops nmap
    reader = Reader(on_progress)
    try:
        feeding = asyncio.create_task(_feed(process.stdin, targets))
        while chunk := await process.stdout.read(CHUNK):
            reader.feed(chunk)
            for host in reader.take():
                on_host(host)
        await feeding
        reader.close()
    except BaseException:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        raise
    finally:
        code = await _ended(process)
        said = text.clean((await complaints).decode(errors="replace"))
    finished = reader.finished is not None and reader.finished.get("exit", "success") == "success"
    return Ran(tuple(command), len(targets), code, finished and code == 0, said)


def _die_with_us() -> None:
    """In the new process: the kernel ends it when we are gone, also by `kill -9` (Linux: PR_SET_PDEATHSIG)."""
    if _LIBC is not None:
        _LIBC.prctl(1, signal.SIGKILL)


async def _feed(pipe: asyncio.StreamWriter, targets: Sequence[Address]) -> None:
    """Addresses only, made by `ipaddress`: a line can never be an option."""
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # nmap has ended; its exit code tells why
        for start in range(0, len(targets), 4096):
            pipe.write("".join(f"{address}\n" for address in targets[start : start + 4096]).encode("ascii"))
            await pipe.drain()
        pipe.close()


async def _ended(process: asyncio.subprocess.Process) -> int | None:
    """Exit code, once nmap is gone. What it still says is read and dropped: asyncio waits for the end of every pipe."""
    ending = asyncio.gather(process.wait(), *(_drain(pipe) for pipe in (process.stdout,) if pipe is not None))
    try:
        await asyncio.wait_for(asyncio.shield(ending), PATIENCE if process.returncode is None else None)
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await ending
    return process.returncode


async def _drain(pipe: asyncio.StreamReader) -> None:
    while await pipe.read(CHUNK):
        pass
