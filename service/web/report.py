"""Any document (`service.blocks`) as an accessible page, and as a file of its own."""

import re
from collections.abc import Sequence
from typing import Any

from litestar import Request, Response
from markupsafe import Markup

from service import blocks
from service.i18n import Lazy, use
from service.web.assets import STATIC, Assets
from service.web.rendering import Place, page
from service.web.templates import environment


def report(
    request: Request[Any, Any, Any],
    here: Place | None,
    document: blocks.Document,
    *,
    pdf: str | None = None,
    crumbs: Sequence[tuple[str | Lazy, str]] = (),
) -> Response[str]:
    """The page of a document; `pdf` is the address of its PDF."""
    return page(request, here, "reports/report.html", document=document, opening=blocks.opening(document), pdf=pdf, crumbs=crumbs)


def report_file(document: blocks.Document) -> str:
    """The document as one HTML file that needs no server: for e-mail, archive and the command line."""
    css = "\n".join((STATIC / name).read_text(encoding="utf-8") for name in ("tokens.css", "app.css"))
    css = re.sub(r"@font-face \{[^}]*\}", "", css)
    env = environment(Assets(), lambda: document.made_at)
    with use(document.language):
        template = env.get_template("reports/file.html")
        # Our own style sheets, read from our own folder.
        return template.render(document=document, opening=blocks.opening(document), css=Markup(css))  # noqa: S704 our own style sheet
