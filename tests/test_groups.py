"""Tests that share an expensive set-up stay on one worker."""

from __future__ import annotations

import os

import pytest


@pytest.mark.xdist_group("together")
def test_a_group_of_tests_is_told_to_the_workers(request: pytest.FixtureRequest) -> None:
    """The plug-in that deals tests out writes the group behind the name; without it every worker would build the towns."""
    assert request.node.nodeid.endswith("@together") == ("PYTEST_XDIST_WORKER" in os.environ)
