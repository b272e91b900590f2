"""Titles of start pages as people see them, not as their script is written."""

from __future__ import annotations

import pytest

from scanners.nmap.scripts import title
from scanners.nmap.xml import Script


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("&quot; + ID_EESX_Welcome + &quot;", None),
        ('" + ID_EESX_Welcome + "', None),
        ("Drucker &amp; Kopierer", "Drucker & Kopierer"),
        ('Willkommen "+ name() +" hier', "Willkommen hier"),
        ("Fritz!Box", "Fritz!Box"),
    ],
)
def test_a_title_is_what_a_browser_would_show(said: str, shown: str | None) -> None:
    assert title(Script("http-title", said, {"title": said})) == shown
