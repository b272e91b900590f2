"""Who gets which address at which scan: fixed ones for what stands still, leases that wander for what moves."""

from __future__ import annotations

import random
from collections.abc import Iterable
from ipaddress import IPv4Network

from service.demo.estate.words import SCANS


class Pool:
    """The addresses of one network; fixed ones from `first`, leases from the other end."""

    def __init__(self, cidr: str, first: int = 11) -> None:
        network = IPv4Network(cidr)
        self._hosts = [str(host) for host in network.hosts()]
        self.gateway = self._hosts[0]
        self._next = first - 1 if network.prefixlen <= 24 else 1
        self._leased: list[set[str]] = [set() for _ in range(SCANS)]

    def fixed(self, number: int | None = None) -> str:
        """The next fixed address, or the one ending in `number` (last byte counted from the network's start)."""
        if number is not None:
            return self._hosts[number - 1]
        address = self._hosts[self._next]
        self._next += 1
        return address

    def skip_to(self, number: int) -> None:
        """Continue handing out fixed addresses at this number, if that lies ahead."""
        self._next = max(self._next, number - 1)

    def leases(self, rng: random.Random, present: Iterable[bool], keep: float) -> tuple[str | None, ...]:
        """One lease for each scan at which the device is there; with chance `keep` the old one is renewed."""
        found: list[str | None] = []
        held: str | None = None
        free = self._hosts[max(self._next + (30 if len(self._hosts) > 100 else 0), 1) :]
        for scan, there in enumerate(present):
            taken = self._leased[scan]
            if not there:
                found.append(None)
                continue
            if held is None or held in taken or rng.random() > keep:
                left = [one for one in free if one not in taken]
                held = rng.choice(left)
            taken.add(held)
            found.append(held)
        return tuple(found)
