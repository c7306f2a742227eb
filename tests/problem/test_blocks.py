"""Blocks: whatever structure variables have, they are one vector, and come back from it as they were."""

from __future__ import annotations

import itertools
import math
from collections import namedtuple

import autograd
import autograd.numpy as np
import ipywidgets
import numpy as onp
import pytest

import hesswidget as hw
from hesswidget.problem.blocks import Block, Blocks, mapped, parts
from hesswidget.problem.problem import Problem
from hostile_text import HOSTILE

Layer = namedtuple("Layer", ["W", "b"])


def pytree(rng, depth=3):
    """A random pytree: a number, an array of up to three axes, or a container of such."""
    kind = rng.integers(6) if depth else rng.integers(2)
    if kind == 0:
        return float(rng.normal())
    if kind == 1:
        return rng.normal(size=tuple(rng.integers(1, 4, size=rng.integers(1, 4))))
    if kind == 5:
        return Layer(pytree(rng, depth - 1), pytree(rng, depth - 1))
    held = [pytree(rng, depth - 1) for _ in range(rng.integers(1, 4))]
    if kind == 2:
        return {f"k{i}" if rng.integers(2) else i: each for i, each in enumerate(held)}
    # Beside an array, or it would be an array itself.
    return [*held, onp.ones(1)] if kind == 3 else (*held, onp.ones(1))


def leaves(tree):
    found = []
    mapped(tree, found.append)
    return found


def same(one, other):
    assert type(one) is type(other) or onp.isscalar(one)
    if isinstance(one, dict | list | tuple):
        assert [key for key, _ in parts(one)] == [key for key, _ in parts(other)]
        return all(same(a, b) for (_, a), (_, b) in zip(parts(one), parts(other), strict=True))
    return onp.shape(one) == onp.shape(other) and onp.array_equal(one, other)


@pytest.mark.parametrize("seed", range(40))
def test_a_random_pytree_comes_back_as_it_was(seed):
    rng = onp.random.default_rng(seed)
    variables = {"one": pytree(rng), "two": pytree(rng)}
    problem = Problem.at(lambda one, two: 0.0, None, None, variables)
    blocks = problem.blocks
    flat = onp.concatenate([onp.ravel(leaf) for tree in variables.values() for leaf in leaves(tree)])
    onp.testing.assert_array_equal(problem.start, flat)
    assert same(blocks.unflatten(problem.start), variables)
    onp.testing.assert_array_equal(blocks.flatten(blocks.unflatten(problem.start)), flat)
    assert len(set(blocks.labels)) == len(blocks.labels) == blocks.size == len(flat)
    assert [b.first for b in blocks.all] == [0, *onp.cumsum([b.size for b in blocks.all])[:-1]]


def coupled(*trees):
    """A function in which every entry of all blocks meets every other."""
    values = leaves(list(trees))
    sums = [np.sum(np.sin(1.0 + k + value) * (1.0 + value**2)) for k, value in enumerate(values)]
    total = sum(sums)
    return total**2 + sum(a * b for a, b in itertools.pairwise(sums))


@pytest.mark.parametrize("seed", range(12))
def test_the_hessian_of_random_blocks_is_autograds_on_the_flat_vector(seed):
    rng = onp.random.default_rng(100 + seed)
    variables = {"one": pytree(rng, 2), "two": pytree(rng, 2)}
    f = lambda one, two: coupled(one, two)
    found = hw.curvature(f, **variables)
    shapes = [onp.shape(leaf) for leaf in leaves(list(variables.values()))]

    def flat(x):
        pieces, at = [], 0
        for shape in shapes:
            pieces.append(np.reshape(x[at : at + math.prod(shape)], shape))
            at += math.prod(shape)
        return coupled(pieces)

    expected = autograd.hessian(flat)(found.point)
    scale = onp.max(onp.abs(expected))
    onp.testing.assert_allclose(found.hessian, expected, atol=1e-12 * scale, rtol=1e-12)
    compiled = hw.compile(f, **variables)
    onp.testing.assert_allclose(compiled.hessian(variables), expected, atol=1e-11 * scale, rtol=1e-11)
    one, other = found.blocks.all[0], found.blocks.all[-1]
    part = found.hessian_of(one.name, other.name)
    assert part.shape == one.shape + other.shape
    onp.testing.assert_array_equal(part.ravel(), expected_part(found.hessian, one, other))
    norm = found.block_norms[0, -1]
    assert norm == pytest.approx(onp.linalg.norm(part.ravel()), rel=1e-12, abs=1e-300)


