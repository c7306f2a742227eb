"""Functions as people write them: with control flow in Python, on scalars, and on dicts and lists of them."""

from __future__ import annotations

import math

import autograd.numpy as np

PLANE = {"x": (-2.0, 2.1), "y": (-1.9, 2.0)}


def huber(x, y, d=1.0):
    """Huber's loss of three residuals (1964)."""
    total = 0.0
    for r in (x - 1, y + 0.5, x - y):
        total = total + (r**2 / 2 if abs(r) <= d else d * (abs(r) - d / 2))
    return total


def piecewise(x, y):
    """A parabola, a cubic and a line."""
    if x > 1:
        return x**2 + y**2
    elif x > 0:
        return x**3 + y**2
    return -2.0 * x + y**2


def leaky(x, y, slope=0.1):
    """A neuron with a leaky rectifier."""
    z = 1.3 * x - 0.7 * y + 0.2
    return (z if z > 0 else slope * z) ** 2 + 0.1 * (x**2 + y**2)


def square_root(x, y):
    """Newton's (Heron's) square root, until it stands."""
    a = x**2 + y**2 + 0.1
    z = a
    while abs(z * z - a) > 1e-9:
        z = (z + a / z) / 2
    return z + x * y


def largest(x, y):
    """The builtin max and min."""
    return max(x, y, 0.5) ** 2 + min(x, 0.3 * y) ** 2


def ordered(x, y, z):
    """The median of three by sorted."""
    low, middle, high = sorted([x, y, z])
    return middle**2 + 0.1 * (high - low) ** 2


def chained(x, y):
    """A chained comparison and an and."""
    bump = (1 - x**2) ** 3 if -1 < x < 1 else 0.0
    return bump + (y**2 if y > 0 and x > 0 else -y)


def table(x, y):
    """A bilinear table looked up by int()."""
    values = [[1.0, 2.0, 0.5], [0.0, 1.5, 3.0], [2.0, 1.0, 0.0]]
    i, j = int(x), int(y)
    s, t = x - i, y - j
    up, right = min(i + 1, 2), min(j + 1, 2)
    return (
        values[i][j] * (1 - s) * (1 - t)
        + values[up][j] * s * (1 - t)
        + values[i][right] * (1 - s) * t
        + values[up][right] * s * t
    )


def nearest(x, y):
    """The distance to the nearest of four places, by argmin."""
    places = np.array([[1.0, 1.0], [-1.0, 0.5], [0.2, -1.0], [-0.8, -1.2]])
    distances = np.sum((np.array([x, y]) - places) ** 2, axis=1)
    return distances[np.argmin(distances)] * (1 + 0.1 * x)


def planes(x, y):
    """The upper envelope of planes, by argmax."""
    heights = np.array([x + y, 1 - x, 0.5 - y, 0.2 * x])
    return heights[heights.argmax()] ** 2


def guarded(x, y):
    """A logarithm behind a guard that raises."""
    if x <= -1:
        raise ValueError("x must be larger than -1")
    return np.log(1 + x) ** 2 + y**2


def caught(x, y):
    """A guard with try and except."""
    try:
        if y < 0:
            raise ValueError
        return np.sqrt(y + 0.1) + x**2
    except ValueError:
        return x**2 - y + math.sqrt(0.1)


def stopped(x, y):
    """A fixed-point iteration with break."""
    z = 0.3 * x
    for _ in range(20):
        new = 0.5 * np.cos(z) + 0.1 * y
        if abs(new - z) < 1e-3:
            break
        z = new
    return (z - 0.4) ** 2 + 0.1 * x**2


def tiers(x, y):
    """A progressive tax."""
    tax, income = 0.0, 3 + x + y
    for lower, upper, rate in ((0, 2, 0.1), (2, 4, 0.25), (4, 99, 0.45)):
        if income > lower:
            tax = tax + rate * (min(income, upper) - lower)
    return (income - tax) ** 2 - x * y


def margin(x, y):
    """The hinge loss of four samples, in a loop."""
    total = 0.05 * (x**2 + y**2)
    for a, b, label in ((1.0, 0.3, 1), (-0.4, 1.1, -1), (0.8, -0.6, 1), (-1.0, -0.5, -1)):
        gap = 1 - label * (a * x + b * y)
        if gap > 0:
            total += gap**2
    return total


