"""What Python in a browser (Pyodide, as in JupyterLite) asks of a package. Pyodide itself is not run here."""

import subprocess
import sys

import pytest

# Pyodide can start neither a thread nor a process.
NEITHER_THREADS_NOR_PROCESSES = """
import os, subprocess, threading, _thread
import matplotlib.font_manager  # which starts a timer while it looks for fonts, though not in Pyodide

def refuse(*_, **__):
    raise RuntimeError("can't start new thread")

threading.Thread.start = _thread.start_new_thread = subprocess.Popen.__init__ = refuse
os.fork = os.posix_spawn = None
"""
EXPLORER = """
import autograd.numpy as np, hesswidget as hw

def f(x, y, a=1.0, b=100.0):
    return (a - x)**2 + b * (y - x**2)**2

w = hw.explore(f, x=(-2, 2), y=(-1, 3), a=(0.0, 3.0), b=(1.0, 200.0), engine="{engine}")
sent = []
w.send = lambda content, buffers=None: sent.append(content)
w.set_state({{"x": 1.0, "y": 1.0}})
assert w.curvature.label == "minimum"
parameters = {{"a": 1.0, "b": 100.0}}
arrays = [np.array(x, "<f8").tobytes() for x in ((0.5, 0.5), (0.0, 0.0), np.eye(2), ((-2, 2), (-1, 3)))]
w._answer(w, {{"kind": "frame", "id": "1", "parameters": parameters, "moving": False, "holds": 0}}, arrays)
w._answer(w, {{"kind": "classify", "id": "2", "parameters": parameters}}, arrays[:1])
w._answer(w, {{"kind": "find_critical_points", "id": "3", "parameters": parameters}}, [])
kinds = [content["kind"] for content in sent if content["kind"] != "progress"]
assert kinds == ["frame", "classify", "find_critical_points"]
data, _ = w._repr_mimebundle_()
assert {{"image/png", "application/vnd.hesswidget.v1+json"}} <= set(data), data["text/plain"]
w.save_html("f.html", seconds=0.5)
"""
SNIPPETS = {
    "the browser's engine": EXPLORER.format(engine="browser"),
    "the kernel's engine": EXPLORER.format(engine="kernel"),
    "a diagram": 'import hesswidget as hw\nassert hw.bifurcation("pitchfork", against="r").diagram.events',
    "critical points": 'import hesswidget as hw\nassert len(hw.critical_points("himmelblau")) == 9',
    "a compiled Hessian": "import hesswidget as hw\nhw.compile(lambda x: x**2, 1.0).hessian(1.0)",
}

AUDITED = """
import sys, threading

seen = []
watched = {"_thread.start_new_thread", "open", "os.fork", "os.mkdir", "socket.connect", "subprocess.Popen"}
sys.addaudithook(lambda event, given: event in watched and seen.append((event, str(given[0]) if given else "")))
import hesswidget
print(threading.active_count())
for event, name in seen:
    tables = "appearance.json", "bounds.json", "limits.json"
    if not (event == "open" and name.endswith((".py", ".pyc", ".so", ".pyd", *tables))):
        print(event, name)
"""


def run(code, folder):
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_importing_it_starts_nothing_and_opens_only_files_of_the_package(tmp_path):
    assert run(AUDITED, tmp_path) == "1\n"


@pytest.mark.parametrize("snippet", SNIPPETS.values(), ids=SNIPPETS.keys())
def test_it_works_where_no_thread_and_no_process_can_be_started(snippet, tmp_path):
    run(NEITHER_THREADS_NOR_PROCESSES + snippet, tmp_path)


def test_the_simulation_refuses_threads(tmp_path):
    code = f"{NEITHER_THREADS_NOR_PROCESSES}\nthreading.Thread(target=print).start()"
    with pytest.raises(AssertionError, match="can't start new thread"):
        run(code, tmp_path)