def expected_part(H, one, other):
    return onp.array([H[i, j] for i in range(one.first, one.first + one.size)
                      for j in range(other.first, other.first + other.size)])  # fmt: skip


def network(params, scale=1.0):
    hidden = np.tanh(np.array([[0.5, -1.0], [1.5, 0.3], [-0.7, 0.9]]) @ params["W"] + params["b"])
    return np.sum((scale * hidden @ params["out"] - 1.0) ** 2)


PARAMS = {"W": onp.array([[0.1, 0.2, 0.3], [-0.3, 0.4, 0.1]]), "b": 0.05, "out": onp.array([0.5, -0.2, 0.8])}

CALLS = {
    "a dict": (network, {"params": PARAMS, "scale": (0.5, 2.0)}, "W[0, 0]", 10),
    "two vectors": (lambda u, v: np.sum(u**2) * np.sum(v) + u @ v, {"u": onp.ones(2), "v": onp.ones(2)}, "u[0]", 4),
    "a vector and a range": (lambda w, b: np.sum(w**2) * b + b**2, {"w": onp.ones(3), "b": (-1, 1)}, "w[0]", 4),
    "ranges": (lambda x: np.sum(x**4) + x[0] * x[1], {"x": [(-1, 1), (-2, 2)]}, "x[0]", 2),
    "a matrix of ranges": (lambda x: np.sum(x @ x), {"x": [[(-1, 1), 0.5], [(-1, 1, 0.25), 1.0]]}, "x[0, 0]", 4),
    "a list of layers": (
        lambda layers: sum(np.sum(np.cos(W)) * b for W, b in layers),
        {"layers": [(onp.ones((2, 2)), 0.5), (onp.ones((1, 3)), 2.0)]}, "layers[0][0][0, 0]", 9,
    ),
    "named tuples in a dict": (
        lambda net: np.sum(net["one"].W) ** 2 * net["one"].b,
        {"net": {"one": Layer(hw.vector(onp.ones((2, 1)), -2, 2), (-1.0, 1.0))}}, "one.W[0]", 3,
    ),
    "a matrix": (lambda W: np.sum(np.sin(W @ W)), {"W": onp.eye(2)}, "W[0, 0]", 4),
}  # fmt: skip


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("engine", ["browser", "kernel"])
def test_an_explorer_takes_them_in_both_engines(name, engine):
    f, given, first, n = CALLS[name]
    w = hw.explore(f, engine=engine, **given)
    assert (w.engine, w.problem.labels[0], len(w.point)) == (engine, first, n)
    assert f(**w.variables, **w.parameters) == pytest.approx(w.curvature.value, rel=1e-14)
    before = w.point
    w.variables = mapped(w.variables, lambda x: x + 0.01)
    onp.testing.assert_allclose(w.point, before + 0.01)
    assert f(**w.variables, **w.parameters) == pytest.approx(w.curvature.value, rel=1e-14)
    w.set(**mapped(w.variables, lambda x: x - 0.01))
    onp.testing.assert_allclose(w.point, before, atol=1e-15)
    assert w._snapshot().output()  # saved, with its picture
    w.close()


