"""The gallery against what is published, and its points against the second-derivative test."""

import collections
import dataclasses
import inspect
import math
import subprocess
import sys

import autograd
import numpy as np
import pytest

from hesswidget import gallery

EPS = np.finfo(float).eps
SMOOTH_POINTS = [
    pytest.param(example, listed, id=f"{name}-{index}")
    for name, example in gallery._EXAMPLES.items()
    for index, listed in enumerate(example.critical_points)
    if listed.label != "undefined"
]


def as_vector_function(example):
    """The example at its default parameters as a function of one vector."""
    if len(example.variables) == 1 and isinstance(example.ranges[example.variables[0]], np.ndarray):
        return example.function
    return lambda v: example.function(*[v[i] for i in range(len(example.variables))])


def random_point(example):
    """A point in the ranges, or near the start of a vector variable; the seed is the example's name."""
    random = np.random.default_rng(list(example.name.encode()))
    ranges = [example.ranges[name] for name in example.variables]
    if isinstance(ranges[0], np.ndarray):
        return ranges[0] + 0.3 * random.standard_normal(len(ranges[0]))
    return np.array([random.uniform(*bounds) for bounds in ranges])


def second_derivative_test(hessian):
    eigenvalues = np.linalg.eigvalsh(hessian)
    zero = len(eigenvalues) * EPS * np.abs(eigenvalues).max()
    if (np.abs(eigenvalues) <= zero).any():
        return "degenerate"
    return "minimum" if eigenvalues[0] > 0 else "maximum" if eigenvalues[-1] < 0 else "saddle"


def counts(name):
    labels = collections.Counter(p.label for p in gallery[name].critical_points)
    return labels["minimum"], labels["saddle"], labels["maximum"]


def values(name, label):
    example = gallery[name]
    function = as_vector_function(example)
    return sorted(float(function(np.array(p.point))) for p in example.critical_points if p.label == label)


# --- the points ---


@pytest.mark.parametrize(("example", "listed"), SMOOTH_POINTS)
def test_point_is_critical_and_label_is_what_the_test_says(example, listed):
    function, point = as_vector_function(example), np.array(listed.point)
    gradient, hessian = autograd.grad(function)(point), autograd.hessian(function)(point)
    # The gradient at the nearest double is about eps ‖H‖ |x|; 1e-10 leaves room for cancellation in f.
    scale = np.linalg.norm(hessian, 2) * max(np.linalg.norm(point), 1.0)
    assert np.linalg.norm(gradient) <= 1e-10 * scale
    assert second_derivative_test(hessian) == listed.label


@pytest.mark.parametrize(("example", "listed"), SMOOTH_POINTS)
def test_no_newton_step_improves_a_point(example, listed):
    if listed.label == "degenerate":
        pytest.skip("the Newton step is not defined")
    function, point = as_vector_function(example), np.array(listed.point)
    hessian = autograd.hessian(function)(point)
    step = np.linalg.solve(hessian, autograd.grad(function)(point))
    # An error of the gradient of some eps ‖H‖ |x| moves the point by its condition number times eps.
    assert np.linalg.norm(step) <= 100 * EPS * np.linalg.cond(hessian) * max(np.linalg.norm(point), 1.0)


@pytest.mark.parametrize("name", gallery.names())
def test_listed_points_differ_and_fit_the_function(name):
    example = gallery[name]
    listed = [p.point for p in example.critical_points]
    assert listed, "every example lists what is known"
    assert len(set(listed)) == len(listed)
    size = {
        len(example.ranges[v]) if isinstance(example.ranges[v], np.ndarray) else 1 for v in example.variables
    }
    n = len(example.variables) if size == {1} else size.pop()
    assert {len(p) for p in listed} == {n}


@pytest.mark.parametrize("name", gallery.names())
def test_listed_points_lie_in_the_ranges_of_scalar_variables(name):
    example = gallery[name]
    for variable, coordinates in zip(
        example.variables, zip(*[p.point for p in example.critical_points], strict=False), strict=False
    ):
        bounds = example.ranges[variable]
        if not isinstance(bounds, np.ndarray):
            assert bounds[0] <= min(coordinates)
            assert max(coordinates) <= bounds[1]


