"""The wire: frames that say what autograd says, and requests that are refused without a trace."""

import functools

import autograd.numpy as np
import numpy as onp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hesswidget as hw
from hesswidget.second_derivative_test import reason as sentences
from unrecorded import zero


def f(x, y, a=1.0, mode=("plain",)):
    if a == 3.0:
        raise RuntimeError("no " + "x" * 10_000)
    return a * x**2 * y + zero(y)


def explorer():
    w = hw.explore(f, x=(-2.0, 2.0), y=(-1.0, 3.0), a=(0.0, 3.0), mode=["plain", "bold"])
    w.sent = []
    w.send = lambda content, buffers=None: w.sent.append((content, buffers))
    return w


@functools.cache
def unmoved():
    """One explorer for many messages, each of which is refused."""
    return explorer()


def request(**changes):
    wish = {"kind": "frame", "id": "v:1", "parameters": {"a": 1.0, "mode": 0}}
    return {**wish, "moving": False, "holds": 0, **changes}


ORIGIN, BASIS, ENDS = (0.0, 0.0), ((1.0, 0.0), (0.0, 1.0)), ((-2.0, 2.0), (-1.0, 3.0))


def numbers(*given):
    return [memoryview(onp.array(x, "<f8").tobytes()) for x in given]


def ask(w, content, point=(1.0, 2.0), buffers=None):
    w._answer(w, content, numbers(point, ORIGIN, BASIS, ENDS) if buffers is None else buffers)
    w._questions.jobs.wait()
    return w.sent[-1]


def arrays(header, buffers):
    return {
        name: onp.frombuffer(buffer, "<f8").reshape(shape)
        for (name, shape), buffer in zip(header["arrays"], buffers, strict=True)
    }


def test_a_frame_carries_what_autograd_computes():
    w = explorer()
    header, buffers = ask(w, request())
    found = arrays(header, buffers)
    w.point = (1.0, 2.0)
    w.set(a=1.0, mode="plain")
    c = w.curvature
    onp.testing.assert_array_equal(found["hessian"], c.hessian)
    onp.testing.assert_array_equal(found["eigenvalues"], c.eigenvalues)
    assert header["id"] == "v:1"
    words = w.get_state("_problem")["_problem"]["wording"]
    assert words["labels"][int(found["label"])] == c.label
    facts = {name: array for name, array in found.items() if array.shape == ()}
    assert str(sentences.reason(facts, found["said"], ("x", "y"))) == c.reason
    assert found["value"] == c.value
    i, j = 3, 5
    assert found["values"][j, i] == pytest.approx(found["grid0"][i] ** 2 * found["grid1"][j])


def test_an_evaluation_does_not_move_the_state():
    w = explorer()
    ask(w, request())
    onp.testing.assert_array_equal(w.point, [0.0, 1.0])


def test_a_figure_has_its_names_after_a_front_end_asked_for_the_same_landscape():
    w = explorer()
    assert ask(w, request(), point=(0.0, 1.0))[0]["kind"] == "frame"
    axes = w.figure().axes[0]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("x", "y")


def test_a_landscape_the_front_end_has_is_not_sent_again():
    w = explorer()
    first, _ = ask(w, request())
    again, buffers = ask(w, request(holds=first["landscape"]), point=(0.5, 0.5))
    assert again["landscape"] == first["landscape"]
    assert "values" not in arrays(again, buffers)
    other, buffers = ask(w, request(holds=first["landscape"], parameters={"a": 2.0, "mode": 0}))
    assert other["landscape"] != first["landscape"]
    assert "values" in arrays(other, buffers)


def claim(w, derivatives, point=(1.0, 2.0), **changes):
    content = {"kind": "verify", "id": "v:2", "parameters": {"a": 1.0, "mode": 0}, **changes}
    parts = derivatives[:1], derivatives[1:3], derivatives[3:]
    return ask(w, content, buffers=[onp.array(part, float).tobytes() for part in (point, *parts)])


RIGHT = [2.0, 4.0, 1.0, 4.0, 2.0, 2.0, 0.0]  # value, gradient and Hessian of x²y at (1, 2)


def test_a_claim_is_compared_with_autograd():
    w = explorer()
    answer, _ = claim(w, RIGHT)
    assert answer == {"kind": "verify", "id": "v:2", "deviation": 0.0, "agrees": True, "places": 0}
    nearly = [*RIGHT[:3], 4.0 * (1 + 1e-12), *RIGHT[4:]]
    assert claim(w, nearly)[0]["agrees"]


