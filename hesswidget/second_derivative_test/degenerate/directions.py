"""The reduced function of a degenerate point, sampled in directions around the point at one distance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hesswidget.derivatives.rounding_noise import SAFETY
from hesswidget.precision import EPS
from hesswidget.second_derivative_test.degenerate.reduced_function import Sample, Splitting

CIRCLE = 32  # directions around a null space of two dimensions
SAME_ORDER = 0.15  # relative: by how much the power of growth may differ between two distances
LEAST_ORDER = 2.5  # along a null space f grows with the third power at least
FALLS = 0.1  # of a rise, less than which is left where a direction is turned by a small angle to a level one
FASTEST = 16  # power of growth; f that grows faster from one distance to the next has outgrown its numbers
SUMMITS = 12  # great circles, at most, up to where f changes most
PAIRS = 16  # directions, each both ways, in a larger one: at most half of them coordinate axes


@dataclass(frozen=True)
class DirectionalSample:
    """One direction at one distance: the outward derivative of the reduced function, and its sign.

    By Euler's theorem that is the sign of its leading homogeneous form. It is 0 within the tolerance.
    """

    direction: np.ndarray
    reduced: Sample
    derivative: float
    sign: int
    tolerance: float

    @property
    def tangential(self) -> np.ndarray:
        """The gradient's part along the sphere, shape (k,)."""
        return self.reduced.gradient - self.derivative * self.direction

    def is_turning(self, share: float = 0.2) -> bool:
        """Whether φ is as good as stationary on the sphere; near a zero it changes more along it than outwards."""
        return float(np.linalg.norm(self.tangential)) <= share * abs(self.derivative)


