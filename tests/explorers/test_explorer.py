"""The explorer in Python: its state on all its faces, its answers, its picture, and what it refuses."""

import sys

import autograd.numpy as np
import ipywidgets
import numpy as onp
import pytest
import traitlets

import hesswidget as hw


def f(x, y, a=1.0, b=100.0):
    return (a - x) ** 2 + b * (y - x**2) ** 2


def loss(w, l2=0.1):
    return np.sum((w - 1) ** 4) + l2 * np.sum(w**2) / 2


@pytest.fixture
def w():
    return hw.explore(f, x=(-2, 2), y=(-1, 3), a=(0.0, 3.0), b=(1.0, 200.0))


@pytest.fixture
def seen(w):
    changes = []
    w.observe(
        lambda change: changes.append((change.name, change.new)), names=["point", "parameters", "x", "a"]
    )
    return changes


def test_the_example_of_the_readme(w):
    onp.testing.assert_array_equal(w.point, [0.0, 1.0])
    assert w.parameters == {"a": 1.0, "b": 100.0}
    assert w.engine == "browser"
    assert "autograd" in w.engine_reason
    w.point = [1.0, 1.0]
    assert w.curvature.label == "minimum"
    onp.testing.assert_array_equal(w.curvature.hessian, hw.curvature(f, (1.0, 1.0)).hessian)
    w.set(a=2.0)
    assert w.curvature.label == "not stationary"
    w.parameters = {"a": 1.0, "b": 1.0}
    assert w.b == 1.0


def test_whichever_face_is_set_the_others_follow(w, seen):
    w.set(x=1, y=1.5, a=0.5)
    onp.testing.assert_array_equal(w.point, [1.0, 1.5])
    assert (w.x, w.y, w.a) == (1.0, 1.5, 0.5)
    assert [name for name, _ in seen] == ["point", "parameters", "x", "a"]
    seen.clear()
    w.point = [0.5, 0.25]
    assert (w.x, w.y) == (0.5, 0.25)
    w.x = -1.0
    onp.testing.assert_array_equal(w.point, [-1.0, 0.25])
    w.a = 3.0
    assert w.parameters == {"a": 3.0, "b": 100.0}
    assert len(seen) == 6


def test_setting_what_is_there_already_tells_nobody(w, seen):
    w.set(x=0.0, a=1.0)
    w.point = [0.0, 1.0]
    w.parameters = dict(w.parameters)
    assert seen == []


def test_a_front_end_sets_several_at_once_and_observers_see_them_whole(w, seen):
    w.set_state({"x": 0.5, "y": -0.5})
    onp.testing.assert_array_equal(seen[0][1], [0.5, -0.5])
    assert len([name for name, _ in seen if name == "point"]) == 1


def test_a_linked_widget_moves_both_ways():
    slider = ipywidgets.FloatSlider(value=2.0, min=0.0, max=3.0)
    w = hw.explore(f, x=(-2, 2), y=(-1, 3), a=slider)
    assert w.a == 2.0
    slider.value = 0.5
    assert w.parameters["a"] == 0.5
    w.set(a=1.5)
    assert slider.value == 1.5


def test_a_linked_widget_takes_back_what_is_refused():
    box = ipywidgets.FloatText(value=1.0)
    w = hw.explore(f, x=(-2, 2), y=(-1, 3), a=box)
    box.value = 50.0
    assert w.a == box.value == 1.0
    box.value = 2.0
    assert w.a == 2.0


def test_a_variable_is_real():
    with pytest.raises(hw.ProblemError, match="FloatSlider"):
        hw.explore(f, x=ipywidgets.IntSlider(0, -2, 2), y=(-1, 3))
    w = hw.explore(lambda x: x**2, x=ipywidgets.FloatLogSlider(1.0, min=-3, max=3))
    w.x = 0.25
    assert not w.problem.ranges[0].logarithmic


