"""Reports on a real database: what a town's leader reads, who may read what, and the files themselves."""

import re
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from isms.register import RiskView
from isms.store import catalogues, measures, risks, sheets
from service import blocks
from service.audit.chain import Actor
from service.blocks import Asked
from service.db import service_tx, town_tx, uuid7
from service.lamps import Lamp, Work
from service.pdf import render
from service.plain import as_text
from service.reports import inventory, mayor, registry, scan_statement, situation
from service.reports.inventory import Device, Stock, age_class
from service.reports.situation import AnswerFact, MeasureFact, NetworkFact, RequestFact, Situation
from tests.conftest import LogInAs
from tests.service.pdf_verify import verify

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)
DAY = timedelta(days=1)
ME = Actor("Mira Sanddorn")


def risk(number: int, title: str, **more: Any) -> RiskView:
    plain = {
        "town_id": 1, "id": UUID(int=number), "number": number, "title": title, "kind": "digital", "threats": (),
        "cause": "", "scenario": "", "affects": "", "targets": (), "frequency": "häufig", "damage": "beträchtlich",
        "frequency_net": None, "damage_net": None, "category": "hoch", "category_net": None, "matrix_version": 1,
        "act_by": None, "urgency": 2, "urgency_unchecked": True, "priority": 3, "priority_set": None,
        "priority_reason": "", "rated_at": NOW, "owner": "", "treatment": None, "measures": "", "cost": None,
        "due": None, "review_on": None, "shared": False, "closed_at": None, "closed_reason": "", "version": 1,
    }  # fmt: skip
    return RiskView(**(plain | more))


FULL = Situation(
    now=NOW,
    networks=(
        NetworkFact("Rathaus Server", "10.61.10.0/24", "server", "active", NOW - 90 * DAY, NOW - 1 * DAY),
        NetworkFact("Gäste", "10.61.60.0/24", "guest", "guest", None, None),
    ),
    checked_at=NOW - 1 * DAY,
    unsupported=("Windows 10 22H2",) * 12,
    contradictions=2,
    answers={
        "OW-ORG-02": AnswerFact("ja", NOW - 100 * DAY),
        "OW-ORG-04": AnswerFact("teilweise", NOW - 20 * DAY),
        "OW-SIC-02": AnswerFact("ja", NOW - 2 * DAY),
        "OW-SIC-03": AnswerFact("ja", NOW - 168 * DAY),
        "OW-MEN-03": AnswerFact("ja", NOW - 120 * DAY),
    },
    measures=(
        MeasureFact(
            "M-001", "Alte Rechner ersetzen", "vorgeschlagen",
            Work("Alte Rechner ersetzen", "hoch", NOW + 60 * DAY, budget=False, person=True), 38000, ("OW-UPD-03",),
        ),
    ),
    requests=(RequestFact("R-002", "Serverraum im Keller", "hoch", NOW + 135 * DAY, "Umzug 2027", "Mira Sanddorn"),),
    risks=(
        risk(2, "Serverraum im Keller", kind="analog", scenario="Hochwasser überflutet den Serverraum.",
             affects="alle Ämter", treatment="akzeptieren", owner="Jannis Liguster", due=date(2027, 3, 31), cost=1400000, priority=4),
        risk(1, "Alte Systeme", scenario="Schadsoftware nutzt eine bekannte Lücke."),
    ),
    devices=275,
)  # fmt: skip


LONG = "Ein Satz über das, was geschehen kann und nicht geschehen soll. " * 9
MUCH = replace(
    FULL,
    risks=tuple(replace(one, scenario=LONG, affects=LONG, measures=LONG) for one in FULL.risks * 5),
    requests=FULL.requests * 12,
    unsupported=tuple(f"Windows {i} Version {i % 9}" for i in range(40)),
)


def golden(name: str, text: str, update: bool) -> None:
    path = Path(__file__).parent / "goldens" / f"{name}.txt"
    if update:
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def test_the_mayors_report_reads_as_agreed(update_goldens: bool) -> None:
    golden("mayor", as_text(mayor.compose(FULL)), update_goldens)


def test_the_mayors_report_of_a_town_without_data_says_why_it_is_grey(update_goldens: bool) -> None:
    golden("mayor_empty", as_text(mayor.compose(Situation(NOW))), update_goldens)


def test_no_topic_of_an_empty_town_is_green() -> None:
    found = situation.topics(Situation(NOW))
    assert {topic.content.lamp for topic in found} == {Lamp.GREY}
    assert {topic.means.lamp for topic in found} == {Lamp.GREY}
    assert situation.overall(found) == (Lamp.GREY, Lamp.GREY)


