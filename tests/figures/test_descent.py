"""Paths with matplotlib: where they are drawn, what is said of them, and lines that everybody tells apart."""

import io
import json
import logging
from pathlib import Path

import autograd.numpy as anp
import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.contour import ContourSet

import hesswidget as hw
from hesswidget import appearance
from hesswidget.descent.basins import SIDE
from hesswidget.figures.panels.basins import colour
from hesswidget.figures.panels.paths import line
from hesswidget.wording import number

SHARED = json.loads(Path(appearance.__file__).with_suffix(".json").read_text(encoding="utf-8"))
# Machado, Oliveira & Fernandes, 2009: protanopia, deuteranopia, tritanopia, in linear RGB; and everybody else.
SEEN = {
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
    "all": np.eye(3),
}  # fmt: skip
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def rosenbrock(x, y):
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def bowl(w):
    return anp.sum(anp.arange(1.0, 6.0) * w**2)


def tried(function=rosenbrock, start=(-1.2, 1.0), methods=("newton", "bfgs", "gradient-descent")):
    given = {"gradient-descent": {"rate": 1e-3}}
    return [hw.minimize(function, start, method=m, **given.get(m, {})) for m in methods]


def said(figure):
    file = io.BytesIO()
    figure.savefig(file, format="png")
    texts = [text.get_text() for text in figure.texts]
    return [*texts, *(text.get_text() for legend in figure.legends for text in legend.get_texts())]


def test_paths_are_drawn_over_the_contours_and_beside_them_how_they_fall():
    paths = tried()
    figure = hw.figures.descent(paths, hw.common_plane(paths).sample(rosenbrock, resolution=21))
    plane, value, slope = figure.axes
    assert [part for part in plane.get_children() if isinstance(part, ContourSet)]
    least = min(path.values.min() for path in paths)
    for k, path in enumerate(paths):
        halo, drawn, end, start = plane.lines[4 * k : 4 * k + 4]
        np.testing.assert_array_equal(drawn.get_xydata(), path.points)
        np.testing.assert_array_equal(halo.get_xydata(), path.points)
        assert (start.get_xydata()[0] == path.points[0]).all()
        assert (end.get_xydata()[0] == path.points[-1]).all()
        above = path.values - least
        np.testing.assert_array_equal(value.lines[k].get_ydata(), np.where(above > 0, above, np.nan))
        np.testing.assert_array_equal(slope.lines[k].get_ydata(), path.gradient_norms)
        assert drawn.get_color() == slope.lines[k].get_color() == line(k)["color"]
    assert value.get_yscale() == slope.get_yscale() == "log"
    texts = said(figure)
    for text in ("rosenbrock", "convergence", "newton, 6 steps to a minimum", "start", "end"):
        assert text in texts
    assert any(text.startswith("f_min = ") and text.endswith(", the lowest reached") for text in texts)


def test_against_cost_and_in_many_dimensions():
    paths = tried(bowl, np.arange(1.0, 6.0))
    found = hw.common_plane(paths)
    figure = hw.figures.descent(paths, found.sample(bowl, resolution=9), against="cost")
    plane, value, slope = figure.axes
    np.testing.assert_allclose(plane.lines[1].get_xydata(), found.coordinates[0])
    np.testing.assert_array_equal(value.lines[0].get_xdata(), paths[0].cost)
    assert slope.get_xlabel() == "cost, in gradients"
    held = f"the plane holds {100 * found.share:.3g} % of the motion"
    assert held in said(figure)
    alone = hw.figures.descent(paths)  # the same plane, without contours
    np.testing.assert_allclose(alone.axes[0].lines[1].get_xydata(), found.coordinates[0])


def test_of_one_variable_it_is_on_the_curve():
    f = lambda x: x**4 - x**2
    paths = tried(f, 1.5, ("newton", "damped-newton"))
    ax = hw.figures.descent(paths, hw.common_plane(paths).sample(f)).axes[0]
    np.testing.assert_array_equal(
        ax.lines[2].get_xydata(), np.column_stack([paths[0].points, paths[0].values])
    )


EXTREMES = {
    "without a function": hw.path([[1.0, 2.0, 3.0], [0.0, 0.0, 0.0]]),
    "one point": hw.path([[1.0, 2.0]], rosenbrock),
    "constant": hw.path([[1.0, 2.0], [1.0, 2.0]], lambda x, y: 0.0 * x),
    "diverging": hw.minimize(lambda x: x**2, 1.0, method="gradient-descent", rate=3.0, steps=2000),
    "undefined": hw.path([[1.0], [-1.0]], lambda x: anp.log(x[0])),
    "tiny": hw.path([[1e-160], [1e-161]], lambda x: x[0] ** 2),
    "huge": hw.path([[1e150, 0.0], [-1e150, 1.0]], lambda x, y: x**2 + y),
    "long": hw.path(np.linspace(0, 1, 5000)[:, None] * [1.0, 2.0], rosenbrock, method="$x_" * 30),
}


