"""The contestants: each shows the same four views of Rosenbrock's function under sliders of the same ranges and steps.

Two are written by hand for this one function, as little as it takes (`by_hand.js`): one computes in the page, one
in the kernel. They are what is possible with and without the wire.

Each peer is in its best reasonable form. All compute with autograd, sample the landscape on our own 81 × 81 grid in one
vectorised call and fill between as many levels. Where they differ it is in the peers' favour: their figure is smaller
than our panels, and ours also draws the quadratic model, the eigenvectors and a colour bar.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

BY_HAND = Path(__file__).parent / "by_hand.js"
ROSENBROCK = """
def f(x, y, a=1.0, b=100.0):
    return (a - x)**2 + b * (y - x**2)**2
"""


def ours(engine: str) -> str:
    return f"""
import hesswidget as hw
{ROSENBROCK}
w = hw.explore(f, x=(-2, 2), y=(-1, 3), a=(0.0, 3.0), b=(1.0, 200.0), engine={engine!r})
def state(name):
    return {{"x": w.point[0], "b": w.parameters["b"]}}[name]
w
"""


def by_hand(from_kernel: bool) -> str:
    return f"""
import anywidget, numpy as np, traitlets
from autograd import grad, hessian
import autograd.numpy as anp
{ROSENBROCK}
xs, ys = np.linspace(-2, 2, 81), np.linspace(-1, 3, 81)
mesh = np.meshgrid(xs, ys)

class ByHand(anywidget.AnyWidget):
    _esm = {BY_HAND.read_text()!r}
    from_kernel = traitlets.Bool({from_kernel}).tag(sync=True)
    x, y, a, b = (traitlets.Float(v).tag(sync=True) for v in (0.0, 1.0, 1.0, 100.0))

def answer(widget, s, buffers):
    x, y, a, b = (float(s[k]) for k in "xyab")
    at = lambda p: f(p[0], p[1], a, b)
    p = np.array([x, y])
    H = hessian(at)(p)
    values = f(*mesh, a, b)
    levels = np.quantile(values, np.linspace(0, 1, 16)[1:-1])
    numbers = dict(f=float(at(p)), gradient=grad(at)(p).tolist(), hessian=H.ravel().tolist(),
                   eigenvalues=np.linalg.eigvalsh(H).tolist(), state=s)
    w.send(numbers, [values.tobytes(), levels.tobytes()])

w = ByHand()
w.on_msg(answer)
def state(name):
    return getattr(w, name)
w
"""


PEERS = f"""
import autograd.numpy as np
import matplotlib.pyplot as plt
from autograd import grad, hessian
from ipywidgets import FloatSlider, VBox, interact
{ROSENBROCK}
sliders = dict(
    x=FloatSlider(0.0, min=-2, max=2, step=0.01, description="x"),
    y=FloatSlider(1.0, min=-1, max=3, step=0.01, description="y"),
    a=FloatSlider(1.0, min=0, max=3, step=0.01, description="a"),
    b=FloatSlider(100.0, min=1, max=200, step=0.5, description="b"),
)
xs, ys = np.linspace(-2, 2, 81), np.linspace(-1, 3, 81)
mesh = np.meshgrid(xs, ys)

def state(name):
    return sliders[name].value

def landscape(a, b):
    values = f(*mesh, a, b)
    return values, np.quantile(values, np.linspace(0, 1, 16)[1:-1])

def curvature(x, y, a, b):
    at = lambda p: f(p[0], p[1], a, b)
    p = np.array([x, y])
    g, H = grad(at)(p), hessian(at)(p)
    return at(p), np.linalg.norm(g), H, np.linalg.eigvalsh(H)

def label(value, slope, eigenvalues):
    kind = "minimum" if eigenvalues[0] > 0 else "maximum" if eigenvalues[1] < 0 else "saddle"
    if slope > 1e-6:
        kind = "not stationary"
    return f"{{kind}}: f = {{value:.5g}}, |∇f| = {{slope:.4g}}, λ = {{eigenvalues[0]:.4g}}, {{eigenvalues[1]:.4g}}"

def four_views():
    fig = plt.figure(figsize=SIZE)
    plane = fig.add_axes([0.06, 0.1, 0.36, 0.78])
    heat = fig.add_axes([0.47, 0.1, 0.2, 0.78], xticks=[0, 1], yticks=[0, 1], xticklabels="xy", yticklabels="xy")
    bars = fig.add_axes([0.76, 0.1, 0.22, 0.78], xticks=[0, 1], xticklabels=["λ₁", "λ₂"])
    bars.axhline(0, color="grey", linewidth=1)
    return fig, plane, heat, bars

