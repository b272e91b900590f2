"""Lists as files to load: XLSX, or CSV where the address asks for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Request, Response

from service import exports

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def table_file(
    request: Request[Any, Any, Any], rows: Sequence[Mapping[str, Any]], columns: Sequence[str], name: str
) -> Response[bytes]:
    """The first part of an export (20,000 rows) as a download called `name` with its ending."""
    form = "csv" if request.query_params.get("format") == "csv" else "xlsx"
    (data, *_rest) = exports.write(rows, columns, form)
    return Response(data, media_type=KINDS[form], headers={"Content-Disposition": f'attachment; filename="{name}.{form}"'})
