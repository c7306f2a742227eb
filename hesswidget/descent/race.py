"""Methods that are followed side by side from one start."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from itertools import islice
from numbers import Real
from typing import Any

import numpy as np

from hesswidget.derivatives.branches.places import places
from hesswidget.derivatives.traced import TracedFunction, TracedProblem
from hesswidget.descent.hyperparameters import checked
from hesswidget.descent.iteration import Iteration
from hesswidget.descent.method import LINE_SEARCHES, Method
from hesswidget.descent.methods import METHODS
from hesswidget.descent.own_step import own
from hesswidget.descent.path import Path
from hesswidget.descent.recorder import PathRecorder
from hesswidget.descent.replayed import replayed
from hesswidget.descent.runner import Anywhere, Runner
from hesswidget.descent.scipys import NAMES, PREFIX, SciPyRunner, of_scipy
from hesswidget.errors import ProblemError, ReservedArgument, UnknownArgument, nearest
from hesswidget.precision import MOST_SEED, nearest_float, not_negative, whole_number
from hesswidget.program.bounds import RACE
from hesswidget.program.executor import Executable
from hesswidget.wording import number

SEED = "seed"
TRIED = 16  # starts of a step that fails at the first
NAMED = 3  # methods in a sentence, of those that have a hyperparameter
EXPECTED = "it takes names of methods, step functions, paths, or pairs such as ('adam', {'rate': 0.1})"


@dataclass(frozen=True)
class Racer:
    """One of a race.

    Attributes
    ----------
    title : str
        The method's name, and what tells it from another with the same method.
    iteration : Iteration
    given : dict
        The hyperparameters that it was told to hold.
    fault : str
        Why its step cannot be taken at all, in a sentence; empty where it can.
    is_named : bool
        Whether it was given by its method's name.
    seed : int, optional
        With which its batches are drawn, if not with that of the race.
    """

    title: str
    iteration: Iteration
    given: Mapping[str, Any] = field(default_factory=dict)
    fault: str = ""
    is_named: bool = True
    seed: int | None = None

    @property
    def method(self) -> Method:
        """What it goes by."""
        return self.iteration.method

    def runner(
        self, traced: TracedProblem, recorded: tuple[Executable, Executable] | None
    ) -> Runner | SciPyRunner:
        """Return who follows it."""
        if self.method.name.startswith(PREFIX):
            return SciPyRunner(self.iteration, traced, from_anywhere=True)
        return Runner(self.iteration, traced, recorded, from_anywhere=True)

    def halted(self, fault: str) -> Racer:
        """Return one that goes nowhere, and says why."""
        nowhere = Method(
            self.method.name,
            self.method.source,
            step=lambda _, state, __: {"point": np.nan * state["point"]},
            cost=self.method.cost,
            hyperparameters={
                name: x for name, x in self.method.hyperparameters.items() if name not in self.free
            },
            line_search=self.method.line_search,
        )
        return replace(self, iteration=replace(self.iteration, method=nowhere), fault=fault)

    @property
    def code(self) -> str:
        """Python for it; dots in the place of a step or a path that somebody has passed in."""
        named = repr(self.method.name) if self.is_named else "..."
        given = dict(self.given) if self.seed is None else {**self.given, SEED: self.seed}
        return f"({named}, {given!r})" if given else named

    @property
    def free(self) -> dict[str, float]:
        """The hyperparameters that are not held, with their defaults."""
        return {
            name: default
            for name, default in self.method.hyperparameters.items()
            if name not in self.iteration.held
        }


def racers(methods: Any, tolerance: float, line_search: str | None = None) -> tuple[Racer, ...]:
    """Read what somebody wants to see race.

    Parameters
    ----------
    methods : str, callable, Path, or a list of them
        Names, steps (see `hesswidget.descent.own_step.own`), paths, or pairs of one of them and a dict of
        hyperparameters that are held, and ``seed``. One that is held to a number out of its range goes nowhere, and
        says why.
    tolerance : float
        See `hesswidget.descent.iteration.Iteration`.
    line_search : str, optional
        For all that go along a direction; by default each has its own.

    Raises
    ------
    ProblemError
        If there is none or too many, a name is unknown, or a hyperparameter is no number.

    Examples
    --------
    >>> [racer.title for racer in racers(["newton", ("adam", {"rate": 0.1}), ("adam", {"rate": 0.3})], 1e-8)]
    ['newton', 'adam, rate 0.1', 'adam, rate 0.3']
    >>> racers([("adam", {"rate": -0.1})], 1e-8)[0].fault
    'rate is -0.1; it takes a number that is finite and not negative.'
    """
    is_one = isinstance(methods, str | Path) or callable(methods)
    is_pair = isinstance(methods, tuple) and len(methods) == 2 and isinstance(methods[1], Mapping)
    listed = [methods] if is_one or is_pair else methods
    if not isinstance(listed, Iterable) or isinstance(listed, Mapping):
        raise ProblemError(f"methods is {methods!r:.60}; {EXPECTED}.")
    found = [_racer(given, not_negative("tolerance", tolerance), line_search) for given in listed]
    if not 1 <= len(found) <= RACE.racers:
        raise ProblemError(f"{len(found)} methods were given; a race has from 1 to {RACE.racers}.")
    titles = [racer.title for racer in found]
    if line_search is not None and not any(racer.method.line_search for racer in found):
        raise ProblemError(without("line_search", [racer.method for racer in found]))
    if twice := next((title for title in titles if titles.count(title) > 1), None):
        raise ProblemError(
            f"{twice} was given twice; hold a hyperparameter of one at another value, such as "
            f"('{found[titles.index(twice)].method.name}', {{...}}), or give a step or a path another name, as "
            f"hw.path(..., method='mine') does."
        )
    return tuple(found)


@dataclass(frozen=True)
class Free:
    """A hyperparameter that is moved: of one method, or of several that have it with the same default.

    Attributes
    ----------
    hyperparameter : str
    default : float
    """

    hyperparameter: str
    default: float


def freed(entered: Iterable[Racer], given: Iterable[str]) -> tuple[tuple[Racer, ...], dict[str, Free]]:
    """Name the hyperparameters that are moved; return the racers, who know these names, and what each is.

    One name is one slider for all who have it, if it is among `given` or their defaults are the same. Else the first
    one has the name, and the others it with their method's behind it, so that each starts at its published default.

    Examples
    --------
    >>> _, free = freed(racers(["gradient-descent", "adam", "silver"], 1e-8), [])
    >>> [(name, each.default) for name, each in free.items() if each.hyperparameter == "rate"]
    [('rate', 0.01), ('rate_adam', 0.001)]
    >>> sorted(freed(racers(["gradient-descent", "adam"], 1e-8), ["rate"])[1])
    ['decay', 'epsilon', 'momentum', 'rate']
    """
    wanted, named = set(given), []
    free: dict[str, Free] = {}
    for racer in entered:
        names = {}
        for name, default in racer.free.items():
            own = f"{name}_{racer.method.name.replace('-', '_')}"
            differs = name in free and free[name].default != default and name not in wanted
            names[name] = own if differs or own in wanted else name
            free.setdefault(names[name], Free(name, default))
        named.append(replace(racer, iteration=replace(racer.iteration, names=names)))
    return tuple(named), free


def tried(racer: Racer, traced: TracedProblem) -> Racer:
    """Have a step that somebody has passed in taken once; where it fails, return one that says why and goes nowhere.

    A step that can be taken at another start is left as it is: then it is its path that says why.
    """
    if racer.is_named:
        return racer
    f = Anywhere(traced, traced.problem.traced_values(traced.values))
    try:
        _take(racer.iteration, f, traced.problem.start)
    except ProblemError as error:
        if _goes_elsewhere(racer.iteration, traced):
            return racer
        return racer.halted(str(error))
    return racer


def _take(iteration: Iteration, f: TracedFunction, start: np.ndarray) -> None:
    """Take a step, and refuse it if it fails or is none."""
    with np.errstate(all="ignore"):
        state = iteration.begin(f, start)
        iteration.advance(f, state)
        iteration.model(f, state)
    iteration.refuse_impure(f, state)


def _goes_elsewhere(iteration: Iteration, traced: TracedProblem) -> bool:
    for start, values in islice(places(traced.problem, traced.traced), 1, TRIED):
        with suppress(ProblemError):
            _take(iteration, Anywhere(traced, values), start)
            return True
    return False


def method_of(given: str | Callable[..., Any] | Path) -> Method:
    """Return the method of this name, ours or ``scipy:BFGS``; of a step function; or of a path that is there."""
    if isinstance(given, PathRecorder):
        raise ProblemError("a recorder was given as a method; give its path, recorder.path(f).")
    if isinstance(given, Path):
        return replayed(given)
    if callable(given):
        return own(given)
    scipys = {(PREFIX + name).lower(): PREFIX + name for name in NAMES}
    name = given.lower() if isinstance(given, str) else ""
    if name in METHODS:
        return METHODS[name]
    if name in scipys:
        return of_scipy(scipys[name])
    if isinstance(given, Real):
        raise ProblemError(
            f"method is {given!r:.60}; give a start of several numbers as one, such as (-1.2, 1.0)."
        )
    known = scipys.values() if name.startswith(PREFIX) else METHODS
    raise ProblemError(f"method is {given!r:.60}, which is none; {nearest(str(given), known)}")


def held(method: Method, given: Mapping[str, Any]) -> dict[str, Any]:
    """Check hyperparameters of a method that somebody has given.

    Raises
    ------
    ProblemError
        If it has none of that name, or one is no number that is finite and not negative.

    Examples
    --------
    >>> held(METHODS["bfgs"], {"line_search": "exact"})
    {'line_search': 'exact'}
    """
    found: dict[str, Any] = {}
    for name, value in given.items():
        if name == "line_search" and value is None:
            continue
        if name not in method.names:
            raise ProblemError(without(str(name), [method]))
        found[name] = _searched(value) if name == "line_search" else checked(name, value)
    return found


def without(name: str, methods: Sequence[Method]) -> str:
    """Say that none of these methods has a hyperparameter of that name, what they have, and who else has it.

    Examples
    --------
    >>> without("clipping", [METHODS["newton"]])
    "newton has no hyperparameter 'clipping', only line_search; sophia has it."
    >>> without("rate", [METHODS["newton"], METHODS["trust-region"]])
    "none of newton, trust-region has a hyperparameter 'rate', only line_search, radius; gradient-descent, silver, \
    barzilai-borwein and 12 more have it, see hw.methods()."
    """
    known = list(dict.fromkeys(own for method in methods for own in method.names))
    owners = [other.name for other in METHODS.values() if name in other.names]
    first, *rest = dict.fromkeys(method.name for method in methods)
    who = f"none of {', '.join([first, *rest])} has a" if rest else f"{first} has no"
    what = f"{who} hyperparameter {name!r:.40}"
    if not owners:
        return f"{what}; {nearest(name, known)}"
    only = f"only {', '.join(known)}" if known else "nor any other"
    others = ", ".join(owners[:NAMED])
    if len(owners) > NAMED:
        return f"{what}, {only}; {others} and {len(owners) - NAMED} more have it, see hw.methods()."
    return f"{what}, {only}; {others} {'have' if len(owners) > 1 else 'has'} it."


@contextmanager
def beside(methods: Sequence[Method]) -> Iterator[None]:
    """Say of an argument what there is beside, of the methods: it may be meant there, or be called as something there.

    Raises
    ------
    ProblemError
        In place of an `UnknownArgument` or a `ReservedArgument`.
    """
    try:
        yield
    except UnknownArgument as error:
        if any(error.name in method.names for method in methods):
            raise ProblemError(f"{error.name} was given twice, and is held already; give it once.") from None
        if any(error.name in method.names for method in METHODS.values()):
            raise ProblemError(without(error.name, methods)) from None
        known = dict.fromkeys([*error.known, *(own for method in methods for own in method.names)])
        raise UnknownArgument(error.name, error.function, known) from None
    except ReservedArgument as error:
        owner = next((method.name for method in methods if error.name in method.hyperparameters), None)
        if owner is None:
            raise
        raise ProblemError(
            f"{error.function} has an argument {error.name!r}, and so is called a hyperparameter of {owner}; rename "
            f"one of them."
        ) from None


def _searched(given: Any) -> str:
    if not isinstance(given, str) or given not in LINE_SEARCHES:
        raise ProblemError(f"line_search is {given!r:.60}; it takes {', '.join(map(repr, LINE_SEARCHES))}.")
    return given


def _racer(entered: Any, tolerance: float, line_search: str | None) -> Racer:
    pair = entered if isinstance(entered, tuple) else (entered, {})
    if len(pair) != 2 or not isinstance(pair[1], Mapping):
        raise ProblemError(f"methods has {entered!r:.60}; {EXPECTED}.")
    method = method_of(pair[0])
    given = dict(pair[1])
    seed = (
        whole_number(SEED, given.pop(SEED), 0, MOST_SEED)
        if SEED in given and SEED not in method.names
        else None
    )
    chosen, fault = _chosen(method, given)
    drawn = {} if seed is None else {SEED: seed}
    title = ", ".join([method.name, *(f"{name} {_word(value)}" for name, value in (chosen | drawn).items())])
    search = method.line_search if line_search is None else _searched(line_search)
    searches = {"line_search": search} if method.line_search else {}
    iteration = Iteration(method, {**searches, **chosen}, tolerance=tolerance)
    racer = Racer(title, iteration, chosen, is_named=isinstance(pair[0], str), seed=seed)
    return racer.halted(fault) if fault else racer


def _chosen(method: Method, given: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """Return hyperparameters that are held, and what is wrong with one that is a number, but none that it may be."""
    try:
        return held(method, given), ""
    except ProblemError as error:
        allowed: dict[str, Any] = {}
        for name, value in given.items():
            is_number = (
                isinstance(value, Real) and not isinstance(value, bool) and name in method.hyperparameters
            )
            is_kept = is_number and np.isfinite(nearest_float(value))
            allowed |= {name: nearest_float(value)} if is_kept else held(method, {name: value})
        return allowed, str(error)


def _word(value: Any) -> str:
    return value if isinstance(value, str) else number(value)
