"""Runs our nmap source in the network it is started in and writes what it says as JSON lines.

`python -m tests.scanners.scan_here '{"targets": […], "released": […], "cancel_at": "Phase 2"}' …`, one argument a scan.
"""

import asyncio
import ipaddress
import json
import sys
from datetime import UTC, datetime

from scanners.policy import Denied, Released
from scanners.sources import nmap


def say(what, value):
    print(json.dumps({what: value}, default=str), flush=True)


async def main(wish):
    released = [Released(ipaddress.ip_network(one.pop("network")), **one) for one in wish["released"]]
    task = None

    async def report(progress):
        say("progress", [progress.done, progress.text, progress.seconds_left])
        if wish.get("cancel_at") and wish["cancel_at"] in progress.text and not task.cancelling():
            task.cancel()

    started = datetime(2026, 11, 16, 9, tzinfo=UTC)
    work = nmap.scan(
        wish["targets"],
        released,
        started_at=started,
        report=report,
        ran=lambda ran: say("ran", [ran.command, ran.exit_code, ran.complete]),
    )
    task = asyncio.create_task(work)
    try:
        seen = await task
    except Denied as no:
        say("denied", str(no))
        return
    for one in seen.observations:
        line = one.as_line()
        line["services"] = [
            {"port": s.port, "name": s.name, "product": s.product, "tls": s.tls, "facts": dict(s.facts)} for s in one.services
        ]
        say(
            "host",
            line
            | {
                "certificates": [[c.port, c.subject, c.self_issued, c.fingerprint] for c in one.certificates],
                "facts": dict(one.facts),
            },
        )
    say("end", {"complete": seen.complete, "full": seen.full, "problems": [p.text for p in seen.problems], "scope": seen.scope})


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        asyncio.run(main(json.loads(argument)))
