"""A function run with the side of each of its switches held: its pieces, as smooth functions of the point.

A node in autograd's tracer, as in `hesswidget.derivatives.recorder`, holds for each traced value what it is on the
chosen sides. Loops and calls are followed; a Python branch goes as its comparison is held.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from autograd import tracer
from autograd.core import Node
from autograd.numpy import numpy_wrapper as anp
from autograd.tracer import Box

from hesswidget.derivatives import autograd
from hesswidget.derivatives.branches.questions import (
    CEILING,
    FLOOR,
    LARGEST,
    NEAREST,
    ORDER,
    SMALLEST,
    WHOLE,
    Answer,
    Question,
)
from hesswidget.precision import EPS
from hesswidget.program.errors import NotRecorded
from hesswidget.user_code import Line, place_now

NOISE = 64 * EPS  # relative: what each operation of a trial run is perturbed by
TRIALS = 3
ASTRAY = 1e-10  # a switch counts as met up to here, where a branch has gone another way than at the point
ROUNDING = 4.0  # a switch is met where it is no larger than this many times what the trials change it by

Call = tuple[str, int, int]
Identity = tuple[Any, ...]
Sides = Mapping[Identity, float]


class Held(NamedTuple):
    """A value on the chosen sides: at the point that decides what is met, and where the piece is asked for."""

    base: Any
    value: Any
    switches: frozenset[Identity] = frozenset()  # that it depends on


@dataclass(frozen=True)
class Switch:
    """A switch that is met at the point.

    Attributes
    ----------
    identity : tuple
        Which operation of which line of the user's code, how many times it was run before, and which element: so that
        what the ways of a branch have in common is the same on each.
    operation : str
    line : Line or None
        Of the user's code, where that is known.
    upstream : frozenset
        The switches that its quantity depends on.
    """

    identity: Identity
    operation: str
    line: Line | None
    upstream: frozenset[Identity]


_WHOLE = {WHOLE: anp.trunc, NEAREST: anp.rint, FLOOR: anp.floor, CEILING: anp.ceil}
_BEST = {LARGEST: 1.0, SMALLEST: -1.0}
MOST_ORDERED = 6  # elements
MOST_BETWEEN = 4  # branches that are between their sides at once


class Between(NotRecorded):
    """A branch was to go between the two sides of what it asks for: it goes on one or the other."""


class HeldNode(Node):
    """A traced value of a run."""

    __slots__ = ("held", "run")

    def __init__(
        self, value: Any, fun: Any, args: Any, kwargs: Any, parent_argnums: Any, parents: Any
    ) -> None:
        self.run: Run = parents[0].run
        operands = list(args)
        for at, parent in zip(parent_argnums, parents, strict=True):
            operands[at] = parent.held
        self.held: Held = self.run.apply(fun, operands, kwargs)

    def initialize_root(self, run: Run, held: Held) -> None:
        """Stand for the point."""
        self.run, self.held = run, held

    def asked(self, question: Question, x: Box) -> Answer:
        """Answer as on the chosen sides, of which the one may lead another way than the point's."""
        return self.run.answer(question, self.held)


autograd.leave_shapes(HeldNode)


