"""Which files may be filed with a device, by what is in them."""

from __future__ import annotations

import io
import zipfile

import pytest

from service import exports
from service.errors import Wrong
from service.inventory.filing import files


def archive(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, content in parts.items():
            made.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return out.getvalue()


def damaged() -> bytes:
    """An office document whose first part is packed, but not by any means that unpacks."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("mimetype", b"application/vnd.oasis.opendocument.text")
    content = bytearray(out.getvalue())
    start = 30 + len("mimetype")
    content[start : start + 8] = b"\xff" * 8
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7\n", "pdf"),
        (b"\x89PNG\r\n\x1a\n...", "png"),
        (b"\xff\xd8\xff\xe0JFIF", "jpeg"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "webp"),
        ("Gelöscht am 21.11.2026".encode(), "text"),
        (exports.as_xlsx([{"a": "1"}], ["a"]), "xlsx"),
        (archive(word__document_xml=b"<w/>"), "docx"),
        (archive(mimetype=b"application/vnd.oasis.opendocument.text"), "odt"),
        (archive(xl__workbook_xml=b"<w/>", xl__vbaProject=b"macro"), ""),
        (archive(mimetype=b"application/x-evil"), ""),
        (archive(anything=b"x"), ""),
        (b"PK\x03\x04 broken", ""),
        (damaged(), ""),
        (b"MZ\x90\x00\x03", ""),
        (b"\x7fELF\x02", ""),
        (b"<!DOCTYPE html><p>", ""),
        (b"  <SVG onload=alert(1)>", ""),
        (b"<?xml version='1.0'?><svg/>", ""),
        (b"plain <script>alert(1)</script>", ""),
        ("Müller".encode("cp1252"), ""),
        (b"GIF89a", "text"),
    ],
)
def test_the_kind_is_what_the_content_says(content: bytes, kind: str) -> None:
    assert files.kind_of(content) == kind


@pytest.mark.parametrize(
    ("name", "content", "kept"),
    [
        ("Rechnung.pdf", b"%PDF-1.7", "Rechnung.pdf"),
        ("Rechnung.pdf.exe", b"%PDF-1.7", "Rechnung.pdf.exe.pdf"),
        ("../../etc/passwd", b"root", "passwd.txt"),
        ("C:\\Bilder\\foto.JPEG", b"\xff\xd8\xff", "foto.JPEG"),
        ("liste.csv", b"a;b", "liste.csv"),
        ("böse\u202egnp.txt", b"x", "böse_gnp.txt"),
        ('a"b\r\nX-Evil: 1.txt', b"x", "a_b__X-Evil_ 1.txt"),
        ("", b"x", "datei.txt"),
        (".txt", b"x", "txt.txt"),
        ("x" * 400 + ".pdf", b"%PDF-1", "x" * 196 + ".pdf"),
    ],
)
def test_a_name_has_no_path_no_control_signs_and_the_ending_of_its_content(name: str, content: bytes, kept: str) -> None:
    assert files.checked(name, content)[0] == kept


@pytest.mark.parametrize("content", [b"", b"MZ\x00", b"x" * (files.LARGEST + 1)], ids=["empty", "program", "large"])
def test_what_may_not_be_filed_is_refused_with_a_sentence(content: bytes) -> None:
    with pytest.raises(Wrong):
        files.checked("a.txt", content)
