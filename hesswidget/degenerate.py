"""What a degenerate point is: the function looked at along the null space of its Hessian, at several distances."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from hesswidget import degenerate_wording as words
from hesswidget.differentiation import gradient
from hesswidget.errors import ProblemError
from hesswidget.judgement import EPS
from hesswidget.objective import Objective
from hesswidget.splitting import SAFETY, Sample, Splitting

RADII = (0.0016, 0.008, 0.04, 0.2)  # of the scale
RING = 32  # directions around a null space of two dimensions
PAIRS = 16  # directions, each both ways, in a larger one: at most half of them coordinate axes
SAME_ORDER = 0.15  # relative: by how much the power of growth may differ between two distances


@dataclass(frozen=True)
class Resolution:
    """What a point is where the second-derivative test is silent.

    Attributes
    ----------
    kind : str
        ``minimum``, ``maximum``, ``saddle`` (f takes both signs, an inflection point among them), ``flat`` (not
        isolated: f does not change along some curve) or ``inconclusive``.
    sentence : str
        It says so with the evidence.
    directions : ndarray, shape (m, n)
        The unit vectors in the null space that the sentence speaks of.
    order : float or None
        The power of the distance with which f changes along the first of them.
    """

    kind: str
    sentence: str
    directions: np.ndarray = field(repr=False, compare=False)
    order: float | None = None


@dataclass
class Look:
    """One direction at one distance: the sign of the reduced function's slope outwards, 0 within the tolerance.

    By Euler's theorem that is the sign of its leading homogeneous form.
    """

    direction: np.ndarray
    sample: Sample
    slope: float
    sign: int = 0


@dataclass
class Ring:
    """All directions at one distance."""

    radius: float
    looks: list[Look]
    tolerance: float
    settled: bool = True

    @property
    def signs(self) -> set[int]:
        """Which signs are taken."""
        return {look.sign for look in self.looks}

    def of(self, sign: int) -> list[Look]:
        """Return the looks of one sign, the strongest first."""
        return sorted((a for a in self.looks if a.sign == sign), key=lambda a: -abs(a.slope))


def resolve(
    objective: Objective,
    point: np.ndarray,
    eigenvalues: np.ndarray,
    eigenvectors: np.ndarray,
    zero_threshold: float,
    scale: float,
) -> Resolution:
    """Say what a stationary point is whose Hessian has zero eigenvalues.

    The directions across the null space are solved out (Gromoll and Meyer, 1969, the splitting lemma); of the
    function that is left, the sign of the outward slope is taken in directions around the point, at distances from
    0.0016 to 0.2 of `scale`. The nearest two neighbouring distances decide at which every sign is significant and f
    grows with the same power.

    Parameters
    ----------
    objective : Objective
    point : ndarray, shape (n,)
        A stationary point.
    eigenvalues : ndarray, shape (n,)
        Of the Hessian there; those beyond the threshold have one sign.
    eigenvectors : ndarray, shape (n, n)
    zero_threshold : float
        An eigenvalue no larger than this in magnitude counts as zero.
    scale : float
        A length over which the function varies.

    Returns
    -------
    Resolution

    Notes
    -----
    It is numerical evidence, not proof: a null space of two dimensions is looked at in 32 directions and refined
    between them, a larger one too, and what happens closer than the smallest distance is not seen. Significant is a
    slope that exceeds 16 times the rounding noise (Moré and Wild, 2011) and what `zero_threshold` would hide. It
    never raises: what fails is ``inconclusive``, with why. The cost is some hundred gradients for each
    distance; a null space of one dimension takes some 30.

    Examples
    --------
    >>> from hesswidget.problem import Problem
    >>> f = Objective(Problem.at("peano", (0.0, 0.0), None, {}))
    >>> found = resolve(f, f.problem.start, np.array([0.0, 2.0]), np.eye(2), 1e-15, 1.0)
    >>> print(found.sentence)
    a degenerate saddle: along (1, 0) f rises, but along the curve where ∂f/∂y = 0 it falls like the 4th power
    """
    try:
        with objective.in_sentences(), np.errstate(all="ignore"):
            splitting = Splitting(objective, point, eigenvalues, eigenvectors, zero_threshold)
            return _resolved(splitting, scale)
    except (ProblemError, np.linalg.LinAlgError) as error:
        return Resolution("inconclusive", f"inconclusive: near the point {error}", np.empty((0, len(point))))


def _resolved(splitting: Splitting, scale: float) -> Resolution:
    k = splitting.null.shape[1]
    across = {int(s) for s in np.sign(splitting.curvatures)}
    directions = _directions(k)
    rings: list[Ring] = []
    for radius in RADII:
        if [ring.signs for ring in rings] == [{0}, {0}] and radius < RADII[-1]:
            continue  # level all around: whether it stays so far out is all there is to see
        ring = _ring(splitting, directions, radius * scale)
        if ring is None:
            continue
        if k > 1 and ring.settled and len(ring.signs) == 1 and 0 not in ring.signs:
            _refine(splitting, ring)
        rings.append(ring)
        if len(rings) == 1 and k > 2:
            directions = np.concatenate([directions, _left_out(ring)])
        if len(rings) > 1:
            found = _decided(splitting, rings[-2], ring, across)
            if found is not None:
                return found
    return _flat(splitting, rings, across) or _inconclusive(splitting, rings)


# --- directions ---


def _directions(k: int) -> np.ndarray:
    """Return unit vectors of shape (m, k), each with its opposite, the axes among them."""
    if k == 1:
        return np.array([[1.0], [-1.0]])
    if k == 2:
        angles = 2 * np.pi * np.arange(RING) / RING
        around = np.stack([np.cos(angles), np.sin(angles)], axis=1)
        return np.where(np.abs(around) < 1e-15, 0.0, around)  # the axes exactly
    axes = np.eye(k)[: PAIRS // 2]
    random = np.random.default_rng(0).normal(size=(PAIRS - len(axes), k))
    half = np.concatenate([axes, random / np.linalg.norm(random, axis=1, keepdims=True)])
    return np.concatenate([half, -half])


def _left_out(ring: Ring) -> np.ndarray:
    """Return the direction that the gradients around have least of, and its opposite.

    Were f constant along a line they would have nothing of it (Constantine, 2015, Active subspaces).
    """
    least = np.linalg.svd(np.array([a.sample.slope for a in ring.looks]))[2][-1]
    return np.stack([least, -least])


def _look(splitting: Splitting, direction: np.ndarray, radius: float) -> Look | None:
    sample = splitting.at(radius * direction)
    return None if sample is None else Look(direction, sample, float(sample.slope @ direction))


def _judge(splitting: Splitting, ring: Ring, look: Look) -> Look:
    uncertain = splitting.uncertainty(ring.radius * look.direction, look.sample)
    tolerance = ring.tolerance + uncertain
    look.sign = int(np.sign(look.slope)) if abs(look.slope) > tolerance else 0
    if look.sign * look.sample.rise < 0:  # beside a curve along which f is level the slope may point either way
        rise, level = look.sample.rise, tolerance * ring.radius + SAFETY * EPS * abs(splitting.value)
        look.sign = int(np.sign(rise)) if abs(rise) > level else 0
    return look


def _ring(splitting: Splitting, directions: np.ndarray, radius: float) -> Ring | None:
    """Look along all directions at one distance; None where one of them leads out of f's domain."""
    looks = [_look(splitting, u, radius) for u in directions]
    seen = [a for a in looks if a is not None]
    if len(seen) < len(looks):
        return None
    seen.sort(key=lambda a: abs(a.slope))
    noise = max(splitting.noise(radius * a.direction) for a in (seen[0], seen[-1]))
    # The gradient cannot be better than that of a place off by its own rounding.
    largest = max(float(np.linalg.norm(a.sample.slope)) for a in seen)
    place = EPS * largest * (1 + float(np.max(np.abs(splitting.point))) / radius)
    ring = Ring(radius, seen, SAFETY * (noise + place))
    for look in seen:
        _judge(splitting, ring, look)
    return ring if np.isfinite(noise) else None


