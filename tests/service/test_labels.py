"""Sheets of labels: tagged like every document, each code where its label is, and readable as the address it stands for."""

from __future__ import annotations

import subprocess
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from PIL import Image
from reportlab.graphics.barcode import qr

from service.label_sheets import SHEETS, Label, Sheet
from service.pdf.labels import QUIET, render_labels
from tests.service.documents import NOW
from tests.service.pdf_verify import reading, verify

ADDRESS = "https://odenwacht.example/towns/musterstadt/assets/01a1ffd7-6e28-7f15-8bad-0b68f99a463a"
LABEL = Label(ADDRESS, ("ERB-0001", "Kyocera ECOSYS P3055dn", "VCF1234567", "Musterstadt"), "QR-Code")
DOTS = 300


def made(sheet: str, number: int = 1, first: int = 1, label: Label = LABEL) -> bytes:
    return render_labels(
        SHEETS[sheet], [label] * number, title="Etiketten", town="Musterstadt", first=first, made_at=NOW, language="de"
    )


@pytest.mark.parametrize("sheet", SHEETS)
def test_every_label_lies_on_its_sheet(sheet: str) -> None:
    one = SHEETS[sheet]
    assert one.left + one.columns * one.width + (one.columns - 1) * one.gap_x <= one.page[0] + 0.01
    assert one.top + one.rows * one.height + (one.rows - 1) * one.gap_y <= one.page[1] + 0.01


@pytest.mark.parametrize("sheet", SHEETS)
def test_the_sheets_are_tagged_and_reproducible(sheet: str) -> None:
    data = made(sheet, 3)
    assert verify(data) == []
    assert data == made(sheet, 3)
    words = reading(data)
    assert "ERB-0001" in str(words)
    assert "Musterstadt" in str(words)


def test_a_used_sheet_goes_on_where_it_was_left_and_the_next_begins_at_the_top() -> None:
    assert len(pikepdf.open(BytesIO(made("3x8", 24))).pages) == 1
    assert len(pikepdf.open(BytesIO(made("3x8", 24, first=2))).pages) == 2
    assert len(pikepdf.open(BytesIO(made("3x8", 1, first=24))).pages) == 1
    assert len(pikepdf.open(BytesIO(made("62x29", 3))).pages) == 3


def place(sheet: Sheet, n: int) -> tuple[float, float]:
    """Left and top of a label in millimetres."""
    row, column = divmod(n, sheet.columns)
    return sheet.left + column * (sheet.width + sheet.gap_x), sheet.top + row * (sheet.height + sheet.gap_y)


@pytest.mark.system("pdftoppm")
@pytest.mark.parametrize(("name", "n"), [("3x8", 0), ("3x8", 23), ("4x10", 5), ("2x7", 13), ("62x29", 0)])
def test_the_printed_code_is_the_code_of_the_address(name: str, n: int, tmp_path: Path) -> None:
    """Each module is looked at on the rendered paper, at the place where the label must be."""
    sheet = SHEETS[name]
    (tmp_path / "a.pdf").write_bytes(made(name, first=n + 1))
    subprocess.run(["pdftoppm", "-gray", "-r", str(DOTS), tmp_path / "a.pdf", tmp_path / "a"], check=True)
    (file,) = tmp_path.glob("a-*.pgm")
    image = Image.open(file)
    widget = qr.QrCodeWidget(ADDRESS, barLevel="M")
    widget.qr.make()
    count = widget.qr.getModuleCount()
    left, top = place(sheet, n)
    side = min(sheet.height - 4, sheet.width * 0.45)
    unit = side / (count + 2 * QUIET)
    assert unit >= 0.4  # millimetres: any telephone reads this
    x, y = left + 2, top + (sheet.height - side) / 2
    dot = DOTS / 25.4
    seen = [
        [image.getpixel((round((x + (QUIET + c + 0.5) * unit) * dot), round((y + (QUIET + r + 0.5) * unit) * dot))) < 128
         for c in range(count)]
        for r in range(count)
    ]  # fmt: skip
    assert seen == [[bool(widget.qr.isDark(r, c)) for c in range(count)] for r in range(count)]


def test_a_long_number_goes_on_in_the_next_line_and_loses_nothing() -> None:
    serial = "CN0D8269WSL002F1X00ACQ7"
    data = made("4x10", label=Label(ADDRESS, ("ERB-0001", "Dell P2422H", serial, "Erbach"), "QR-Code"))
    assert verify(data) == []
    words = str(reading(data))
    assert "…" not in words
    assert serial in words.replace(" P (block) ", "")


def test_long_and_hostile_words_stay_on_the_label() -> None:
    data = made("4x10", label=Label(ADDRESS, ("X" * 300, "<b>fett</b> {{7*7}} \u202e\x00"), "QR-Code"))
    assert verify(data) == []
    words = str(reading(data))
    assert "…" in words
    assert "<b>fett</b>" in words
