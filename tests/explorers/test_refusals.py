"""What cannot be answered, given or chosen is said in a sentence; what is unexpected is logged besides."""

import logging
import threading

import autograd.numpy as np
import numpy as onp
import pytest

import hesswidget as hw
from hesswidget.explorers import shell
from unrecorded import zero

BOX = {"x": (-2.0, 2.0), "y": (-2.0, 2.0)}


def asked(w, kind, **parameters):
    """What the front end of `w` is told when it asks."""
    told = []
    w.send = lambda content, buffers=None: told.append((content, buffers))
    w._answer(w, {"kind": kind, "id": "q:1", "parameters": parameters}, [])
    w._questions.jobs.wait()
    return told[-1]


# --- functions without critical points ---

WITHOUT = {
    "a plane": (lambda x, y: x + y, BOX),
    "an exponential": (lambda x, y: np.exp(x + y), BOX),
    "a line": (lambda x: 3.0 * x, {"x": (-2.0, 2.0)}),
    "three variables": (lambda x, y, z: x + y * z + 9 * z, {**BOX, "z": (-1.0, 1.0)}),
    "a vector": (lambda w: np.sum(w), {"w": hw.vector(onp.zeros(2), -1, 1)}),
    "branches": (lambda x, y: x + y if x > 0 else 2 * x + y, BOX),
    "not recorded": (lambda x, y: x + y + zero(y), BOX),
    "a minimum outside the box": (lambda x, y: (x - 9) ** 2 + (y - 9) ** 2, BOX),
}


@pytest.mark.parametrize("name", WITHOUT)
def test_none_in_the_box_is_an_answer(name):
    function, ranges = WITHOUT[name]
    w = hw.explore(function, **ranges)
    header, (points, values, _) = asked(w, "find_critical_points")
    assert (header["kind"], header["labels"], points, values) == ("find_critical_points", [], b"", b"")
    assert (
        "complete" in header["sentences"][0]
    )  # "complete as far as counting tells", or "no check of completeness"
    assert asked(w, "separatrices") == ({"kind": "separatrices", "id": "q:1", "outcomes": []}, [])
    assert "none" in str(w.critical_points)


def test_none_in_the_box_is_drawn_and_saved(tmp_path):
    w = hw.explore(lambda x, y: x + y, **BOX)
    w.figure(critical_points=True)
    w.save_html(tmp_path / "f.html")


# --- what is unexpected ---


@pytest.mark.parametrize("kind", ["find_critical_points", "separatrices", "diagram"])
def test_the_traceback_of_what_is_unexpected_is_logged(kind, caplog, monkeypatch):
    w = hw.bifurcation(lambda x, a=1.0: x**4 - a * x**2, x=(-2.0, 2.0), a=(0.5, 2.0))

    def failing(*_):
        raise KeyError("lost")

    searched = w._view.diagrams if kind == "diagram" else w._context.search._tables
    monkeypatch.setattr(searched, "_compute", failing)
    monkeypatch.setattr(searched, "_results", {})
    header, _ = asked(w, kind, a=1.0)
    assert (header["kind"], header["id"]) == ("refusal", "q:1")
    assert header["message"] == "no answer: KeyError: 'lost'"
    (record,) = caplog.records
    assert (record.name, record.levelno) == ("hesswidget", logging.ERROR)
    assert "failing" in caplog.text


def test_a_sentence_of_ours_is_no_news_for_the_log(caplog):
    w = hw.explore(lambda x: np.sum(x**2), x=onp.zeros(7))
    assert "7 variables" in asked(w, "find_critical_points")[0]["message"]
    assert asked(w, "nonsense")[0]["kind"] == "refusal"
    assert not caplog.records


def test_the_log_is_quiet_by_default(capfd, monkeypatch):
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    logging.getLogger("hesswidget").error("nobody listens")
    assert capfd.readouterr() == ("", "")


# --- choices ---

ZEROS, FIVE = onp.zeros(2000), onp.zeros(2000)
FIVE[1000] = 5.0


