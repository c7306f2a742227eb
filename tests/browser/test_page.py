"""Pages in one file, opened from the disk with no network and no kernel."""

from __future__ import annotations

import base64
import json
import re
import shutil
import zlib

import autograd.numpy as np
import pytest
from playwright.sync_api import expect

import hesswidget as hw
from browser.explorer_page import explorer_on, numbers
from hesswidget.export.page import page
from hesswidget.export.saved import packed
from hostile_text import HOSTILE


def f(x, y, a=1.0, b=100.0):
    return (a - x) ** 2 + b * (y - x**2) ** 2


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_slider_moves_the_picture(open_saved, theme):
    explorer = open_saved(hw.explore(f, x=(-2, 2), y=(-1, 3), a=(0.0, 3.0), b=(1.0, 200.0)), theme)
    root = explorer.root
    expect(root).to_have_attribute("data-label", "not stationary")
    expect(root).to_have_attribute("data-theme", theme)
    explorer.press("x", *["ArrowRight"] * 5)
    explorer.rests()
    (value,) = numbers(explorer.slider("x").get_attribute("aria-valuetext"))
    assert value > 0
    assert explorer.point == [value, 1.0]
    explorer.button("go to the nearest").click()
    expect(root).to_have_attribute("data-label", "minimum")
    expect(explorer.engine).to_have_text("browser · saved")


def test_it_is_live_inside_another_page(open_page, himmelblau_page, tmp_path):
    shutil.copy(himmelblau_page, tmp_path / "f.html")
    (tmp_path / "outer.html").write_text(
        '<h1>Mine</h1><iframe src="f.html" width="900" height="700"></iframe>'
    )
    frame = open_page(tmp_path / "outer.html").frame_locator("iframe")
    frame.get_by_role("button", name="go to the nearest").click()
    expect(frame.locator(".hesswidget")).to_have_attribute("data-label", re.compile("minimum|saddle|maximum"))


def test_a_bifurcation_page_follows_its_parameter(open_saved):
    explorer = open_saved(hw.bifurcation(lambda x, a=1.0: x**4 / 4 - a * x**2 / 2, a=(-1.0, 2.0), x=(-2, 2)))
    root = explorer.root
    expect(root).to_have_attribute("data-critical", re.compile("minimum.*maximum|maximum.*minimum"))
    explorer.press("a", "Home")
    expect(root).to_have_attribute("data-critical", "minimum")


def test_a_kernel_engine_s_page_goes_from_picture_to_picture_and_says_so(open_page, tmp_path):
    w = hw.explore(f, x=(-2, 2), y=(-1, 3), engine="kernel")
    shown = open_page(w.save_html(tmp_path / "k.html", seconds=1))
    explorer = explorer_on(shown)
    explorer.rests()
    expect(explorer.root).to_contain_text("pictures computed beforehand")
    before = explorer.root.get_attribute("data-point")
    explorer.press("x", "End")
    expect(explorer.root).not_to_have_attribute("data-point", before)
    explorer.rests()
    x, y = explorer.point
    assert x > 0
    assert y == 1
    (value,) = numbers(explorer.root.locator(".hw-facts b").nth(2).text_content())
    assert value == pytest.approx(f(x, y), rel=1e-3)  # of what is shown four digits are


def test_a_vector_moves_too(open_saved):
    w = hw.explore(lambda w, l2=0.1: np.sum(w**4) + l2 * np.sum(w**2), w=np.ones(4), l2=(0.0, 1.0))
    explorer = open_saved(w)
    expect(explorer.root).to_have_attribute("data-point", "1 1 1 1")
    explorer.press("w[0]", *["ArrowLeft"] * 3)
    expect(explorer.root).not_to_have_attribute("data-point", "1 1 1 1")


def network(params, l2=0.01):
    hidden = np.tanh(DATA @ params["W1"] + params["b1"])
    return np.mean((hidden @ params["W2"] + params["b2"] - TARGET) ** 2) + l2 * np.sum(params["W1"] ** 2)


DATA = np.random.default_rng(1).normal(size=(12, 2))
TARGET = np.sign(DATA[:, 0] * DATA[:, 1])


def of_network(hidden, **options):
    rng = np.random.default_rng(2)
    shapes = {"W1": (2, hidden), "b1": (hidden,), "W2": (hidden,)}
    params = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    return hw.explore(network, params={**params, "b2": (-1.0, 1.0)}, l2=(0.0, 0.1), **options)


