"""The explorer, moved by mouse and keys and from Python, and into errors; as a page where Python has no part."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

import hesswidget as hw
from browser import SCREENSHOTS
from browser.conftest import OpenNotebook, OpenSaved, RunCells
from browser.eventually import eventually
from browser.explorer_page import ExplorerPage, explorer_on, fits, is_light, middle
from hostile_text import HOSTILE

ROSENBROCK = """
import autograd.numpy as np, hesswidget as hw
def f(x, y, a=1.0, b=100.0):
    return (a - x)**2 + b * (y - x**2)**2
w = hw.explore(f, x=(-2, 2), y=(-1, 3), a=(0.0, 3.0), b=(1.0, 200.0))
points = []
w.observe(lambda change: points.append(change.new.tolist()), names=["point"])
w
"""
LINKED = """
import ipywidgets
other = ipywidgets.FloatSlider(min=-{end}, max={end}, step=0.25, description="other")
ipywidgets.jslink((other, "value"), (w, "x"))
ipywidgets.VBox([other, w])
"""


def rosenbrock():
    def f(x, y, a=1.0, b=100.0):
        return (a - x) ** 2 + b * (y - x**2) ** 2

    return hw.explore(f, x=(-2, 2), y=(-1, 3), a=(0.0, 3.0), b=(1.0, 200.0))


@pytest.mark.parametrize("app", ["lab", "notebook"])
def test_keys_move_a_focused_slider_and_delete_no_cell(open_in: OpenNotebook, app: str) -> None:
    notebook = open_in(app, ROSENBROCK)
    explorer = explorer_on(notebook.page)
    explorer.press("x", *["ArrowRight"] * 12, "ArrowLeft", "PageUp", "d", "d", "x", "0", "0")
    expect(explorer.root).to_have_attribute("data-point", "0.21 1")
    expect(explorer.slider("x")).to_have_attribute("aria-valuetext", "0.21")
    assert notebook.page.locator(".jp-Notebook .jp-CodeCell").count() == 1
    eventually(lambda: notebook.python("[w.point.tolist(), *points[-1:]]"), [[0.21, 1.0]] * 2)
    # Typed and dragged-to controls keep their keys too.
    explorer.handle.focus()
    for key in ["ArrowUp", "Shift+ArrowLeft", "d", "d"]:
        notebook.page.keyboard.press(key)
    expect(explorer.root).to_have_attribute("data-point", "0.11 1.01")
    assert notebook.page.locator(".jp-Notebook .jp-CodeCell").count() == 1
    assert notebook.errors == []


def test_a_drag_in_the_landscape_ends_where_the_mouse_does(run_cells: RunCells) -> None:
    notebook = run_cells(ROSENBROCK)
    explorer = explorer_on(notebook.page)
    explorer.rests()
    explorer.root.locator("svg.hw-plane").click(position={"x": 3, "y": 60})  # beside the plane
    explorer.rests()
    assert explorer.point == [0.0, 1.0]
    start, before = middle(explorer.handle), explorer.pictures
    explorer.drag(explorer.handle, [(2 * k, k) for k in range(40)])
    explorer.rests()
    assert explorer.pictures - before > 5  # not at the end alone
    end = explorer.point
    assert end[0] > 0.3
    assert end[1] < 1
    eventually(lambda: notebook.python("[w.point.tolist(), *points[-1:]]"), [end, end])
    assert abs(middle(explorer.handle)[0] - (start[0] + 78)) < 3
    assert explorer.root.get_attribute("data-label") == notebook.python("w.curvature.label")
    assert notebook.errors == []


def test_python_moves_the_picture(run_cells: RunCells) -> None:
    notebook = run_cells(ROSENBROCK)
    explorer = explorer_on(notebook.page)
    root = explorer.root
    notebook.run("w.point = [1.0, 1.0]")
    expect(root).to_have_attribute("data-label", "minimum")
    expect(root.locator(".hw-label")).to_have_text("minimum")
    expect(root.locator("[aria-live=polite][role=status]")).to_contain_text("minimum")
    notebook.run("w.set(a=2.0, y=2.5)")
    expect(root).to_have_attribute("data-point", "1 2.5")
    expect(explorer.slider("a")).to_have_attribute("aria-valuetext", "2.00")
    notebook.run("w.x = -1.25")
    expect(root).to_have_attribute("data-point", "-1.25 2.5")
    explorer.button("Reset").click()
    expect(root).to_have_attribute("data-point", "0 1")
    eventually(lambda: notebook.python("w.parameters"), {"a": 1.0, "b": 100.0})


def test_the_last_value_arrives_while_the_kernel_is_slow(run_cells: RunCells) -> None:
    slow = """
