"""`hw.cost` for notebooks: what has been measured shows itself as a live panel, also while it is being measured."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import wraps
from typing import Any, cast

import anywidget
import traitlets

from hesswidget import bundle
from hesswidget.costs import measure
from hesswidget.costs.record import QUANTITIES, Cost, duration
from hesswidget.costs.record import memory as bytes_in_words
from hesswidget.derivatives.blas import one_blas_thread
from hesswidget.explorers.cell import publish, still
from hesswidget.explorers.front_end import FrontEnd, reference
from hesswidget.explorers.jobs import Job, Jobs
from hesswidget.explorers.layout import Layout
from hesswidget.explorers.questions import is_identifier
from hesswidget.progress import Progress
from hesswidget.user_code import summary

KIND = "cost"
_log = logging.getLogger(__name__)


class CostPanel(anywidget.AnyWidget):
    """What second derivatives cost, as it is measured: made by ``hw.cost(..., wait=False)``.

    Attributes
    ----------
    cost : Cost
        What was measured; waits until all is.
    """

    _esm = bundle.loader()
    _front_end = traitlets.Instance(FrontEnd, read_only=True).tag(sync=True, to_json=reference)
    _view = traitlets.Unicode(KIND, read_only=True).tag(sync=True)
    _cost = traitlets.Dict(read_only=True).tag(sync=True)
    _progress = traitlets.Dict(read_only=True).tag(sync=True)  # empty where nothing is under way

    def __init__(self) -> None:
        self._found: Cost | None = None
        self._failure: Exception | None = None
        self._jobs = Jobs(self._told)
        self.set_trait("_front_end", FrontEnd.present())
        super().__init__()
        self.on_msg(self._receive)

    @traitlets.default("layout")
    def _guarded_layout(self) -> Layout:
        return Layout()

    @property
    def cost(self) -> Cost:
        """See above."""
        self._jobs.wait()
        if self._failure is not None:
            raise self._failure
        return cast(Cost, self._found)

    def cancel(self) -> None:
        """Stop measuring, and keep what there is."""
        self._jobs.cancel()

    def keep(self, cost: Cost) -> None:
        """Show what has been measured."""
        self._found = cost
        self.set_trait("_cost", written(cost))

    def measure(self, run: Callable[[Progress, Callable[[Cost], object]], Cost]) -> None:
        """Have it measured beside all else; ``run(progress, arrived)`` tells what there is."""
        self.set_trait("_progress", {"share": 0.0, "words": "begins"})

        def body(job: Job) -> None:
            try:
                self.keep(run(job.report, self.keep))
            except Exception as error:  # nobody is there to meet it
                _log.warning("measuring ended", exc_info=error)
                self._failure = error
                self.set_trait(
                    "_cost", {**self._cost, "sentences": [f"Measuring ended early: {summary(error)}"]}
                )
            finally:
                self.set_trait("_progress", {})

        self._jobs.start(KIND, None, KIND, body)

    def set_state(self, sync_data: Any) -> None:
        """Refuse what a page sets."""

    def _told(self, _: str, progress: dict[str, Any]) -> None:
        self.set_trait("_progress", {"share": progress["share"], "words": progress["words"]})

    def _receive(self, _: Any, content: Any, __: Any) -> None:
        """Stop where a page says so; and send a page the front end that does not find it."""
        kind = content.get("kind") if isinstance(content, Mapping) else None
        if kind == "cancel":
            self.cancel()
        elif kind == "front_end" and is_identifier(content.get("id")):
            self.send({"id": content["id"], "packed": bundle.packed()})

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """Show the widget; and where there is none, the figure of what there is, or its table."""
        shown = super()._repr_mimebundle_(**kwargs)
        if shown is None or self._found is None:
            return shown
        data, metadata = shown
        return {**data, **_still(self._found)}, metadata


def written(cost: Cost) -> dict[str, Any]:
    """Write what was measured for a page: numbers, None where there are none, and their words.

    Examples
    --------
    >>> import hesswidget as hw
    >>> found = written(hw.cost("rosenbrock_n", (4, 8), seconds=60.0, k=2))
    >>> found["sizes"], found["computations"][0]["name"], sorted(found["computations"][0]["bytes"])
    ([4, 8], 'gradient', ['amounts', 'fitted', 'grows', 'words'])
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


def _showing_itself(cost: Cost) -> Cost:
    def show() -> None:
        panel = CostPanel()
        panel.keep(cost)
        shown = panel._repr_mimebundle_()
        publish(*((_still(cost), {}) if shown is None else shown))

    return replace(cost, show=show)


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
        return _showing_itself(measure.cost(function, sizes, progress=progress, **shared, **parameters))
    survey, notes = measure.begun(function, sizes, **shared, parameters=parameters)

    def run(report: Progress, arrived: Callable[[Cost], object]) -> Cost:
        with one_blas_thread():
            return _showing_itself(survey.measured(report, notes, arrived))

    panel = CostPanel()
    panel.measure(run)
    return panel
