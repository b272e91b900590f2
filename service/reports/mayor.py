"""Bericht zur Informationssicherheit: two pages for the mayor, plain words, lamps that know grey."""

from isms.register import RiskView
from service import lamps
from service.auth.roles import READ_REPORTS
from service.blocks import Asked, Block, Heading, LampRow, Lamps, Note, PageBreak, Report, Text
from service.db import town_tx
from service.i18n import format_date, format_money, lazy
from service.i18n import gettext as _
from service.lamps import Trend
from service.reports import store
from service.reports.situation import Situation, Topic, overall, sentences, systems, topics, wishes

MOST_RISKS = 5
MOST_WISHES = 6
LONGEST = 170  # letters of a sentence about a risk, so that five risks fit on one page
SHORT = 85
WORDS = (
    lazy("Ampel: gut (grün), angespannt (gelb), kritisch (rot), keine Angaben (grau). Fehlende oder alte Angaben sind nie grün."),
    lazy("Inhalt und Mittel: „Inhalt“ zeigt, wie es steht; „Mittel“, ob Geld und Zuständige dafür da sind."),
    lazy("Priorität: Auswirkung und Dringlichkeit zusammen, in vier Stufen von niedrig bis kritisch."),
    lazy("Risikokategorie: wie oft etwas zu erwarten ist und wie groß der Schaden wäre, nach BSI-Standard 200-3."),
)


async def gather(asked: Asked) -> Situation:
    """The town's situation at the asked moment."""
    async with town_tx({asked.town, 0}) as tx:
        return await store.situation(tx, asked.town, asked.now)


def compose(s: Situation) -> list[Block]:
    """Page one: at a glance. Page two: the five largest risks."""
    found = topics(s)
    return [*_glance(s, found), PageBreak(), *_risks(s)]


def _glance(s: Situation, found: tuple[Topic, ...]) -> list[Block]:
    content, means = overall(found)
    grey = lamps.grey_count(topic.content.lamp for topic in found)
    over = LampRow(_("Gesamtlage"), (content, means), Trend.UNKNOWN, (_overall_reason(grey),))
    rows = tuple(
        LampRow(topic.title, (topic.content.lamp, topic.means.lamp), Trend.UNKNOWN, (topic.content.note, topic.means.note))
        for topic in found
    )
    asked = wishes(s)
    more = len(asked) - MOST_WISHES
    lines = [
        *(wish.text for wish in asked[:MOST_WISHES]),
        *([_("… und %(number)s weitere, siehe Ihre Startseite.", number=more)] if more > 0 else []),
    ]
    return [
        Heading(_("Auf einen Blick")),
        Text("\n".join(sentences(s, found)), "lead"),
        Note("\n".join(lines) if lines else _("Zurzeit nichts."), title=_("Was wir von Ihnen brauchen")),
        Lamps(_("Lage in fünf Themen"), (_("Inhalt"), _("Mittel")), (over, *rows)),
        Text("\n".join(map(str, WORDS)), "small"),
    ]


def _overall_reason(grey: str) -> str:
    rule = _("Gesamtlage: rot, wenn ein Thema rot ist; sonst grau, gelb, grün in dieser Reihenfolge.")
    return f"{rule} {grey}." if grey else rule


def _risks(s: Situation) -> list[Block]:
    blocks: list[Block] = [Heading(_("Die fünf größten Risiken"))]
    if not s.risks:
        text = _("Es sind noch keine Risiken erfasst. Deshalb steht hier nichts; es heißt nicht, dass es keine gibt.")
        return [*blocks, Note(text)]
    text = _(
        "Wie lange etwas ausfiele und ausfallen darf, ist noch nicht berechnet: Die Folgen eines Ausfalls sind nicht untersucht."
    )
    blocks.append(Text(text, "small"))
    for number, risk in enumerate(s.risks[:MOST_RISKS], 1):
        blocks += [Heading(f"{number}. {risk.title}", 2), Text("\n".join(_lines(risk)))]
    old = systems(s)
    if old:
        names = ", ".join(f"{name} ({count})" for name, count in old[:6])
        blocks.append(Text(_("Geräte ohne Updates: %(names)s", names=names + (" …" if len(old) > 6 else "")), "small"))
    return blocks


def _lines(risk: RiskView) -> tuple[str, ...]:
    """What may happen and whom it hits; how pressing; what is done, until when, for how much, by whom."""
    open_ = _("noch nicht beschrieben")
    what = _short(risk.scenario or risk.cause or open_)
    return (
        _("Was kann geschehen: %(text)s", text=what),
        _("Wen es trifft: %(text)s", text=_short(risk.affects or open_, SHORT)),
        _("Priorität: %(priority)s – %(category)s", priority=risk.effective.word, category=_category(risk)),
        _(
            "Maßnahme: %(measure)s – fällig: %(due)s – Kosten: %(cost)s – zuständig: %(owner)s",
            measure=_short(risk.measures or risk.treatment or _("noch keine"), SHORT),
            due=format_date(risk.due) if risk.due else _("kein Datum"),
            cost=format_money(risk.cost / 100) if risk.cost is not None else _("unbekannt"),
            owner=risk.owner or _("niemand benannt"),
        ),
    )


def _category(risk: RiskView) -> str:
    """How it is now, and what is left once the measures are done."""
    if not risk.category_net:
        return _("Risikokategorie: %(gross)s", gross=risk.category)
    return _("Risikokategorie: heute %(gross)s, mit Maßnahmen %(net)s", gross=risk.category, net=risk.category_net)


def _short(text: str, most: int = LONGEST) -> str:
    """One line or two; the whole text stands in the register of risks."""
    folded = " ".join(text.split())
    return folded if len(folded) <= most else folded[:most].rsplit(" ", 1)[0] + " …"


REPORT = Report(
    name="mayor",
    title=lazy("Bericht zur Informationssicherheit"),
    about=lazy("Zwei Seiten für die Bürgermeisterin oder den Bürgermeister: Lage, Entscheidungen, größte Risiken."),
    gather=gather,
    compose=compose,
    access=READ_REPORTS,
    marking="vertraulich",
)
