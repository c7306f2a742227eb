"""Published laws of training: where the sharpness goes, and what batches and weight decay do.

The network is the tanh network 1-16-16-1 on 20 Chebyshev points, n = 321. Bounds are those of the measurements of
several seeds; a run that is one step off in its threshold's formula, (2 + 2β)/η for 2/η, is far outside of them.
"""

import autograd.numpy as np
import numpy
import pytest

from hesswidget import models
from hesswidget.training.train import train


def network(seed=0):
    return models.mlp(widths=(1, 16, 16, 1), seed=seed)


def tail(run):
    """The median of the sharpness over its threshold in the last half."""
    return float(numpy.median(run.ratio[len(run.ratio) // 2 :]))


@pytest.fixture(scope="module")
def edge():
    return train(network(), rate=0.4, steps=3000)


def test_gradient_descent_comes_to_the_edge_of_stability(edge):
    assert numpy.allclose(edge.threshold, 2 / 0.4)
    assert 0.99 <= tail(edge) <= 1.02
    assert [phase.name for phase in edge.phases][-1] == "edge of stability"
    assert numpy.mean(numpy.diff(edge.loss[1500:]) > 0) > 0.2  # it falls, not step by step


@pytest.mark.parametrize(
    ("rate", "seed"), [(0.4, 1), (0.4, 2), (0.4, 3), (0.2, 0), (0.2, 1), (0.2, 2), (0.2, 3)]
)
def test_so_it_does_from_other_starts_and_at_half_the_rate(rate, seed):
    run = train(network(seed), rate=rate, steps=3000)
    assert 0.99 <= tail(run) <= 1.02
    names = [phase.name for phase in run.phases]
    assert names[-1] == "edge of stability"
    assert rate == 0.4 or names[0] == "progressive sharpening"


@pytest.mark.parametrize("seed", range(4))
def test_at_a_quarter_it_is_far_below_while_it_sharpens(seed):
    run = train(network(seed), rate=0.1, steps=1000)
    assert tail(run) < 0.6
    assert [phase.name for phase in run.phases] == ["progressive sharpening", "stable"]
    assert numpy.all(numpy.diff(run.loss) < 0)


@pytest.mark.parametrize(
    ("method", "given", "low", "high"),
    [
        ("heavy-ball", {"rate": 0.4, "momentum": 0.5}, 0.98, 1.02),
        ("nesterov", {"rate": 0.3, "momentum": 0.5}, 0.98, 1.02),
        ("adam", {"rate": 0.005, "momentum": 0.0}, 0.98, 1.03),
        ("adam", {"rate": 0.005, "momentum": 0.5}, 0.98, 1.03),
        ("adam", {"rate": 0.005, "momentum": 0.9}, 0.85, 1.1),
        ("scalar-rmsprop", {"rate": 0.01, "decay": 0.9}, 0.97, 1.03),
        ("scalar-rmsprop", {"rate": 0.02, "decay": 0.99}, 0.97, 1.03),
    ],
    ids=lambda x: "-".join(f"{k}{v}" for k, v in x.items()) if isinstance(x, dict) else None,
)
def test_each_method_has_an_edge_of_its_own(method, given, low, high):
    run = train(network(), method=method, steps=2000, curvature_every=40, **given)
    assert low <= tail(run) <= high
    sharpness = float(numpy.median(run.sharpness[25:]))
    assert not low <= sharpness * given["rate"] / 2 <= high  # which is not gradient descent's


@pytest.mark.parametrize(("rate", "radius"), [(0.1, 0.02), (0.1, 0.05), (0.2, 0.05)])
def test_sam_has_an_edge_that_is_far_below(rate, radius):
    run = train(network(), method="sam", rate=rate, radius=radius, steps=2000)
    g = run.gradient_norm[run.steps]
    published = g / (2 * radius) * (numpy.sqrt(1 + 8 * radius / (rate * g)) - 1)
    assert numpy.allclose(run.threshold, published, rtol=1e-9)
    assert 0.98 <= tail(run) <= 1.10
    assert float(numpy.median(run.sharpness[20:])) * rate / 2 < 0.7


def _scatter(d=400, samples=30):
    """Means to be learnt, one weight for each of d targets, all of curvature 1."""
    targets = numpy.random.default_rng(3).standard_normal((samples, d))
    start = {"w": targets.mean(axis=0)}
    model = models.model(lambda x, w: np.ones_like(x) * w, start, numpy.ones((samples, 1)), targets)
    return model, targets


@pytest.mark.parametrize(("rate", "batch"), [(0.5, 1), (1.0, 1), (0.5, 6)])
def test_the_noise_of_batches_leaves_a_floor(rate, batch):
    model, targets = _scatter()
    run = train(model, rate=rate, batch=batch, steps=1500, curvature_every=5)
    drawn = targets.var(axis=0) / batch * (len(targets) - batch) / (len(targets) - 1)  # without replacement
    lowest = run.training_loss[0]  # its start is the minimum
    above = float(numpy.mean(run.training_loss[10:])) - lowest
    assert above == pytest.approx(rate * drawn.sum() / (2 * (2 - rate)), rel=0.03)


def test_weight_decay_moves_all_eigenvalues_by_as_much():
    plain, decayed = (train(network(), steps=0, weight_decay=c) for c in (0.0, 0.1))
    assert decayed.sharpness[0] - plain.sharpness[0] == pytest.approx(0.1, abs=1e-12)
    assert decayed.trace[0] - plain.trace[0] == pytest.approx(32.1, abs=1e-10)
    by_model = train(models.mlp(widths=(1, 16, 16, 1)), steps=100, l2=0.1)
    assert numpy.allclose(train(network(), steps=100, weight_decay=0.1).loss, by_model.loss, rtol=1e-12)


def test_decay_is_the_same_by_products_and_for_batches():
    big = models.mlp("moons", widths=(2, 24, 16, 1))
    plain, decayed = (train(big, steps=0, weight_decay=c) for c in (0.0, 0.1))
    assert plain.trace_error[0] > 0
    assert decayed.sharpness[0] - plain.sharpness[0] == pytest.approx(0.1, rel=1e-6)
    assert decayed.trace[0] - plain.trace[0] == pytest.approx(0.1 * big.blocks.size, rel=1e-9)