# --- between the directions ---


def _refine(splitting: Splitting, ring: Ring) -> None:
    """Follow the weakest directions to where |φ| is least on the ring; they join the looks.

    A flat direction, or a narrow sector of the other sign, lies between the sampled ones.
    """
    sign = ring.looks[0].sign
    starts = sorted(ring.looks, key=lambda a: abs(a.slope))
    k = len(starts[0].direction)
    chosen: list[Look] = []
    for look in starts:
        # In the plane both ends of a sector would lead to the same place; opposite ways need not behave alike.
        if all(look.direction @ other.direction < 0.9 for other in chosen):
            chosen.append(look)
    for look in chosen[: 4 if k == 2 else 3]:
        for _ in range(1 if k == 2 else 8):
            look, has_turned = _descended(splitting, ring, look, sign)
            if look.sign != sign or has_turned:
                break
        ring.looks.append(look)
        ring.settled = ring.settled and (look.sign != sign or _is_least(look, sign))


def _tangent(look: Look) -> np.ndarray:
    return look.sample.slope - look.slope * look.direction


def _is_least(look: Look, sign: int) -> bool:
    """Whether |φ| is as good as stationary around the ring: near a zero its slope around exceeds that outwards."""
    return float(np.linalg.norm(_tangent(look))) <= 0.2 * sign * look.slope


