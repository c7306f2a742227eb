"""`hesswidget.spectrum`: eigenvalues, trace, diagonal and density of a Hessian, by products alone where it is large."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from hesswidget.errors import ProblemError
from hesswidget.problem.arguments import keywords
from hesswidget.problem.problem import Problem
from hesswidget.progress import Progress, reported
from hesswidget.spectra.chunks import of_chunks
from hesswidget.spectra.operator import Operator
from hesswidget.spectra.record import Spectrum
from hesswidget.spectra.search import SECONDS, Plan, Search
from hesswidget.spectra.sources import FunctionMatrix, is_matrix, of_matrix


def spectrum(
    function: Any,
    /,
    at: Any = None,
    k: int | None = None,
    *,
    of: str = "hessian",
    data: Any = None,
    executor: Any = None,
    workers: int | None = None,
    over: str | tuple[str, ...] | None = None,
    probes: int = 8,
    steps: int = 24,
    mode: str | None = None,
    estimator: str | None = None,
    backend: str = "numpy",
    seconds: float = SECONDS,
    start: Spectrum | None = None,
    seed: int = 0,
    progress: bool | Progress = False,
    **parameters: Any,
) -> Spectrum:
    """Find out about the spectrum of a function's Hessian at a point, with two variables or with a million.

    Parameters
    ----------
    function : callable, str, LinearOperator, sparse matrix or ndarray
        A function as `hesswidget.curvature` takes it; or a symmetric matrix, or whatever multiplies vectors by one.
    at : array_like, dict or list
        The point, in the structure of the variables.
    k : int, optional
        How many eigenvalues at each end; by default 5, or all where there are fewer.
    of : {"hessian", "gauss-newton"}
        Which matrix of the function: its Hessian, or the Gauss–Newton matrix of one that says what it is made of
        (`hesswidget.composite`). The latter is the Fisher matrix where the loss is the negative logarithm of a
        likelihood in its natural parameters, as squares and cross-entropies are (Martens, 2020).
    data : sequence, optional
        Chunks of data: the function is then ``function(variables, chunk, **parameters)``, one variable of any
        structure, and its sum over all chunks is meant, which are never held together. A chunk is whatever the function
        takes; or a function without arguments that loads it, or the path of an ``.npy`` or ``.npz`` file, which whoever
        computes loads for himself.
    executor : concurrent.futures.Executor, optional
        Who computes the chunks: threads, processes, loky, mpi4py, or Dask's ``client.get_executor()``. A product sends
        one vector to each worker and brings two back. By default they are computed one after another.
    workers : int, optional
        Among how many the chunks are dealt out, where the executor does not say.
    over : str or tuple of str, optional
        Which arguments are the variables, if not those without a default.
    probes : int
        How many random vectors estimate density, trace, diagonal and norm.
    steps : int
        How many products each of them takes at most.
    mode : {"exact", "extreme", "density"}, optional
        What is computed: all eigenvalues; those at both ends, and estimates; estimates alone. By default all of up to
        1,000, where their time allows, and else the ends.
    estimator : {"hutchinson", "hutch++", "xtrace"}, optional
        Of the trace. By default Hutchinson's, whose products are those of the probes; or XTrace where the decay that
        was seen promises half its error or less, with 2 · `probes` products of its own.
    backend : {"numpy", "jax"}, optional
        What replays recorded products; see `hesswidget.compile`.
    seconds : float
        What all may take; each stage says where it ended.
    start : Spectrum, optional
        That of a point nearby, from whose eigenvectors the search for the ends begins.
    seed : int
        Of the random vectors: the same seed finds the same to the last bit.
    progress : bool or callable, optional
        True to show a bar, for which tqdm has to be installed; or a function that is called with the share that is
        done and a few words, and returns whether to go on. What was found until then is returned.
    wait : bool
        Of ``hw.spectrum`` alone: False to go on at once, with a panel that shows in a notebook what has been found so
        far, has buttons that stop it and draw more random vectors, and a slider for each parameter of the function,
        given as for `hesswidget.explore`; its ``spectrum`` waits for all.
    **parameters
        Parameters by name; or the variables, where they are several.

    Returns
    -------
    Spectrum
        It prints as a table.

    Raises
    ------
    ProblemError
        If the function is not finite at the point, the matrix is not symmetric, or k is more than n.

    Notes
    -----
    Both ends come from one Krylov space (SciPy's ``eigsh``; Lehoucq, Sorensen & Yang, 1998), the density from
    stochastic Lanczos quadrature (Lin, Saad & Yang, 2016; Ubaru, Chen & Saad, 2017; Ghorbani, Krishnan & Xiao, 2019)
    beside the eigenvectors that are known, which count exactly. To the errors of `effective_rank` and `negative_mass`,
    which no quadrature has exactly, is added how much half of its steps say otherwise. Memory is that of some
    14 k + 60 + `steps` vectors.

    Examples
    --------
    >>> import autograd.numpy as np
    >>> found = spectrum(lambda w: np.sum(np.arange(1.0, 7.0) * w**2) / 2, np.zeros(6), k=2)
    >>> found.largest.values.round(9).tolist(), round(found.trace.value, 9), found.inertia
    ([6.0, 5.0], 21.0, Inertia(positive=6, zero=0, negative=0))
    """
    a_spectrum(start)
    kept = source(function, at, parameters, Problem.at, of, data, executor, workers, over, backend)
    operator, notes = kept.at({})
    plan = Plan.read(operator, k, probes, steps, mode, estimator, seconds, seed)
    with reported(progress) as report:
        return Search(operator, plan, report, notes).spectrum(start)


class Source(NamedTuple):
    """What is to be searched: ``at(parameters)`` returns an operator, and what is to be said besides."""

    at: Callable[[Mapping[str, Any]], tuple[Operator, list[str]]]
    problem: Problem | None = None  # of a function


def source(
    function: Any,
    at: Any,
    parameters: Mapping[str, Any],
    sort: Callable[..., Problem],
    of: str,
    data: Any,
    executor: Any,
    workers: int | None,
    over: str | tuple[str, ...] | None,
    backend: str,
) -> Source:
    """Read what `spectrum` was given; `sort` is how a function and its arguments are sorted out."""
    of_functions = {"over": over is not None, "of": of != "hessian"}
    if data is None:
        refuse({"executor": executor is not None, "workers": workers is not None}, "without data")
    if data is not None:
        refuse(of_functions, "with data")
        chunks = of_chunks(function, at, data, executor, workers, backend, parameters)
        return Source(lambda _: (replace(chunks), []))
    if is_matrix(function):
        given = {"at": at is not None, **of_functions, "backend": backend != "numpy"}
        refuse({**given, **dict.fromkeys(parameters, True)}, "with a matrix")
        matrix = of_matrix(function)
        return Source(lambda _: (replace(matrix), []))
    problem = sort(function, at, over, dict(parameters), RESERVED)
    return Source(FunctionMatrix(problem, of, backend).at, problem)


def a_spectrum(given: Any) -> Spectrum | None:
    """Return what `start` was given, or refuse it."""
    if given is not None and not isinstance(given, Spectrum):
        raise ProblemError(f"start is {given!r:.40}; it takes a spectrum that hesswidget.spectrum returned.")
    return given


def refuse(given: Mapping[str, bool], why: str) -> None:
    """Refuse what is given in vain."""
    for name, is_there in given.items():
        if is_there:
            raise ProblemError(f"{name} says nothing {why}; leave it out.")


RESERVED = (*keywords(spectrum), "wait")
"""What `hw.spectrum` takes for itself, so that nobody's argument can be called so."""
