"""The explorer of regularization: a model is trained again under each slider, beside what it is without any of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from inspect import signature
from numbers import Real
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import traitlets

from hesswidget.critical.points import CriticalPoint
from hesswidget.derivatives.objective import Objective
from hesswidget.derivatives.traced import TracedProblem
from hesswidget.descent.outcome import REASONS
from hesswidget.descent.race import Racer, freed, racers, tried
from hesswidget.descent.scipys import PREFIX
from hesswidget.errors import ProblemError
from hesswidget.explorers.abbreviations import plain, value_widgets
from hesswidget.explorers.hyperparameter_controls import control_of
from hesswidget.explorers.moment import Moment
from hesswidget.explorers.questions import Answer, Parameters, Point, Question, Truth
from hesswidget.explorers.regularized import (
    SECONDS_AT_REST,
    SECONDS_MOVING,
    RegularizedFrames,
    is_whole,
)
from hesswidget.explorers.replay import ProgramSet
from hesswidget.explorers.shell import Explorer
from hesswidget.explorers.view import Context
from hesswidget.models.data import Samples
from hesswidget.models.model import Model, a_model
from hesswidget.precision import not_negative, whole_number
from hesswidget.problem.arguments import keywords
from hesswidget.problem.controls import Control, Fixed, Range, abbreviated, between
from hesswidget.problem.problem import Problem
from hesswidget.second_derivative_test.tolerances import Tolerances
from hesswidget.training.decay import DECAY
from hesswidget.training.regularization import (
    BATCH,
    REGULARIZERS,
    STEPS,
    WAYS,
    decay_control,
)
from hesswidget.training.solution import DECAYS, Grid, classes_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

USUAL = {"rate": 0.05, "momentum": 0.9}
START = 1e-3  # of weight decay, where the model has none of its own
MOST_STEPS = 20_000
MOST_SAMPLES = 500  # that are drawn


class RegularizeView:
    """The view of `regularize`; see `hesswidget.explorers.view.View`.

    Parameters
    ----------
    context : Context
    racer : Racer
        The method.
    model : Model
    steps : int
    call : dict
    """

    kind: ClassVar[str] = "regularize"
    function: ClassVar[str] = "regularize"
    traits: ClassVar[tuple[str, ...]] = ("_regularization",)

    def __init__(
        self, context: Context, racer: Racer, model: Model, steps: int, call: Mapping[str, str]
    ) -> None:
        self._context, self._model, self.call = context, model, call
        self.computation = RegularizedFrames(
            context.problem, context.tolerances, context.recorded, racer, model, steps
        )
        self.questions = (
            Question(
                self.computation.name,
                self._trained,
                {"parameters": Parameters(), "moving": Truth()},
                {"point": Point()},
            ),
        )

    def programs(self, traced: TracedProblem) -> ProgramSet:
        """Record how trainings begin and go on, and what is shown of their ends."""
        return ProgramSet(traced, self.computation.programs(traced), {})

    def _trained(self, parameters: Mapping[str, Any], moving: bool, point: np.ndarray) -> Answer:
        """Return both trainings, cut short while something moves."""
        arrays = self.computation.trained(point, parameters, SECONDS_MOVING if moving else SECONDS_AT_REST)
        return Answer.of(arrays, exact=is_whole(arrays, parameters) or not moving)

    def figure(self, moment: Moment, *, critical: Iterable[CriticalPoint] = ()) -> Figure:
        """Draw what the model says, how it was trained, eigenvalues before and after, and the evidence."""
        from hesswidget import figures

        with self._context.lock:
            arrays = self.computation.trained(moment.point, moment.parameters, SECONDS_AT_REST)
        return figures.regularize(
            arrays, self._model, self.computation.grid, title=moment.name, parameters=moment.listed
        )


class RegularizeExplorer(Explorer):
    """An `Explorer` of regularization; made by `regularize`.

    Attributes
    ----------
    point : ndarray, shape (n,)
        Where both trainings start.
    trained : dict of ndarray
        What is shown at the present state, computed on demand; see
        `hesswidget.explorers.regularized.RegularizedFrames.trained`.
    """

    _regularization = traitlets.Dict(read_only=True).tag(sync=True)
    _view: Any  # a RegularizeView

    @property
    def trained(self) -> dict[str, np.ndarray]:
        """What is shown at the present state, computed on demand."""
        with self._lock:
            found: dict[str, np.ndarray] = self._view.computation.trained(self.point, self._settings)
        return found


def regularize(
    model: Any,
    start: Any = None,
    /,
    *,
    method: Any = "heavy-ball",
    engine: str | None = None,
    parameters: Mapping[str, Any] | None = None,
    view: Mapping[str, Any] | None = None,
    **abbreviations: Any,
) -> RegularizeExplorer:
    """Train a model again under each slider of what regularizes it, beside the same training without.

    The page trains, for as many steps as the slider ``steps`` says, and shows what the model says of its inputs, the
    losses of the samples for the fit and for the test, the Hessian's eigenvalues before and after, and the evidence of
    the weight decay, whose maximum is marked on its slider: MacKay's fixed point, of the loss as a quadratic function
    about the solution, exact of linear regression.

    Parameters
    ----------
    model : Model
        One of `hesswidget.models`, or one of your own, ``hw.models.model(...)``.
    start : dict or array_like, optional
        The weights where both trainings start; by default the model's own.
    method : str or pair
        One of `hesswidget.methods`, or a pair such as ``("adam", {"rate": 0.01})``, whose hyperparameters are held.
    engine : {"browser", "kernel"}, optional
        As for `hesswidget.explore`.
    parameters : dict, optional
        Where sliders start that are not to start at their defaults, such as ``w.parameters``.
    view : dict, optional
        How it is looked at first, such as ``w.view``.
    **abbreviations
        As for `hesswidget.explore`, of the sliders: ``weight_decay``, c of ``c / 2 · |w|²``; ``hessian_trace`` and
        ``frobenius``, penalties on ``tr H`` and on the sum of squares of H; ``gradient_penalty`` on ``|∇f|²``;
        ``input_noise`` and ``label_noise``; ``radius`` of SAM; ``batch``, how many samples a step is taken on; and
        ``steps``, by default up to 1,000: fewer stop early. And the method's own, ``rate`` and ``momentum``.

    Returns
    -------
    RegularizeExplorer

    Raises
    ------
    ProblemError
        If it is no model, its loss is not finite at the start, the method takes no steps one by one, a range may become
        negative, or as for `hesswidget.explore`.

    Notes
    -----
    The eigenvalues are those of the loss with its weight decay, which adds c to each, exactly, where nothing else
    moves. Other penalties and noise move the solution and are in no eigenvalue. Of more than 64 weights the trace and
    the norm are estimated by 16 random vectors, always the same ones. The evidence and the effective dimension
    ``Σ λ / (λ + c)`` are those of the Gauss–Newton matrix.

    Examples
    --------
    >>> import hesswidget as hw
    >>> w = regularize(hw.models.linear_regression("plane"), weight_decay=0.1)
    >>> found = w.trained
    >>> (found["eigenvalues"] - found["plain_eigenvalues"]).round(9).tolist()
    [0.1, 0.1, 0.1]
    """
    trained = a_model(model)
    given = plain(abbreviations)
    _refuse_penalty(given.pop("l2", None))
    read, free = freed(racers(method, 0.0), abbreviations)
    entered = read[0]
    if entered.method.name.startswith(PREFIX) or len(read) > 1:
        raise ProblemError(
            f"method is {method!r:.60}; it takes one of hw.methods(), which goes step by step."
        )
    if entered.seed is not None:
        raise ProblemError(f"{entered.title} was given; here samples are drawn in one order. Leave seed out.")
    own = {name: given.pop(name) for name in (*_names(free),) if name in given}
    unpenalized = 0.0 if _own_penalty(trained) else _own_penalty(trained)
    problem = Problem.over_ranges(
        trained,
        start,
        None,
        {**given, "l2": Fixed("l2", unpenalized)},
        (*keywords(regularize), *_names(free)),
    )
    value, slope, _ = Objective(problem).derivatives_or_nan(problem.start)
    if not (np.isfinite(value) and np.isfinite(slope).all()):
        what = "the gradient of " if np.isfinite(value) else ""
        raise ProblemError(f"{what}{problem.name} is not finite at the start; give a start where it is.")
    samples = len(trained.train)
    controls: dict[str, Control] = {DECAY: _decay(own.get(DECAY), trained)}
    controls |= {name: _amount(name, own.get(name)) for name in REGULARIZERS}
    controls |= {BATCH: _count(BATCH, own.get(BATCH), samples, samples)}
    controls |= {STEPS: _count(STEPS, own.get(STEPS), 1000, MOST_STEPS)}
    for name, each in free.items():
        usual = USUAL.get(name) if method == "heavy-ball" else None
        controls[name] = control_of(name, each, own.get(name, usual))
    problem = problem.beside(controls).starting_at(parameters or {})
    steps = round(_slider(controls[STEPS]).maximum)
    entered = tried(entered, TracedProblem.of(problem))
    if entered.fault:
        raise ProblemError(entered.fault)
    call = {"method": entered.code}
    made = partial(RegularizeView, racer=entered, model=trained, steps=steps, call=call)
    explorer = RegularizeExplorer(problem, Tolerances(), engine, value_widgets(abbreviations), made, view)
    explorer.set_trait("_regularization", _described(trained, explorer._view.computation.grid, steps))
    return explorer


def _names(free: Iterable[str]) -> tuple[str, ...]:
    return (DECAY, *REGULARIZERS, BATCH, STEPS, *free)


def _own_penalty(model: Model) -> Any:
    """Return where the model's own penalty starts: the very object, by which a call knows what it need not say."""
    return signature(model.outer).parameters["l2"].default