def _descended(splitting: Splitting, ring: Ring, look: Look, sign: int) -> tuple[Look, bool]:
    """Go along the great circle of steepest descent of |φ| to where it turns; say whether that was near enough."""
    around = -sign * _tangent(look)
    norm = float(np.linalg.norm(around))
    if norm == 0 or _is_least(look, sign):
        return look, True
    start, way = look.direction, around / norm
    low, high, turn = 0.0, 0.0, 2 * np.pi / RING
    for _ in range(40):
        angle = low + turn if high == 0 else (low + high) / 2
        here = _look(splitting, np.cos(angle) * start + np.sin(angle) * way, ring.radius)
        if here is None:
            break
        look = _judge(splitting, ring, here)
        if look.sign != sign or _is_least(look, sign):
            return look, True
        ahead = -np.sin(angle) * start + np.cos(angle) * way
        if sign * float(look.sample.slope @ ahead) > 0:
            high = angle
        elif high == 0 and angle > np.pi / 2:
            break
        else:
            low = angle
        if high - low > 0 and high - low < 1e-9 or (len(start) > 2 and 0 < high - low < 0.02 * high):
            break
    return look, False


# --- what the rings say ---


def _order(splitting: Splitting, look: Look, radius: float) -> float:
    """Return the power with which f changes along a direction, from here and half way."""
    half = _look(splitting, look.direction, radius / 2)
    if half is None or half.slope * look.slope <= 0:
        return float("nan")
    return float(1 + np.log2(look.slope / half.slope))


def _decided(splitting: Splitting, inner: Ring, outer: Ring, across: set[int]) -> Resolution | None:
    """Return what two neighbouring rings agree on: one kind, and one power of growth."""
    shared = inner.signs & outer.signs
    is_both = {1, -1} <= shared
    if not is_both and (0 in inner.signs | outer.signs or len(inner.signs | outer.signs) > 1):
        return None
    if not is_both and not (inner.settled and outer.settled):
        return None
    signs = (1, -1) if is_both else tuple(shared)
    orders = []
    for sign in signs:
        # Of a saddle the strongest, as evidence; of an extremum the weakest, since all must hold.
        place = 0 if is_both or -sign in across else -1
        look = inner.of(sign)[place]
        near = _order(splitting, look, inner.radius)
        far = _order(splitting, outer.of(sign)[place], outer.radius)
        if not abs(near - far) <= SAME_ORDER * near or _is_contradicted(splitting, look, inner.radius):
            return None
        orders.append(near)
    if is_both:
        return _saddle_within(splitting, inner, orders[0])
    (sign,) = signs
    if -sign in across:
        return _saddle_across(splitting, inner, sign, orders[0])
    look = outer.of(sign)[-1]
    kind = "minimum" if sign > 0 else "maximum"
    direction = splitting.null @ look.direction
    sentence = words.extremum(
        kind,
        splitting.objective.problem.labels,
        direction,
        orders[0],
        abs(look.sample.rise),
        outer.radius,
        len(_directions(len(look.direction))),
        bends=splitting.bends(outer.radius * look.direction, look.sample),
    )
    return Resolution(kind, sentence, direction[None, :], orders[0])


def _saddle_within(splitting: Splitting, ring: Ring, order: float) -> Resolution:
    """Put a saddle into words whose two signs are both met in the null space."""
    labels = splitting.objective.problem.labels
    up, down = ring.of(1)[0], ring.of(-1)[0]
    directions = np.stack([splitting.null @ a.direction for a in (up, down)])
    third = _derivatives(splitting, directions[0])[0]
    # It is proof where it explains what was seen: the slope of c r³/6 is c r²/2.
    is_proof = abs(third * ring.radius**2 / 2 - up.slope) <= 0.2 * abs(up.slope)
    changes = _sign_changes(ring) if len(up.direction) == 2 else 2
    sentence = words.saddle_within(
        labels, directions, order, third if is_proof else None, changes, splitting.bends(ring.radius * down.direction, down.sample)
    )
    return Resolution("saddle", sentence, directions, order)


