"""Codes, signatures and answers between probe and centre."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanners import wire

KEY, CENTRE = wire.private(bytes(range(32))), wire.private(bytes(range(1, 33)))
ASKED = wire.Request(3, UUID(int=7), 12, datetime(2026, 11, 21, 15, tzinfo=UTC), UUID(int=9))
BODY = b'{"observations": []}'


def lower(headers: dict[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def test_a_code_reads_back_however_it_is_typed() -> None:
    code = wire.new_code(3, wire.public(CENTRE))
    assert wire.code(f"  {str(code).lower().replace('-', ' ')} ") == code
    assert code.pin == wire.pin(wire.public(CENTRE))


@given(st.integers(0, 47), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
def test_a_typing_error_in_a_code_is_noticed(place: int, letter: str) -> None:
    letters = str(wire.new_code(3, wire.public(CENTRE))).replace("-", "")
    wrong = letters[:place] + letter + letters[place + 1 :]
    if wrong != letters:
        with pytest.raises(ValueError, match="Einmalcode"):
            wire.code(wrong)


def test_a_signed_request_proves_itself() -> None:
    headers = lower(ASKED.headers(wire.BATCHES, BODY, KEY))
    assert wire.request(headers) == ASKED
    wire.prove(ASKED, wire.BATCHES, BODY, headers["odenwacht-signature"], wire.public(KEY))


@pytest.mark.parametrize(
    ("asked", "path", "body"),
    [
        (replace(ASKED, town=4), wire.BATCHES, BODY),
        (replace(ASKED, probe=UUID(int=8)), wire.BATCHES, BODY),
        (replace(ASKED, counter=13), wire.BATCHES, BODY),
        (replace(ASKED, batch=UUID(int=10)), wire.BATCHES, BODY),
        (replace(ASKED, at=ASKED.at + timedelta(seconds=1)), wire.BATCHES, BODY),
        (ASKED, wire.JOBS, BODY),
        (ASKED, wire.BATCHES, BODY + b" "),
    ],
)
def test_s28_whatever_is_altered_breaks_the_signature(asked: wire.Request, path: str, body: bytes) -> None:
    signature = ASKED.headers(wire.BATCHES, BODY, KEY)[wire.SIGNATURE]
    with pytest.raises(wire.Forged):
        wire.prove(asked, path, body, signature, wire.public(KEY))


@given(st.dictionaries(st.sampled_from([name.lower() for name in ASKED.headers(wire.JOBS, b"", KEY)]), st.text(max_size=60)))
def test_s28_any_header_is_read_or_refused(headers: dict[str, str]) -> None:
    try:
        wire.request(headers)
    except wire.Forged:
        return
    assert len(headers) >= 4


def test_answers_of_one_kind_do_not_pass_as_another() -> None:
    signature = wire.stamp("receipt", b"7", BODY, CENTRE)
    wire.believe("receipt", b"7", BODY, signature, wire.public(CENTRE))
    for what, about, body, key in (
        ("orders", b"7", BODY, CENTRE), ("receipt", b"8", BODY, CENTRE), ("receipt", b"7", b"{}", CENTRE), ("receipt", b"7", BODY, KEY),
    ):  # fmt: skip
        with pytest.raises(wire.Forged):
            wire.believe(what, about, body, signature, wire.public(key))
