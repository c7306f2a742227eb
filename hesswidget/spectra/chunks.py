"""A sum of losses over chunks of data, whose Hessian is multiplied where the chunks are.

Whoever computes a chunk loads it, keeps it, and sends back sums of products alone. The sums are carried in twice the
precision of their terms, so that how chunks are dealt out does not show in the result.
"""

from __future__ import annotations

import pickle
import threading
import weakref
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import CancelledError, Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from os import PathLike, cpu_count
from typing import Any
from uuid import uuid4

import numpy as np

from hesswidget.compiled import compile as compiled_function
from hesswidget.derivatives.blas import one_blas_thread
from hesswidget.derivatives.objective import Objective
from hesswidget.errors import ProblemError, clause
from hesswidget.problem.problem import Problem
from hesswidget.spectra.operator import Operator
from hesswidget.user_code import summary
from hesswidget.wording import amount

MOST_SENDS = 3  # how often what a worker lacks is sent: one that has died leaves its chunks to others
Sum = tuple[np.ndarray, np.ndarray]  # a sum, and what rounding took from it


def add(total: Sum, term: np.ndarray) -> Sum:
    """Add to a sum without loss, but for a rounding in the second part (Knuth, 1969; Ogita, Rump & Oishi, 2005).

    Examples
    --------
    >>> one, tiny = np.ones(1), np.full(1, 1e-17)
    >>> total = add(add(add((np.zeros(1), np.zeros(1)), one), tiny), -one)
    >>> (total[0] + total[1]).tolist()
    [1e-17]
    """
    high, low = total
    found = high + term
    part = found - high
    return found, low + ((high - (found - part)) + (term - part))


@dataclass
class Held:
    """What a worker keeps of one loss: it, the point, and chunks, each ready to multiply."""

    loss: Callable[..., Any]
    at: Any
    backend: str
    parameters: Mapping[str, Any]
    ready: dict[int, tuple[Any, np.ndarray]] = field(default_factory=dict)

    def take(self, index: int, chunk: Any) -> None:
        """Load a chunk and make its products ready."""
        data = loaded(chunk)

        def part(variables: Any) -> Any:
            return self.loss(variables, data, **self.parameters)

        try:
            found: Any = compiled_function(part, self.at, backend=self.backend)
            point = found.problem.start
        except ProblemError:
            if self.backend != "numpy":
                raise
            problem = Problem.at(part, self.at, None, {})
            found, point = Objective(problem), problem.start
        self.ready[index] = found, point


def loaded(chunk: Any) -> Any:
    """Return a chunk's data: what a function returns, what lies in a file of NumPy's, or the chunk itself."""
    if callable(chunk):
        return chunk()
    if isinstance(chunk, str | PathLike):
        found = np.load(chunk, allow_pickle=False)
        return found if isinstance(found, np.ndarray) else tuple(found[name] for name in found.files)
    return chunk


_held: dict[str, Held] = {}  # by job, in this process: the newest two
_lock = threading.Lock()


def summed(job: str, indices: tuple[int, ...], vector: np.ndarray | None, sent: Any = None) -> Any:
    """Sum products, or values, of some chunks; or say what is lacking here, or what was raised. Runs in a worker.

    Parameters
    ----------
    job : str
    indices : tuple of int
        Of the chunks.
    vector : ndarray, shape (n,), or None
        None for the values.
    sent : bytes or tuple, optional
        The loss and the chunks that were lacking; within one process as they are.
    """
    held = _job(job, sent) if sent is not None else _held.get(job)
    if held is not None and sent is not None:
        for index, chunk in _opened(sent)[1].items():
            if index not in held.ready:
                try:
                    held.take(index, chunk)
                except Exception as error:
                    return "failed", index, summary(error)
    lacking = tuple(i for i in indices if held is None or i not in held.ready)
    if held is None or lacking:
        return "lacking", lacking, None
    total: Sum | None = None
    with one_blas_thread():
        for index in indices:
            derivatives, point = held.ready[index]
            try:
                term = derivatives.value(point) if vector is None else derivatives.hvp(point, vector)
            except Exception as error:
                return "failed", index, summary(error)
            term = np.atleast_1d(np.asarray(term, dtype=float))
            total = add((np.zeros_like(term), np.zeros_like(term)) if total is None else total, term)
    return "sum", *(total or ())


def _job(job: str, sent: Any) -> Held:
    """Return what is kept for a job, of which there are two at most."""
    with _lock:
        if job not in _held:
            for old in list(_held)[:-1]:
                del _held[old]
            _held[job] = Held(*_opened(sent)[0])
        return _held[job]


def _opened(sent: Any) -> Any:
    return pickle.loads(sent) if isinstance(sent, bytes) else sent


class Here(Executor):
    """Computes at once, in the thread that asks."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Compute, and return what has come of it."""
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


