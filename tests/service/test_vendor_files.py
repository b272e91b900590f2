"""Files of others come from the lock file and an allow-list; without them pages stay usable."""

import subprocess
import sys
from pathlib import Path

import pytest

from service import vendor_files
from service.web import Assets

ROOT = Path(__file__).resolve().parents[2]


def test_it_needs_nothing_but_the_standard_library() -> None:
    code = "import sys; sys.path.insert(0, '.'); import service.vendor_files; print(sorted(m for m in sys.modules if 'site-packages' in str(getattr(sys.modules[m], '__file__', ''))))"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_only_listed_files_are_copied(tmp_path: Path) -> None:
    modules = tmp_path / "node_modules"
    for source in [*vendor_files.FILES, "htmx.org/dist/ext/hx-live.js"]:
        (modules / source).parent.mkdir(parents=True, exist_ok=True)
        (modules / source).write_text(source)
    vendor_files.copy(modules, tmp_path / "vendor")
    assert {path.name for path in (tmp_path / "vendor").iterdir()} == {*vendor_files.FILES.values(), vendor_files.STAMP}
    assert vendor_files.up_to_date(tmp_path / "vendor")


def test_a_file_that_left_its_package_is_named(tmp_path: Path) -> None:
    with pytest.raises(vendor_files.Missing, match="kern"):
        vendor_files.copy(tmp_path, tmp_path / "vendor")


def test_a_changed_lock_file_means_fetch_again(tmp_path: Path) -> None:
    (tmp_path / vendor_files.STAMP).write_text("old")
    assert not vendor_files.up_to_date(tmp_path)


def test_without_vendor_files_the_log_says_so_and_our_own_files_are_served(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "app.css").write_text("a { color: red }")
    assets = Assets(tmp_path)
    assert "KERN und htmx fehlen" in caplog.text
    assert assets.url("app.css")
    assert assets.url("vendor/htmx.min.js") is None


def test_a_style_sheet_names_its_fonts_by_their_hash(tmp_path: Path) -> None:
    (tmp_path / "vendor").mkdir()
    (tmp_path / "vendor" / "a.woff2").write_bytes(b"font")
    (tmp_path / "app.css").write_text('@font-face { src: url("vendor/a.woff2") } b { background: url(data:x) }')
    assets = Assets(tmp_path)
    body = assets.by_public[assets.public["app.css"]].body.decode()
    assert f'url("{assets.url("vendor/a.woff2")}")' in body
    assert "url(data:x)" in body
