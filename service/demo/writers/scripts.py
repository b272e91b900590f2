"""Results of nmap's scripts: the printed text and the same as a tree, as nmap writes both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from service.demo.writers.keys import Shown, ssh_fingerprint, ssh_host_key

Tree = str | Mapping[str, "Tree"] | Sequence["Tree"]


@dataclass(frozen=True, slots=True)
class Script:
    """Result of one script; `data` becomes nested tables and elements."""

    id: str
    output: str
    data: Tree = ()


def host_key(seed: str) -> Script:
    """`ssh-hostkey`: one ed25519 key."""
    key = ssh_host_key(seed)
    fingerprint = ssh_fingerprint(key)
    printed = ":".join(fingerprint[n : n + 2] for n in range(0, 32, 2))
    row = {"type": "ssh-ed25519", "key": key, "fingerprint": fingerprint, "bits": "256"}
    return Script("ssh-hostkey", f"\n  256 {printed} (ED25519)", [row])


def ssl_cert(shown: Shown) -> Script:
    """`ssl-cert` of a certificate."""
    lines = [f"Subject: commonName={shown.common}"]
    if shown.names:
        lines.append("Subject Alternative Name: " + ", ".join(f"DNS:{name}" for name in shown.names))
    start, end = (day.strftime("%Y-%m-%dT%H:%M:%S") for day in (shown.not_before, shown.not_after))
    lines += [
        f"Issuer: commonName={shown.issuer}",
        "Public Key type: ec",
        "Public Key bits: 256",
        "Signature Algorithm: ecdsa-with-SHA256",
    ]
    lines += [
        f"Not valid before: {start}",
        f"Not valid after:  {end}",
        f"MD5:   {_fours(shown.md5)}",
        f"SHA-1: {_fours(shown.sha1)}",
    ]
    data: dict[str, Tree] = {
        "subject": {"commonName": shown.common},
        "issuer": {"commonName": shown.issuer},
        "pubkey": {"type": "ec", "bits": "256"},
    }
    if shown.names:
        alternative = ", ".join(f"DNS:{name}" for name in shown.names)
        data["extensions"] = [{"name": "X509v3 Subject Alternative Name", "value": alternative}]
    data |= {
        "sig_algo": "ecdsa-with-SHA256",
        "validity": {"notBefore": start, "notAfter": end},
        "md5": shown.md5,
        "sha1": shown.sha1,
        "pem": shown.pem,
    }
    return Script("ssl-cert", "\n".join(lines), data)


def _fours(text: str) -> str:
    return " ".join(text[n : n + 4] for n in range(0, len(text), 4))


def title(text: str) -> Script:
    """`http-title` of a page."""
    return Script("http-title", text, {"title": text})


def redirect(target: str) -> Script:
    """`http-title` of a page that only sends the browser on."""
    said = f"Did not follow redirect to {target}"
    return Script("http-title", said, {"redirect_url": target})


def nbstat(name: str, mac: str, maker: str, domain: str) -> Script:
    """`nbstat`: names and hardware address by NetBIOS, also across a router."""
    upper, flat = name.upper()[:15], mac.replace(":", "")
    group = domain.split(".", maxsplit=1)[0].upper()[:15]
    rows: list[Tree] = [
        {"flags": "1024", "name": upper, "suffix": "0"},
        {"flags": "33792", "name": group, "suffix": "0"},
        {"flags": "1024", "name": upper, "suffix": "32"},
    ]
    data: dict[str, Tree] = {
        "server_name": upper,
        "workstation_name": upper,
        "user": "<unknown>",
        "mac": {"manuf": maker, "address": flat},
        "names": rows,
    }
    return Script("nbstat", f"NetBIOS name: {upper}, NetBIOS user: <unknown>, NetBIOS MAC: {flat} ({maker})", data)


def smb_system(name: str, domain: str, system: str, lanmanager: str, cpe: str, at: datetime) -> Script:
    """`smb-os-discovery`; answers only where SMB version 1 still lives."""
    fqdn, stamp = f"{name.lower()}.{domain}", at.isoformat(timespec="seconds")
    output = (
        f"\n  OS: {system} ({lanmanager})\n  Computer name: {name.lower()}\n  NetBIOS computer name: {name.upper()[:15]}\\x00\n"
        f"  Domain name: {domain}\n  Forest name: {domain}\n  FQDN: {fqdn}\n  System time: {stamp}\n"
    )
    data: dict[str, Tree] = {
        "os": system,
        "lanmanager": lanmanager,
        "server": f"{name.upper()[:15]}\\x00",
        "date": stamp,
        "fqdn": fqdn,
    }
    data |= {"domain_dns": domain, "forest_dns": domain}
    return Script("smb-os-discovery", output, data | ({"cpe": cpe} if cpe else {}))


def smb_protocols(version_1: bool) -> Script:
    """`smb-protocols`: dialects in the words of nmap."""
    dialects = ["2:0:2", "2:1:0", "3:0:0", "3:0:2", "3:1:1"]
    if version_1:
        dialects = ["NT LM 0.12 (SMBv1) [dangerous, but default]", *dialects[:2]]
    return Script("smb-protocols", "\n  dialects: \n" + "".join(f"    {one}\n" for one in dialects), {"dialects": dialects})


def rdp_ntlm(name: str, domain: str, build: str, at: datetime) -> Script:
    """`rdp-ntlm-info`: what Windows says before anybody logs in."""
    short = domain.split(".", maxsplit=1)[0].upper()
    values = {
        "Target_Name": short,
        "NetBIOS_Domain_Name": short,
        "NetBIOS_Computer_Name": name.upper()[:15],
        "DNS_Domain_Name": domain,
        "DNS_Computer_Name": f"{name}.{domain}",
        "Product_Version": build,
        "System_Time": at.isoformat(timespec="seconds"),
    }
    return Script("rdp-ntlm-info", "\n" + "".join(f"  {key}: {value}\n" for key, value in values.items()), dict(values))
