"""Style, script and font files under names that carry their content's hash.

Read once at start from `templates/static`, compressed once, served from
memory with a year of caching: the only cacheable answers of the service.
"""

import gzip
import hashlib
import logging
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Final

from litestar import Request, Response, Router, get
from litestar.exceptions import NotFoundException
from litestar.params import Parameter

STATIC: Final = Path(__file__).resolve().parents[2] / "templates" / "static"
PREFIX: Final = "/static"
TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".woff2": "font/woff2",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".txt": "text/plain; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
}
_URL: Final = re.compile(rb"""url\(\s*["']?([^"')]+)["']?\s*\)""")
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is sent."""

    media_type: str
    body: bytes
    zipped: bytes | None


class Assets:
    """All files of one folder, by logical name ("app.css") and by public name ("app.1a2b3c4d5e6f.css")."""

    def __init__(self, folder: Path = STATIC) -> None:
        self.by_public: dict[str, Asset] = {}
        self.public: dict[str, str] = {}
        files = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.suffix in TYPES}
        # Style sheets last: the files they name must have their public names by then.
        for name in sorted(files, key=lambda name: name.endswith(".css")):
            self._add(name, files[name].read_bytes())
        if "vendor/kern.min.css" not in self.public:
            _logger.warning("KERN und htmx fehlen in templates/static/vendor: Seiten erscheinen in einfacher Form.")

    def _add(self, name: str, body: bytes) -> None:
        path = PurePosixPath(name)
        if path.suffix == ".css":
            body = _URL.sub(lambda match: self._address(path, match), body)
        digest = hashlib.sha256(body).hexdigest()[:12]
        public = str(path.with_name(f"{path.stem}.{digest}{path.suffix}"))
        worth = path.suffix in {".css", ".js", ".svg", ".txt", ".md"}
        self.public[name] = public
        self.by_public[public] = Asset(TYPES[path.suffix], body, gzip.compress(body, 9, mtime=0) if worth else None)

    def _address(self, sheet: PurePosixPath, match: re.Match[bytes]) -> bytes:
        target = match[1].decode()
        known = self.public.get(str(sheet.parent / target))
        return f'url("{PREFIX}/{known}")'.encode() if known else match[0]

    def url(self, name: str) -> str | None:
        """Where the browser gets the file; None if it is not there (vendor files before set-up)."""
        public = self.public.get(name)
        return f"{PREFIX}/{public}" if public else None

    def router(self) -> Router:
        """Serves the files by public name and nothing else."""

        @get("/{name:path}", opt={"access": "public", "skip_compress": True}, include_in_schema=False)
        async def static_file(request: Request[Any, Any, Any], name: Annotated[str, Parameter()]) -> Response[bytes]:
            asset = self.by_public.get(name.lstrip("/"))
            if asset is None:
                raise NotFoundException
            headers = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
            zipped = asset.zipped if "gzip" in request.headers.get("accept-encoding", "") else None
            if zipped is not None:
                headers["Content-Encoding"] = "gzip"
            return Response(zipped or asset.body, media_type=asset.media_type, headers=headers)

        return Router(PREFIX, route_handlers=[static_file])
