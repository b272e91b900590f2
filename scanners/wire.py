"""What probe and centre say to each other, and how each proves that it was the one who said it.

Pure but for the randomness of new keys: text in, signature out. Every request of a probe is signed with its Ed25519 key
over method, path, town, probe, batch, counter, time and the hash of the body; every answer is signed by the centre with a
key whose fingerprint is part of the one-time code. So both hold through proxies that open TLS.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

ENROL, BATCHES, JOBS = "/api/v1/probe/enrol", "/api/v1/probe/batches", "/api/v1/probe/jobs"
PATHS = (ENROL, BATCHES, JOBS)
BODY_LIMIT = 20 * 1024 * 1024
"""Bytes of one request."""
SIGNATURE = "Odenwacht-Signature"
NO_BATCH = UUID(int=0)
_SECRET, _PIN, _CHECK = 16, 10, 2


class Forged(ValueError):
    """A signature does not fit, or a header is no header of ours; a German sentence."""


@dataclass(frozen=True, slots=True)
class Code:
    """The one-time code (Einmalcode): the town it is for, 128 random bits, and the pin of the centre's key."""

    town: int
    secret: bytes
    pin: bytes

    def __str__(self) -> str:
        plain = self.town.to_bytes(2, "big") + self.secret + self.pin
        letters = base64.b32encode(plain + hashlib.sha256(plain).digest()[:_CHECK]).decode()
        return "-".join(letters[start : start + 6] for start in range(0, len(letters), 6))

    @property
    def hash(self) -> str:
        """What the centre keeps of it, in hex."""
        return hashlib.sha256(b"odenwacht-code|" + self.secret + self.town.to_bytes(2, "big")).hexdigest()


def new_code(town: int, centre: bytes) -> Code:
    """A fresh code for a probe of `town`; `centre` is the public key that the probe shall believe."""
    return Code(town, secrets.token_bytes(_SECRET), pin(centre))


def code(text: str) -> Code:
    """A code as typed. Raises `ValueError` with a German sentence for anything that is none (typing errors are noticed)."""
    letters = "".join(text.split()).replace("-", "").upper()
    try:
        raw = base64.b32decode(letters)
    except ValueError:
        raw = b""
    plain, check = raw[:-_CHECK], raw[-_CHECK:]
    if len(raw) != 2 + _SECRET + _PIN + _CHECK or hashlib.sha256(plain).digest()[:_CHECK] != check:
        raise ValueError(
            "Das ist kein vollständiger Einmalcode. Bitte geben Sie ihn genau so ein, wie die Seite „Sonden“ ihn zeigt."
        )
    return Code(int.from_bytes(plain[:2], "big"), plain[2 : 2 + _SECRET], plain[2 + _SECRET :])


def public_key(encoded: str) -> bytes:
    """A public key from base64; raises `ValueError` with a German sentence."""
    try:
        raw = data(encoded)
    except ValueError:
        raw = b""
    if len(raw) != 32:
        raise ValueError("Das ist kein öffentlicher Schlüssel.")
    return raw


def pin(public_key: bytes) -> bytes:
    """The part of a key's hash that a code carries."""
    return hashlib.sha256(b"odenwacht-centre|" + public_key).digest()[:_PIN]


def fingerprint(public_key: bytes) -> str:
    """A key in few letters that two people compare: 80 bits in groups of four."""
    letters = base64.b32encode(hashlib.sha256(b"odenwacht-probe|" + public_key).digest()[:10]).decode()
    return "-".join(letters[start : start + 4] for start in range(0, 16, 4))


# --- keys


def new_key() -> Ed25519PrivateKey:
    """A fresh signing key."""
    return Ed25519PrivateKey.generate()


def private(raw: bytes) -> Ed25519PrivateKey:
    """A signing key from its 32 bytes."""
    return Ed25519PrivateKey.from_private_bytes(raw)


def raw_private(key: Ed25519PrivateKey) -> bytes:
    """The 32 bytes of a signing key."""
    return key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())


def public(key: Ed25519PrivateKey) -> bytes:
    """The 32 bytes that others check its signatures with."""
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


# --- requests of a probe


@dataclass(frozen=True, slots=True)
class Request:
    """The canonical header of a request. `counter` numbers batches, and for the other paths counts the requests."""

    town: int
    probe: UUID
    counter: int
    at: datetime
    batch: UUID = NO_BATCH

    def canonical(self, path: str, body: bytes) -> bytes:
        """What is signed."""
        lines = (
            "odenwacht-probe-1",
            "POST",
            path,
            str(self.town),
            str(self.probe),
            str(self.batch),
            str(self.counter),
            self.at.isoformat(),
            hashlib.sha256(body).hexdigest(),
        )
        return "\n".join(lines).encode()

    def headers(self, path: str, body: bytes, key: Ed25519PrivateKey) -> dict[str, str]:
        """The header lines of the request, signed."""
        return {
            "Odenwacht-Probe": f"{self.town}/{self.probe}",
            "Odenwacht-Batch": str(self.batch),
            "Odenwacht-Counter": str(self.counter),
            "Odenwacht-Time": self.at.isoformat(),
            SIGNATURE: text(key.sign(self.canonical(path, body))),
        }


