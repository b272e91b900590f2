"""What nmap's scripts say, as values: host keys, certificates, names, protocols.

Knows the structure of each script's result in all versions since nmap 6 and its text where older ones have no
structure. Nothing here judges.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import html
import re
from datetime import UTC, datetime
from typing import Any

from scanners import text
from scanners.nmap.xml import Script
from scanners.observation import Certificate

_PEM = re.compile(r"-----BEGIN CERTIFICATE-----(.+?)-----END CERTIFICATE-----", re.DOTALL)
_NBSTAT = re.compile(r"NetBIOS name: ([^,]+)(?:,.*?NetBIOS MAC: ([0-9A-Fa-f:]+))?", re.DOTALL)
_DNS = re.compile(r"DNS:([^,\s]+)")
_TLS = re.compile(r"^\s*((?:SSL|TLS)v\d(?:\.\d)?):?\s*$", re.MULTILINE)


def ssh_keys(script: Script) -> list[str]:
    """SHA-256 of each host key in hex; results without the key itself (nmap 5) give none."""
    found = []
    for row in _rows(script.data):
        try:
            blob = base64.b64decode(row.get("key", ""), validate=True)
        except (binascii.Error, ValueError, TypeError):
            continue
        if blob:
            found.append(hashlib.sha256(blob).hexdigest())
    return found


def host_keys(script: Script) -> list[dict[str, Any]]:
    """Each host key with its algorithm and length in bits, where nmap says them: `type bits sha256`."""
    found = []
    for row in _rows(script.data):
        for fingerprint in ssh_keys(Script(script.id, "", [row])):
            bits = str(row.get("bits", ""))
            kind = text.line(str(row.get("type", "")), 40)
            found.append(
                {"sha256": fingerprint} | ({"type": kind} if kind else {}) | ({"bits": int(bits)} if bits.isdecimal() else {})
            )
    return found


def certificate(script: Script, port: int) -> Certificate | None:
    """The certificate of a service; without PEM its SHA-1 stands for it (`sha1:…`)."""
    data: dict[str, Any] = script.data if isinstance(script.data, dict) else {}
    fingerprint = _fingerprint(data, script.output)
    if not fingerprint:
        return None
    subject, issuer = _table(data, "subject"), _table(data, "issuer")
    validity = _table(data, "validity")
    alternative = " ".join(
        str(row.get("value", "")) for row in _rows(data.get("extensions")) if "Alternative" in str(row.get("name", ""))
    )
    common = text.line(str(subject.get("commonName", "")), 256)
    names = dict.fromkeys(filter(None, [common, *(text.line(name, 256) for name in _DNS.findall(alternative))]))
    return Certificate(
        fingerprint=fingerprint,
        port=port,
        subject=_distinguished(subject),
        names=tuple(names),
        issuer=_distinguished(issuer),
        not_before=_time(validity.get("notBefore")),
        not_after=_time(validity.get("notAfter")),
        self_issued=subject == issuer if subject and issuer else None,
    )


def _fingerprint(data: dict[str, Any], output: str) -> str | None:
    if isinstance(said := data.get("sha256"), str) and len(said) == 64:
        return said.lower()
    pem = data.get("pem")
    body = _PEM.search(pem if isinstance(pem, str) else output)
    if body:
        try:
            return hashlib.sha256(base64.b64decode("".join(body[1].split()), validate=True)).hexdigest()
        except (binascii.Error, ValueError):
            pass  # cut off in the middle: the SHA-1 that nmap computed still names it
    sha1 = data.get("sha1")
    if not isinstance(sha1, str):
        found = re.search(r"SHA-1:\s*([0-9a-fA-F][0-9a-fA-F ]{38,60})", output)
        sha1 = found[1] if found else ""
    sha1 = sha1.replace(" ", "").lower()
    return f"sha1:{sha1}" if len(sha1) == 40 else None


def _distinguished(parts: dict[str, Any]) -> str | None:
    short = {"commonName": "CN", "organizationName": "O", "organizationalUnitName": "OU", "countryName": "C"}
    said = [f"{short[key]}={parts[key]}" for key in short if isinstance(parts.get(key), str)]
    return text.line(", ".join(said), 512) or None


def _time(said: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(said))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def netbios(script: Script) -> tuple[str | None, str | None]:
    """Computer name and MAC by NetBIOS."""
    data: dict[str, Any] = script.data if isinstance(script.data, dict) else {}
    name, mac = data.get("server_name"), _table(data, "mac").get("address")
    if not name and (found := _NBSTAT.search(script.output)):
        name, mac = found[1], found[2]
    name = text.line(text.unescape(str(name or "")), 64)
    return (None if not name or name.startswith("<") else name), text.mac(str(mac or ""))


def smb_system(script: Script) -> dict[str, str]:
    """`os`, `fqdn`, `server`, `lanmanager` as smb-os-discovery found them."""
    data: dict[str, Any] = script.data if isinstance(script.data, dict) else {}
    found = {key: text.line(text.unescape(value), 256) for key, value in data.items() if isinstance(value, str)}
    if not found:
        labels = {"os": r"OS: (.+?)(?: \(|\n|$)", "fqdn": r"FQDN: (\S+)", "server": r"NetBIOS computer name: (\S+)"}
        for key, pattern in labels.items():
            if said := re.search(pattern, script.output):
                found[key] = text.line(text.unescape(said[1]), 256)
    return found


def smb_v1(script: Script) -> bool | None:
    """Whether SMB version 1 is spoken, by smb-protocols."""
    said = f"{script.output} {script.data!r}"
    if "NT LM 0.12" in said or "SMBv1" in said:
        return True
    return False if re.search(r"\b[23][.:]\d", said) else None


def tls_versions(script: Script) -> list[str]:
    """Protocol versions that ssl-enum-ciphers found, oldest first."""
    data = script.data if isinstance(script.data, dict) else {}
    found = {key for key in data if re.fullmatch(r"(?:SSL|TLS)v\d(?:\.\d)?", key)}
    return sorted(found or set(_TLS.findall(script.output)))


_SCRIPT = re.compile(r"""["']\s*\+\s*[\w.$]+(?:\([^()]*\))?\s*\+\s*["']""")
"""Where a page puts its title together by a script: the name of a variable is no title."""


def title(script: Script) -> str | None:
    """Title of the start page."""
    data = script.data if isinstance(script.data, dict) else {}
    said = str(data.get("title", "")) or script.output.partition("\n")[0]
    said = text.line(_SCRIPT.sub(" ", html.unescape(text.unescape(said))), 512)
    if not said or said.startswith(("Site doesn't have a title", "Did not follow redirect", "ERROR:")):
        return None
    return said


def redirect(script: Script) -> str | None:
    """Where the start page sends the browser instead of having a title."""
    data = script.data if isinstance(script.data, dict) else {}
    said = str(data.get("redirect_url", "")) or script.output.removeprefix("Did not follow redirect to ").split("\n")[0]
    said = text.line(text.unescape(said), 512)
    return said if said.startswith(("http://", "https://")) else None


def _table(data: dict[str, Any], key: str) -> dict[str, Any]:
    value = data.get(key)
    return value if isinstance(value, dict) else {}


def _rows(data: Any) -> list[dict[str, Any]]:
    rows = data if isinstance(data, list) else list(data.values()) if isinstance(data, dict) else []
    return [row for row in rows if isinstance(row, dict)]
