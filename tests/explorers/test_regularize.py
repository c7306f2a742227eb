"""Regularization under sliders: closed forms of linear models, the page's programs against autograd, and refusals."""

import autograd.numpy as np
import ipywidgets
import numpy
import pytest
from matplotlib.figure import Figure

import hesswidget as hw
from hesswidget import models
from hesswidget.descent.methods import METHODS
from hesswidget.errors import ProblemError
from hesswidget.training.evidence import Laplace
from hesswidget.training.regularization import REGULARIZERS


def ridge(model, decay):
    """The weights of linear regression without a constant."""
    inputs, targets = model.train.inputs, model.train.targets
    count, d = inputs.shape
    return numpy.linalg.solve(inputs.T @ inputs / count + decay * numpy.eye(d), inputs.T @ targets / count)


@pytest.fixture(scope="module")
def line():
    return models.linear_regression("plane", intercept=False)


@pytest.fixture(scope="module")
def of_line(line):
    return hw.regularize(line, rate=0.2, momentum=0.5)


@pytest.fixture(scope="module")
def of_network():
    return hw.regularize(models.mlp("moons", widths=(2, 2, 1)), steps=(1, 60, 1))


def test_weight_decay_adds_itself_to_every_eigenvalue_and_finds_the_ridge(line, of_line):
    of_line.set(weight_decay=0.1)
    found = of_line.trained
    assert found["eigenvalues"] - found["plain_eigenvalues"] == pytest.approx([0.1, 0.1], abs=1e-12)
    assert found["point"] == pytest.approx(ridge(line, 0.1), rel=1e-9)
    assert found["weights"] == pytest.approx(numpy.linalg.norm(ridge(line, 0.1)), rel=1e-9)
    assert found["plain_train_loss"] == pytest.approx(line.loss({"w": ridge(line, 0.0)}), rel=1e-9)
    assert found["test_loss"] == pytest.approx(line.test_loss({"w": ridge(line, 0.1)}), rel=1e-9)
    assert found["label"] == 0  # a minimum
    assert of_line.engine == "browser"


@pytest.mark.parametrize("method", ["newton", "bfgs", "levenberg-marquardt", "adam", "hessian-free"])
def test_every_kind_of_method_goes_by_the_penalized_loss(line, method):
    w = hw.regularize(line, method=method, weight_decay=0.1, steps=1000 if method == "adam" else 40)
    assert w.engine == "browser"
    if method != "adam":
        assert w.trained["point"] == pytest.approx(ridge(line, 0.1), rel=1e-8)
    w.set(batch=20, gradient_penalty=0.1, radius=0.01, steps=3)
    assert numpy.isfinite(w.trained["point"]).all()


def test_noise_on_inputs_is_weight_decay_of_a_line(line, of_line):
    of_line.set(weight_decay=1e-6, input_noise=0.3)
    found = of_line.trained
    assert found["point"] == pytest.approx(ridge(line, 0.09 + 1e-6), rel=1e-9)
    assert found["input_rise"] == pytest.approx(0.09 * found["weights"] ** 2 / 2, rel=1e-12)
    of_line.set(input_noise=0.0)


@pytest.mark.parametrize("decay", [1e-5, 1e-3, 0.5])
def test_the_mark_of_the_largest_evidence_stays_where_it_is(line, of_line, decay):
    count = len(line.train)
    w = numpy.zeros(2)
    gradient = -line.train.inputs.T @ line.train.targets / count
    exact = Laplace.of(line.loss({"w": w}), gradient, line.ggn({"w": w}), w, count, count)
    of_line.set(weight_decay=decay)
    found = of_line.trained
    assert found["best_decay"] == pytest.approx(exact.fixed_point(1e-3), rel=1e-6)
    assert found["log_evidence"] == pytest.approx(exact.log_evidence(decay), rel=1e-6)
    assert exact.fixed_point(1e-3) == pytest.approx(
        numpy.logspace(-7, 1, 65)[numpy.argmax(found["evidences"])], rel=0.16
    )


def test_no_mark_is_where_no_prior_is_best():
    """Of noise alone the evidence rises for ever: the larger the weight decay, the better."""
    random = numpy.random.default_rng(3)
    noise = models.linear_regression(
        random.standard_normal((30, 2)), random.standard_normal(30), intercept=False
    )
    found = hw.regularize(noise, method="newton", steps=2).trained
    assert numpy.argmax(found["evidences"]) == 64
    assert numpy.isnan(found["best_decay"])


