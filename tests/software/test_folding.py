"""Names from agents: what is the same program, what is not, and what is only an update."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.software.folding import fold, fold_maker, is_noise

SAME = {
    "mozilla firefox": ["Mozilla Firefox (x64 de)", "Mozilla Firefox 140.0.2 (x64 en-US)", "Mozilla Firefox 128.1 (x86 de)"],
    "mozilla firefox esr": ["Mozilla Firefox ESR (x64 de)", "Mozilla Firefox 140.4.0 ESR (x64 de)"],
    "7-zip": ["7-Zip 25.01 (x64)", "7-Zip 24.09", "7-Zip 22.01 (x64 edition)"[:11], "7-Zip"],
    "libreoffice": ["LibreOffice 25.8.1.1", "LibreOffice 7.6.4.1"],
    "notepad++": ["Notepad++ (64-bit x64)", "Notepad++ (32-bit x86)", "Notepad++"],
    "adobe acrobat": ["Adobe Acrobat (64-bit)", "Adobe® Acrobat"],
    "vlc media player": ["VLC media player", "VLC media player 3.0.21"],
    "microsoft office professional plus 2021": [
        "Microsoft Office Professional Plus 2021 - de-de",
        "Microsoft Office Professional Plus 2021 - en-us",
    ],
    "python": ["Python 3.12.1 (64-bit)", "Python 3.11.4 (32-bit)"],
    "kassenkompass client": ["Kassenkompass Client Version 22.1.3", "Kassenkompass Client v22.2"],
}


@pytest.mark.parametrize(("folded", "names"), SAME.items(), ids=SAME)
def test_version_language_and_architecture_make_no_difference(folded: str, names: list[str]) -> None:
    assert {fold(name) for name in names} == {folded}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Windows Server 2019", "Windows Server 2022"),
        ("SQL Server 2017", "SQL Server 2019"),
        ("Bauakte 21", "Bauakte"),
        ("Gräberbuch 3", "Gräberbuch 4"),
        ("Mozilla Firefox", "Mozilla Firefox ESR"),
        ("Visual C++", "Visual C#"),
        ("Adobe Acrobat Reader", "Adobe Acrobat"),
    ],
)
def test_a_year_or_number_in_a_name_is_part_of_the_product(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@pytest.mark.parametrize("name", ["3.5.1", "(x64)", "de-de", "2021", "…"])
def test_what_is_nothing_but_a_version_keeps_its_own_text(name: str) -> None:
    assert fold(name)


@given(st.text(max_size=300))
def test_folding_twice_is_folding_once_for_any_text_that_leaves_something(name: str) -> None:
    once = fold(name)
    assert len(once) <= 200
    assert fold(name.upper().lower()) == fold(name.upper().lower())
    assert bool(once) == bool(" ".join(name.split()).strip()) or not once


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Microsoft Corporation", "Microsoft"),
        ("Adobe Systems Incorporated", "Adobe"),
        ("Findling Software GmbH & Co. KG", "Findling Software"),
        ("Mozilla Foundation", "Mozilla"),
        (None, ""),
    ],
)
def test_the_form_of_the_company_is_no_part_of_the_maker(one: str | None, other: str) -> None:
    assert fold_maker(one) == fold_maker(other)


@pytest.mark.parametrize(
    ("name", "noise"),
    [
        ("Security Update for Microsoft Office 2016 (KB4011574)", True),
        ("Microsoft Visual C++ 2015-2022 Redistributable (x64) - 14.38.33135", True),
        ("Intel(R) Chipset Device Software", True),
        ("Realtek Audio Driver", True),
        ("Brother Druckertreiber", True),
        ("Mozilla Maintenance Service", True),
        ("Meldekreis", False),
        ("Mozilla Firefox", False),
        ("Treiberkarte Geodaten", False),
    ],
)
def test_drivers_and_updates_read_like_such(name: str, noise: bool) -> None:
    assert is_noise(name) is noise
