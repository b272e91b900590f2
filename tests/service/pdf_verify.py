"""A strict reader of tagged PDF: every painting operator belongs to exactly one element or is decoration.

Stricter than the public checkers: paths too must be owned, the parent tree must mirror the tree, links must be known
from both sides, and the order of reading must be the order of painting.
"""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pikepdf

PAINTING = {"Tj", "TJ", "'", '"', "S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "sh", "Do", "EI"}


def verify(data: bytes) -> list[str]:
    """What is wrong with the file; empty means nothing was found."""
    with pikepdf.open(BytesIO(data)) as file:
        return list(_verify(file))


def _verify(file: pikepdf.Pdf) -> Iterator[str]:
    root = file.Root
    if not bool(root.MarkInfo.Marked) or "/StructTreeRoot" not in root:
        yield "not tagged"
        return
    if "/Lang" not in root or not bool(root.ViewerPreferences.DisplayDocTitle):
        yield "no language or title is not shown"
    order: list[tuple[int, int]] = []
    owned: dict[tuple[int, int], str] = {}
    for number, page in enumerate(file.pages):
        if page.obj.get("/Tabs") != "/S":
            yield f"page {number}: tab order is not the structure's"
        yield from _page(number, page, order, owned)
    parents = {int(key): value for key, value in _pairs(root.StructTreeRoot.ParentTree.Nums)}
    numbers = {page.obj.objgen: number for number, page in enumerate(file.pages)}
    claimed: list[tuple[int, int]] = []
    links: set[Any] = set()
    for element in _elements(root.StructTreeRoot):
        for kid in _kids(element):
            if isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/OBJR":
                links.add(kid.Obj.objgen)
                if parents[int(kid.Obj.StructParent)].objgen != element.objgen:
                    yield "a link's parent is not the element that names it"
                continue
            mark = _mark(kid, element, numbers)
            if mark is None:
                continue
            claimed.append(mark)
            if owned.get(mark) != str(element.S)[1:]:
                yield f"{mark} is painted as {owned.get(mark)} and claimed as {element.S}"
            page = file.pages[mark[0]].obj
            if parents[int(page.StructParents)][mark[1]].objgen != element.objgen:
                yield f"the parent tree names another element for {mark}"
    if len(set(claimed)) != len(claimed):
        yield "a mark is claimed twice"
    if set(claimed) != set(order):
        yield f"marks without element: {sorted(set(order) - set(claimed))[:5]}"
    for number in range(len(file.pages)):  # cells of one row may all go on on the next page, so page by page
        if [mark for mark in claimed if mark[0] == number] != [mark for mark in order if mark[0] == number]:
            yield f"page {number}: order of reading differs from painting"
    for number, page in enumerate(file.pages):
        for annotation in page.obj.get("/Annots", []):
            if annotation.objgen not in links or "/Contents" not in annotation:
                yield f"page {number}: an annotation without element or description"


def _page(number: int, page: pikepdf.Page, order: list[tuple[int, int]], owned: dict[tuple[int, int], str]) -> Iterator[str]:
    stack: list[str] = []
    text = False
    for operands, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        if name in {"BDC", "BMC"}:
            if text:
                yield f"page {number}: a mark begins inside a text object"
            if stack:
                yield f"page {number}: marks inside marks"
            tag = str(operands[0])[1:]
            stack.append(tag)
            if name == "BDC":
                mark = (number, int(operands[1].MCID))
                if mark in owned:
                    yield f"{mark} is used twice"
                owned[mark] = tag
                order.append(mark)
        elif name == "EMC":
            if text or not stack:
                yield f"page {number}: a mark ends where none began"
            else:
                stack.pop()
        elif name in {"BT", "ET"}:
            text = name == "BT"
        elif name in PAINTING and not stack:
            yield f"page {number}: {name} paints for nobody"
    if stack:
        yield f"page {number}: a mark does not end"


def _pairs(values: Any) -> Iterator[tuple[Any, Any]]:
    items = list(values)
    return zip(items[::2], items[1::2], strict=True)


def _kids(element: Any) -> list[Any]:
    kids = element.get("/K")
    if kids is None:
        return []
    return list(kids) if isinstance(kids, pikepdf.Array) else [kids]


def _elements(root: Any) -> Iterator[Any]:
    for kid in _kids(root):
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from _elements(kid)


def _mark(kid: Any, element: Any, pages: dict[Any, int]) -> tuple[int, int] | None:
    if isinstance(kid, pikepdf.Dictionary):
        return (pages[kid.Pg.objgen], int(kid.MCID)) if kid.get("/Type") == "/MCR" else None
    return pages[element.Pg.objgen], int(kid)


def reading(data: bytes) -> str:
    """The text in the order of the structure tree, as `pdfinfo -struct-text` reads it, white space folded."""
    import subprocess
    import tempfile

    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(data)
        file.flush()
        out = subprocess.run(["pdfinfo", "-struct-text", file.name], capture_output=True, check=True, text=True).stdout
    return " ".join(out.replace('"', " ").split())
