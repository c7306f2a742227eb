"""Replays a program with JAX: the same table of operations, traced once and compiled for the device that JAX has."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np

from hesswidget.program.executor import Executable
from hesswidget.program.jax_arrays import JAX
from hesswidget.program.program import Program

# Within this, JAX computes with float64. Older ones have it elsewhere.
_float64: Any = jax.enable_x64 if hasattr(jax, "enable_x64") else jax.experimental.enable_x64

# XLA's newer emitters for the CPU compute what is used twice twice, and so on along a chain of scalars: two dozen steps
# of Euler's, unrolled and differentiated twice, did not end in minutes (JAX 0.10). The older ones take milliseconds.
_OLDER_EMITTERS = {"xla_cpu_use_fusion_emitters": False}


def _options() -> dict[str, bool] | None:
    """Return what jit is told; nothing where this is no CPU, or a later XLA knows the option no more."""
    if jax.default_backend() != "cpu":
        return None
    try:
        jax.jit(lambda x: x + 1.0, compiler_options=_OLDER_EMITTERS)(1.0)
    except Exception:  # whatever XLA has for an unknown option
        return None
    return _OLDER_EMITTERS


_OPTIONS: Any = _options()


class JaxExecutable:
    """A program made ready to run with JAX.

    It computes with float64 whatever the user's ``jax_enable_x64`` says, and leaves that as it is: it is on while a
    program is traced and run, in this thread alone. What comes out are NumPy's arrays.

    Parameters
    ----------
    program : Program

    Attributes
    ----------
    traces : int
        How often the program has been traced, and so compiled: once for all inputs.
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self.traces = 0
        self._run = Executable(program, JAX).of_arrays
        self._jitted = jax.jit(self._traced, compiler_options=_OPTIONS)
        self._shapes = dict(program.inputs)
        self._names = [name for name, _ in program.outputs]

    def _traced(self, *inputs: Any) -> tuple[Any, ...]:
        self.traces += 1
        return self._run(*inputs)

    def of_arrays(self, *inputs: Any) -> tuple[Any, ...]:
        """Run on inputs in order, float64 arrays of the right shapes; the outputs in order, as NumPy's arrays."""
        with _float64(True):
            found = self._jitted(*inputs)
        # NumPy alone would sleep until they are there.
        return tuple([np.asarray(x.block_until_ready()) for x in found])

    def __call__(self, **inputs: Any) -> dict[str, Any]:
        """Run on inputs by name; the outputs by name. Those are read-only views where JAX's memory is the host's."""
        given = [np.asarray(inputs[name], dtype=float) for name in self._shapes]
        return dict(zip(self._names, self.of_arrays(*given), strict=True))