import time, autograd.numpy as np, hesswidget as hw
def f(x, y):
    time.sleep(0.01)
    return x**2 - y**2
w = hw.explore(f, x=(-2, 2), y=(-2, 2))
w
"""
    notebook = run_cells(slow)
    explorer = explorer_on(notebook.page)
    explorer.press("x", *["ArrowRight"] * 60)
    expect(explorer.root).to_have_attribute("data-point", "0.6 0", timeout=20_000)
    eventually(lambda: notebook.python("w.point.tolist()"), [0.6, 0.0])


def test_several_views_of_one_explorer_move_together(run_cells: RunCells) -> None:
    notebook = run_cells(ROSENBROCK, "w")
    views = notebook.page.locator(".hesswidget")
    expect(views).to_have_count(2)
    both = [ExplorerPage(views.nth(k)) for k in (0, 1)]
    both[0].press("b", "Home")
    for view in both:
        expect(view.slider("b")).to_have_attribute("aria-valuetext", "1.0")
        view.rests()
    both[0].press("x", "End")
    both[1].press("x", "Home")  # quicker than the state is sent
    for view in both:
        view.rests()
        expect(view.root).to_have_attribute("data-point", "-2 1")
    eventually(lambda: notebook.python("w.point.tolist()"), [-2.0, 1.0])
    assert [view.point for view in both] == [[-2.0, 1.0]] * 2
    assert notebook.errors == []


def test_a_failing_function_leaves_the_last_good_picture(run_cells: RunCells) -> None:
    failing = f"""
import autograd.numpy as np, hesswidget as hw
def f(x, y, a=1.0):
    if a < 0.5:
        raise RuntimeError({HOSTILE[1]!r})
    return a * x**2 + y**2
w = hw.explore(f, x=(-1, 1), y=(-1, 1), a=(0.0, 1.0))
w
"""
    notebook = run_cells(failing)
    explorer = explorer_on(notebook.page)
    root = explorer.root
    explorer.rests()
    before = root.locator(".hw-plane").inner_html()
    explorer.press("a", "Home")
    alert = root.get_by_role("alert")
    expect(alert).to_contain_text(f"f raised RuntimeError: {HOSTILE[1]}")
    expect(alert).to_contain_text("line 4 of the cell")
    assert root.get_attribute("data-label") == "minimum"
    assert root.locator(".hw-plane").inner_html() == before
    root.locator(".hw-bar").first.hover()  # looking at the old picture does not make it valid
    expect(root.locator(".hw-panel").first).to_have_css("opacity", "0.45")
    explorer.press("a", "End")
    expect(alert).to_be_hidden()
    notebook.run("w.comm.send({'method': 'custom', 'content': {'kind': 'frame', 'id': 'x', 'junk': [1]}})")
    expect(root).to_have_attribute("data-point", "0 0")
    assert root.locator("img").count() == 0
    assert notebook.page.evaluate("window.bad") is None
    assert notebook.errors == []


def test_hover_links_the_views(open_saved: OpenSaved) -> None:
    explorer = open_saved(rosenbrock())
    root, page = explorer.root, explorer.page
    root.locator(".hw-bar").nth(0).hover()
    expect(root.locator(".hw-hessian h3")).to_have_text("rank-one part of λ₁")
    expect(root.locator(".hw-arrow.hw-lit")).to_have_count(1)
    page.mouse.move(0, 0)
    explorer.button("log").focus()
    page.keyboard.press("Tab")
    expect(root.locator(".hw-bar").nth(0)).to_be_focused()
    page.keyboard.press("Tab")
    expect(root.locator(".hw-bar").nth(1)).to_be_focused()
    expect(root.locator(".hw-hessian h3")).to_have_text("rank-one part of λ₂")
    heatmap = root.locator("canvas.hw-heatmap")
    box = heatmap.bounding_box()
    assert box is not None
    heatmap.hover(position={"x": box["width"] * 0.6, "y": 60})
    expect(root.locator(".hw-hessian .hw-caption")).to_contain_text("∂²f/∂x")


def test_a_vector_of_300_shows_a_slice_along_the_two_that_are_picked(run_cells: RunCells) -> None:
    big = """
