"""Tutorials served by Voilà: live for a visitor, who can move the sliders and do nothing else."""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from playwright.sync_api import Page, expect

from browser.eventually import became, eventually
from browser.kernel import run_in_kernel
from browser.serving import serving
from hosts.conftest import OpenPage
from hosts.hostile_messages import MESSAGES, SOURCE
from hosts.pictures import a_slider_moves_the_heatmap, live

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
# One of the tutorials: that each has live explorers is shown in JupyterLab, in tests/packaging/test_binder.py.
TUTORIAL = "00-index.ipynb"
# Of every kind that has a heatmap one is in a notebook of ours, the first of them at a function of ours.
KINDS = ["w", 'hw.bifurcation("pitchfork", against="r")', 'hw.descend("himmelblau", methods=["newton"])']
SCREENSHOTS = Path(__file__).parent / "screenshots"
EXPLORERS = r"hw\.(?:explore|bifurcation|descend)\("
# What a page says that waited two seconds for a widget's model in vain (jupyter-widgets/ipywidgets#4026): Voilà and
# ipywidgets decide that before anything of ours runs, on a busy machine otherwise than on an idle one.
MODEL_LATE = "Error displaying widget"
VISITS = 4
ICONS = r"https://cdn\.jsdelivr\.net/npm/@fortawesome/"  # Voilà's own template wants them

# What a visitor can do with the address of his kernel, which his page knows: send messages of his own. They are written
# as Jupyter's websocket protocol v1 has them, parts behind a table of where each begins; an older one is none for
# Voilà, which reads every binary message as v1.
SEND_ALL = """async ([url, messages]) => {
    const address = url.replace(/session_id=.*/, "session_id=visitor");
    const socket = new WebSocket(address, ["v1.kernel.websocket.jupyter.org"]);
    socket.binaryType = "arraybuffer";
    await new Promise((resolve, reject) => { socket.onopen = resolve; socket.onerror = reject; });
    const send = (id, msg_type, content) => {
        const date = new Date().toISOString();
        const header = { msg_id: id, msg_type, username: "", session: "visitor", version: "5.3", date };
        const parts = ["shell", JSON.stringify(header), "{}", "{}", content];
        const bytes = parts.map(part => new TextEncoder().encode(part));
        const offsets = [8 * (parts.length + 2)];
        for (const part of bytes) offsets.push(offsets.at(-1) + part.length);
        const table = BigUint64Array.from([offsets.length, ...offsets], BigInt);
        socket.send(new Blob([table, ...bytes]));
    };
    const answers = [];
    const idle = new Promise(resolve => {
        socket.onmessage = ({ data }) => {
            const [, , ...begins] = [...new BigUint64Array(data.slice(0, 40))].map(Number);
            const [header, parent] = [0, 1].map(k =>
                JSON.parse(new TextDecoder().decode(data.slice(begins[k], begins[k + 1]))));
            answers.push(header.msg_type);
            if (header.msg_type === "kernel_info_reply" && parent.msg_id === "last") resolve();
        };
    });
    for (const [k, [msg_type, content]] of messages.entries()) send(`m${k}`, msg_type, content);
    send("last", "kernel_info_request", "{}");
    await idle;
    socket.close();
    return answers;
}"""


