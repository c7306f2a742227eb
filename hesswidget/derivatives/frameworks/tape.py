"""A traced function as a list of steps, each a rule in ``autograd.numpy`` on what came before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from hesswidget.errors import ProblemError
from hesswidget.user_code import Line, Place, run_for

MOST_STEPS = 100_000
Rule = Callable[..., Any]


class Ref(NamedTuple):
    """What an argument is, or a step computes: the value at this place, a number or a name."""

    at: Any


class Step(NamedTuple):
    """A primitive and its operands, in which a `Ref` stands for a value; `compute` is None where there is no rule."""

    name: str
    compute: Rule | None
    operands: tuple[Any, ...]
    results: tuple[Any, ...]
    is_many: bool
    place: Place | None


@dataclass(frozen=True)
class Tape:
    """Steps that compute results from arguments.

    Attributes
    ----------
    library : str
        What it was traced by, as sentences name it.
    arguments : int
        How many there are; they are the first values.
    steps : tuple of Step
    results : tuple
        A `Ref`, or a constant, for each.
    """

    library: str
    arguments: int
    steps: tuple[Step, ...]
    results: tuple[Any, ...]

    def __call__(self, *arguments: Any) -> tuple[Any, ...]:
        """Compute the results; what a rule raises has the user's line, as its ``user_place``."""
        return self.continued(dict(enumerate(arguments)))

    def continued(self, values: dict[Any, Any]) -> tuple[Any, ...]:
        """Compute the results from values by their places, and add those of steps that are not among them."""
        for step in self.steps:
            if step.results[0] in values:
                continue
            operands = [_filled(x, values) for x in step.operands]
            try:
                result = run_for(step.place, step.compute, *operands)  # type: ignore[arg-type]
            except Exception as error:
                if step.place and not hasattr(error, "user_place"):
                    error.user_place = step.place  # type: ignore[attr-defined]
                raise
            values.update(zip(step.results, result if step.is_many else (result,), strict=True))
        return tuple(_filled(x, values) for x in self.results)


@dataclass
class Writer:
    """Writes a tape. What depends on no argument is computed as it is written, and is a constant of the tape.

    Examples
    --------
    >>> import operator
    >>> writer = Writer("a library", 2)
    >>> x, y = writer.arguments
    >>> (two,) = writer.emit("add", operator.add, [1.0, 1.0])
    >>> (unused,) = writer.emit("what nobody knows", None, [x])
    >>> (product,) = writer.emit("mul", operator.mul, [x, two])
    >>> tape = writer.tape([product])
    >>> [step.name for step in tape.steps], tape(3.0, 0.0)
    (['mul'], (6.0,))
    """

    library: str
    count: int
    steps: list[Step] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.arguments = [Ref(k) for k in range(self.count)]

    def emit(
        self,
        name: str,
        compute: Rule | None,
        operands: Sequence[Any],
        results: int | None = None,
        place: Place | None = None,
        constant: Rule | None = None,
        at: str | None = None,
    ) -> list[Any]:
        """Write a step, and return its results; `results` says how many, where it returns them in a tuple.

        `constant` computes it of constants, where that is not `compute`. `at` is the name of a single result's place,
        if that is not to be the next number.
        """
        how = constant or compute
        if how is not None and not any(map(_has_ref, operands)):
            computed = how(*operands)
            return [computed] if results is None else list(computed)
        if len(self.steps) == MOST_STEPS:
            raise ProblemError(
                f"it has more than {MOST_STEPS:,} primitives of {self.library}, its loops unrolled; take fewer steps.",
                line=Line.at(place) if place else None,
            )
        places: tuple[Any, ...] = tuple(range(self.count, self.count + (1 if results is None else results)))
        self.count += len(places)
        places = places if at is None else (at,)
        self.steps.append(Step(name, compute, tuple(operands), places, results is not None, place))
        return [Ref(at) for at in places]

    def tape(self, results: Sequence[Any]) -> Tape:
        """Return the tape that computes `results`, without the steps that they do not need.

        Raises
        ------
        ProblemError
            If one of those that are needed has no rule: the sentence has its name and the line of the user's code.
        """
        needed = {ref.at for ref in _refs(results)}
        kept = []
        for step in reversed(self.steps):
            if needed.isdisjoint(step.results):
                continue
            if step.compute is None:
                raise ProblemError(
                    f"{self.library}'s primitive {step.name} has no rule here",
                    line=Line.at(step.place) if step.place else None,
                    advice="Write it with other functions, or what it computes of constants outside of the function.",
                )
            kept.append(step)
            needed.update(ref.at for ref in _refs(step.operands))
        return Tape(self.library, len(self.arguments), tuple(reversed(kept)), tuple(results))


def _filled(x: Any, values: dict[Any, Any]) -> Any:
    if isinstance(x, Ref):
        return values[x.at]
    return [_filled(part, values) for part in x] if isinstance(x, list) else x


def _has_ref(x: Any) -> bool:
    return isinstance(x, Ref) or (isinstance(x, list) and any(map(_has_ref, x)))


def _refs(operands: Sequence[Any]) -> list[Ref]:
    found = []
    for x in operands:
        if isinstance(x, Ref):
            found.append(x)
        elif isinstance(x, list):
            found.extend(_refs(x))
    return found
