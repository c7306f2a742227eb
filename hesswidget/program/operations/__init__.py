"""The operations that programs are made of: one table with the shape, the work and the NumPy code of each.

``FORMAT.md`` says what they mean. Each module has the rows of one family; nothing else in the package knows an
operation's code.
"""

from hesswidget.program.operations import contraction, elementwise, matrices, reductions, structure
from hesswidget.program.operations import control_flow as structured
from hesswidget.program.operations import sorting as order
from hesswidget.program.operations.row import (
    Attributes,
    Operation,
    Shape,
    broadcast_shape,
    size,
    span,
)

__all__ = [
    "COMMUTATIVE",
    "ELEMENTWISE",
    "TABLE",
    "Attributes",
    "Operation",
    "Shape",
    "broadcast_shape",
    "size",
    "span",
]

_FAMILIES = (elementwise, reductions, structure, contraction, order, matrices, structured)
TABLE: dict[str, Operation] = {row.name: row for family in _FAMILIES for row in family.ROWS}
ELEMENTWISE = frozenset(row.name for row in elementwise.ROWS)
COMMUTATIVE = frozenset(
    "add multiply maximum minimum equal not_equal logical_and logical_or logaddexp".split()
)