def test_unsupported_systems_are_red_until_money_for_them_is_decided() -> None:
    decided = replace(FULL.measures[0], state="beschlossen", work=replace(FULL.measures[0].work, budget=True))
    lamp = {topic.name: topic.content.lamp for topic in situation.topics(FULL)}
    assert lamp["technik"] is Lamp.RED
    lamp = {topic.name: topic.content.lamp for topic in situation.topics(replace(FULL, measures=(decided,)))}
    assert lamp["technik"] is Lamp.YELLOW


def test_a_released_network_that_was_never_scanned_makes_technology_grey() -> None:
    never = NetworkFact("Bauhof", "10.61.80.0/27", "client", "active", NOW, None)
    fresh = replace(FULL, unsupported=(), contradictions=0, networks=(*FULL.networks, never))
    topic = next(topic for topic in situation.topics(fresh) if topic.name == "technik")
    assert topic.content.lamp is Lamp.GREY
    assert "Bauhof" in topic.content.rule


def test_the_guest_network_never_counts_as_missing_a_scan() -> None:
    assert [net.name for net in situation.active(FULL)] == ["Rathaus Server"]


@pytest.mark.parametrize(
    ("purchased", "wanted"),
    [
        (None, 4),
        (date(2026, 1, 1), 0),
        (date(2023, 11, 17), 0),
        (date(2023, 11, 16), 1),
        (date(2018, 11, 17), 2),
        (date(2018, 11, 16), 3),
    ],
)
def test_age_is_counted_in_full_years(purchased: date | None, wanted: int) -> None:
    assert age_class(purchased, date(2026, 11, 16)) == wanted


def test_the_inventory_report_reads_as_agreed(update_goldens: bool) -> None:
    def device(kind: str, name: str, purchased: date | None, scanned: bool) -> Device:
        return Device(kind, name, "Dell", "R740", "CZJ123", "10.61.10.5", "in_use", "Rathaus, EG", purchased, NOW, scanned)

    devices = (
        device("notebook", "nb-ord-01", date(2024, 3, 1), True),
        device("notebook", "nb-ord-02", None, False),
        device("server", "srv-fs01", date(2016, 1, 1), True),
    )
    golden("inventory", as_text(inventory.compose(Stock(NOW, "Erbach", devices))), update_goldens)
    golden("inventory_empty", as_text(inventory.compose(Stock(NOW, "Erbach", ()))), update_goldens)


def test_the_scan_statement_reads_as_agreed(update_goldens: bool) -> None:
    who = ("Jannis Liguster", "Mira Sanddorn <isb@erbach.example>", "Ruth Holunder")
    net = scan_statement.Net(
        "Clients",
        "10.61.20.0/24",
        "client",
        "active",
        "Rathaus",
        NOW,
        NOW,
        None,
        *who,
        "Mo-Fr 08:00-17:00",
        300,
        "10.61.20.7",
        NOW,
    )
    passive = scan_statement.Net("Pumpen", "10.61.90.0/24", "plc", "passive", "Wasserwerk", NOW, NOW, None, *who)
    guests = scan_statement.Net("Gäste", "10.61.60.0/24", "guest", "guest", "Rathaus", None, None, None)
    waiting = scan_statement.Net("Server", "10.61.10.0/24", "server", "active", "Rathaus", NOW, None, None, *who[:2])
    told = scan_statement.Statement("Erbach", (net, passive, guests, waiting))
    golden("scan_statement", as_text(scan_statement.compose(told)), update_goldens)


def test_the_risk_register_reads_as_agreed(update_goldens: bool) -> None:
    from isms.reports import risk_register

    register = risk_register.Register(NOW, "Erbach", FULL.risks, ())
    golden("risk_register", as_text(risk_register.compose(register)), update_goldens)


def test_the_end_of_support_reads_as_agreed(update_goldens: bool) -> None:
    from datetime import date

    from service.inventory.support import State
    from service.reports import end_of_support as report

    devices = (
        report.Ending("pc-02", "workstation", "Rathaus, 1.02", "Windows 10", date(2025, 10, 14)),
        report.Ending("pc-01", "workstation", "", "Windows 10", date(2025, 10, 14)),
        report.Ending("srv-01", "server", "Rathaus", "Windows Server 2016", date(2027, 1, 12)),
    )
    counts = {State.ENDED: 2, State.SOON: 1, State.SUPPORTED: 9, State.UNKNOWN: 4}
    full = report.Estate(NOW.date(), devices, counts, date(2026, 11, 1))
    golden("end_of_support", as_text(report.compose(full)), update_goldens)
    golden("end_of_support_empty", as_text(report.compose(report.Estate(NOW.date(), (), {}, date(2026, 11, 1)))), update_goldens)


