"""What an agent's inventory tells about people, and its removal before anything is read or kept (`domain.md` 2.9)."""

from __future__ import annotations

from typing import Any

SECTIONS = frozenset(
    {"users", "local_users", "local_groups", "processes", "envs", "accesslog", "simcards", "remote_mgmt", "user_tasks", "sensors"}
)
"""Parts of the inventory that are dropped as a whole."""
FIELDS: dict[str, frozenset[str]] = {
    "hardware": frozenset({"lastloggeduser", "datelastloggeduser", "winowner", "winprodkey", "winprodid", "wincompany"}),
    "operatingsystem": frozenset({"boot_time"}),
    "softwares": frozenset({"username", "userid"}),
    "virtualmachines": frozenset({"owner"}),
    "networks": frozenset({"wifi_ssid", "wifi_bssid"}),
}
"""Part → fields dropped in it."""


def without_people(document: dict[str, Any]) -> dict[str, Any]:
    """A copy of the document without anything about persons and their use of the device."""
    content = document.get("content")
    if not isinstance(content, dict):
        return dict(document)
    kept = {name: _section(name, part) for name, part in content.items() if name not in SECTIONS}
    return document | {"content": kept}


def _section(name: str, part: Any) -> Any:
    dropped = FIELDS.get(name)
    if not dropped:
        return part
    if isinstance(part, list):
        return [_fields(row, dropped) for row in part]
    return _fields(part, dropped)


def _fields(row: Any, dropped: frozenset[str]) -> Any:
    return {key: value for key, value in row.items() if key not in dropped} if isinstance(row, dict) else row
