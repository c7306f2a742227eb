"""A network that is far away: a TCP proxy that hands every byte on in order, half a round trip later."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from browser.jupyter_server import JupyterServer


@contextmanager
def delayed(server: JupyterServer, round_trip: float) -> Iterator[JupyterServer]:
    """The same server, `round_trip` seconds away."""
    if not round_trip:
        yield server
        return
    loop = asyncio.new_event_loop()
    thread = threading.Thread(
        target=loop.run_forever, daemon=True
    )  # Playwright has a loop running in this one
    thread.start()
    port = int(server.origin.rpartition(":")[2])
    start = asyncio.start_server(lambda r, w: _connect(r, w, port, round_trip / 2), "127.0.0.1", 0)
    listening = asyncio.run_coroutine_threadsafe(start, loop).result(timeout=10)
    own = listening.sockets[0].getsockname()[1]
    try:
        yield replace(server, origin=f"http://127.0.0.1:{own}")
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=5)


async def _connect(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int, delay: float
) -> None:
    there_reader, there_writer = await asyncio.open_connection("127.0.0.1", port)
    await asyncio.gather(_pipe(reader, there_writer, delay), _pipe(there_reader, writer, delay))


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, delay: float) -> None:
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

    async def read() -> None:
        data = b"-"
        while data:
            try:
                data = await reader.read(65_536)
            except ConnectionError:
                data = b""
            queue.put_nowait((loop.time() + delay, data))

    reading = asyncio.ensure_future(read())
    try:
        while True:
            due, data = await queue.get()
            await asyncio.sleep(max(0.0, due - loop.time()))
            if not data:
                break
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        reading.cancel()
        writer.close()
