"""What a run holds, how it ends, stops and goes on, and what is refused."""

import json
import pickle
import warnings

import autograd.numpy as np
import numpy
import pytest

import hesswidget as hw
from hesswidget import models
from hesswidget.descent.methods import METHODS
from hesswidget.errors import ProblemError
from hesswidget.models.data import Samples
from hesswidget.training import curvature
from hesswidget.training.batches import Batches
from hesswidget.training.train import train

ARRAYS = "loss gradient_norm cost steps training_loss sharpness threshold trace parameters".split()


def bowl(x, y):
    return 2.0 * x**2 + 0.5 * y**2


@pytest.fixture(scope="module")
def small():
    return models.mlp("moons", widths=(2, 4, 1))


def same(one, other):
    return all(numpy.array_equal(getattr(one, a), getattr(other, a), equal_nan=True) for a in ARRAYS)


def test_a_quadratic_function_is_trained_as_it_is_known():
    run = train(bowl, (1.0, 1.0), rate=0.1, steps=30, curvature_every=7)
    assert run.steps.tolist() == [0, 7, 14, 21, 28, 30]
    assert len(run) == 31
    k = numpy.arange(31)
    assert numpy.allclose(run.loss, 2.0 * 0.6 ** (2 * k) + 0.5 * 0.9 ** (2 * k), rtol=1e-12)
    assert numpy.allclose(run.parameters[:, 0], 0.6**run.steps, rtol=1e-12)
    assert numpy.allclose(run.sharpness, 4.0)
    assert numpy.allclose(run.trace, 5.0)
    assert numpy.allclose(run.ratio, 0.2)
    assert run.test_loss is None
    assert run.preconditioned_sharpness is None
    assert run.cost.tolist() == list(range(31))
    assert run.products == 12


@pytest.mark.parametrize("method", METHODS)
def test_every_method_trains(method, small):
    run = train(small, method=method, steps=6, curvature_every=3)
    assert numpy.isfinite(run.loss).all()
    divides = method in ("adam", "rmsprop", "adagrad", "scalar-rmsprop")
    assert (run.preconditioned_sharpness is not None) == divides


@pytest.mark.parametrize("method", METHODS)
def test_every_method_takes_batches(method, small):
    run = train(small, method=method, steps=6, curvature_every=3, batch=10)
    assert len(run) > 1
    assert numpy.isfinite(run.training_loss).all()


@pytest.mark.parametrize("name", ["chebyshev", "moons", "blobs"])
def test_a_batch_of_all_samples_is_the_whole(name):
    model = models.mlp(name, widths=(1 if name == "chebyshev" else 2, 4, 3 if name == "blobs" else 1))
    whole = train(model, steps=20, l2=0.1, weight_decay=0.2)
    batch = train(model, steps=20, l2=0.1, weight_decay=0.2, batch=len(model.train))
    assert numpy.allclose(whole.loss, batch.loss, rtol=1e-10)
    assert numpy.allclose(batch.training_loss, batch.loss[batch.steps], rtol=1e-10)


def test_a_step_on_a_batch_is_one_along_its_gradient(small):
    run = train(small, steps=1, curvature_every=1, batch=7, seed=5, rate=0.3)
    places = Batches(50, 7, 5).of(0).astype(int)
    some = Samples(small.train.inputs[places], small.train.targets[places])
    part = models.mlp(models.Data("some", some, small.train), widths=(2, 4, 1))
    gradient = hw.curvature(part, run.parameters[0]).gradient
    assert numpy.allclose(run.parameters[1], run.parameters[0] - 0.3 * gradient, rtol=1e-12)


@pytest.mark.parametrize("batch", [None, 8])
@pytest.mark.parametrize("method", ["gradient-descent", "adam", "sam", "l-bfgs"])
def test_going_on_is_as_if_it_had_never_stopped(method, batch, small):
    at_once = train(small, method=method, steps=90, curvature_every=20, batch=batch, seed=2)
    part = train(small, method=method, steps=37, curvature_every=20, batch=batch, seed=2)
    assert same(part.more(53), at_once)
    assert same(part.more(53), at_once)  # and again, since the first run is as it was


def test_stopping_at_any_moment_keeps_what_there_is(small):
    told = []

    def progress(share, words):
        told.append((share, words))
        return len(told) < 4

    run = train(small, steps=100, curvature_every=10, progress=progress)
    assert len(run) == 31
    assert run.status == "stopped after 30 of 100 steps, before its end"
    assert same(run.more(70), train(small, steps=100, curvature_every=10))
    assert len(train(small, steps=100, progress=lambda *_: False)) == 1


def test_an_interrupt_keeps_what_there_is(small):
    def progress(share, words):
        if share > 0.5:
            raise KeyboardInterrupt
        return True

    run = train(small, steps=100, curvature_every=10, progress=progress)
    assert len(run) == 61
    assert "before its end" in run.status


@pytest.mark.parametrize("method", ["gradient-descent", "heavy-ball", "nesterov"])
def test_what_overflows_stops_with_a_sentence(method):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        run = train(lambda w: np.sum(w**4), np.ones(5), method=method, rate=1.0, steps=200, curvature_every=3)
    assert run.status.startswith("diverged: after step ")
    assert numpy.isfinite(run.loss).all()
    assert numpy.isfinite(run.parameters).all()
    assert [phase.name for phase in run.phases] == ["divergence"]
    with pytest.raises(ProblemError, match="can go no further"):
        run.more(10)


def test_what_raises_where_it_arrives_keeps_what_there_is():
    def bounded(x):
        if x > 2:
            raise RuntimeError("too far")
        return -(x**2)

    run = train(bounded, 1.0, rate=0.1, steps=20, curvature_every=2)
    assert run.parameters.max() <= 2
    assert run.is_over
    assert run.sharpness.tolist() == [-2.0] * len(run.steps)


