import dataclasses
import io
import logging
import subprocess
import sys

import matplotlib
import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.contour import ContourSet
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch

import hesswidget as hw
from hesswidget import figures
from hesswidget.appearance import LABELS, MODEL_REACH
from hesswidget.curvature import Curvature, curvature_at
from hesswidget.derivatives.objective import Objective
from hesswidget.figures import style
from hesswidget.figures.panels.status import two_lines
from hesswidget.landscape.contours import levels_of
from hesswidget.landscape.plane import Plane
from hesswidget.landscape.sampler import Sampler, Slice
from hesswidget.problem.blocks import Blocks
from hesswidget.problem.problem import Problem
from hesswidget.second_derivative_test.classification import classify
from hesswidget.wording import number

SADDLE = (0.086677504548477, 2.884254701209999)


def at(function, point, resolution=41):
    """Curvature and slice of a function, as an explorer has them."""
    problem = Problem.over_ranges(function, point, None, {})
    return (
        curvature_at(Objective(problem), problem.start),
        Sampler(problem).sample(Plane.first(problem, problem.start), problem.parameters, resolution),
    )


def of_matrix(H, labels=None):
    """The curvature of a quadratic form at its centre, and a slice of the form; no autograd in between."""
    H = np.asarray(H, dtype=float)
    n = len(H)
    labels = labels or tuple(f"x[{i}]" for i in range(n))
    zero = np.zeros(n)
    c = Curvature(
        zero, Blocks.of({a: np.zeros(()) for a in labels}), 0.0, zero, H, classify(H, zero, labels=labels)
    )
    grid = np.linspace(-1, 1, 41)
    k = min(n, 2)
    plane = Plane(zero, np.eye(n)[:k], np.array([[-1.0, 1.0]] * k), labels[:k])
    if n == 1:
        values = H[0, 0] * grid**2 / 2
        return c, Slice(plane, (grid,), values, levels_of(values))
    x, y = np.meshgrid(grid, grid)
    with np.errstate(all="ignore"):
        values = (H[0, 0] * x**2 + (H[0, 1] + H[1, 0]) * x * y + H[1, 1] * y**2) / 2
    return c, Slice(plane, (grid, grid), values, levels_of(values))


def symmetric(n, seed=0):
    A = np.random.default_rng(seed).normal(size=(n, n))
    return A + A.T


def drawn(figure, format="png"):
    file = io.BytesIO()
    figure.savefig(file, format=format, dpi=96)
    return file.getvalue()


def axes_of(draw, *data):
    ax = Figure().add_subplot()
    draw(ax, *data)
    return ax


def every_text(figure):
    """What the SVG says when its texts are kept as texts."""
    with matplotlib.rc_context({"svg.fonttype": "none"}):
        return drawn(figure, "svg").decode()


def test_pyplot_and_backends_are_left_alone():
    script = (
        "import sys, hesswidget as hw\n"
        "assert 'matplotlib' not in sys.modules, 'import hesswidget costs matplotlib'\n"
        "from hesswidget.landscape.sampler import Sampler; from hesswidget.problem.problem import Problem\n"
        "from hesswidget.landscape.plane import Plane\n"
        "p = Problem.over_ranges(lambda x, y: x * y, (0.0, 0.0), None, {})\n"
        "c = hw.curvature(lambda x, y: x * y, x=0.0, y=0.0)\n"
        "figure = hw.figures.explorer(c, Sampler(p).sample(Plane.first(p, p.start), {}, 21))\n"
        "assert figure._repr_png_().startswith(b'\\x89PNG')\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", script], check=True)


@pytest.mark.parametrize(("format", "start"), [("png", b"\x89PNG"), ("pdf", b"%PDF"), ("svg", b"<?xml")])
def test_explorer_is_written_in_each_format(format, start):
    figure = figures.explorer(*at("himmelblau", SADDLE), title="himmelblau", parameters={"a": 11.0})
    assert len(figure.axes) == 3
    assert drawn(figure, format).startswith(start)


