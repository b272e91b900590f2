"""Host keys and certificates that are real in form and invented in content, always the same for the same device."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_ORDER = 2**255
"""Secrets stay below the order of the curve P-256."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A certificate as a scan shows it; fingerprints in lower-case hex."""

    pem: str
    common: str
    issuer: str
    names: tuple[str, ...]
    not_before: datetime
    not_after: datetime
    md5: str
    sha1: str
    serial: int


def ssh_host_key(seed: str) -> str:
    """Public part of an ed25519 host key, base64, in the form of RFC 4253."""
    body = hashlib.sha256(f"ssh/{seed}".encode()).digest()
    parts = (b"ssh-ed25519", body)
    return base64.b64encode(b"".join(len(part).to_bytes(4, "big") + part for part in parts)).decode()


def ssh_fingerprint(key: str) -> str:
    """MD5 of the key in hex, as nmap's `ssh-hostkey` prints it."""
    return hashlib.md5(base64.b64decode(key), usedforsecurity=False).hexdigest()


@lru_cache(maxsize=4096)
def certificate(seed: str, common: str, names: tuple[str, ...], issuer: str, not_before: date, not_after: date) -> Shown:
    """A certificate for `common`; `issuer` equal to it means that the device issued it itself."""
    start, end = (datetime.combine(day, time(9, 30), UTC) for day in (not_before, not_after))
    holder = _key(f"certificate/{seed}/{common}")
    signer = holder if issuer == common else _key(f"issuer/{issuer}")
    serial = int.from_bytes(hashlib.sha256(f"serial/{seed}".encode()).digest()[:15], "big")
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(common))
        .issuer_name(_name(issuer))
        .public_key(holder.public_key())
        .serial_number(serial)
        .not_valid_before(start)
        .not_valid_after(end)
    )
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(one) for one in names]), critical=False)
    signed = builder.sign(signer, hashes.SHA256(), ecdsa_deterministic=True)
    raw = signed.public_bytes(serialization.Encoding.DER)
    pem = signed.public_bytes(serialization.Encoding.PEM).decode()
    md5 = hashlib.md5(raw, usedforsecurity=False).hexdigest()
    sha1 = hashlib.sha1(raw, usedforsecurity=False).hexdigest()
    return Shown(pem, common, issuer, names, start, end, md5, sha1, serial)


@lru_cache(maxsize=4096)
def _key(seed: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(hashlib.sha256(seed.encode()).digest(), "big") % _ORDER + 1, ec.SECP256R1())


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])
