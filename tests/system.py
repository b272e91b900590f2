"""What the machine offers to tests: programs and rights."""

from __future__ import annotations

import os
import shutil
from functools import cache


@cache
def has(name: str) -> bool:
    """Whether a program, or the right `root`, is there."""
    if name == "root":
        return os.geteuid() == 0
    if name == "chromium":
        return chromium() is not None
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin") is not None


def chromium() -> str | None:
    """Path of the browser; first the one without windows, which starts a page in half the time."""
    return next(filter(None, map(shutil.which, ("chromium-headless-shell", "chromium", "chromium-browser"))), None)
