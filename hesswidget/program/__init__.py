"""Recorded computations: what autograd does, written down as data, simplified, batched, saved and replayed.

The way of a function: `recorder.record` follows it through autograd's primitives (`lowering`), which become values of a
`simplification.SimplifyingGraph`; a `program.Program` is the part of a graph that its outputs need, in order;
`executor.Executable` replays it with NumPy, `jax_executor.JaxExecutable` with JAX, and `serialisation` writes it down
for the front end, which replays it with typed arrays. ``FORMAT.md`` says what a program means.

>>> import autograd.numpy as np
>>> from hesswidget.derivatives.recorder import record
>>> print(record(lambda x, y: {"f": np.sin(x) * y + 0}, x=1.0, y=2.0))
inputs: x, y
  a = sin(x)
  b = a · y
outputs: f = b
"""