def test_the_other_functions_take_them_too():
    f = lambda u, b: np.sum((u - 1.0) ** 2) + (b - 0.5) ** 2 * (1 + u[0] ** 2)
    (point,) = hw.critical_points(f, u=[(-2, 2), (-2, 2)], b=(-1, 1))
    onp.testing.assert_allclose(point.point, [1.0, 1.0, 0.5], atol=1e-9)
    path = hw.minimize(f, u=onp.zeros(2), b=0.0)
    assert path.converged
    onp.testing.assert_allclose(path.points[-1], [1.0, 1.0, 0.5], atol=1e-9)
    w = hw.descend(f, methods=["newton"], u=hw.vector(onp.zeros(2), -2, 2), b=(-1, 1))
    assert w.engine == "browser"
    assert w.paths[0].converged
    w = hw.bifurcation(lambda p, r=0.5: p["x"] ** 4 - r * p["x"] ** 2 + np.sum(p["y"] ** 2),
                       p={"x": (-2, 2), "y": hw.vector([0.1], -1, 1)}, r=(-1, 1))  # fmt: skip
    assert [event.kind for event in w.diagram.events] == ["pitchfork"]
    compiled = hw.compile(network, PARAMS)
    flat = compiled.problem.start
    onp.testing.assert_array_equal(compiled.hessian(PARAMS), compiled.hessian(flat))
    onp.testing.assert_allclose(
        compiled.hvp(PARAMS, flat), compiled.hessian(flat) @ flat, rtol=1e-10, atol=1e-12
    )


def test_an_entry_has_a_trait_only_where_the_variable_is_one_number():
    w = hw.explore(lambda w, b: np.sum(w**2) * b, w=onp.ones(3), b=(-1, 1))
    seen = []
    w.observe(seen.append, names=["point"])
    w.b = 0.5
    assert w.point.tolist() == [1.0, 1.0, 1.0, 0.5]
    assert len(w.get_state("_point")["_point"]) == 24
    w.set_state({"_point": onp.array([0.5, 0.25, 0.125]).tobytes(), "b": -1.0})
    assert w.point.tolist() == [0.5, 0.25, 0.125, -1.0]
    assert len(seen) == 2
    slider = ipywidgets.FloatSlider(0.25, min=-1.0, max=1.0)
    linked = hw.explore(lambda w, b: np.sum(w**2) * b, w=onp.ones(3), b=slider)
    slider.value = 0.75
    assert linked.variables["b"] == 0.75


NAMES = {
    "one dict": ({"params": {"W": onp.ones(2), "b": 1.0}}, ["W", "b"]),
    "two dicts": ({"p": {"a": 1.0}, "q": {"b": 1.0}}, ["a", "b"]),
    "two dicts with the same keys": ({"p": {"a": 1.0}, "q": {"a": 1.0}}, ["p.a", "q.a"]),
    "a key that is a variable": ({"p": {"q": 1.0}, "q": 1.0}, ["p.q", "q"]),
    "a key that is a parameter": ({"p": {"l2": 1.0}}, ["p.l2"]),
    "nested": ({"p": {"enc": {"W": 1.0}, "dec": [1.0, {"W": onp.ones(1)}]}}, ["enc.W", "dec[0]", "dec[1].W"]),
    "no text": ({"p": {1: 1.0, (2, 3): 1.0}}, ["p[1]", "p[(2, 3)]"]),
    "keys like entries": ({"p": {"W": onp.ones(1), "W[0]": 1.0}}, ["W", "W[0]"]),
    "an empty key": ({"p": {"": 1.0}}, ["''"]),
}


@pytest.mark.parametrize("name", NAMES)
def test_blocks_are_named_by_what_leads_to_them(name):
    given, expected = NAMES[name]
    names = [
        block.name
        for block in Problem.at(lambda p=None, q=0.0, l2=0.1, **_: 0.0, None, tuple(given), given).blocks.all
    ]
    assert names == expected


@pytest.mark.parametrize("key", [*HOSTILE, "line\nbreak", "\u202eright to left", "\ud800"], ids=repr)
def test_hostile_keys_are_text_in_one_line_and_bounded(key):
    given = {key: onp.ones(2), f"{key} ": 1.0, "x" * 100_000: 1.0, "x" * 100_001: 2.0}
    given["many axes"] = onp.ones((2, *[1] * 15))
    w = hw.explore(lambda p: np.sum(p[key] ** 2) + p["x" * 100_000], p=given)
    labels = w.problem.labels
    assert len(set(labels)) == len(labels) == 7
    assert all(label.isprintable() and len(label) < 200 for label in labels)
    assert w.variables["p"].keys() == given.keys()
    written = str(w._problem)
    assert len(written) < 60_000


