"""`hw.cost`: what is measured, what is left out and why. No test asserts a time."""

import json

import autograd.numpy as np
import numpy as onp
import pytest

import hesswidget as hw
from hesswidget.costs import computations, measure
from hesswidget.costs.computations import COMPUTATIONS, Subject
from hesswidget.costs.growth import slope_of
from hesswidget.costs.measure import Survey, allocated, repeats
from hesswidget.derivatives.objective import Objective
from hesswidget.problem.problem import Problem
from hesswidget.progress import STOPPED
from unrecorded import zero

NAMES = ("gradient", "hvp", "l-bfgs", "diagonal", "top-k", "hessian", "eigh")
SIZES = onp.array([10, 20, 50, 100, 200, 500, 1000, 2000])


def chained(w, steep=3.0):
    return np.sum(steep * (w[1:] - w[:-1] ** 2) ** 2 + (1 - w[:-1]) ** 2)


def subject(n, function=chained, **counts):
    problem = Problem.at(function, onp.linspace(-1.0, 1.0, n), None, {})
    return Subject(Objective(problem), problem.start, **{"k": 2, "memory": 3, "draws": 2, **counts})


class Clock:
    """A clock that only runs while something is computed: at each product by so much, at each reading by a little."""

    def __init__(self, product=0.0):
        self.now, self.product = 0.0, product

    def __call__(self):
        self.now += 1e-4
        return self.now

    def on(self, subject):
        hvp, hessian = subject.derivatives.hvp, subject.derivatives.hessian

        def slow(function, count):
            def run(*arguments):
                self.now += count * self.product
                return function(*arguments)

            return run

        subject.derivatives.hvp = slow(hvp, 1)
        subject.derivatives.hessian = slow(hessian, len(subject.point))
        return subject


# The fit


@pytest.mark.parametrize("power", [0.75, 1.0, 2.0, 3.0])
def test_the_slope_of_a_power_is_exact(power):
    slope = slope_of(SIZES, 3e-7 * SIZES**power)
    assert slope.value == pytest.approx(power, abs=1e-12)
    assert slope.last == pytest.approx(power, abs=1e-12)
    assert slope.error < 1e-12
    assert not slope.is_overhead


def test_scatter_is_in_the_standard_error():
    """The true power lies within so many standard errors as often as Student says."""
    random = onp.random.default_rng(0)
    slopes = [
        slope_of(SIZES, 1e-6 * SIZES**2.0 * onp.exp(0.05 * random.standard_normal(8))) for _ in range(400)
    ]
    assert all(len(s.sizes) == 4 for s in slopes)
    inside = onp.mean([abs(s.value - 2) < 4.303 * s.error for s in slopes])  # 95 %, two degrees of freedom
    assert 0.91 < inside < 0.985  # four standard deviations of 400 draws


def test_sizes_where_overhead_rules_are_left_out():
    slope = slope_of(SIZES, 1e-4 + 1e-6 * SIZES)
    assert slope.sizes == (200, 500, 1000, 2000)
    assert 0.8 < slope.value < 1 < slope.value + 0.2
    assert not slope.is_overhead
    flat = slope_of(SIZES, 1e-4 + 1e-9 * SIZES)
    assert flat.is_overhead
    assert abs(flat.value) < 0.02


def test_few_sizes_are_no_overhead():
    three = slope_of(SIZES[:3], 1e-6 * SIZES[:3] ** 2.0)
    assert three.sizes == (10, 20, 50)
    assert not three.is_overhead
    assert slope_of(SIZES[:3], onp.array([1.0, 1.1, 1.3])).is_overhead


def test_what_turns_steep_at_the_end_is_no_overhead():
    each = onp.array([1.0, 1.0, 1.1, 2.5, 15.0])
    assert not slope_of(SIZES[:5], SIZES[:5] * each, SIZES[:5]).is_overhead


def test_the_overhead_of_each_product_of_a_hessian_is_seen():
    seconds = SIZES * (1e-4 + 1e-9 * SIZES)  # a thousand times as long at the end, all of it overhead
    assert not slope_of(SIZES, seconds).is_overhead
    assert slope_of(SIZES, seconds, SIZES).is_overhead
    assert slope_of(SIZES, seconds, SIZES).value == pytest.approx(1, abs=0.02)


def test_what_was_not_measured_is_no_part_of_a_slope():
    amounts = 1e-6 * SIZES**2.0
    amounts[[1, 6, 7]] = onp.nan
    assert slope_of(SIZES, amounts).sizes == (50, 100, 200, 500)[-3:]
    assert onp.isnan(slope_of(SIZES[:1], amounts[:1]).value)
    assert str(slope_of(SIZES, onp.full(8, onp.nan))) == "—"
    two = slope_of(SIZES[:2], onp.array([1.0, 4.0]))
    assert not two.is_overhead
    assert two.value == pytest.approx(2)
    assert onp.isnan(two.error)


