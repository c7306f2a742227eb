"""How fast a sequence falls: what is made with a known order is recognised, and nothing else is; recorded or not."""

import autograd.numpy as np
import numpy as onp
import pytest
from hypothesis import given
from hypothesis import strategies as st

import hesswidget as hw
from hesswidget.descent.convergence import convergence
from hesswidget.descent.order import BRIEFLY, EXPLAINED, KINDS, order_of, order_of_padded, program
from hesswidget.precision import EPS
from hesswidget.program.executor import Executable

LENGTH = 513
scales = st.floats(-12, 12).map(lambda x: 10.0**x)
seeds = st.integers(0, 2**32 - 1)


def powers_of(order, start, constant):
    errors = [start]
    while errors[-1] > 1e-30:
        errors.append(constant * errors[-1] ** order)
    return onp.array(errors)


def with_rounding(errors, scale, seed, size=EPS):
    """As an optimizer leaves them: rounded, and going on for a while where they are rounding alone."""
    noise = onp.random.default_rng(seed).uniform(size=len(errors) + 7)
    return scale * (onp.append(errors, onp.zeros(7)) + size * noise)


@given(
    st.floats(1.25, 3.0), st.floats(0.2, 0.9), st.floats(0.1, 1.0), scales, seeds,
    st.sampled_from([EPS, 100 * EPS, 1e4 * EPS]),
)  # fmt: skip
def test_an_order_is_recognised(order, start, constant, scale, seed, size):
    errors = with_rounding(powers_of(order, start, constant), scale, seed, size)
    found = order_of(errors, scale)
    if found.kind == "unknown":  # too few errors are above the rounding to tell
        assert (errors > 16 * size * scale).sum() <= 3
        return
    assert found.kind == "superlinear"
    assert found.value == pytest.approx(order, rel=0.02)  # 1/16 of the last error may be rounding
    assert found.constant == pytest.approx(constant * scale ** (1 - found.value), rel=0.5)
    assert not found.spread > 0.05


@given(st.floats(0.02, 0.995), st.integers(24, LENGTH), st.integers(0, 30), scales, seeds, st.floats(0, 0.9))
def test_a_rate_is_recognised(rate, count, before, scale, seed, transient):
    k = onp.arange(float(count))
    errors = rate**k * (1 + transient * (rate / 10) ** k)
    rising = 2.0 ** onp.arange(before - 40.0, -40.0)  # a start that leads away first
    found = order_of(onp.append(scale * rising, with_rounding(errors, scale, seed)), scale)
    assert found.kind == "linear"
    assert onp.log(found.value) == pytest.approx(onp.log(rate), rel=0.03)
    assert found.spread <= 0.03


@given(st.floats(0.3, 5.0), st.integers(24, LENGTH), st.floats(1.0, 100.0), scales)
def test_a_power_is_recognised_wherever_its_count_begins(power, count, shift, scale):
    found = order_of(scale * (onp.arange(float(count)) + shift) ** -power, 1e-12 * scale)
    assert found.kind == "sublinear"
    assert found.value == pytest.approx(-power, rel=1e-3)
    assert found.constant == pytest.approx(scale, rel=1e-2)


k = onp.arange(200.0)
HONEST = {
    "none": [],
    "one": [0.1],
    "two": [0.1, 0.01],
    "three that go on": [0.1, 0.01, 0.0001],
    "constant": 0 * k + 0.3,
    "zero": 0 * k,
    "increasing": 1.01**k,
    "diverging": onp.append(0.5 ** onp.arange(9.0), 10.0 ** onp.arange(300.0)),
    "diverging to infinity": onp.append(2.0**k, [onp.inf, onp.nan]),
    "two in turn": onp.where(k % 2 == 0, 1.0, 0.5),
    "two in turn, shrinking": 0.9**k * onp.where(k % 2 == 0, 1.0, 0.5),
    "a wave": 0.95**k * onp.abs(onp.cos(k)),
    "stretched": onp.exp(-onp.sqrt(k + 1)),
    "rounding": 1e-14 * 0.5**k,
    "not finite": [onp.nan, 0.1, 0.01, 0.001],
}


@pytest.mark.parametrize("name", HONEST)
def test_what_has_no_order_is_told_none(name):
    found = order_of(onp.asarray(HONEST[name], dtype=float))
    assert (found.kind, str(found)) == ("unknown", "of no order that can be told")
    assert onp.isnan([found.value, found.constant, found.spread]).all()


@pytest.mark.parametrize("noise", ["uniform", "lognormal", "walk"])
def test_chance_has_no_order(noise):
    chance = onp.random.default_rng(7)
    claims = 0
    for _ in range(2000):
        n = chance.integers(3, 200)
        errors = {
            "uniform": chance.uniform(size=n),
            "lognormal": onp.exp(3 * chance.normal(size=n)),
            "walk": onp.exp(onp.cumsum(chance.normal(size=n))),
        }[noise]
        claims += order_of(errors).kind != "unknown"
    assert claims <= 6  # measured: 0, 1 and 2 of 2000; four errors in a row may fall as if by an order


