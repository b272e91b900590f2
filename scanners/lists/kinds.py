"""Words that people write for kinds of device and for the state of a device, with our identifier for each."""

from __future__ import annotations

import difflib
import re
from functools import lru_cache

from scanners.observation import KINDS

WORDS: dict[str, str] = {
    "workstation": (
        "pc|arbeitsplatz pc|arbeitsplatzrechner|arbeitsplatz|desktop|desktop pc|rechner|computer|workstation"
        "|all in one|aio|mini pc|tower|client|cad arbeitsplatz|imac"
    ),
    "notebook": "notebook|laptop|notbook|convertible|ultrabook|macbook|mobilrechner|lehrernotebook",
    "thin_client": "thin client|thinclient|zero client|terminal|igel",
    "tablet": "tablet|ipad|tablet pc|surface",
    "smartphone": "smartphone|diensthandy|handy|mobiltelefon|iphone|mobile|mobiltelephon",
    "phone": "telefon|ip telefon|tischtelefon|voip telefon|sip telefon|phone|dect telefon|dect|schnurlostelefon|fax",
    "printer": (
        "drucker|multifunktionsgerät|laserdrucker|druker|mfp|kopierer|tintenstrahldrucker|netzwerkdrucker|printer|mfg"
        "|plotter|arbeitsplatzdrucker|farblaserdrucker|farbdrucker|multifunktionsdrucker"
    ),
    "label_printer": "etikettendrucker|labeldrucker|label printer|bondrucker|ausweisdrucker",
    "server": "server|physischer server|fileserver|rackserver|towerserver",
    "vm": "vm|virtueller server|virtuelle maschine|virtual machine|vserver|virtueller rechner",
    "hypervisor": (
        "esxi host|vmware host|hypervisor|virtualisierungshost|esx host|hyper v host|virtualisierungsserver|esxi|proxmox host"
    ),
    "storage": (
        "nas|netzwerkspeicher|storage|san|bandlaufwerk|tape library|raid system|storage system|bandbibliothek|speichersystem"
    ),
    "switch": "switch|netzwerkswitch|netzwerk switch|core switch|access switch|hub|poe switch",
    "router": "router|dsl router|lte router|fritzbox|modem|gateway",
    "firewall": "firewall|sicherheitsgateway|utm|firewall appliance|vpn gateway",
    "access_point": "access point|accesspoint|wlan ap|wlan access point|ap|wlan accesspoint|funkzugangspunkt",
    "wireless_controller": "wlan controller|wlc|wireless controller",
    "load_balancer": "load balancer|loadbalancer|lastverteiler",
    "ups": "usv|ups|unterbrechungsfreie stromversorgung|notstrom usv",
    "pdu": "pdu|steckdosenleiste|power distribution unit|schaltbare steckdosenleiste",
    "camera": "kamera|ip kamera|überwachungskamera|camera|netzwerkkamera|videokamera",
    "environment_sensor": "sensor|umweltsensor|temperatursensor|umgebungssensor|raumsensor",
    "plc": "sps|plc|fernwirkstation|fernwirktechnik|steuerung|fernwirkgerät|rtu",
    "management_controller": "ilo|idrac|irmc|bmc|management controller|fernwartungskarte|ipmi",
    "console_server": "konsolenserver|console server|terminalserver konsole|kvm|kvm switch",
    "telephony": "telefonanlage|tk anlage|telephony|tk system|sip gateway|voip gateway|dect basis|dect station",
    "conference": ("konferenzsystem|videokonferenz|konferenztelefon|konferenzkamera|videokonferenzsystem|webcam|konferenzanlage"),
    "monitor": "monitor|bildschirm|tft|display|lcd monitor|flachbildschirm|anzeigetafel|fernseher|touchdisplay",
    "dock": "dockingstation|dock|docking station|port replikator|portreplikator|usb c dock|docking",
    "headset": "headset|kopfhörer|sprechgarnitur",
    "scanner": "scanner|dokumentenscanner|barcodescanner|flachbettscanner|handscanner",
    "projector": "beamer|projektor|projector|videoprojektor",
    "time_server": "zeitserver|ntp server|time server|zeiterfassungsserver",
    "appliance": "appliance|mailgateway|backup appliance",
    "other": "sonstiges|other|maus|tastatur|zubehör|kartenleser|kartenlesegerät|zeiterfassungsterminal|unterschriftenpad",
}
STATES: dict[str, str] = {
    "planned": "geplant|planned",
    "ordered": "bestellt|ordered",
    "in_stock": "lager|auf lager|eingelagert|reserve|ersatz|verfügbar|in stock|stock|in_stock|ersatzgerät",
    "in_use": ("im einsatz|in betrieb|aktiv|in verwendung|ausgegeben|in use|active|in_use|vorhanden|ok|produktiv|in benutzung"),
    "lent": "verliehen|ausgeliehen|lent",
    "missing": "vermisst|verloren|gestohlen|missing|lost|nicht auffindbar",
    "retired": "ausgemustert|ausgesondert|außer betrieb|stillgelegt|abgebaut|retired|inaktiv|defekt|kaputt|ausgebucht",
    "disposed": "entsorgt|verschrottet|verkauft|disposed|defekt entsorgt|ausgemustert und entsorgt|abgegeben",
    "new": "new|neu",
}