# What is computed


def test_the_computations_compute_what_they_are_called():
    s = subject(12, draws=1000)
    exact = onp.array(Objective(Problem.at(chained, s.point, None, {})).hessian(s.point))
    found = {c.name: c.run(s, c.prepare(s)) for c in COMPUTATIONS}
    onp.testing.assert_allclose(found["hessian"], exact, rtol=1e-12)
    onp.testing.assert_allclose(found["hvp"], exact @ computations._vector(s), atol=1e-10)
    # an entry's variance is the sum of the squares of the others in its row, over the draws
    scatter = onp.sqrt((onp.sum(exact**2, axis=1) - onp.diag(exact) ** 2) / 1000)
    assert onp.all(onp.abs(found["diagonal"] - onp.diag(exact)) <= 5 * scatter)
    everything = onp.linalg.eigvalsh(exact)
    onp.testing.assert_allclose(found["top-k"][0], everything[-2:], rtol=1e-6)
    onp.testing.assert_allclose(found["eigh"][0], everything, atol=1e-10)


def test_the_two_loops_are_scipys_product():
    from scipy.optimize import LbfgsInvHessProduct

    s = subject(9, memory=4)
    pairs = computations.curvature_pairs(s)
    last_s, last_y, _ = pairs[-1]
    scale = (last_s @ last_y) / (
        last_y @ last_y
    )  # SciPy starts from the identity, which this makes us do too
    pairs = [(s, scale * y, rho / scale) for s, y, rho in pairs]
    theirs = LbfgsInvHessProduct(*(onp.array([p[i] for p in pairs]) for i in (0, 1)))
    gradient = onp.linspace(1.0, 2.0, 9)
    onp.testing.assert_allclose(computations.two_loops(gradient, pairs), theirs.matvec(gradient), rtol=1e-10)


@pytest.fixture(scope="module")
def measured():
    return hw.cost(chained, (50, 6, 12), seconds=600.0, k=2, memory=3, draws=2)


def test_everything_is_measured_at_every_size(measured):
    assert measured.names == NAMES
    assert measured.sizes.tolist() == [6, 12, 50]
    assert measured.engine == "recorded programs"
    for name in NAMES:
        assert onp.all(measured.seconds[name] > 0)
        assert onp.all(measured.medians[name] >= measured.seconds[name])
        assert onp.all(measured.bytes[name] > 0)
    assert measured.products["hessian"].tolist() == [6, 12, 50]
    assert measured.products["diagonal"].tolist() == [2, 2, 2]
    assert onp.all(measured.products["top-k"] >= 2)
    assert measured.relative["gradient"].tolist() == [1, 1, 1]
    assert measured.notes == ()


def test_it_prints_and_becomes_json(measured):
    text = str(measured)
    for words in (
        "cost of chained",
        "full Hessian",
        "diagonal estimate, 2 draws",
        "n^",
        "in gradients, at n = 50",
    ):
        assert words in text
    data = json.loads(json.dumps(measured.to_dict(), allow_nan=False))
    assert data["sizes"] == [6, 12, 50]
    assert data["slopes"]["bytes"]["hessian"]["value"] == measured.slope("hessian", "bytes").value


def test_autograd_measures_where_a_function_is_not_recorded():
    def unrecorded(w):
        return np.sum(w**4) + zero(w[0])

    c = hw.cost(unrecorded, (4,), seconds=600.0, k=2)
    assert c.engine == "autograd"
    assert "cannot be compiled" in c.notes[0]
    with pytest.raises(hw.ProblemError, match="cannot be compiled"):
        hw.cost(unrecorded, (4,), compiled=True)
    assert hw.cost(chained, (4,), seconds=600.0, k=2, compiled=False).notes == ()


# Memory, which is the same each time


