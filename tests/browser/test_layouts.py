"""Explorers on one screen, and in the boxes that people build with ipywidgets, now or when they are shown later."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from browser import SCREENSHOTS
from browser.conftest import OpenHimmelblau, OpenNotebook, RunCells
from browser.explorer_page import ExplorerPage, fits

FUNCTIONS = """
import autograd.numpy as np, hesswidget as hw
def f(x, y, a=1.0, b=100.0):
    return (a - x)**2 + b * (y - x**2)**2
def g(x, y, z, a=1.0, b=1.0):
    return a * x**2 - y**2 + b * z**2 + x * y * z + y**4
def h(x, y, a=1.0, tilt=0.0):
    return x**4 / 4 - a * x**2 / 2 - tilt * x + y**2
"""
# What fits into how many pixels of a window of 1366 × 768, which leaves a notebook some 930 × 640.
SCREENS = {
    "two variables": ("hw.explore(f, x=(-2, 2), y=(-1, 3), a=(0.0, 3.0), b=(1.0, 200.0))", 560),
    "nine critical points": ("hw.explore('himmelblau')", 560),
    "the tanh network": ("hw.explore('tanh_network')", 600),
    "three variables": ("hw.explore(g, x=(-2, 2), y=(-2, 2), z=(-2, 2), a=(0.0, 3.0), b=(0.0, 2.0))", 600),
    "a bifurcation": (
        "hw.bifurcation(h, a=(-1.0, 2.0), tilt=(-0.5, 0.5), against='a', x=(-2, 2), y=(-1, 1))",
        760,
    ),
}
HEIGHT = "e => e.getBoundingClientRect().height"
TOP = "e => e.getBoundingClientRect().top"
# Of what a person may want to get at, what lies outside the explorer or under something else once it is scrolled to.
OUT_OF_REACH = """root => [...root.querySelectorAll("input, select, button, .hw-bar, .hw-heatmap")].filter(e => {
    if (!e.getClientRects().length) return false;
    e.scrollIntoView({ block: "center", inline: "center" });
    const { left, top, width, height } = e.getBoundingClientRect();
    const hit = root.getRootNode().elementFromPoint(left + width / 2, top + height / 2);
    return !(e.contains(hit) || hit?.closest("svg") === e || e.parentElement.contains(hit));
}).map(e => e.outerHTML.slice(0, 200))"""


def explorers_on(page: Page, count: int) -> list[ExplorerPage]:
    roots = page.locator(".hesswidget[data-pictures]")
    expect(roots).to_have_count(count, timeout=60_000)
    return [ExplorerPage(roots.nth(k)) for k in range(count)]


def test_an_explorer_is_one_screen_of_a_laptop(open_notebook: OpenNotebook) -> None:
    shown = "\n".join(f"display({made})" for made, _ in SCREENS.values())
    notebook = open_notebook([FUNCTIONS + shown], size=(1366, 768))
    explorers = explorers_on(notebook.page, len(SCREENS))
    for (name, (_, most)), explorer in zip(SCREENS.items(), explorers, strict=True):
        explorer.rests()
        height = explorer.root.evaluate(HEIGHT)
        assert height <= most, (name, height)
        assert fits(explorer.root), name
        assert explorer.root.evaluate(OUT_OF_REACH) == [], name

    # What is moved does not move what is around it.
    first = explorers[0]
    last = first.root.locator(".hw-points")
    before = [first.root.evaluate(HEIGHT), last.evaluate(TOP) - first.root.evaluate(TOP)]
    for slider, key in [("x", "End"), ("b", "Home"), ("a", "End"), ("y", "Home")]:
        first.press(slider, key)
        first.rests()
    assert [first.root.evaluate(HEIGHT), last.evaluate(TOP) - first.root.evaluate(TOP)] == before
    assert notebook.errors == []


def test_a_panel_is_enlarged_and_put_back_by_a_button_or_keys(open_himmelblau: OpenHimmelblau) -> None:
    explorer = open_himmelblau(size=(950, 768))
    explorer.rests()
    root, keyboard = explorer.root, explorer.page.keyboard
    before = root.evaluate(HEIGHT)
    for panel in (".hw-landscape", ".hw-hessian", ".hw-eigen"):
        button = root.locator(f"{panel} .hw-enlarge")
        drawing = root.locator(f"{panel} :is(.hw-plane, .hw-heatmap, .hw-chart)")

        def height(drawing: Locator = drawing) -> float:
            explorer.next_frame()
            return float(drawing.evaluate(HEIGHT))

        small = height()
        button.click()
        large = height()
        assert large > 1.3 * small
        explorer.press("x", "PageUp")
        explorer.rests()
        assert height() == large  # it outlasts pictures
        assert fits(root)
        keyboard.press("Escape")
        assert height() == small
        assert root.evaluate(HEIGHT) == before
        button.focus()
        keyboard.press("e")
        assert height() == large
        keyboard.press("e")
        assert height() == small
        expect(button).to_be_focused()


def test_on_a_phone_the_status_stays_in_sight_and_a_tap_explains(browser, himmelblau_page) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    page.goto(himmelblau_page.as_uri())
    (explorer,) = explorers_on(page, 1)
    explorer.rests()
    root = explorer.root
    expect(page.get_by_role("main").get_by_role("heading", level=1)).to_have_text("Hessian of himmelblau")
    assert root.evaluate(HEIGHT) <= 2 * 844
    assert fits(root)
    assert root.locator(".hw-hessian").evaluate(TOP) == root.locator(".hw-eigen").evaluate(TOP)
    explorer.slider("b").evaluate("e => e.scrollIntoView({ block: 'end' })")
    explorer.press("b", "ArrowRight")
    explorer.rests()
    assert root.evaluate(TOP) < 0  # its top is out of sight, and yet
    expect(root.locator(".hw-label")).to_be_in_viewport(ratio=1)
    expect(explorer.slider("b")).to_be_in_viewport(ratio=0.9)
    explorer.legend.filter(has_text="saddle").tap()
    expect(root.locator(".hw-landscape .hw-explanation")).to_contain_text("f rises along some directions")
    page.screenshot(path=SCREENSHOTS / "explorer-phone.png")
    context.close()


def test_the_legend_names_and_explains_what_is_in_view(open_himmelblau: OpenHimmelblau) -> None:
    explorer = open_himmelblau()
    explorer.rests()
    root, page = explorer.root, explorer.page
    always = ["point", "not stationary", "contours", "quadratic model", "Newton"]
    classes = ["minimum", "saddle", "maximum"]
    explanation = root.locator(".hw-landscape .hw-explanation")
    expect(explorer.legend.filter(visible=True)).to_have_count(10)
    assert {*always, *classes, "eigenvector, λ < 0", "∇f"} == set(explorer.legend.all_inner_texts())
    explorer.button("signs of H").click()
    explorer.button("paths").click()
    explorer.press("x", "End")
    explorer.rests()
    seen = {
        *always,
        *classes,
        "eigenvector, λ > 0",
        "eigenvector, λ < 0",
        "steepest descent",
        "positive definite",
        "indefinite",
        "negative definite",
        "det H = 0",
    }
    assert seen == set(explorer.legend.all_inner_texts())

    colour = "e => getComputedStyle(e).stroke"
    signs = {label: root.locator(f'.hw-mark[data-label="{label}"] .hw-place').first for label in classes}
    for label, sign in signs.items():
        entries = root.locator(f'.hw-marks [data-label="{label}"] path, .hw-point[data-label="{label}"] path')
        assert {sign.evaluate(colour)} == set(entries.evaluate_all(f"all => all.map({colour})"))
    signs["maximum"].hover()
    expect(explanation).to_contain_text("maximum at x = −0.27")
    page.mouse.move(0, 0)
    expect(explanation).to_be_hidden()
    explorer.legend.first.focus()
    expect(explanation).to_contain_text("the Hessian is taken here")
    page.keyboard.press("ArrowRight")
    expect(explanation).to_contain_text("∇f is not zero")
    explorer.legend.filter(has_text="quadratic model").hover()
    expect(explanation).to_contain_text("Newton's method")

    page.mouse.move(0, 0)
    root.locator(".hw-point").last.click()
    explorer.rests()
    verdict = root.locator(".hw-verdict .hw-glyph-path")
    assert verdict.evaluate(colour) == signs["maximum"].evaluate(colour)
    root.get_by_role("button", name="surface", exact=True).click()
    assert {"point", "maximum", "eigenvector, λ < 0", "quadratic model"} <= set(
        explorer.legend.all_inner_texts()
    )


EXPLORERS = """
import hesswidget as hw, ipywidgets as W
from IPython.display import display
def f(x, a=1.0):
    return x**4 - a * x**2
