"""The starter catalogue "Grundcheck Kommune" as it is shipped: its file, read once."""

from __future__ import annotations

from functools import cache
from importlib import resources

from isms.catalogue import Catalogue, read


def starter_bytes() -> bytes:
    return resources.files("isms").joinpath("catalogues", "grundcheck-kommune.json").read_bytes()


@cache
def starter() -> Catalogue:
    return read(starter_bytes())
