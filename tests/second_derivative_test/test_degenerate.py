"""What degenerate points are: normal forms of singularity theory, counterexamples, and invariances."""

import math

import autograd.numpy as np
import numpy as onp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hesswidget as hw
from hesswidget.derivatives.objective import Objective
from hesswidget.problem.problem import Problem
from hesswidget.second_derivative_test.degenerate.resolve import RADII, resolve


def resolved(function, point, **tolerances):
    c = hw.curvature(function, point, **tolerances)
    assert c.label == "degenerate", c.reason
    assert c.reason.endswith(c.resolution.sentence)
    return c.resolution


def peano(x, y):
    return (y - x**2) * (y - 3 * x**2)


def circle(x, y):
    return (x**2 + y**2 - 1) ** 2


TWO = {
    "quartic bowl": (lambda x, y: x**4 + y**4, "minimum"),
    "quartic dome": (lambda x, y: -(x**4) - y**4, "maximum"),
    "half quartic saddle": (lambda x, y: x**2 - y**4, "saddle"),
    "half quartic bowl": (lambda x, y: x**2 + y**4, "minimum"),
    "fourth and sixth": (lambda x, y: x**4 + y**6, "minimum"),
    "fourth against sixth": (lambda x, y: x**4 - y**6, "saddle"),
    "monkey": (lambda x, y: x**3 - 3 * x * y**2, "saddle"),
    "D5": (lambda x, y: x**2 * y + y**4, "saddle"),
    "E6": (lambda x, y: x**3 + y**4, "saddle"),
    "Peano": (peano, "saddle"),
    "Peano upside down": (lambda x, y: -peano(x, y), "saddle"),
    "a maximum below a bent valley": (lambda x, y: -((y - x**2) ** 2) - x**6, "maximum"),
    "a minimum in a bent valley": (lambda x, y: (y - x**2) ** 2 + x**6, "minimum"),
    "cusp fold": (lambda x, y: y**2 + x**3, "saddle"),
    "gutter": (lambda x, y: x**2 + 0 * y, "flat"),
    "ridge": (lambda x, y: -(x**2) + 0 * y, "flat"),
    "quartic gutter": (lambda x, y: x**4 + 0 * y, "flat"),
    "bent quartic gutter": (lambda x, y: (y - x**2) ** 4, "flat"),
    "crossing gutters": (lambda x, y: x**2 * y**2, "flat"),
    "constant": (lambda x, y: 0.0 * x * y, "flat"),
    "fourth against fifth": (lambda x, y: x**5 - y**4, "saddle"),
    "fourth against fifth, turned": (
        lambda x, y: (0.6 * x + 0.8 * y) ** 5 - (0.8 * x - 0.6 * y) ** 4,
        "saddle",
    ),
    "a fifth power far out": (lambda x, y: x**4 + y**4 - 1000 * y**5, "minimum"),
    "a fifth power far out, turned": (lambda x, y: x**4 + y**4 + 1000 * (0.6 * x + 0.8 * y) ** 5, "minimum"),
}
OPPOSITE = {"minimum": "maximum", "maximum": "minimum", "saddle": "saddle", "flat": "flat"}
LINE = {
    "x³": (lambda x: x**3, "saddle", 3),
    "x⁴": (lambda x: x**4, "minimum", 4),
    "−x⁴": (lambda x: -(x**4), "maximum", 4),
    "x⁵": (lambda x: x**5, "saddle", 5),
    "x⁶": (lambda x: x**6, "minimum", 6),
    "x⁵ + x⁶": (lambda x: x**5 + x**6, "saddle", 5),
    "|x|³": (lambda x: np.abs(x) ** 3, "minimum", 3),
    "the cosine's remainder": (lambda x: np.cos(x) - 1 + x**2 / 2 - x**4 / 24, "maximum", 6),
}


@pytest.mark.parametrize("name", TWO)
def test_normal_forms_of_two_variables(name):
    function, kind = TWO[name]
    assert resolved(function, (0.0, 0.0)).kind == kind


@pytest.mark.parametrize("name", TWO)
def test_the_opposite_function_is_the_opposite(name):
    function, kind = TWO[name]
    assert resolved(lambda x, y: -function(x, y), (0.0, 0.0)).kind == OPPOSITE[kind]


@pytest.mark.parametrize("name", LINE)
def test_normal_forms_of_one_variable(name):
    function, kind, order = LINE[name]
    found = resolved(function, 0.0)
    assert found.kind == kind
    assert found.order == pytest.approx(order, abs=0.02)


