"""The methods as a table to read."""

from __future__ import annotations

from html import escape

from hesswidget.descent.method import Method
from hesswidget.descent.methods import METHODS
from hesswidget.wording import number

COLUMNS = ("method", "cost of a step", "hyperparameters", "source")


class Methods(tuple[Method, ...]):
    """Methods, which print as a table."""

    __slots__ = ()

    def __str__(self) -> str:
        rows = [COLUMNS, *map(row, self)]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = ["  ".join(map(str.ljust, each, widths)).rstrip() for each in rows]
        return "\n".join([*lines, NOTE])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        """Return a table in which all text is escaped."""
        head = "".join(f"<th>{escape(cell)}</th>" for cell in COLUMNS)
        cells = ["".join(f"<td>{escape(cell)}</td>" for cell in row(method)) for method in self]
        body = "".join(f"<tr>{each}</tr>" for each in cells)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table><p>{escape(NOTE)}</p>"


NOTE = (
    "A step in n variables costs so many gradients, about: a product with the Hessian counts as two, a value as a "
    "third. What a line search tries comes besides."
)


def row(method: Method) -> tuple[str, ...]:
    """Return what a table says of a method.

    Examples
    --------
    >>> row(METHODS["newton"])[:3]
    ('newton', '1 + 2 n', 'line_search none')
    """
    given = [f"{name} {number(default, 6)}" for name, default in method.hyperparameters.items()]
    searches = [f"line_search {method.line_search}"] if method.line_search else []
    fixed, each = method.cost(0), method.cost(1) - method.cost(0)
    cost = number(fixed) + (f" + {number(each)} n" if each else "")
    return method.name, cost, ", ".join([*given, *searches]), method.source


def methods() -> Methods:
    """List the descent methods, each with its ``name``, ``source``, ``hyperparameters`` and ``cost(n)``.

    Returns
    -------
    tuple of Method
        It prints as a table.

    Examples
    --------
    >>> [m.name for m in methods()][:3], methods()[0].hyperparameters
    (['gradient-descent', 'silver', 'barzilai-borwein'], {'rate': 0.01})
    >>> print(str(methods())[:29])
    method                cost of
    """
    return Methods(METHODS.values())
