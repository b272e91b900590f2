"""What we ask of an SNMP client: read by number, and nothing but read.

Knows no library and no MIB. Two engines and the recording stand behind `Snmp`; the tables above it
never learn which one answered.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Literal, Protocol

Value = int | float | str | bytes | None
"""Numbers as int, octet strings as bytes, object identifiers and IPv4 addresses as text."""


class Silent(Exception):
    """Nothing answered within the time allowed, all repeats included."""


class Refused(Exception):
    """The device answered that it will not: closed port, wrong password, unknown user."""


class Closed(Refused):
    """Nobody listens at that port; another password changes nothing."""


class TooMuch(Exception):
    """The device exceeded a limit of `Manners` or runs in circles; what was read until then is good."""


class Snmp(Protocol):
    """Numeric OIDs in and out; `Silent`, `Refused` and `TooMuch` are what the world does, all else is our bug."""

    async def get(self, *oids: str) -> dict[str, Value]:
        """Values of the instances that exist; a missing one is missing in the answer."""
        ...

    def walk(self, root: str) -> AsyncIterator[tuple[str, Value]]:
        """Everything below `root`, in numeric order."""
        ...

    async def column(self, root: str) -> dict[str, Value]:
        """The same walk at once: values by the part of the OID behind `root`. Long tables are read with this."""
        ...


AuthProtocol = Literal["MD5", "SHA", "SHA-224", "SHA-256", "SHA-384", "SHA-512"]
PrivacyProtocol = Literal["DES", "AES", "AES-192", "AES-256"]


@dataclass(frozen=True, slots=True)
class Community:
    """Access by SNMP v1 or v2c: a password that travels in clear text."""

    community: str = field(repr=False)
    version: Literal["1", "2c"] = "2c"


@dataclass(frozen=True, slots=True)
class User:
    """Access by SNMP v3 (USM). Without `auth` neither proof nor secrecy, without `privacy` no secrecy."""

    name: str
    auth: AuthProtocol | None = None
    auth_password: str = field(default="", repr=False)
    privacy: PrivacyProtocol | None = None
    privacy_password: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if self.privacy and not self.auth:
            raise ValueError("SNMPv3: Verschlüsselung gibt es nur zusammen mit einem Kennwort zur Anmeldung.")
        for password in (self.auth_password if self.auth else None, self.privacy_password if self.privacy else None):
            # RFC 3414, 11.2: agents refuse shorter ones, and the engines fail on an empty one
            if password is not None and len(password) < 8:
                raise ValueError("SNMPv3: Kennwörter haben mindestens 8 Zeichen.")

    @property
    def version(self) -> Literal["3"]:
        return "3"


Credential = Community | User


@dataclass(frozen=True, slots=True)
class Manners:
    """How politely one device is read. Times in seconds."""

    timeout: float = 2.0
    retries: int = 1
    """Repeats of a request that got no answer."""
    repetitions: int = 25
    """Rows asked for in one GETBULK; more gains nothing on a local network."""
    requests_per_second: float | None = None
    """None: as fast as the device answers, which is never more than one request at a time."""
    max_rows: int = 100_000
    """Values read from one device before we stop."""


class Engine(Protocol):
    """One SNMP library."""

    def session(
        self, address: str, credential: Credential, *, port: int = 161, manners: Manners | None = None
    ) -> AbstractAsyncContextManager[Snmp]:
        """A session with one device; opening may raise `Silent` or `Refused`."""
        ...

    def close(self) -> None:
        """Give back sockets and memory."""
        ...


class Meter:
    """Counts what one device has sent and notices a walk that runs in circles."""

    def __init__(self, manners: Manners) -> None:
        self._limit = manners.max_rows
        self._rows = 0

    def count(self, rows: int, before: str, oid: str) -> None:
        """Add `rows` that ended at `oid`; `before` is where the last count of the same walk ended."""
        self._rows += rows
        if self._rows > self._limit:
            raise TooMuch(f"mehr als {self._limit} Werte")
        if before and numeric(oid) <= numeric(before):
            raise TooMuch("das Gerät beginnt immer wieder von vorn")


def numeric(oid: str) -> tuple[int, ...]:
    """An OID for comparison by number."""
    return tuple(map(int, oid.split(".")))
