"""SNMP by pysnmp: pure Python, the reference, and the way where no compiled gufo-snmp exists.

An engine belongs to one event loop and one credential: in a second loop it would hang for ever, and two
passwords of one user name collide in it.
"""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_address
from typing import Any

with warnings.catch_warnings():
    # cryptography warns of the old ciphers that SNMPv3 still names
    warnings.simplefilter("ignore")
    from pysnmp.hlapi.v3arch import asyncio as api
    from pysnmp.proto import errind, rfc1902, rfc1905

from scanners.snmp.client import Credential, Manners, Meter, Refused, Silent, Snmp, User, Value

AUTH = {
    None: api.USM_AUTH_NONE,
    "MD5": api.USM_AUTH_HMAC96_MD5,
    "SHA": api.USM_AUTH_HMAC96_SHA,
    "SHA-224": api.USM_AUTH_HMAC128_SHA224,
    "SHA-256": api.USM_AUTH_HMAC192_SHA256,
    "SHA-384": api.USM_AUTH_HMAC256_SHA384,
    "SHA-512": api.USM_AUTH_HMAC384_SHA512,
}
PRIVACY = {
    None: api.USM_PRIV_NONE,
    "DES": api.USM_PRIV_CBC56_DES,
    "AES": api.USM_PRIV_CFB128_AES,
    "AES-192": api.USM_PRIV_CFB192_AES_BLUMENTHAL,
    "AES-256": api.USM_PRIV_CFB256_AES_BLUMENTHAL,
}
CONTACTS = 2000
"""Devices after which an engine is replaced: each leaves about 20 KiB in it."""
NO_SUCH_NAME = 2


def plain(said: Any) -> Value:
    """A pyasn1 object as a plain value."""
    if isinstance(said, rfc1902.IpAddress):
        return str(said.prettyPrint())
    if isinstance(said, rfc1902.univ.ObjectIdentifier):
        return str(said)
    if isinstance(said, rfc1902.univ.OctetString):  # also those of version 1
        return bytes(said)
    return int(said) if isinstance(said, rfc1902.Integer) or hasattr(said, "__int__") else None


def _who(credential: Credential) -> Any:
    if isinstance(credential, User):
        return api.UsmUserData(
            credential.name,
            credential.auth_password if credential.auth else None,
            credential.privacy_password if credential.privacy else None,
            authProtocol=AUTH[credential.auth],
            privProtocol=PRIVACY[credential.privacy],
        )
    return api.CommunityData(credential.community, mpModel=0 if credential.version == "1" else 1)


def _failed(error: Any, manners: Manners) -> Exception:
    """What the world did, as one of our words."""
    if isinstance(error, errind.RequestTimedOut | errind.EmptyResponse):
        return Silent(f"keine Antwort in {manners.timeout:g} s, {manners.retries + 1} Versuche")
    return Refused("Benutzer oder Kennwort falsch")


class PysnmpSnmp:
    """One device through a shared engine."""

    def __init__(self, engine: Any, who: Any, target: Any, manners: Manners) -> None:
        self._asking = (engine, who, target, api.ContextData())
        self._first_version = getattr(who, "message_processing_model", None) == 0
        self._manners = manners
        self._meter = Meter(manners)
        self._asked_at = 0.0

    async def _turn(self) -> None:
        """Wait until the next request is polite."""
        rate = self._manners.requests_per_second
        if rate:
            loop = asyncio.get_running_loop()
            await asyncio.sleep(max(0.0, self._asked_at + 1 / rate - loop.time()))
            self._asked_at = loop.time()

    async def get(self, *oids: str) -> dict[str, Value]:
        if not oids:
            return {}
        await self._turn()
        wanted = [api.ObjectType(api.ObjectIdentity(oid)) for oid in oids]
        error, status, _, rows = await api.get_cmd(*self._asking, *wanted, lookupMib=False)
        if error:
            raise _failed(error, self._manners)
        if status:
            # v1 refuses the whole request for one missing instance, small agents for one too many
            return {} if len(oids) == 1 else {key: value for oid in oids for key, value in (await self.get(oid)).items()}
        missing = (rfc1905.NoSuchObject, rfc1905.NoSuchInstance, rfc1905.EndOfMibView)
        found = ((str(oid), plain(said)) for oid, said in rows if not isinstance(said, missing))
        return {oid: value for oid, value in found if value is not None}

    async def walk(self, root: str) -> AsyncIterator[tuple[str, Value]]:
        start = api.ObjectType(api.ObjectIdentity(root))
        options = {"lookupMib": False, "lexicographicMode": False}
        if self._first_version:
            answers = api.walk_cmd(*self._asking, start, **options)
        else:
            answers = api.bulk_walk_cmd(*self._asking, 0, self._manners.repetitions, start, **options)
        checked, prefix = "", f"{root}."
        await self._turn()
        async for error, status, _, rows in answers:
            if error:
                # on silence the library goes on yielding this error for ever
                raise _failed(error, self._manners)
            if status:
                return
            for name, said in rows:
                oid = str(name)
                if not oid.startswith(prefix) or isinstance(said, rfc1905.EndOfMibView):
                    return
                yield oid, plain(said)
            if rows:
                last = str(rows[-1][0])
                self._meter.count(len(rows), checked, last)
                checked = last
            await self._turn()

    async def column(self, root: str) -> dict[str, Value]:
        after = len(root) + 1
        return {oid[after:]: value async for oid, value in self.walk(root)}


class PysnmpEngine:
    """Sessions by pysnmp, one of its engines for each credential. Belongs to the event loop that uses it first."""

    name = "pysnmp"

    def __init__(self) -> None:
        self._engines: dict[Credential, tuple[Any, int]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    def _engine(self, credential: Credential) -> Any:
        loop = asyncio.get_running_loop()
        if self._loop not in {None, loop}:
            raise RuntimeError("a pysnmp engine hangs for ever in a second event loop; make a new one")
        self._loop = loop
        engine, contacts = self._engines.get(credential, (None, 0))
        if engine is None or contacts >= CONTACTS:
            # sessions still open on the old one go on; it is freed with the last of them
            engine, contacts = api.SnmpEngine(), 0
        self._engines[credential] = (engine, contacts + 1)
        return engine

    @asynccontextmanager
    async def session(
        self, address: str, credential: Credential, *, port: int = 161, manners: Manners | None = None
    ) -> AsyncIterator[Snmp]:
        manners = manners or Manners()
        kind = api.Udp6TransportTarget if ip_address(address).version == 6 else api.UdpTransportTarget
        target = await kind.create((address, port), timeout=manners.timeout, retries=manners.retries)
        yield PysnmpSnmp(self._engine(credential), _who(credential), target, manners)

    def close(self) -> None:
        """Close the sockets of all engines."""
        for engine, _ in self._engines.values():
            engine.close_dispatcher()
        self._engines.clear()