def shifted(x, d=None, c=1.0):
    return c * (x - np.sum(d) / 10) ** 2


def unrecorded(x, d=None, c=1.0):
    return shifted(x, d, c) + zero(x)


@pytest.mark.parametrize("function", [shifted, unrecorded])
def test_arrays_to_choose_from_are_told_apart(function):
    """Arrays of more than 1,000 elements print alike, and compare element by element."""
    w = hw.explore(function, x=(-2.0, 2.0), d={"a": ZEROS, "b": FIVE})
    for label, place, array in (("a", 0.0, ZEROS), ("b", 0.5, FIVE), ("a", 0.0, ZEROS)):
        w.set(d=label)
        assert w.parameters["d"] is array
        assert w.critical_points[0].point[0] == pytest.approx(place, abs=1e-9)
        assert w.curvature.value == pytest.approx(place**2)
        w.figure()
        index = int(array is FIVE)
        _, (points, *_) = asked(w, "find_critical_points", d=index, c=1.0)
        assert onp.frombuffer(points) == pytest.approx([place], abs=1e-9)


def test_diagrams_follow_a_choice_of_arrays():
    w = hw.bifurcation(shifted, x=(-2.0, 2.0), d={"a": ZEROS, "b": FIVE}, c=(0.5, 2.0))
    for label, place in (("a", 0.0), ("b", 0.5), ("a", 0.0)):
        w.set(d=label)
        onp.testing.assert_allclose(w.diagram.branches[0].points, place, atol=1e-6)


@pytest.mark.parametrize(
    "options", [[1, True, 1.0], [0.0, False], [onp.zeros(3), onp.zeros(3, int)], [(1, 2), [1, 2]]]
)
def test_choices_that_are_equal_are_told_apart(options):
    w = hw.explore(lambda x, d=None: (x - np.sum(d)) ** 2, x=(-2.0, 2.0), d=options)
    for index in (*range(len(options)), 0):
        w.set_state({"d": index})
        assert w.parameters["d"] is options[index]
        assert w.get_state("d") == {"d": index}


def test_a_choice_is_known_by_its_label_too():
    choices = {"low": 1.0, "high": 5.0, "1.0": 7.0}
    w = hw.explore(lambda x, d=None: (x - d) ** 2, x=(-2.0, 2.0), d=choices)
    w.set(d="high")
    assert w.parameters["d"] == w.d == 5.0
    w.d = "low"
    assert w.parameters["d"] == 1.0
    w.parameters = {"d": "1.0"}
    assert w.parameters["d"] == 7.0
    with pytest.raises(hw.ProblemError, match=r"takes one of low, high, 1\.0"):
        w.set(d="medium")


def test_an_option_goes_before_a_label_and_a_label_of_two_says_nothing():
    w = hw.explore(lambda x, d="a": x**2 * len(d), x=(-2.0, 2.0), d={"a": "b", "b": "aa"})
    w.set(d="b")
    assert w.parameters["d"] == "b"
    w = hw.explore(lambda x, d=1.0: x**2 * d, x=(-2.0, 2.0), d=[("one", 1.0), ("one", 2.0)])
    with pytest.raises(hw.ProblemError, match="takes one of"):
        w.set(d="one")


# --- names and starts ---


class Model:
    """A callable with attributes that a gallery example has too."""

    ranges, name, function, source = 3, None, "no function", ()

    def __call__(self, x, a=1.0):
        return a * x**2


