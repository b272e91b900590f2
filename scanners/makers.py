"""Makers of devices in the spellings that lists, banners and address registers use.

Data and two small functions: `canonical` writes a maker as we write it, `split` takes the maker off the front of
„Hersteller / Modell“. Makers of parts and platforms say nothing about the device around them: `COMPONENTS`.
"""

from __future__ import annotations

import re
from functools import lru_cache

SPELLINGS: dict[str, tuple[str, ...]] = {
    "APC": ("american power conversion", "apc by schneider electric", "apc by schneider", "apc", "schneider electric"),
    "Acer": ("acer",),
    "Apple": ("apple",),
    "Aruba": ("hpe aruba networking", "hpe aruba", "aruba a hewlett packard enterprise", "aruba networks", "aruba"),
    "ASUS": ("asustek computer", "asustek", "asus"),
    "Auerswald": ("auerswald",),
    "AVM": ("avm audiovisuelles marketing und computersysteme", "avm", "fritz!box", "fritzbox"),
    "Axis": ("axis communications", "axis"),
    "Barco": ("barco",),
    "BenQ": ("benq",),
    "bintec elmeg": ("bintec elmeg", "bintec-elmeg", "bintec", "elmeg"),
    "Brother": ("brother industries", "brother"),
    "Canon": ("canon",),
    "Cisco": ("cisco systems", "cisco"),
    "D-Link": ("d-link", "dlink"),
    "Dahua": ("zhejiang dahua technology", "dahua"),
    "Dell": ("dell emc", "dell technologies", "dell"),
    "DYMO": ("dymo",),
    "Eaton": ("eaton", "mge"),
    "EIZO": ("eizo nanao", "eizo"),
    "Epson": ("seiko epson", "epson"),
    "Extreme Networks": ("extreme networks", "extreme"),
    "Fortinet": ("fortinet", "fortigate"),
    "Fujitsu": (
        "fujitsu technology solutions",
        "fujitsu siemens computers",
        "fujitsu siemens",
        "fujitsu client computing",
        "fujitsu",
        "fsc",
    ),
    "Gigaset": ("gigaset communications", "gigaset"),
    "Google": ("google",),
    "Hikvision": ("hangzhou hikvision digital technology", "hikvision"),
    "HP": ("hewlett-packard", "hewlett packard", "hp"),
    "HPE": ("hewlett packard enterprise", "hewlett-packard enterprise", "hpe"),
    "Huawei": ("huawei technologies", "huawei"),
    "iiyama": ("iiyama",),
    "Jabra": ("gn audio", "jabra"),
    "Juniper": ("juniper networks", "juniper"),
    "Konica Minolta": ("konica minolta", "konica", "minolta"),
    "Kyocera": ("kyocera document solutions", "kyocera mita", "kyocera"),
    "LANCOM": ("lancom systems", "lancom"),
    "Lenovo": ("lenovo group", "lenovo"),
    "Lexmark": ("lexmark international", "lexmark"),
    "LG": ("lg electronics", "lg"),
    "Linksys": ("linksys",),
    "Logitech": ("logitech",),
    "Medion": ("medion",),
    "Microsoft": ("microsoft",),
    "MikroTik": ("mikrotik", "microtik", "routerboard.com", "mikrotikls sia"),
    "Mitel": ("mitel", "aastra"),
    "Mobotix": ("mobotix",),
    "Motorola": ("motorola",),
    "NEC": ("nec display solutions", "nec"),
    "NETGEAR": ("netgear",),
    "NetApp": ("netapp",),
    "Nokia": ("nokia",),
    "OKI": ("oki electric industry", "oki data", "oki"),
    "Philips": ("philips",),
    "Poly": ("polycom", "plantronics", "poly"),
    "QNAP": ("qnap systems", "qnap"),
    "Raspberry Pi": ("raspberry pi",),
    "Ricoh": ("ricoh", "nashuatec"),
    "Rittal": ("rittal",),
    "Ruckus": ("ruckus wireless", "ruckus"),
    "Samsung": ("samsung electronics", "samsung"),
    "Sharp": ("sharp",),
    "Siemens": ("siemens",),
    "snom": ("snom technology", "snom"),
    "SonicWall": ("sonicwall",),
    "Sophos": ("sophos", "astaro"),
    "Sony": ("sony",),
    "Supermicro": ("super micro computer", "super micro", "supermicro"),
    "Synology": ("synology",),
    "TA Triumph-Adler": ("ta triumph-adler", "triumph-adler", "utax"),
    "Targus": ("targus",),
    "TERRA": ("wortmann", "terra"),
    "Toshiba": ("toshiba", "dynabook"),
    "TP-Link": ("tp-link", "tplink"),
    "Ubiquiti": ("ubiquiti networks", "ubiquiti", "ubnt", "unifi"),
    "Unify": ("unify software and solutions", "unify"),
    "ViewSonic": ("viewsonic",),
    "VMware": ("vmware",),
    "WatchGuard": ("watchguard",),
    "Xerox": ("xerox",),
    "Yealink": ("yealink network technology", "yealink"),
    "Zebra": ("zebra technologies", "zebra"),
    "ZyXEL": ("zyxel communications", "zyxel"),
}
"""Our spelling → spellings in lower case, without legal forms."""