class Chunked:
    """Sums over chunks, by an executor.

    Parameters
    ----------
    loss : callable
        ``loss(variables, chunk, **parameters)``.
    at : array_like, dict or list
    chunks : sequence
    executor : concurrent.futures.Executor or None
    workers : int
        Among how many the chunks are dealt out.
    backend : str
    parameters : dict
    """

    def __init__(
        self,
        loss: Callable[..., Any],
        at: Any,
        chunks: Sequence[Any],
        executor: Executor | None,
        workers: int,
        backend: str,
        parameters: Mapping[str, Any],
    ) -> None:
        self._what = (loss, at, backend, dict(parameters))
        self._chunks, self._executor = list(chunks), executor or Here()
        self._job = uuid4().hex
        weakref.finalize(self, _held.pop, self._job, None)  # what is kept in this process goes with it
        self._is_one_process = executor is None or isinstance(executor, ThreadPoolExecutor)
        self._groups = [
            tuple(g.tolist()) for g in np.array_split(np.arange(len(self._chunks)), workers) if len(g)
        ]

    def value(self) -> float:
        """Return the whole loss."""
        return float(self._total(None)[0])

    def hvp(self, vector: np.ndarray) -> np.ndarray:
        """Return the whole Hessian times a vector."""
        return self._total(vector)

    def _total(self, vector: np.ndarray | None) -> np.ndarray:
        futures = [self._submit(group, vector, None) for group in self._groups]
        total: Sum | None = None
        for group, future in zip(self._groups, futures, strict=True):
            high, low = self._sum(group, vector, future)
            total = (high, low) if total is None else add((total[0], total[1] + low), high)
        assert total is not None
        return total[0] + total[1]

    def _sum(self, group: tuple[int, ...], vector: np.ndarray | None, future: Future[Any]) -> Sum:
        for _ in range(MOST_SENDS):
            try:
                kind, first, second = future.result()
            except (Exception, CancelledError) as error:
                raise ProblemError(
                    f"chunks {group[0]} to {group[-1]} have no sum, as whoever computes them is gone: "
                    f"{summary(error)}. Give another executor."
                ) from error
            if kind == "sum":
                return first, second
            if kind == "failed":
                raise ProblemError(f"chunk {first} raised {clause(second)}.")
            future = self._submit(group, vector, self._packed(first))
        raise ProblemError(
            f"chunks {group[0]} to {group[-1]} were sent {MOST_SENDS} times and not kept: workers end before they "
            f"answer."
        )

    def _submit(self, group: tuple[int, ...], vector: np.ndarray | None, sent: Any) -> Future[Any]:
        try:
            return self._executor.submit(summed, self._job, group, vector, sent)
        except Exception as error:
            raise ProblemError(
                f"the executor takes no work: {summary(error)}. Give one that is open."
            ) from error

    def _packed(self, indices: tuple[int, ...]) -> Any:
        content = (self._what, {i: self._chunks[i] for i in indices})
        return content if self._is_one_process else packed(content)


def packed(content: Any) -> bytes:
    """Return what a worker is sent: by cloudpickle, where that is installed, for functions that a notebook defines."""
    try:
        import cloudpickle as pickler
    except ImportError:
        pickler = pickle
    try:
        return bytes(pickler.dumps(content))
    except Exception as error:
        raise ProblemError(
            f"the loss or its chunks cannot be sent to workers: {summary(error)}. Define it in a module, or install "
            f"cloudpickle; threads need neither."
        ) from error


def of_chunks(
    loss: Any,
    at: Any,
    chunks: Any,
    executor: Any,
    workers: int | None,
    backend: str,
    parameters: Mapping[str, Any],
) -> Operator:
    """Return the Hessian of a sum over chunks as an operator.

    Raises
    ------
    ProblemError
        If there are no chunks, one raises, the whole loss is not finite, or the executor is none or closed.
    """
    if isinstance(chunks, np.ndarray | str | bytes | Mapping) or not isinstance(chunks, Iterable):
        raise ProblemError(
            f"data is {type(chunks).__name__}; it takes a list of chunks, such as np.array_split(X, 8), of functions "
            f"that load one, or of paths of .npy files."
        )
    held = list(chunks)
    if not held:
        raise ProblemError("data holds no chunk; give at least one.")
    if not callable(loss):
        raise ProblemError(
            f"with data, a function loss(variables, chunk) is expected; {loss!r:.60} was given."
        )
    if executor is not None and not callable(getattr(executor, "submit", None)):
        raise ProblemError(
            f"executor is {executor!r:.60}; it takes a concurrent.futures.Executor, or what has submit()."
        )
    if workers is not None and (isinstance(workers, bool) or not isinstance(workers, int) or workers < 1):
        raise ProblemError(f"workers is {workers!r:.40}; it takes a whole number above zero.")
    count = (
        workers or getattr(executor, "_max_workers", None) or (1 if executor is None else cpu_count() or 1)
    )

    name = getattr(loss, "__name__", "the loss")
    if at is None:
        raise ProblemError(f"{name} has no value for its variables; give at=, in their structure.")

    def alone(variables: Any) -> Any:
        raise NotImplementedError  # only its variables are looked at

    problem = Problem.at(alone, at, None, {})
    total = Chunked(loss, at, held, executor, int(count), backend, parameters)
    value = total.value()
    if not np.isfinite(value):
        raise ProblemError(f"{name} is {value} at the point, over all chunks; give at= where it is finite.")
    blocks = problem.blocks if problem.blocks.are_several else None
    whole = f"the Hessian of {name} over {amount(len(held), 'chunk')}"
    return Operator(whole, len(problem.start), total.hvp, None, blocks)
