"""The automatic checks: one file, one rule. `all_checks` finds them; adding a file adds a check."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from isms.finding import Check


@cache
def all_checks() -> tuple[Check, ...]:
    """Every `CHECK` of this folder in the order of its id."""
    names = sorted(info.name for info in pkgutil.iter_modules(__path__) if not info.name.startswith("_"))
    checks: list[Check] = [importlib.import_module(f"{__name__}.{name}").CHECK for name in names]
    return tuple(sorted(checks, key=lambda check: check.id))
