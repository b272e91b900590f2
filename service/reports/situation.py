"""The state of a town's information security in five topics with two lamps each, and what its leader must decide.

Pure: the facts are loaded by `service.reports.store`. Indicators and maximum ages as in chapter 6 of the domain
reference; where a fact does not exist yet, the indicator is missing and the topic grey.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from isms.register import RiskView
from service import lamps
from service.i18n import format_date, ngettext
from service.i18n import gettext as _
from service.lamps import Indicator, Lamp, Reading, Work

DAY: Final = timedelta(days=1)
SCAN_AGE: Final = 14 * DAY
TOPICS: Final = ("organisation", "technik", "datensicherung", "notfall", "menschen")
AREAS: Final = {"ORG": "organisation", "DLS": "organisation", "SIC": "datensicherung", "NOT": "notfall", "MEN": "menschen"}


@dataclass(frozen=True, slots=True)
class NetworkFact:
    """A network and when a machine last saw something in it."""

    name: str
    cidr: str
    purpose: str
    mode: str  # active passive guest
    released_at: datetime | None
    last_scan: datetime | None


@dataclass(frozen=True, slots=True)
class AnswerFact:
    """What people answered to a requirement of the Grundschutz check and when; `claim` is "" where nobody has."""

    claim: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MeasureFact:
    """An open measure; cost in whole euros, `labels` are the requirements it serves."""

    name: str
    title: str
    state: str
    work: Work
    cost: int | None
    labels: tuple[str, ...] = ()
    key: str = ""  # id of the measure, for links
    offered: bool = False  # the group's; the town may take it over
    decided: bool = False  # the group's, and the town has said yes or no

    @property
    def topic(self) -> str:
        """The topic of its first requirement; technology where the area is not one of the others."""
        area = self.labels[0].split("-")[1] if self.labels and self.labels[0].count("-") > 1 else "ORG"
        return AREAS.get(area, "technik")


@dataclass(frozen=True, slots=True)
class RequestFact:
    """A risk that the security officer asks the leader to take over until a day."""

    risk: str
    title: str
    category: str
    until: datetime | None
    reason: str
    asked_by: str
    key: str = ""  # id of the risk, for links


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything the lamps and the mayor's report stand on."""

    now: datetime
    networks: tuple[NetworkFact, ...] = ()
    checked_at: datetime | None = None  # last run of the automatic checks
    unsupported: tuple[str, ...] = ()  # systems, one entry a device
    unknown_devices: int = 0
    contradictions: int = 0
    answers: dict[str, AnswerFact] = field(default_factory=dict)  # by label of the requirement
    measures: tuple[MeasureFact, ...] = ()
    requests: tuple[RequestFact, ...] = ()
    risks: tuple[RiskView, ...] = ()
    devices: int = 0


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic with its two lamps."""

    name: str
    title: str
    content: Reading
    means: Reading


def title(topic: str) -> str:
    """The topic as the leader reads it."""
    return {
        "organisation": _("Organisation"),
        "technik": _("Technik und Updates"),
        "datensicherung": _("Datensicherung"),
        "notfall": _("Notfallvorsorge"),
        "menschen": _("Menschen und Schulung"),
    }[topic]


def topics(s: Situation) -> tuple[Topic, ...]:
    """The five topics."""
    return tuple(_topic(s, name) for name in TOPICS)


def overall(found: Sequence[Topic]) -> tuple[Lamp, Lamp]:
    """The lamps over all topics: content and means."""
    return lamps.overall(t.content.lamp for t in found), lamps.overall(t.means.lamp for t in found)


def _topic(s: Situation, name: str) -> Topic:
    work = [measure.work for measure in s.measures if measure.topic == name]
    content = lamps.content(indicators(s, name), work, s.now)
    # Where the town keeps no measure at all, money and people are unknown, not settled.
    return Topic(name, title(name), content, lamps.means(work if s.measures else None, s.now))


def indicators(s: Situation, name: str) -> tuple[Indicator, ...]:
    """The mandatory indicators of a topic, the missing ones too."""
    match name:
        case "organisation":
            return (
                _answer(s, "OW-ORG-02", _("Leitlinie geprüft"), 400),
                _answer(s, "OW-ORG-04", _("Zuständige und Vertretungen benannt"), 90),
            )
        case "technik":
            return (_scans(s), _unsupported(s), _unknown(s), _contradictions(s))
        case "datensicherung":
            return (
                _answer(s, "OW-SIC-02", _("Datensicherung läuft"), 7),
                _answer(s, "OW-SIC-03", _("Rücksicherung geprobt"), 200),
            )
        case "notfall":
            return (
                Indicator(_("Folgen eines Ausfalls untersucht"), None, 400 * DAY),
                _answer(s, "OW-NOT-03", _("Alarmliste"), 200),
                _answer(s, "OW-NOT-09", _("Notfallübung"), 400),
                _answer(s, "OW-NOT-07", _("Notfallhandbuch gedruckt"), 200),
            )
        case _:
            return (_answer(s, "OW-MEN-03", _("Schulung aller Beschäftigten"), 100),)


def _answer(s: Situation, label: str, what: str, days: int) -> Indicator:
    """An indicator that stands on a person's answer in the Grundschutz check."""
    given = s.answers.get(label, AnswerFact())
    if given.at is None or given.claim in {"", "unbearbeitet"}:
        return Indicator(what, None, days * DAY)
    done = given.claim in {"ja", "entbehrlich"}
    sentence = _("%(what)s: laut Antwort vom %(day)s „%(claim)s“.", what=what, day=format_date(given.at), claim=given.claim)
    return Indicator(what, given.at, days * DAY, sentence, below_target=not done)


