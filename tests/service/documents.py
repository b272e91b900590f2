"""One document with every block, and hostile texts in all of them."""

from datetime import UTC, datetime

from service import charts
from service.blocks import (
    Block,
    Chart,
    Checklist,
    Column,
    Decision,
    Document,
    Figure,
    Figures,
    Heading,
    LampRow,
    Lamps,
    Matrix,
    Note,
    Option,
    PageBreak,
    Signature,
    Table,
    Text,
)
from service.lamps import Lamp, Trend

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)


def every_block(word: str = "", rows: int = 60) -> tuple[Block, ...]:
    """Each kind of block at least once; `word` is added to every text."""

    def w(text: str) -> str:
        return text + word

    heads, columns = ("häufig", "selten"), ("begrenzt", "groß")
    cells = {(r, c): charts.MatrixCell(2, "mittel", "medium", "/risks?x=1") for r in heads for c in columns}
    return (
        Heading(w("Auf einen Blick")),
        Text(w("Ein Absatz.") + "\n" + w("Noch einer."), "lead"),
        Text(w("Mehr dazu"), href="https://odenwacht.example/hilfe"),
        Figures((Figure("38", w("alte Rechner"), w("Stand heute")), Figure("3", w("Netze")))),
        Lamps(
            w("Lage"),
            ("Inhalt", "Mittel"),
            (
                LampRow(w("Organisation"), (Lamp.RED, Lamp.GREY), Trend.UNKNOWN, (w("Weil."), w("Darum."))),
                LampRow(w("Technik"), (Lamp.GREEN, Lamp.YELLOW), Trend.BETTER, (w("Weil."), w("Deshalb."))),
            ),
        ),
        Heading(w("Geräte"), 2),
        Table(
            w("Alle Geräte"),
            (Column("Name", 2), Column("Art", 2), Column("Anzahl", 1, "right")),
            tuple((w(f"srv-{i:03d}"), w("Server im Rathaus, Serverraum 1"), str(i)) for i in range(rows)),
        ),
        Table(w("Verträge"), (Column("Name"),), (), w("Noch keine Verträge erfasst.")),
        Heading(w("Risiken"), 2),
        Matrix(charts.matrix(w("Matrix"), w("Acht Risiken."), ("Häufigkeit", "Schaden"), columns, heads, cells)),
        Chart(
            charts.bars(
                w("Balken"), w("Viele Server."), ("Art", "Zahl"), (charts.Bar("Server", 3, "3"), charts.Bar("NAS", 0, "0"))
            )
        ),
        Chart(charts.donut(w("Ring"), w("Meist gut."), ("Lage", "Zahl"), (charts.Bar("gut", 3, "3", "good"),))),
        Chart(
            charts.sparkline(
                w("Verlauf"), w("Steigt."), ("Monat", "Zahl"), (("Jan", 1, "1"), ("Feb", None, "–"), ("Mär", 3, "3"))
            )
        ),
        Checklist(w("Zu tun"), (w("Netz trennen"), w("Anrufen"))),
        Decision(
            w("Server ersetzen"), w("Zwei sind alt."), (Option("A", w("neu"), 14000), Option("nichts tun")), "A", "31.01.2027"
        ),
        Note(w("Achten Sie darauf."), "warning"),
        PageBreak(),
        Signature("Bürgermeisterin", w("Lioba Weißdorn")),
    )


def document(word: str = "", rows: int = 60) -> Document:
    """A document of every block."""
    return Document("Probe" + word, "Erbach", NOW, NOW, every_block(word, rows), state="3f9a1c")
