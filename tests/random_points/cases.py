"""Cases by seed: a function of n = 1 … 6 variables, or up to 40, a point, and what the point is.

A case is a form (`forms`) in coordinates that are bent, rotated, scaled and shifted (`changes`), multiplied by a power
of ten, most of them inside an increasing function; and by its kind something more. Everything follows from the seed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import autograd.numpy as np
import numpy as onp

from hesswidget.second_derivative_test.inertia import STATIONARITY_TOLERANCE

from . import additions, changes, forms, kinks, unfit
from .forms import Form

SIZES = (1, 1, 1, *[2] * 7, *[3] * 4, 4, 4, 5, 5, 6, 6)  # numbers of variables, as often as they are drawn


@dataclass(frozen=True, eq=False)
class Case:
    """A function, a point, and what the point is.

    Attributes
    ----------
    seed : int
        ``draw(seed)`` gives the case again.
    kind : str
        The kind of case.
    function : callable
        Of one vector variable, shape (n,).
    point : ndarray, shape (n,)
    truth : str
        See `verdict`.
    text : str
        The function in words.
    """

    seed: int
    kind: str
    function: Callable[[Any], Any]
    point: onp.ndarray
    truth: str
    text: str


@dataclass(frozen=True, eq=False)
class Setting:
    """Where a form is put: a point, the lengths over which the function varies, and how the shift is written."""

    point: onp.ndarray
    lengths: onp.ndarray
    is_folded: bool

    @property
    def n(self) -> int:
        return len(self.point)

    def coordinates(self, rng: onp.random.Generator) -> changes.Map:
        """Draw coordinates whose origin is the point."""
        flat = changes.linear(rng, self.point, self.lengths, self.is_folded)
        bend = changes.bend(rng, self.n)
        return lambda v: bend(flat(v))


def draw(seed: int, kind: str | None = None) -> Case:
    """Return the case of a seed, of a kind drawn by `WEIGHTS` or of a given one."""
    rng = onp.random.default_rng(seed)
    shares = onp.array(list(WEIGHTS.values())) / sum(WEIGHTS.values())
    drawn = str(rng.choice(list(WEIGHTS), p=shares))
    kind = drawn if kind is None else kind
    return replace(KINDS[kind](rng), seed=seed, kind=kind)


def _setting(rng: onp.random.Generator) -> Setting:
    """Draw a setting whose point is at 0.3 to 3 lengths from zero in each coordinate; one of ten is at zero."""
    n = int(rng.choice(SIZES))
    if rng.random() < 0.1:
        return Setting(onp.zeros(n), onp.ones(n), is_folded=False)
    length = 10 ** rng.uniform(-8, 8)
    return Setting(length * _coordinates(rng, n), onp.full(n, length), bool(rng.random() < 0.5))


def _coordinates(rng: onp.random.Generator, n: int) -> onp.ndarray:
    return rng.choice([-1, 1], n) * 10 ** rng.uniform(-0.5, 0.5, n)


def _any_form(rng: onp.random.Generator, n: int) -> Form:
    return (forms.morse, forms.degenerate)[int(rng.random() < 0.5)](rng, n)


def _case(
    rng: onp.random.Generator,
    setting: Setting,
    form: Form,
    factor: tuple[str, additions.Level] | None = None,
    addition: tuple[str, additions.Level] | None = None,
) -> Case:
    """Put a form into a setting; `factor` and `addition` are functions of one further number, at most 1 per length."""
    y = setting.coordinates(rng)
    name, outer = additions.chosen(rng, additions.INCREASING)
    ray = rng.standard_normal(setting.n) / setting.lengths
    ray /= onp.linalg.norm(ray * setting.lengths)
    size = 10 ** rng.uniform(-8, 8)

    def function(v: Any) -> Any:
        w = np.dot(ray, v - setting.point)
        # Inside a factor the form alone: what is 0 at the point stays stationary when multiplied.
        inner = form.function(y(v))
        f = outer(inner) if factor is None else inner * factor[1](w)
        return size * (f if addition is None else f + addition[1](w))

    text = f"{size:.1e}·({name} of {form.text}"
    text += f", times {factor[0]}" if factor else ""
    text += f", plus {addition[0]}" if addition else ""
    writing = "folded" if setting.is_folded else "exact"
    return Case(0, "", function, setting.point, form.truth, f"{text}), n = {setting.n}, {writing}")


def _regular(rng: onp.random.Generator) -> Case:
    setting = _setting(rng)
    return _case(rng, setting, forms.morse(rng, setting.n))


def _degenerate(rng: onp.random.Generator) -> Case:
    setting = _setting(rng)
    return _case(rng, setting, forms.degenerate(rng, setting.n))


def _flat(rng: onp.random.Generator) -> Case:
    setting = _setting(rng)
    return _case(rng, setting, forms.flat(rng, setting.n))


def _beside(rng: onp.random.Generator) -> Case:
    """Draw a point beside a critical point, by 0.001 to 0.1 of a length; by 0.01 of one where it is degenerate."""
    while True:
        setting = _setting(rng)
        form = _any_form(rng, setting.n)
        distance = 10 ** rng.uniform(-2 if form.truth.startswith("degenerate") else -3, -1)
        if _is_beyond_tolerance(setting, distance):
            break
    case = _case(rng, setting, form)
    direction = rng.standard_normal(setting.n)
    point = setting.point + distance * setting.lengths * direction / onp.linalg.norm(direction)
    return replace(
        case, point=point, truth="not stationary", text=f"{case.text}, at a distance of {distance:.1e}"
    )


def _sloping(rng: onp.random.Generator) -> Case:
    """Draw a form with a slope added, not so slight that the critical point is nearer than the tolerance."""
    while True:
        setting = _setting(rng)
        form = _any_form(rng, setting.n)
        slope = 10 ** rng.uniform(-3, 1) * rng.standard_normal(setting.n)
        # Curvatures of forms are 20 at most, so that the critical point is at least so many lengths away.
        distance = float(onp.linalg.norm(slope)) / 20
        if _is_beyond_tolerance(setting, distance):
            break
    sloping = Form(
        lambda y: form.function(y) + np.dot(slope, y), "not stationary", f"{form.text} + {slope}·y"
    )
    return _case(rng, setting, sloping)


def _is_beyond_tolerance(setting: Setting, distance: float) -> bool:
    """Whether what is so many lengths away is not at the point, of a size that is at least 1, by what is stated."""
    size = max(1.0, float(onp.max(onp.abs(setting.point))))
    return distance * float(onp.min(setting.lengths)) > 10 * STATIONARITY_TOLERANCE * size


def _constant(rng: onp.random.Generator) -> Case:
    """Draw a form to which a number is added, up to 10⁸ times as large."""
    setting = _setting(rng)
    constant = float(rng.choice([-1, 1]) * 10 ** rng.uniform(0, 8))
    return _case(rng, setting, _any_form(rng, setting.n), addition=(f"{constant:.2e}", lambda w: constant))


def _cancelling(rng: onp.random.Generator) -> Case:
    """Draw a form to which a constant is added that is written as a function, up to 1000 times as large."""
    setting = _setting(rng)
    name, level = additions.chosen(rng, additions.CONSTANT)
    size = 10 ** rng.uniform(0, 3)
    shift = rng.uniform(-1, 1)
    addition = f"{size:.1e} [{name}]", lambda w: size * level(w + shift)
    return _case(rng, setting, _any_form(rng, setting.n), addition=addition)


def _expanded(rng: onp.random.Generator) -> Case:
    """Draw (s − c)ᵖ of one or two sums s of coordinates, multiplied out: whole numbers, so that they are exact."""
    n = int(rng.integers(1, 3))
    orders, signs = rng.choice([2, 3, 4, 5, 6], n), rng.choice([-1, 1], n)
    roots = rng.choice([-1, 1], n) * rng.integers(1, 10, n)
    size = 2.0 ** rng.integers(-20, 20)
    rows = [sign * onp.poly([root] * order) for order, root, sign in zip(orders, roots, signs, strict=True)]

    def function(v: Any) -> Any:
        sums = [v[0]] if n == 1 else [v[0] + v[1], v[0] - v[1]]
        return size * sum(
            sum(a * s ** (len(row) - 1 - k) for k, a in enumerate(row))
            for row, s in zip(rows, sums, strict=True)
        )

    point = roots.astype(float) if n == 1 else onp.array([roots.sum(), roots[0] - roots[1]]) / 2
    text = " + ".join(
        f"{a}(s{i} − {c})^{p}" for i, (a, c, p) in enumerate(zip(signs, roots, orders, strict=True))
    )
    return Case(0, "", function, point, forms.truth_of(orders, signs), f"{text}, multiplied out")


def _elsewhere(rng: onp.random.Generator) -> Case:
    """Draw a form with a kink or a pole three lengths away."""
    setting = _setting(rng)
    if rng.random() < 0.5:
        addition = additions.chosen(rng, additions.KINKED)
        return _case(rng, setting, _any_form(rng, setting.n), addition=addition)
    factor = additions.chosen(rng, additions.POSITIVE)
    return _case(rng, setting, _any_form(rng, setting.n), factor=factor)


def _far(rng: onp.random.Generator) -> Case:
    """Draw a point that is 30 to 1000 lengths from zero."""
    setting = _setting(rng)
    length = 10 ** rng.uniform(-8, 8)
    point = length * 10 ** rng.uniform(1.5, 3) * _coordinates(rng, setting.n)
    setting = replace(setting, point=point, lengths=onp.full(setting.n, length))
    return _case(rng, setting, _any_form(rng, setting.n))


def _units(rng: onp.random.Generator) -> Case:
    """Draw variables whose units differ, by up to a factor of 10⁴."""
    setting = _setting(rng)
    lengths = 10 ** rng.uniform(-2, 2, setting.n)
    return _case(
        rng,
        replace(setting, point=lengths * _coordinates(rng, setting.n), lengths=lengths),
        _any_form(rng, setting.n),
    )


def _many(rng: onp.random.Generator) -> Case:
    """Draw a form of 10 to 40 variables."""
    n = int(rng.integers(10, 41))
    length = 10 ** rng.uniform(-8, 8)
    setting = Setting(length * _coordinates(rng, n), onp.full(n, length), bool(rng.random() < 0.5))
    return _case(rng, setting, _any_form(rng, n))


def _unfit(rng: onp.random.Generator) -> Case:
    """Draw a smooth form of which autograd's formulas give NaN at the point, or derivatives of a branch."""
    setting = replace(_setting(rng), is_folded=False)
    return _case(rng, setting, unfit.form(rng, setting.n))