class Run:
    """One run of a function.

    Parameters
    ----------
    rules : mapping
        From autograd's primitives to what replaces them.
    met : mapping
        For each switching operation, by its call, where it is met: an array of truths; empty in a trial. None where
        all count as met.
    sides : mapping
        The side of a switch, from −1 to 1. Between the two the pieces are averaged.
    default_side : float, optional
        The side of a switch that is met, where `sides` says nothing of it; by default the one that the point is on.
    noise : Generator, optional
        Of a trial: it perturbs the values.
    usual : sequence, optional
        What branches are answered at the point.

    Attributes
    ----------
    answers : list
        What branches were answered.
    """

    def __init__(
        self,
        rules: Mapping[Any, Callable[..., Held]],
        met: Mapping[Call, np.ndarray] | None,
        sides: Sides,
        default_side: float | None = None,
        noise: np.random.Generator | None = None,
        usual: Sequence[Answer] | None = None,
    ) -> None:
        self.rules, self.met, self._sides, self._noise = rules, met, sides, noise
        self._default_side = default_side
        self.says_where = False
        self.answers: list[Answer] = []
        self._usual = None if usual is None else list(usual)
        self._has_strayed = False
        self._asked: frozenset[Identity] = frozenset()
        self._calls: Counter[tuple[str, int]] = Counter()
        self._switched: list[tuple[str, Line | None, list[Identity], Held]] = []
        self.trial: dict[Call, tuple[Any, Any]] = {}

    def __call__(self, function: Callable[[Any], Any], base: np.ndarray, value: Any) -> Any:
        """Return the function's value at `value`, a point that may be traced, on the sides met at `base`."""
        with tracer.trace_stack.new_trace() as level, np.errstate(all="ignore"):
            root = HeldNode.new_root(self, Held(base, value))
            result = function(tracer.new_box(base, level, root))
        if tracer.isbox(result) and result._trace == level:
            return result._node.held.value
        return result

    def apply(self, primitive: Any, operands: list[Any], options: Mapping[str, Any]) -> Held:
        """Do what a primitive does, on the chosen sides."""
        rule = self.rules.get(primitive)
        return (
            self.plain(primitive, *operands, **options) if rule is None else rule(self, *operands, **options)
        )

    def plain(self, function: Callable[..., Any], *operands: Any, **options: Any) -> Held:
        """Call a function that is no switch."""
        base = function(*(x.base if isinstance(x, Held) else x for x in operands), **options)
        value = function(*(x.value if isinstance(x, Held) else x for x in operands), **options)
        return Held(base, self._perturbed(value, base), _upstream(operands))

    def _perturbed(self, value: Any, base: Any) -> Any:
        if self._noise is None or np.asarray(base).dtype.kind != "f":
            return value
        return value * (1 + NOISE * self._noise.uniform(-1, 1, np.shape(base)))

    def call(self) -> Call:
        """Say which call of a switching operation this is."""
        place = place_now() or ("", 0)
        self._calls[place] += 1
        return (*place, self._calls[place])

    def answer(self, question: Question, held: Held) -> Answer:
        """Answer as on the chosen sides, of which the one may lead another way than the point's."""
        if question in _WHOLE and not (held.switches and held.base == np.rint(held.base)):
            held = self.rules[_WHOLE[question]](self, held)
            answer: Answer = int(held.base)
            if answer != held.base:
                raise Between("a whole number between two")
        elif question in _BEST or (question is ORDER and len(held.base) <= MOST_ORDERED):
            answer, switches = self._compared(question, held)
            held = held._replace(switches=held.switches | switches)
        elif np.asarray(held.base).dtype.kind == "b" or not self._is_between(held.switches):
            answer = question.found(held.base)
        else:
            raise Between("a branch between the sides of what it asks for")
        self.goes(answer, held.switches)
        return answer

    def _is_between(self, switches: frozenset[Identity]) -> bool:
        return any(abs(self._sides.get(identity, 1.0)) < 1 for identity in switches)

    def _compared(self, question: Question, x: Held) -> tuple[Answer, frozenset[Identity]]:
        """Find the best element of a vector, or its order, by comparing two elements after each other."""
        switches: frozenset[Identity] = frozenset()

        def comes_first(k: int, before: int) -> bool:
            nonlocal switches
            quantity = self.plain(lambda v: sign * (v[k] - v[before]), x)
            call = self.call()
            side = self.switched(
                "a comparison",
                quantity,
                lambda sides: Held(sides, sides),
                (call,),
                self.is_met(call, quantity),
            )
            if abs(side.base) < 1:
                raise Between("a choice between two elements")
            switches |= side.switches
            return bool(side.base > 0)

        sign, order = _BEST.get(question, -1.0), list(range(len(x.base)))
        for turn in range(len(order) if question is ORDER else 1):
            for at in range(len(order) - 1, turn, -1):
                if comes_first(order[at], order[at - 1]):
                    order[at - 1 : at + 1] = order[at], order[at - 1]
        return (tuple(order) if question is ORDER else order[0]), switches

    def goes(self, answer: Answer, switches: frozenset[Identity]) -> None:
        """Take a branch: all that comes depends on what it asked.

        Where it goes another way than at the point, each operation must be as near to its switch as the one of the
        same call is there, or it would be taken for it.
        """
        if self._usual is not None and self._usual[len(self.answers) :][:1] != [answer]:
            self._has_strayed = True
        self.answers.append(answer)
        self._asked |= switches

    def is_met(self, call: Call, quantity: Held) -> np.ndarray:
        """Return at which elements the quantity of a switching operation is zero within rounding, or is looked at."""
        if self._noise is not None:
            self.trial[call] = quantity.base, quantity.value
        if self.met is None:
            return np.ones(np.shape(quantity.base), dtype=bool)
        met = self.met.get(call, np.zeros(np.shape(quantity.base), dtype=bool))
        if self._has_strayed:
            is_zero = np.abs(quantity.base) <= ASTRAY
            if np.shape(met) != np.shape(is_zero) or np.any(met != is_zero):
                raise NotRecorded("a branch whose ways have other switches")
        return met

    def switched(
        self, name: str, quantity: Held, piece: Callable[[Any], Held], at: Identity, met: np.ndarray
    ) -> Held:
        """Return the piece on the side of each element."""
        sides = np.where(np.asarray(quantity.base) < 0, -1.0, 1.0)
        elements = [int(k) for k in np.flatnonzero(met)]
        identities = [(*at, k) for k in elements]
        for k, identity in zip(elements, identities, strict=True):
            default = sides.flat[k] if self._default_side is None else self._default_side
            sides.flat[k] = self._sides.get(identity, default)
        quantity = quantity._replace(switches=quantity.switches | self._asked)
        if elements:
            place = place_now() if self.says_where else None
            self._switched.append((name, Line.at(place) if place else None, identities, quantity))
        held = piece(sides[()])
        return held._replace(switches=held.switches | quantity.switches | frozenset(identities))

    @property
    def switches(self) -> list[Switch]:
        """The switches that were met, in order."""
        return [
            Switch(identity, name, line, quantity.switches)
            for name, line, identities, quantity in self._switched
            for identity in identities
        ]

    def quantities(self, names: Sequence[Identity]) -> Any:
        """Return the values of some switches' quantities, (k,), traced where the point was."""
        order = {a: k for k, a in enumerate(a for _, _, identities, _ in self._switched for a in identities)}
        parts = [
            anp.reshape(quantity.value, (-1,))[np.array([identity[-1] for identity in identities])]
            for _, _, identities, quantity in self._switched
        ]
        return anp.concatenate(parts)[np.array([order[a] for a in names])]


def averaged(value: Callable[[Sides], Any], sides: Sides) -> Any:
    """Return a piece's value on some sides; between the sides of a branch the average of what is there.

    Along the surface on which pieces meet, that has the derivatives of first and second order of an average made where
    they part.
    """
    try:
        return value(sides)
    except Between:
        between = [switch for switch, side in sides.items() if abs(side) < 1]
        if not 0 < len(between) <= MOST_BETWEEN:
            raise
        share = (1 + sides[between[0]]) / 2
        above, below = (averaged(value, {**sides, between[0]: side}) for side in (1.0, -1.0))
        return share * above + (1 - share) * below


def _upstream(operands: Any) -> frozenset[Identity]:
    return frozenset().union(*(x.switches for x in operands if isinstance(x, Held)))
