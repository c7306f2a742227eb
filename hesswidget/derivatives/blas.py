"""One BLAS thread for what a live picture needs.

A BLAS that spreads small matrices over all cores waits for the slowest of them; beside a browser and a server
there is always a slow one. With both of two cores busy the median eigen-decomposition at n = 200 took 392 ms with
the default of two threads and 9.4 ms with one; on idle cores one thread costs nothing at n = 200 and 18 % at n =
300.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import cache
from typing import Any

from threadpoolctl import ThreadpoolController


@cache
def _controller() -> ThreadpoolController:
    return ThreadpoolController()  # looking for the libraries takes milliseconds, setting them some 20 µs


def one_blas_thread() -> AbstractContextManager[Any]:
    """Return a context in which BLAS computes in the calling thread, in the whole process.

    Examples
    --------
    >>> import numpy as np
    >>> with one_blas_thread():
    ...     float(np.linalg.eigvalsh(np.eye(2))[0])
    1.0
    """
    return _controller().limit(limits=1, user_api="blas")
