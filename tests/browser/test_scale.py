"""A landscape to scale, and the arrows in it: angles measured in pixels, on the page and in the figure."""

import numpy as np
import pytest
from matplotlib.patches import FancyArrowPatch
from playwright.sync_api import expect

import hesswidget as hw

# Where an arrow's shaft begins and ends, in pixels of the screen.
ENDS = """(path) => {
    const [a, b, c, d] = path.getAttribute("d").match(/[-\\d.]+/g).map(Number);
    return [new DOMPoint(a, b), new DOMPoint(c, d)].map((place) => place.matrixTransform(path.getScreenCTM()))
        .map(({ x, y }) => [x, y]);
}"""


def turned(x, y):
    """A quadratic function about (0.4, −0.3), with axes turned by 37°."""
    u, v = x - 0.4, y + 0.3
    return 3 * (0.8 * u + 0.6 * v) ** 2 + 0.7 * (0.8 * v - 0.6 * u) ** 2


def explorer(**ranges):
    return hw.explore(turned, (-0.5, 0.6), **ranges)


def angle(one, other):
    one, other = (np.diff(np.asarray(ends, dtype=float), axis=0)[0] for ends in (one, other))
    cosine = abs(one @ other) / np.linalg.norm(one) / np.linalg.norm(other)
    return np.degrees(np.arccos(min(cosine, 1.0)))


def angle_on_page(explorer):
    first, second = explorer.root.locator(".hw-arrows .hw-arrow").all()
    return angle(first.evaluate(ENDS), second.evaluate(ENDS))


def angle_in_figure(w):
    figure = w.figure()
    figure.set_size_inches(7, 5)  # whatever becomes of the figure
    figure.draw_without_rendering()
    ax = figure.axes[0]
    arrows = [patch for patch in ax.patches if isinstance(patch, FancyArrowPatch)][:2]
    return angle(*(ax.transData.transform(arrow._posA_posB) for arrow in arrows))


def test_right_angles_are_right_where_ranges_are_comparable_and_the_gradient_points_uphill(
    open_saved,
):
    w = explorer(x=(-2, 2), y=(-1.5, 5.0))
    page = open_saved(w)
    scale = page.button("to scale")
    expect(scale).to_have_attribute("aria-pressed", "true")
    assert angle_on_page(page) == pytest.approx(90, abs=0.1)
    assert angle_in_figure(w) == pytest.approx(90, abs=0.1)

    gradient = page.root.locator(".hw-steps .hw-gradient")
    slope = np.array([w.curvature.gradient * [1, -1], [0, 0]])  # the screen's y goes down
    assert angle(gradient.evaluate(ENDS), slope) == pytest.approx(0, abs=0.1)
    expect(page.root.locator("[role=status].hw-unseen")).to_contain_text(
        "∇f = (−1.92, 0.763), 31° from v₁, 59° from v₂"
    )
    page.root.locator(".hw-directions").get_by_role("button", name="∇f").click()
    expect(gradient).to_have_count(0)

    scale.click()  # the range of x as long as that of y
    page.next_frame()
    expect(page.root.locator(".hw-landscape")).to_contain_text("not to scale")
    assert angle_on_page(page) < 85
    w.set_state({"_view_state": {"scale": "filling"}})
    assert angle_in_figure(w) < 85


def test_ranges_of_different_size_are_not_to_scale_unless_asked(open_saved):
    page = open_saved(explorer(x=(-2, 2), y=(-20, 20)))
    expect(page.root.locator(".hw-landscape")).to_contain_text("not to scale")
    page.button("to scale").click()
    page.next_frame()
    assert angle_on_page(page) == pytest.approx(90, abs=0.1)
    page.button("surface").click()
    expect(page.root.locator(".hw-landscape")).not_to_contain_text("not to scale")