def active(s: Situation) -> tuple[NetworkFact, ...]:
    """The networks that are released for scanning."""
    return tuple(net for net in s.networks if net.mode == "active" and net.released_at is not None)


def _scans(s: Situation) -> Indicator:
    """As old as the network that was looked at longest ago; missing where one never was, or none is released."""
    networks = active(s)
    never = [net for net in networks if net.last_scan is None]
    what = _("Scan aller freigegebenen Netze")
    if not networks or never:
        names = ", ".join(net.name for net in never[:3]) if never else _("kein Netz freigegeben")
        return Indicator(f"{what} ({names})", None, SCAN_AGE)
    oldest = min(networks, key=lambda net: net.last_scan or s.now)
    return Indicator(f"{what} ({oldest.name})", oldest.last_scan, SCAN_AGE, _("Alle freigegebenen Netze wurden angesehen."))


def _unsupported(s: Situation) -> Indicator:
    many = len(s.unsupported)
    sentence = ngettext("%(num)s Gerät erhält keine Updates mehr.", "%(num)s Geräte erhalten keine Updates mehr.", many)
    covered = any("OW-UPD-03" in m.labels and m.state in {"beschlossen", "in Umsetzung"} and m.work.budget for m in s.measures)
    what = _("Systeme ohne Updates")
    return Indicator(what, s.checked_at, SCAN_AGE, sentence, below_target=many > 0, decision_needed=many > 0 and not covered)


def _unknown(s: Situation) -> Indicator:
    seen = [net.last_scan for net in active(s) if net.last_scan is not None]
    sentence = ngettext("%(num)s unbekanntes Gerät im Netz.", "%(num)s unbekannte Geräte im Netz.", s.unknown_devices)
    return Indicator(_("Unbekannte Geräte"), max(seen, default=None), SCAN_AGE, sentence, below_target=s.unknown_devices > 0)


def _contradictions(s: Situation) -> Indicator:
    sentence = ngettext(
        "Das Netz widerspricht den Angaben in %(num)s Fall.",
        "Das Netz widerspricht den Angaben in %(num)s Fällen.",
        s.contradictions,
    )
    return Indicator(_("Abgleich der Angaben mit dem Netz"), s.checked_at, None, sentence, below_target=s.contradictions > 0)


