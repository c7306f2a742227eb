"""The layers: a room imports only from those before it, no files import each other in a circle, autograd has one door.

Every import counts: those inside of functions, and those for types alone.
"""

import ast
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROOMS = """
    user_code errors wording precision float64 low_discrepancy progress shown bundle appearance gallery problem program
    derivatives second_derivative_test curvature compiled models expressions costs spectra landscape critical
    bifurcations descent training figures export explorers notebook command
""".split()
WIDGETS = {"ipywidgets", "anywidget", "traitlets", "IPython"}
FRONTEND = ROOT / "hesswidget" / "frontend"
FILES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted((ROOT / "hesswidget").rglob("*.py"))
    if FRONTEND not in path.parents
}


def imported(module: str) -> set[str]:
    """The modules that a module names, its own package's as deep as there are files."""
    found = set()
    for node in ast.walk(ast.parse(FILES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.module, f"{module} imports relatively"
            deeper = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if name in FILES or node.module not in FILES else node.module for name in deeper}
    return found - {module}


@cache
def imports() -> dict[str, set[str]]:
    """What each module imports; not as this is collected, which every worker does."""
    return {module: imported(module) for module in FILES}


def room(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def test_a_room_imports_only_from_those_before_it():
    assert {room(module) for module in FILES} == {*ROOMS, "", "__main__"}
    wrong = [
        f"{module} imports {other}"
        for module in FILES
        if room(module) in ROOMS
        for other in imports()[module]
        if other.split(".")[0] == "hesswidget"
        and (room(other) not in ROOMS or ROOMS.index(room(other)) > ROOMS.index(room(module)))
    ]
    assert not wrong


def test_no_files_import_each_other_in_a_circle():
    TopologicalSorter(
        {m: imports()[m] & FILES.keys() for m in FILES}
    ).prepare()  # raises CycleError, with the circle


def test_only_derivatives_knows_more_of_autograd_than_its_numpy():
    others = [
        m for m in FILES if room(m) not in ("derivatives", "user_code")
    ]  # the latter asks where it is installed
    names = {name for m in others for name in imports()[m] if name.split(".")[0] == "autograd"}
    assert not [name for name in names if not name.startswith(("autograd.numpy", "autograd.scipy"))]


def test_nothing_below_the_explorers_knows_widgets():
    below = [m for m in FILES if room(m) in ROOMS[: ROOMS.index("explorers")]]
    assert not [m for m in below if {name.split(".")[0] for name in imports()[m]} & WIDGETS]