@pytest.mark.parametrize("name", gallery.names())
def test_hessian_is_the_difference_of_the_gradient(name):
    example = gallery[name]
    function, point = as_vector_function(example), random_point(example)
    hessian, gradient = autograd.hessian(function)(point), autograd.grad(function)
    h = 1e-5  # near eps^(1/3), the best step of a central difference
    columns = [(gradient(point + h * e) - gradient(point - h * e)) / (2 * h) for e in np.eye(len(point))]
    difference = np.stack(columns, axis=1)
    assert np.linalg.norm(hessian - difference) <= 1e-6 * max(np.linalg.norm(hessian), 1e-3)
    assert np.linalg.norm(hessian - hessian.T) <= 1e-12 * max(np.linalg.norm(hessian), 1e-3)


@pytest.mark.parametrize("name", gallery.names())
def test_scalar_variables_work_elementwise(name):
    example = gallery[name]
    if isinstance(example.ranges[example.variables[0]], np.ndarray):
        pytest.skip("a vector variable")
    random = np.random.default_rng(0)
    arrays = [random.uniform(*example.ranges[v], size=(3, 4)) for v in example.variables]
    at_once = example(*arrays)
    one_by_one = [float(example(*[float(a.flat[i]) for a in arrays])) for i in range(12)]
    assert at_once.shape == (3, 4)
    # NumPy's vector loops may round exp, sin and pow differently from their scalar ones, by an ulp or two.
    np.testing.assert_allclose(at_once.ravel(), one_by_one, rtol=1e-11, atol=1e-13)


# --- published ---


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("himmelblau", (4, 4, 1)),
        ("six_hump_camel", (6, 7, 2)),
        ("three_hump_camel", (3, 2, 0)),
        ("mueller_brown", (3, 2, 0)),
        ("goldstein_price", (4, 4, 1)),
        ("branin", (3, 2, 0)),
        ("styblinski_tang", (32, 210, 1)),
        ("pitchfork", (2, 1, 0)),
    ],
)
def test_published_counts_of_minima_saddles_maxima(name, expected):
    assert counts(name) == expected


@pytest.mark.parametrize(
    "name",
    [
        "himmelblau",
        "six_hump_camel",
        "three_hump_camel",
        "mueller_brown",
        "goldstein_price",
        "branin",
        "pitchfork",
        "styblinski_tang",
    ],
)
def test_euler_characteristic(name):
    # Morse: in a region which the gradient leaves through its boundary, Σ (-1)^index = 1.
    example = gallery[name]
    hessian = autograd.hessian(as_vector_function(example))
    indices = [(np.linalg.eigvalsh(hessian(np.array(p.point))) < 0).sum() for p in example.critical_points]
    assert sum((-1) ** int(index) for index in indices) == 1


# Published to as many digits as stand here, hence the tolerance: half a unit of the last one.
@pytest.mark.parametrize(
    ("name", "label", "expected", "tolerance"),
    [
        ("mueller_brown", "minimum", [-146.6995, -108.1667, -80.7678], 5.1e-5),
        ("mueller_brown", "saddle", [-72.2489, -40.6648], 5.1e-5),
        ("himmelblau", "minimum", [0, 0, 0, 0], 1e-25),
        ("himmelblau", "maximum", [181.617], 5.1e-4),
        ("three_hump_camel", "minimum", [0, 0.2986, 0.2986], 5.1e-5),
        ("goldstein_price", "minimum", [3, 30, 84, 840], 1e-9),
        ("branin", "minimum", [0.397887] * 3, 5.1e-7),
        ("booth", "minimum", [0], 1e-25),
        ("beale", "minimum", [0], 1e-25),
        ("trid", "minimum", [-6 * (6 + 4) * (6 - 1) / 6], 1e-12),
        ("dixon_price", "minimum", [0, 0], 1e-25),
        ("dixon_price", "degenerate", [2 / 3], 1e-12),
        ("linear_autoencoder", "degenerate", [1.5], 1e-14),
        ("linear_autoencoder", "saddle", [7.5], 1e-14),
    ],
)
def test_published_values(name, label, expected, tolerance):
    np.testing.assert_allclose(values(name, label), expected, rtol=0, atol=tolerance)


@pytest.mark.parametrize(
    ("name", "expected", "tolerance"),
    [
        ("six_hump_camel", -1.0316, 5.1e-5),
        ("mccormick", -1.9132, 5.1e-5),
        ("easom", -1.0, 1e-15),
        ("styblinski_tang", -39.166 * 5, 5 * 5.1e-4),
        ("rosenbrock_n", 0.0, 0.0),
        ("wood", 0.0, 0.0),
        ("two_sines", -1.899599, 5.1e-7),
        ("gramacy_lee", -0.869011, 5.1e-7),
    ],
)
def test_published_lowest_value(name, expected, tolerance):
    assert values(name, "minimum")[0] == pytest.approx(expected, abs=tolerance, rel=0)