def _refuse_penalty(given: Any) -> None:
    value = given.value if isinstance(given, Fixed) else given
    if value is not None and value != 0:
        raise ProblemError(
            f"l2 is {value!r:.40}; here it is the slider weight_decay: give weight_decay={value!r:.40}."
        )


def _decay(given: Any, model: Model) -> Control:
    usual = decay_control(float(_own_penalty(model)) or START)
    if given is None:
        return usual
    if isinstance(given, Real) and not isinstance(given, bool):
        value = not_negative(DECAY, given)
        return decay_control(value) if value > 0 else between(DECAY, 0.0, 0.1).starting_at(0.0)
    return _slider(abbreviated(DECAY, given, usual.value))


def _amount(name: str, given: Any) -> Control:
    usual = REGULARIZERS[name].control(name)
    if given is None:
        return usual
    if isinstance(given, Real) and not isinstance(given, bool):
        value = not_negative(name, given)
        return usual.reaching(value).starting_at(value)
    return _slider(abbreviated(name, given, 0.0))


def _count(name: str, given: Any, usual: int, most: int) -> Control:
    """Return a slider over whole numbers, which programs take as any number."""
    if most == 1:
        return Fixed(name, float(whole_number(name, 1 if given is None else given, 1, 1)))
    if given is None or isinstance(given, int | np.integer):
        count = usual if given is None else whole_number(name, given, 1, most)
        last = most if name == BATCH else max(count, 2)
        return between(name, 1.0, float(last), 1.0).starting_at(float(count))
    control = _slider(abbreviated(name, given, None))
    low, high = control.minimum, control.maximum
    if not (low >= 1 and high <= most and float(low).is_integer() and float(high).is_integer()):
        raise ProblemError(
            f"{name} was given {given!r:.60}; it takes whole numbers from 1 to {most:,}, such as (1, {usual})."
        )
    value = control.value if isinstance(given, Range) else high
    return replace(control, value=float(round(value)), integer=False, step=1.0, logarithmic=False)