import autograd.numpy as np, hesswidget as hw
def loss(w, l2=0.1):
    return np.sum((w[1:] - w[:-1])**4) + l2 * np.sum(w**2)
w = hw.explore(loss, w=np.linspace(-1, 1, 300), l2=(0.0, 1.0))
w
"""
    notebook = run_cells(big)
    explorer = explorer_on(notebook.page)
    explorer.root.get_by_label("horizontal variable").select_option("w[7]")
    expect(explorer.slider("w[7]")).to_be_visible()
    explorer.press("w[7]", "End")
    end = pytest.approx(14 / 299)  # its start plus the reach of 1
    eventually(lambda: notebook.python("[w.point[7], len(w.point)]"), [end, 300])
    assert notebook.errors == []


def test_the_state_can_be_copied_as_a_python_call(run_cells: RunCells) -> None:
    notebook = run_cells(ROSENBROCK)
    notebook.context.grant_permissions(["clipboard-read", "clipboard-write"])
    explorer = explorer_on(notebook.page)
    root = explorer.root
    root.get_by_label("x, value").fill("1")
    root.get_by_label("x, value").press("Enter")
    expect(root).to_have_attribute("data-point", "1 1")
    explorer.button("Copy as Python").click()
    expect(root.locator("output")).to_have_text("copied; it calls f")
    call = notebook.page.evaluate("navigator.clipboard.readText()")
    eventually(lambda: notebook.python("w.point.tolist()"), [1.0, 1.0])
    state = notebook.python("[w.point.tolist(), w.parameters, w.view]")
    assert notebook.python(f"[(v := {call}).point.tolist(), v.parameters, v.view]") == state
    assert notebook.python("[(r.minimum, r.maximum) for r in v.problem.ranges]") == [[-2, 2], [-1, 3]]
    notebook.run("def f(x, y): return x * y")  # by now another
    explorer.button("Copy as Python").click()
    expect(root.locator("output")).to_contain_text("the function has no name")
    assert notebook.page.evaluate("navigator.clipboard.readText()").startswith(
        "hw.explore(..., (1.0, 1.0), x="
    )


STRUCTURED = """
from collections import namedtuple
import autograd.numpy as np, hesswidget as hw
Layer = namedtuple("Layer", ["W", "b"])
def net(layers, scale, shift, a=1.0):
    total = sum(np.sum(np.sin(W)) * b for W, b in layers)
    return total**2 + np.sum(scale["it's"][0]) * scale[2] + a * shift**2