@pytest.mark.parametrize("engine", ["browser", "kernel"])
def test_blocks_have_borders_names_and_norms(open_saved, engine):
    w = of_network(4, engine=engine)
    explorer = open_saved(w)
    explorer.rests()
    root = explorer.root
    expect(explorer.slider("W1[0, 0]")).to_be_visible()
    hessian, heatmap = root.locator(".hw-hessian"), root.locator(".hw-heatmap")
    box = heatmap.bounding_box()
    heatmap.hover(position={"x": box["width"] * 0.6, "y": box["height"] * 0.95})
    caption = hessian.locator(".hw-caption")
    expect(caption).to_have_text(re.compile(r"∂²f/∂b2 ∂b1\[\d\] = "))
    root.get_by_label("order of rows and columns").select_option("blocks")
    expect(hessian.locator("h3")).to_have_text("block norms")
    explorer.rests()
    names = hessian.locator("table tr").first.locator("th")
    expect(names).to_have_text(["W1", "b1", "W2", "b2"])
    shown = [numbers(cell)[0] for cell in hessian.locator("table td").all_text_contents() if cell]
    assert shown == pytest.approx(w.curvature.block_norms.ravel().tolist(), rel=1e-2)
    heatmap.hover(position={"x": box["width"] * 0.7, "y": box["height"] * 0.35})
    expect(caption).to_have_text(re.compile(r"‖∂²f/∂\w+ ∂\w+‖ = .* \(\d × \d\)"))


@pytest.mark.parametrize("engine", ["browser", "kernel"])
def test_many_eigenvalues_are_a_density_which_follows(open_saved, engine):
    w = of_network(8, engine=engine)
    explorer = open_saved(w)
    explorer.rests()
    density = explorer.root.locator(".hw-density")
    expect(density).to_be_hidden()
    explorer.button("density").press("Enter")
    lowest, highest = w.curvature.eigenvalues[[0, -1]]
    expect(density).to_have_attribute(
        "aria-label", re.compile(f"density of 33 eigenvalues from .*{abs(lowest):.2f}.* to {highest:.2f}")
    )
    expect(density.locator(".hw-density-at")).to_have_count(33)
    area = density.locator(".hw-density-area.hw-density-positive")
    drawn = area.get_attribute("d")
    explorer.slider("l2").press("End")
    expect(area).not_to_have_attribute("d", drawn)
    explorer.button("density").click()
    expect(density).to_be_hidden()


@pytest.mark.parametrize("key", [*HOSTILE, "line\nbreak", "x" * 100_000], ids=lambda key: repr(key[:30]))
def test_hostile_names_of_blocks_are_text(open_saved, key):
    w = hw.explore(lambda p: np.sum(p[key] ** 4) + p["b"] ** 2, p={key: np.ones(2), "b": 0.5})
    explorer = open_saved(w)
    explorer.rests()
    expect(explorer.root).to_contain_text(w.problem.labels[0])
    assert explorer.root.page.evaluate("window.bad") is None
    assert explorer.root.locator("img").count() == 0


def test_a_page_opens_as_it_was_looked_at(open_saved):
    w = hw.explore(lambda x, y, z: x**2 - 3 * y**2 + z**4 + x * z, x=(-2, 2), y=(-2, 2), z=(-1, 1))
    seen = {"azimuth": 0.4, "elevation": 1.2, "zoom": 1.5}
    chosen = {
        "slice": {"kind": "eigenvectors", "indices": [2, 0]},
        "order": "eigenbasis",
        "logarithmic": True,
    }
    w.set_state({"_view_state": {**chosen, "signs": True, "surface": True, **seen}})
    explorer = open_saved(w)
    explorer.rests()
    root = explorer.root
    expect(explorer.button("surface")).to_have_attribute("aria-pressed", "true")
    expect(
        root.get_by_role("application", name=re.compile("surface of f over v₃ .* and v₁ "))
    ).to_be_visible()
    expect(root.get_by_label("what the slice is along")).to_have_value("eigenvectors")
    expect(root.get_by_label("order of rows and columns")).to_have_value("eigenbasis")
    expect(root.locator(".hw-hessian table tr").first.locator("th")).to_have_text(["v₁", "v₂", "v₃"])
    expect(explorer.button("log")).to_have_attribute("aria-pressed", "true")
    floor = root.locator(".hw-surface svg").first
    turned = floor.inner_html()
    root.locator(".hw-surface").press("Home")
    explorer.next_frame()
    assert floor.inner_html() != turned  # it stood elsewhere than where it starts
    explorer.button("contours").click()
    expect(explorer.button("signs of H")).to_have_attribute("aria-pressed", "true")
    expect(explorer.legend.filter(has_text="indefinite")).to_be_visible()


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_run_nothing(open_saved, text):
    def g(x, y, **more):
        return x**2 - y**2 * more[text]

    g.__name__ = text
    named = {text: (0.5, 2.0), "kind": {text: text, "b": "b"}}
    explorer = open_saved(hw.explore(g, x=(-1, 1), y=(-1, 1.5), **named))
    explorer.rests()
    root = explorer.root
    expect(root).to_have_attribute("data-function", text)
    expect(root.get_by_role("slider", name=text, exact=True)).to_be_visible()
    expect(root.locator(".hw-point")).to_have_count(1)
    root.locator("canvas.hw-heatmap").hover()
    root.get_by_label("kind").select_option("b")
    explorer.rests()
    assert explorer.page.evaluate("window.bad") is None
    assert root.locator("img").count() == 0


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_values_run_nothing(open_page, tmp_path, text):
    def g(x, kind="a", note="b"):
        return x**2

    g.__name__ = text
    w = hw.explore(g, x=(-1, 1), kind={text: text, "b": "b"}, note=text, engine="kernel")
    explorer = explorer_on(open_page(w.save_html(tmp_path / "h.html", seconds=0)))
    explorer.rests()
    expect(explorer.root.get_by_label("note")).to_have_value(text)
    assert explorer.page.title() == f"Hessian of {text}"
    assert explorer.page.evaluate("window.bad") is None
    assert explorer.page.locator("img").count() == 0