def test_explorer_says_class_reason_and_facts():
    c, s = at("himmelblau", SADDLE)
    svg = every_text(
        figures.explorer(c, s, title="himmelblau", parameters={"a": 11.0, "b": np.zeros((3, 4))})
    )
    for text in (
        "saddle of index 1 of 2",
        "himmelblau",
        "a = 11",
        "b = array 3 × 4",
        "1+ 1−",
        number(c.value, 5),
    ):
        assert text in svg


@pytest.mark.parametrize("n", [1, 2, 5, 12])
def test_cells_say_the_entries(n):
    c, _ = of_matrix(symmetric(n))
    ax = axes_of(figures.hessian, c)
    digits = 4 if n <= 4 else 3 if n <= 8 else 2
    cells = {
        text.get_position(): text.get_text() for text in ax.texts if text.get_transform() == ax.transData
    }
    assert cells == {(j, i): number(c.hessian[i, j], digits) for i in range(n) for j in range(n)}
    assert [label.get_text() for label in ax.get_yticklabels()] == list(c.labels)
    assert ax.yaxis_inverted()


@pytest.mark.parametrize("n", [2, 13, 300])
def test_cells_are_coloured_symmetrically_about_zero(n):
    H = symmetric(n)
    ax = axes_of(figures.hessian, of_matrix(H)[0])
    (mesh,) = [*ax.collections, *ax.images]
    assert mesh.get_clim() == (-1, 1)
    np.testing.assert_allclose(mesh.get_array(), H / np.abs(H).max(), rtol=1e-15)
    assert [to_hex(style.SIGNS(x)) for x in (0.0, 1.0)] == [style.NEGATIVE, style.POSITIVE]


