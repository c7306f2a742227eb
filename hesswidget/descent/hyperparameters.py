"""What the methods' hyperparameters are, how far sliders move them, and which values mean nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hesswidget.errors import ProblemError
from hesswidget.precision import not_negative
from hesswidget.problem.controls import Range, between


@dataclass(frozen=True)
class Hyperparameter:
    """What a hyperparameter is, whatever method has it.

    Attributes
    ----------
    meaning : str
        A short phrase.
    minimum, maximum : float
        The range of its slider, which has the default of every method.
    logarithmic : bool
        Whether the slider is.
    whole : bool
        Whether it takes whole numbers only; then none outside of its range either.
    most : float, optional
        What it may be at most, on a slider or not.
    """

    meaning: str
    minimum: float
    maximum: float
    logarithmic: bool = False
    whole: bool = False
    most: float | None = None

    def control(self, name: str) -> Range:
        """Return its slider."""
        low, high = self.minimum, self.maximum
        if self.logarithmic:
            return Range(name, low, low, high, 0.05, logarithmic=True)
        return between(name, low, high, 1.0 if self.whole else None)


HYPERPARAMETERS = {
    "rate": Hyperparameter("how far to go, in gradients", 1e-4, 10.0, logarithmic=True),
    "momentum": Hyperparameter("what is kept of the last velocity", 0.0, 0.999),
    "decay": Hyperparameter("what is kept of the last average of squares", 0.5, 0.9999, most=1.0),
    "epsilon": Hyperparameter("what keeps from zero what divides", 1e-12, 1e-2, logarithmic=True),
    "damping": Hyperparameter("how much is added to the curvature", 0.0, 10.0),
    "radius": Hyperparameter("how far around the point it looks", 1e-3, 10.0, logarithmic=True),
    "memory": Hyperparameter(
        "how many pairs of a step and the gradient's change count", 1.0, 20.0, whole=True
    ),
    "clipping": Hyperparameter(
        "the curvature's share below which steps are clipped", 1e-3, 1.0, logarithmic=True
    ),
    "share": Hyperparameter("of the first gradient, below which it is near", 1e-3, 1.0, logarithmic=True),
}


def checked(name: str, given: Any) -> float:
    """Return the value of a hyperparameter, in the table or not; refuse what is none with a sentence.

    Examples
    --------
    >>> checked("memory", 5), checked("rate", 20)
    (5.0, 20.0)
    """
    known, found = HYPERPARAMETERS.get(name), not_negative(name, given)
    if known is None:
        return found
    if known.whole and not (found.is_integer() and known.minimum <= found <= known.maximum):
        least, most = int(known.minimum), int(known.maximum)
        raise ProblemError(f"{name} is {given!r:.80}; it takes a whole number from {least} to {most}.")
    if known.most is not None and found > known.most:
        raise ProblemError(f"{name} is {given!r:.80}; it takes a number up to {known.most:g}.")
    return found
