"""Names that the town's own name servers give to addresses (PTR), asked politely and never waited for long.

Knows the few bytes of DNS that this takes. nmap itself runs without DNS (`-n`), so that its scan does not hang on a
name server that is silent.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import secrets
import struct
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from scanners import text

PORT, PTR = 53, 12
AT_ONCE = 50
TIMEOUT, TRIES = 1.0, 2
GIVE_UP = 20
"""After so many questions without any answer the server counts as silent."""


def servers(path: Path = Path("/etc/resolv.conf")) -> tuple[str, ...]:
    """Name servers of this machine, at most two."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ()
    words = [line.split() for line in lines]
    said = [row[1] for row in words if len(row) > 1 and row[0] == "nameserver"]
    return tuple(one for one in said if _is_address(one))[:2]


def _is_address(said: str) -> bool:
    try:
        ipaddress.ip_address(said)
    except ValueError:
        return False
    return True


def question(number: int, address: str) -> bytes:
    """The packet that asks for the name of an address."""
    labels = ipaddress.ip_address(address).reverse_pointer.split(".")
    name = b"".join(bytes([len(label)]) + label.encode() for label in labels) + b"\0"
    return struct.pack("!6H", number, 0x0100, 1, 0, 0, 0) + name + struct.pack("!2H", PTR, 1)


def answer(packet: bytes) -> str | None:
    """The first name in an answer; None where there is none. Raises `ValueError` or `IndexError` for a broken packet."""
    if len(packet) < 12:
        raise ValueError("shorter than a header")
    _, flags, questions, answers, *_ = struct.unpack_from("!6H", packet)
    if flags & 0x800F != 0x8000:
        return None
    at = 12
    for _ in range(questions):
        at = _name(packet, at)[1] + 4
    for _ in range(answers):
        _, at = _name(packet, at)
        kind, _, _, length = struct.unpack_from("!2HIH", packet, at)
        if kind == PTR:
            return text.line(_name(packet, at + 10)[0], 253) or None
        at += 10 + length
    return None


def _name(packet: bytes, at: int) -> tuple[str, int]:
    """The name at a place and the place behind it; compression may not run in circles."""
    labels: list[str] = []
    end, jumps = -1, 0
    while length := packet[at]:
        if length & 0xC0 == 0xC0:
            end = at + 2 if end < 0 else end
            at = (length & 0x3F) << 8 | packet[at + 1]
            jumps += 1
            if jumps > 20:
                raise ValueError("compression runs in circles")
            continue
        labels.append(packet[at + 1 : at + 1 + length].decode("utf-8", "replace"))
        at += 1 + length
        if len(labels) > 128:
            raise ValueError("too many labels")
    return ".".join(labels), at + 1 if end < 0 else end


class _Asker(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.waiting: dict[int, asyncio.Future[str | None]] = {}
        self.answered = False

    def datagram_received(self, data: bytes, addr: object) -> None:
        future = self.waiting.get(int.from_bytes(data[:2], "big"))
        if future is None or future.done():
            return
        self.answered = True
        with contextlib.suppress(ValueError, IndexError, struct.error):
            future.set_result(answer(data))


async def names(
    addresses: Iterable[str], tell: Callable[[str, str], None], name_servers: Sequence[str] | None = None, port: int = PORT
) -> None:
    """Tell the name of each address that has one, from the first server that answers at all."""
    asked = list(addresses)
    for server in servers() if name_servers is None else name_servers:
        try:
            transport, asker = await asyncio.get_running_loop().create_datagram_endpoint(_Asker, remote_addr=(server, port))
        except OSError:
            continue
        try:
            await _ask_all(transport, asker, asked, tell)
        finally:
            transport.close()
        if asker.answered:
            return


async def _ask_all(
    transport: asyncio.DatagramTransport, asker: _Asker, addresses: Sequence[str], tell: Callable[[str, str], None]
) -> None:
    slots = asyncio.Semaphore(AT_ONCE)
    silent = 0

    async def one(address: str) -> None:
        nonlocal silent
        async with slots:
            for _ in range(TRIES):
                if silent >= GIVE_UP and not asker.answered:
                    return
                number = secrets.randbelow(65536)
                future = asker.waiting[number] = asyncio.get_running_loop().create_future()
                transport.sendto(question(number, address))
                try:
                    name = await asyncio.wait_for(future, TIMEOUT)
                except TimeoutError:
                    silent += 1
                    continue
                finally:
                    asker.waiting.pop(number, None)
                if name:
                    tell(address, name)
                return

    async with asyncio.TaskGroup() as group:
        for address in addresses:
            group.create_task(one(address))