def _sign_changes(ring: Ring) -> int:
    """Count how often the sign changes around a ring of two dimensions."""
    looks = sorted((a for a in ring.looks if a.sign), key=lambda a: np.arctan2(*a.direction[::-1]))
    signs = [a.sign for a in looks]
    return sum(a != b for a, b in zip(signs, [*signs[1:], signs[0]], strict=True))


def _saddle_across(splitting: Splitting, ring: Ring, sign: int, order: float) -> Resolution:
    """Put a saddle into words where the null space has one sign and the curved directions the other."""
    look = ring.of(sign)[0]
    direction = splitting.null @ look.direction
    on_line = splitting.objective, splitting.point, ring.radius * direction
    sentence = words.saddle_across(
        splitting.objective.problem.labels,
        direction,
        sign,
        order,
        splitting.curved,
        bends=splitting.bends(ring.radius * look.direction, look.sample),
        deceives=splitting.bends(ring.radius * look.direction, look.sample) and _slope_on_line(*on_line) * sign < 0,
    )
    return Resolution("saddle", sentence, direction[None, :], order)


def _slope_on_line(objective: Objective, point: np.ndarray, step: np.ndarray) -> float:
    return float(gradient(objective)(point + step) @ step)


def _derivatives(splitting: Splitting, direction: np.ndarray) -> tuple[float, float]:
    """Third and fourth derivative along a line, by autograd: gradients nested."""

    def line(t: float) -> float:
        return splitting.objective(splitting.point + t * direction)

    third = gradient(gradient(gradient(line)))
    return float(third(0.0)), float(gradient(third)(0.0))


def _is_contradicted(splitting: Splitting, look: Look, radius: float) -> bool:
    """Whether the derivatives at the point foretell a slope that is not there: the distance is too large for them.

    On a curve that bends the fourth derivative along the line is not that of the reduced function.
    """
    third, fourth = _derivatives(splitting, splitting.null @ look.direction)
    straight = not splitting.bends(radius * look.direction, look.sample)
    foretold = third * radius**2 / 2 + (fourth * radius**3 / 6 if straight else 0.0)
    return min(abs(foretold), abs(foretold - look.slope)) > 0.2 * abs(look.slope)


def _flat(splitting: Splitting, rings: Sequence[Ring], across: set[int]) -> Resolution | None:
    """Return a flat direction, if at every distance there is one and nothing contradicts."""
    signs = set().union(*(ring.signs for ring in rings)) if rings else set()
    if len(rings) < 2 or not all(0 in ring.signs for ring in rings):
        return None
    if {1, -1} <= signs | across:
        return None
    # A direction is flat at all distances or, where the flat curve bends within the null space, one for each.
    level = [look for look in rings[0].of(0) if _stays(look, rings)]
    look = level[0] if level else rings[0].of(0)[-1]
    every = len(level) == len(rings[0].looks)
    outer = rings[-1]
    seen = [a for a in outer.of(0) if not level or any(a.direction @ b.direction > 1 - 1e-12 for b in level)]
    change = max(abs(a.sample.rise) for a in seen)
    change = max(change, EPS * abs(splitting.value))
    null = [splitting.null @ a.direction for a in (level or [look])]
    sentence = words.flat(
        splitting.objective.problem.labels,
        null[0],
        change,
        outer.radius,
        sum(signs | across),
        len(_directions(len(look.direction))) if every else 0,
        bends=not level or any(splitting.bends(outer.radius * a.direction, a.sample) for a in seen),
    )
    return Resolution("flat", sentence, np.stack(null), None)


def _stays(look: Look, rings: Sequence[Ring]) -> bool:
    return all(any(a.direction @ look.direction > 1 - 1e-12 for a in ring.of(0)) for ring in rings[1:])


def _inconclusive(splitting: Splitting, rings: Sequence[Ring]) -> Resolution:
    facts = [(ring.radius, ring.signs, ring.settled) for ring in rings]
    sentence = words.inconclusive(facts)
    return Resolution("inconclusive", sentence, np.empty((0, len(splitting.point))), None)
