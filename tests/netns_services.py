"""The TCP services of one host of the test town: `python netns_services.py CERTIFICATE PORT:KIND…`

Knows just enough of each protocol to be recognised by a port scanner. Prints `ready` when all ports listen.
"""

import asyncio
import contextlib
import ssl
import sys

GREETINGS = {
    "ssh": b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n",
    "telnet": b"\xff\xfd\x18\xff\xfd\x20\r\nUser Access Verification\r\n\r\nUsername: ",
    "ftp": b"220 ProFTPD 1.3.8 Server (Bauhof) [10.99.0.14]\r\n",
    "silent": b"",
}
PAGES = {
    "web": ("nginx/1.22.1", "Rathaus Intranet"),
    "printer": ("KM-MFP-http/V0.0.1", "KYOCERA ECOSYS M5526cdw"),
    "switch": ("eHTTP v2.0", "sw-rathaus-1"),
    "camera": ("Apache/2.4", "AXIS"),
}


async def greet(kind, reader, writer):
    writer.write(GREETINGS[kind])
    await reader.read(1024)


async def page(kind, reader, writer):
    if not (await reader.readexactly(1)).isalpha():
        return  # no request of HTTP: a real server hangs up, too
    await reader.readuntil(b"\r\n\r\n")
    server, title = PAGES[kind]
    body = f"<html><head><title>{title}</title></head><body>ok</body></html>".encode()
    head = f"HTTP/1.1 200 OK\r\nServer: {server}\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    writer.write(head.encode() + body)


def patient(kind):
    """At most five seconds a caller; a caller's bad manners are no concern of ours."""
    serve = page if kind in PAGES else greet

    async def connection(reader, writer):
        with contextlib.suppress(OSError, EOFError, TimeoutError, asyncio.LimitOverrunError):
            await asyncio.wait_for(serve(kind, reader, writer), 5)
            await writer.drain()
        writer.close()

    return connection


async def main(certificate, services):
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    servers = []
    for service in services:
        port, kind = service.split(":")
        context = tls if kind.endswith("+tls") else None
        servers.append(await asyncio.start_server(patient(kind.removesuffix("+tls")), None, int(port), ssl=context))
    print("ready", flush=True)
    await asyncio.gather(*(server.serve_forever() for server in servers))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2:]))
