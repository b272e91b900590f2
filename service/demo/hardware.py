"""Hardware that town halls buy, as data: maker, model, MAC prefixes, look of the serial number, price.

Patterns of serial numbers: `@` a letter, `#` a digit, `*` either, everything else stands for itself;
`=MAC` is a serial number made of the hardware address.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Model:
    """One product; `price` in Euro, `weight` says how many of a hundred have it."""

    maker: str
    name: str
    prefixes: tuple[str, ...]
    serial: str
    price: int
    weight: int = 10


MODELS: dict[str, tuple[Model, ...]] = {
    "notebook": (
        Model("Lenovo", "ThinkPad L14 Gen 3", ("54:e1:ad", "88:a4:c2"), "PF*#@**#", 1_049, 30),
        Model("Lenovo", "ThinkPad T14 Gen 2", ("c8:5b:76", "88:a4:c2"), "PF#@***#", 1_199, 15),
        Model("Dell", "Latitude 5440", ("e4:54:e8", "6c:3c:8c"), "#@*#*@#", 1_129, 25),
        Model("HP", "EliteBook 640 G9", ("b0:22:7a",), "5CG#*##*#@", 1_089, 20),
        Model("Fujitsu", "LIFEBOOK E5412", ("4c:52:62",), "DSFM0#####", 1_010, 10),
    ),
    "workstation": (
        Model("Fujitsu", "ESPRIMO Q7010", ("4c:52:62", "90:1b:0e"), "YMDM0#####", 689, 35),
        Model("Dell", "OptiPlex 3080", ("a4:bb:6d", "f8:b1:56"), "#*@#*@3", 649, 30),
        Model("HP", "ProDesk 400 G7", ("84:a9:3e", "3c:52:82"), "CZC#*##*@#", 629, 25),
        Model("Lenovo", "ThinkCentre M70q", ("88:a4:c2",), "PC#*@**#", 599, 10),
    ),
    "thin_client": (Model("IGEL", "UD3-LX 60c", ("00:e0:c5",), "14D3F4C00#########", 389),),
    "tablet": (
        Model("Apple", "iPad (9. Generation)", (), "@**@*#**@#", 429, 60),
        Model("Samsung", "Galaxy Tab Active3", (), "R52R*#*@**#", 519, 40),
    ),
    "smartphone": (
        Model("Samsung", "Galaxy XCover6 Pro", (), "R5CT*#*@**#", 489, 50),
        Model("Samsung", "Galaxy A54", (), "R5CW*#*@**#", 369, 30),
        Model("Apple", "iPhone SE (2022)", (), "@*#@**#@*#", 479, 20),
    ),
    "hypervisor": (
        Model("HPE", "ProLiant DL380 Gen10", ("94:40:c9",), "CZJ####@*#", 9_480, 50),
        Model("HPE", "ProLiant DL360 Gen10", ("94:40:c9",), "CZ2####@*#", 8_120, 50),
    ),
    "server": (Model("Dell", "PowerEdge R540", ("e4:54:e8",), "#*@#*#3", 6_900),),
    "vm": (Model("VMware", "VMware20,1", ("00:50:56",), "", 0),),
    "storage": (Model("Synology", "RS820+", ("00:11:32",), "20*0SQR######", 1_350),),
    "old_storage": (Model("QNAP", "TS-453A", ("24:5e:be",), "Q15#I#####", 890),),
    "printer": (
        Model("Kyocera", "ECOSYS M5526cdw", ("00:17:c8",), "VFS#*#####", 489, 40),
        Model("Brother", "HL-L6400DW", ("30:05:5c",), "E78###@#N#####", 359, 25),
        Model("HP", "LaserJet MFP M428fdw", ("b0:22:7a",), "VNC@####@#", 399, 20),
        Model("Konica Minolta", "bizhub C250i", ("00:20:6b",), "AA2M021######", 3_890, 15),
    ),
    "phone": (
        Model("Snom", "D735", ("00:04:13",), "=MAC", 159, 55),
        Model("Yealink", "SIP-T46U", ("80:5e:c0",), "3146021#########", 149, 45),
    ),
    "switch": (
        Model("Cisco", "WS-C2960X-24TS-L", ("00:56:2b",), "FCW####@#@#", 1_980, 30),
        Model("HPE", "J9776A 2530-24G", ("94:b4:0f",), "CN##FP@###", 690, 40),
        Model("Zyxel", "GS1900-24", ("5c:e2:8c",), "S#####@######", 189, 30),
    ),
    "firewall": (Model("Fortinet", "FortiGate-100F", ("90:6c:ac",), "FG100FTK########", 3_250),),
    "router": (Model("LANCOM", "1790VAW", ("00:a0:57",), "4004####18100####", 540),),
    "access_point": (
        Model("LANCOM", "LW-600", ("00:a0:57",), "4006####18100####", 365, 60),
        Model("Ubiquiti", "UAP-nanoHD", ("74:ac:b9",), "=MAC", 159, 40),
    ),
    "ups": (
        Model("APC", "Smart-UPS 1500", ("28:29:86",), "AS##########", 690, 60),
        Model("Eaton", "9PX 1000i RT 2U", ("00:20:85",), "GF12#@#####", 1_090, 40),
    ),
    "plc": (
        Model("Siemens", "SIMATIC S7-1200 CPU 1214C", ("28:63:36",), "SC-@#@#######", 420, 60),
        Model("WAGO", "PFC200 750-8212", ("00:30:de",), "SN23########", 980, 40),
    ),
    "camera": (Model("Axis", "P1425-LE Mk II", ("ac:cc:8e",), "=MAC", 560),),
    "environment_sensor": (
        Model("HW group", "Poseidon2 3266", ("00:0a:59",), "=MAC", 290, 50),
        Model("Loxone", "Miniserver Gen. 2", ("50:4f:94",), "=MAC", 620, 50),
    ),
    "monitor": (
        Model("Dell", "P2422H", (), "CN0*####WSL00#*#@*@*", 189, 30),
        Model("Fujitsu", "B24-9 TS", (), "YV5@######", 175, 30),
        Model("LG", "24BN650Y", (), "#04NT@@#*###", 149, 20),
        Model("EIZO", "EV2480", (), "########", 329, 20),
    ),
    "dock": (
        Model("Lenovo", "ThinkPad USB-C Dock Gen 2", (), "ZZF0*@@#", 179, 60),
        Model("Dell", "WD19S", (), "#@*#*@3", 199, 40),
    ),
    "headset": (
        Model("Jabra", "Evolve2 40", (), "", 99, 60),
        Model("Poly", "Voyager Focus 2", (), "S/N######", 159, 40),
    ),
    "scanner": (
        Model("Fujitsu", "fi-8170", (), "AKHCC#####", 849, 60),
        Model("Epson", "DS-870", (), "X2HD######", 689, 40),
    ),
    "projector": (Model("Epson", "EB-FH52", (), "X4ZL#######", 719),),
}
"""Models by kind; weights need not sum to a hundred."""

TABLE: dict[str, tuple[int, int, int, int]] = {
    "notebook": (62, 70, 48, 15),
    "workstation": (34, 40, 30, 12),
    "thin_client": (4, 6, 2, 0),
    "tablet": (22, 26, 14, 5),
    "smartphone": (30, 34, 24, 8),
    "host": (4, 5, 4, 2),
    "vm": (14, 16, 10, 3),
    "printer": (20, 24, 18, 6),
    "phone": (36, 40, 26, 8),
    "switch": (14, 16, 14, 5),
    "gateway": (3, 3, 4, 1),
    "access_point": (16, 20, 14, 5),
    "ups": (3, 3, 2, 1),
    "plc": (6, 6, 9, 3),
    "building": (7, 8, 6, 2),
}
"""Networked devices by kind and town (ERB, MIC, OBZ, BRO), 893 in all; `host`, `gateway`, `building` are families."""

FAMILIES = {
    "hypervisor": "host",
    "server": "host",
    "storage": "host",
    "firewall": "gateway",
    "router": "gateway",
    "camera": "building",
    "environment_sensor": "building",
}
"""Kind of device → row of the table, where they differ."""

SMALL_TABLE: dict[str, tuple[int, int, int, int]] = {
    "monitor": (72, 84, 56, 19),
    "dock": (28, 32, 22, 7),
    "headset": (24, 27, 20, 7),
    "scanner": (9, 11, 8, 3),
    "projector": (6, 7, 6, 2),
}
"""Small devices (Kleingeräte) without address by kind and town, 450 in all."""
