"""Two variables, polynomial: the classics of optimization. Scalars or arrays of one shape, elementwise."""

from hesswidget.gallery.example import example, points


@example(
    "Rosenbrock (1960)",
    critical_points=points(minimum=[(1.0, 1.0)]),
    x=(-2, 2),
    y=(-1, 3),
    a=(0, 3),
    b=(1, 200),
)
def rosenbrock(x, y, a=1.0, b=100.0):
    """A bent, flat valley with the minimum (a, a²); condition number 2508 there. All critical points."""
    return (a - x) ** 2 + b * (y - x**2) ** 2


@example(
    "Himmelblau (1972)",
    critical_points=points(
        minimum=[
            (3.0, 2.0),
            (-2.805118086952745, 3.131312518250573),
            (-3.779310253377747, -3.2831859912861696),
            (3.5844283403304917, -1.8481265269644036),
        ],
        saddle=[
            (3.385154183607021, 0.07385187983774928),
            (0.08667750455539636, 2.884254701174776),
            (-3.0730257507643897, -0.08135304428796751),
            (-0.12796134673068008, -1.9537149802445763),
        ],
        maximum=[(-0.2708445906673476, -0.9230385564799815)],
    ),
    x=(-5, 5),
    y=(-5, 5),
    a=(0, 20),
    b=(0, 20),
)
def himmelblau(x, y, a=11.0, b=7.0):
    """Four minima of value 0, four saddles and a maximum. All critical points."""
    return (x**2 + y - a) ** 2 + (x + y**2 - b) ** 2


@example(
    "Beale (1958)",
    critical_points=points(
        minimum=[(3.0, 0.5)], saddle=[(0.0, 1.0), (0.10053793732415836, -2.644513585023125)]
    ),
    x=(-4.5, 4.5),
    y=(-4.5, 4.5),
)
def beale(x, y):
    """Sharp ridges at the corners around a flat valley. All critical points in the ranges."""
    return (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2


@example(
    "Jamil & Yang (2013), Booth's function",
    critical_points=points(minimum=[(1.0, 3.0)]),
    x=(-10, 10),
    y=(-10, 10),
)
def booth(x, y):
    """A quadratic with eigenvalues 2 and 18: the Hessian is the same everywhere. All critical points."""
    return (x + 2 * y - 7) ** 2 + (2 * x + y - 5) ** 2


@example(
    "Hedar (2005), Matyas's function", critical_points=points(minimum=[(0.0, 0.0)]), x=(-10, 10), y=(-10, 10)
)
def matyas(x, y):
    """A long valley along x = y: eigenvalues 0.04 and 1. All critical points."""
    return 0.26 * (x**2 + y**2) - 0.48 * x * y


@example(
    "Branin (1972); Dixon & Szegő (1978), six-hump camel back",
    critical_points=points(
        minimum=[
            (-0.08984201310031806, 0.7126564030207396),
            (0.08984201310031806, -0.7126564030207396),
            (-1.703606714969981, 0.7960835686726251),
            (1.703606714969981, -0.7960835686726251),
            (-1.6071047529201974, -0.5686514548841314),
            (1.6071047529201974, 0.5686514548841314),
        ],
        saddle=[
            (0.0, 0.0),
            (-1.1092053368047863, 0.7682680925095399),
            (1.1092053368047863, -0.7682680925095399),
            (-1.6380679841897787, -0.22867406904439408),
            (1.6380679841897787, 0.22867406904439408),
            (-1.2960702671671092, -0.6050843880386585),
            (1.2960702671671092, 0.6050843880386585),
        ],
        maximum=[
            (-1.2302298765166526, -0.16233458445899496),
            (1.2302298765166526, 0.16233458445899496),
        ],
    ),
    x=(-3, 3),
    y=(-2, 2),
)
def six_hump_camel(x, y):
    """Six minima, seven saddles, two maxima; lowest value -1.0316. All critical points."""
    return (4 - 2.1 * x**2 + x**4 / 3) * x**2 + x * y + (4 * y**2 - 4) * y**2


@example(
    "Dixon & Szegő (1975), three-hump camel back",
    critical_points=points(
        minimum=[
            (0.0, 0.0),
            (-1.747552345830289, 0.8737761729151445),
            (1.747552345830289, -0.8737761729151445),
        ],
        saddle=[(-1.07054229182366, 0.53527114591183), (1.07054229182366, -0.53527114591183)],
    ),
    x=(-5, 5),
    y=(-5, 5),
)
def three_hump_camel(x, y):
    """Three minima, two saddles, no maximum. All critical points."""
    return 2 * x**2 - 1.05 * x**4 + x**6 / 6 + x * y + y**2


@example(
    "Goldstein & Price (1971)",
    critical_points=points(
        minimum=[(0.0, -1.0), (-0.6, -0.4), (1.8, 0.2), (1.2, 0.8)],
        saddle=[(-0.4, -0.6), (1.2, -0.2), (1.4, 0.6), (0.6, 0.4)],
        maximum=[(0.8, 0.2)],
    ),
    x=(-2, 2),
    y=(-2, 2),
)
def goldstein_price(x, y):
    """Values from 3 to a million; minima of value 3, 30, 84 and 840. All critical points in the ranges."""
    near = 19 - 14 * x + 3 * x**2 - 14 * y + 6 * x * y + 3 * y**2
    far = 18 - 32 * x + 12 * x**2 + 48 * y - 36 * x * y + 27 * y**2
    return (1 + (x + y + 1) ** 2 * near) * (30 + (2 * x - 3 * y) ** 2 * far)


@example(
    "Guckenheimer & Holmes (1983), section 3.4",
    critical_points=points(minimum=[(-1.0, 0.0), (1.0, 0.0)], saddle=[(0.0, 0.0)]),
    x=(-2, 2),
    y=(-2, 2),
    r=(-2, 3),
)
def pitchfork(x, y, r=1.0):
    """A double well that closes as r falls: at r = 0 two minima and a saddle meet. All critical points."""
    return x**4 / 4 - r * x**2 / 2 + y**2 / 2


@example(
    "Sylvester (1852), law of inertia",
    critical_points=points(minimum=[(0.0, 0.0)]),
    x=(-3, 3),
    y=(-3, 3),
    a=(-3, 3),
    b=(-3, 3),
    c=(-3, 3),
)
def quadratic_form(x, y, a=2.0, b=0.5, c=1.0):
    """The Hessian is [[a, b], [b, c]]: its class changes where a c = b². All critical points."""
    return (a * x**2 + 2 * b * x * y + c * y**2) / 2
