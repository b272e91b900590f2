"""Secrets at rest: AES-256-GCM under a data key per town, wrapped by a master key from a file.

Knows `cryptography` and nothing of tables: wrapped keys come and go as text. The place of a value is part of its
encryption (associated data), so a ciphertext moved to another row, column or town is refused.
"""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


class Sealed(Exception):
    """A value cannot be opened: wrong master key, unknown data key, or a ciphertext from another place."""


class Secret(str):
    """A text that never shows itself by accident."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "***"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sealed value lives; enters the encryption."""

    town: int
    table: str
    row: str
    column: str

    @property
    def aad(self) -> bytes:
        """Associated data of the encryption."""
        return f"{self.town}|{self.table}|{self.row}|{self.column}".encode()


def master_key(path: Path) -> bytes:
    """The master key from its file; made on first use, readable by the owner only."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.{os.getpid()}.part")
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(_text(secrets.token_bytes(32)) + "\n")
        try:
            os.link(part, path)  # fails where another process was first: its key holds
        except FileExistsError:
            pass
        finally:
            part.unlink()
    key = _bytes(path.read_text().strip())
    if len(key) != 32:
        raise Sealed(f"Der Hauptschlüssel in {path} ist beschädigt: 32 Bytes erwartet, {len(key)} gefunden.")
    return key


def new_data_key(master: bytes, kid: str) -> str:
    """A fresh data key, wrapped."""
    return _encrypt(master, AESGCM.generate_key(256), f"key|{kid}".encode())


def unwrap(master: bytes, kid: str, wrapped: str) -> bytes:
    """The data key `kid`; raises `Sealed` under a wrong master key."""
    try:
        return _decrypt(master, wrapped, f"key|{kid}".encode())
    except InvalidTag:
        raise Sealed(f"Der Hauptschlüssel passt nicht zum Datenschlüssel {kid}. Nichts wurde überschrieben.") from None


def seal(key: bytes, kid: str, place: Place, value: str) -> str:
    """Encrypt a value for its place: `v1.<kid>.<base64url(nonce‖ciphertext)>`."""
    return f"v1.{kid}.{_encrypt(key, value.encode(), place.aad)}"


def kid_of(sealed: str) -> str:
    """Which data key a sealed value needs; raises `Sealed` for anything else."""
    version, _, rest = sealed.partition(".")
    kid, _, payload = rest.rpartition(".")
    if version != "v1" or not kid or not payload:
        raise Sealed("Der gespeicherte Wert ist kein Geheimnis in bekanntem Format.")
    return kid


def unseal(key: bytes, place: Place, sealed: str) -> Secret:
    """Decrypt a value at its place; raises `Sealed` for one that was sealed elsewhere."""
    try:
        return Secret(_decrypt(key, sealed.rpartition(".")[2], place.aad).decode())
    except InvalidTag:
        raise Sealed("Das gespeicherte Geheimnis gehört nicht an diese Stelle oder wurde verändert.") from None


def _encrypt(key: bytes, plain: bytes, aad: bytes) -> str:
    nonce = secrets.token_bytes(12)
    return _text(nonce + AESGCM(key).encrypt(nonce, plain, aad))


def _decrypt(key: bytes, text: str, aad: bytes) -> bytes:
    blob = _bytes(text)
    return AESGCM(key).decrypt(blob[:12], blob[12:], aad)


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def loan_key(path: Path) -> bytes:
    """The group's secret for keyed hashes of identifiers, so that towns can find a lent device without reading each other."""
    return hashlib.sha256(b"loan|" + master_key(path)).digest()


def probe_key(path: Path) -> bytes:
    """The 32 bytes of the key with which this installation signs receipts and jobs for probes."""
    return hashlib.sha256(b"probe|" + master_key(path)).digest()