def test_memory_grows_with_n_squared_for_a_matrix_and_with_n_for_a_product():
    computed = {c.name: c for c in COMPUTATIONS}
    sizes = onp.array([250, 500, 1000])
    taken = {"hessian": [], "hvp": [], "l-bfgs": []}
    for n in sizes:
        problem = Problem.at(chained, onp.linspace(-1.0, 1.0, n), None, {})
        s = Subject(hw.Compiled(problem), problem.start, 2, 10, 2)
        for name, found in taken.items():
            c = computed[name]
            c.run(s, c.prepare(s))  # recorded here
            found.append(allocated(lambda c=c, s=s: c.run(s, c.prepare(s))))
    hessian = onp.array(taken["hessian"])
    assert onp.all(hessian >= 8 * sizes**2)
    # from 500 to 1000: at 250 the pieces that a program works in are as large as the matrix
    assert onp.log2(hessian[2] / hessian[1]) == pytest.approx(2, abs=0.1)
    assert slope_of(sizes, onp.array(taken["hvp"])).value == pytest.approx(1, abs=0.1)
    assert slope_of(sizes, onp.array(taken["l-bfgs"])).value == pytest.approx(1, abs=0.1)
    assert taken["l-bfgs"][-1] >= 2 * 10 * 8 * 1000  # its pairs count


def test_allocation_is_counted_whoever_else_traces():
    import tracemalloc

    tracemalloc.start()
    try:
        kept = onp.ones(500_000)
        assert allocated(lambda: kept[:1000] + 1) < 20_000
        assert tracemalloc.is_tracing()
    finally:
        tracemalloc.stop()
    assert allocated(lambda: onp.ones(1000)) >= 8000
    assert not tracemalloc.is_tracing()


# The budget


def test_batches_are_as_long_as_the_clock_needs():
    class Ticking:
        now, calls = 0.0, 0

        def __call__(self):
            return self.now

        def run(self, seconds):
            self.now += seconds
            self.calls += 1

    quick = Ticking()
    times = repeats(lambda: quick.run(1e-3), quick, 1e9)
    assert times == pytest.approx([1e-3] * 5)
    assert quick.calls == 2 + 5 * 5
    slow = Ticking()
    assert repeats(lambda: slow.run(3.0), slow, 1e9) == [3.0]
    recorded = Ticking()
    assert repeats(lambda: recorded.run(3.0), recorded, 1e9, counts_first=False) == [3.0]
    assert recorded.calls == 3


def test_what_would_take_too_long_is_left_out_and_the_others_go_on():
    clock = Clock(product=0.01)
    subjects = [clock.on(subject(n)) for n in (4, 8, 16, 512)]
    c = Survey("chained", subjects, False, 8.0, clock).measured(lambda share, words: True)
    assert onp.isfinite(c.seconds["hvp"]).all()
    assert onp.isfinite(c.seconds["diagonal"]).all()
    assert onp.isfinite(c.seconds["hessian"]).tolist() == [True, True, True, False]
    assert onp.isnan(c.seconds["eigh"][3])
    (said,) = [note for note in c.notes if note.startswith("full Hessian")]
    assert "not measured at n = 512, since it would take about" in said
    assert "are left for all" in said
    assert clock.now < 8
    assert c.slope("hessian").sizes == (4, 8, 16)
    json.dumps(c.to_dict(), allow_nan=False)


def test_nothing_goes_on_when_the_seconds_are_over():
    clock = Clock(product=1.0)
    subjects = [clock.on(subject(n)) for n in (4, 8)]
    c = Survey("chained", subjects, False, 3.0, clock).measured(lambda share, words: True)
    assert onp.isfinite(c.seconds["gradient"][0])
    assert onp.isnan(c.seconds["hessian"]).all()
    assert any("the seconds are over" in note for note in c.notes)
    assert clock.now < 6
    nothing = hw.cost(chained, (4,), seconds=0.0)
    assert all(onp.isnan(nothing.seconds[a]).all() for a in NAMES)
    assert "—" in str(nothing)
    assert onp.isnan(nothing.noise)


def test_where_the_gradient_fails_nothing_else_is_tried():
    subjects = [subject(4), subject(8)]
    tried = []

    def fails(*arguments):
        tried.append(len(arguments))
        raise hw.ProblemError("it cannot be recorded.")

    for name in ("gradient", "hvp", "hessian"):
        setattr(subjects[1].derivatives, name, fails)
    c = Survey("chained", subjects, False, 1e9).measured(lambda share, words: True)
    assert tried == [1]
    assert "gradient: not measured at n = 8, since it cannot be recorded" in c.notes
    assert "full Hessian: not measured at n = 8, since the gradient was not" in c.notes
    assert onp.isfinite(c.seconds["l-bfgs"]).all()


def test_what_has_fewer_variables_than_eigenvalues_says_so():
    c = hw.cost(chained, (3, 6), seconds=600.0, k=3)
    assert onp.isfinite(c.seconds["top-k"]).tolist() == [False, True]
    assert c.notes == (
        "3 largest eigenvalues: not measured at n = 3, since Lanczos's method finds k = 3 eigenvalues of more than 3",
    )


