"""What is on screen besides the sliders: checked, held, and given to the output and the figure."""

import base64
import contextlib
import io
import json
import zlib
from pathlib import Path

import autograd.numpy as anp
import numpy as np
import pytest
from matplotlib.image import imread

import hesswidget as hw
from hesswidget.appearance import MIME_TYPE
from hesswidget.errors import ProblemError
from hesswidget.explorers.curvature import _plane
from hesswidget.explorers.view_state import ViewState
from hesswidget.wording import number

CASES = json.loads((Path(__file__).parent / "view_states.json").read_text(encoding="utf-8"))


def saddle(x, y, z, a=1.0):
    return a * x**2 - 3 * y**2 + 2 * z**2 + x * z


@pytest.fixture
def w():
    w = hw.explore(saddle, x=(-2, 2), y=(-2, 2), z=(-1, 1))
    w.told = []
    w._send = lambda message, buffers=None: w.told.append(message)
    return w


def look(w, view_state, **others):
    """Have a front end report it; ipykernel logs what is raised."""
    data = {"method": "update", "state": {"_view_state": view_state, **others}}
    with contextlib.suppress(Exception):
        w._handle_msg({"content": {"data": data}, "buffers": []})


@pytest.mark.parametrize("case", CASES["taken"], ids=str)
def test_what_is_taken_is_written_again(case):
    state = ViewState.read(case["given"], case["n"])
    assert state.written() == case["given"]
    assert ViewState.read(state.written(), case["n"]) == state


@pytest.mark.parametrize("case", CASES["refused"], ids=str)
def test_what_no_front_end_sends_is_refused(case):
    with pytest.raises(ProblemError, match=case["said"]) as error:
        ViewState.read(case["given"], case["n"])
    assert len(str(error.value)) < 300


def test_only_what_differs_from_the_start_is_written():
    given = {
        "slice": {"kind": "coordinates", "indices": [0, 1]},
        "order": "as given",
        "zoom": 1,
        "signs": False,
    }
    assert ViewState.read(given, 3).written() == {}


def test_angles_that_are_no_numbers_are_refused():
    for azimuth in (float("nan"), float("inf")):
        with pytest.raises(ProblemError, match="azimuth"):
            ViewState.read({"azimuth": azimuth}, 2)


def test_the_last_good_view_state_stays_and_the_front_end_is_told(w):
    good = {"order": "eigenbasis", "surface": True}
    look(w, good)
    w.told.clear()
    look(w, {"slice": 7}, x=0.5)
    assert w.get_state("_view_state") == {"_view_state": good}
    assert w.x == 0
    assert [message["method"] for message in w.told] == ["update", "custom"]
    assert w.told[0]["state"]["_view_state"] == good


def test_an_output_keeps_it(w):
    good = {
        "slice": {"kind": "eigenvectors", "indices": [0, 2]},
        "order": "by magnitude",
        "logarithmic": True,
    }
    look(w, good)
    data, _ = w._repr_mimebundle_()
    content = json.loads(zlib.decompress(base64.b64decode(data[MIME_TYPE]["packed"])))
    assert content["traits"]["explorer"]["_view_state"] == good


