"""What is sealed for one probe and one purpose opens nowhere else."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanners import sealing

MINE, OTHER = sealing.new_key(), sealing.new_key()


@given(st.binary(max_size=300), st.binary(max_size=40))
@settings(max_examples=50)
def test_the_receiver_reads_it_and_only_the_receiver(plain: bytes, about: bytes) -> None:
    sealed = sealing.seal(plain, sealing.public(MINE), about)
    assert sealing.unseal(sealed, MINE, about) == plain
    for key, purpose in ((OTHER, about), (MINE, about + b"x")):
        with pytest.raises(sealing.Unreadable):
            sealing.unseal(sealed, key, purpose)


def test_every_changed_byte_is_noticed() -> None:
    raw = bytearray(base64.b64decode(sealing.seal(b"geheim", sealing.public(MINE), b"a")))
    for place in range(len(raw)):
        changed = bytearray(raw)
        changed[place] ^= 1
        with pytest.raises(sealing.Unreadable):
            sealing.unseal(base64.b64encode(changed).decode(), MINE, b"a")


@pytest.mark.parametrize("rubbish", ["", "x", "AQ==", "ä", base64.b64encode(b"\x01" + bytes(60)).decode()])
def test_rubbish_is_unreadable(rubbish: str) -> None:
    with pytest.raises(sealing.Unreadable):
        sealing.unseal(rubbish, MINE, b"a")


@pytest.mark.parametrize("key", [b"", bytes(31), bytes(32)])
def test_nothing_is_sealed_to_what_is_no_key(key: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # of the library, in its own words
        sealing.seal(b"x", key, b"a")


def test_the_same_secret_looks_different_each_time() -> None:
    assert sealing.seal(b"x", sealing.public(MINE), b"a") != sealing.seal(b"x", sealing.public(MINE), b"a")