def test_the_call_that_is_copied_says_all_that_counts():
    def called(w):
        return w.get_state("_problem")["_problem"]["call"]

    data = onp.ones(3)

    def g(x, a=1.0, b=None):
        return a * x**2 * np.sum(b)

    w = hw.explore(g, x=(-2, 2, 0.5), a=ipywidgets.fixed(50.0), b=data, zero_tolerance=2.0)
    rest = {"a": "ipywidgets.fixed(50.0)", "b": "b", "zero_tolerance": "2.0"}
    assert called(w) == {"name": "explore", "function": None, "stepped": ["x"], "rest": rest}
    assert called(hw.explore("himmelblau"))["function"] == "'himmelblau'"
    w = hw.explore(f, over=("a", "b"), x=1.0, y=1.0)
    assert called(w)["rest"]["over"] == "('a', 'b')"
    assert called(hw.bifurcation(lambda x, a=1.0: x**2 * a, x=(-1, 1), a=(0.0, 1.0)))["rest"] == {
        "a": "(0.0, 1.0)",
        "against": "'a'",
    }


@pytest.mark.parametrize(
    "given",
    [
        (0.0, 3.0),
        (0.0, 3.0, 0.25),
        (1, 5),
        [1.0, 2.0],
        {"one": 1.0, "two": 2.0},
        True,
        "text",
        ipywidgets.FloatLogSlider(0.1, min=-3, max=1, step=0.5),
        ipywidgets.fixed(2.5),
    ],
    ids=lambda given: type(given).__name__,
)
def test_what_is_written_of_an_abbreviation_makes_the_same_control(given):
    def made(given):
        return hw.explore(lambda x, a=1: x**2, x=(-1.0, 1.0), a=given).problem.controls["a"]

    control = made(given)
    written = hw.explore(lambda x, a=1: x**2, x=(-1.0, 1.0), a=given)
    code = written.get_state("_problem")["_problem"]["call"]["rest"]["a"]
    assert made(eval(code, {"ipywidgets": ipywidgets})) == control


def test_a_function_is_named_for_as_long_as_its_name_leads_to_it(monkeypatch):
    main = sys.modules["__main__"]

    def named(w):
        w._answer(None, {"kind": "named", "id": "1"}, [])
        return w.told[-1]["content"]["named"]

    def told(w):
        w.told = []
        w._send = lambda message, buffers=None: w.told.append(message)
        return w

    code = "def of_the_user(x): return x**2"
    exec(code, vars(main))
    try:
        w = told(hw.explore(main.of_the_user, x=(-1, 1)))
        assert w.problem.arguments.expression == "of_the_user"
        assert named(w)
        exec(code, vars(main))  # the cell is run again
        assert not named(w)
    finally:
        del main.of_the_user
    assert not named(told(hw.explore(lambda x: x**2, x=(-1, 1))))
    assert named(told(hw.explore("himmelblau")))
    assert hw.explore(f, x=(-1, 1), y=(-1, 1)).problem.arguments.expression == f"{f.__module__}.f"


def test_it_starts_with_the_parameters_and_the_view_that_it_is_given():
    w = hw.explore(f, x=(-2, 2), y=(-1, 3), a=(0.0, 3.0), parameters={"a": 2.5}, view={"surface": True})
    assert w.parameters["a"] == 2.5
    assert w.view == {"surface": True}
    w.view = {"scale": "equal"}
    assert w.view == {"scale": "equal"}
    for wrong, said in (
        ({"parameters": {"c": 1.0}}, "no parameter"),
        ({"parameters": {"a": 9.0}}, "outside its range"),
        ({"view": {"surfaces": True}}, "surfaces"),
    ):
        with pytest.raises(hw.ProblemError, match=said):
            hw.explore(f, x=(-2, 2), y=(-1, 3), a=(0.0, 3.0), **wrong)


@pytest.mark.parametrize(
    ("widget", "kind", "other"),
    [
        (ipywidgets.IntSlider(2, 0, 5), "range", 3),
        (ipywidgets.FloatLogSlider(0.1, min=-4, max=1), "range", 0.01),
        (ipywidgets.Checkbox(True), "toggle", False),
        (ipywidgets.Dropdown(options={"one": 1.0, "two": 2.0}, value=2.0), "choice", 1.0),
        (ipywidgets.SelectionSlider(options=[1.0, 3.0], value=3.0), "choice", 1.0),
        (ipywidgets.FloatText(1.0), "range", 2.0),
        (ipywidgets.BoundedFloatText(1.0, min=0.0, max=9.0), "range", 8.0),
        (ipywidgets.Text("mean"), "text", "sum"),
    ],
)
def test_every_value_widget_is_an_abbreviation(widget, kind, other):
    w = hw.explore(lambda x, a=1.0: x**2, x=(-1.0, 1.0), a=widget)
    assert w.get_state("_problem")["_problem"]["parameters"][0]["kind"] == kind
    assert w.a == widget.value
    w.set(a=other)
    assert widget.value == other


