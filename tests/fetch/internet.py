"""A small internet on loopback: what each path of each host answers is a plain table."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

ARTICLE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta property="og:type" content="article"></head><body><article><h1>{title}</h1>
<p>The harbour board of Port Ellery voted on Tuesday to close the old quay.</p>
<p>“We have no choice,” said Maren Holt, who chairs the board.</p></article></body></html>"""


@dataclass
class Reply:
    body: bytes = b""
    status: int = 200
    headers: list[tuple[str, str]] = field(default_factory=list)
    raw: list[bytes] | None = None  # sent as it is, in pieces, instead of all of the above
    pause: float = 0.0  # seconds between the pieces


@dataclass
class Seen:
    host: str
    path: str
    headers: dict[str, str]
    at: float


Handler = Callable[[Seen], Reply]


@dataclass
class Internet:
    """Hosts by name; any host that is not there answers 404."""

    port: int = 0
    routes: dict[tuple[str, str], Reply | Handler] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    in_flight: dict[str, int] = field(default_factory=dict)
    most_in_flight: int = 0

    def url(self, host: str, path: str = "/") -> str:
        return f"http://{host}:{self.port}{path}"

    def put(self, host: str, path: str, reply: Reply | Handler | str | bytes) -> str:
        if isinstance(reply, str):
            reply = reply.encode()
        if isinstance(reply, bytes):
            reply = Reply(reply, headers=[("Content-Type", "text/html; charset=utf-8")])
        self.routes[host, path] = reply
        return self.url(host, path)

    def article(self, host: str, path: str, title: str = "Quay to close") -> str:
        return self.put(host, path, ARTICLE.format(title=title))

    def asked(self, host: str | None = None) -> list[str]:
        return [seen.path for seen in self.seen if host in (None, seen.host)]

    def pages_asked(self, host: str | None = None) -> list[str]:
        paths = self.asked(host)
        return [p for p in paths if p not in ("/robots.txt", "/.well-known/tdmrep.json")]

    async def resolve(self, host: str, port: int) -> list[str]:
        if host.endswith(".invalid"):
            raise OSError("no such host")
        return ["127.0.0.1"]

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                headers = {
                    k.strip().lower(): v.strip()
                    for k, _, v in (line.partition(":") for line in head[1:] if line)
                }
                host = headers.get("host", "").partition(":")[0]
                seen = Seen(host, head[0].split(" ")[1], headers, time.monotonic())
                if seen.path.startswith("http://"):  # as a proxy is asked
                    seen.path = "/" + seen.path.split("/", 3)[3]
                self.seen.append(seen)
                self.in_flight[host] = self.in_flight.get(host, 0) + 1
                self.most_in_flight = max(self.most_in_flight, self.in_flight[host])
                try:
                    await self.answer(seen, writer)
                finally:
                    self.in_flight[host] -= 1
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def answer(self, seen: Seen, writer: asyncio.StreamWriter) -> None:
        reply = self.routes.get((seen.host, seen.path), Reply(b"<h1>Not found</h1>", 404))
        if callable(reply):
            reply = reply(seen)
        if reply.raw is not None:
            for piece in reply.raw:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(reply.pause)
            raise ConnectionError
        await asyncio.sleep(reply.pause)
        lines = [f"HTTP/1.1 {reply.status} Whatever", f"Content-Length: {len(reply.body)}"]
        lines += [f"{name}: {value}" for name, value in reply.headers]
        body = b"" if reply.status == 304 else reply.body
        if reply.status == 304:
            lines.pop(1)
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body)
        await writer.drain()


@contextmanager
def serving() -> Iterator[Internet]:
    """Serve an internet from a thread of its own until the block ends."""
    internet = Internet()
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(asyncio.start_server(internet.handle, "127.0.0.1", 0))
    internet.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield internet
    finally:
        asyncio.run_coroutine_threadsafe(_close(server), loop).result(5)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()


async def _close(server: asyncio.Server) -> None:
    server.close()
    tasks = [t for t in asyncio.all_tasks() if t is not asyncio.current_task()]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