def directions(k: int) -> np.ndarray:
    """Return unit vectors of shape (m, k), each with its opposite, the axes among them.

    Examples
    --------
    >>> directions(1).tolist(), directions(2).shape, directions(500).shape
    ([[1.0], [-1.0]], (32, 2), (32, 500))
    """
    if k == 1:
        return np.array([[1.0], [-1.0]])
    if k == 2:
        angles = 2 * np.pi * np.arange(CIRCLE) / CIRCLE
        around = np.stack([np.cos(angles), np.sin(angles)], axis=1)
        return np.where(np.abs(around) < 1e-15, 0.0, around)  # the axes exactly
    axes = np.eye(k)[: PAIRS // 2]
    random = np.random.default_rng(0).normal(size=(PAIRS - len(axes), k))
    half = np.concatenate([axes, random / np.linalg.norm(random, axis=1, keepdims=True)])
    return np.concatenate([half, -half])


def generic_directions(k: int) -> np.ndarray:
    """Return the same, turned so that no axis is among them: along those a function may be singular.

    Examples
    --------
    >>> bool(np.min(np.abs(generic_directions(2))) > 1e-3)
    True
    """
    turn = np.linalg.qr(np.random.default_rng(0).normal(size=(k, k)))[0]
    return np.asarray(directions(k) @ turn)


class DirectionSampling:
    """Samples in all directions at one distance: on a sphere of the null space.

    Parameters
    ----------
    splitting : Splitting
    ways : ndarray, shape (m, k)
        Unit vectors.
    radius : float

    Attributes
    ----------
    samples : list of DirectionalSample
    is_whole : bool
        In every direction f and its gradient are finite.
    is_settled : bool
        Where all samples have one sign, the direction in which f changes least was found.
    """

    def __init__(self, splitting: Splitting, ways: np.ndarray, radius: float) -> None:
        self.splitting, self.radius, self.is_settled = splitting, radius, True
        self.tolerance, self.rounding = 0.0, SAFETY * EPS * abs(splitting.value)
        samples = [sample for sample in map(self.sample, ways) if sample is not None]
        self.is_whole = len(samples) == len(ways)
        self.samples = sorted(samples, key=lambda a: abs(a.derivative))
        if self.is_whole:
            noise, of_value = np.max(
                [splitting.noise(radius * self.samples[end].direction) for end in (0, -1)], axis=0
            )
            # The gradient cannot be better than that of a point off by its own rounding.
            largest = max(float(np.linalg.norm(a.reduced.gradient)) for a in samples)
            of_point = EPS * largest * (1 + splitting.remoteness / radius)
            self.tolerance = SAFETY * (noise + of_point)
            of_operations = splitting.rounding(radius * self.samples[0].direction)
            of_operations = of_operations if np.isfinite(of_operations) else 0.0
            self.rounding = max(self.rounding, SAFETY * of_value, of_operations)
            self.is_whole = bool(np.isfinite(noise))
            self.samples = [self._signed(a.direction, a.reduced) for a in self.samples]

    @property
    def signs(self) -> set[int]:
        """Which signs are taken."""
        return {sample.sign for sample in self.samples}

    def of(self, sign: int) -> list[DirectionalSample]:
        """Return the samples of one sign."""
        return [a for a in self.samples if a.sign == sign]

    def weakest(self, sign: int) -> DirectionalSample:
        """Return the sample of one sign along which f changes least."""
        return min(self.of(sign), key=lambda a: abs(a.derivative))

    def strongest(self, sign: int) -> DirectionalSample:
        """Return the sample of one sign along which f changes most."""
        return max(self.of(sign), key=lambda a: abs(a.derivative))

    def sample(self, direction: np.ndarray) -> DirectionalSample | None:
        """Sample along one direction; None where f or its gradient is not finite there."""
        reduced = self.splitting.at(self.radius * direction)
        return None if reduced is None else self._signed(direction, reduced)

    def is_blind(self, inner: DirectionSampling) -> bool:
        """Whether f grows so fast since a nearer sphere that the tolerance here hides all that it did there."""
        here, there = (
            max((abs(a.reduced.rise) for a in sampling.samples), default=0.0) for sampling in (self, inner)
        )
        is_hidden = 0 < there < self.tolerance * self.radius
        return is_hidden and here > there * (self.radius / inner.radius) ** FASTEST

    def order(self, sample: DirectionalSample) -> float:
        """Return the power with which f changes along a direction, from here and half way; NaN where it turns."""
        half = self.splitting.at(self.radius / 2 * sample.direction)
        ratio = np.nan if half is None else np.float64(sample.derivative) / (half.gradient @ sample.direction)
        return float(1 + np.log2(ratio)) if 0 < ratio < np.inf else np.nan

    def grows(self, sample: DirectionalSample) -> bool:
        """Whether f follows a power of the distance where its derivative is lost, beyond the rounding of its values.

        Of a level direction that was found between others but for a small angle f does so too, and less with the angle.
        """
        halves = [self.splitting.at(share * self.radius * sample.direction) for share in (0.5, 0.25)]
        rises = np.array([sample.reduced.rise, *(np.nan if half is None else half.rise for half in halves)])
        with np.errstate(all="ignore"):
            outer, inner = np.log2(rises[:-1] / rises[1:])
        is_power = inner > LEAST_ORDER and abs(outer - inner) <= SAME_ORDER * inner
        of_value = self.splitting.noise(self.radius * sample.direction)[1]
        of_residual = self.splitting.unsolved(sample.reduced)
        rounding = SAFETY * max(EPS * abs(self.splitting.value), of_value, of_residual)
        if not is_power or len(sample.direction) > 2 or abs(rises[0]) <= rounding:
            return False
        return len(sample.direction) == 1 or abs(self._least_beside(sample)) > FALLS * abs(rises[0])

    def _least_beside(self, least: DirectionalSample) -> float:
        """Return what is left of the rise in a plane when a direction is turned to where it is least, by bisection."""
        start, sense = least.direction, np.sign(least.reduced.rise)
        across = np.array([-start[1], start[0]])
        across = -across * np.sign(sense * (least.reduced.gradient @ across))
        low, high, rise = 0.0, 0.0, least.reduced.rise
        for i in range(80):
            angle = (low + high) / 2 if high > 0 else 1e-12 * 2.0**i
            sample = self.splitting.at(self.radius * (np.cos(angle) * start + np.sin(angle) * across))
            if (
                sample is None
                or (high == 0 and angle > np.pi / CIRCLE)
                or (high > 0 and high - low < 1e-3 * low)
            ):
                break
            rise = min(rise, sample.rise, key=abs)
            ahead = np.cos(angle) * across - np.sin(angle) * start
            if sense * float(sample.gradient @ ahead) > 0:
                high = angle
            else:
                low = angle
        return rise

    def left_out(self) -> np.ndarray:
        """Return the direction that the gradients here have least of, and its opposite, shape (2, k).

        Were f constant along a line they would have nothing of it (Constantine, 2015, Active Subspaces).
        """
        least = np.linalg.svd(np.array([a.reduced.gradient for a in self.samples]))[2][-1]
        return np.stack([least, -least])

    def refine(self) -> None:
        """Where all samples have one sign, follow the weakest to where |φ| is least on the sphere; these join them.

        A flat direction, or a narrow sector of the other sign, lies between the sampled directions.
        """
        if len(self.signs) > 1 or 0 in self.signs or len(self.samples[0].direction) == 1:
            return
        (sign,) = self.signs
        in_plane = len(self.samples[0].direction) == 2
        chosen: list[DirectionalSample] = []
        for sample in self.of(sign):
            # The ends of one sector lead to the same point; opposite ways need not behave alike.
            if all(sample.direction @ other.direction < 0.9 for other in chosen):
                chosen.append(sample)
        for sample in chosen[: 4 if in_plane else 3]:
            least = self._downhill(sample, sign, 1 if in_plane else 8)
            self.samples.append(least)
            self.is_settled = self.is_settled and (least.sign != sign or least.is_turning())

    def sharpest(self, sign: int) -> DirectionalSample:
        """Return the direction of one sign in which f changes most, from the strongest sample."""
        strongest = self.strongest(sign)
        sharpest = self._downhill(strongest, -sign, 1)
        return sharpest if sharpest.sign == sign else strongest

    def summit(self, sample: DirectionalSample) -> DirectionalSample:
        """Return the direction near by in which f changes most, as exactly as rounding lets it be found."""
        for _ in range(1 if len(sample.direction) == 2 else SUMMITS):
            if sample.is_turning(EPS):
                break
            higher = self._turned(sample, -sample.sign, EPS)
            if higher.sign != sample.sign:
                break
            sample = higher
        return sample

    def _signed(self, direction: np.ndarray, reduced: Sample) -> DirectionalSample:
        derivative = float(reduced.gradient @ direction)
        tolerance = self.tolerance + self.splitting.uncertainty(self.radius * direction, reduced)
        sign = int(np.sign(derivative)) if abs(derivative) > tolerance else 0
        is_lost = bool(sign) and abs(reduced.rise) <= self.rounding
        rise = self.splitting.integral(self.radius * direction) if is_lost else reduced.rise
        # Beside a curve along which f is level, and beyond where f saturates, the derivative does not say what f does.
        if not sign * rise > 0:
            level = tolerance * self.radius + (0.0 if is_lost else self.rounding)
            sign = int(np.sign(rise)) if abs(rise) > level else 0
        return DirectionalSample(direction, reduced, derivative, sign, tolerance)

    def _downhill(self, sample: DirectionalSample, sense: int, times: int) -> DirectionalSample:
        """Follow great circles of steepest descent of `sense` · φ until it turns or the sample's sign changes."""
        sign = sample.sign
        for _ in range(times):
            if sample.sign != sign or sample.is_turning():
                break
            sample = self._turned(sample, sense)
        return sample

    def _turned(self, sample: DirectionalSample, sense: int, share: float = 0.2) -> DirectionalSample:
        """Go along one great circle to where `sense` · φ turns, by bracketing and bisection."""
        sign, start = sample.sign, sample.direction
        way = -sense * sample.tangential / float(np.linalg.norm(sample.tangential))
        low, high = 0.0, 0.0
        for _ in range(40):
            angle = (low + high) / 2 if high > 0 else low + 2 * np.pi / CIRCLE
            here = self.sample(np.cos(angle) * start + np.sin(angle) * way)
            if here is None or (high == 0 and angle > np.pi / 2):
                break
            sample = here
            ahead = np.cos(angle) * way - np.sin(angle) * start
            if sample.sign != sign or sample.is_turning(share):
                break
            if sense * float(sample.reduced.gradient @ ahead) > 0:
                high = angle
            else:
                low = angle
            # In a plane this is the whole search; else a better great circle starts from here.
            if high > 0 and high - low < (1e-9 if len(start) == 2 else 0.02 * high):
                break
        return sample
