"""Programs are written down and read back without a difference; what is no program is refused with a sentence."""

import json

import numpy as onp
import pytest

from hesswidget.program import serialisation
from hesswidget.program.executor import Executable
from program.corpus import CASES
from program.recording import flat, named, recorded


def through_text(program):
    header, floats, ints = serialisation.write(program)
    return serialisation.read(json.loads(json.dumps(header, allow_nan=False)), floats, ints)


def assert_identical(program, inputs):
    one, other = Executable(program)(**inputs), Executable(through_text(program))(**inputs)
    assert list(one) == list(other)
    for name, value in one.items():
        assert onp.shape(value) == onp.shape(other[name])
        assert onp.asarray(value).tobytes() == onp.asarray(other[name]).tobytes(), name


@pytest.mark.parametrize("name", CASES)
def test_a_program_read_back_gives_the_same_bits(name):
    case = CASES[name]
    inputs = case.draw(1)
    program = recorded(case)
    assert_identical(program, named(case, inputs))
    assert str(through_text(program)) == str(program)
    if case.derivatives:
        point = flat(inputs)
        assert_identical(recorded(case, case.derivatives), {"point": point, "direction": onp.sin(point)})
