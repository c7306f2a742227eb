"""``hesswidget page``: a live page of a function, or of a notebook."""

from __future__ import annotations

import argparse
import ast
import importlib
import importlib.util
import sys
from pathlib import Path
from typing import Any

from hesswidget import gallery
from hesswidget.command.terminal import plain
from hesswidget.errors import ProblemError, nearest
from hesswidget.export import files
from hesswidget.problem.formula import is_coordinate
from hesswidget.user_code import line_of, summary

HELP = "write a page in one file, live without a kernel: of a function, or of a notebook, which is run first"
SUBJECT = (
    "module:function, file.py:function, a function of hesswidget.gallery, a formula such as 'x**2*y - a*y**3' (after "
    "-- where it begins with a minus), or NOTEBOOK.ipynb"
)
OUT = "the page; by default the function's name, or formula, with .html"
SET = (
    "a range, a range with a step, or a value of an argument: a=0:3, a=0:3:0.5, a=1; a list of choices or a vector: "
    'kind=one,two; a list or dict in Python: \'params={"W": [[0.1, 0.2]], "b": (-1, 1)}\''
)


def add_to(subparsers: Any) -> None:
    """Add the command to a parser."""
    parser = subparsers.add_parser("page", help=HELP, description=HELP)
    parser.add_argument("subject", help=SUBJECT)
    parser.add_argument("--out", help=OUT, metavar="FILE")
    parser.add_argument("--set", nargs="+", action="extend", default=[], help=SET, metavar="NAME=…")
    parser.add_argument("--overwrite", action="store_true", help="replace the page if it exists")
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> None:
    """Write the page, and say where it is."""
    subject = given.subject
    if subject.endswith(".ipynb"):
        if given.set:
            raise ProblemError("--set is for a function; a notebook has its ranges in its cells.")
        out = given.out or f"{Path(subject).stem}.html"
        files.refuse_existing(out, given.overwrite)
        files.refuse_ending(out, ".html", ".htm")
        path = files.write(out, _notebook_page(Path(subject)).encode(), overwrite=given.overwrite)
    else:
        from hesswidget.explorers.curvature import explore

        name = subject.rpartition(":")[2]
        out = given.out or f"{name if name.isidentifier() else 'formula'}.html"
        files.refuse_existing(out, given.overwrite)
        files.refuse_ending(out, ".html", ".htm")
        explorer = explore(found(subject), **dict(map(abbreviation, given.set)))
        path = explorer.save_html(out, overwrite=given.overwrite)
    print(plain(f"{path} ({path.stat().st_size / 1000:,.0f} kB)"))


def found(subject: str) -> Any:
    """Return the function that is named by module and name, or by file and name; its name in the gallery, or a formula.

    Examples
    --------
    >>> found("himmelblau"), found("x**2*y")
    ('himmelblau', 'x**2*y')
    >>> found("numpy:cos").__name__
    'cos'
    """
    place, colon, name = subject.rpartition(":")
    if not colon:
        word = subject.strip().removesuffix(".py")
        if subject in gallery.names() or not word.isidentifier() or is_coordinate(word):
            return subject  # a name of the gallery, or a formula
        raise ProblemError(
            f"{subject!r} is no function of the gallery; {nearest(subject, gallery.names())} To have one of yours, say "
            f"where it is, as in module:function or file.py:function."
        )
    if not place.endswith(".py") and not all(part.isidentifier() for part in place.split(".")):
        raise ProblemError(
            f"{subject!r} names no module: it takes module:function, such as package.module:f, or file.py:function."
        )
    module = _of_file(Path(place)) if place.endswith(".py") else _of_name(place)
    if not callable(getattr(module, name, None)):
        names = [n for n, v in vars(module).items() if callable(v) and not n.startswith("_")]
        raise ProblemError(f"{place} has no function {name!r}; {nearest(name, names)}")
    return getattr(module, name)


def _of_name(name: str) -> Any:
    if "" not in sys.path:
        sys.path.insert(0, "")  # as `python -m` does: modules of the present folder
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name.partition(".")[0] and error.name != name:
            raise _unread(name, error) from error
        raise ProblemError(f"there is no module {name!r} here; is the folder right?") from None
    except Exception as error:
        raise _unread(name, error) from error


def _of_file(path: Path) -> Any:
    if not path.is_file():
        raise ProblemError(f"there is no file {path}.")
    specification = importlib.util.spec_from_file_location(path.stem, path)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    try:
        specification.loader.exec_module(module)
    except Exception as error:
        raise _unread(path, error) from error
    return module


def _unread(module: str | Path, error: Exception) -> ProblemError:
    """Say what a module raises as it is imported, and where."""
    line = line_of(error)
    return ProblemError(f"{module} cannot be imported: {summary(error)}{f' at {line}' if line else ''}.")


def abbreviation(written: str) -> tuple[str, Any]:
    """Return the name and the abbreviation that ``name=…`` stands for.

    Examples
    --------
    >>> abbreviation("a=0:3"), abbreviation("b=1.5"), abbreviation("n=1:5:2"), abbreviation("kind=one,two")
    (('a', (0.0, 3.0)), ('b', 1.5), ('n', (1, 5, 2)), ('kind', ['one', 'two']))
    >>> abbreviation('p={"W": [[0.1, 0.2]], "b": (-1, 1)}')
    ('p', {'W': [[0.1, 0.2]], 'b': (-1, 1)})
    """
    name, equals, text = written.partition("=")
    if not equals or not name.isidentifier():
        raise ProblemError(f"--set was given {written!r}; it takes name=…, such as a=0:3.")
    if text in ("True", "False"):
        return name, text == "True"
    if text.startswith(("{", "[", "(")):
        return name, _literal(name, text)
    if "," in text:
        return name, [_number(part, part) for part in text.split(",")]
    parts = text.split(":")
    if len(parts) == 1:
        return name, _number(text, text)
    numbers = [_number(part, None) for part in parts]
    if len(parts) > 3 or None in numbers:
        raise ProblemError(f"--set was given {written!r}; a range is name=low:high or name=low:high:step.")
    if len(parts) == 2:
        return name, tuple(map(float, numbers))
    return name, tuple(numbers)


def _literal(name: str, text: str) -> Any:
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        raise ProblemError(
            f"--set was given {name}={text:.60}, which is no list, tuple or dict of numbers as Python writes them."
        ) from None


def _number(text: str, otherwise: Any) -> Any:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return otherwise


def _notebook_page(path: Path) -> str:
    try:
        import nbformat
        from nbclient import NotebookClient
        from nbclient.exceptions import CellExecutionError

        from hesswidget.notebook.exporters import LiveHTMLExporter
    except ImportError as error:
        raise ProblemError(
            f"a notebook is run by Jupyter, which lacks {error.name}: pip install jupyterlab"
        ) from None
    if not path.is_file():
        raise ProblemError(f"there is no notebook {path}.")
    try:
        notebook = nbformat.read(path, as_version=4)
    except Exception as error:
        raise ProblemError(f"{path} is no notebook: {error}") from None
    resources = {"metadata": {"path": str(path.parent), "name": path.stem}}
    try:
        NotebookClient(notebook, timeout=600, store_widget_state=False, resources=resources).execute()
    except CellExecutionError as error:
        said = f"{error.ename}: {error.evalue}"
        raise ProblemError(f"{path} did not run to its end: {said}") from None
    page, _ = LiveHTMLExporter().from_notebook_node(notebook, resources=resources)
    return str(page)
