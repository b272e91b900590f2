"""Answers that are files to keep: named, and never stored by a browser or proxy on the way."""

from __future__ import annotations

from litestar import Response


def kept_file(data: bytes, kind: str, name: str) -> Response[bytes]:
    """The bytes as a file of that media type; `name` is plain ASCII."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(data, media_type=kind, headers=headers)
