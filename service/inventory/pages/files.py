"""Files to load: lists as XLSX or CSV, and what people filed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from litestar import Request, Response

from service import exports
from service.inventory.filing import files

KINDS = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def table_file(
    request: Request[Any, Any, Any], rows: Sequence[Mapping[str, Any]], columns: Sequence[str], name: str
) -> Response[bytes]:
    """The first part of an export (20,000 rows) as a download called `name` with its ending."""
    form = "csv" if request.query_params.get("format") == "csv" else "xlsx"
    (data, *_rest) = exports.write(rows, columns, form)
    return Response(data, media_type=KINDS[form], headers={"Content-Disposition": f'attachment; filename="{name}.{form}"'})


def filed_file(name: str, kind: str, content: bytes) -> Response[bytes]:
    """What somebody filed, as a download; never shown in the browser."""
    plain = "".join(sign if sign.isascii() and sign not in '"\\' else "_" for sign in name)
    head = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    return Response(content, media_type=files.KINDS[kind][0], headers={"Content-Disposition": head, "Cache-Control": "no-store"})
