"""One BLAS thread for what a live picture needs.

A BLAS that spreads small matrices over all cores waits for the slowest of them; beside a browser and a server
there is always a slow one. With both of two cores busy the median eigen-decomposition at n = 200 took 392 ms with
the default of two threads and 9.4 ms with one; on idle cores one thread costs nothing at n = 200 and 18 % at n =
300.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache

from threadpoolctl import ThreadpoolController


@cache
def _controller(_has_scipy: bool) -> ThreadpoolController:
    """Look for the libraries, which takes milliseconds (setting them takes some 20 µs): SciPy brings one of its own."""
    return ThreadpoolController()


class _Users:
    """Those who want one thread at present; jobs and questions overlap."""

    lock, count, limit = threading.Lock(), 0, ExitStack()


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Return a context in which BLAS computes in the calling thread, in the whole process, until its last user is done.

    Examples
    --------
    >>> import numpy as np
    >>> with one_blas_thread():
    ...     float(np.linalg.eigvalsh(np.eye(2))[0])
    1.0
    """
    with _Users.lock:
        _Users.count += 1
        if _Users.count == 1:
            _Users.limit.enter_context(
                _controller("scipy.linalg" in sys.modules).limit(limits=1, user_api="blas")
            )
    try:
        yield
    finally:
        with _Users.lock:
            _Users.count -= 1
            if not _Users.count:
                _Users.limit.close()