def test_second_minimum_of_the_chained_rosenbrock_function():
    assert values("rosenbrock_n", "minimum")[1] == pytest.approx(3.98658, abs=5.1e-6)


# --- closed forms ---


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("monkey_saddle", [0, 0]), ("quartic_bowl", [0, 0]),
        ("half_quartic_saddle", [0, 2]), ("peano", [0, 2]),
        ("gutter", [0, 2]), ("quartic_gutter", [0, 0]), ("cubic", [0]), ("three_layer_scalar", [0, 0, 0]),
        ("two_layer_scalar", [-1, 1]), ("matyas", [0.04, 1]), ("zakharov", [2, 2, 2, 2, 29.5]),
        ("rastrigin", [2 + 40 * math.pi**2] * 3),
    ],
)  # fmt: skip
def test_eigenvalues_at_the_origin(name, expected):
    hessian = autograd.hessian(as_vector_function(gallery[name]))(np.zeros(len(expected)))
    np.testing.assert_allclose(np.linalg.eigvalsh(hessian), expected, rtol=1e-13, atol=1e-13)


def test_linear_autoencoder_spectra():
    hessian = autograd.hessian(gallery.linear_autoencoder.function)
    saddle, manifold = [
        np.linalg.eigvalsh(hessian(np.array(p.point))) for p in gallery.linear_autoencoder.critical_points
    ]
    # At the origin only decoder-encoder pairs couple, by the variances: ±5, ±4, ..., ±1, three of each.
    np.testing.assert_allclose(saddle, np.repeat([-5, -4, -3, -2, -1, 1, 2, 3, 4, 5], 3), atol=1e-13)
    # Invertible 3 x 3 matrices move the best factors without a change of their product: nine zeros.
    assert (np.abs(manifold) < 1e-13).sum() == 9
    assert manifold.min() > -1e-13


def test_logistic_hessian_is_the_closed_form():
    from hesswidget.gallery.models import classification_data

    inputs, _ = classification_data()
    w = np.linspace(-1.0, 1.0, 10)
    s = 1 / (1 + np.exp(-inputs @ w))
    expected = inputs.T @ ((s * (1 - s))[:, None] * inputs) / 500 + 0.3 * np.eye(10)
    hessian = autograd.hessian(lambda v: gallery.logistic_regression(v, l2=0.3))(w)
    np.testing.assert_allclose(hessian, expected, atol=1e-14)


def test_tanh_network_origin_has_index_eight():
    hessian = autograd.hessian(gallery.tanh_network.function)(np.zeros(33))
    assert (np.linalg.eigvalsh(hessian) < 0).sum() == 8


def test_random_field_listed_by_index():
    hessian = autograd.hessian(gallery.random_field.function)
    indices = [
        (np.linalg.eigvalsh(hessian(np.array(p.point))) < 0).sum()
        for p in gallery.random_field.critical_points
    ]
    assert indices == [0, 1, 2, 3, 4]


def test_schwarz_is_the_rational_function_and_undefined_at_the_origin():
    x, y = np.random.default_rng(0).uniform(-1, 1, (2, 50))
    # Polar and rational form differ by rounding of the angle, some eps times x² + y² <= 2.
    np.testing.assert_allclose(gallery.schwarz(x, y), x * y * (x**2 - y**2) / (x**2 + y**2), atol=4e-15)
    assert gallery.schwarz(0.0, 0.0) == 0.0
    function = as_vector_function(gallery.schwarz)
    with np.errstate(all="ignore"):
        assert np.isnan(autograd.grad(function)(np.zeros(2))).any()
        assert np.isnan(autograd.hessian(function)(np.zeros(2))).any()
    # The mixed derivatives, as differences of exact first derivatives: f_x(0, y) = -y, f_y(x, 0) = x.
    gradient, h = autograd.grad(function), 1e-3
    assert gradient(np.array([0.0, h]))[0] / h == pytest.approx(-1.0, abs=1e-12)
    assert gradient(np.array([h, 0.0]))[1] / h == pytest.approx(1.0, abs=1e-12)


