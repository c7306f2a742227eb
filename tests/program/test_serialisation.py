"""Programs are written down without loss. That the page reads each of the corpus back is in `test_replay.py`."""

import json

import autograd.numpy as np
import numpy as onp

from hesswidget.derivatives.recorder import record
from hesswidget.program import serialisation
from hesswidget.program.executor import Executable
from program.reading import read


def through_text(program):
    header, floats, ints = serialisation.write(program)
    return read(json.loads(json.dumps(header, allow_nan=False)), floats, ints)


def assert_identical(program, inputs):
    one, other = Executable(program)(**inputs), Executable(through_text(program))(**inputs)
    assert list(one) == list(other)
    for name, value in one.items():
        assert onp.shape(value) == onp.shape(other[name])
        assert onp.asarray(value).tobytes() == onp.asarray(other[name]).tobytes(), name


def test_a_list_of_many_scalars_is_read_back():
    program = record(lambda x: {"y": np.array([x * k for k in range(2, 1500)])}, x=1.0)
    assert_identical(program, {"x": 2.5})


def test_a_constant_of_another_memory_layout_is_kept_row_by_row():
    """BLAS rounds a matrix and its transpose in another order, so that a layout that is lost would show."""
    matrix = onp.asfortranarray(onp.random.default_rng(0).normal(size=(37, 41)))
    assert_identical(record(lambda x: {"y": matrix @ x}, x=onp.ones(41)), {"x": onp.sin(onp.arange(41.0))})


def test_equal_constants_and_places_are_written_once():
    data = onp.arange(50.0)
    x = onp.ones(50)
    header, floats, ints = serialisation.write(
        record(lambda x: {"y": np.sin(data * x)[::7], "z": np.cos(data + x)[::7]}, x=x)
    )
    assert (len(header["constants"]), len(floats), len(ints)) == (1, 400, 32)