HOSTILE_STARTS = {
    "a ragged list": ([[1.0, 2.0], [3.0]], "w is a ragged list"),
    "integers": (onp.array([1, 2]), "w is an array of integers"),
    "integers in a dict": ({"W": onp.array([1, 2])}, "w.W is an array of integers"),
    "an empty block": ({"W": onp.ones(2), "b": onp.zeros((0, 3))}, "w.b is empty"),
    "an empty dict": ({"W": {}}, "w.W is an empty dict"),
    "an empty list": ({"W": [{"b": ()}]}, r"w.W\[0\].b is empty"),
    "complex": ({"W": onp.array([1j])}, "w.W was given array.*real numbers"),
    "objects": ({"W": onp.array([None, 1.0])}, "w.W was given array.*real numbers"),
    "none": ({"W": None}, "w.W"),
    "a text": ({"W": "one"}, "w.W"),
    "truths": ({"W": onp.array([True])}, "w.W was given.*real numbers"),
    "a set": ({"W": {1.0, 2.0}}, "w.W"),
    "not a number": ({"W": onp.array([[1.0, 2.0], [3.0, onp.nan]])}, r"w.W has nan at place \(1, 1\)"),
    "infinite": ({"b": onp.inf}, "w.b"),
    "many axes": ({"W": onp.ones([1] * 60)}, "w.W has 60 axes"),
    "too deep": ([[[[[[[[[[[[[[[[[[[[{"a": 1.0}]]]]]]]]]]]]]]]]]]]], "containers deep"),
}  # fmt: skip


def itself():
    given = [onp.ones(2)]
    given.append(given)
    return given


HOSTILE_STARTS["itself"] = (itself(), "containers deep")


@pytest.mark.parametrize("name", HOSTILE_STARTS)
@pytest.mark.parametrize("call", [hw.curvature, hw.explore, hw.compile, hw.minimize, hw.critical_points])
def test_what_is_no_block_is_refused_with_a_sentence(name, call):
    given, sentence = HOSTILE_STARTS[name]
    ragged_rows = name == "truths" and call in (hw.explore, hw.critical_points)
    with pytest.raises(hw.ProblemError, match="w.W" if ragged_rows else sentence):
        call(lambda w: 0.0, w=given)


def test_too_many_entries_are_refused_with_what_to_do():
    given = {"W": onp.ones((100, 100)), "b": onp.ones(100)}
    with pytest.raises(hw.ProblemError, match=r"n = 10,100 needs .* MB.*hw.compile"):
        hw.explore(lambda p: np.sum(p["W"] @ p["b"]), p=given)
    with pytest.raises(hw.ProblemError, match=r"p.b has 1,000,000 entries, .*at most 20,000 .*hw.compile"):
        hw.explore(lambda p: np.sum(p["b"]), p={"b": onp.ones(10**6)})
    with pytest.raises(hw.ProblemError, match=r"n = 10,100 needs .* GB"):
        hw.curvature(lambda p: np.sum(p["W"] @ p["b"]), given)


OTHER_STRUCTURES = {
    "not a dict": (3.0, "it takes a dict with params"),
    "an unknown variable": ({"parms": PARAMS}, "did you mean 'params'"),
    "another key": ({"params": {**PARAMS, "c": 1.0}}, "it takes a dict with the keys W, b, out"),
    "a missing key": ({"params": {"W": PARAMS["W"]}}, "it takes a dict with the keys W, b, out"),
    "another shape": (
        {"params": {**PARAMS, "W": onp.ones((3, 2))}},
        r"params.W was given .*\(3, 2\).*\(2, 3\)",
    ),
    "an array for a number": ({"params": {**PARAMS, "b": onp.ones(1)}}, "one number"),
    "a number for an array": ({"params": {**PARAMS, "out": 1.0}}, r"array of shape \(3,\)"),
    "integers": ({"params": {**PARAMS, "W": onp.ones((2, 3), dtype=int)}}, "integers"),
    "not a number": ({"params": {**PARAMS, "b": onp.nan}}, "finite"),
}


