"""What the table's code computes with: a library of arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Code = Callable[..., Any]


@dataclass(frozen=True)
class Arrays:
    """A library of arrays: what has NumPy's name in each, and the few things that have not.

    A code takes from it what it calls when a program is made ready, and looks nothing up while it runs.

    Attributes
    ----------
    xp : module
        NumPy's functions under NumPy's names.
    special : callable
        From a name to the function of ``scipy.special``.
    linalg : callable
        From ``solve inv det cholesky slogdet eigh`` to a function of stacks of matrices, NaN where FORMAT.md says so.
    take : callable
        From x and places that it has to the elements there along the last axis.
    put, add : callable
        From a shape, an index and x to zeros with x put there, where no place comes twice, or added there.
    map, scan : callable
        The loops of the same names: from the body as a function of arrays in order, the operands, the attributes and
        the shapes of what is stacked, to all results.
    of_scalars : dict
        From the name of an operation on elements to what does it of scalars alone, and is quicker.
    has_methods : bool
        Whether what it computes with has NumPy's methods, scalars too.
    """

    xp: Any
    special: Callable[[str], Code]
    linalg: Callable[[str], Code]
    take: Code
    put: Code
    add: Code
    map: Code
    scan: Code
    of_scalars: Mapping[str, Code] = field(default_factory=dict)
    has_methods: bool = True
