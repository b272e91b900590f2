"""Writes what a GLPI agent sends from a client: hardware, system, network cards, software.

Like real agents it also sends what the inventory must not keep (accounts, last log-in); the importer drops it.
"""

from __future__ import annotations

import json
import uuid
from datetime import datetime, timedelta
from typing import Any

from service.demo.estate.words import Device
from service.demo.products import on_clients
from service.demo.sites import BY_SLUG

_NAMESPACE = uuid.UUID("7f1dd6b6-50a6-5c0c-9d5b-0d5b7f0d9f10")


def system_uuid(one: Device) -> str:
    """SMBIOS UUID of the device."""
    return str(uuid.uuid5(_NAMESPACE, one.id)).upper()


def write(one: Device, at: datetime) -> str:
    """The agent's file of this moment."""
    name, domain = one.name or "", BY_SLUG[one.town].domain
    address = one.last_address
    version, build = ("22H2", "10.0.19045") if one.os == "win10" else ("25H2", "10.0.26200")
    product = "Microsoft Windows 10 Pro" if one.os == "win10" else "Microsoft Windows 11 Pro"
    installed = (one.bought or at.date()) + timedelta(days=14)
    content: dict[str, Any] = {
        "versionclient": "GLPI-Agent_v1.15",
        "accesslog": {"logdate": at.strftime("%Y-%m-%d %H:%M:%S")},
        "bios": {
            "bmanufacturer": one.maker,
            "bversion": "1.31",
            "smanufacturer": {
                "HP": "HP",
                "Dell": "Dell Inc.",
                "Lenovo": "LENOVO",
                "Fujitsu": "FUJITSU CLIENT COMPUTING LIMITED",
            }.get(one.maker, one.maker),
            "smodel": one.model,
            "ssn": one.serial,
        },
        "hardware": {
            "name": name,
            "uuid": system_uuid(one),
            "chassis_type": "Notebook" if one.kind == "notebook" else "Desktop",
            "memory": 16384,
            "workgroup": domain,
            "lastloggeduser": "sachbearbeitung",
            "datelastloggeduser": at.strftime("%Y-%m-%d"),
            "vmsystem": "Physical",
        },
        "operatingsystem": {
            "arch": "64-bit",
            "full_name": product,
            "name": "Windows",
            "version": version,
            "kernel_name": "MSWin32",
            "kernel_version": build,
            "fqdn": f"{name.lower()}.{domain}",
            "install_date": installed.strftime("%Y-%m-%d 10:12:00"),
        },
        "cpus": [{"manufacturer": "Intel", "name": "Intel(R) Core(TM) i5-1245U", "core": 10, "speed": 1600, "thread": 12}],
        "networks": [
            {
                "description": "Intel(R) Ethernet Connection (16) I219-LM",
                "mac": one.mac,
                "ipaddress": address,
                "ipmask": "255.255.255.0",
                "status": "Up",
                "type": "ethernet",
                "virtualdev": False,
                "speed": "1000",
            }
        ],
        "softwares": [
            {"name": software, "version": version_, "publisher": maker, "arch": "x86_64", "from": "registry"}
            for software, version_, maker in on_clients(one.town)
        ],
        "users": [{"login": "sachbearbeitung", "domain": domain.split(".")[0].upper()}],
    }
    file = {
        "action": "inventory",
        "deviceid": f"{name}-{installed:%Y-%m-%d}-10-12-00",
        "itemtype": "Computer",
        "content": content,
    }
    return json.dumps(file, ensure_ascii=False, indent=1) + "\n"
