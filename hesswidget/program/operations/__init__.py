"""The operations that programs are made of: one table with the shape, the work and the code of each.

``FORMAT.md`` says what they mean. Each module has the rows of one family; nothing else in the package knows an
operation's code. It is written once for every library of arrays: `arrays.py` says what one must have beside NumPy's
functions under their names, and `numpy_arrays.py` has it for NumPy.
"""

from hesswidget.program.operations import contraction, elementwise, matrices, reductions, structure
from hesswidget.program.operations import control_flow as structured
from hesswidget.program.operations import sorting as order
from hesswidget.program.operations.arrays import Arrays
from hesswidget.program.operations.numpy_arrays import NUMPY
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
    "NUMPY",
    "TABLE",
    "Arrays",
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
