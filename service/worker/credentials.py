"""SNMP credentials of one scan: only those granted to a device's network, in the order that memory advises.

Pure. The sets in clear and the memory come from the vault and the database; what the scan learned goes back there.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from scanners.snmp.attempts import Attempts, History
from scanners.snmp.client import Community, Credential, User
from service.inventory.store.access import Opened, Trial
from service.inventory.views import NetworkRow
from service.settings import local_day


def credential(secret: Mapping[str, str]) -> Credential:
    """A set of the vault as the scanner wants it. `secret` holds `version` and the fields of that version."""
    given = dict(secret)
    version = given.pop("version")
    if version == "3":
        return User(**given)  # type: ignore[arg-type]  # checked when entered
    return Community(given["community"], "1" if version == "1" else "2c")


class Kit:
    """What a scan may use, where, and what it learned. `networks` are those that are scanned; `at` is aware."""

    def __init__(self, sets: Sequence[Opened], trials: Sequence[Trial], networks: Sequence[NetworkRow], at: datetime) -> None:
        self._sets = [one for one in sets if any(net.id in one.networks for net in networks)]
        self._nets = [(ipaddress.ip_network(net.cidr), net.id) for net in networks]
        self.credentials = [credential(one.secret) for one in self._sets]
        places = {one.id: place for place, one in enumerate(self._sets)}
        histories: dict[str, dict[int, History]] = {}
        for one in trials:
            if one.access in places and one.network == self._home(one.address):
                history = History(one.good_at, one.refused_at, one.failed_on, one.failures)
                histories.setdefault(one.address, {})[places[one.access]] = history
        self.attempts = Attempts(self.credentials, self._usable, histories, at, local_day(at))

    def learned(self) -> list[Trial]:
        """What came of the attempts of this scan, to be kept."""
        return [
            Trial(self._sets[place].id, home, address, one.good_at, one.refused_at, one.failed_on, one.failures)
            for (address, place), one in self.attempts.news.items()
            if (home := self._home(address)) is not None
        ]

    def meant_for(self, address: str) -> bool:
        """Whether there is anything to ask this address with."""
        return bool(self._usable(address))

    def _usable(self, address: str) -> frozenset[int]:
        homes = self._homes(address)
        return frozenset(place for place, one in enumerate(self._sets) if homes and homes <= one.networks)

    def _home(self, address: str) -> UUID | None:
        return min(self._homes(address), default=None)

    def _homes(self, address: str) -> frozenset[UUID]:
        """The narrowest network around an address. Two sites may use the same range: then a set must be meant for both."""
        here = ipaddress.ip_address(address)
        around = [(net.prefixlen, key) for net, key in self._nets if here in net]
        narrowest = max((width for width, _ in around), default=0)
        return frozenset(key for width, key in around if width == narrowest)