@pytest.mark.parametrize(
    ("function", "kind"),
    [
        (lambda x, y, z: x**2 + y**4 - z**4, "saddle"),
        (lambda x, y, z: x**2 + y**2 + z**4, "minimum"),
        (lambda x, y, z: x**4 + y**4 + z**4, "minimum"),
        (lambda x, y, z: x**4 + y**4 + 0 * z, "flat"),
        (lambda x, y, z: (x + 0.3 * y - z) ** 4 + (y + 0.2 * z + 0.1 * x) ** 4, "flat"),
        (lambda x, y, z: (x + 0.3 * y - z) ** 4 + (y + 0.2 * z) ** 4 - 1e-3 * (x + z) ** 4, "saddle"),
        (lambda x, y, z: x * y * z, "saddle"),
    ],
)
def test_normal_forms_of_three_variables(function, kind):
    assert resolved(function, (0.0, 0.0, 0.0)).kind == kind


def test_the_sentences_name_the_evidence():
    assert resolved(peano, (0.0, 0.0)).sentence == (
        "a degenerate saddle: along (1, 0) f rises, but along the curve where ∂f/∂y = 0 it falls like the 4th power"
    )
    monkey = resolved("monkey_saddle", (0.0, 0.0)).sentence
    assert monkey.startswith(
        "a monkey saddle: around the null space the third derivative changes sign 6 times"
    )
    assert resolved(lambda x: x**3, 0.0).sentence == (
        "neither: an inflection point: f falls to the left and rises to the right, like the 3rd power; "
        "the third derivative is 6"
    )
    assert resolved("gutter", (0.0, 0.0)).sentence == (
        "a flat direction: along (0, 1) f does not change up to a distance of 0.2 (a gutter: not isolated)"
    )
    assert "(a ridge: not isolated)" in resolved(lambda x, y: 0 * x - y**2, (0.0, 0.0)).sentence
    assert "in all 32 directions" in resolved(lambda x, y: 0.0 * x * y, (0.0, 0.0)).sentence
    assert "along (0, 1) f falls like the 4th power" in resolved("half_quartic_saddle", (0.0, 0.0)).sentence
    assert "the curve that leaves along (0, 1)" in resolved(circle, (1.0, 0.0)).sentence


def test_growth_is_a_number_that_can_be_checked():
    found = resolved(lambda x: 3 * x**4, 0.0)
    distance = RADII[1]
    assert f"by {3 * distance**4:.3g}".replace("e-0", "e-") in found.sentence
    assert found.order == pytest.approx(4)
    onp.testing.assert_allclose(abs(found.directions), [[1.0]])


@pytest.mark.parametrize("point", [(1.0, 0.0), (0.6, 0.8), (3**-0.5, (2 / 3) ** 0.5), (0.28, -0.96)])
def test_a_bent_gutter_is_flat_everywhere(point):
    found = resolved(circle, point)
    assert found.kind == "flat"
    assert abs(found.directions[0] @ point) < 1e-9


@pytest.mark.parametrize(
    ("function", "point", "scale"),
    [
        (lambda x: 1e3 * (x - 3) ** 4 + 7, 3.0, None),
        (lambda x: (1e-6 - x) ** 4, 1e-6, None),
        (lambda x: (x / 1e-6) ** 4 - (x / 1e-6) ** 6, 0.0, 1e-6),
        (lambda x: x**4 - 12 * x**3 + 54 * x**2 - 108 * x + 81, 3.0, None),  # (x − 3)⁴, with cancellation
        (lambda x, y: 1e6 * (x - 3 * y) ** 2 + (3 * x + y) ** 4, (0.0, 0.0), None),
        (lambda x, y: 5e3 * (y + 0.6 * x**2) ** 2 + x**8, (0.0, 0.0), None),
        (lambda x, y: 1e8 + (x - 1e3) ** 4 + (y - 1) ** 2, (1e3, 1.0), None),
    ],
)
def test_units_and_offsets(function, point, scale):
    assert resolved(function, point, stationarity_scale=scale).kind == "minimum"


def test_a_scale_that_is_too_large_is_found_out():
    """Closer than was looked f rises, as its fourth derivative says; at the distances looked at it falls."""
    assert resolved(lambda x: (x / 1e-6) ** 4 - (x / 1e-6) ** 6, 0.0).kind == "inconclusive"


def test_a_third_derivative_rules_out_an_extremum():
    assert resolved(lambda x: x**4 + 1e-9 * x**3, 0.0).kind == "inconclusive"