def test_fewer_steps_stop_early(of_network):
    of_network.set(steps=17)
    found = of_network.trained
    assert found["count"] == 17
    assert found["plain_count"] == 60
    assert found["moments"].tolist() == list(range(18))
    assert numpy.isfinite(found["train_losses"]).all()
    assert found["train_losses"][-1] == found["train_loss"]
    of_network.set(steps=60)


AMOUNTS = {
    "nothing": {},
    **{name: {name: each.most / 3} for name, each in REGULARIZERS.items()},
    "batch": {"batch": 9},
    "several": {"radius": 0.1, "hessian_trace": 0.004, "label_noise": 0.1},
}


@pytest.mark.parametrize("amounts", AMOUNTS.values(), ids=AMOUNTS)
def test_what_a_page_replays_is_what_autograd_computes(of_network, amounts):
    start = of_network.parameters
    of_network.set(**amounts, steps=2)
    computation = of_network._view.computation
    state = of_network.point, of_network._settings
    found = computation.trained(*state)
    recorded, computation._recorded.sets = computation._recorded.sets, ()
    try:
        known = computation.trained(*state, seconds=120)
    finally:
        computation._recorded.sets = recorded
        of_network.parameters = start
    assert recorded
    for name in ("point", "eigenvalues", "train_losses", "fit", "log_evidence", "best_decay", "input_rise"):
        assert found[name] == pytest.approx(known[name], rel=1e-7, abs=1e-10, nan_ok=True), name
    moved = numpy.abs(found["point"] - of_network.point).max()
    assert moved > 0


def test_what_there_was_no_time_for_is_not_taken_for_the_end(of_network):
    computation, state = of_network._view.computation, (of_network.point + 0.01, of_network._settings)
    cut = computation.trained(*state, seconds=0.0)
    assert (cut["count"], cut["plain_count"]) == (0.0, 0.0)
    whole = computation.trained(*state)
    assert (whole["count"], whole["plain_count"]) == (60.0, 60.0)


def test_each_of_them_leads_elsewhere(of_network):
    start, ends = of_network.parameters, []
    for amounts in AMOUNTS.values():
        of_network.parameters = {**start, **{a: float(x) for a, x in amounts.items()}, "steps": 30.0}
        ends.append(of_network.trained["point"])
    of_network.parameters = start
    apart = [numpy.linalg.norm(a - b) for k, a in enumerate(ends) for b in ends[:k]]
    assert min(apart) > 1e-6


def test_its_radius_is_that_of_sam():
    model = models.mlp("chebyshev", widths=(1, 2, 1))
    w = hw.regularize(model, method="gradient-descent", rate=0.1, radius=0.05, steps=25, weight_decay=0)
    path = hw.minimize(model, method="sam", steps=25, rate=0.1, radius=0.05)
    assert w.trained["point"] == pytest.approx(path.points[25], rel=1e-9, abs=1e-12)
    assert METHODS["sam"].hyperparameters["radius"] == 0.05


def test_what_diverges_keeps_what_there_was():
    w = hw.regularize(models.linear_regression("plane"), rate=9.0, momentum=0.0, steps=2000)
    found = w.trained
    assert found["status"] > 2
    assert found["count"] < 2000
    assert numpy.isfinite(found["point"]).all()
    assert isinstance(w.figure(), Figure)


@pytest.mark.parametrize(
    "model",
    [
        lambda: models.softmax_regression("blobs"),
        lambda: models.linear_regression("plane", l2=0.02),
        lambda: models.linear_regression(numpy.eye(5), numpy.arange(5.0)),
        lambda: models.logistic_regression(numpy.eye(4)[:, :3], [0, 1, 1, 0]),
        lambda: models.model(
            lambda x, w: np.tanh(w * x[:, 0]), {"w": 1.0}, [[0.0], [1.0], [2.0]], [0.0, 0.5, 0.9]
        ),
    ],
    ids=["three classes", "plane", "samples", "samples of classes", "own"],
)
def test_every_model_is_drawn_and_saved(model, tmp_path):
    w = hw.regularize(model(), steps=20)
    assert isinstance(w.figure(), Figure)
    assert w.engine == "browser"
    assert w.save_html(tmp_path / "page.html").stat().st_size > 1000
    own = w._view.computation._model
    assert w.parameters["weight_decay"] == (0.02 if "plane" in own.name else 1e-3)


