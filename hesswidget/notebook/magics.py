"""The cell magic ``%%hessian``: a cell that defines a function shows the explorer of that function.

It needs IPython alone, so it works wherever a cell runs: in JupyterLab, Notebook 7, VS Code, Colab.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic import Magics, cell_magic, magics_class, no_var_expand

from hesswidget.errors import ProblemError
from hesswidget.notebook.entries import split

if TYPE_CHECKING:
    from hesswidget.explorers.shell import Explorer

NAME = "hessian"
EXAMPLE = "%%hessian x=(-2, 2), y=(-1, 3), a=(0, 3)"


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Make ``%%hessian`` known; called by ``%load_ext hesswidget``."""
    shell.register_magics(HessianMagics)


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """Forget ``%%hessian``; called by ``%unload_ext hesswidget``."""
    shell.magics_manager.magics["cell"].pop(NAME, None)


@magics_class
class HessianMagics(Magics):
    """The magics of hesswidget, as IPython wants them."""

    shell: InteractiveShell  # always there when a magic runs

    @no_var_expand  # or IPython would take the braces of a dict of choices for its own
    @cell_magic(NAME)  # type: ignore[arg-type]
    def hessian(self, line: str, cell: str) -> Explorer:
        """Run a cell that defines a function, and explore that function's curvature.

        The first line holds what `hesswidget.explore` takes beside the function: a range for each variable and
        parameter, and `over`, `engine` and the tolerances. Commas between them may be left out. Values are
        evaluated after the cell has run, so they may use what it defines. The function is the last one that the
        cell defines at its top level, with ``def`` or as ``f = lambda ...``; it stays defined, and ``_`` is the
        explorer. Write it with ``autograd.numpy``.

        Examples
        --------
        In a notebook, after ``%load_ext hesswidget``::

            %%hessian x=(-2, 2), y=(-1, 3), a=(0, 3), b=(1, 200)
            def f(x, y, a=1.0, b=100.0):
                return (a - x)**2 + b * (y - x**2)**2

        The same in a script:

        >>> from IPython.core.interactiveshell import InteractiveShell
        >>> shell = InteractiveShell.instance()
        >>> _ = shell.extension_manager.load_extension("hesswidget")
        >>> w = shell.run_cell_magic("hessian", "x=(-2, 2) y=(-1, 1)", "def f(x, y): return x**2 - y**2")
        >>> w.curvature.label
        'saddle'
        """
        from hesswidget.explorers.curvature import explore

        entries = _entries(line)
        name = self._defined(cell)
        self._run(cell)
        if name not in self.shell.user_ns:
            raise UsageError(f"The cell deleted {name} again, so there is nothing to explore.")
        values = {key: self._value(key, expression) for key, expression in entries.items()}
        try:
            return explore(self.shell.user_ns[name], **values)
        except ProblemError as error:
            raise UsageError(str(error)) from None

    def _defined(self, cell: str) -> str:
        """Return the name of the function that the cell is about; of a cell that does not parse, none."""
        try:
            statements = ast.parse(self.shell.transform_cell(cell)).body
        except SyntaxError:
            return ""  # running the cell says what is wrong with it
        names = [name for statement in statements if (name := _function_name(statement))]
        if not names:
            raise UsageError(
                f"The cell defines no function at its top level; write one under the line {EXAMPLE}, with def f(x, y): "
                f"... or f = lambda x, y: ..."
            )
        return names[-1]

    def _run(self, cell: str) -> None:
        """Run the cell as if it stood alone: what it shows is shown, and what it raises."""
        result = self.shell.run_cell(cell, store_history=False)
        if not result.success:
            error = result.error_before_exec or result.error_in_exec
            raise UsageError(f"There is no explorer, since the cell raised {type(error).__name__}.")

    def _value(self, name: str, expression: str) -> Any:
        try:
            return self.shell.ev(expression)
        except Exception as error:
            raise UsageError(
                f"{name}={expression} cannot be evaluated: {type(error).__name__}: {error}."
            ) from None


def _entries(line: str) -> dict[str, str]:
    """Return the expression that the first line gives for each name."""
    try:
        return split(line)
    except ValueError as error:
        raise UsageError(f"{error} Write name=value, as in {EXAMPLE}") from None


def _function_name(statement: ast.stmt) -> str | None:
    """Return the name of the function that a statement defines, if it defines one."""
    match statement:
        case ast.FunctionDef(name=name):
            return name
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Lambda()):
            return name
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.Lambda()):
            return name
    return None