class Anything:
    """A callable that has every attribute one may ask for."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, x, a=1.0):
        return a * x**2


@pytest.mark.parametrize("model", [Model(), Anything()])
def test_a_callable_may_have_attributes_of_its_own(model):
    assert hw.explore(model, x=(-1.0, 1.0), a=(0.5, 2.0)).curvature.hessian.item() == 2.0
    assert hw.curvature(model, x=1.0).gradient.tolist() == [2.0]
    assert hw.compile(model, 1.0).hessian(1.0).tolist() == [[2.0]]
    assert hw.critical_points(model, x=(-1.0, 1.1)).counts == {"minimum": 1}
    assert len(hw.bifurcation(model, x=(-1.0, 1.0), a=(0.5, 2.0)).diagram.branches) == 1


def against_(x, against=1.0):
    return against * x**2


def engine_(x, engine=1.0):
    return engine * x**2


def over_(x, over=1.0):
    return over * x**2


@pytest.mark.parametrize(
    ("function", "refusing", "taking"),
    [
        (against_, (hw.bifurcation,), (hw.explore, hw.critical_points)),
        (engine_, (hw.bifurcation, hw.explore), (hw.critical_points,)),
        (over_, (hw.bifurcation, hw.explore, hw.critical_points, hw.curvature, hw.compile), ()),
    ],
)
def test_an_argument_named_like_a_keyword_is_refused_where_it_is_one(function, refusing, taking):
    name = function.__name__.removesuffix("_")
    for public in refusing:
        with pytest.raises(hw.ProblemError, match=f"has an argument named '{name}', which is a keyword here"):
            public(function, x=(-1.0, 1.0))
    for public in taking:
        public(function, x=(-1.0, 1.0))


@pytest.mark.parametrize("against", ["b", "x", 3, ["a"], {}])
def test_against_names_a_parameter(against):
    with pytest.raises(hw.ProblemError, match="which is no parameter of"):
        hw.bifurcation(lambda x, a=1.0: a * x**2, x=(-1.0, 1.0), a=(0.5, 2.0), against=against)


@pytest.mark.parametrize("over", [3, [], ["x", "x"], [["x"]], [3]])
def test_over_names_arguments(over):
    with pytest.raises(hw.ProblemError, match="over is"):
        hw.curvature(lambda x, y: x * y, (1.0, 2.0), over=over)


class Broken:
    def __array__(self, *_, **__):
        raise RuntimeError("no array")


NO_VECTORS = {
    "ragged": [onp.zeros(2), onp.zeros(3)],
    "ragged lists": [[1.0, 2.0], [3.0]],
    "a number and an array": [1.0, onp.zeros(2)],
    "an array of objects": onp.array([onp.zeros(2), onp.zeros(3)], dtype=object),
    "four": (onp.zeros(1), onp.zeros(2), onp.zeros(3), onp.zeros(4)),
    "what becomes no array": Broken(),
    "a list of such": [Broken(), Broken()],
    "a dict": {"w": onp.zeros(2)},
    "nothing": [],
    "texts": ["a", "b"],
    "complex": [1j],
    "huge": [10**400],
    "none": [None, None],
    "a text": "2.0",
}
OTHER_STRUCTURES = {
    "matrices": [onp.zeros((2, 2)), onp.zeros((2, 2))],
    "equal arrays": [onp.zeros(2), onp.zeros(2)],
    "a matrix": onp.zeros((3, 2)),
}


def square(w):
    return np.sum(w**2)


def product(x, y):
    return x * y


@pytest.mark.parametrize("name", NO_VECTORS)
def test_what_is_no_start_is_refused_with_a_sentence(name):
    given = NO_VECTORS[name]
    calls = [
        lambda: hw.explore(square, given),
        lambda: hw.explore(square, w=given),
        lambda: hw.curvature(square, given),
        lambda: hw.curvature(square, w=given),
        lambda: hw.compile(square, given),
        lambda: hw.critical_points(square, w=given),
        lambda: hw.vector(given),
        *calls_of_vectors(given),
    ]
    for call in calls:
        with pytest.raises(hw.ProblemError):
            call()


def calls_of_vectors(given):
    """Calls that a vector of two, or two numbers, would fit."""
    w, two = hw.explore(square, w=onp.zeros(2)), hw.explore(product, **BOX)
    compiled = hw.compile(square, onp.zeros(2))
    return [
        lambda: hw.vector([0.0, 1.0, 2.0], given, 9.0),
        lambda: hw.explore(product, given, **BOX),
        lambda: hw.explore(product, x=given, y=(-1.0, 1.0)),
        lambda: hw.curvature(product, given),
        lambda: w.set(w=given),
        lambda: w.set(point=given),
        lambda: two.set(point=given),
        lambda: two.set(x=given),
        lambda: setattr(w, "point", given),
        lambda: setattr(w, "variables", {"w": given}),
        lambda: compiled.gradient(given),
        lambda: compiled.hvp([1.0, 2.0], given),
    ]


@pytest.mark.parametrize("name", OTHER_STRUCTURES)
def test_what_has_another_structure_is_refused_with_a_sentence(name):
    for call in calls_of_vectors(OTHER_STRUCTURES[name]):
        with pytest.raises(hw.ProblemError):
            call()


def test_a_list_of_arrays_is_told_how_to_become_a_vector():
    with pytest.raises(
        hw.ProblemError, match=r"a list of arrays or lists, .* it takes one vector\. Join them"
    ):
        hw.explore(square, onp.zeros(2)).point = [onp.zeros(2), onp.zeros(3)]


@pytest.mark.parametrize("point", [(1.0,), (1.0, 1.0, 1.0), 1.0])
def test_a_point_of_another_length_is_refused(point):
    w = hw.explore(product, **BOX)
    with pytest.raises(hw.ProblemError, match="takes 2"):
        w.set(point=point)


@pytest.mark.parametrize("name", NO_VECTORS)
def test_other_numbers_that_are_none_are_refused_too(name):
    given = NO_VECTORS[name]
    compiled = hw.compile(lambda x, a=1.0: a * x**2, 1.0)
    table = hw.critical_points(product, **BOX)
    with pytest.raises(hw.ProblemError, match="a was given"):
        compiled.value(1.0, a=given)
    with pytest.raises(hw.ProblemError, match="the point"):
        table.nearest(given)
    with pytest.raises(hw.ProblemError, match="the gradient"):
        hw.classify(onp.eye(2), gradient=[given])
    with pytest.raises(hw.ProblemError, match="engine is"):
        hw.explore(product, engine=[given], **BOX)


@pytest.mark.parametrize("name", [name for name in NO_VECTORS if name != "equal arrays"])
def test_what_is_no_hessian_is_refused(name):
    with pytest.raises(hw.ProblemError, match="the Hessian"):
        hw.classify(NO_VECTORS[name])


def test_numbers_of_every_type_are_numbers():
    compiled = hw.compile(lambda x, a=1.0: a * x**2, 1.0)
    assert compiled.value(1.0, a=onp.array(2.0)) == compiled.value(1.0, a=2) == 2.0
    table = hw.critical_points("himmelblau")
    assert table.nearest([3, 2]) is table.nearest(onp.array([3.0, 2.0]))


# --- what one thread sees while another moves sliders ---


def is_held(lock):
    """Whether another thread could not take the lock now."""
    taken = []

    def take():
        taken.append(lock.acquire(blocking=False))
        if taken[0]:
            lock.release()

    thread = threading.Thread(target=take)
    thread.start()
    thread.join()
    return not taken[0]


def test_curvature_and_figure_are_of_one_state(monkeypatch):
    w = hw.explore(lambda x, a=1.0: a * x**2, x=(-2.0, 2.0), a=(0.5, 2.0))
    seen = []

    def watched(*given):
        seen.append(is_held(w._lock))
        return moment(*given)

    moment = shell.Moment
    monkeypatch.setattr(shell, "Moment", watched)
    assert w.curvature.value == 0.0
    w.figure()
    assert seen == [True, True]


def test_setting_one_value_sets_no_other_back(monkeypatch):
    w = hw.explore(product, **BOX)
    seen, move = [], w._move

    def watched(*given):
        seen.append(is_held(w._lock))
        move(*given)

    monkeypatch.setattr(w, "_move", watched)
    w.set(x=1.0)
    assert seen
    assert all(seen)
