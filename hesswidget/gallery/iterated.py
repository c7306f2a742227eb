"""Functions with a loop: iterated maps, an integrator, a deep network, a solver. A recording unrolls them."""

import autograd.numpy as np

from hesswidget.gallery.example import example, points


@example(
    "May (1976)",
    critical_points=points(
        minimum=[(0.06476076339848691,), (0.5,), (0.9352392366015131,)],
        maximum=[
            (0.020664771336413413,),
            (0.19381378215210274,),
            (0.8061862178478972,),
            (0.9793352286635866,),
        ],
    ),
    x=(0, 1),
    r=(2.5, 4.0),
)
def logistic_map(x, r=3.2):
    """The fourth iterate of r x (1 − x): its critical points are those that an iterate takes to 1/2. All of them."""
    for _ in range(4):
        x = r * x * (1 - x)
    return x


@example(
    "Hairer, Lubich & Wanner (2006), I.1",
    critical_points=points(
        minimum=[(0.0, 0.0)], saddle=[(3.141592653589793, 0.0), (-3.141592653589793, 0.0)]
    ),
    q=(-4, 4),
    p=(-2, 2),
    step=(0.02, 0.3),
)
def pendulum_by_euler(q, p, step=0.1):
    """The energy that Euler's explicit method makes of a start in 25 steps; equilibria stay where they are."""
    for _ in range(25):
        q, p = q + step * p, p - step * np.sin(q)
    return p**2 / 2 + 1 - np.cos(q)


@example(
    "Kawaguchi (2016)", critical_points=points(degenerate=[(0.0, 0.0)]), w=(-2, 2), v=(-2, 2), x=(0.2, 2)
)
def deep_tanh(w, v, x=1.0):
    """The loss of eight layers that share a weight: flat about the origin, a saddle whose Hessian is zero."""
    h = x
    for _ in range(8):
        h = np.tanh(w * h)
    return (v * h - 0.5) ** 2 / 2


@example("Schröder (1870)", critical_points=points(degenerate=[(2.0,)]), x=(0.5, 4), a=(1, 9))
def newton_square_root(x, a=4.0):
    """Newton's method for √a, two steps of it: each squares the error, so that the minimum is of order 4."""
    for _ in range(2):
        x = (x + a / x) / 2
    return x