layers = [Layer(np.ones((2, 2)), (-1, 1, 0.25)), (hw.vector([0.5], -1, 2), 3.0)]
w = hw.explore(net, layers=layers, scale={"it's": ([(-1, 1), 0.5],) + (np.ones(1),), 2: 0.5}, shift=(-1, 3), a=(0, 2))
w
"""


def test_variables_are_copied_in_their_structure(run_cells: RunCells) -> None:
    notebook = run_cells(STRUCTURED)
    notebook.context.grant_permissions(["clipboard-read", "clipboard-write"])
    explorer = explorer_on(notebook.page)
    explorer.rests()
    explorer.button("Copy as Python").click()
    expect(explorer.root.locator("output")).to_have_text("copied; it calls net, Layer")
    call = notebook.page.evaluate("navigator.clipboard.readText()")
    state = "[v.point.tolist(), v.problem.labels, v.problem.blocks, v.parameters, v.problem.ranges]"
    assert notebook.python(f"(lambda v: repr({state}))({call})") == notebook.python(
        f"(lambda v: repr({state}))(w)"
    )


def test_a_formula_is_written_anew_in_its_line_and_copied_as_it_stands(run_cells: RunCells) -> None:
    notebook = run_cells(
        "import hesswidget as hw; w = hw.explore('x**2*y - a*y**3', x=(-2, 2), y=(-2, 2), a=(0, 4)); w"
    )
    notebook.context.grant_permissions(["clipboard-read", "clipboard-write"])
    explorer = explorer_on(notebook.page)
    explorer.rests()
    state = "[v.point.tolist(), v.problem.labels, v.formula_text, v.curvature.hessian.tolist()]"

    def copied() -> str:
        clipboard = "navigator.clipboard.readText()"
        notebook.page.evaluate("navigator.clipboard.writeText('')")
        explorer.button("Copy as Python").click()
        eventually(lambda: notebook.page.evaluate(clipboard) != "", True)
        call = str(notebook.page.evaluate(clipboard))
        assert notebook.python(f"(lambda v: {state})({call})") == notebook.python(f"(lambda v: {state})(w)")
        return call

    assert copied().startswith("hw.explore('x**2*y - a*y**3', (0.0, 0.0), x=(-2.0, 2.0)")
    line = explorer.root.get_by_label("f(x, y), formula")
    line.fill("x**2 + 3*sin(")
    line.press("Enter")
    mistake = explorer.root.locator(".hw-mistake")
    expect(mistake).to_contain_text("is no formula")
    expect(line).to_have_attribute("aria-invalid", "true")
    assert notebook.python("w.formula_text") == "x**2*y - a*y**3"
    expect(explorer.root.locator(".hw-value").last).to_have_text("0")
    line.fill("x**2 + 3*x*cos(y)")
    line.press("Enter")
    expect(explorer.root.locator(".hw-value").last).to_have_text("2.000")
    expect(mistake).to_be_hidden()
    expect(explorer.engine).to_have_text("browser · verified")
    explorer.press("y", "ArrowRight")
    explorer.rests()
    expect(explorer.engine).to_have_text("browser · verified")
    assert notebook.python("[w.formula_text, w.parameters]") == ["x**2 + 3*x*cos(y)", {"a": 2.0}]
    assert copied().startswith(
        'hw.explore("x**2 + 3*x*cos(y)", (0.0, 0.01), x=(-2.0, 2.0), y=(-2.0, 2.0), over='
    )
    notebook.run("w.formula_text = 'a*x*y'")
    expect(line).to_have_value("a*x*y")
    expect(explorer.root.locator(".hw-value").first).to_have_text("−2.000")
    assert notebook.errors == []


def test_the_page_takes_over_where_a_formula_is_written_that_it_can_compute(run_cells: RunCells) -> None:
    too_large = "a*x + (1e160*x)**2*y"  # of which products are beyond float64, in another order not
    code = f"w = hw.explore('{too_large}', (0.5, 1.0), x=(-2, 2), y=(-2, 2), a=(0, 2))"
    notebook = run_cells(f"import hesswidget as hw\n{code}\nw")
    explorer = explorer_on(notebook.page)
    expect(explorer.engine).to_have_text("kernel · autograd")
    line = explorer.root.get_by_label("f(x, y), formula")
    line.fill("a*x**2 + 3*y**2")
    line.press("Enter")
    expect(explorer.engine).to_have_text("browser · verified")
    expect(explorer.root).to_have_attribute("data-function", "a*x**2 + 3*y**2")
    expect(explorer.root.locator(".hw-value").last).to_have_text("6.000")
    before = explorer.pictures
    explorer.drag(explorer.slider("x"), [(k, 0) for k in range(0, 21)])
    assert explorer.pictures > before
    assert notebook.errors == []


def test_a_saved_formula_is_live(open_saved: OpenSaved) -> None:
    explorer = open_saved(hw.explore("x**2 - a*y**2", x=(-2, 2), y=(-2, 2), a=(0, 4)))
    expect(explorer.root).to_have_attribute("data-function", "x**2 - a*y**2")
    expect(explorer.root).to_have_attribute("data-point", "0 0")
    line = explorer.root.get_by_label("f(x, y), formula")
    expect(line).to_have_value("x**2 - a*y**2")
    expect(line).not_to_be_editable()


def test_linked_widgets_move_it_in_the_browser(run_cells: RunCells) -> None:
    notebook = run_cells(ROSENBROCK + LINKED.format(end=2))
    explorer = explorer_on(notebook.page)
    explorer.press("x", "End")
    expect(notebook.page.locator(".noUi-handle")).to_have_attribute("aria-valuenow", re.compile("^2"))
    eventually(lambda: notebook.python("[other.value, w.x]"), [2.0, 2.0])  # or what is not sent yet is newer
    notebook.run("other.value = -1.5")
    expect(explorer.root).to_have_attribute("data-point", "-1.5 1")


def test_a_link_that_leaves_the_range_is_taken_back(run_cells: RunCells) -> None:
    notebook = run_cells(ROSENBROCK + LINKED.format(end=50))
    explorer = explorer_on(notebook.page)
    notebook.run("other.value = 40.0")
    expect(explorer.root).to_contain_text("x = 40 lies outside its range")
    expect(explorer.root).to_have_attribute("data-point", "0 1")
    expect(notebook.page.locator(".noUi-handle")).to_have_attribute("aria-valuenow", re.compile("^0"))
    eventually(lambda: notebook.python("[other.value, w.x]"), [0.0, 0.0])
    assert notebook.errors == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_follows_the_notebook_s_theme_and_fits_into_it(
    open_notebook: OpenNotebook, run_cells: RunCells, theme: str
) -> None:
    notebook = run_cells(ROSENBROCK) if theme == "light" else open_notebook([ROSENBROCK], theme=theme)
    explorer = explorer_on(notebook.page)
    explorer.rests()
    expect(explorer.root).to_have_attribute("data-theme", theme)
    assert is_light(explorer.root.locator(".hw-body")) == (theme == "light")
    assert fits(explorer.root)
    notebook.screenshot(SCREENSHOTS / f"explorer-{theme}-notebook.png")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1500, 900, 360])
def test_it_fits_and_follows_the_page_s_theme(open_saved: OpenSaved, theme: str, width: int) -> None:
    explorer = open_saved(rosenbrock(), theme, (width, 900))
    explorer.rests()
    expect(explorer.root).to_have_attribute("data-theme", theme)
    assert fits(explorer.root)
    assert is_light(explorer.root.locator(".hw-body")) == (theme == "light")
    explorer.page.screenshot(path=SCREENSHOTS / f"explorer-{theme}-{width}.png")


def test_every_control_has_a_name(open_saved: OpenSaved) -> None:
    root = open_saved(rosenbrock()).root
    controls = root.locator("input, select, button, [tabindex]")
    assert controls.count() > 10
    nameless = "all => all.filter(c => !(c.getAttribute('aria-label') || c.textContent.trim())).map(c => c.outerHTML)"
    assert controls.evaluate_all(nameless) == []
    unguarded = "all => all.filter(c => !c.hasAttribute('data-lm-suppress-shortcuts')).map(c => c.outerHTML)"
    assert controls.evaluate_all(unguarded) == []


# How often each canvas was cleared since, by its class; and what was said of where the numbers come from.
COUNT_DRAWINGS = """engine => {
    window.drawings = {};
    window.said = [];
    new MutationObserver(() => window.said.push(engine.textContent)).observe(engine, { childList: true });
    const { prototype } = CanvasRenderingContext2D;
    const clear = (window.clearRect ??= prototype.clearRect);
    prototype.clearRect = function (...given) {
        const { className } = this.canvas;
        window.drawings[className] = (window.drawings[className] ?? 0) + 1;
        clear.apply(this, given);
    };
}"""


def test_a_move_draws_what_it_changes_once_and_rest_draws_nothing_again(run_cells: RunCells) -> None:
    notebook = run_cells(ROSENBROCK)
    explorer = explorer_on(notebook.page)
    expect(explorer.engine).to_have_text("browser · verified")
    explorer.engine.evaluate(COUNT_DRAWINGS)
    pictures = explorer.pictures
    explorer.press("x", "ArrowRight")
    notebook.page.wait_for_function("window.said.join() === 'browser,browser · verified'")
    assert explorer.pictures > pictures
    assert notebook.page.evaluate("window.drawings") == {"hw-heatmap": 1, "hw-quadratic-model": 1}