@pytest.mark.parametrize("place", range(7))
@pytest.mark.parametrize("wrong", [1e-6, onp.nan, onp.inf])
def test_a_wrong_claim_is_told_to_who_made_it_and_changes_nothing_for_others(place, wrong):
    w = recorded("lambda x, y: G * x**2 * y", G=1.0)
    answer = verified(w, [x + wrong * (k == place) for k, x in enumerate(RIGHT)])
    assert answer["agrees"] is False
    assert (answer["deviation"] is None) == (not onp.isfinite(wrong))
    assert w.engine == "browser"
    assert verified(w, RIGHT)["agrees"]


def recorded(function, **around):
    w = hw.explore(eval(function, around), x=(-2.0, 2.0), y=(-1.0, 3.0))
    assert w.engine == "browser"
    w.sent = []
    w.send = lambda content, buffers=None: w.sent.append((content, buffers))
    w.around = around
    return w


def verified(w, derivatives, point=(1.0, 2.0)):
    return claim(w, derivatives, point, parameters={})[0]


@pytest.mark.parametrize(
    ("function", "derivatives", "before", "after"),
    [
        ("lambda x, y: C + x**2 + y**2", [5, 0, 0, 2, 0, 0, 2], {"C": 5.0}, {"C": 0.0}),
        ("lambda x, y: C * (x**2 + y**2)", [0, 0, 0, 2, 0, 0, 2], {"C": 1.0}, {"C": 0.0}),
        ("lambda x, y: x**2 + C * y**4", [0, 0, 0, 2, 0, 0, 0], {"C": 1.0}, {"C": 2.0}),
        ("lambda x, y: D[0] * x**2 + D[1] * y**3", [0, 0, 0, 2, 0, 0, 0], {"D": onp.ones(2)}, {"D": onp.zeros(2)}),
        ("lambda x, y: x**2 + C * y**3", [0, 0, 0, 2, 0, 0, 0], {"C": 1.0}, {"C": onp.nan}),
    ],
)  # fmt: skip
def test_a_function_that_has_changed_is_found_out_and_the_kernel_computes(
    function, derivatives, before, after
):
    w = recorded(function, **before)
    assert verified(w, derivatives, (0.0, 0.0))["agrees"]
    assert w.engine == "browser"
    w.around.update(after)
    verified(w, derivatives, (0.0, 0.0))
    assert w.engine == "kernel"
    assert "differs from autograd" in w.engine_reason


def test_a_claim_where_a_function_now_raises_is_wrong():
    w = recorded("lambda x, y: x**2 * y / C()", C=lambda: 1.0)
    w.around["C"] = lambda: 1 / 0
    assert verified(w, RIGHT)["agrees"] is False


@pytest.mark.parametrize(
    "changes", [{"id": 7}, {"parameters": {}}, {"parameters": {"a": 99.0, "mode": 0}}, {"extra": 1}]
)
def test_a_malformed_claim_is_refused(changes):
    w = explorer()
    assert claim(w, RIGHT, **changes)[0]["kind"] == "refusal"
    assert claim(w, RIGHT[:-1])[0]["kind"] == "refusal"
    assert claim(w, RIGHT, point=(onp.nan, 1.0))[0]["kind"] == "refusal"
    assert w.engine == "kernel"


@pytest.mark.parametrize("buffers", [None, 7, [None], ["text"]])
def test_what_is_no_list_of_bytes_is_refused_in_words(buffers):
    w = explorer()
    w._answer(w, request(), buffers)
    assert "are not 2 and 2 and 4 and 4 float64" in w.sent[-1][0]["message"]


HOSTILE = [
    request(kind="execute"),
    request(id=7),
    request(id="x" * 65),
    request(axes=[0, 1]),
    request(moving=1),
    request(holds="0"),
    request(parameters={}),
    request(parameters={"a": 1.0}),
    request(parameters={"a": 1.0, "mode": 0, "__class__": 1}),
    request(parameters={"a": "1", "mode": 0}),
    request(parameters={"a": float("nan"), "mode": 0}),
    request(parameters={"a": 1e300, "mode": 0}),
    request(parameters={"a": 10**400, "mode": 0}),
    request(parameters={"a": 1.0, "mode": 2}),
    request(parameters={"a": 1.0, "mode": "plain"}),
    request(parameters=[1, 2]),
    request(code="import os"),
    {},
    [],
    None,
    "frame",
    7,
]