def test_a_rate_is_no_power_and_a_power_no_rate_however_little_falls():
    assert order_of(0.999**k).kind == "linear"
    assert order_of((k + 1400.0) ** -2.0).kind == "sublinear"  # falls by 23 % in all


def test_what_comes_to_rounding_needs_three_errors_and_says_that_it_is_one_estimate():
    found = order_of(onp.array([0.5, 0.0625, 1.52587890625e-05, 0.0]))
    assert (found.kind, round(found.value, 9)) == ("superlinear", 4.0)
    assert onp.isnan(found.spread)
    assert "±" not in str(found)


def paths():
    chance = onp.random.default_rng(1)
    newton = hw.minimize(lambda x: np.exp(x) - x, 1.0, tolerance=0.0).points[:, 0]
    quartic = hw.minimize(lambda x: x**4, 1.0, method="gradient-descent", rate=0.05, steps=200)
    return [newton, 0.7**k, quartic.values, chance.uniform(size=200), 1.1**k, onp.array([])]


def test_recorded_and_padded_is_as_plain():
    errors = [onp.append(e, onp.full(201 - len(e), onp.nan)) for e in paths()]
    found = Executable(program(6, 201))(errors=errors, scale=onp.ones(6))
    assert [KINDS[int(x)] for x in found["kind"]] == [
        "superlinear", "linear", "sublinear", "unknown", "unknown", "unknown",
    ]  # fmt: skip
    for row, (short, long) in enumerate(zip(paths(), errors, strict=True)):
        plain = order_of(short)
        assert plain.kind == KINDS[int(found["kind"][row])]
        with onp.errstate(all="ignore"):
            padded = order_of_padded(long, 1.0)
        for name, x in zip(("kind", "value", "constant", "spread"), padded, strict=True):
            onp.testing.assert_allclose(found[name][row], x, rtol=1e-12)
            if name != "kind":
                onp.testing.assert_allclose(getattr(plain, name), x, rtol=1e-12)


def test_a_program_for_long_sequences_moves_no_squares():
    assert program(6, LENGTH).largest <= 6 * LENGTH


def test_the_race_says_why_there_is_no_order_and_what_ratio_a_path_falls_by_wherever_it_goes():
    turn = onp.linalg.qr(onp.random.default_rng(5).normal(size=(2, 2)))[0]
    steps = onp.arange(60.0)
    elsewhere = onp.array([3.0, -7.0])
    by_ratio = elsewhere + onp.stack([0.8**steps, 0.5**steps], axis=1) @ turn.T  # which has not arrived yet
    wave = by_ratio + onp.outer(onp.cos(steps) * 0.8**steps, [1.0, 0.0])
    short = onp.append(by_ratio[:2], onp.full((58, 2), onp.nan), axis=0)
    newton = elsewhere + onp.outer(10.0 ** -(2.0 ** onp.minimum(onp.arange(60), 4)), [1.0, 1.0])
    newton[5:] = onp.nan
    points = onp.array([by_ratio, wave, short, newton])
    values = 1e3 + onp.sum((points - elsewhere) ** 2, axis=2)
    values[0] += 50.0  # its limit is not the lowest
    with onp.errstate(all="ignore"):
        counts, unknown = onp.array([60.0, 60.0, 2.0, 5.0]), onp.full((4, 2), onp.nan)
        found = convergence(points, values, onp.sqrt(values - 1e3), counts, unknown)
    said = {m: [BRIEFLY[int(row[0])] for row in found[f"{m}_orders"]] for m in ("value", "distance")}
    assert said["value"][0] == said["distance"][0] == "ratio {value}"
    onp.testing.assert_allclose(found["distance_orders"][0, 1], 0.8, rtol=1e-3)
    onp.testing.assert_allclose(found["value_orders"][0, 1], 0.64, rtol=1e-3)
    assert said["value"][1] == "waves, {value}"
    onp.testing.assert_allclose(found["value_orders"][1, 1], 0.64, rtol=0.03)
    assert said["distance"][1] in ("unclear", "too short", "waves, {value}")
    assert said["value"][2] == said["distance"][2] == "too short"
    assert said["distance"][3] == "order {value}"
    onp.testing.assert_allclose(found["distance_orders"][3, 1], 2.0, rtol=1e-3)
    assert len(EXPLAINED) == len(BRIEFLY)


@pytest.mark.parametrize(
    "digits",
    [[-1.2, -1.9, -2.6, -4.2, -5.6, -6.5], [0.0, -0.45, -0.9, -2.6, -4.3, -6.0, -7.7]],
    ids=["as BFGS on Beale's", "suddenly"],
)
def test_what_quickens_is_not_linear_though_two_of_its_quarters_agree(digits):
    """Steps in powers of ten, as quasi-Newton methods take them: ever faster, by no even order."""
    assert order_of(10.0 ** onp.array(digits)).kind != "linear"


@pytest.mark.parametrize("ratio", [0.15, 0.05, 0.01])
def test_a_ratio_is_recognised_however_fast(ratio):
    found = order_of(ratio ** onp.arange(8.0))
    assert found.kind == "linear"
    assert found.value == pytest.approx(ratio)