def test_the_matrix_of_software_reads_as_agreed(update_goldens: bool) -> None:
    from service.reports import software_matrix as report
    from service.software import compare
    from service.software.store.picture import Picture
    from service.software.values import Shared, Standard, Town

    def use(town: int, name: str, purpose: str, release: str | None = None, ends: date | None = None) -> Shared:
        return Shared(town, name.lower(), name, "", purpose, release, "ekom21", None, None, ends, 120_000, None, ("use",))

    towns = tuple(Town(n, name) for n, name in enumerate(("Erbach", "Beerfelden", "Brombachtal", "Höchst", "Michelstadt"), 1))
    standards = (Standard("friedwald", "Friedwald", "Friedhof", "x"),)
    uses = [
        use(1, "Friedwald", "Friedhof", "12.4", date(2027, 2, 28)), use(2, "Ruhestätte", "Friedhof"),
        use(5, "Friedwald", "Friedhof", None, date(2027, 3, 31)), use(1, "Kassenwart", ""),
    ]  # fmt: skip
    full = report.Matrix(Picture(compare.matrix(uses, standards), towns, {}, standards), NOW.date())
    golden("software_matrix", as_text(report.compose(full)), update_goldens)
    golden("software_matrix_empty", as_text(report.compose(report.Matrix(Picture((), (), {}, ()), NOW.date()))), update_goldens)


def test_the_procurement_report_is_the_one_of_lots() -> None:
    assert registry.find("procurement") is registry.find("lots")


def test_every_report_has_a_golden() -> None:
    names = {path.stem for path in (Path(__file__).parent / "goldens").glob("*.txt")}
    assert {name.replace("-", "_") for name in registry.reports()} <= names


# --- on the database


@pytest.fixture
async def filled(towns: dict[str, int]) -> Asked:
    """Erbach with networks, devices, an old system, answers, a measure, risks, and one waiting for the mayor."""
    town = towns["erbach"]
    async with service_tx() as tx:
        await catalogues.ensure_starter(tx, NOW)
    async with town_tx({town, 0}, town) as tx:
        connection = tx.connection
        net = uuid7()
        await connection.execute(
            "insert into network (town_id, id, name, cidr, purpose, mode, released_at, changed_at)"
            " values ($1, $2, 'Rathaus', '10.61.20.0/24', 'client', 'active', $3, $3)",
            town, net, NOW,
        )  # fmt: skip
        old = uuid7()
        for i in range(60):
            ident = old if i == 0 else uuid7()
            await connection.execute(
                "insert into asset (town_id, id, kind, name, sort_name, os, primary_ip, network_ids, sources, first_seen, last_seen,"
                " scanned_at) values ($1, $2, 'notebook', $3, $3, 'Windows 10', $4, $5, '{nmap}', $6, $6, $6)",
                town, ident, f"nb-{i:02d} <b>", f"10.61.20.{i + 1}", [net], NOW - 1 * DAY,
            )  # fmt: skip
        await connection.execute(
            "insert into finding (town_id, id, check_id, asset_id, result, sentence, checked_at)"
            " values ($1, $2, 'W06', $3, 'not_satisfied', 'alt', $4)",
            town, uuid7(), old, NOW,
        )  # fmt: skip
        await connection.execute("insert into check_run (town_id, id, at) values ($1, $2, $3)", town, uuid7(), NOW)
        await sheets.take_over(tx, town, ME, NOW)
        for entry in (await sheets.load(tx, town, NOW.date())).entries:
            if entry.requirement.label == "OW-SIC-03":
                await connection.execute(
                    "insert into assessment (town_id, id, target_id, control, claim, answered_by, answered_at)"
                    " values ($1, $2, $3, $4, 'nein', 'x', $5)",
                    town, uuid7(), entry.target, entry.requirement.key, NOW - 3 * DAY,
                )  # fmt: skip
        ident = await risks.save(
            tx, town, risks.Entered("Serverraum im Keller", scenario="Hochwasser.", damage="beträchtlich"), ME, NOW
        )
        await risks.request(tx, town, ident, "Umzug 2027", date(2027, 3, 31), ME, NOW)
        blank = measures.Measure(
            town, uuid7(), 0, "Rechner ersetzen", "", "technisch", "lokal", "vorgeschlagen", "", "Jannis Liguster", "", 3800000,
            None, None, 2027, False, "", 3, date(2027, 1, 31), (), 0,
        )  # fmt: skip
        await measures.save(tx, town, blank, ME, NOW)
    return Asked(town, "erbach", "Erbach", 14000, NOW)


