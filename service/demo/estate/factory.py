"""Makes single devices: serial numbers, hardware addresses, names, inventory numbers, offices, dates.

All chance comes from one seeded generator a town, so the same seed makes the same estate.
"""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta

from service.demo.estate.words import Device
from service.demo.hardware import MODELS, Model
from service.demo.sites import Town

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_UNITS = (
    "Hauptamt",
    "Ordnungsamt",
    "Standesamt",
    "Einwohnermeldeamt",
    "Bauamt",
    "Kämmerei",
    "Stadtkasse",
    "Personalamt",
    "Sozialamt",
    "Steueramt",
    "Liegenschaften",
)
_SHORT = {
    "notebook": "NB",
    "workstation": "PC",
    "thin_client": "TC",
    "tablet": "TAB",
    "smartphone": "MOB",
    "hypervisor": "ESX",
    "server": "SRV",
    "vm": "VM",
    "storage": "NAS",
    "old_storage": "NAS",
    "printer": "DR",
    "phone": "TEL",
    "switch": "SW",
    "firewall": "FW",
    "router": "RT",
    "access_point": "AP",
    "ups": "USV",
    "plc": "SPS",
    "camera": "CAM",
    "environment_sensor": "SENS",
    "monitor": "MON",
    "dock": "DOCK",
    "headset": "HS",
    "scanner": "SC",
    "projector": "BEAM",
}
_NAMELESS = frozenset({"tablet", "smartphone", "monitor", "dock", "headset", "scanner", "projector", "plc"})
_RANDOM_MAC = frozenset({"tablet", "smartphone"})


class Factory:
    """Makes the devices of one town, each serial number, name and hardware address once."""

    def __init__(self, town: Town, today: date, seed: int) -> None:
        self.town = town
        self.today = today
        self.rng = random.Random(f"estate/{seed}/{town.slug}")  # noqa: S311  invented data must repeat, secrets are no subject here
        self._used: set[str] = set()
        self._numbers: Counter[str] = Counter()
        self._inventory = {"ERB": 20_100, "MIC": 1_000_300, "OBZ": 110, "BRO": 40}[town.code]

    def make(self, kind: str, site: str, network: str, *, model: Model | None = None, **given: object) -> Device:
        """A device of the kind; `given` replaces what chance would choose."""
        rng = self.rng
        if model is None:
            models = MODELS[kind]
            model = rng.choices(models, [one.weight for one in models])[0]
        mac = self.mac(kind, model) if network else None
        serial = (mac or "").replace(":", "").upper() if model.serial == "=MAC" else self.serial(model.serial)
        self._numbers[_SHORT[kind]] += 1
        number = self._numbers[_SHORT[kind]]
        bought = self.today - timedelta(days=rng.randrange(120, 2_300 if kind in {"switch", "printer", "ups"} else 1_700))
        values: dict[str, object] = {
            "id": f"{self.town.slug}/{_SHORT[kind]}{number:03d}",
            "town": self.town.slug,
            "kind": "storage" if kind == "old_storage" else kind,
            "maker": model.maker,
            "model": model.name,
            "serial": serial,
            "site": site,
            "network": network,
            "name": None if kind in _NAMELESS else self.name(_SHORT[kind], number),
            "inventory_no": None if kind == "vm" else self.inventory_number(),
            "mac": mac,
            "room": self.room(site, kind),
            "unit": self.unit(site, kind),
            "bought": bought,
            "price": 0 if not model.price else round(model.price * rng.uniform(0.94, 1.07)),
        }
        return Device(**(values | given))  # type: ignore[arg-type]  # the dictionary holds fields of Device only

    def name(self, short: str, number: int) -> str:
        """Each town names its devices in its own way."""
        return {
            "ERB": f"ERB-{short}{number:03d}",
            "MIC": f"mic-{short.lower()}-{number:03d}",
            "OBZ": f"OBZ{short}{number:02d}",
            "BRO": f"bro-rat-{short.lower()}{number:02d}",
        }[self.town.code]

    def inventory_number(self) -> str:
        """The next number of the town's inventory book, with gaps."""
        self._inventory += self.rng.choice((1, 1, 1, 2, 3))
        number = self._inventory
        return {"ERB": f"INV-{number}", "MIC": str(number), "OBZ": f"OZ/{number:05d}", "BRO": f"B{number:06d}"}[self.town.code]

    def serial(self, pattern: str) -> str:
        """A serial number after the pattern, never twice; '' for devices that have none."""
        if not pattern:
            return ""
        while True:
            text = "".join(self._letter(sign) for sign in pattern)
            if text not in self._used:
                self._used.add(text)
                return text

    def _letter(self, sign: str) -> str:
        rng = self.rng
        if sign == "#" or (sign == "*" and rng.random() < 0.5):
            return str(rng.randrange(10))
        return rng.choice(_LETTERS) if sign in "@*" else sign

    def mac(self, kind: str, model: Model) -> str:
        """The maker's prefix and an invented rest; telephones and tablets show a local address on purpose."""
        rng = self.rng
        while True:
            prefix = f"{rng.choice('26ae').rjust(2, rng.choice('0123456789abcdef'))}" if kind in _RANDOM_MAC else ""
            head = f"{prefix}:{rng.randrange(256):02x}:{rng.randrange(256):02x}" if prefix else rng.choice(model.prefixes)
            text = f"{head}:{rng.randrange(256):02x}:{rng.randrange(256):02x}:{rng.randrange(256):02x}"
            if text not in self._used:
                self._used.add(text)
                return text

    def room(self, site: str, kind: str) -> str:
        """A room as people write it."""
        if kind in {"hypervisor", "server", "storage", "old_storage", "firewall", "ups"}:
            return "Serverraum" if site == "rathaus" else "Technikraum"
        if kind == "vm":
            return ""
        if kind in {"switch", "router", "access_point", "plc"}:
            return self.rng.choice(("Verteiler EG", "Verteiler OG", "Flur", "Technikraum"))
        return (
            f"{self.rng.choice(('EG', '1. OG', '2. OG', 'UG'))} {self.rng.randrange(1, 38):02d}" if site == "rathaus" else "Büro"
        )

    def unit(self, site: str, kind: str) -> str:
        """The office that uses it."""
        if site == "rathaus":
            return (
                "IT"
                if kind in {"hypervisor", "server", "vm", "storage", "old_storage", "switch", "firewall", "ups"}
                else self.rng.choice(_UNITS)
            )
        stem = site.rstrip("0123456789").rstrip("-")
        units = {"kita": "Kita-Leitung", "feuerwehr": "Feuerwehr", "bauhof": "Bauhof", "bad": "Bäder", "friedhof": "Friedhofsamt"}
        return units.get(
            stem, "Wasserversorgung" if stem in {"wasser", "wasserwerk", "hochbehaelter", "klaeranlage"} else "Außenstelle"
        )