COMPONENTS = re.compile(
    r"intel|realtek|vmware|qemu|kvm|oracle|pcs systemtechnik|virtualbox|broadcom|azurewave|liteon|lite-on|hon hai|foxconn|murata"
    r"|asix|pegatron|quanta|compal|wistron|universal global|chongqing fugui|cloud network tech|espressif|mediatek|qualcomm"
    r"|atheros|xensource|proxmox|parallels|giga-?byte|micro-star|elitegroup|asrock|texas instruments|rivet|killer"
    r"|tp-link.*usb|nvidia|microsoft",
    re.IGNORECASE,
)
"""Makers of network cards, boards and virtual machines: the register of MACs names them, the device is another's."""

_LEGAL = re.compile(
    r"[\s,.]*\b(?:gmbh|ag|inc|incorporated|ltd|limited|co|corp|corporation|kg|llc|s\.?a\.?r?\.?l?|b\.?v|a/?s|ab|oy|se|sa|company)\b"
    r"[\s,.&]*$",
    re.IGNORECASE,
)
_BY_SPELLING = {spelling: ours for ours, spellings in SPELLINGS.items() for spelling in spellings}
_LONGEST_FIRST = sorted(_BY_SPELLING, key=len, reverse=True)


@lru_cache(maxsize=4096)
def canonical(text: str | None) -> str | None:
    """The maker as we write it: „Lancom Systems GmbH“ → LANCOM; an unknown one keeps its spelling. None when empty."""
    said = " ".join((text or "").split())
    plain = said
    while (shorter := _LEGAL.sub("", plain)) != plain and shorter:
        plain = shorter
    plain = " ".join(plain.replace(",", " ").strip(" .").lower().split())
    return _BY_SPELLING.get(plain, said) or None


def known(text: str) -> bool:
    """Whether `text` is a maker of the table."""
    return canonical(text) in SPELLINGS


def of_card(registrant: str | None) -> str | None:
    """The maker of a device by the holder of its MAC's block; None for makers of parts and platforms."""
    if not registrant or COMPONENTS.match(registrant):
        return None
    return split(registrant)[0] or canonical(registrant)


@lru_cache(maxsize=4096)
def split(text: str) -> tuple[str | None, str | None]:
    """„Cisco Systems WS-C2960X“ → (Cisco, WS-C2960X); without a known maker in front all of it is the model."""
    said = " ".join(text.split())
    lower = said.lower()
    for spelling in _LONGEST_FIRST:
        if lower.startswith(spelling) and not lower[len(spelling) : len(spelling) + 1].isalnum():
            rest = said[len(spelling) :].lstrip(" ,./:-")
            while found := re.match(r"(?:inc|gmbh|ag|ltd|co|corp|corporation)\b[.,\s]*", rest, re.IGNORECASE):
                rest = rest[found.end() :]
            return _BY_SPELLING[spelling], rest or None
    return None, said or None
