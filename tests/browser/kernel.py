"""Runs code in a kernel beside whatever page shows it."""

from __future__ import annotations

import queue
import time
from pathlib import Path
from typing import Any

import zmq
from jupyter_client import BlockingKernelClient


def run_in_kernel(connection_file: Path, code: str, timeout: float = 30) -> str:
    """Run code in the kernel of a connection file; what it printed. What it raises is raised here."""
    printed = []

    def listen(message: dict[str, Any]) -> None:
        if message["msg_type"] == "stream":
            printed.append(message["content"]["text"])

    # A client closes the files of a context of its own when it is collected, which may be hundreds of clients later.
    with zmq.Context() as context:
        client = BlockingKernelClient(connection_file=str(connection_file), context=context)
        client.load_connection_file()
        client.start_channels(hb=False)
        try:
            _wait_until_heard(client, timeout)
            reply = client.execute_interactive(code, output_hook=listen, store_history=False, timeout=timeout)
        finally:
            client.stop_channels()
    if reply["content"]["status"] != "ok":
        raise RuntimeError("\n".join(reply["content"]["traceback"]))
    return "".join(printed)


def _wait_until_heard(client: BlockingKernelClient, timeout: float) -> None:
    """Ask the kernel what it is until what it publishes arrives.

    The client's own `wait_for_ready` waits for a pause in that too, which there is none of while a job reports.
    """
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        asked = client.kernel_info()
        try:
            while client.get_iopub_msg(timeout=1)["parent_header"].get("msg_id") != asked:
                pass
            return
        except queue.Empty:
            continue
    raise TimeoutError(f"the kernel said nothing in {timeout:g} s")