OF_NO_KIND = {
    "traits": {"explorer": {"_view": "descend"}, "values": {}, "point": None},
    "answers": [],
    "states": None,
}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"version": 2}, "newer hesswidget"),
        ({"version": 0}, "older hesswidget"),
        ({"format": "other"}, "its format is"),
        ({"packed": "AAAA"}, "damaged"),
        ({"packed": packed("", {"traits": 1})["packed"]}, "what is packed"),
        ({"packed": packed("", {"traits": {}, "answers": [], "states": None})["packed"]}, "traits"),
        ({"packed": base64.b64encode(zlib.compress(b'"' + b"x" * 2**27 + b'"')).decode()}, "more than"),
        (
            {"packed": packed("", OF_NO_KIND)["packed"]},
            'of the kind "descend", and this hesswidget draws curvature',
        ),
    ],
)
def test_what_cannot_be_read_is_a_sentence(open_page, tmp_path, change, said):
    saved = {"format": "hesswidget-saved", "version": 1, "title": "", "packed": "", **change}
    (tmp_path / "bad.html").write_text(page(saved, text="the picture"))
    shown = open_page(tmp_path / "bad.html")
    expect(shown.get_by_role("alert")).to_contain_text(said)
    expect(shown.get_by_text("the picture")).to_be_visible()


@pytest.mark.parametrize(
    ("place", "code"),
    [
        (("call", "function"), "__import__('os').system('rm -rf /')"),
        (("call", "rest"), {"a": "__import__('os').system('rm -rf /')"}),
        (("call", "name"), "explore, print"),
    ],
)
def test_python_that_a_stranger_has_written_is_not_offered_for_copying(open_page, tmp_path, place, code):
    w = hw.explore(lambda x, a=1.0: a * x**2, x=(-1, 1), a=(0, 2))
    saved = w._repr_mimebundle_()[0]["application/vnd.hesswidget.v1+json"]
    content = json.loads(zlib.decompress(base64.b64decode(saved["packed"])))
    part = content["traits"]["explorer"]["_problem"]
    for key in place[:-1]:
        part = part[key]
    part[place[-1]] = code
    (tmp_path / "p.html").write_text(page(packed("", content)))
    expect(open_page(tmp_path / "p.html").get_by_role("alert")).to_contain_text("expected")


def test_a_stranger_s_program_is_refused_before_it_runs(open_page, tmp_path):
    w = hw.explore("himmelblau")
    saved = w._repr_mimebundle_()[0]["application/vnd.hesswidget.v1+json"]
    content = json.loads(zlib.decompress(base64.b64decode(saved["packed"])))
    content["traits"]["explorer"]["_programs"]["sets"][0]["programs"]["frame"]["operations"][0][0] = (
        "constructor"
    )
    (tmp_path / "p.html").write_text(page(packed("", content)))
    shown = open_page(tmp_path / "p.html")
    expect(shown.locator(".hesswidget")).to_have_attribute(
        "data-error", re.compile("not among the operations")
    )
