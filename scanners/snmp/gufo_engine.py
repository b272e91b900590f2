"""SNMP by gufo-snmp, the fast engine: parsing and encryption in compiled code, one socket a device.

The library repeats nothing by itself; a question that met silence is asked again, and a walk goes on where
it stood.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from gufo.snmp import (
    Aes128Key,
    Aes192Key,
    Aes256Key,
    DesKey,
    Md5Key,
    NoSuchInstance,
    Sha1Key,
    Sha224Key,
    Sha256Key,
    Sha384Key,
    Sha512Key,
    SnmpAuthError,
    SnmpError,
    SnmpVersion,
)
from gufo.snmp import User as GufoUser
from gufo.snmp.aio import SnmpSession
from gufo.snmp.user import KeyType

from scanners.snmp.client import Closed, Community, Credential, Manners, Meter, Refused, Silent, Snmp, User, Value

T = TypeVar("T")
AUTH = {"MD5": Md5Key, "SHA": Sha1Key, "SHA-224": Sha224Key, "SHA-256": Sha256Key, "SHA-384": Sha384Key, "SHA-512": Sha512Key}
PRIVACY = {"DES": DesKey, "AES": Aes128Key, "AES-192": Aes192Key, "AES-256": Aes256Key}
VERSIONS = {"1": SnmpVersion.v1, "2c": SnmpVersion.v2c, "3": SnmpVersion.v3}


def _user(user: User) -> GufoUser:
    """The user with master keys: a password takes a megabyte of hashing (RFC 3414, A.2), and it is the same for all devices."""
    if not user.auth:
        return GufoUser(user.name)
    auth = AUTH[user.auth]

    def master(password: str) -> bytes:
        return bytes(auth.get_master_key(password.encode()))

    return GufoUser(
        user.name,
        auth_key=auth(master(user.auth_password), KeyType.Master),
        priv_key=PRIVACY[user.privacy](master(user.privacy_password), KeyType.Master) if user.privacy else None,
    )


class GufoSnmp:
    """One device, one request at a time."""

    def __init__(self, session: SnmpSession, manners: Manners, *, bulk: bool) -> None:
        self._session = session
        self._manners = manners
        self._meter = Meter(manners)
        self._bulk = bulk

    async def _asked(self, ask: Callable[[], Awaitable[T]]) -> T:
        """The answer, after as many repeats as allowed."""
        for _ in range(self._manners.retries + 1):
            try:
                return await ask()
            except TimeoutError as reason:
                # the library calls it a time-out, too, when the port is closed
                if "refused" in str(reason.__cause__):
                    raise Closed("der Anschluss ist geschlossen") from reason
            except SnmpAuthError as reason:
                raise Refused("Benutzer oder Kennwort falsch") from reason
            except ConnectionError as reason:
                raise Closed("der Anschluss ist geschlossen") from reason
            except OSError as reason:
                raise Silent(reason.strerror or str(reason)) from reason
        raise Silent(f"keine Antwort in {self._manners.timeout:g} s, {self._manners.retries + 1} Versuche")

    async def open(self) -> None:
        """Agree with the device on keys and time (v3)."""
        await self._asked(self._session.refresh)

    async def _get_single(self, oid: str) -> dict[str, Value]:
        try:
            return {oid: await self._asked(lambda: self._session.get(oid))}
        except (NoSuchInstance, SnmpError):
            return {}

    async def get(self, *oids: str) -> dict[str, Value]:
        if not oids:
            return {}
        try:
            found = await self._asked(lambda: self._session.get_many(oids))
        except (NoSuchInstance, SnmpError):
            found = {}
        if not found and len(oids) > 1:
            # v1 refuses the whole request for one missing instance, small agents for one too many
            for oid in oids:
                found |= await self._get_single(oid)
        return {oid: value for oid, value in found.items() if value is not None}

    async def _batches(self, root: str) -> AsyncIterator[list[tuple[str, Value]]]:
        """Rows below `root`, those of one packet together."""
        rows = self._session.getbulk(root, self._manners.repetitions) if self._bulk else self._session.getnext(root)
        last = ""
        while True:
            try:
                # after silence the iterator asks again from where it stands
                row = await self._asked(lambda: anext(rows, None))
            except (NoSuchInstance, SnmpError):
                # how v1 ends a walk, and an answer that cannot be read
                return
            if row is None:
                return
            # What came in the same packet waits in the iterator and would be handed out one await at a time, which costs
            # more than reading it. Taken at once where the library keeps it there; None marks the end.
            waiting = getattr(rows, "_buffer", [])
            over = None in waiting
            batch = [row, *waiting[: waiting.index(None) if over else None]]
            waiting.clear()
            self._meter.count(len(batch), last, batch[-1][0])
            last = batch[-1][0]
            yield batch
            if over:
                return

    async def walk(self, root: str) -> AsyncIterator[tuple[str, Value]]:
        async for batch in self._batches(root):
            for row in batch:
                yield row

    async def column(self, root: str) -> dict[str, Value]:
        found, after = dict[str, Value](), len(root) + 1
        async for batch in self._batches(root):
            found |= {oid[after:]: value for oid, value in batch}
        return found


class GufoEngine:
    """Sessions by gufo-snmp; holds the keys that it made from passwords, as long as it is open."""

    name = "gufo"

    def __init__(self) -> None:
        self._users: dict[User, GufoUser] = {}

    def _user(self, credential: Credential) -> GufoUser | None:
        if not isinstance(credential, User):
            return None
        if credential not in self._users:
            self._users[credential] = _user(credential)
        return self._users[credential]

    @asynccontextmanager
    async def session(
        self, address: str, credential: Credential, *, port: int = 161, manners: Manners | None = None
    ) -> AsyncIterator[Snmp]:
        manners = manners or Manners()
        # not entered as a context manager: its entering would ask without our repeats
        session = SnmpSession(
            address,
            port=port,
            community=credential.community if isinstance(credential, Community) else "",
            user=self._user(credential),
            version=VERSIONS[credential.version],
            timeout=manners.timeout,
            max_repetitions=manners.repetitions,
            limit_rps=manners.requests_per_second,
        )
        snmp = GufoSnmp(session, manners, bulk=credential.version != "1")
        await snmp.open()
        yield snmp

    def close(self) -> None:
        """Forget the keys; a session's socket closes with it."""
        self._users.clear()
