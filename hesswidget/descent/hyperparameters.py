"""What hyperparameters are called, what they are, and how far their sliders go."""

from __future__ import annotations

from dataclasses import dataclass

from hesswidget.problem.controls import Range


@dataclass(frozen=True)
class Hyperparameter:
    """What it is, and how far its slider goes."""

    meaning: str
    minimum: float
    maximum: float
    logarithmic: bool = False

    def control(self, name: str) -> Range:
        """Return its slider."""
        step = 0.05 if self.logarithmic else (self.maximum - self.minimum) / 200
        return Range(name, self.minimum, self.minimum, self.maximum, step, logarithmic=self.logarithmic)


HYPERPARAMETERS: dict[str, Hyperparameter] = {
    "rate": Hyperparameter("the length of a step, in gradients", 1e-4, 10.0, True),
    "momentum": Hyperparameter("the share of its velocity that it keeps", 0.0, 0.999),
}
