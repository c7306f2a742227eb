"""What no program can say is refused with the primitive or the line; what depends on no value is not."""

import math

import autograd.numpy as np
import numpy as onp
import pytest
from autograd import grad

from hesswidget.derivatives.autograd import gradient
from hesswidget.derivatives.control_flow import pick, scan
from hesswidget.derivatives.recorder import record
from hesswidget.program.errors import NotRecorded
from hesswidget.program.executor import Executable

HERE = "test_refusals.py"


def branch(x):
    if np.sum(x) > 0:
        return x
    return -x


def loop(x):
    while np.sum(x**2) > 1:
        x = x / 2
    return x


def assigning(x):
    y = onp.zeros(3)
    y[0] = x[0]
    return y


def assigning_in_place(x):
    x[0] = 1.0
    return x


def counting(x):
    return sum(np.sin(x[0]) for _ in range(int(x[0])))


def raising(x):
    return x / {}["missing"]


BRANCHES = {
    "if": branch,
    "while": loop,
    "any": lambda x: x if (x > 0).any() else -x,
    "all of autograd.numpy": lambda x: x if np.all(x > 0) else -x,
    "max": lambda x: max(x[0], 0),
    "min of elements": lambda x: min(x),
    "and": lambda x: x[0] if x[0] > 0 and x[1] > 0 else x[1],
    "or": lambda x: x[0] if x[0] > 0 or x[1] > 0 else x[1],
    "not": lambda x: x if not x[0] > 0 else -x,
    "a chain of comparisons": lambda x: x if 0 < x[0] < 2 else -x,
    "bool": lambda x: bool(x[0] > 0) * x,
    "a number as a truth": lambda x: x if x[0] else -x,
    "isnan": lambda x: x if np.isnan(x[0]) else -x,
    "sorted": lambda x: sorted([x[0], x[1]])[0],
    "in": lambda x: x if 1.0 in [x[0], x[1]] else -x,
    "assert": lambda x: (_ for _ in ()).throw(AssertionError) if x[0] > 5 else x,
}
OTHERS = {
    "float": (lambda x: float(x[0]) * x, "autograd.numpy"),
    "int": (lambda x: int(x[0]) * x, "branch depends"),
    "range": (counting, "branch depends"),
    "round": (lambda x: round(x[0]) * x, "round"),
    "an index": (lambda x: x[int(x[0])], "autograd.numpy"),
    "a traced index": (lambda x: x[np.floor(x[0]).astype(int)], "index depends on a value"),
    "traced indices": (lambda x: x[(x * 0).astype(int)], "index depends on a value"),
    "traced indices in a list": (lambda x: x[[(x[0] > 0) * 1, 0]], "index"),
    "a traced index in a tuple": (lambda x: np.outer(x, x)[0, (x[0] > 9) * 1], "index"),
    "a constant at a traced index": (lambda x: onp.arange(3.0)[(x[0] > 9) * 1] * x, "Error"),
    "a mask by value": (lambda x: x[x > 0], "index depends on a value"),
    "argmax": (lambda x: x[np.argmax(x)], "argmax"),
    "argmin": (lambda x: np.argmin(x) * x, "argmin"),
    "argsort": (lambda x: x[np.argsort(x)], "argsort"),
    "nonzero": (lambda x: x[np.nonzero(x)], "nonzero"),
    "flatnonzero": (lambda x: x[np.flatnonzero(x)], "flatnonzero"),
    "where alone": (lambda x: x[np.where(x > 0)], "where"),
    "unique": (lambda x: np.unique(x), "unique"),
    "searchsorted": (lambda x: np.searchsorted(onp.arange(3.0), x) * x, "searchsorted"),
    "math.sin": (lambda x: math.sin(x[0]) * x, "autograd.numpy"),
    "math.floor": (lambda x: math.floor(x[0]) * x, "Error"),
    "an array of plain numpy": (lambda x: onp.array([x[0], x[1]]), "object"),
    "where of plain numpy": (lambda x: onp.where(x > 0, x, -x), "Error|form"),
    "interp of plain numpy": (lambda x: onp.interp(x, [0.0, 1.0], [1.0, 2.0]), "Error|form"),
    "assignment": (assigning, "np.array"),
    "assignment in place": (assigning_in_place, "item assignment"),
    "complex": (lambda x: x * 1j, "complex"),
    "the square root of a complex": (lambda x: np.abs(np.sqrt(x + 0j)), "complex"),
    "fft": (lambda x: np.abs(np.fft.fft(x)), "fft"),
    "svd": (lambda x: np.linalg.svd(np.outer(x, x))[1], "svd"),
    "pinv": (lambda x: np.linalg.pinv(np.outer(x, x)), "pinv"),
    "eig": (lambda x: np.linalg.eig(np.outer(x, x))[0], "eig"),
    "eigvals": (lambda x: np.linalg.eigvals(np.outer(x, x)), "eigvals"),
    "a matrix norm": (lambda x: np.linalg.norm(np.outer(x, x), 2), "matrix norm 2"),
    "a sum with where": (lambda x: np.sum(x, where=onp.array([True, False, True])), "where"),
    "a sum from a start": (lambda x: np.sum(x, initial=1.0), "initial"),
    "a traced keyword": (lambda x: np.sum(x, initial=x[0]), "sum"),
    "how many are no numbers": (lambda x: np.nanmedian(x), "median"),
    "a pad by means": (lambda x: np.pad(x, 1, mode="mean"), "modes"),
    "bins": (lambda x: np.histogram(x)[0], "histogram"),
    "the derivative of picked slices": (
        lambda x: gradient(lambda y: np.sum(pick(y, np.zeros(2))))(x),
        "pick cannot be differentiated",
    ),
    "a scan over a closure": (lambda x: scan(lambda c: (c * x,), [x], length=2)[0], "hand it in"),
    "text": (lambda x: "text", "str"),
    "None": (lambda x: None, "NoneType"),
    "a ragged list": (lambda x: [1.0, [2.0]], "list"),
    "a list of traced values": (lambda x: [x[0], x[1]], "list"),
    "an error of its own": (raising, "KeyError: 'missing'"),
    "a missing argument": (lambda x: branch(), "argument"),
}