@pytest.mark.parametrize("name", OTHER_STRUCTURES)
def test_variables_of_another_structure_are_refused_and_change_nothing(name):
    given, sentence = OTHER_STRUCTURES[name]
    w = hw.explore(network, params=PARAMS)
    before, seen = w.point.copy(), []
    w.observe(seen.append)
    with pytest.raises(hw.ProblemError, match=sentence):
        w.variables = given
    onp.testing.assert_array_equal(w.point, before)
    assert seen == []


def test_ranges_and_starts_are_joined_by_structure():
    f = lambda p: p["a"] + np.sum(p["b"])
    at = {"a": 0.5, "b": onp.array([0.1, 0.2])}
    one = Problem.over_ranges(f, at, None, {"p": (-1.0, 3.0)})
    assert [(r.minimum, r.value, r.maximum) for r in one.ranges] == [(-1, 0.5, 3), (-1, 0.1, 3), (-1, 0.2, 3)]
    each = Problem.over_ranges(f, at, None, {"p": {"a": (0, 1), "b": [(0, 2), (0, 3, 0.5)]}})
    assert [(r.minimum, r.value, r.maximum) for r in each.ranges] == [(0, 0.5, 1), (0, 0.1, 2), (0, 0.2, 3)]
    assert each.ranges[2].step == 0.5
    with pytest.raises(hw.ProblemError, match="one structure"):
        Problem.over_ranges(f, at, None, {"p": {"a": (0, 1)}})
    with pytest.raises(hw.ProblemError, match=r"a = 0\.5 lies outside its range"):
        Problem.over_ranges(f, at, None, {"p": {"a": (1, 2), "b": None}})
    usual = Problem.over_ranges(lambda w=PARAMS["out"]: np.sum(w), None, "w", {"w": (-2, 2)})
    assert usual.labels == ("w[0]", "w[1]", "w[2]")


def test_numbers_a_tuple_of_them_and_lists_are_told_apart():
    f = lambda x, kind="one": np.sum(x)
    over = lambda x: Problem.over_ranges(f, None, None, {"x": x, "kind": ["one", "two"]})
    assert over((-1, 1)).blocks.all == (Block("x", (), 0),)
    assert over([-1, 1]).blocks.all == (Block("x", (2,), 0),)
    assert over([(-1, 1), (0, 2)]).blocks.all == (Block("x", (2,), 0),)
    assert over((1, 2, 3, 4)).blocks.all == (Block("x", (4,), 0),)
    assert over([[-1, 1], [0, 2]]).blocks.all == (Block("x", (2, 2), 0),)
    assert over([onp.ones(1), (-1, 1)]).blocks.all == (Block("x[0]", (1,), 0), Block("x[1]", (), 1))
    assert over((-1, 1)).controls["kind"].options == ("one", "two")


def test_norms_of_blocks_know_what_is_not_finite_and_what_is_large():
    blocks = Blocks.of({"u": onp.zeros(2), "v": onp.array(0.0)})
    H = onp.array([[3e200, 0.0, onp.nan], [4e200, 0.0, 1.0], [0.0, onp.inf, 0.0]])
    onp.testing.assert_array_equal(onp.isfinite(blocks.norms(H)), [[True, False], [False, True]])
    assert blocks.norms(H)[0, 0] == pytest.approx(5e200)
    assert blocks.norms(onp.zeros((3, 3))).tolist() == [[0.0, 0.0], [0.0, 0.0]]


def test_a_block_that_is_not_there_is_named():
    c = hw.curvature(network, PARAMS)
    with pytest.raises(hw.ProblemError, match=r"no block 'w'; did you mean 'W'"):
        c.hessian_of("w", "b")