_BY_WORD = {word: kind for kind, words in WORDS.items() for word in words.split("|")} | {kind: kind for kind in KINDS}
_BY_STATE = {word: state for state, words in STATES.items() for word in words.split("|")}
_LONG_WORDS = tuple(word for word in _BY_WORD if len(word) >= 5)
_ACCESSORY = re.compile(
    r"(?:halter|(?:\w*-)?case|\w*(?:halterung|hülle|ständer|netzteil|ladegerät|ladekabel|kabel|adapter|tasche|schutzfolie))[ens]{0,2}"
)
"""Words for what belongs to a device and is none, also at the end of a longer word."""
_WITH = re.compile(r"\b(?:mit|inkl|incl|inklusive|samt|und|nebst)\b|[+&,/(]")
"""Behind these stands what comes with a device: „Notebook mit Netzteil“ is a notebook."""
_PLAIN = re.compile(r"[^a-z0-9äöüß]+")


def plain(text: str) -> str:
    """Lower case, words separated by one blank."""
    return _PLAIN.sub(" ", text.lower()).strip()


@lru_cache(maxsize=4096)
def kind(text: str) -> str | None:
    """The kind that the word stands for, also with one slip of the pen; None when we do not know it.

    What belongs to a device („iPad Ständer“, „Netzteil Notebook“) is `other`.
    """
    said = plain(text)
    if not said:
        return None
    exact = _BY_WORD.get(said) or _BY_WORD.get(said.replace(" ", "_")) or _BY_WORD.get(said.rstrip("sn"))
    if exact:
        return None if exact == "unknown" else exact
    words = said.split()
    if any(_ACCESSORY.fullmatch(word) for word in plain(_WITH.split(text.lower(), maxsplit=1)[0]).split()):
        return "other"
    for length in (3, 2, 1):  # „Notebook 14 Zoll“, „Kyocera Laserdrucker“: the longest known run of words, from the front
        for at in range(len(words) - length + 1):
            run = " ".join(words[at : at + length])
            if run in _BY_WORD and (len(run) > 3 or length == len(words) or at == 0):
                return _BY_WORD[run]
    near = difflib.get_close_matches(said, _LONG_WORDS, n=1, cutoff=0.85) if len(said) >= 5 else []
    return _BY_WORD[near[0]] if near else None


_WHEN = re.compile(
    r"(?P<state>.+?)[\s:,(]+(?:(?:am|im|seit|in|ab|vom)\s+)?(?:[\d./-]+|[a-zäöü]+\.?\s+\d{4})\s*[).]?", re.IGNORECASE
)
"""`verschrottet 2023`, `entsorgt am 3.4.2024`, `ausgemustert (März 2022)`."""


def state_noted(text: str) -> str | None:
    """The state that a remark tells, with or without its date; None for any other remark."""
    found = _WHEN.fullmatch(text.strip())
    return state(text) or (state(found["state"]) if found else None)


@lru_cache(maxsize=1024)
def state(text: str) -> str | None:
    """The state that the word stands for."""
    return _BY_STATE.get(plain(text)) or _BY_STATE.get(text.strip().lower())