def test_fixed_values_and_arrays_have_no_slider():
    data = onp.ones(3)
    w = hw.explore(
        lambda x, a, d=data, e=1.0: np.sum(a * x**2 * d),
        over="x",
        x=(-1.0, 1.0),
        a=ipywidgets.fixed(2.0),
        e=1.0,
    )
    assert [p["kind"] for p in w.get_state()["_problem"]["parameters"]] == ["fixed", "fixed", "range"]
    assert w.parameters["a"] == 2.0
    with pytest.raises(hw.ProblemError, match="fixed"):
        w.set(a=3.0)


def test_vectors_travel_as_bytes():
    w = hw.explore(loss, w=hw.vector(onp.zeros(10), -2, 2), l2=(0, 1))
    assert w.l2 == 0.1
    point = onp.linspace(-1, 1, 10)
    w.set_state({"_point": memoryview(point.tobytes())})
    onp.testing.assert_array_equal(w.point, point)
    w.set(w=onp.ones(10))
    assert bytes(w.get_state("_point")["_point"]) == onp.ones(10).tobytes()
    assert w.curvature.gradient[0] == pytest.approx(0.1)


def test_names_that_a_widget_has_already_get_an_underscore():
    w = hw.explore(lambda x, log=1.0, layout=2.0: log * layout * x**2, x=(-1.0, 1.0))
    w.log_ = 2.0
    assert w.parameters == {"log": 2.0, "layout": 2.0}
    w.set(layout=3.0)
    assert w.layout_ == 3.0
    w = hw.explore(
        lambda point, set=1.0, problem=1.0, trait_of=2.0, log_=3.0, log=4.0: (
            set * point**2 + log * problem * trait_of * log_
        ),
        point=(-1.0, 1.0),
    )
    w.set(point=0.5, set=2.0, problem=3.0, log=5.0)
    assert (w.point_, w.set_, w.problem_, w.log_, w.log__) == (0.5, 2.0, 3.0, 3.0, 5.0)
    assert w.point.tolist() == [0.5]


@pytest.mark.parametrize("name", ["self", "cls", "_problem", "comm", "kwargs", "values", "traits"])
def test_an_argument_may_be_called_anything(name):
    made = {}
    exec(f"def f(x, {name}=1.0): return x**2 * {name}", made)
    w = hw.explore(made["f"], x=(-1, 1), **{name: (0.0, 1.0)})
    w.set(**{name: 0.5})
    assert w.parameters == {name: 0.5}
    exec(f"def f({name}, y): return {name}**2 * y", made)
    w = hw.explore(made["f"], **{name: (-1, 1)}, y=(-1, 1))
    w.set(**{name: 0.5})
    assert w.point.tolist() == [0.5, 0.0]


