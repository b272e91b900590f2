"""Speaks to the centre over HTTPS, by the standard library alone; believes only signed answers.

Blocking; the runner calls it in a thread. What the network does wrong is `Unreachable`, and nothing is ever lost by it.
"""

from __future__ import annotations

import http.client
import ipaddress
import json
import ssl
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import msgspec

from scanners import wire
from scanners.probe.home import Identity
from scanners.spool import Batch

T = TypeVar("T")
TIMEOUT = 30.0
"""Seconds for connecting, and for each piece of an answer."""
_ANSWER_LIMIT = 4 * 1024 * 1024


class Unreachable(Exception):
    """No answer, or none of the centre's: try again later. A German sentence."""


class Denied(Exception):
    """The centre knows us not, not yet or no longer. A German sentence of the centre."""


class Rejected(Exception):
    """The centre will never take this. A German sentence of the centre."""


def base(url: str) -> tuple[str, int | None, bool, str]:
    """Host, port, whether TLS, and path in front of ours. Raises `ValueError` (German) for plain HTTP to another machine."""
    parts = urlsplit(url if "//" in url else f"https://{url}")
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or parts.scheme not in ("https", "http") or parts.username or parts.query or parts.fragment:
        raise ValueError(f"„{url[:80]}“ ist keine Adresse. Erwartet wird etwas wie https://odenwacht.stadt.example")
    if parts.scheme == "http" and not _is_loopback(host):
        raise ValueError("Zur Zentrale geht es nur verschlüsselt: Die Adresse beginnt mit https://")
    return host, port, parts.scheme == "https", parts.path.rstrip("/")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def context(authority: Path | None) -> ssl.SSLContext:
    """TLS 1.2 or newer, certificates checked, against the town's own authority where one was given."""
    made = ssl.create_default_context(cafile=str(authority) if authority else None)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    return made


def _post(url: str, authority: Path | None, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes, str]:
    host, port, tls, prefix = base(url)
    connection = (
        http.client.HTTPSConnection(host, port, timeout=TIMEOUT, context=context(authority))
        if tls
        else http.client.HTTPConnection(host, port, timeout=TIMEOUT)
    )
    try:
        connection.request("POST", prefix + path, body, {"Content-Type": "application/json", **headers})
        answer = connection.getresponse()
        said = answer.read(_ANSWER_LIMIT + 1)
        if len(said) > _ANSWER_LIMIT:
            raise Unreachable("Die Antwort ist zu groß; sie kommt nicht von der Zentrale.")
        return answer.status, said, answer.headers.get(wire.SIGNATURE, "")
    except ssl.SSLCertVerificationError as error:
        raise Unreachable(
            f"Das Zertifikat von {host} wurde nicht anerkannt ({error.verify_message})."
            " Hat die Stadt eine eigene Zertifizierungsstelle, geben Sie deren Datei bei der Anmeldung an: --ca DATEI"
        ) from error
    except ssl.SSLError as error:
        raise Unreachable(
            f"{host} spricht an Port {port or 443} kein HTTPS ({error.reason or error}). Stimmen Adresse und Port der Zentrale?"
        ) from error
    except (OSError, http.client.HTTPException) as error:
        why = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise Unreachable(f"Die Zentrale {host} ist nicht zu erreichen ({why}).") from error
    finally:
        connection.close()


def _checked(status: int, said: bytes) -> bytes:
    """The body of a good answer; anything else as the exception that fits."""
    if status == 200:
        return said
    try:
        text = str(json.loads(said)["detail"])[:500]
    except (ValueError, KeyError, TypeError):
        raise Unreachable(f"Statt der Zentrale antwortete etwas anderes (Status {status}).") from None
    if status in (401, 403):
        raise Denied(text)
    if status in (409, 413, 422):
        raise Rejected(text)
    raise Unreachable(f"{text} (Status {status})")


def _decoded(said: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(said, type=kind)
    except msgspec.MsgspecError:
        raise Unreachable("Die Antwort der Zentrale ist unverständlich. Bitte bringen Sie die Sonde auf ihren Stand.") from None


def enrol(url: str, code: wire.Code, version: str, authority: Path | None, key: bytes) -> Identity:
    """Exchange the code for an identity. `key` is the private key, made before, so that a repetition is the same probe.

    Raises `Unreachable`, `Denied`, `Rejected`; `Unreachable` too where the answer is not signed with the key of the code.
    """
    mine = wire.private(key)
    public = wire.public(mine)
    asked = msgspec.json.encode(wire.Enrol(str(code), wire.text(public), version))
    status, said, signature = _post(url, authority, wire.ENROL, asked, {})
    told = _decoded(_checked(status, said), wire.Enrolled)
    try:
        centre = wire.public_key(told.centre_key)
        if wire.pin(centre) != code.pin:
            raise wire.Forged  # the same answer as for a bad signature
        wire.believe("enrolled", public, said, signature, centre)
    except ValueError:
        raise Unreachable("Die Antwort kommt nicht von der Zentrale, die den Einmalcode ausgestellt hat.") from None
    return Identity(url, told.town, told.town_name, told.probe, told.name, wire.text(key), told.centre_key)


class Centre:
    """The centre, as an enrolled probe speaks to it."""

    def __init__(self, me: Identity, authority: Path | None) -> None:
        self.me, self.authority, self._key, self._centre = me, authority, me.key, me.centre

    def _say(self, path: str, body: bytes, asked: wire.Request) -> tuple[bytes, str]:
        status, said, signature = _post(self.me.url, self.authority, path, body, asked.headers(path, body, self._key))
        return _checked(status, said), signature

    def deliver(self, batch: Batch) -> tuple[bytes, str]:
        """Hand a batch in; the receipt and its signature, checked. Raises as described above."""
        asked = wire.Request(self.me.town, self.me.probe, batch.counter, batch.made_at, batch.batch)
        said, signature = self._say(wire.BATCHES, batch.body, asked)
        self._believe("receipt", batch.batch.bytes, said, signature)
        receipt = _decoded(said, wire.Receipt)
        if (receipt.probe, receipt.batch, receipt.counter) != (self.me.probe, batch.batch, batch.counter):
            raise Unreachable("Die Quittung gehört zu einer anderen Lieferung.")
        return said, signature

    def ask(self, counter: int, report: wire.Report) -> wire.Orders:
        """A sign of life; what there is to do. Raises as described above."""
        asked = wire.Request(self.me.town, self.me.probe, counter, datetime.now(UTC))
        said, signature = self._say(wire.JOBS, msgspec.json.encode(report), asked)
        self._believe("orders", self.me.probe.bytes, said, signature)
        orders = _decoded(said, wire.Orders)
        if orders.counter != counter:
            raise Unreachable("Das ist die Antwort auf eine frühere Anfrage.")
        return orders

    def _believe(self, what: str, about: bytes, said: bytes, signature: str) -> None:
        try:
            wire.believe(what, about, said, signature, self._centre)
        except wire.Forged:
            raise Unreachable("Die Antwort trägt nicht die Unterschrift der Zentrale und gilt nicht.") from None
