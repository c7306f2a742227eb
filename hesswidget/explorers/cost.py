"""`hw.cost` for notebooks: what has been measured shows itself as a live panel, also while it is being measured."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import wraps
from typing import Any, cast

from hesswidget.costs import measure
from hesswidget.costs.record import QUANTITIES, Cost, duration
from hesswidget.costs.record import memory as bytes_in_words
from hesswidget.derivatives.blas import one_blas_thread
from hesswidget.explorers.cell import publish, still
from hesswidget.explorers.job_panel import JobPanel
from hesswidget.progress import Progress


class CostPanel(JobPanel):
    """What second derivatives cost, as it is measured: made by ``hw.cost(..., wait=False)``.

    Attributes
    ----------
    cost : Cost
        What was measured; waits until all is.
    """

    kind = "cost"
    work = "measuring"

    def __init__(self) -> None:
        self._measured: Cost | None = None
        super().__init__()

    @property
    def cost(self) -> Cost:
        """See above."""
        self.wait()
        return cast(Cost, self._measured)

    def keep(self, cost: Cost) -> None:
        """Show what has been measured."""
        self._measured = cost
        self.set_trait("_found", written(cost))

    def measure(self, run: Callable[[Progress, Callable[[Cost], object]], Cost]) -> None:
        """Have it measured beside all else; ``run(progress, arrived)`` tells what there is."""
        self.start(None, lambda progress: self.keep(run(progress, self.keep)))

    def still(self) -> dict[str, str] | None:
        """See `JobPanel`."""
        return None if self._measured is None else _still(self._measured)


def written(cost: Cost) -> dict[str, Any]:
    """Write what was measured for a page: numbers, None where there are none, and their words.

    Examples
    --------
    >>> import hesswidget as hw
    >>> found = written(hw.cost("rosenbrock_n", (4,), seconds=60.0, k=2))
    >>> found["sizes"], found["computations"][0]["name"], sorted(found["computations"][0]["bytes"])
    ([4], 'gradient', ['amounts', 'fitted', 'grows', 'words'])
    """
    plain = cost.to_dict()
    in_words = {"seconds": duration, "bytes": bytes_in_words}

    def quantity(name: str, of: str) -> dict[str, Any]:
        slope = cost.slope(name, of)
        is_fitted = len(slope.sizes) > 1
        return {
            "amounts": plain[of][name],
            "words": [in_words[of](amount) for amount in getattr(cost, of)[name].tolist()],
            "grows": f"{slope}{' *' * slope.is_overhead}",
            "fitted": [[slope.sizes[0], slope.sizes[-1]], list(slope.ends)] if is_fitted else None,
        }

    return {
        "title": f"cost of {cost.function} against n, by {cost.engine}",
        "sizes": plain["sizes"],
        "computations": [
            {"name": name, "label": label, **{of: quantity(name, of) for of in QUANTITIES}}
            for name, label in cost.labels.items()
        ],
        "sentences": cost.sentences,
    }


def _still(cost: Cost) -> dict[str, str]:
    from hesswidget import figures

    return still(str(cost), figures.cost(cost))


def _show(cost: Cost) -> None:
    panel = CostPanel()
    panel.keep(cost)
    shown = panel._repr_mimebundle_()
    publish(*((_still(cost), {}) if shown is None else shown))


@wraps(measure.cost)
def cost(
    function: Any,
    /,
    sizes: Iterable[int] = measure.SIZES,
    *,
    at: Callable[[int], Any] | None = None,
    over: str | tuple[str, ...] | None = None,
    seconds: float = 20.0,
    k: int = 5,
    memory: int = 10,
    draws: int = 8,
    compiled: bool | None = None,
    progress: bool | Progress = False,
    wait: bool = True,
    **parameters: Any,
) -> Any:
    """See `hesswidget.costs.measure.cost`; in a notebook what it returns shows itself live."""
    shared: dict[str, Any] = {"at": at, "over": over, "seconds": seconds}
    shared |= {"k": k, "memory": memory, "draws": draws, "compiled": compiled}
    if wait:
        found = measure.cost(function, sizes, progress=progress, **shared, **parameters)
        return replace(found, shows=_show)
    survey, notes = measure.begun(function, sizes, **shared, parameters=parameters)

    def run(report: Progress, arrived: Callable[[Cost], object]) -> Cost:
        with one_blas_thread():
            return replace(survey.measured(report, notes, arrived), shows=_show)

    panel = CostPanel()
    panel.measure(run)
    return panel
