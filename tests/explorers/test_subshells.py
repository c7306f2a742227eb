"""A widget in a kernel whose pages come and go, each with a subshell in which their messages are handled."""

from __future__ import annotations

import pytest
from jupyter_client.manager import start_new_kernel

WIDGET = """
import threading, ipywidgets
from hesswidget.explorers.jobs import Jobs

class Answering(ipywidgets.Widget):
    def __init__(self):
        super().__init__()
        self.gate, self.jobs = threading.Event(), Jobs(lambda *_: None)
        self.on_msg(self.answer)

    def answer(self, _, content, buffers):
        if content["kind"] == "job":
            self.jobs.start("job", None, content["id"], lambda job: (self.gate.wait(), self.send(content)))
        elif content["kind"] == "let it end":
            self.gate.set()
        else:
            self.send(content)

w = Answering()
print(w.comm.comm_id)
"""


class Kernel:
    """A real kernel, and what a page sends to it."""

    def __init__(self):
        self.manager, self.client = start_new_kernel()

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)

    def run(self, code):
        said = []
        self.client.execute_interactive(
            code, output_hook=lambda m: said.append(m["content"].get("text", "")), timeout=60
        )
        return "".join(said)

    def control(self, kind, content):
        message = self.client.session.msg(kind, content)
        self.client.control_channel.send(message)
        while (reply := self.client.get_control_msg(timeout=60))["parent_header"]["msg_id"] != message[
            "header"
        ]["msg_id"]:
            pass
        return reply["content"]

    def ask(self, comm, kind, subshell):
        content = {"comm_id": comm, "data": {"method": "custom", "content": {"kind": kind, "id": kind}}}
        message = self.client.session.msg("comm_msg", content)
        message["header"]["subshell_id"] = subshell
        self.client.shell_channel.send(message)

    def hears(self, kind):
        """Wait until the widget has sent this."""
        while True:
            message = self.client.get_iopub_msg(timeout=60)
            if (
                message["msg_type"] == "comm_msg"
                and message["content"]["data"].get("content", {}).get("kind") == kind
            ):
                return


@pytest.fixture
def kernel():
    running = Kernel()
    yield running
    running.close()


def test_a_job_that_outlives_its_page_leaves_the_widget_to_the_next_one(kernel):
    comm = kernel.run(WIDGET).strip()
    first = kernel.control("create_subshell_request", {}).get("subshell_id")
    if first is None:
        pytest.skip("this kernel has no subshells")
    kernel.ask(comm, "hello", first)
    kernel.hears("hello")
    kernel.ask(comm, "job", first)
    kernel.ask(comm, "again", first)
    kernel.hears("again")
    second = kernel.control("create_subshell_request", {})["subshell_id"]
    kernel.ask(comm, "next page", second)
    kernel.hears("next page")
    kernel.control("delete_subshell_request", {"subshell_id": first})
    kernel.ask(comm, "let it end", second)
    kernel.hears("job")
    kernel.ask(comm, "and now", second)
    kernel.hears("and now")
    kernel.control("delete_subshell_request", {"subshell_id": second})
