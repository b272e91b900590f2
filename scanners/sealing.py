"""Secrets on their way to one probe: sealed to its X25519 key, for one purpose, opened nowhere else.

Pure but for fresh keys: an ephemeral key, HKDF-SHA256 (RFC 5869) and AES-256-GCM. The text is base64 of version,
ephemeral public key, nonce and ciphertext; `about` enters the encryption, so that nothing can be passed off as another's.
"""

from __future__ import annotations

import base64
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_VERSION, _KEY, _NONCE = b"\x01", 32, 12


class Unreadable(ValueError):
    """Not sealed for this key and purpose, or damaged; a German sentence."""


def new_key() -> bytes:
    """A fresh private key, 32 bytes."""
    return X25519PrivateKey.generate().private_bytes_raw()


def public(private: bytes) -> bytes:
    """What others seal to."""
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def _key(shared: bytes, ephemeral: bytes, receiver: bytes) -> AESGCM:
    derived = HKDF(SHA256(), 32, salt=None, info=b"odenwacht-seal|" + ephemeral + receiver).derive(shared)
    return AESGCM(derived)


def seal(plain: bytes, receiver: bytes, about: bytes) -> str:
    """Seal to a public key. Raises `ValueError` where that is none."""
    mine, nonce = X25519PrivateKey.generate(), os.urandom(_NONCE)
    ephemeral = mine.public_key().public_bytes_raw()
    shared = mine.exchange(X25519PublicKey.from_public_bytes(receiver))
    sealed = _key(shared, ephemeral, receiver).encrypt(nonce, plain, _VERSION + about)
    return base64.b64encode(_VERSION + ephemeral + nonce + sealed).decode()


def unseal(sealed: str, private: bytes, about: bytes) -> bytes:
    """What was sealed to this key for this purpose. Raises `Unreadable`."""
    try:
        raw = base64.b64decode(sealed, validate=True)
        ephemeral, rest = raw[1 : 1 + _KEY], raw[1 + _KEY :]
        shared = X25519PrivateKey.from_private_bytes(private).exchange(X25519PublicKey.from_public_bytes(ephemeral))
        clear = _key(shared, ephemeral, public(private)).decrypt(rest[:_NONCE], rest[_NONCE:], raw[:1] + about)
    except (ValueError, InvalidTag):
        raise Unreadable("Der versiegelte Zugang gilt nicht für diese Sonde und diesen Auftrag.") from None
    return clear
