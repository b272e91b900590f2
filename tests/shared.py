"""Where the reference data beside the checkout lies, if it is there at all."""

from pathlib import Path

import pytest

_HERE = Path(__file__).resolve().parents[1].parent / "shared"
SHARED: Path | None = _HERE if (_HERE / "townsim").is_dir() else None

needs_shared = pytest.mark.skipif(SHARED is None, reason="reads ../shared, which does not exist beside this checkout")


def shared(*parts: str) -> Path:
    """A path below ../shared; only call it in tests marked `needs_shared`."""
    assert SHARED is not None
    return SHARED.joinpath(*parts)