async def test_the_situation_is_read_from_the_database(filled: Asked) -> None:
    s = await mayor.gather(filled)
    assert (s.devices, s.unsupported, [r.title for r in s.risks]) == (60, ("Windows 10",), ["Serverraum im Keller"])
    assert s.networks[0].last_scan == NOW - 1 * DAY
    assert s.answers["OW-SIC-03"] == AnswerFact("nein", NOW - 3 * DAY)
    assert [r.title for r in s.requests] == ["Serverraum im Keller"]
    assert (s.measures[0].cost, s.measures[0].work.budget, s.measures[0].work.person) == (38000, False, True)
    assert any("Ersatz von 1 Gerät" in wish.text for wish in situation.wishes(s))


def sound(data: bytes, path: Path) -> int:
    """The number of pages of a file that qpdf finds sound and that carries all its fonts."""
    path.write_bytes(data)
    subprocess.run(["qpdf", "--check", path], check=True, capture_output=True)
    fonts = subprocess.run(["pdffonts", path], capture_output=True, check=True, text=True).stdout.splitlines()[2:]
    assert fonts
    assert all(" yes yes yes " in line for line in fonts), fonts
    info = subprocess.run(["pdfinfo", path], capture_output=True, check=True, text=True).stdout
    return int(re.findall(r"Pages: +(\d+)", info)[0])


@pytest.mark.parametrize("name", sorted(registry.reports()))
@pytest.mark.system("qpdf", "pdffonts", "pdfinfo")
async def test_each_report_is_drawn_tagged_with_fonts_inside(filled: Asked, name: str, tmp_path: Path) -> None:
    data = render(await registry.make(registry.find(name), filled))
    assert verify(data) == []
    assert sound(data, tmp_path / "a.pdf") >= 1


@pytest.mark.system("qpdf", "pdffonts", "pdfinfo")
@pytest.mark.parametrize("values", [FULL, MUCH, Situation(NOW)], ids=["full", "much", "empty"])
def test_the_mayors_report_has_two_pages(values: Situation, tmp_path: Path) -> None:
    made = blocks.Document("Bericht", "Erbach", NOW, NOW, tuple(mayor.compose(values)))
    assert sound(render(made), tmp_path / "a.pdf") == 2


async def test_another_day_is_said_in_the_document(filled: Asked) -> None:
    made = await registry.make(registry.find("inventory"), replace(filled, now=NOW - 30 * DAY), real_now=NOW)
    assert isinstance(made.blocks[0], blocks.Note)
    assert "der Bestand ist der heutige" in made.blocks[0].text


@pytest.mark.parametrize(
    ("role", "seen", "hidden"),
    [
        ("mayor", {"mayor", "risk-register", "scan-statement"}, {"inventory"}),
        ("isb", {"mayor", "risk-register", "inventory", "scan-statement"}, set()),
        ("it_admin", {"inventory", "risk-register", "scan-statement"}, {"mayor"}),
        ("staff_council", {"scan-statement"}, {"mayor", "inventory", "risk-register"}),
    ],
)
async def test_everybody_finds_the_reports_of_the_own_role_and_no_other(
    filled: Asked, log_in: LogInAs, role: str, seen: set[str], hidden: set[str]
) -> None:
    visitor = await log_in(role)
    index = await visitor.get("/towns/erbach/reports")
    assert index.status_code == 200
    for name in seen:
        assert f"/towns/erbach/reports/{name}" in index.text
        assert (await visitor.get(f"/towns/erbach/reports/{name}")).status_code == 200
    for name in hidden:
        assert f"/reports/{name}" not in index.text
        assert (await visitor.get(f"/towns/erbach/reports/{name}")).status_code == 404
        assert (await visitor.get(f"/towns/erbach/reports/{name}/pdf")).status_code == 404


async def test_the_pdf_is_a_file_to_keep(filled: Asked, log_in: LogInAs) -> None:
    answer = await (await log_in("mayor")).get("/towns/erbach/reports/mayor/pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].startswith('attachment; filename="erbach-mayor-')
    assert answer.content.startswith(b"%PDF-1.7")


async def test_a_report_of_another_town_does_not_exist(filled: Asked, log_in: LogInAs) -> None:
    visitor = await log_in("isb", "erbach")
    assert (await visitor.get("/towns/oberzent/reports/mayor")).status_code == 404


async def test_a_device_without_its_makers_support_stands_in_the_report(filled: Asked) -> None:
    found = await registry.make(registry.find("end-of-support"), filled)
    assert "Windows" in as_text(found.blocks)