def saturating(x, y):
    """A clipped actuator."""
    u = 1.5 * x - y
    if u > 1:
        u = 1.0
    elif u < -1:
        u = -1.0
    return (x + 0.5 * u) ** 2 + 0.1 * y**2


def wrapped(x, y):
    """An angle brought back into one turn by a while."""
    angle = 3 * x + y
    while angle > math.pi:
        angle = angle - 2 * math.pi
    while angle < -math.pi:
        angle = angle + 2 * math.pi
    return angle**2 + y**2


def rounded(x, y):
    """The distance to the lattice, by round()."""
    return (x - round(x)) ** 2 + 2 * (y - round(y)) ** 2 + 0.1 * x * y


def spline(x, y):
    """A quadratic B-spline by the knot's interval."""
    t = x + 2
    k = math.floor(t)
    s = t - k
    weights = [1.0, -0.5, 2.0, 0.3, 1.2, 0.7, 0.1]
    a, b, c = weights[k], weights[k + 1], weights[k + 2]
    return a * (1 - s) ** 2 / 2 + b * (0.5 + s * (1 - s)) + c * s**2 / 2 + y**2


def any_of(x, y):
    """A penalty where any constraint is broken, by any()."""
    broken = any(g > 0 for g in (x + y - 2, -x - 1.5, y - 1.8))
    return x**2 + 2 * y**2 + ((x + y) ** 2 if broken else 0.0)


def by_key(x, y):
    """The least of several by a key."""
    least = min([(x - 1) ** 2, (y + 1) ** 2, x * y + 2], key=lambda v: v + 0.1)
    return least + 0.1 * (x**2 + y**2)


def collatz(x, y, n=4):
    """A loop whose parity is a constant."""
    z = x
    for k in range(int(n)):
        z = z**2 / 2 if k % 2 else 3 * z + y
        if z > 4:
            z = 4 + np.log(z - 3)
    return z


def network(params, l2=0.1):
    """Two rectified neurons, their weights in a dict of arrays."""
    total = l2 * np.sum(params["w"] ** 2)
    for x, y in ((0.5, 1.0), (-1.0, 0.3)):
        hidden = [max(w * x + b, 0.0) for w, b in zip(params["w"], params["b"], strict=True)]
        total = total + (params["scale"] * (hidden[0] - hidden[1]) - y) ** 2
    return total


def layers(stack):
    """A list of layers, each a dict, with a leaky rectifier."""
    z = 0.7
    for layer in stack:
        z = layer["weight"] * z + layer["bias"]
        if z < 0:
            z = 0.1 * z
    return (z - 1) ** 2 + 0.01 * sum(layer["weight"] ** 4 for layer in stack)


CORNER = {"x": (0.0, 2.99), "y": (0.0, 2.99)}
AS_WRITTEN = {
    "huber": (huber, {**PLANE, "d": (0.2, 2.0)}),
    "piecewise": (piecewise, PLANE),
    "leaky": (leaky, {**PLANE, "slope": (0.0, 1.0)}),
    "square root": (square_root, PLANE),
    "largest": (largest, PLANE),
    "ordered": (ordered, {**PLANE, "z": (-1.0, 1.1)}),
    "chained": (chained, PLANE),
    "table": (table, CORNER),
    "nearest": (nearest, PLANE),
    "planes": (planes, PLANE),
    "guarded": (guarded, PLANE),
    "caught": (caught, PLANE),
    "stopped": (stopped, PLANE),
    "tiers": (tiers, PLANE),
    "margin": (margin, PLANE),
    "saturating": (saturating, PLANE),
    "wrapped": (wrapped, PLANE),
    "rounded": (rounded, PLANE),
    "spline": (spline, {"x": (-1.9, 2.1), "y": (-1.0, 1.1)}),
    "any of": (any_of, PLANE),
    "by key": (by_key, PLANE),
    "collatz": (collatz, PLANE),
    "network": (
        network,
        {"params": {"w": [(-1.0, 1.1)] * 2, "b": [(-1.0, 0.9)] * 2, "scale": (0.5, 2.0)}, "l2": (0.0, 1.0)},
    ),
    "layers": (layers, {"stack": [{"weight": (-1.0, 1.2), "bias": (-0.9, 1.0)}] * 2}),
}