def test_peano_is_no_minimum_though_it_is_one_on_every_line():
    t = np.linspace(-0.1, 0.1, 201)
    assert (gallery.peano(t, 2 * t**2)[t != 0] < 0).all()
    for angle in np.linspace(0.0, np.pi, 19):
        radius = t * 1e-2
        along = gallery.peano(radius * np.cos(angle), radius * np.sin(angle))
        assert (along[radius != 0] > 0).all()


def test_parameters_move_the_critical_points():
    np.testing.assert_allclose(
        autograd.grad(lambda v: gallery.rosenbrock(v[0], v[1], a=2.0))(np.array([2.0, 4.0])), 0
    )
    assert gallery.quadratic_form(1.0, 1.0, a=1.0, b=-1.0, c=1.0) == 0.0
    assert gallery.elliptic_umbilic(0.3, 0.2, w=0.0) == pytest.approx(
        gallery.monkey_saddle(0.3, 0.2), rel=1e-14
    )


# --- the mapping ---


def test_the_module_is_a_mapping_of_its_examples():
    assert len(gallery) >= 28
    assert list(gallery) == sorted(gallery) == list(gallery.names())
    for name in gallery:
        assert gallery[name] is gallery.get(name) is getattr(gallery, name)
        assert gallery[name].name == name
        assert name in gallery
    assert "nothing" not in gallery
    assert 3 not in gallery


def test_no_example_hides_a_module_or_a_function():
    taken = {
        "example",
        "degenerate",
        "models",
        "get",
        "names",
        "Example",
        "CriticalPoint",
        "one_dimensional",
        "two_dimensional",
        "transcendental",
        "n_dimensional",
    }
    assert taken.isdisjoint(gallery.names())
    for name in taken - {"get", "names", "Example", "CriticalPoint"}:
        assert inspect.ismodule(getattr(gallery, name))


@pytest.mark.parametrize("look_up", [gallery.get, lambda name: gallery[name]])
def test_unknown_name_gets_a_sentence(look_up):
    with pytest.raises(KeyError) as caught:
        look_up("himelblau")
    assert caught.value.args == ("no example is called 'himelblau'; did you mean 'himmelblau'?",)
    with pytest.raises(KeyError, match=r"gallery.names\(\) lists all of them"):
        look_up("zzzz")


def test_the_mapping_is_read_only():
    with pytest.raises(TypeError):
        gallery["new"] = gallery.booth
    with pytest.raises(TypeError):
        del gallery["booth"]


# --- the example ---


@pytest.mark.parametrize("name", gallery.names())
def test_example_says_what_it_is(name):
    example = gallery[name]
    assert any(character.isdigit() for character in example.source), "a source has a year"
    assert example.description.endswith(".")
    assert list(example.ranges) == [*example.variables, *example.parameters]
    for argument, bounds in example.ranges.items():
        if isinstance(bounds, tuple):
            low, high = bounds
            assert type(low) is type(high) is float
            assert low < high
            assert low <= example.parameters.get(argument, low) <= high
        else:
            assert bounds.dtype == float
            assert bounds.ndim == 1
            assert argument in example.variables
    assert inspect.signature(example) == inspect.signature(example.function)


def test_an_example_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        gallery.booth.name = "other"
    with pytest.raises(TypeError):
        gallery.booth.ranges["x"] = (0, 1)
    with pytest.raises(ValueError, match="read-only"):
        gallery.trid.ranges["x"][0] = 1.0


def test_wrong_definitions_get_a_sentence():
    with pytest.raises(ValueError, match="give each argument one range"):
        gallery.Example("f", lambda x: x, {"y": (0, 1)}, "nobody")
    with pytest.raises(ValueError, match="unknown label 'min'; use one of minimum"):
        gallery.CriticalPoint((0.0,), "min")


def test_import_makes_no_data_and_loads_no_scipy_or_widgets():
    code = (
        "import sys; from hesswidget import gallery; from hesswidget.gallery import models;"
        "assert models.classification_data.cache_info().currsize == 0;"
        "assert models.regression_data.cache_info().currsize == 0;"
        "print([m for m in ('ipywidgets', 'matplotlib') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_gallery_files_import_nothing_but_autograd_and_numpy():
    allowed = {"autograd", "numpy", "hesswidget", "__future__"} | set(sys.stdlib_module_names)
    for module in [gallery, *(m for m in vars(gallery).values() if inspect.ismodule(m))]:
        if not module.__name__.startswith("hesswidget.gallery"):
            continue
        for line in inspect.getsource(module).splitlines():
            words = line.split()
            if words[:1] in (["import"], ["from"]):
                assert words[1].split(".")[0] in allowed, line