@pytest.mark.parametrize("name", BRANCHES)
def test_a_branch_on_a_value_is_refused_with_its_line(name):
    with pytest.raises(NotRecorded, match="a branch depends on a value") as caught:
        record(lambda x: {"y": BRANCHES[name](x)}, x=[0.5, 1.5, 2.5])
    assert HERE in str(caught.value)
    assert "line" in str(caught.value)


@pytest.mark.parametrize("name", OTHERS)
def test_what_has_no_recorded_form_is_refused_with_a_sentence(name):
    function, word = OTHERS[name]
    with pytest.raises(NotRecorded, match=word) as caught:
        record(lambda x: {"y": function(x)}, x=[0.5, 1.5, 2.5])
    assert HERE in str(caught.value) or "the output 'y'" in str(caught.value)


@pytest.mark.parametrize("name", BRANCHES)
def test_a_branch_within_a_derivative_is_refused_too(name):
    with pytest.raises(NotRecorded, match="a branch depends on a value"):
        record(lambda x: {"y": gradient(lambda z: np.sum(BRANCHES[name](z)))(x)}, x=[0.5, 1.5, 2.5])


def test_the_line_of_a_branch_is_named():
    with pytest.raises(NotRecorded) as caught:
        record(lambda x: {"y": branch(x)}, x=[1.0])
    assert f"at line {branch.__code__.co_firstlineno + 1} of {HERE}: if np.sum(x) > 0:" in str(caught.value)


def test_what_is_too_large_is_refused(monkeypatch):
    with pytest.raises(NotRecorded, match="elements"):
        record(lambda x: {"y": np.outer(x, x)}, x=onp.ones(5000))
    with pytest.raises(NotRecorded, match="axes"):
        record(lambda x: {"y": x[(None,) * 9]}, x=1.0)
    monkeypatch.setattr("hesswidget.program.program.MAX_OPERATIONS", 100)
    with pytest.raises(NotRecorded, match="operations"):
        record(lambda x: {"y": sum(np.sin(k * x) for k in range(1, 60))}, x=1.0)


# --- what is not refused ---


def on_shapes(x):
    if x.ndim == 1 and len(x) > 2 and np.size(x) < 10 and x.shape[0] and np.shape(x) == (3,):
        return x**2
    return x


DATA = onp.array([1.0, -1.0, 2.0])


def on_constants(x, data=DATA):
    if np.any(data > 0) and np.sum(data) > 1 and data[0] and max(data[1], 0) == 0 and float(data[2]) == 2:
        return x * data[np.argmax(data)] + data[data > 0].sum()
    return x


def with_an_option(x, kind="square"):
    return x**2 if kind == "square" else x


def over_range(x):
    total = 0.0
    for k in range(len(x)):
        if k % 2:
            continue
        total = total + x[k] ** k
    return total


def in_zeros(x):
    weights = np.zeros_like(x)
    weights[1] = 3.0
    return np.sum(weights * x) + np.ones_like(x)[0]


def if_not_none(x, scale=None):
    return x if scale is None else x * scale


@pytest.mark.parametrize(
    "function",
    [
        on_shapes,
        on_constants,
        with_an_option,
        over_range,
        in_zeros,
        if_not_none,
        lambda x: x if np.isscalar(3.0) and not np.iscomplexobj(x) and np.all(np.isreal(x)) else -x,
        lambda x: x if isinstance(x, object) and x is not None else -x,
        lambda x: x if x.dtype == float else -x,
        lambda x: grad(lambda y: np.sum(y**3))(x),
        lambda x: np.sum([x[k] for k in [0, 2]]),
        lambda x: {"a": x}["a"] * (1 if onp.any(onp.ones(2)) else 2),
        lambda x: x * math.sin(2.0) + onp.sin(1.0) * len([*x]),
    ],
)
def test_what_depends_on_no_value_is_recorded(function):
    point = onp.array([0.5, 1.5, -2.5])
    program = record(lambda x: {"y": function(x)}, x=[1.0, 2.0, 3.0])
    onp.testing.assert_allclose(Executable(program)(x=point)["y"], function(point), rtol=1e-14)


def test_arguments_of_the_wrong_kind_are_refused():
    for results in (lambda x: x, lambda x: [x], lambda x: None):
        with pytest.raises(NotRecorded):
            record(results, x=1.0)
    with pytest.raises(NotRecorded):
        record(lambda x: {"y": x}, x="text")