def test_the_call_that_a_page_copies_makes_it_again(of_network):
    rest = of_network._problem["call"]["rest"]
    assert rest["method"] == "'heavy-ball'"
    given = {name: eval(code, {"ipywidgets": ipywidgets}) for name, code in rest.items()}
    again = hw.regularize(models.mlp("moons", widths=(2, 2, 1)), **given, parameters=of_network.parameters)
    assert again.parameters == of_network.parameters
    assert again.trained["point"] == pytest.approx(of_network.trained["point"], rel=1e-12)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"weight_decay": -0.1}, "weight_decay is -0.1; it takes a number that is finite and not negative"),
        ({"weight_decay": (-1, 1)}, "weight_decay may become -1; it is not negative"),
        ({"hessian_trace": "much"}, "hessian_trace takes .min, max., or a number where its slider starts"),
        (
            {"radius": ipywidgets.fixed(0.1)},
            "cannot be fixed, since it is compared with the training without",
        ),
        ({"l2": 0.1}, "l2 is 0.1; here it is the slider weight_decay: give weight_decay=0.1"),
        ({"steps": 0}, "steps is 0; it takes a whole number from 1 to 20,000"),
        ({"steps": (5, 2.5)}, "upside down"),
        ({"steps": (1, 10.5)}, "it takes whole numbers from 1 to 20,000"),
        ({"batch": 41}, "batch is 41; it takes a whole number from 1 to 40"),
        ({"batch": (1, 50)}, "it takes whole numbers from 1 to 40"),
        ({"method": "scipy:BFGS"}, "it takes one of hw.methods"),
        ({"method": ["newton", "adam"]}, "it takes one of hw.methods"),
        ({"method": [("adam", {"seed": 3})]}, "adam, seed 3 was given; here samples are drawn in one order"),
        ({"method": "adm"}, "did you mean 'adam'"),
        ({"dropout": 0.5}, "unknown argument 'dropout'"),
        ({"parameters": {"radius": 7.0}}, "radius = 7 lies outside its range"),
    ],
    ids=lambda x: str(x)[:40],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(given, sentence):
    with pytest.raises(ProblemError, match=sentence):
        hw.regularize(models.linear_regression("plane"), **given)


def test_what_is_estimated_of_many_weights_says_so():
    small, large = (REGULARIZERS["hessian_trace"].said(n) for n in (64, 65))
    assert large == f"{small}, estimated by 16 random vectors"


@pytest.mark.parametrize(
    ("samples", "given", "count"),
    [(2, {"steps": 1}, 1), (2, {"steps": (1, 3)}, 3), (2, {"batch": 1, "steps": 5}, 5), (1, {"steps": 4}, 4)],
    ids=str,
)
def test_a_single_step_or_sample_will_do(samples, given, count):
    model = models.linear_regression([[1.0], [2.0]][:samples], [1.0, 2.0][:samples])
    w = hw.regularize(model, **given)
    assert w.trained["count"] == count
    assert numpy.isfinite(w.trained["point"]).all()


def of_logarithm(start):
    return models.model(lambda x, w: np.log(w) * x[:, 0], {"w": start}, [[1.0], [2.0]], [1.0, 2.0])


def test_a_loss_that_is_not_finite_at_the_start_is_refused():
    with pytest.raises(ProblemError, match="is not finite at the start; give a start where it is"):
        hw.regularize(of_logarithm(-1.0))


def test_where_it_is_not_finite_later_the_picture_says_so_and_stays():
    w = hw.regularize(of_logarithm(1.0), steps=5)
    w.set(w=-1.0)
    found = w.trained
    assert found["count"] == 0
    assert numpy.isnan(found["train_loss"])
    assert isinstance(w.figure(), Figure)
    w.set(w=2.0)
    assert numpy.isfinite(w.trained["train_loss"])


def test_only_models_are_regularized():
    with pytest.raises(ProblemError, match=r"is no model; give one that hw\.models makes"):
        hw.regularize(lambda w: w**2)
