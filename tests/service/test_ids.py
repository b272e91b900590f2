"""Ids that sort by time."""

from __future__ import annotations

from itertools import pairwise

from service.db import uuid7


def test_ids_made_one_after_the_other_keep_their_order() -> None:
    ids = [uuid7() for _ in range(2000)]
    assert all(x < y for x, y in pairwise(ids))
    assert {x.version for x in ids} == {7}
