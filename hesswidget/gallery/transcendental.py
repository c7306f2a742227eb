"""Two variables, with exponentials, sines and cosines. Scalars or arrays of one shape, elementwise."""

import autograd.numpy as np

from hesswidget.gallery.example import example, points

PI = np.pi
EASOM_ROOT = 1.8365972031521258  # tan(u) = -2 u, from the derivative of cos(u) exp(-u²)

# Müller & Brown (1979), table 1: depth, curvatures and centre of each of the four Gaussians.
MUELLER_BROWN = (
    # depth, a, b, c, centre x, centre y
    (-200.0, -1.0, 0.0, -10.0, 1.0, 0.0),
    (-100.0, -1.0, 0.0, -10.0, 0.0, 0.5),
    (-170.0, -6.5, 11.0, -6.5, -0.5, 1.5),
    (15.0, 0.7, 0.6, 0.7, -1.0, 1.0),
)


@example(
    "Müller & Brown (1979)",
    critical_points=points(
        minimum=[
            (-0.5582236346330243, 1.4417258418046686),
            (0.6234994049308765, 0.02803775852868566),
            (-0.05001082299820604, 0.4666941048719721),
        ],
        saddle=[
            (-0.8220015587327321, 0.6243128028148713),
            (0.212486582000662, 0.2929883251073678),
        ],
    ),
    x=(-1.5, 1.2),
    y=(-0.3, 2.1),
)
def mueller_brown(x, y):
    """A reaction with three states and two transition states. All critical points in the ranges."""
    value = 0.0
    for depth, a, b, c, x0, y0 in MUELLER_BROWN:
        value = value + depth * np.exp(a * (x - x0) ** 2 + b * (x - x0) * (y - y0) + c * (y - y0) ** 2)
    return value


@example(
    "Easom (1990)",
    critical_points=points(
        minimum=[(PI, PI)] + [(PI + s * EASOM_ROOT, PI + t * EASOM_ROOT) for s in (-1, 1) for t in (-1, 1)],
        maximum=[(PI - EASOM_ROOT, PI), (PI + EASOM_ROOT, PI), (PI, PI - EASOM_ROOT), (PI, PI + EASOM_ROOT)],
        saddle=[(PI + s * PI / 2, PI + t * PI / 2) for s in (-1, 1) for t in (-1, 1)],
    ),
    x=(0, 2 * PI),
    y=(0, 2 * PI),
)
def easom(x, y):
    """One hole of depth 1 in a plain: tiny gradients all around. All critical points in the ranges."""
    return -np.cos(x) * np.cos(y) * np.exp(-((x - PI) ** 2) - (y - PI) ** 2)


@example(
    "McCormick (1976)",
    critical_points=points(
        minimum=[(0.5 - PI / 3, -0.5 - PI / 3), (0.5 + 2 * PI / 3, -0.5 + 2 * PI / 3)],
        saddle=[(0.5 + PI / 3, -0.5 + PI / 3)],
    ),
    x=(-1.5, 4),
    y=(-3, 4),
)
def mccormick(x, y):
    """Waves on a slope: minima and saddles alternate along x - y = 1. All critical points in the ranges."""
    return np.sin(x + y) + (x - y) ** 2 - 1.5 * x + 2.5 * y + 1


@example(
    "Branin (1972); Dixon & Szegő (1978)",
    critical_points=points(
        minimum=[(-PI, 12.275), (PI, 2.275), (3 * PI, 2.475)], saddle=[(0.0, 6.0), (2 * PI, 1.1)]
    ),
    x=(-5, 10),
    y=(0, 15),
    t=(0, 1),
)
def branin(x, y, t=1 / (8 * PI)):
    """Three minima of value 10 t, here 0.3979, and two saddles. All critical points in the ranges."""
    parabola = 5.1 / (4 * PI**2) * x**2 - 5 / PI * x + 6
    return (y - parabola) ** 2 + 10 * (1 - t) * np.cos(x) + 10
