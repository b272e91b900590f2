"""Counts at the town's switch what the scanner sends to single addresses: every frame, raw ones and ARP requests too.

A counter in the scanner's own machine would not do: nmap's raw frames pass its packet filter by.
"""

from __future__ import annotations

import re
import subprocess

from tests.netns import SCANNER, Town

GROUP = "ff02::1"


def watch(town: Town, *addresses: str) -> None:
    """Begin to count what leaves the scanner's port for these addresses, and for the group of all IPv6 nodes."""
    port = f"p{SCANNER.rpartition('.')[2]}"
    lines = [f'ip6 daddr {GROUP} icmpv6 type echo-request counter comment "{GROUP}"']
    for address in addresses:
        lines.append(f'ip daddr {address} counter comment "{address}"')
        lines.append(f'arp operation request arp daddr ip {address} counter comment "{address}"')
    body = "\n".join(f'    iifname "{port}" {line}' for line in lines)
    rules = (
        f"table bridge odw {{\n  chain sent {{\n    type filter hook prerouting priority 0; policy accept;\n{body}\n  }}\n}}\n"
    )
    subprocess.run(town.at("near", "nft", "-f", "-"), input=rules, text=True, check=True)


def sent(town: Town) -> dict[str, int]:
    """Frames so far, by address."""
    command = town.at("near", "nft", "list", "chain", "bridge", "odw", "sent")
    listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found: dict[str, int] = {}
    for number, address in re.findall(r'counter packets (\d+) bytes \d+ comment "([^"]+)"', listed):
        found[address] = found.get(address, 0) + int(number)
    return found


def unwatch(town: Town) -> None:
    """Count no more."""
    subprocess.run(town.at("near", "nft", "delete", "table", "bridge", "odw"), check=True)
