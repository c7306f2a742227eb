"""Every row of every view's questions: an honest message is answered, and one with anything wrong is refused."""

import numpy as onp
import pytest

import hesswidget as hw
from hesswidget.explorers.questions import Identifier, Parameters, Point, Rewritten, Truth, Whole


def f(x, y, a=1.0, mode=("plain",)):
    return (x**2 - a) ** 2 + y**2


def explorer(kind):
    ranges = {"x": (-2.0, 2.0), "y": (-1.0, 3.0), "a": (0.5, 3.0), "mode": ["plain", "bold"]}
    made = {
        "curvature": lambda: hw.explore(f, **ranges),
        "bifurcation": lambda: hw.bifurcation(f, against="a", **ranges),
        "descent": lambda: hw.descend(f, methods=["newton", "bfgs"], steps=5, **ranges),
        "measured": lambda: hw.descend(f, methods=["gradient-descent"], steps=5, curvature_every=2, **ranges),
        "branches": lambda: hw.explore(
            lambda x, y, a=1.0, mode=("plain",): x**2 + a * y**2 if x > 0 else x**4 + y**2, **ranges
        ),
        "formula": lambda: hw.explore("x**2*y - a*y**3", x=(-2, 2), y=(-1, 3), a=(0, 2)),
        "regularize": lambda: hw.regularize(hw.models.linear_regression("plane"), steps=5),
    }[kind]()
    made.sent = []
    made.send = lambda content, buffers=None: made.sent.append(content)
    return made


VIEWS = ("curvature", "bifurcation", "descent", "measured", "branches", "formula", "regularize")
EXPLORERS = {kind: explorer(kind) for kind in VIEWS}
ROWS = [(view, kind) for view, w in EXPLORERS.items() for kind in w._questions.rows]
HONEST = {Truth: True, Identifier: "q:0", Rewritten: "x**2 + y**2"}
WRONG_TYPES = [None, 7.5, "x", [], {}, [1], b"x", "x" * 65, "\ud800"]


def settings(w):
    return w.problem.on_wire(w._settings)


def honest(w, row):
    known = {**HONEST, Parameters: settings(w)}
    return {
        name: min(1, field.maximum) if isinstance(field, Whole) else known[type(field)]
        for name, field in row.fields.items()
    }


def numbers(row, problem):
    """What a front end sends of itself: the point in its box, a slice through it."""
    n = len(problem.ranges)
    known = {"basis": onp.eye(n)[:2], "ends": onp.array([[-1.0, 1.0]] * min(n, 2))}
    arrays = [known.get(name, onp.ones(numbers.shape_of(problem))) for name, numbers in row.buffers.items()]
    return [onp.asarray(array, "<f8").tobytes() for array in arrays]


def ask(w, content, buffers):
    w.sent.clear()
    w._answer(w, content, buffers)
    w._questions.jobs.wait()
    return [sent for sent in w.sent if sent.get("kind") != "progress"]


@pytest.fixture(params=ROWS, ids=lambda row: "-".join(row))
def asked(request):
    view, kind = request.param
    w = EXPLORERS[view]
    row = w._questions.rows[kind]
    return w, row, {"kind": kind, "id": "q:1", **honest(w, row)}, numbers(row, w.problem)


def test_an_honest_question_is_answered_under_its_name(asked):
    w, row, content, buffers = asked
    (answer,) = ask(w, content, buffers)
    assert (answer["kind"], answer["id"]) == (row.kind, "q:1")


def refusals(w, contents, buffers):
    before = w.get_state()
    for content, arrays in zip(contents, buffers, strict=True):
        (answer,) = ask(w, content, arrays)
        assert answer["kind"] == "refusal", content
        assert not answer["message"].startswith("no answer"), answer  # which would be an exception
        assert len(str(answer)) < 5_000
    assert w.get_state() == before


def test_a_field_that_is_missing_or_not_known_is_refused(asked):
    w, _, content, buffers = asked
    fewer = [{k: v for k, v in content.items() if k != name} for name in content]
    contents = [*fewer, {**content, "code": "import os"}, {**content, "__class__": 1}]
    refusals(w, contents, [buffers] * len(contents))


def test_a_field_of_another_type_or_out_of_bounds_is_refused(asked):
    w, row, content, buffers = asked
    known = settings(w)
    first = next(iter(known))
    modes = [{**known, "mode": mode} for mode in (2, -1, 0.5, "plain", True, None)] if "mode" in known else []
    wrong = {
        Parameters: [
            {first: known[first]},
            {**known, "b": 1.0},
            *({**known, first: a} for a in (9e9, onp.nan, onp.inf, "1", 10**400, None, [1.0])),
            *modes,
        ],
        Rewritten: ["x +", "__import__('os')", "x" * 100_000, "x.real", "y\n+ q"],
        Truth: [0, 1],
        Whole: [True, 1.0, -1, 2**54],
        Identifier: [],
    }
    fields = {"id": Identifier(), **row.fields}
    contents = [
        {**content, name: value}
        for name, field in fields.items()
        for value in [*WRONG_TYPES, *wrong[type(field)]]
        if not (isinstance(field, Identifier | Rewritten) and value == "x")
    ]
    refusals(w, contents, [buffers] * len(contents))


def test_numbers_that_are_missing_too_many_or_no_point_are_refused(asked):
    w, row, content, buffers = asked
    many = [[*buffers, bytes(8)], [*buffers, b""], [bytes(10_000_000)]]
    for k, (name, _) in enumerate(row.buffers.items()):
        others = [buffers[k][:-8], buffers[k] + bytes(8), buffers[k][:-1], b""]
        if isinstance(row.buffers[name], Point):
            others += [onp.array(x).tobytes() for x in ((99.0, 1.0), (onp.nan, 1.0), (onp.inf, 1.0))]
        if name in ("origin", "basis", "ends"):  # of a slice far outside of the box, or nowhere
            given = onp.frombuffer(buffers[k])
            others += [(given + 99.0 * given.astype(bool)).tobytes(), (given * onp.nan).tobytes()]
        many += [[*buffers[:k], other, *buffers[k + 1 :]] for other in others]
    refusals(w, [content] * len(many), many)


@pytest.mark.parametrize("view", EXPLORERS)
@pytest.mark.parametrize("kind", ["", None, 3, ["frame"], "execute", "refusal", "progress", "__class__"])
def test_a_kind_that_no_row_has_is_refused(view, kind):
    refusals(EXPLORERS[view], [{"kind": kind, "id": "q:1", "parameters": settings(EXPLORERS[view])}], [[]])


def test_what_is_saved_is_what_the_same_question_is_answered(asked):
    w, row, content, _ = asked
    moment = w._moment()
    saved = row.saved(moment, True)
    if saved is None:
        assert row.kind in (
            "front_end",
            "keeps_widgets",
            "frame",
            "verify",
            "named",
            "diagram",
            "cancel",
            "record",
            "record_slice",
            "record_ahead",
            "read_formula",
            "choose_engine",
            "flows",
        )
        return
    state = {**content, "parameters": w.problem.on_wire(moment.parameters)}
    point = [moment.point.tobytes()] if row.buffers else []
    (answer,) = ask(w, state, point)
    assert answer == {"kind": row.kind, "id": "q:1", **saved.content}