def test_formulas_are_trained_too():
    assert train("x**2 + a*y**2", (1.0, 1.0), a=3.0, rate=0.1, steps=5).sharpness[0] == pytest.approx(6.0)


def test_what_ends_outside_of_its_domain_stops_with_a_sentence():
    run = train(lambda x: np.sqrt(1 - x) - 3 * x, 0.0, rate=0.2, steps=20)
    assert run.status.startswith("came to where f is not finite: after step ")
    assert len(run) < 20


def test_a_run_travels_and_prints(small):
    run = train(small, method="adam", steps=60, curvature_every=20)
    again = pickle.loads(pickle.dumps(run))
    assert same(run, again)
    assert str(again) == str(run)
    assert json.loads(json.dumps(run.to_dict()))["ratio"] == run.ratio.tolist()
    with pytest.raises(ProblemError, match="does not know its loss"):
        again.more(5)
    lines = str(run).splitlines()
    assert lines[0].startswith("adam, rate 0.001, momentum 0.9")
    assert lines[1].split() == "step loss test loss λ_max preconditioned threshold ratio trace".split()


def test_a_function_that_branches_is_trained_too():
    def huber(x, y):
        return x**2 / 2 + y**2 if abs(x) < 1 else abs(x) - 0.5 + y**2

    run = train(huber, (3.0, 1.0), rate=0.1, steps=40, curvature_every=10)
    assert run.sharpness[0] == 2.0
    assert abs(run.parameters[-1][0] - 3.0 + 2.0) < 1.0


def test_a_step_of_ones_own_is_trained_and_must_be_pure():
    run = train(bowl, (1.0, 1.0), method=lambda f, x: x - 0.1 * f.gradient(x), steps=10)
    assert numpy.allclose(run.loss, train(bowl, (1.0, 1.0), rate=0.1, steps=10).loss)
    random = numpy.random.default_rng(0)
    with pytest.raises(ProblemError, match="PathRecorder"):
        train(bowl, (1.0, 1.0), method=lambda f, x: x - random.uniform() * f.gradient(x), steps=10)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"rate": 0.0}, "rate is 0.0; it takes a finite number above zero"),
        ({"rate": -1}, "rate is -1"),
        ({"rate": numpy.nan}, "rate is nan"),
        ({"rate": "fast"}, "rate is 'fast'"),
        ({"method": "newton", "rate": 0.1}, "newton has no hyperparameter 'rate'"),
        (
            {"damping": 0.1},
            "gradient-descent has no hyperparameter 'damping', only rate, line_search; damped",
        ),
        ({"batch": 51}, "batch is 51, and moons has 50 samples"),
        ({"batch": 0}, "batch is 0; it takes a whole number from 1 to 50"),
        ({"batch": 2.5}, "batch is 2.5"),
        ({"steps": -1}, "steps is -1"),
        ({"steps": 10**9}, "steps is 1000000000"),
        ({"curvature_every": 0}, "curvature_every is 0"),
        ({"seed": -3}, "seed is -3"),
        ({"weight_decay": -0.1}, "weight_decay is -0.1"),
        ({"method": "adma"}, "did you mean 'adam'"),
        ({"method": "scipy:BFGS"}, "a training takes one of hw.methods"),
        ({"method": 3}, "a training takes one of hw.methods"),
        ({"momentun": 0.5}, "momentun"),
        ({"method": "adam", "decay": 2.0}, "decay is 2.0"),
        ({"line_search": "backwards"}, "line_search is 'backwards'"),
        ({"progress": 3}, "progress is 3"),
    ],
    ids=lambda x: " ".join(f"{k}={v}" for k, v in x.items()) if isinstance(x, dict) else None,
)
def test_what_means_nothing_is_refused(given, sentence, small):
    with pytest.raises(ProblemError, match=sentence.replace("(", r"\(")):
        train(small, **{"steps": 2, **given})


@pytest.mark.parametrize(
    ("loss", "start", "sentence"),
    [
        (lambda w: np.sum(np.log(w)), np.zeros(2), "not finite at the start"),
        (lambda w: np.sum(np.sqrt(w)), np.zeros(2), "the gradient of .* is not finite at the start"),
        (lambda w: np.sum(w**2), [[1.0, 2.0], [3.0]], "ragged|same length|lengths"),
        (lambda w: np.sum(w**2), np.array([1.0, np.nan]), "nan|finite"),
        (lambda w: w**2, np.ones(2), "scalar"),
    ],
    ids=["loss", "gradient", "ragged", "nan", "vector"],
)
def test_a_start_that_is_none_is_refused(loss, start, sentence):
    with pytest.raises(ProblemError, match=sentence):
        train(loss, start, steps=2)


def test_a_batch_is_one_of_a_models_samples():
    with pytest.raises(ProblemError, match="this loss is a function alone"):
        train(bowl, (1.0, 1.0), batch=3)


def test_what_larger_models_are_measured_by_agrees_with_the_whole(monkeypatch):
    model = models.mlp("moons", widths=(2, 16, 1))
    whole = train(model, method="adam", rate=0.01, steps=200, curvature_every=20)
    monkeypatch.setattr(curvature, "MOST_WHOLE", 20)
    run = train(model, method="adam", rate=0.01, steps=200, curvature_every=20)
    assert numpy.allclose(run.sharpness, whole.sharpness, rtol=1e-8)
    assert numpy.allclose(run.preconditioned_sharpness, whole.preconditioned_sharpness, rtol=1e-8)
    assert numpy.all(numpy.abs(run.trace - whole.trace) < 3 * run.trace_error)
    assert numpy.all(run.trace_error > 0)