def test_ink_is_legible_on_every_colour():
    def luminance(hexadecimal):
        rgb = [int(hexadecimal[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        return np.dot(
            [0.2126, 0.7152, 0.0722],
            [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb],
        )

    for share in np.linspace(0, 1, 41):
        cell = style.SIGNS(share)
        a, b = sorted([luminance(to_hex(cell)), luminance(to_hex(style.ink_on(cell)))])
        assert (b + 0.05) / (a + 0.05) > 3.9  # WCAG 2 asks 3 of bold or large text, 4.5 of small


def test_missing_cells_are_marked_and_hatched():
    H = np.array([[1.0, np.nan], [np.nan, -np.inf]])
    ax = axes_of(figures.hessian, of_matrix(H)[0])
    assert [text.get_text() for text in ax.texts] == ["1", "nan", "nan", "−inf"]
    assert ax.collections[0].get_array().mask.tolist() == [[False, True], [True, True]]
    assert any(patch.get_hatch() for patch in ax.patches)
    assert not any(patch.get_hatch() for patch in axes_of(figures.hessian, of_matrix(np.eye(2))[0]).patches)


def test_an_unsymmetric_hessian_is_told():
    unsymmetric = axes_of(figures.hessian, of_matrix([[1.0, 2.0], [1.0, 1.0]])[0])
    assert "unsymmetric by 0.5" in [text.get_text() for text in unsymmetric.texts]
    rounding = axes_of(figures.hessian, of_matrix([[1.0, 1.0], [1.0 + 2**-52, 1.0]])[0])
    assert not [text for text in rounding.texts if "unsymmetric" in text.get_text()]


@pytest.mark.parametrize("n", [1, 2, 12, 300])
def test_bars_are_the_eigenvalues(n):
    c, _ = of_matrix(symmetric(n))
    ax = axes_of(figures.eigenvalues, c)
    assert [bar.get_height() for bar in ax.patches] == c.eigenvalues.tolist()
    colours = [to_hex(bar.get_facecolor()) for bar in ax.patches]
    assert colours == [style.POSITIVE if value > 0 else style.NEGATIVE for value in c.eigenvalues]
    low, high = ax.get_ylim()
    assert low < min(0, c.eigenvalues[0])
    assert high > max(0, c.eigenvalues[-1])


def test_values_indices_and_zero_eigenvalues_are_told():
    c, _ = of_matrix(np.diag([-2.0, 0.0, 3.0]))
    ax = axes_of(figures.eigenvalues, c)
    texts = [text.get_text() for text in ax.texts]
    assert texts == ["index 1 of 3\n1 negative · 1 zero · 1 positive", "−2", "λ₁", "0", "λ₂", "3", "λ₃"]
    hollow = [line for line in ax.lines if line.get_linestyle() == "None"]
    assert [line.get_xdata().tolist() for line in hollow] == [[1]]


def test_contours_are_at_the_levels_of_the_slice():
    c, s = at("himmelblau", SADDLE)
    ax = axes_of(figures.landscape, c, s)
    bands, lines, model = [part for part in ax.get_children() if isinstance(part, ContourSet)]
    np.testing.assert_array_equal(bands.levels[1:-1], s.levels)
    np.testing.assert_array_equal(lines.levels, s.levels)
    assert set(model.levels) <= set(s.levels[1::2])
    assert bands.levels[0] < s.values.min()
    assert bands.levels[-1] > s.values.max()
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("x", "y")
    assert (*ax.get_xlim(), *ax.get_ylim()) == (-5, 5, -5, 5)


def test_model_is_drawn_near_the_point_only():
    c, s = at("himmelblau", SADDLE)
    ax = axes_of(figures.landscape, c, s)
    model = [part for part in ax.get_children() if isinstance(part, ContourSet)][-1]
    corners = np.concatenate([path.vertices for path in model.get_paths() if len(path.vertices)])
    # Within the axes (to rounding) even where the circle is not: an SVG clips to one shape only.
    assert np.abs(corners).max() < 5 + 1e-12
    path, transform = model.get_clip_path().get_transformed_path_and_affine()
    box = transform.transform_path(path).get_extents()
    np.testing.assert_allclose((box.p0 + box.p1) / 2, ax.transData.transform(c.point))
    np.testing.assert_allclose([box.width, box.height], 2 * MODEL_REACH * min(ax.bbox.width, ax.bbox.height))


def test_no_model_where_the_point_is_off_the_slice():
    c, s = of_matrix(symmetric(2))
    ax = axes_of(figures.landscape, dataclasses.replace(c, point=np.array([9.0, 9.0])), s)
    assert len([part for part in ax.get_children() if isinstance(part, ContourSet)]) == 2


def arrows(ax):
    return [patch for patch in ax.patches if isinstance(patch, FancyArrowPatch)]


def test_arrows_point_along_the_eigenvectors_whatever_the_aspect():
    c, s = at("himmelblau", SADDLE)
    for size in ((4, 4), (8, 2)):
        ax = Figure(figsize=size).add_subplot()
        figures.landscape(ax, c, s)
        lengths = []
        for arrow, v in zip(arrows(ax), c.eigenvectors.T, strict=True):
            start, end = map(np.array, arrow._posA_posB)
            np.testing.assert_allclose((start + end) / 2, c.point, atol=1e-12)
            assert (
                abs(np.cross(np.append((end - start) / np.linalg.norm(end - start), 0), np.append(v, 0))[2])
                < 1e-12
            )
            lengths.append(np.linalg.norm(ax.transData.transform(end) - ax.transData.transform(start)))
        assert lengths[1] > lengths[0]  # |λ| = 75 and 32
        assert [to_hex(arrow.get_edgecolor()) for arrow in arrows(ax)] == [style.NEGATIVE, style.POSITIVE]


def test_an_eigenvector_out_of_the_slice_has_no_arrow():
    ax = axes_of(figures.landscape, *of_matrix(np.diag([-1.0, 1.0, 2.0])))
    assert len(arrows(ax)) == 1


def test_curve_and_its_parabola_touch_at_the_point():
    c, s = at(lambda x: x**4 - x, (0.5,))
    ax = axes_of(figures.landscape, c, s)
    curve, parabola = ax.lines[:2]
    np.testing.assert_array_equal(curve.get_ydata(), s.values)
    x = s.grids[0] - 0.5
    np.testing.assert_allclose(
        parabola.get_ydata(), 0.5**4 - 0.5 - 0.5 * x + 1.5 * x**2, rtol=1e-12, atol=1e-12
    )
    assert ax.lines[2].get_xydata().tolist() == [[0.5, c.value]]


HOSTILE = ("$x^2$", "w_$", "$\\frac", "a\nb", "x" * 60, "", "<b>&", "\\alpha_{")


@pytest.mark.parametrize("name", HOSTILE)
def test_names_are_shown_as_they_stand(name):
    c, s = of_matrix(symmetric(2), labels=(name, "y"))
    figure = figures.explorer(c, s, title=name, parameters={name or "p": name, "q": object()})
    assert drawn(figure).startswith(b"\x89PNG")
    if name in ("$x^2$", "w_$", "$\\frac", "\\alpha_{"):
        assert every_text(figure).count(name) >= 4  # axis, row, column, title


def test_a_style_of_the_user_does_not_reach_names():
    with matplotlib.rc_context({"text.usetex": True, "axes.grid": True, "figure.facecolor": "black"}):
        assert drawn(figures.explorer(*of_matrix(symmetric(2)), title="w_$")).startswith(b"\x89PNG")


EXTREMES = {
    "nan": of_matrix([[np.nan, 1], [1, 1]]),
    "all nan": of_matrix(np.full((12, 12), np.nan)),
    "300 nan": of_matrix(np.full((300, 300), np.nan)),
    "zero": of_matrix(np.zeros((2, 2))),
    "zero in 1": of_matrix(np.zeros((1, 1))),
    "nan in 1": of_matrix([[np.nan]]),
    "rounding": of_matrix(np.diag([1.0, 1e-17, -1e-18, 0.0])),
    "unsymmetric": of_matrix([[1.0, 2.0], [0.0, 1.0]]),
    **{f"{n}": of_matrix(symmetric(n)) for n in (1, 2, 3, 10, 12, 13, 300)},
    **{f"{x:g} in {n}": of_matrix(x * symmetric(n)) for x in (1e-320, 1e-300, 1e300) for n in (1, 2, 12)},
    "1e-300 and 1e300": of_matrix(np.diag([1e300, 1e-300])),
}


@pytest.mark.parametrize("name", EXTREMES)
def test_extremes_are_drawn_in_silence(name, caplog):
    with caplog.at_level(logging.WARNING):
        drawn(figures.explorer(*EXTREMES[name]))
    assert not caplog.records


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 0.0, 3.0, 1e300, 1e-310])
@pytest.mark.parametrize("dimensions", [1, 2])
def test_slices_without_levels_are_drawn(value, dimensions):
    c, s = of_matrix(symmetric(dimensions))
    values = np.full(s.values.shape, value)
    for c_ in (c, dataclasses.replace(c, value=value)):
        drawn(figures.explorer(c_, dataclasses.replace(s, values=values, levels=levels_of(values))))


def test_holes_in_a_landscape_are_hatched():
    for n in (1, 2):
        c, s = of_matrix(np.eye(n))
        values = np.where(np.arange(s.values.size).reshape(s.values.shape) % 41 < 9, np.nan, s.values)
        ax = axes_of(figures.landscape, c, dataclasses.replace(s, values=values))
        assert any(part.get_hatch() for part in [*ax.patches, *ax.collections])


def test_every_class_has_its_glyph():
    assert set(figures.GLYPHS) == set(LABELS)
    for path in figures.GLYPHS.values():
        assert np.abs(path.vertices).max() <= 1
        Figure().add_subplot().plot(0, 0, marker=path)


def test_a_long_reason_keeps_two_lines_and_its_equations():
    text = two_lines("λ_min = −31.7, λ_max = 75.5; " * 9, 60)
    assert len(text.split("\n")) == 2
    assert text.endswith("…")
    text = two_lines("aaa = 1; bbb = 2; ccc ≤ 3; ddd = 4", 20)
    assert text.replace("\N{NO-BREAK SPACE}", " ") == "aaa = 1; bbb = 2;\nccc ≤ 3; ddd = 4"


def test_names_too_long_keep_the_end_that_tells_them_apart():
    assert style.brief("weights[11]", 8) == "wei…[11]"
    assert style.brief("x[11]", 8) == "x[11]"


def test_critical_points_are_marked_with_the_sign_of_their_class():
    w = hw.explore("six_hump_camel")
    table = w.critical_points
    plain, marked = w.figure(), w.figure(critical_points=True)
    lines = len(marked.axes[0].lines) - len(plain.axes[0].lines)
    assert lines == 2 * len(table) == 30  # each with its halo
    added = marked.axes[0].lines[-29::2]
    assert sorted(tuple(line.get_xydata()[0]) for line in added) == sorted(tuple(p.point) for p in table)
    kinds = {id(line.get_marker()) for line in added}
    assert len(kinds) == 3


def test_on_a_curve_they_stand_at_their_height_and_off_the_slice_nowhere():
    w = hw.explore("two_sines")
    added = w.figure(critical_points=True).axes[0].lines[-9::2]
    heights = [line.get_ydata()[0] for line in added]
    assert np.allclose(heights, [p.value for p in w.critical_points])

    def f(x, y, z):
        return (x**2 - 1) ** 2 + y**2 + (z - 0.5) ** 2

    w = hw.explore(f, (0.3, 0.2, 0.0), x=(-2, 2), y=(-2, 2), z=(-2, 2))
    assert len(w.figure(critical_points=True).axes[0].lines) == len(w.figure().axes[0].lines)
    w.set(z=0.5)
    assert len(w.figure(critical_points=True).axes[0].lines) == len(w.figure().axes[0].lines) + 6


def test_paths_are_drawn_over_the_landscape():
    w = hw.explore("himmelblau")
    table = w.critical_points
    problem = w.problem
    slice_ = Sampler(problem).sample(Plane.first(problem, problem.start), w.parameters, 21)
    figure = hw.figures.explorer(w.curvature, slice_, critical=table, paths=table.paths())
    bare = hw.figures.explorer(w.curvature, slice_)
    assert len(figure.axes[0].lines) - len(bare.axes[0].lines) == 2 * 9 + 8


@pytest.mark.parametrize(("far", "count"), [(0.3, 2), (30.0, 4)])
def test_the_gradient_and_newtons_step_are_drawn_as_far_as_the_plane_goes(far, count):
    c, s = of_matrix(np.diag([1.0, 2.0]))
    step = far * np.array([-0.8, 0.6])
    c = dataclasses.replace(
        c, gradient=-c.hessian @ step, classification=classify(c.hessian, -c.hessian @ step, labels=c.labels)
    )
    ax = Figure().add_subplot()
    figures.landscape(ax, c, s)
    before = len(arrows(ax))
    figures.steps(ax, c, s)
    drawn_ = arrows(ax)[before:]
    assert len(drawn_) == count  # one that is cut has two angles
    tip = np.array(drawn_[-1]._posA_posB[1])
    np.testing.assert_allclose(tip, step if far < 1 else [-1, 0.75], atol=1e-12)
    assert any(text.get_text().startswith("→ ∇f (") for text in ax.texts)


def test_blocks_have_names_and_borders_and_norms_of_their_own():
    c = hw.curvature(lambda p: np.sum(p["W"] ** 3) * p["b"] ** 2, {"W": np.ones((4, 4)), "b": 2.0})
    ax = Figure().add_subplot()
    hw.figures.hessian(ax, c)
    assert [text.get_text() for text in ax.get_xticklabels()] == ["W", "b"]
    assert [text.get_text() for text in ax.get_yticklabels()] == ["W", "b"]
    assert [line.get_ydata()[0] for line in ax.lines[::2]] == [15.5]
    ax = Figure().add_subplot()
    hw.figures.hessian(ax, c, order="blocks")
    shown = [float(text.get_text().replace("−", "-")) for text in ax.texts[:4]]
    assert shown == pytest.approx([4 * 24, 4 * 12, 4 * 12, 32], rel=1e-3)
    alone = hw.curvature(lambda w: np.sum(w**3), np.ones(3))
    for order in ("as given", "blocks"):
        ax = Figure().add_subplot()
        hw.figures.hessian(ax, alone, order=order)
        assert [text.get_text() for text in ax.get_xticklabels()] == ["w[0]", "w[1]", "w[2]"]
