"""Recording disturbs neither other threads nor plain autograd, and its programs read like mathematics."""

import threading

import autograd.numpy as np
import numpy as onp
import pytest
from autograd import grad, hessian, tracer
from autograd.core import VJPNode

from hesswidget.derivatives.autograd import gradient
from hesswidget.derivatives.control_flow import over_rows, scan
from hesswidget.derivatives.recorder import record
from hesswidget.program import batching
from hesswidget.program.errors import NotRecorded
from hesswidget.program.executor import Executable


def loss(x):
    return np.sum(np.tanh(x) ** 2) * x[0] + np.linalg.norm(np.outer(x, x))


def branching(x):
    return x**3 if x > 0 else -x


def test_two_threads_record_at_once():
    """Each waits for the other in the middle of its function, so that the two recordings are open at one time."""
    barrier = threading.Barrier(2, timeout=20)
    found = {}

    def work(name, factor):
        def function(x):
            y = factor * x
            barrier.wait()
            slope = gradient(lambda z: np.sum(z**3) * factor)(y)
            barrier.wait()
            return {"y": slope + y}

        found[name] = [record(function, x=onp.ones(3)) for _ in range(20)]

    threads = [threading.Thread(target=work, args=(k, float(k))) for k in (2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    x = onp.array([0.5, -1.0, 2.0])
    for k in (2, 3):
        for program in found[k]:
            expected = 3 * k * (k * x) ** 2 + k * x
            onp.testing.assert_allclose(Executable(program)(x=x)["y"], expected, rtol=1e-14)


def test_another_thread_differentiates_while_one_records():
    recording, differentiated, found = threading.Event(), threading.Event(), []

    def differentiate():
        recording.wait(20)
        found.append((grad(branching)(2.0), hessian(loss)(onp.ones(3))))
        differentiated.set()

    thread = threading.Thread(target=differentiate)
    thread.start()

    def function(x):
        y = np.sin(x)
        recording.set()
        assert differentiated.wait(20)
        return {"y": y * 2}

    program = record(function, x=1.0)
    thread.join(20)
    assert Executable(program)(x=0.5)["y"] == pytest.approx(2 * onp.sin(0.5), rel=1e-15)
    assert found[0][0] == 12.0
    onp.testing.assert_array_equal(found[0][1], hessian(loss)(onp.ones(3)))


def test_recording_leaves_the_trace_stack_as_it_was():
    before = tracer.trace_stack.top
    record(lambda x: {"y": gradient(loss)(x)}, x=onp.ones(3))
    assert tracer.trace_stack.top == before
    for function in (lambda x: {"y": {}[x]}, lambda x: {"y": branching(x)}, lambda x: None):
        with pytest.raises(NotRecorded):
            record(function, x=1.0)
        assert tracer.trace_stack.top == before


def test_recording_leaves_numpys_error_state_as_it_was():
    before = onp.geterr()
    record(lambda x: {"y": np.log(x)}, x=-1.0)
    assert onp.geterr() == before


def test_plain_autograd_branches_on_values_as_ever():
    assert grad(branching)(2.0) == 12.0
    assert grad(branching)(-2.0) == -1.0
    assert grad(grad(branching))(2.0) == 12.0
    assert grad(lambda x: max(x, 1.0) * (x > 0 and x < 9))(3.0) == 1.0
    box = tracer.new_box(0.0, 0, VJPNode.new_root())
    assert not box
    assert tracer.new_box(1.0, 0, VJPNode.new_root())
    with pytest.raises(ValueError, match="ambiguous"):
        bool(tracer.new_box(onp.ones(2), 0, VJPNode.new_root()))


def test_plain_autograd_still_refuses_what_it_cannot_differentiate():
    """Masks are plain arrays to autograd, though its boxes have operators of truths for recordings now."""
    assert grad(lambda x: np.sum(x * ((x > 0) & ~(x > 5))))(onp.ones(2)).tolist() == [1.0, 1.0]
    assert grad(lambda x: x * (np.floor(x) // 2))(5.0) == 2.0
    with pytest.raises(TypeError):
        grad(lambda x: x & 1)(2.0)
    assert grad(lambda x: +x)(2.0) == 1.0


def test_a_recording_within_a_recording_is_apart():
    def function(x):
        inner = record(lambda y: {"z": y**2}, y=3.0)
        return {"y": x * float(Executable(inner)(y=2.0)["z"])}

    assert Executable(record(function, x=1.0))(x=2.0)["y"] == 8.0


def test_a_value_of_one_recording_is_none_of_another():
    kept = []
    record(lambda x: kept.append(x) or {"y": x}, x=1.0)
    with pytest.raises(NotRecorded, match="one recording was used in another"):
        record(lambda x: {"y": kept[0]}, x=1.0)
    with pytest.raises(NotRecorded, match="recording"):
        record(lambda x: {"y": kept[0] * x}, x=1.0)


def test_the_function_runs_once():
    runs = []
    record(lambda x: runs.append(1) or {"y": x * 2}, x=1.0)
    assert len(runs) == 1


def test_what_the_outputs_do_not_need_is_left_out():
    def function(x, y):
        np.sin(x)
        return {"z": np.cos(x) + 0 + np.sum(onp.ones(3))}

    program = record(function, x=1.0, y=2.0)
    assert [step.operation for step in program.steps] == ["cos", "add"]
    assert [name for name, _ in program.inputs] == ["x", "y"]


# --- printing ---


def printed(function, **examples):
    return str(record(function, **examples)).splitlines()


def test_mathematics_is_printed():
    assert printed(lambda x, y: {"f": (1 - x) ** 2 + 100 * (y - x**2) ** 2}, x=1.0, y=1.0) == [
        "inputs: x, y",
        "  a = 1 − x",
        "  b = a · a",
        "  c = x · x",
        "  d = y − c",
        "  e = d · d",
        "  f = 100 · e",
        "  g = b + f",
        "outputs: f = g",
    ]


def test_shapes_axes_and_contractions_are_printed():
    lines = printed(
        lambda x, m: {"y": np.sum(m @ x), "z": np.max(m, axis=1), "w": m[::-1, 0], "v": np.diag(x)},
        x=onp.ones(3),
        m=onp.ones((2, 3)),
    )
    assert lines == [
        "inputs: x[3], m[2, 3]",
        "  a = Σ_j m_ij x_j  for i",
        "  b = sum(a)",
        "  c = max(m over 1)",
        "  d = m[3, 0]",
        "  e = zeros([3, 3]) with x at [0, 4, 8]",
        "outputs: y = b, z = c, w = d, v = e",
    ]


def test_constants_are_printed_short():
    data = onp.arange(6.0).reshape(2, 3)
    lines = printed(
        lambda x: {"y": data * x, "z": onp.array([1.0, -0.5]) * x, "w": np.where(x > -2.0, x, 1e-9)}, x=1.0
    )
    assert lines == [
        "inputs: x",
        "  a = constant[2, 3] · x",
        "  b = [1, −0.5] · x",
        "  c = −2 < x",
        "  d = where(c, x, 1e−09)",
        "outputs: y = a, z = b, w = d",
    ]


def test_bodies_are_printed_below(monkeypatch):
    monkeypatch.setattr(batching, "ELEMENTS", 1)
    lines = printed(
        lambda x: {"y": over_rows(lambda r: np.sin(r), x), "z": scan(lambda c: (2 * c,), [x], length=3)[0]},
        x=onp.ones(2),
    )
    assert lines == [
        "inputs: x[2]",
        "  a = map(x, body=program below, mapped=[True], rows=2, chunk=1)",
        "    inputs: i0[1]",
        "      a = sin(i0)",
        "    outputs: o0 = a",
        "  b = scan(x, body=program below, length=3, carries=1, sequences=0)",
        "    inputs: i0[2]",
        "      a = 2 · i0",
        "    outputs: o0 = a",
        "outputs: y = a, z = b",
    ]


def test_names_that_are_taken_are_not_given_again():
    lines = printed(lambda a, b: {"y": np.sin(a) + b}, a=1.0, b=2.0)
    assert lines == ["inputs: a, b", "  c = sin(a)", "  d = c + b", "outputs: y = d"]


# --- derivatives leave little behind ---


def test_the_gradient_of_rosenbrock_is_as_short_as_by_hand():
    def function(x):
        return (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2

    program = record(lambda x: {"g": gradient(function)(x)}, x=onp.ones(2))
    assert program.count <= 20
    assert "power" not in {step.operation for step in program.steps}
