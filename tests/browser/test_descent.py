"""The race of descent methods: dragged, scrubbed, played, under sliders, in JupyterLab and with no kernel."""

from __future__ import annotations

import re

import autograd.numpy as np
import pytest
from playwright.sync_api import Page, expect

import hesswidget as hw
from browser.conftest import OpenSaved, RunCells
from browser.eventually import eventually
from browser.explorer_page import ExplorerPage, explorer_on, numbers

RACE = """
import autograd.numpy as np, hesswidget as hw
def f(x, y, a=1.0, b=20.0):
    return (a - x)**2 + b * (y - x**2)**2
w = hw.descend(f, (-1.2, 1.0), methods=["gradient-descent", "newton", "bfgs"], rate=(0.0, 0.05), b=(1.0, 100.0),
               x=(-2, 2), y=(-1, 3), parameters={"rate": 0.008})
w
"""


def steps(explorer: ExplorerPage) -> list[float]:
    """How many steps each path has."""
    return numbers(explorer.root.get_attribute("data-steps"))


def table(explorer: ExplorerPage) -> list[str]:
    """What became of each method, as the table says."""
    return explorer.root.locator(".hw-race tbody tr").all_inner_texts()


def test_the_start_is_dragged_and_the_paths_are_those_of_python(run_cells: RunCells) -> None:
    notebook = run_cells(RACE)
    explorer = explorer_on(notebook.page)
    explorer.rests()
    expect(explorer.engine).to_have_text("browser · verified")
    assert steps(explorer) == notebook.python("[len(path) - 1 for path in w.paths]")
    handle = explorer.root.locator(".hw-plane .hw-handle")
    before = explorer.root.get_attribute("data-steps")
    explorer.drag(handle, [(3 * k, -2 * k) for k in range(16)])
    explorer.rests()
    eventually(lambda: notebook.python("w.point.tolist() != [-1.2, 1.0]"), True)
    expect(explorer.engine).to_have_text("browser · verified")
    assert explorer.root.get_attribute("data-steps") != before
    expect(
        explorer.root.locator(".hw-landscape .hw-explanation")
    ).to_be_hidden()  # the pointer is on it still
    assert steps(explorer) == notebook.python("[len(path) - 1 for path in w.paths]")
    for row, (reason, cost) in zip(
        table(explorer), notebook.python("[(p.reason, p.cost[-1]) for p in w.paths]"), strict=True
    ):
        assert reason in row
        assert f"\t{cost:.3g}\t" in row
    assert notebook.errors == []


def test_a_rate_beyond_what_the_curvature_allows_is_shown_as_divergence(run_cells: RunCells) -> None:
    notebook = run_cells(RACE)
    explorer = explorer_on(notebook.page)
    explorer.rests()
    explorer.press("rate", "End")
    explorer.rests()
    eventually(lambda: notebook.python("w.parameters['rate']"), 0.05)
    assert "diverged: after step" in table(explorer)[0]
    assert "converged" in table(explorer)[1]
    explorer.press("b", "Home")
    explorer.rests()
    assert "diverged" not in table(explorer)[0]
    assert notebook.errors == []


def test_one_goes_through_the_steps_and_sees_what_the_method_takes_for_the_hessian(
    run_cells: RunCells,
) -> None:
    notebook = run_cells(RACE)
    explorer = explorer_on(notebook.page)
    explorer.rests()
    explorer.root.get_by_role("button", name="bfgs").click()
    scrubber = explorer.root.get_by_role("slider", name="step")
    scrubber.focus()
    for key in ["Home", "ArrowRight", "ArrowRight", "ArrowRight", "d", "d"]:
        notebook.page.keyboard.press(key)
    expect(scrubber).to_have_attribute("aria-valuenow", "3")
    explorer.rests()
    point = numbers(explorer.root.get_attribute("data-point"))
    assert point == pytest.approx([-1.2, 1.0])  # where the paths start
    expect(explorer.root.locator(".hw-standing")).to_contain_text("what bfgs takes for H at step 3")
    explorer.root.get_by_role("button", name="B", exact=True).click()
    explorer.rests()
    model = notebook.python("w.paths[2].curvature_models[3].ravel().tolist()")
    cells = explorer.root.locator(".hw-hessian table td").all_inner_texts()
    assert [numbers(cell)[0] for cell in cells if cell] == pytest.approx(model, rel=1e-3)
    eventually(
        lambda: notebook.python("[w.view.get(name) for name in ('followed', 'step', 'matrix')]"),
        [2, 3, "model"],
    )
    assert notebook.page.locator(".jp-Notebook .jp-CodeCell").count() == 1
    assert notebook.errors == []