u, v, w = (hw.explore(f, x=(-2, 2), a=(0.0, 3.0)) for _ in range(3))
def output():
    made = W.Output()
    with made:
        display(w)
    return made
def shown(table):
    for name, box in table.items():
        box.add_class("case")
        box.add_class(name)
        display(box)
"""
CENTRED = "layout=W.Layout(align_items='center')"
COLUMNS = "layout=W.Layout(grid_template_columns='1fr 1fr')"
# What is put where, and how wide each of its explorers is, of the whole, at least.
CONTAINERS = {
    "two-in-an-HBox": ("W.HBox([v, w])", 0.45),
    "Box": ("W.Box([w])", 0.9),
    "centred-VBox": (f"W.VBox([w], {CENTRED})", 0.9),
    "Tab-in-an-HBox": ("W.HBox([W.Tab([w])])", 0.6),
    "Output-in-an-HBox": ("W.HBox([output()])", 0.6),
    "beside-a-slider": ("W.HBox([W.FloatSlider(), w])", 0.5),
    "VBox": ("W.VBox([W.Button(), w])", 0.9),
    "Accordion": ("W.Accordion([w], selected_index=0)", 0.9),
    "GridBox": (f"W.GridBox([v, w], {COLUMNS})", 0.45),
    "AppLayout": ("W.AppLayout(left_sidebar=W.Button(), center=u)", 0.4),
    "interactive": ("W.interactive(lambda k: display(w), k=(0, 3))", 0.9),
    "hidden-Tab": ("W.Tab([W.Button(), w])", 0.9),  # shown when the others are
}
WIDTHS = """() => Object.fromEntries([...document.querySelectorAll(".case")].map(box => [
    [...box.classList].at(-1),
    [...box.querySelectorAll(".hesswidget")].map(e =>
        e.getBoundingClientRect().width / box.closest(".jp-OutputArea-output").clientWidth)]))"""
SAVED = "application/vnd.hesswidget.v1+json"


def test_an_explorer_has_a_width_in_every_layout(run_cells: RunCells) -> None:
    table = ", ".join(f'"{name}": {made}' for name, (made, _) in CONTAINERS.items())
    notebook = run_cells(EXPLORERS + f"shown({{{table}}})", "display(v, w)")
    page = notebook.page
    count = len(CONTAINERS) + 2
    explorers_on(page, count - 1 + 2)
    page.locator(".hidden-Tab .lm-TabBar-tab").last.click()
    explorers_on(page, count + 2)
    for collapsed in ("", "window.jupyterapp.shell.collapseLeft()"):
        page.evaluate(collapsed or "0")
        page.wait_for_function(f"Object.values(({WIDTHS})()).flat().every(width => width > 0.2)")
        widths = page.evaluate(WIDTHS)
        assert widths.keys() == CONTAINERS.keys()
        for name, (_, least) in CONTAINERS.items():
            assert all(least <= width <= 1.01 for width in widths[name]), (name, widths[name])
    page.locator(".two-in-an-HBox").screenshot(path=SCREENSHOTS / "two-in-an-HBox.png")
    assert notebook.errors == []

    # As notebooks/SHARING.md says: a box keeps nothing of what is in it, what is displayed itself is kept.
    kept = [SAVED in output.get("data", {}) for output in notebook.outputs()]
    assert kept == [False] * len(CONTAINERS) + [True, True]
