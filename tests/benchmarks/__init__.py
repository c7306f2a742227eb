"""Measurements, run by hand: they report times and assert none.

Run from the repository's root with ``python -m tests.benchmarks.<name>``. The browser harness lives in `tests`, which
only pytest puts on the path by itself.
"""

import sys
from pathlib import Path

_TESTS = str(Path(__file__).parent.parent)
if _TESTS not in sys.path:
    sys.path.insert(0, _TESTS)