def test_the_kernel_runs_the_race_where_a_page_cannot(run_cells: RunCells) -> None:
    notebook = run_cells(
        RACE.replace(
            "    return (a",
            "    from autograd.scipy import special\n    return 0.0 * special.iv(1, 1.0 + y**2) + (a",
        ).replace("parameters=", "steps=50, parameters=")  # in time, however much else the machine does
    )
    explorer = explorer_on(notebook.page)
    explorer.rests()
    assert "kernel" in (explorer.engine.text_content() or "")
    assert steps(explorer) == notebook.python("[len(path) - 1 for path in w.paths]")
    explorer.press("x", "ArrowRight", "ArrowRight")
    explorer.rests()
    assert steps(explorer) == notebook.python("[len(path) - 1 for path in w.paths]")
    assert notebook.errors == []


@pytest.fixture(scope="module")
def race():
    def own_step(f, x, pace=0.01):
        return x - pace * f.gradient(x)

    return hw.descend(
        "himmelblau", (0.5, -0.3), methods=["gradient-descent", "newton", "adam", own_step], steps=60
    )


def test_a_saved_race_runs_with_no_kernel(open_saved: OpenSaved, race) -> None:
    explorer = open_saved(race)
    explorer.rests()
    assert steps(explorer) == [len(path) - 1 for path in race.paths]
    before = table(explorer)
    for row, path in zip(before, race.paths, strict=True):
        assert path.reason in row
    explorer.press("x1" if explorer.slider("x1").count() else "x", *["ArrowRight"] * 30)
    explorer.rests()
    assert table(explorer) != before


def test_a_start_where_the_function_raises_is_told_beside_what_can_be_drawn(open_saved: OpenSaved) -> None:
    def walled(x, y):
        if x < -1:
            raise ValueError("beyond the wall")
        return (x - 1) ** 2 + 3 * y**2

    def leap(f, x):
        return x + np.array([-2.0, 0.0])

    there = hw.path([[-0.5, 0.0], [0.5, 0.5], [1.0, 0.2]], method="there")
    explorer = open_saved(
        hw.descend(walled, (0.5, 0.5), methods=["newton", leap, there], x=(-2, 2), y=(-2, 2))
    )
    outcome = explorer.root.locator(
        ".hw-outcome", has_text="walled raised ValueError: beyond the wall at line"
    )
    assert outcome.evaluate("cell => cell.scrollWidth <= cell.clientWidth")  # it is whole
    explorer.press("x", "Home")
    explorer.rests()
    assert steps(explorer) == [0, 0, 2]
    told = "it starts where f is not finite (begin elsewhere)"
    assert [told in row for row in table(explorer)] == [True, True, False]
    expect(explorer.root.locator(".hw-label")).to_have_text("undefined")
    explorer.press("x", "End")
    explorer.rests()
    assert steps(explorer) == [1, 2, 2]
    assert not any(told in row for row in table(explorer))


def test_a_play_goes_from_the_start_to_the_end(open_saved: OpenSaved, race) -> None:
    explorer = open_saved(race)
    explorer.rests()
    play = explorer.root.get_by_role("button", name="play")
    play.click()
    expect(play).to_have_attribute("aria-pressed", "true")
    expect(explorer.root).to_have_attribute("data-at", re.compile(r"^[1-9]"))
    play.click()
    expect(play).to_have_attribute("aria-pressed", "false")


