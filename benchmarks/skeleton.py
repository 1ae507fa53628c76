"""The least that could do the hub's work, for P1: receive, verify, hash, group commit, forward to oversight, say so.

Same server library, same JSON, same signature and store code as the hub. ``python -m benchmarks.skeleton FOLDER``
prints its port and serves until it is killed.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import sys
from pathlib import Path
from typing import Any

import msgspec
import uvloop
from aiohttp import WSMsgType, web

from evalhub.core.sealing.b64 import unb64u
from evalhub.core.sealing.keys import PublicJwk, verify_signature
from evalhub.core.wire import frames
from evalhub.hub.store import Group, Store, Write


class Skeleton:
    """The least that could do the work. First frame of a line: ``{"party", "key"}``; then submissions."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.oversight: web.WebSocketResponse | None = None
        self.queue: asyncio.Queue[list[tuple[Any, bytes, bytes]]] = asyncio.Queue()
        self.waiting: dict[int, tuple[Any, bytes, bytes]] = {}
        self.size = 0
        self.decoder = msgspec.json.Decoder(frames.Submit)

    async def line(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(max_msg_size=2 << 20, compress=False, decode_text=False)
        await socket.prepare(request)
        hello = json.loads((await socket.receive()).data)
        if hello["party"] == "oversight":
            self.oversight = socket
        key = PublicJwk(**hello["key"])
        async for message in socket:
            self.take(socket, hello["party"], key, message.data)
        return socket

    def take(self, socket: web.WebSocketResponse, party: str, key: PublicJwk, data: bytes) -> None:
        submit = self.decoder.decode(data)
        signed, _, signature = submit.jws.rpartition(".")
        if not verify_signature(key, unb64u(signature), signed.encode()):
            raise ValueError("signature")
        text = submit.jws.encode()
        entry = b'{"seq":%d,"sha256":"%s"}' % (self.size, hashlib.sha256(text).hexdigest().encode())
        outcome = b'{"n":%d,"t":"outcome"}' % submit.n
        self.waiting[self.size] = (socket, text, outcome)
        # a number of its own for each outcome: the load comes round again, and the store takes each number once
        write = Write(rows=((party, self.size, entry, text),), outcome=(party, self.size, outcome))
        self.size += 1
        self.store.append(write)

    def committed(self, group: Group) -> None:
        self.queue.put_nowait([self.waiting.pop(write.rows[0][1]) for write in group.writes])

    async def tell(self) -> None:
        while True:
            for socket, text, outcome in await self.queue.get():
                if self.oversight is not None:
                    await self.oversight.send_frame(b'{"blob":"%s"}' % text, WSMsgType.TEXT)
                await socket.send_frame(outcome, WSMsgType.TEXT)


async def skeleton(folder: Path) -> None:
    """Serve until killed."""
    store = Store(f"sqlite:///{folder / 'skeleton.sqlite'}")
    relay = Skeleton(store)
    loop = asyncio.get_running_loop()
    store.start(loop.call_soon_threadsafe, relay.committed, lambda error: os._exit(1), loop.call_soon)
    telling = asyncio.ensure_future(relay.tell())
    app = web.Application()
    app.add_routes([web.get("/line", relay.line)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(json.dumps({"port": runner.addresses[0][1]}), flush=True)
    await telling


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(skeleton(Path(sys.argv[1])))
