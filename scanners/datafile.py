"""Data files that stand beside the code: YAML, read by the safe loader, in C where there is one."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load(package: str, name: str) -> Any:
    """The content of the file `name` beside the modules of `package`."""
    return yaml.load(files(package).joinpath(name).read_text(encoding="utf-8"), _LOADER)  # noqa: S506  # a safe loader