def test_what_is_flat_to_all_orders_is_not_called_a_minimum():
    """Cauchy's exp(−1/x²): a minimum, but no power of the distance says so."""

    def cauchy(x):
        return np.where(x == 0, 0.0, np.exp(-1 / np.where(x == 0, 1.0, x) ** 2))

    found = resolved(lambda x: cauchy(x) + 0 * x, 0.0)
    assert found.kind == "inconclusive"
    assert "rises at a distance of 0.2" in found.sentence
    assert "does not change within its rounding at a distance of 0.0016" in found.sentence


def test_one_side_alone_may_be_flat():
    found = resolved(lambda x: np.where(x > 0, x**4, 0.0 * x), 0.0)
    assert found.kind == "flat"
    assert "to the left f does not change" in found.sentence


def test_what_cannot_be_looked_at_is_inconclusive_with_why():
    assert "not finite" in resolved(lambda x: np.where(x < 0, np.nan, x**4), 0.0).sentence

    def refusing(x):
        if x != 0:
            raise ValueError("only at zero")
        return x**4

    found = resolved(refusing, 0.0)
    assert found.kind == "inconclusive"
    assert "only at zero" in found.sentence


def test_where_the_test_speaks_there_is_nothing_to_resolve():
    for function, point in (
        ("himmelblau", (3.0, 2.0)),
        (lambda x, y: x * y, (0.0, 0.0)),
        (peano, (1.0, 1.0)),
    ):
        assert hw.curvature(function, point).resolution is None


KINDS = {
    "dixon_price": ["saddle"],
    "monkey_saddle": ["saddle"],
    "quartic_bowl": ["minimum"],
    "peano": ["saddle"],
    "gutter": ["flat"],
    "quartic_gutter": ["flat"],
    "half_quartic_saddle": ["saddle"],
    "linear_autoencoder": ["flat"],
    "two_layer_scalar": ["flat", "flat"],
    "three_layer_scalar": ["saddle", "flat"],
    "powell_singular": ["minimum"],
    "hilbert_quadratic": ["flat"],  # within rounding: its smallest eigenvalue is 2.6e-17
    "cubic": ["saddle"],
    "quartic": ["minimum"],
    "deep_tanh": ["saddle"],
    "newton_square_root": ["minimum"],
}


@pytest.mark.parametrize("name", hw.gallery.names())
def test_the_degenerate_points_of_the_gallery(name):
    points = [p.point for p in hw.gallery[name].critical_points if p.label == "degenerate"]
    vector = isinstance(next(iter(hw.gallery[name].ranges.values())), onp.ndarray)
    kinds = [resolved(name, onp.array(p) if vector else p).kind for p in points]
    assert kinds == KINDS.get(name, [])


def test_a_null_space_of_many_dimensions_is_looked_at_in_so_many_directions():
    """Features that are never active leave their weights without effect."""
    inputs = onp.random.default_rng(0).normal(size=(50, 3))

    def loss(w):
        return np.mean(np.log(np.cosh(np.dot(inputs, w[:3])))) + 0 * np.sum(w)

    found = resolved(loss, onp.zeros(200))
    assert found.kind == "flat"
    assert "in all 32 directions of the null space looked along" in found.sentence
    assert resolved(lambda w: np.sum(w**4), onp.zeros(200)).kind == "minimum"


def test_a_caller_may_have_its_own_threshold():
    """A root finder ends near a degenerate point, where the Hessian is small but not zero."""
    point = onp.array([1e-5, 2e-5])
    f = Objective(Problem.at(lambda x, y: x**4 + y**2 * (1 + x), point, None, {}))
    eigenvalues = onp.array([12 * point[0] ** 2, 2.0])
    assert resolve(f, point, eigenvalues, onp.eye(2), 1e-6, 1.0).kind == "minimum"


# --- invariances ---

NAMES = st.sampled_from(sorted(set(TWO) - {"constant"}))


@pytest.mark.parametrize("angle", [1e-9, 1.2e-7, 1e-6])
@pytest.mark.parametrize("name", ["a maximum below a bent valley", "Peano", "a fifth power far out"])
def test_an_angle_however_small_is_no_rounding(name, angle):
    function, kind = TWO[name]
    cos, sin = math.cos(angle), math.sin(angle)
    assert resolved(lambda x, y: function(cos * x + sin * y, cos * y - sin * x), (0.0, 0.0)).kind == kind


