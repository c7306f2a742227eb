"""Runs code in a kernel beside whatever page shows it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jupyter_client import BlockingKernelClient


def run_in_kernel(connection_file: Path, code: str, timeout: float = 30) -> str:
    """Run code in the kernel of a connection file; what it printed. What it raises is raised here."""
    printed = []

    def listen(message: dict[str, Any]) -> None:
        if message["msg_type"] == "stream":
            printed.append(message["content"]["text"])

    client = BlockingKernelClient(connection_file=str(connection_file))
    client.load_connection_file()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=timeout)
        reply = client.execute_interactive(code, output_hook=listen, store_history=False, timeout=timeout)
    finally:
        client.stop_channels()
    if reply["content"]["status"] != "ok":
        raise RuntimeError("\n".join(reply["content"]["traceback"]))
    return "".join(printed)
