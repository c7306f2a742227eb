"""One variable. Scalars or arrays, elementwise."""

import autograd.numpy as np

from hesswidget.gallery.example import example, points


@example("Fermat (1638)", critical_points=points(degenerate=[(0.0,)]), x=(-2, 2))
def cubic(x):
    """A critical point that is no extremum: f″ = 0, f‴ = 6. All critical points."""
    return x**3


@example("Maclaurin (1742)", critical_points=points(degenerate=[(0.0,)]), x=(-2, 2))
def quartic(x):
    """A minimum with f″ = 0: Newton's method converges only linearly, by 2/3. All critical points."""
    return x**4


@example(
    "Thom (1972), fold",
    critical_points=points(minimum=[(1.0,)], maximum=[(-1.0,)]),
    x=(-2, 2),
    a=(-1, 2),
)
def fold(x, a=1.0):
    """A minimum and a maximum meet at a = 0 and are gone for a < 0. All critical points."""
    return x**3 / 3 - a * x


@example(
    "Thom (1972), cusp",
    critical_points=points(
        minimum=[(-1.0466805318046022,), (0.9456492739235914,)], maximum=[(0.10103125788101082,)]
    ),
    x=(-2, 2),
    tilt=(-0.6, 0.6),
)
def tilted_double_well(x, tilt=0.1):
    """Two wells; the higher one is gone once |tilt| exceeds 2/√27 = 0.385. All critical points."""
    return x**4 / 4 - x**2 / 2 + tilt * x


@example("Kantorovich (1948), quadratic convergence", critical_points=points(minimum=[(0.0,)]), x=(-2, 3))
def exponential_bowl(x):
    """Newton's method converges to 0 quadratically, with the constant 1/2. All critical points."""
    return np.exp(x) - x


@example(
    "Hansen, Jaumard & Lu (1992), problem 2",
    critical_points=points(
        minimum=[(3.387251718444631,), (5.145735290256128,), (7.000149116862254,)],
        maximum=[(4.196596270314888,), (6.217308850424612,)],
    ),
    x=(2.7, 7.5),
)
def two_sines(x):
    """Three minima, the lowest -1.8996 in the middle. All critical points in the range."""
    return np.sin(x) + np.sin(10 * x / 3)


@example(
    "Gramacy & Lee (2012)",
    critical_points=points(
        minimum=[
            (0.5485634445276052,),
            (0.7487437781430086,),
            (0.9489336866904863,),
            (1.1490876188021966,),
            (1.348785167362593,),
            (1.5472883271844393,),
            (1.7435767404694347,),
            (1.9362196625299228,),
            (2.121899166052543,),
        ],
        maximum=[
            (0.6482096871882319,),
            (0.8487830632240311,),
            (1.049035447451949,),
            (1.2493461246338589,),
            (1.4503754479592186,),
            (1.6531283824041174,),
            (1.8591605421834454,),
            (2.0720340395406835,),
        ],
    ),
    x=(0.5, 2.5),
)
def gramacy_lee(x):
    """A wave on a rising slope: nine minima, eight maxima. All critical points in the range."""
    return np.sin(10 * np.pi * x) / (2 * x) + (x - 1) ** 4