def test_jslink_finds_the_traits(w):
    link = ipywidgets.jslink((ipywidgets.FloatSlider(), "value"), (w, "x"))
    assert link.target[1] == "x"
    traitlets.dlink((w, "x"), (w, "a"), lambda x: abs(x))
    w.x = -1.5
    assert w.a == 1.5


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda w: w.set(x=9.0), "x = 9 lies outside its range"),
        (lambda w: w.set(x=1.0, q=1.0), "unknown argument 'q'"),
        (lambda w: w.set(x=1.0, a="big"), "takes a real number"),
        (lambda w: setattr(w, "x", float("nan")), "finite"),
        (lambda w: setattr(w, "point", [1.0]), "has 1 values; f takes 2"),
        (lambda w: setattr(w, "point", []), "empty"),
        (lambda w: setattr(w, "point", onp.array([1, 1])), "integers"),
        (lambda w: setattr(w, "parameters", {"c": 1.0}), "unknown parameter 'c'"),
        (lambda w: setattr(w, "parameters", 3), "takes a dict"),
        (lambda w: w.parameters.__setitem__("a", 2.0), "w.set(a=2.0)"),
        (lambda w: w.parameters.update(a=2.0), "w.set(a=2.0)"),
        (lambda w: w.parameters.pop("a"), "w.set(a=2.0)"),
        (lambda w: w.parameters.__ior__({"a": 2.0}), "w.set(a=2.0)"),
    ],
)
def test_a_bad_state_is_refused_whole(w, seen, change, sentence):
    with pytest.raises(hw.ProblemError) as caught:
        change(w)
    assert sentence in str(caught.value)
    assert seen == []
    onp.testing.assert_array_equal(w.point, [0.0, 1.0])


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"x": (2, -2), "y": (-1, 3)}, "upside down"),
        ({"x": (0, float("inf")), "y": (-1, 3)}, "finite ends"),
        ({"x": (1, 1), "y": (-1, 3)}, "zero width"),
        ({"x": (-2, 2)}, "variable 'y' of f has no range"),
        ({"x": (-2, 2), "y": (-1, 3), "bb": (0, 1)}, "did you mean 'b'"),
        ({"x": (-2, 2), "y": "high"}, "variable 'y' was given"),
        ({"x": [1.0, 2.0], "y": (-1, 3)}, r"array of shape \(2,\); a Hessian needs a scalar"),
    ],
)
def test_a_bad_problem_gets_a_sentence(arguments, sentence):
    with pytest.raises(hw.ProblemError, match=sentence):
        hw.explore(f, **arguments)


def test_other_bad_problems():
    with pytest.raises(hw.ProblemError, match="himmelblau"):
        hw.explore("himelblau")
    with pytest.raises(hw.ProblemError, match="shape"):
        hw.explore(lambda x: np.array([x, x]), x=(0.0, 1.0))
    with pytest.raises(hw.ProblemError, match="n = 5,000 needs 200 MB"):
        hw.explore(loss, w=onp.zeros(5_000))
    with pytest.raises(hw.ProblemError, match="integers"):
        hw.explore(loss, w=onp.array([1, 2]))
    with pytest.raises(hw.ProblemError, match="empty"):
        hw.explore(loss, w=onp.array([]))


def test_it_starts_where_it_is_told():
    onp.testing.assert_array_equal(hw.explore(f, (1.0, 1.0), x=(-2, 2), y=(-1, 3)).point, [1.0, 1.0])
    onp.testing.assert_array_equal(hw.explore("himmelblau", (3.0, 2.0)).point, [3.0, 2.0])
    onp.testing.assert_array_equal(
        hw.explore(f, over=("a", "b"), x=1.0, y=1.0, a=(0, 2), b=(0, 4)).point, [1.0, 4.0]
    )
    assert hw.explore(lambda x: x**2, x=0.0).point == [0.0]
    onp.testing.assert_array_equal(hw.explore(f, over=("a", "b"), x=1.0, y=1.0).point, [1.0, 100.0])
    assert hw.explore(f, over="a", x=1.0, y=1.0, a=(0.0, 9.0)).point == [1.0]


def test_what_it_says_in_text_is_stable_and_readable(w):
    w.point = [1.0, 1.0]
    assert repr(w) == repr(w)
    assert repr(w).startswith("Hessian of f at x = 1, y = 1: minimum: λ_min = 0.399")
    assert "a = 1, b = 100" in repr(w)
    assert "0x" not in repr(w)


def test_its_output_carries_a_picture_for_where_no_widget_runs(w):
    data, _ = w._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    assert data["text/plain"] == repr(w)
    assert data["image/png"].startswith("iVBOR")
    assert len(data["image/png"]) < 200_000


def test_the_figure_shows_the_present_state(w):
    w.point = [1.0, 1.0]
    figure = w.figure()
    assert any(
        "minimum" in text.get_text() for text in figure.findobj(lambda artist: hasattr(artist, "get_text"))
    )


def test_a_picture_that_cannot_be_drawn_does_not_keep_the_widget_from_the_screen():
    def edge(x, a=1.0):
        if a < 0.5:
            raise ValueError("a is too small")
        return a * x**2

    w = hw.explore(edge, x=(-1.0, 1.0), a=(0.0, 1.0))
    w.a = 0.0
    data, _ = w._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    assert "ValueError: a is too small" in data["text/plain"]
