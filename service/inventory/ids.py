"""Ids made from content, so that taking in the same thing twice, or again after a crash, finds what is already there."""

from __future__ import annotations

import hashlib
from datetime import datetime
from uuid import UUID


def made_id(*parts: bytes) -> UUID:
    """A UUID (version 8, RFC 9562) from the digest of `parts`; equal parts, equal id."""
    digest = hashlib.blake2b(digest_size=16, person=b"odenwacht")
    for part in parts:
        digest.update(len(part).to_bytes(4, "big"))
        digest.update(part)
    value = int.from_bytes(digest.digest(), "big")
    value = value & ~(0xF << 76) | (0x8 << 76)
    return UUID(int=value & ~(0b11 << 62) | (0b10 << 62))


def identity(sha256: str, file: str = "", observed_at: datetime | None = None) -> str:
    """What makes a file the same file for a town: its bytes; its name and time too where the time was given from outside."""
    if observed_at is None:
        return sha256
    return hashlib.sha256(f"{sha256}|{file}|{observed_at.timestamp():.6f}".encode()).hexdigest()


def record_id(town: int, collection_identity: str, key: str, number: int = 0) -> UUID:
    """The id of the record `key` of a file; `number` counts equal keys of one file."""
    return made_id(b"record", str(town).encode(), collection_identity.encode(), key.encode(), str(number).encode())
