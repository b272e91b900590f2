"""Which services are shown as encrypted: SSH is, Telnet is not, and what the protocol leaves open stays open."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from service.inventory.transport import protection
from service.inventory.views import ServiceRow

AT = datetime(2026, 11, 21, tzinfo=UTC)


def service(name: str | None, **more: Any) -> ServiceRow:
    given: dict[str, Any] = {"product": None, "version": None, "tls": False, "facts": {}, "certificate": None} | more
    return ServiceRow("10.0.0.1", "tcp", 1, name, open=True, first_seen=AT, last_seen=AT, **given)


@pytest.mark.parametrize(
    ("name", "more", "said"),
    [
        ("ssh", {}, "encrypted"),
        ("https", {}, "encrypted"),
        ("ldaps", {}, "encrypted"),
        ("imaps", {}, "encrypted"),
        ("isakmp", {}, "encrypted"),
        ("wireguard", {}, "encrypted"),
        ("globalcatLDAPssl", {}, "encrypted"),
        ("http", {"tls": True}, "encrypted"),
        ("smtp", {"tls": True}, "encrypted"),
        ("http", {}, "plain"),
        ("telnet", {}, "plain"),
        ("ftp", {}, "plain"),
        ("ldap", {}, "plain"),
        ("shell", {}, "plain"),
        ("smtp", {}, "plain"),
        ("smtp", {"certificate": {"subject": "mail"}}, "unknown"),
        ("imap", {"facts": {"tls_versions": ["TLSv1.2"]}}, "unknown"),
        ("snmp", {"product": "SNMPv1 server", "version": "public"}, "plain"),
        ("snmp", {"product": "net-snmp; net-snmp SNMPv3 server"}, "unknown"),
        ("snmp", {}, "unknown"),
        ("microsoft-ds", {}, "unknown"),
        ("ms-wbt-server", {}, "unknown"),
        ("", {}, "unknown"),
        (None, {}, "unknown"),
    ],
)
def test_the_protocol_says_whether_it_encrypts(name: str | None, more: dict[str, Any], said: str) -> None:
    assert protection(service(name, **more)) == said