def _slider(control: Control) -> Range:
    """Return the slider of what is never negative; what is held would be in the training without, too."""
    if not isinstance(control, Range):
        raise ProblemError(
            f"{control.name} takes (min, max), or a number where its slider starts; it cannot be fixed, since it is "
            f"compared with the training without."
        )
    if control.minimum < 0:
        raise ProblemError(f"{control.name} may become {control.minimum:g}; it is not negative.")
    return replace(control, integer=False, value=float(control.value))


def _described(model: Model, grid: Grid, steps: int) -> dict[str, Any]:
    """Describe what is trained to the front end."""
    return {
        "ways": [list(parts) for parts in WAYS],
        "parts": {name: each.part for name, each in REGULARIZERS.items()},
        "meanings": {name: each.said(model.blocks.size) for name, each in REGULARIZERS.items()},
        "samples": len(model.train),
        "tested": 0 if model.test is None else len(model.test),
        "steps": steps,
        "kind": grid.kind,
        "ends": grid.ends.tolist(),
        "size": grid.size,
        "outputs": classes_of(model),
        "are_classes": model.loss_function.is_of_classes,
        "decays": DECAYS.tolist(),
        "reasons": [REASONS[status] for status in sorted(REASONS)],
        "train": _drawn(model, model.train, grid),
        "test": _drawn(model, model.test, grid),
    }


def _drawn(model: Model, samples: Samples | None, grid: Grid) -> dict[str, Any]:
    """Return the samples that are drawn: with their inputs where there are axes for these."""
    if samples is None:
        return {"inputs": [], "targets": []}
    targets = model.loss_function.read(samples, model.data)[:MOST_SAMPLES]
    inputs = np.empty((len(targets), 0)) if grid.kind == "samples" else samples.inputs[:MOST_SAMPLES]
    return {"inputs": inputs.tolist(), "targets": targets.reshape(len(targets), -1).tolist()}
