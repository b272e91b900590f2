"""Writes down where packets go that leave the network space it is started in, until its standard input ends.

Counts frames on the wire, so it also sees what raw sockets send past the system's filters. Says `ready`, then in the
end one JSON list of [kind, destination, port] with kind `ip` or `arp`; the loopback is no wire.
"""

import ipaddress
import json
import selectors
import socket
import sys

EVERY_PROTOCOL, OUTGOING = 0x0003, 4


def destination(frame: bytes) -> tuple[str, str, int] | None:
    """Where an Ethernet frame wants to go; None for what addresses nobody by IP."""
    kind, body = int.from_bytes(frame[12:14]), frame[14:]
    if kind == 0x0806:
        return "arp", str(ipaddress.ip_address(body[24:28])), 0
    if kind == 0x0800:
        inner, protocol, to = body[(body[0] & 15) * 4 :], body[9], ipaddress.ip_address(body[16:20])
    elif kind == 0x86DD:
        inner, protocol, to = body[40:], body[6], ipaddress.ip_address(body[24:40])
        if to.is_multicast and protocol in (0, 58):
            return None  # the kernel's own neighbour discovery
    else:
        return None
    return "ip", str(to), int.from_bytes(inner[2:4]) if protocol in (6, 17) else 0


def main() -> None:
    """Listen until standard input ends."""
    seen: set[tuple[str, str, int]] = set()
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(EVERY_PROTOCOL))
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16 * 1024 * 1024)
    ears = selectors.DefaultSelector()
    ears.register(wire, selectors.EVENT_READ)
    ears.register(sys.stdin, selectors.EVENT_READ)
    print("ready", flush=True)
    while True:
        ready = [key.fileobj for key, _ in ears.select()]
        if wire in ready:
            frame, (card, _, kind, *_) = wire.recvfrom(2048)
            if kind == OUTGOING and card != "lo" and (found := destination(frame)):
                seen.add(found)
        elif sys.stdin in ready and not sys.stdin.readline():
            break
    print(json.dumps(sorted(seen)), flush=True)


if __name__ == "__main__":
    main()