@given(NAMES, st.floats(0, 2 * math.pi), st.sampled_from([1e-6, 1.0, 1e6]), st.sampled_from([0.0, 7.0, -1e3]))
@settings(deadline=None, derandomize=True)
def test_the_kind_is_invariant(name, angle, factor, offset):
    """Under rotations of the coordinates, positive factors and constants; the Hessian is known in closed form."""
    function, kind = TWO[name]
    cos, sin = math.cos(angle), math.sin(angle)

    def turned(x, y):
        return factor * function(cos * x + sin * y, cos * y - sin * x) + offset

    c = hw.curvature(turned, (0.0, 0.0))
    assert c.label == "degenerate"
    assert c.resolution.kind == kind, c.reason


@given(NAMES, st.floats(0, 2 * math.pi))
@settings(deadline=None, derandomize=True)
def test_no_place_makes_a_wrong_kind(name, angle):
    """Away from the origin rounding may hide what f does, and is then said to; it makes no other kind of it."""
    function, kind = TWO[name]
    cos, sin = math.cos(angle), math.sin(angle)

    def moved(x, y):
        x, y = x - 0.3, y - 0.7
        return function(cos * x + sin * y, cos * y - sin * x)

    c = hw.curvature(moved, (0.3, 0.7))
    assert c.label == "degenerate"
    assert c.resolution.kind in (kind, "inconclusive"), c.reason


@pytest.mark.parametrize("factor", [1e-6, 1.0])
@pytest.mark.parametrize("offset", [7.0, -1e3])
@pytest.mark.parametrize("angle", [0.0, 1.0])
def test_a_constant_does_not_hide_that_a_bent_gutter_only_rises(factor, offset, angle):
    """Beside the gutter the slope outwards is negative; the rise, which tells, is lost in the constant's rounding."""
    cos, sin = math.cos(angle), math.sin(angle)

    def f(x, y):
        u, v = cos * x + sin * y, cos * y - sin * x
        return factor * (v - u**2) ** 4 + offset

    assert hw.curvature(f, (0.0, 0.0)).resolution.kind == "flat"


FAINT = {
    "a minimum": ("minimum", (1.0, 1.0)),
    "a maximum": ("maximum", (-1.0, -1.0)),
    "a saddle across": ("saddle", (1.0, -1.0)),
    "a minimum in space": ("minimum", (1.0, 1.0, 3.0)),
    "a saddle within": ("saddle", (1.0, 1.0, -3.0)),
    "a gutter": ("flat", (1.0, 0.0)),
    "a gutter in space": ("flat", (1.0, 0.0, 0.0)),
}


@pytest.mark.parametrize("ratio", [1e-18, 1e-24])
@pytest.mark.parametrize("name", FAINT)
def test_curvature_that_is_nothing_beside_another_is_told_by_what_f_does(name, ratio):
    """Of which eigenvalues say nothing beyond their rounding; straight, and turned by a right triangle's angle."""
    kind, (stiff, *faint) = FAINT[name]

    def form(x, y, *z):
        rest = sum(a * b**2 for a, b in zip(faint[1:], z, strict=True))
        return 1e9 * (stiff * x**2 + ratio * (faint[0] * y**2 + rest))

    at = (0.0,) * (1 + len(faint))
    assert (
        hw.curvature((lambda x, y: form(x, y)) if len(at) == 2 else (lambda x, y, z: form(x, y, z)), at).kind
        == kind
    )
    if len(at) == 2:
        turned = hw.curvature(lambda x, y: form(0.6 * x + 0.8 * y, 0.8 * x - 0.6 * y), at)
        assert (turned.label, turned.kind) == ("degenerate", kind)


def test_a_square_multiplied_out_is_no_more_than_its_coefficients_are_known():
    """Of a rounded coefficient the other eigenvalue is ±1e-17, wherever one looks."""
    for c in (0.96, 0.96 * (1 + 2e-16), 0.96 * (1 - 2e-16)):
        assert hw.curvature(lambda x, y: 0.36 * x**2 + c * x * y + 0.64 * y**2, (0.0, 0.0)).kind == "flat"  # noqa: B023


@pytest.mark.parametrize("x", [0.123, 0.56789027164668, 0.639, 1.1])
@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.log(np.exp(x)) - x,
        lambda x: np.exp(np.log(x + 2)) - x,
        lambda x: np.sqrt(x**2 + 1) ** 2 - x**2,
    ],
    ids=["log exp", "exp log", "a root squared"],
)
def test_what_is_constant_but_for_its_rounding_is_flat(f, x):
    assert resolved(f, x).kind == "flat"


def test_what_changes_by_all_that_it_does_is_not_flat():
    c = hw.curvature(lambda x: np.where(x == 0, 0.0, x * np.sin(1 / np.where(x == 0, 1.0, x))), 0.0)
    assert c.kind in ("undefined", "inconclusive")
