"""PyTorch's core operators (ATen) in ``autograd.numpy``, by name and with PyTorch's own arguments.

The variants that copy, such as ``view_copy``, and the overloads of a name share its rule.
"""

from hesswidget.derivatives.frameworks.aten_rules import (
    matrices,
    networks,
    numbers,
    places,
    reductions,
    shapes,
)
from hesswidget.derivatives.frameworks.aten_rules.table import RULES

__all__ = ["RULES", "matrices", "networks", "numbers", "places", "reductions", "shapes"]