def is_beside(page: Page, one: str, other: str) -> bool:
    return page.evaluate(
        "([one, other]) => { const box = (s) => document.querySelector(s).getBoundingClientRect();"
        " return box(one).right <= box(other).left + 1; }",
        [one, other],
    )


@pytest.mark.parametrize(
    ("size", "height"),
    [((930, 640), 940), ((1500, 900), 1080), ((390, 844), 1990)],
    ids=["notebook", "wide", "phone"],
)
def test_a_race_fits_the_screen(open_saved: OpenSaved, race, size, height) -> None:
    explorer = open_saved(race, size=size)
    explorer.rests()
    box = explorer.root.locator(".hw-body").bounding_box()
    assert box is not None
    assert box["height"] <= height
    assert is_beside(explorer.page, ".hw-landscape", ".hw-convergence") == (size[0] > 640)
    assert explorer.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    names = explorer.root.locator(".hw-controls .hw-name-of")
    assert names.evaluate_all("all => all.every((name) => name.scrollWidth <= name.clientWidth)")


def test_the_next_step_is_seen_in_the_landscape_and_put_away(open_saved: OpenSaved) -> None:
    start, view = (-0.7, -3.1), {"step": 0}
    given = {"line_search": "backtracking", "parameters": {"rate": 0.12}}
    explorer = open_saved(
        hw.descend("himmelblau", start, methods=["gradient-descent", "l-bfgs"], view=view, **given)
    )
    explorer.rests()
    root, names = explorer.root, set(explorer.legend.all_inner_texts())
    assert {"−∇f", "proposed step", "step taken", "tried, taken"} <= names
    expect(root.locator(".hw-standing")).to_contain_text(
        re.compile(r"it tries \d points for the next step, and takes the last")
    )
    for button, gone in (("step", "proposed step"), ("models", "quadratic model"), ("−∇f", "−∇f")):
        root.get_by_role("button", name=button, exact=True).and_(root.locator("[aria-pressed=true]")).press(
            "Enter"
        )
        expect(explorer.legend.filter(has_text=re.compile(f"^{gone}$"))).to_have_count(0)
    root.get_by_role("button", name="l-bfgs").click()
    root.get_by_role("button", name="models", exact=True).press("Enter")
    explorer.press("rate", "ArrowRight")
    explorer.rests()
    expect(explorer.legend.filter(has_text="model with B")).to_have_count(1)
    expect(root.get_by_role("group", name="matrix")).to_be_visible()  # the microscope has its B
    root.get_by_role("button", name="surface").click()
    expect(explorer.legend.filter(has_text=re.compile("^step taken$"))).to_have_count(0)
    root.get_by_role("button", name="step", exact=True).press("Enter")  # on a surface, too
    expect(
        explorer.legend.filter(has_text=re.compile("^(proposed step|step taken|tried, taken)$")).first
    ).to_be_visible()
    expect(root.get_by_role("button", name="models", exact=True)).to_be_hidden()  # of which it has one always


def test_where_a_method_converges_fastest_is_marked_on_its_sliders(open_saved: OpenSaved) -> None:
    form = lambda x, y: 0.5 * (x - 0.3) ** 2 + 4.5 * (y + 1.2) ** 2
    methods, ranges = ["heavy-ball"], {"x": (-3, 3), "y": (-3, 3), "rate": (0.0, 0.5)}
    explorer = open_saved(hw.descend(form, (2.7, 1.1), methods=methods, **ranges))
    explorer.rests()
    marks = explorer.root.locator('.hw-slider-mark[data-kind="best"]')
    expect(marks).to_have_count(2)
    expect(marks.nth(0)).to_have_attribute(
        "title", re.compile(r"fastest at 0\.25, with the momentum 0\.25, .* at step")
    )
    expect(explorer.slider("momentum")).to_have_attribute(
        "aria-description", re.compile("fastest at 0.25, with the rate")
    )