@pytest.mark.parametrize("content", HOSTILE)
def test_a_malformed_request_is_refused_and_changes_nothing(content):
    w = explorer()
    before = w.get_state()
    answer, buffers = ask(w, content)
    assert answer["kind"] == "refusal"
    assert buffers is None
    assert len(str(answer)) < 5_000
    assert w.get_state() == before
    assert ask(w, request())[0]["kind"] == "frame"


@pytest.mark.parametrize(
    "buffers",
    [
        7,
        b"",
        {},
        [None],
        [],
        [b""],
        [7],
        [bytes(8)],
        [bytes(16), bytes(16)],
        [bytes(10_000_000)],
        numbers((1.0, 2.0)),
        numbers((onp.nan, 1.0), ORIGIN, BASIS, ENDS),
        numbers((1.0, 9.0), ORIGIN, BASIS, ENDS),
        numbers((1.0, 2.0), ORIGIN, BASIS, ENDS, ENDS),
        numbers((1.0, 2.0), ORIGIN[:1], BASIS, ENDS),
        numbers((1.0, 2.0), ORIGIN, BASIS[:1], ENDS[:1]),
        numbers((1.0, 2.0), (0.0, onp.inf), BASIS, ENDS),
        numbers((1.0, 2.0), (100.0, 0.0), BASIS, ENDS),
        numbers((1.0, 2.0), ORIGIN, BASIS, ((-2.0, 2.0), (-1.0, 30.0))),
        numbers((1.0, 2.0), ORIGIN, ((1.0, 0.0), (1.0, 0.0)), ENDS),
        numbers((1.0, 2.0), ORIGIN, ((1.0, 0.0), (1e-5, 1.0)), ENDS),
        numbers((1.0, 2.0), ORIGIN, ((2.0, 0.0), (0.0, 1.0)), ENDS),
        numbers((1.0, 2.0), ORIGIN, ((1.0, 0.0), (0.0, onp.nan)), ENDS),
        numbers((1.0, 2.0), ORIGIN, ((1e200, 0.0), (0.0, 1e200)), ENDS),
        numbers((1.0, 2.0), ORIGIN, BASIS, ((2.0, -2.0), (-1.0, 3.0))),
        numbers((1.0, 2.0), ORIGIN, BASIS, ((0.0, 0.0), (-1.0, 3.0))),
        numbers((1.0, 2.0), ORIGIN, BASIS, ((-1e308, 1e308), (-1.0, 3.0))),
        numbers((1.0, 2.0), ORIGIN, BASIS, ((-2.0, onp.nan), (-1.0, 3.0))),
    ],
)
def test_numbers_of_the_wrong_size_or_value_are_refused(buffers):
    answer, _ = ask(explorer(), request(), buffers=buffers)
    assert answer["kind"] == "refusal"
    assert not answer["message"].startswith("no answer") or buffers == [7]


def test_a_slice_may_lie_aslant():
    w = explorer()
    point, s = (1.0, 2.0), 0.5**0.5
    basis, ends = ((s, s), (-s, s)), ((-0.5, 0.5), (-0.25, 0.25))
    header, buffers = ask(w, request(), buffers=numbers(point, point, basis, ends))
    found = arrays(header, buffers)
    i, j = 3, 7
    x, y = point + found["grid0"][i] * onp.array(basis[0]) + found["grid1"][j] * onp.array(basis[1])
    assert found["values"][j, i] == pytest.approx(f(x, y))
    assert (found["grid0"][0], found["grid1"][-1]) == (-0.5, 0.25)
    again, buffers = ask(
        w, request(holds=header["landscape"]), buffers=numbers((1.0 + s, 2.0 + s), point, basis, ends)
    )
    assert "values" not in arrays(again, buffers)
    assert arrays(again, buffers)["near0"].mean() == pytest.approx(1.0)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["kind", "id", "parameters", "moving", "holds", "x"]), inner)
        ),
        max_leaves=12,
    )
)
@settings(max_examples=150, deadline=None)
def test_no_message_gets_through_by_accident(content):
    w = unmoved()
    w.sent.clear()
    assert ask(w, content)[0]["kind"] == "refusal"


def test_what_the_function_raises_is_told_in_bounded_words():
    answer, _ = ask(explorer(), request(parameters={"a": 3.0, "mode": 0}))
    assert answer["kind"] == "refusal"
    assert answer["id"] == "v:1"
    assert "RuntimeError" in answer["message"]
    assert len(answer["message"]) <= 4_000