@pytest.fixture(scope="module")
def voila(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Where Voilà serves the tutorial and a notebook of ours, with its settings as they come; and its folder."""
    folder = tmp_path_factory.mktemp("voila")
    served = folder / "served"
    served.mkdir()
    (served / TUTORIAL).write_bytes((NOTEBOOKS / TUTORIAL).read_bytes())
    cells = [nbformat.v4.new_code_cell(code) for code in (SOURCE, *KINDS)]
    kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(
        nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernelspec}), served / "ours.ipynb"
    )
    options = ["--no-browser", "--Voila.ip=127.0.0.1", "--port={port}"]
    where = f"--Voila.connection_dir_root={folder}"  # of kernels: the tests look into them
    with serving([sys.executable, "-m", "voila", *options, where, str(served)], folder, "") as origin:
        yield origin, folder


def test_a_tutorial_is_live(voila: tuple[str, Path], open_page: OpenPage) -> None:
    origin, _ = voila
    count = _explorers_shown(NOTEBOOKS / TUTORIAL)
    page = _visited(open_page, f"{origin}/voila/render/{TUTORIAL}", count)
    _are_moved(page, count)
    page.evaluate("scrollTo(0, 0)")
    page.screenshot(path=SCREENSHOTS / f"voila-{Path(TUTORIAL).stem}.png")


def _are_moved(page: Page, count: int) -> None:
    """Move each of the explorers on a page, whose pictures are computed there."""
    for k in range(count):
        root = live(page).nth(k)
        expect(root.locator(".hw-engine")).to_contain_text("browser")
        root.scroll_into_view_if_needed()
        a_slider_moves_the_heatmap(root, page)


def _visited(open_page: OpenPage, url: str, count: int, sockets: list[str] | None = None) -> Page:
    """Open a page with so many explorers; where models come too late for it, do what a visitor does: load it again."""
    sockets = [] if sockets is None else sockets
    for _ in range(VISITS):
        sockets.clear()
        page = open_page(url, host_asks=ICONS, sockets=sockets)
        if _is_whole(page, count):
            return page
        page.context.close()
    raise AssertionError(f"in each of {VISITS} visits a widget's model came too late")


def _is_whole(page: Page, count: int) -> bool:
    """Whether all explorers of a page came, and none too late for it."""
    late, on_time = page.get_by_text(MODEL_LATE), live(page)
    if not became(lambda: late.count() + on_time.count() == count, seconds=60):
        raise AssertionError(
            f"{on_time.count()} of {count} explorers live on:\n{page.locator('body').inner_text()}"
        )
    return late.count() == 0


def _explorers_shown(path: Path) -> int:
    """How many cells of a notebook end with an explorer, or with a name that was given to one."""
    names: set[str] = set()
    count = 0
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code" and cell.source.strip():
            names.update(re.findall(rf"^(\w+) = {EXPLORERS}", cell.source, re.MULTILINE))
            shown = ast.unparse(ast.parse(cell.source).body[-1])
            count += shown in names or re.match(EXPLORERS, shown) is not None
    return count


Visitor = tuple[Page, Callable[[list[tuple[str, Any]]], list[str]], Callable[[str], Any]]


@pytest.fixture(scope="module")
def visitor(voila: tuple[str, Path], open_shared_page: OpenPage) -> Visitor:
    """A visitor's page, what sends messages from it, and what looks into the kernel by another door."""
    origin, folder = voila
    sockets: list[str] = []
    page = _visited(open_shared_page, f"{origin}/voila/render/ours.ipynb", len(KINDS), sockets)
    (url,) = sockets
    kernel = re.search(r"/kernels/([\w-]+)/", url)
    assert kernel is not None
    (connection,) = folder.rglob(f"kernel-{kernel.group(1)}.json")

    def send(messages: list[tuple[str, Any]]) -> list[str]:
        written = [
            [kind, json.dumps(content)] for kind, content in messages
        ]  # here, for JavaScript writes no NaN
        return page.evaluate(SEND_ALL, [url, written])

    def python(expression: str) -> Any:
        return json.loads(run_in_kernel(connection, f"import json; print(json.dumps({expression}))"))

    return page, send, python


def test_explorers_of_every_kind_are_live(visitor: Visitor) -> None:
    page, _, _ = visitor
    _are_moved(page, len(KINDS))
    page.evaluate("scrollTo(0, 0)")
    page.screenshot(path=SCREENSHOTS / "voila-kinds.png")


# To what was sent; the page has its own questions, which are answered at any time.
REPLIES = {
    *("execute_reply", "execute_input", "execute_result", "stream", "error"),
    *("complete_reply", "inspect_reply", "history_reply"),
}


def test_a_visitor_runs_no_code(visitor: Visitor) -> None:
    page, send, python = visitor
    before, y = python("w.point.tolist()")
    code = {
        "code": "hurt = 1",
        "silent": False,
        "store_history": False,
        "user_expressions": {"hurt": "w.set(x=1)"},
    }
    answers = send(
        [
            ("execute_request", code),
            ("complete_request", {"code": "w.", "cursor_pos": 2}),
            ("inspect_request", {"code": "w", "cursor_pos": 1, "detail_level": 1}),
            ("history_request", {"hist_access_type": "tail", "n": 9}),
        ]
    )
    assert not set(answers) & REPLIES
    assert python("['hurt' in globals(), w.x]") == [False, before]
    comm = python("w.model_id")  # and the same socket does move a slider
    send([("comm_msg", {"comm_id": comm, "data": {"method": "update", "state": {"x": 1.5}}})])
    assert python("w.x") == 1.5
    expect(live(page).first).to_have_attribute("data-point", f"1.5 {y:g}")


def test_hostile_messages_change_nothing(visitor: Visitor) -> None:
    page, send, python = visitor
    comm = python("w.model_id")
    values = "{k: str(getattr(v, 'tobytes', lambda: v)()) for k, v in w.get_state().items()}"
    state = f"[{values}, w.point.tolist(), dict(w.parameters)]"
    before, drawn = python(state), live(page).first.get_attribute("data-point")
    send([("comm_msg", {"comm_id": comm, "data": data}) for data in MESSAGES])
    send(
        [
            ("comm_msg", {"comm_id": comm}),
            ("comm_msg", {"data": {}}),
            ("comm_msg", {"comm_id": 7, "data": []}),
        ]
    )
    after = python(state)
    assert {k: v for k, v in after[0].items() if v != before[0].get(k)} == {}
    assert after[1:] == before[1:]
    root = live(page).first
    expect(root).to_have_attribute("data-point", str(drawn))
    assert root.locator("img").count() == 0
    assert page.evaluate("[window.hurt, window.bad]") == [None, None]
    a_slider_moves_the_heatmap(root, page)
    shown = lambda: [float(x) for x in str(root.get_attribute("data-point")).split()]
    eventually(lambda: shown() == python("w.point.tolist()"))