def _kink(rng: onp.random.Generator) -> Case:
    setting = _setting(rng)
    return _case(rng, setting, kinks.form(rng, setting.n))


def _kink_of_many(rng: onp.random.Generator) -> Case:
    n = int(rng.integers(10, 41))
    setting = Setting(_coordinates(rng, n), onp.ones(n), is_folded=bool(rng.random() < 0.5))
    return _case(rng, setting, kinks.form(rng, n))


KINDS: dict[str, Callable[[onp.random.Generator], Case]] = {
    "regular": _regular,
    "degenerate": _degenerate,
    "flat": _flat,
    "beside a critical point": _beside,
    "on a slope": _sloping,
    "a large constant": _constant,
    "cancellation": _cancelling,
    "multiplied out": _expanded,
    "poles and kinks elsewhere": _elsewhere,
    "far from zero": _far,
    "unlike units": _units,
    "many variables": _many,
    "NaN where f is smooth": _unfit,
    "kinks": _kink,
    "kinks of many variables": _kink_of_many,
}
WEIGHTS = {
    "regular": 14, "degenerate": 16, "flat": 4, "beside a critical point": 10, "on a slope": 6, "a large constant": 6,
    "cancellation": 8, "multiplied out": 4, "poles and kinks elsewhere": 8, "far from zero": 2, "unlike units": 4,
    "many variables": 4, "NaN where f is smooth": 6, "kinks": 7, "kinks of many variables": 1,
}  # fmt: skip
