"""The gallery: an application of its own that shows every macro in every state.

No database and no account: the frame alone, gated like a real page.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, FileSystemLoader
from litestar import Litestar, Request, Response, get, post
from litestar.exceptions import HTTPException, NotAuthorizedException, TooManyRequestsException
from litestar.response import Redirect

from service import blocks, charts, web
from service.auth.people import TownRef
from service.errors import Wrong
from service.i18n import gettext as _
from service.lamps import Lamp, Trend
from service.web import Column, listing

NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
FOLDER = Path(__file__).parent / "gallery"


@dataclass(frozen=True)
class Account:
    name: str = "Andrea Beispiel"
    mail: str = "andrea.beispiel@musterstadt.example"
    theme: str | None = None
    locale: str | None = None


@dataclass(frozen=True)
class Here:
    town: TownRef
    towns: tuple[TownRef, ...]
    account: Account = Account()
    roles: frozenset[str] = frozenset({"it_admin", "isb"})


MUSTERSTADT = TownRef(1, "musterstadt", "Musterstadt")
HERE = Here(MUSTERSTADT, (MUSTERSTADT, TownRef(2, "beispielheim", "Beispielheim")))
ALONE = Here(MUSTERSTADT, (MUSTERSTADT,), roles=frozenset({"mayor"}))

DEVICES = [
    {"id": 1, "name": "srv-fs01", "kind": "Server", "ip": "10.20.3.10", "ports": 12, "seen": NOW - timedelta(hours=2)},
    {"id": 2, "name": "sw-rathaus-2", "kind": "Switch", "ip": "10.20.0.2", "ports": 3, "seen": NOW - timedelta(days=1)},
    {"id": 3, "name": "pc-ord-14", "kind": "Arbeitsplatz", "ip": None, "ports": 1284, "seen": None},
]
ROUTES = (
    "/towns/musterstadt",
    "/towns/musterstadt/assets",
    "/towns/musterstadt/form",
    "/towns/musterstadt/states",
    "/towns/musterstadt/report",
    "/login",
)


def _drawing() -> charts.Drawing:
    rows, columns = ("häufig", "selten"), ("begrenzt", "groß")
    tones = {
        ("häufig", "begrenzt"): "medium",
        ("häufig", "groß"): "bad",
        ("selten", "begrenzt"): "good",
        ("selten", "groß"): "high",
    }
    cells = {
        pair: charts.MatrixCell(len(pair[0]), "mittel", tone, f"/towns/musterstadt/assets?cell={tone}")
        for pair, tone in tones.items()
    }
    return charts.matrix("Risikomatrix", "Sechs Risiken sind hoch.", ("Häufigkeit", "Schaden"), columns, rows, cells)


DOCUMENT = blocks.Document(
    "Bericht zur Informationssicherheit",
    "Musterstadt",
    NOW,
    NOW,
    (
        blocks.Heading("Lage"),
        blocks.Text("Die Datensicherung wurde geprüft.\nZwei Server erhalten keine Updates mehr.", "lead"),
        blocks.Figures((blocks.Figure("62 %", "Basis erfüllt", "+4 seit Oktober"), blocks.Figure("3", "überfällig"))),
        blocks.Lamps(
            "Ampeln",
            ("Inhalt", "Mittel"),
            (
                blocks.LampRow("Datensicherung", (Lamp.GREEN, Lamp.YELLOW), Trend.BETTER, ("Übung im Oktober",)),
                blocks.LampRow("Notfall", (Lamp.RED, Lamp.GREY), Trend.SAME, ("nie geübt",)),
            ),
        ),
        blocks.Heading("Risiken"),
        blocks.Matrix(_drawing()),
        blocks.Chart(
            charts.bars(
                "Risiken je Stufe",
                "Mittel überwiegt.",
                ("Stufe", "Zahl"),
                [charts.Bar("hoch", 4, "4", "high"), charts.Bar("mittel", 9, "9", "medium")],
            )
        ),
        blocks.Chart(
            charts.donut(
                "Umsetzung",
                "Die Hälfte ist umgesetzt.",
                ("Stand", "Zahl"),
                [charts.Bar("ja", 5, "5", "good"), charts.Bar("nein", 5, "5", "bad")],
            )
        ),
        blocks.Table(
            "Geräte",
            (blocks.Column("Name"), blocks.Column("Art"), blocks.Column("Ports", align="right")),
            (("srv-fs01", "Server", "12"),),
        ),
        blocks.Table("Vorfälle", (blocks.Column("Tag"),), (), "In diesem Quartal gab es keinen Vorfall."),
        blocks.Heading("Zu entscheiden"),
        blocks.Decision(
            "Zwei alte Server ersetzen",
            "Sie erhalten keine Updates mehr.",
            (blocks.Option("Ersetzen", "zwei neue Server", 14000, 500, 4),),
            "ersetzen",
            "31.01.2027",
        ),
        blocks.Checklist("Vor der Sitzung", ("Angebot liegt vor", "Haushalt geprüft")),
        blocks.Note("Siegel des Dienstes, keine qualifizierte elektronische Signatur."),
        blocks.Note("Stand ist älter als 30 Tage.", "warning"),
        blocks.PageBreak(),
        blocks.Signature("Bürgermeisterin", "A. Beispiel"),
        blocks.Text("Weitere Hinweise", href="https://www.bsi.bund.de/"),
    ),
)


@get("/towns/musterstadt", opt={"access": "public"})
async def home(request: Request[Any, Any, Any]) -> Response[str]:
    return web.page(request, HERE, "gallery/home.html", now=NOW)


@get("/towns/musterstadt/assets", opt={"access": "public"})
async def assets(request: Request[Any, Any, Any]) -> Response[str]:
    state = listing(
        request.url.path, request.query_params.multi_items(), total=1284, sortable=("name", "kind"), default_sort="name"
    )
    columns = (
        Column(_("Name"), "name"),
        Column("Art", "kind"),
        Column("IP-Adresse"),
        Column("Offene Ports", numeric=True),
        Column("Gesehen"),
    )
    return web.page(
        request, HERE, "gallery/list.html", rows=DEVICES, state=state, columns=columns, query=dict(request.query_params)
    )


@get("/towns/musterstadt/form", opt={"access": "public"})
async def form(request: Request[Any, Any, Any]) -> Response[str]:
    return web.page(
        request, HERE, "gallery/form.html", errors={"ip": "„10.20.300.4“ ist keine gültige IP-Adresse. Beispiel: 10.20.30.4"}
    )


@get("/towns/musterstadt/states", opt={"access": "public"})
async def states(request: Request[Any, Any, Any]) -> Response[str]:
    return web.page(request, ALONE, "gallery/states.html", now=NOW)


@get("/towns/musterstadt/report", opt={"access": "public"})
async def report(request: Request[Any, Any, Any]) -> Response[str]:
    return web.report(request, HERE, DOCUMENT, pdf="/towns/musterstadt/report.pdf", crumbs=[("Übersicht", "/towns/musterstadt")])


@get("/login", opt={"access": "public"})
async def login(request: Request[Any, Any, Any]) -> Response[str]:
    return web.page(request, None, "gallery/login.html")


@post("/save", opt={"access": "public"})
async def save() -> Redirect:
    return web.redirect("/towns/musterstadt", message="Gespeichert. 14:02 Uhr", undo="/save")


@get("/fail/{status:int}", opt={"access": "public"})
async def fail(status: int) -> None:
    if status == 401:
        raise NotAuthorizedException
    if status == 422:
        raise Wrong(
            "„10.20.300.4“ ist keine gültige IP-Adresse.", "Zeile 88, Spalte IP", "Jede der vier Zahlen darf höchstens 255 sein."
        )
    if status == 429:
        raise TooManyRequestsException(headers={"Retry-After": "30"})
    if status == 500:
        raise ZeroDivisionError("secret detail")
    if status == 503:
        raise ConnectionRefusedError
    raise HTTPException(status_code=status, detail="English detail that nobody sees")


def build(**options: Any) -> Litestar:
    """The gallery as an application."""
    frame = web.configure(
        secret="only for tests " * 3, now=lambda: NOW, unavailable=(ConnectionRefusedError,), idle=1800, **options
    )
    engine = frame.template_config.instance.engine  # type: ignore[union-attr]  # always there once configured
    engine.loader = ChoiceLoader([engine.loader, FileSystemLoader(FOLDER.parent)])  # type: ignore[list-item]  # always there once configured
    return Litestar(
        [home, assets, form, states, report, login, save, fail, *frame.route_handlers],
        template_config=frame.template_config,
        csrf_config=frame.csrf_config,
        compression_config=frame.compression_config,
        exception_handlers=frame.exception_handlers,
        middleware=list(frame.middleware),
        before_send=list(frame.before_send),
        openapi_config=None,
        logging_config=None,
    )


app = build()