@pytest.mark.parametrize("name", EXTREMES)
def test_extremes_are_drawn_in_silence(name, caplog):
    with caplog.at_level(logging.WARNING):
        assert len(said(hw.figures.descent(EXTREMES[name]))) > 3
    assert not caplog.records


def test_a_bad_call_is_a_sentence():
    paths = tried()
    slice_ = hw.common_plane(paths).sample(rosenbrock, resolution=5)
    for call, sentence in [
        (lambda: hw.figures.descent([]), "there are no paths"),
        (lambda: hw.figures.descent([[1.0]]), r"path 0 is \[1.0\]; it takes a Path"),
        (lambda: hw.figures.descent(paths, against="time"), "against is 'time'; it takes 'steps' or 'cost'"),
        (lambda: hw.figures.descent(hw.path([[1.0]]), slice_), "the slice is of 2 variables; the paths have 1"),
        (lambda: hw.figures.descent([*paths, hw.path([[1.0]])], slice_), "path 3 has 1 variables, but path 0 has 2"),
    ]:  # fmt: skip
        with pytest.raises(hw.ProblemError, match=sentence):
            call()


def linear(colour):
    c = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    x = XYZ @ np.clip(rgb, 0, 1) / (0.9505, 1, 1.089)
    f = np.where(x > 0.008856, np.cbrt(x), 7.787 * x + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_everybody_tells_the_colours_of_paths_apart(theme):
    colours = [path[theme] for path in SHARED["paths"][:8]]
    for matrix in SEEN.values():
        seen = np.array([lab(np.array(matrix) @ linear(c)) for c in colours])
        apart = np.linalg.norm(seen[:, None] - seen, axis=2) + 1e3 * np.eye(8)
        assert apart.min() > 26  # CIE 1976; 2 is just noticed
    brightness = lambda c: XYZ[1] @ linear(c) + 0.05
    ground = brightness(SHARED["palette"][theme]["surface"])
    for c in colours:  # WCAG 2 asks 3 of graphics
        assert max(brightness(c), ground) / min(brightness(c), ground) > 3


def test_no_two_of_many_paths_have_the_same_line():
    lines = [line(k) for k in range(48)]
    assert len({(to_hex(each["color"]), str(each["linestyle"])) for each in lines}) == 48
    assert [to_hex(each["color"]) for each in lines[:12]] == [path["light"] for path in SHARED["paths"]]


def test_a_race_is_drawn_in_the_plane_that_is_on_screen():
    def valley(x, y, z):
        return (1 - x) ** 2 + 10 * (y - x**2) ** 2 + z**2 + x * z

    start = np.array([1.0, -1.0, 0.5])
    w = hw.descend(
        valley, tuple(start), methods=["newton", "gradient-descent"], x=(-2, 2), y=(-2, 2), z=(-2, 2)
    )
    newton = w.paths[0]
    for step in (0, 2):
        w.view = {"slice": {"kind": "eigenvectors", "indices": [0, 2]}, "followed": 0, "step": step}
        c = hw.curvature(valley, tuple(newton.points[step]))
        plane = w.figure().axes[0]
        assert plane.get_xlabel() == f"v₁ (λ = {number(c.eigenvalues[0], 2)})"
        expected = (newton.points - newton.points[step]) @ c.eigenvectors[:, [0, 2]]
        np.testing.assert_allclose(plane.lines[1].get_xydata(), expected, atol=1e-9)
    w.view = {"slice": {"kind": "coordinates", "indices": [2, 1]}}
    np.testing.assert_allclose(w.figure().axes[0].lines[1].get_xydata(), newton.points[:, [2, 1]], atol=1e-12)
    w.view = {"slice": {"kind": "paths", "indices": [0, 1]}}
    assert w.figure().axes[0].get_xlabel().startswith("principal 1")


@pytest.mark.parametrize("width", [3.0, 10.0, 100.0])
@pytest.mark.parametrize("above", [0.0, -50.0])
def test_over_one_variable_a_path_fills_the_height_however_far_f_goes(width, above):
    well = lambda x: x**4 - 2 * x**2 + above
    w = hw.descend(
        well, 2.0, methods=["newton", "gradient-descent"], x=(-width, width), parameters={"rate": 0.01}
    )
    low, high = (end * 1.0 for end in w.figure().axes[0].get_ylim())
    walked = well(2.0) - well(1.0)
    assert low <= well(1.0) < well(2.0) <= high
    assert walked > 0.4 * (high - low)


def test_it_says_to_what_a_path_has_converged():
    saddle = lambda x, y: x**2 - y**2
    paths = [
        hw.minimize(saddle, (1.0, 0.5)),
        hw.minimize(saddle, (1.0, 0.5), method="gradient-descent", steps=3),
    ]
    texts = said(hw.figures.descent(paths))
    assert "newton, one step to a saddle" in texts
    assert "gradient-descent, 3 steps" in texts


def test_basins_are_drawn_where_they_are_on_screen():
    well = lambda x, y: (x**2 - 1) ** 2 + y**2
    w = hw.descend(well, (0.5, 0.5), methods=["gradient-descent", "newton"], x=(-2, 2), y=(-1, 1), rate=(0.0, 1.0),
                   parameters={"rate": 0.05}, view="basins", steps=300)  # fmt: skip
    texts = said(figure := w.figure())
    share = number(100 * (SIDE // 2) / SIDE, 3)  # all but the column in the middle
    found = sorted(text for text in texts if text.startswith("minimum ("))
    assert found == [f"minimum (1, 0), {share} %", f"minimum (−1, 0), {share} %"]
    (image,) = figure.axes[0].images
    picture = np.asarray(image.get_array())
    left, right = picture[:, : picture.shape[1] // 3, :3], picture[:, -(picture.shape[1] // 3) :, :3]
    assert np.abs(left.mean(axis=(0, 1)) - right.mean(axis=(0, 1))).max() > 0.1  # each side its own colour
    w.view = {"basins": True, "followed": 1}
    assert any(text.startswith("saddle (0, ") for text in said(w.figure()))  # Newton's method finds it
    w.view = {}
    assert not w.figure().axes[0].images
    w.set(rate=1.0)
    w.view = {"basins": True}
    assert any(text.startswith("diverged, ") for text in said(w.figure()))


def test_a_sweep_is_drawn_below_with_the_line_of_theory():
    bowl = lambda x, y: 5 * x**2 + y**2 / 2  # λ = 10 and 1: heavy ball is stable up to the rate (2 + 2β) / 10
    w = hw.descend(
        bowl, (1.0, 1.0), methods=["heavy-ball", "newton"], rate=(0.0, 0.5), momentum=(0.0, 0.9),
        sweep=("rate", "momentum"), x=(-2, 2), y=(-2, 2), steps=100, view={"followed": 0},
    )  # fmt: skip
    swept = w._view.computation.maps.swept(w.point, w.parameters, 0)
    rates, momenta = swept.values
    is_stable = rates[None, :] < (2 + 2 * momenta[:, None]) / 10
    assert not (swept.ends[~is_stable] >= 0).any()
    assert (swept.ends[is_stable] >= 0).mean() > 0.2  # the others have too few steps
    np.testing.assert_allclose(swept.limit[:, 0], (2 + 2 * swept.limit[:, 1]) / 10, rtol=1e-6)
    figure = w.figure()
    assert [ax.get_xlabel() for ax in figure.axes[-1:]] == ["rate"]
    texts = said(figure)
    assert "sweep of rate and momentum: heavy-ball" in texts
    assert "limit of theory" in texts
    assert any(text.startswith("minimum (0, 0), ") for text in texts)
    w.view = {"followed": 1}  # Newton's method has no momentum
    assert "limit of theory" not in said(w.figure())
    one = hw.descend(
        bowl, (1.0, 1.0), methods=["gradient-descent"], rate=(0.01, 0.4), sweep="rate", x=(-2, 2), y=(-2, 2)
    )
    ax = one.figure().axes[-1]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("rate", "steps")
    np.testing.assert_allclose(
        one._view.computation.maps.swept(one.point, one.parameters, 0).limit, 0.2, rtol=1e-6
    )


def test_the_next_step_is_drawn_over_the_landscape_where_there_is_one():
    w = hw.descend(
        lambda x, y: x**2 + y**4, (1.5, 1.0), methods=["gradient-descent", "damped-newton"], x=(-2, 2), y=(-2, 2),
        view={"step": 0, "followed": 1},
    )  # fmt: skip
    assert {"−∇f", "proposed step", "step taken", "tried, taken"} <= set(said(w.figure()))
    w.view = {"step": 0, "followed": 1, "proposal": False}
    assert "−∇f" in said(w.figure())
    assert "proposed step" not in said(w.figure())
    w.view = {"followed": 1}  # at its end there is none
    assert not {"proposed step", "step taken", "tried, taken"} & set(said(w.figure()))


def test_colours_of_basins_are_those_of_the_page():
    """By d3-color: hcl(265, 62, 60), hcl(88, 62, 60), hcl(180, 36, 60), within the rounding of bytes."""
    for (hue, chroma), expected in {
        (265, 62): (0, 151, 254),
        (88, 62): (169, 142, 11),
        (180, 36): (49, 162, 143),
    }.items():
        found = 255 * colour(np.array([60.0]), chroma, hue)[0]
        assert np.abs(found - expected).max() <= 0.5, found