def test_the_figure_shows_the_slice_the_order_and_the_axis(w):
    def shown():
        landscape, hessian, eigenvalues = w.figure().axes
        rows = [label.get_text() for label in hessian.get_yticklabels()]
        return (landscape.get_xlabel(), landscape.get_ylabel()), rows, eigenvalues

    axes, rows, eigenvalues = shown()
    assert (axes, rows) == (("x", "y"), ["x", "y", "z"])
    heights = np.array([bar.get_height() for bar in eigenvalues.patches])
    np.testing.assert_allclose(heights, w.curvature.eigenvalues, rtol=1e-12)

    look(w, {"slice": {"kind": "coordinates", "indices": [2, 0]}, "order": "by magnitude"})
    assert shown()[:2] == (("z", "x"), ["y", "z", "x"])

    look(
        w, {"slice": {"kind": "eigenvectors", "indices": [2, 0]}, "order": "eigenbasis", "logarithmic": True}
    )
    axes, rows, eigenvalues = shown()
    lambdas = w.curvature.eigenvalues
    assert axes == tuple(f"v{i} (λ = {number(x, 2)})" for i, x in (("₃", lambdas[2]), ("₁", lambdas[0])))
    assert rows == ["v₁", "v₂", "v₃"]
    constant = 1e-6 * np.abs(lambdas).max()
    heights = np.array([bar.get_height() for bar in eigenvalues.patches])
    np.testing.assert_allclose(
        constant * np.sinh(heights / 2) * 2 * np.exp(np.abs(heights) / 2), lambdas, rtol=1e-9
    )
    values = [float(text.get_text().replace("−", "-")) for text in eigenvalues.get_yticklabels()]
    np.testing.assert_allclose(values, [-1.0, -0.01, -0.0001, 0, 0.0001, 0.01, 1.0])


def test_the_slice_along_eigenvectors_has_the_values_of_the_function(w):
    look(w, {"slice": {"kind": "eigenvectors", "indices": [0, 2]}})
    w.set(x=0.5, y=-0.25, z=0.75)
    plane = _plane(w._moment())
    np.testing.assert_allclose(
        plane.basis @ w.curvature.hessian @ plane.basis.T,
        np.diag(w.curvature.eigenvalues[[0, 2]]),
        atol=1e-12,
    )
    np.testing.assert_array_equal(plane.origin, w.point)
    for vector, (low, high) in zip(plane.basis, plane.ends, strict=True):
        assert -low == high
        assert np.max(np.abs(high * vector) / [4, 4, 2]) == pytest.approx(0.3)


def test_the_figure_shades_where_the_hessian_is_definite():
    w = hw.explore(lambda x, y: x**3 + y**2, x=(-2, 2), y=(-1, 1))
    plain = len(w.figure().axes[0].collections)
    w.set_state({"_view_state": {"signs": True}})
    ax = w.figure().axes[0]
    areas = [path.get_extents() for part in ax.collections[plain:] for path in part.get_paths()]
    assert "blue: H ≻ 0 · red: H ≺ 0" in [text.get_text() for text in ax.texts]
    assert (areas[0].x0, areas[0].x1) == pytest.approx((0, 2), abs=1e-6)  # f″ = 6 x in x, 2 in y


def test_the_figure_draws_paths_that_are_on_screen():
    w = hw.explore("himmelblau")
    w.set_state({"_view_state": {"paths": True}})
    before = len(w.figure().axes[0].lines)
    count = len(w.critical_points.paths())  # as the page has asked for
    assert len(w.figure().axes[0].lines) == before + count > before


@pytest.mark.parametrize("elevation", [0.05, 0.72, 1.5])
@pytest.mark.parametrize("zoom", [0.6, 4.0])
def test_the_figure_draws_the_surface_from_where_it_is_seen(elevation, zoom):
    w = hw.explore("himmelblau")
    w.set_state({"_view_state": {"surface": True, "azimuth": 2.0, "elevation": elevation, "zoom": zoom}})
    figure = w.figure(critical_points=True)
    ax = figure.axes[0]
    assert (np.radians(ax.azim), np.radians(ax.elev)) == pytest.approx((2.0, elevation))
    png = io.BytesIO()
    figure.savefig(png, format="png", dpi=100)
    png.seek(0)
    below = imread(png)[130:, :, :3]  # the line of facts
    for strip in (below[:, :10], below[:, 400:440], below[-8:, :440]):  # around the surface
        assert strip.min() == 1
    assert below[:, 10:400].min() < 0.9


def test_a_surface_with_a_hole_is_drawn():
    w = hw.explore(lambda x, y: anp.log(x + y), (0.5, 0.5), x=(-1, 1), y=(-1, 1))
    w.set_state({"_view_state": {"surface": True, "signs": True}})
    assert w._repr_mimebundle_()[0]["image/png"]