def test_a_matrix_that_memory_has_no_room_for_is_left_out(monkeypatch):
    monkeypatch.setattr(measure, "MAX_BYTES", 1000)
    c = hw.cost(chained, (8, 16), seconds=600.0, k=2)
    assert onp.isfinite(c.bytes["hessian"]).tolist() == [True, False]
    assert any("the matrix takes" in note for note in c.notes)


def test_it_is_cancelled_and_keeps_what_it_has():
    told = []

    def progress(share, words):
        told.append((share, words))
        return share < 0.5

    c = hw.cost(chained, sizes=(6, 12), seconds=600.0, k=2, progress=progress)
    assert [share for share, _ in told] == pytest.approx([i / 14 for i in range(8)])
    assert told[1][1] == "hvp, n = 6"
    assert all(onp.isfinite(c.seconds[a]).tolist() == [True, False] for a in NAMES)
    assert c.notes == (STOPPED,)


# What is refused


@pytest.mark.parametrize(
    "sizes", [(), (10, 2.5), 10, (0, 10), ("10",), (10, True), (10, 10**9), range(1, 100), None]
)
def test_sizes_are_whole_numbers(sizes):
    with pytest.raises(hw.ProblemError, match=r"sizes is .* whole numbers from 1"):
        hw.cost(chained, sizes)


@pytest.mark.parametrize(
    ("keyword", "value", "sentence"),
    [
        ("k", 0, "k is 0; it takes a whole number"),
        ("memory", 2.5, "memory is 2.5"),
        ("draws", True, "draws is True"),
        ("seconds", -1, "seconds is -1"),
        ("seconds", float("inf"), "seconds is inf"),
        ("compiled", "yes", "compiled is 'yes'"),
        ("progress", 3, "progress is 3"),
        ("at", 3.0, "at is 3.0; it takes a function of n"),
        ("at", lambda n: onp.zeros(2), r"at\(6\) has shape \(2,\)"),
        ("steap", 1.0, "did you mean 'steep'"),
    ],
)
def test_other_arguments_are_checked(keyword, value, sentence):
    with pytest.raises(hw.ProblemError, match=sentence):
        hw.cost(chained, (6,), **{keyword: value})


def test_a_function_of_one_length_says_which_it_refuses():
    fixed = onp.linspace(0.0, 1.0, 6)
    with pytest.raises(hw.ProblemError, match=r"with n = 8, .* raised ValueError.*give sizes that it takes"):
        hw.cost(lambda w: np.sum((w - fixed) ** 2), (6, 8))


def test_other_functions_are_refused():
    with pytest.raises(hw.ProblemError, match=r"takes 2 variables.*one vector of each size"):
        hw.cost(lambda x, y: x * y, (6,))
    with pytest.raises(hw.ProblemError, match="returned an array of shape"):
        hw.cost(lambda w: w**2, (6,))
    with pytest.raises(hw.ProblemError, match="not finite where it is measured with n = 6; give at="):
        hw.cost(lambda w: np.sum(np.log(w)), (6,))
    assert onp.isfinite(hw.cost(lambda w: np.sum(np.log(w)), (6,), at=onp.ones, k=2).seconds["hessian"]).all()


def test_parameters_are_given_by_name():
    def powers(w, power=4):
        calls.append(power)
        return np.sum(w**power)

    calls = []
    hw.cost(powers, (4,), seconds=600.0, k=2, power=6)
    assert set(calls) == {6}
    hw.cost(lambda w, data: np.sum(w**2) * data, (4,), over="w", data=2.0, seconds=600.0, k=2)
    with pytest.raises(hw.ProblemError, match="argument named 'sizes', which is a keyword here"):
        hw.cost(lambda w, sizes=2.0: np.sum(w**2), (4,))


def test_growth_that_still_changes_is_told():
    seconds = dict.fromkeys(NAMES, 1e-3 + 1e-9 * SIZES**2.0)
    ones = dict.fromkeys(NAMES, onp.ones(8))
    c = hw.Cost("f", SIZES, {a: a for a in NAMES}, seconds, seconds, seconds, ones, "autograd")
    slope = c.slope("hvp")
    assert slope.last > slope.value + 0.1
    assert f"{slope}{' *' * slope.is_overhead} ({slope.last:.2f})" in str(c)


def test_slopes_are_asked_for_by_name(measured):
    with pytest.raises(hw.ProblemError, match="did you mean 'hessian'"):
        measured.slope("hesian")
    with pytest.raises(hw.ProblemError, match="of is 'time'"):
        measured.slope("hvp", of="time")