def request(headers: Mapping[str, str]) -> Request:
    """The header as it came; nothing is proven yet. Raises `Forged` for anything incomplete."""
    try:
        town, _, probe = headers["odenwacht-probe"].partition("/")
        number, counter = int(town), int(headers["odenwacht-counter"])
        at = datetime.fromisoformat(headers["odenwacht-time"])
        found = Request(number, UUID(probe), counter, at, UUID(headers["odenwacht-batch"]))
    except (KeyError, ValueError):
        raise Forged("Der Anfrage fehlt der Kopf einer Sonde.") from None
    if not 0 < number < 2**15 or not 0 <= counter < 2**63 or at.tzinfo is None:
        raise Forged("Der Kopf der Anfrage ist ungültig.")
    return found


def prove(asked: Request, path: str, body: bytes, signature: str, public_key: bytes) -> None:
    """Check that the owner of `public_key` said exactly this. Raises `Forged`."""
    _verify(public_key, signature, asked.canonical(path, body))


# --- answers of the centre


class Receipt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The centre's receipt (Quittung): this batch is in the database."""

    probe: UUID
    batch: UUID
    counter: int
    sha256: str
    received_at: datetime


FORMAT = 2
"""Of jobs. 2: the probe obeys the town's networks that come with its orders (exclusions, closed networks, windows, rates)
besides its own scope file. A probe that does not say so gets no job."""


class Net(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A network of the town as the centre knows it, in the words of a scope file; `closed`: not released (any more)."""

    cidr: str
    mode: str = "active"
    """active passive guest closed"""
    packets_per_second: int = 300
    windows: list[str] = []
    excluded: list[str] = []
    snmp_per_second: int = 20


class Job(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A scan that the centre asks for; the probe checks it against its own scope file before anything else."""

    id: UUID
    targets: list[str]
    scope_version: str
    requested_at: datetime
    access: list[str] = []
    """SNMP credentials that the town granted for these networks, each sealed to the probe's key (`scanners.sealing`)."""
    purpose: str = ""
    """The reason (Anlass) that somebody gave: the town's windows do not hold this job up, those of the scope file do."""


class Result(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What became of a job: `done`, `failed` or `refused`, and a German sentence."""

    id: UUID
    state: str
    text: str


class Report(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A probe's sign of life: its version, what waits in its spool, what it finished and what troubles it."""

    version: str
    pending: int
    pending_bytes: int
    results: list[Result]
    said: str = ""
    seal_key: str = ""
    """X25519 public key (base64) that secrets for this probe are sealed to."""
    format: int = 1
    """Of the jobs that this probe understands: see `FORMAT`."""


class Orders(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The answer: all open jobs of this probe, and the newest version, which only an administrator installs."""

    counter: int
    """Of the request that this answers: an old answer is refused."""
    version: str
    jobs: list[Job]
    networks: list[Net] | None = None
    """All networks of the town; None from a centre, or for a probe, of format 1."""


class Enrol(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a new probe sends: the code and its key (base64)."""

    code: str
    public_key: str
    version: str


class Enrolled(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What it gets: who it is, and the centre's key (base64)."""

    town: int
    town_name: str
    probe: UUID
    name: str
    centre_key: str


def about_access(probe: UUID, job: UUID) -> bytes:
    """What sealed credentials are for: this probe, this job, nothing else."""
    return b"odenwacht-access|" + probe.bytes + job.bytes


def stamp(what: str, about: bytes, body: bytes, key: Ed25519PrivateKey) -> str:
    """The centre's signature over an answer; `what` keeps answers of one kind from passing as another's."""
    return text(key.sign(_answer(what, about, body)))


def believe(what: str, about: bytes, body: bytes, signature: str, centre: bytes) -> None:
    """Check an answer of the centre. Raises `Forged`."""
    _verify(centre, signature, _answer(what, about, body))


def _answer(what: str, about: bytes, body: bytes) -> bytes:
    return b"\n".join((b"odenwacht-centre-1", what.encode(), about, body))


def _verify(public_key: bytes, signature: str, said: bytes) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(data(signature), said)
    except (InvalidSignature, ValueError):
        raise Forged("Die Unterschrift passt nicht.") from None


def text(raw: bytes) -> str:
    """Bytes as base64."""
    return base64.b64encode(raw).decode()


def data(encoded: str) -> bytes:
    """Bytes from base64; raises `ValueError`."""
    return base64.b64decode(encoded, validate=True)