def draw_landscape(plane, a, b):
    values, levels = landscape(a, b)
    between = np.concatenate([[values.min() - 1], levels, [values.max() + 1]])
    colours = plt.get_cmap("viridis")(np.linspace(0, 1, len(levels) + 1))
    return [
        plane.contourf(xs, ys, values, between, colors=colours),
        plane.contour(xs, ys, values, levels, colors="black", linewidths=0.4),
    ]

def span(values):
    low, high = min(0.0, values.min()), max(0.0, values.max())
    return low - 0.1 * (high - low), high + 0.1 * (high - low)
"""

# Without bbox_inches="tight", the backend's default, a figure is drawn once and not twice.
INTERACT = """
%matplotlib inline
%config InlineBackend.print_figure_kwargs = {"bbox_inches": None}
SIZE = (8.4, 3.6)
""" + (
    PEERS
    + """
def picture(x, y, a, b):
    value, slope, H, eigenvalues = curvature(x, y, a, b)
    fig, plane, heat, bars = four_views()
    draw_landscape(plane, a, b)
    plane.plot(x, y, "o", color="red")
    largest = np.abs(H).max()
    heat.imshow(H, cmap="RdBu", vmin=-largest, vmax=largest)
    for i in range(2):
        for j in range(2):
            heat.text(j, i, f"{H[i, j]:.4g}", ha="center", va="center")
    bars.bar([0, 1], eigenvalues)
    bars.set_ylim(span(eigenvalues))
    fig.suptitle(label(value, slope, eigenvalues), fontsize=10)
    plt.show()

interact(picture, **sliders);
"""
)

# draw() sends the picture at once; draw_idle() would first ask the front end whether it wants one.
IPYMPL = """
%matplotlib widget
SIZE = (8.4, 3.6)
""" + (
    PEERS
    + """
with plt.ioff():
    fig, plane, heat, bars = four_views()
fig.canvas.header_visible = fig.canvas.footer_visible = fig.canvas.toolbar_visible = False
contours, drawn_for = [], None
point, = plane.plot([0], [0], "o", color="red", zorder=9)
cells = heat.imshow(np.zeros((2, 2)), cmap="RdBu")
numbers = {(i, j): heat.text(j, i, "", ha="center", va="center") for i in range(2) for j in range(2)}
columns = bars.bar([0, 1], [0, 0])
title = fig.suptitle("", fontsize=10)

def show_state():
    global contours, drawn_for
    x, y, a, b = (s.value for s in sliders.values())
    value, slope, H, eigenvalues = curvature(x, y, a, b)
    if drawn_for != (a, b):
        for contour in contours:
            contour.remove()
        contours, drawn_for = draw_landscape(plane, a, b), (a, b)
    point.set_data([x], [y])
    largest = np.abs(H).max()
    cells.set_data(H)
    cells.set_clim(-largest, largest)
    for (i, j), number in numbers.items():
        number.set_text(f"{H[i, j]:.4g}")
    for column, height in zip(columns, eigenvalues):
        column.set_height(height)
    bars.set_ylim(span(eigenvalues))
    title.set_text(label(value, slope, eigenvalues))

def follow(_):
    show_state()
    fig.canvas.draw()

for slider in sliders.values():
    slider.observe(follow, "value")
show_state()
VBox([*sliders.values(), fig.canvas])
"""
)


@dataclass(frozen=True)
class Contestant:
    """Something that draws the four views under sliders.

    Attributes
    ----------
    name : str
    key : str
        What `paints.js` knows it by.
    cell : str
        The notebook cell that shows it. It defines ``state(name)``: where a slider stands, as the kernel knows it.
    root, handle : str
        CSS selectors of the whole thing, and of the focusable part of the slider called ``{name}``.
    """

    name: str
    key: str
    cell: str
    root: str
    handle: str


FLOAT_SLIDER = '.widget-slider:has(label:text-is("{name}")) .noUi-handle'
RANGE_INPUT = 'input[type=range][aria-label="{name}"]'
CONTESTANTS = [
    Contestant("hesswidget", "ours", ours("browser"), ".hesswidget", RANGE_INPUT),
    Contestant("by hand in the page", "hand", by_hand(False), ".by-hand", RANGE_INPUT),
    Contestant("hesswidget, kernel", "ours", ours("kernel"), ".hesswidget", RANGE_INPUT),
    Contestant("by hand, kernel", "hand", by_hand(True), ".by-hand", RANGE_INPUT),
    Contestant("interact + inline", "inline", INTERACT, ".widget-interact", FLOAT_SLIDER),
    Contestant("ipympl in place", "ipympl", IPYMPL, ".jp-OutputArea .widget-vbox", FLOAT_SLIDER),
]
