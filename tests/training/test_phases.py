"""What is seen in a training has its name by its numbers, and no other."""

from types import SimpleNamespace

import numpy
import pytest

from hesswidget.training.phases import phases
from hesswidget.training.train import train


def seen(ratio, loss=None, status="stopped after 40 steps: |∇f| = 1"):
    ratio = numpy.array(ratio, dtype=float)
    loss = numpy.linspace(1.0, 0.5, len(ratio)) if loss is None else numpy.array(loss, dtype=float)
    return phases(SimpleNamespace(ratio=ratio, loss=loss, steps=numpy.arange(len(ratio)), status=status))


def names(found):
    return [phase.name for phase in found]


@pytest.mark.parametrize(
    ("ratio", "loss", "expected"),
    [
        ([0.5] * 8, None, ["stable"]),
        ([0.4, 0.5, 0.55], None, ["stable"]),
        ([0.3, 0.4, 0.5, 0.6], None, ["progressive sharpening", "stable"]),
        ([0.3, 0.6, 1.0, 1.01, 0.99, 1.02, 1.0], None, ["progressive sharpening", "edge of stability"]),
        ([1.0, 0.4, 0.6, 1.0, 1.01, 0.99, 1.02, 1.0], None, ["progressive sharpening", "edge of stability"]),
        ([0.5, 1.0, 1.01, 0.99, 1.02, 1.0, 0.6, 0.5, 0.5], None, ["progressive sharpening", "stable"]),
        ([0.3, 0.6, 1.0, 1.3, 1.4, 1.5, 1.4, 1.5], None, ["progressive sharpening"]),
        ([0.3, 0.6, 1.0, 1.0], None, ["progressive sharpening"]),
        ([1.8, 0.7, 0.7, 0.7], [1.0, 9.0, 0.5, 0.4], ["catapult", "stable"]),
        ([1.3, 2.1, 1.1, 0.2, 0.6], [1.0, 3.0, 5.0, 0.5, 0.4], ["catapult", "stable"]),
        ([1.8, 0.7, 0.7, 0.7], [1.0, 1.1, 0.5, 0.4], ["stable"]),
        ([1.8, 0.7, 0.7, 0.7], [1.0, 9.0, 8.0, 8.0], ["stable"]),
        ([numpy.nan] * 5, None, []),
        ([-0.5] * 5, None, ["stable"]),
    ],
    ids=[
        "flat", "a little", "sharpening", "edge", "edge, left before", "edge, left for good", "far above", "too few",
        "catapult", "sharper first", "no climb", "no landing", "no threshold", "negative",
    ],
)  # fmt: skip
def test_each_has_its_numbers(ratio, loss, expected):
    assert names(seen(ratio, loss)) == expected


def test_what_diverges_is_not_called_what_it_passes_on_its_way():
    found = seen(
        [0.9, 0.98, 1.1, 40.0, 1e9], [1.0, 2.0, 9.0, 1e5, 1e99], "diverged: after step 5 f is not finite"
    )
    assert names(found) == ["divergence"]
    assert found[0].sentence.startswith("divergence: the loss grows from 1 at step 0 to 1e99 at step 4")


def test_what_has_not_diverged_to_the_end_is_said_to_diverge_where_it_stops():
    run = train(lambda w: numpy.float64(3.0) * w**2, 1.0, rate=0.5, steps=40, curvature_every=1)
    assert run.status.startswith("diverged")
    (phase,) = run.phases
    assert phase.name == "divergence"
    assert "before, the sharpness was 1.5 of its threshold" in phase.sentence
    assert names(seen([1.2, 1.2, 1.2], [1.0, 3.0, 9.0])) == []  # not yet


@pytest.mark.parametrize("ratio", [[0.9, 0.8], [numpy.nan, numpy.nan]], ids=["measured", "unmeasured"])
def test_what_falls_until_nothing_is_finite_does_not_grow(ratio):
    (found,) = seen(ratio, [2.0, 1.0], "diverged: after step 2 f is not finite")
    assert found.sentence == "divergence: after step 1, where the loss is 1, nothing is finite"


def test_numbers_of_the_edge_are_those_of_the_run():
    ratio = [0.3, 1.0, 1.02, 0.98, 1.0, 1.04]
    edge = seen(ratio, [1.0, 0.8, 0.9, 0.5, 0.6, 0.4])[-1]
    assert (edge.first, edge.last) == (1, 5)
    assert "is 1 of its threshold in the median" in edge.sentence
    assert "rises in 50 % of steps, and falls from 0.8 to 0.4" in edge.sentence


def test_a_scalar_network_is_catapulted():
    """Of f = (ab − 1)²/2, whose minima have the sharpness a² + b² (Lewkowycz et al., 2020)."""
    run = train(lambda a, b: (a * b - 1) ** 2 / 2, (2.1, 0.1), rate=0.6, steps=300, curvature_every=1)
    assert names(run.phases) == ["catapult", "stable"]
    assert run.sharpness[0] > 2 / 0.6 > run.sharpness[-1]
    assert run.loss[-1] < 1e-12