def systems(s: Situation) -> list[tuple[str, int]]:
    """Systems without updates and how many devices run them, most first."""
    counts: dict[str, int] = {}
    for name in s.unsupported:
        counts[name] = counts.get(name, 0) + 1
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


@dataclass(frozen=True, slots=True)
class Wish:
    """What the leader is asked for, and the page of the town that is about it ("" where none is for leaders)."""

    text: str
    page: str = ""


def wishes(s: Situation) -> tuple[Wish, ...]:
    """What the leader is asked for: one plain sentence each."""
    found: list[Wish] = []
    for request in s.requests:
        until = _(" bis %(day)s", day=format_date(request.until)) if request.until else ""
        text = _(
            "Risiko übernehmen%(until)s oder ablehnen: %(title)s (%(risk)s).", until=until, title=request.title, risk=request.risk
        )
        found.append(Wish(text, f"risks/{request.key}"))
    if _unsupported(s).decision_needed and _unsupported(s).current(s.now):
        many = len(s.unsupported)
        plans = [measure.key for measure in s.measures if "OW-UPD-03" in measure.labels]
        found.append(
            Wish(
                ngettext(
                    "Über den Ersatz von %(num)s Gerät ohne Updates entscheiden.",
                    "Über den Ersatz von %(num)s Geräten ohne Updates entscheiden.",
                    many,
                ),
                f"measures/{plans[0]}" if plans else "measures",
            )
        )
    for measure in s.measures:
        if measure.work.priority not in lamps.URGENT or measure.decided:
            continue
        due = _(", fällig %(day)s", day=format_date(measure.work.due)) if measure.work.due else ""
        if measure.offered:
            text = _("Übernehmen oder ablehnen: %(what)s (%(name)s%(due)s).", what=measure.title, name=measure.name, due=due)
        elif measure.work.budget is False:
            text = _("Geld bereitstellen: %(what)s (%(name)s%(due)s).", what=measure.title, name=measure.name, due=due)
        elif measure.state == "vorgeschlagen":
            text = _("Maßnahme beschließen: %(what)s (%(name)s%(due)s).", what=measure.title, name=measure.name, due=due)
        elif measure.work.person is False:
            text = _("Zuständige Person benennen: %(what)s (%(name)s%(due)s).", what=measure.title, name=measure.name, due=due)
        else:
            continue
        found.append(Wish(text, f"measures/{measure.key}"))
    return tuple(found)


def sentences(s: Situation, found: Sequence[Topic], papers: int = 0) -> tuple[str, str, str]:
    """What is good, what worries, what is to be decided; `papers` are documents that wait for a release."""
    good = [topic for topic in found if topic.content.lamp is Lamp.GREEN]
    scan = _scans(s)
    if good:
        well = _("Gut: %(topics)s – alle Angaben sind aktuell und im Ziel.", topics=", ".join(topic.title for topic in good))
    elif scan.current(s.now):
        well = _("Gut: %(sentence)s", sentence=scan.statement)
    else:
        well = _("Gut: Noch zu keinem Thema liegen Angaben vor, die das erlauben.")
    worst = next((t for lamp in (Lamp.RED, Lamp.YELLOW) for t in found if t.content.lamp is lamp), None)
    grey = lamps.grey_count(topic.content.lamp for topic in found)
    if worst is not None:
        worry = _("Sorge: %(topic)s – %(rule)s", topic=worst.title, rule=worst.content.rule)
    elif grey:
        worry = _("Sorge: %(grey)s. Ohne Angaben lässt sich nicht sagen, ob wir sicher sind.", grey=grey)
    else:
        worry = _("Sorge: zurzeit keine.")
    against = _contradictions(s)
    if s.contradictions and against.current(s.now):
        worry = f"{worry} {against.statement}"
    asked = len(wishes(s)) + papers
    decide = _("Entscheidung: zurzeit liegt Ihnen nichts vor.")
    if asked:
        decide = ngettext(
            "Entscheidung: %(num)s Punkt braucht Ihre Antwort.", "Entscheidung: %(num)s Punkte brauchen Ihre Antwort.", asked
        )
    return well, worry, decide