@pytest.mark.parametrize(
    "state",
    [
        {"x": 99.0, "y": 0.0},
        {"x": "<script>alert(1)</script>"},
        {"x": None},
        {"x": [1]},
        {"y": True},
        {"mode": 5},
        {"mode": "plain"},
        {"a": {"$ref": 1}},
        {"a": 10**400},
        [],
        None,
    ],
)
def test_a_state_out_of_bounds_is_refused_whole_and_told(state):
    w = explorer()
    before = w.get_state()
    w.set_state(state)
    assert w.get_state() == before
    assert w.sent[-1][0]["kind"] == "refusal"


@pytest.mark.parametrize(
    "name", ["_problem", "engine", "engine_reason", "_esm", "_css", "comm", "_view_module", "layout"]
)
def test_a_front_end_sets_the_sliders_and_nothing_else(name):
    w = explorer()
    before = w.get_state()
    w.set_state({name: "changed", "x": 1.0})
    assert w.x == 1.0
    assert {k: v for k, v in w.get_state().items() if k != "x"} == {
        k: v for k, v in before.items() if k != "x"
    }


def test_whole_numbers_from_json_become_floats():
    w = explorer()
    w.set_state({"x": -1, "a": 2})
    assert type(w.point[0]) is onp.float64
    assert type(w.parameters["a"]) is float
    assert ask(w, request(parameters={"a": 2, "mode": 1}))[0]["kind"] == "frame"


def test_a_bold_choice_reaches_the_function_as_its_value():
    seen = []

    def g(x, mode="plain"):
        seen.append(mode)
        return x**2 + 0.0 * np.sin(x)

    w = hw.explore(g, x=(-1.0, 1.0), mode=["plain", "bold"])
    w.send = lambda *_: None
    wish = request(parameters={"mode": 1})
    w._answer(w, wish, numbers([0.5], [0.0], [[1.0]], [[-1.0, 1.0]]))
    assert seen[-1] == "bold"


# --- critical points ---


def test_a_search_carries_the_table():
    w = hw.explore("himmelblau")
    w.sent = []
    w.send = lambda content, buffers=None: w.sent.append((content, buffers))
    header, (points, values, gutters) = ask(
        w, {"kind": "find_critical_points", "id": "s:1", "parameters": {"a": 11.0, "b": 7.0}}, buffers=[]
    )
    table = hw.critical_points("himmelblau")
    assert header["labels"] == [p.label for p in table]
    assert header["indices"] == [p.index for p in table]
    assert onp.frombuffer(points, "<f8").reshape(-1, 2).tolist() == [p.point.tolist() for p in table]
    assert onp.frombuffer(values, "<f8").tolist() == [p.value for p in table]
    assert "complete" in header["sentences"][0]
    assert gutters == b""
    header, paths = ask(
        w, {"kind": "separatrices", "id": "s:2", "parameters": {"a": 11.0, "b": 7.0}}, buffers=[]
    )
    assert header["outcomes"] == ["minimum"] * 8
    assert all(len(path) % 16 == 0 for path in paths)


def test_a_classification_says_what_a_degenerate_point_is():
    w = hw.explore("monkey_saddle")
    w.sent = []
    w.send = lambda content, buffers=None: w.sent.append((content, buffers))
    header, _ = ask(w, {"kind": "classify", "id": "l:1", "parameters": {}}, buffers=numbers((0.0, 0.0)))
    assert header["label"] == "degenerate"
    assert "monkey saddle" in header["reason"]["clauses"][-1]


def test_a_search_of_too_many_variables_is_refused_with_a_sentence():
    w = hw.explore(lambda x: np.sum(x**2), x=onp.zeros(7))
    w.sent = []
    w.send = lambda content, buffers=None: w.sent.append((content, buffers))
    header, _ = ask(w, {"kind": "find_critical_points", "id": "s:1", "parameters": {}}, buffers=[])
    assert header["kind"] == "refusal"
    assert "7 variables" in header["message"]


def test_a_classification_at_a_kink_says_what_it_is():
    w = hw.explore(lambda x: (x - 0.2) ** 2 + np.abs(x), x=(-1.0, 1.0))
    answers = []
    w.send = lambda *answer: answers.append(answer)
    w._answer(w, {"kind": "classify", "id": "1", "parameters": {}}, numbers([0.0]))
    content, _ = answers[-1]
    assert (content["kind"], content["label"]) == ("classify", "undefined")
    assert "a minimum at a kink of abs at line" in content["reason"]["clauses"][0]
