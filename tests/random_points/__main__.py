"""Counts, by kind of case, what is right, what is left open and what is wrong of what is said of random points.

Run from the repository's root::

    python -m tests.random_points [--cases 10000] [--first 0] [--kind degenerate] [--jobs 2]
    python -m tests.random_points --seed 1234 1235

The second shows single cases. No time is asserted.
"""

from __future__ import annotations

import argparse
import os
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import numpy as np

import hesswidget as hw

from .cases import KINDS, Case, draw
from .verdict import ABSTAINED, RIGHT, WRONG, claim, verdict

CHUNK = 25


@dataclass(frozen=True)
class Outcome:
    """What came of one case."""

    seed: int
    kind: str
    truth: str
    said: str
    verdict: str


def outcome(case: Case) -> Outcome:
    """Ask for the curvature of a case; an error is wrong."""
    try:
        c = hw.curvature(case.function, case.point)
    except Exception as error:  # whatever it is, it is to be counted
        return Outcome(case.seed, case.kind, case.truth, f"{type(error).__name__}: {error}"[:80], WRONG)
    return Outcome(case.seed, case.kind, case.truth, claim(c), verdict(case, c))


def outcomes(seeds: Sequence[int], kind: str | None) -> list[Outcome]:
    """Ask for many, in this process."""
    with np.errstate(all="ignore"):
        return [outcome(draw(seed, kind)) for seed in seeds]


def show(seed: int, kind: str | None) -> None:
    """Print one case with what is said of it."""
    case = draw(seed, kind)
    print(f"\n{seed}, {case.kind}: {case.text}\npoint {case.point.tolist()}\nit is: {case.truth}")
    c = hw.curvature(case.function, case.point)
    print(
        f"said:  {claim(c)} ({verdict(case, c)})\n{c.reason}\neigenvalues {c.eigenvalues}\ngradient {c.gradient}"
    )


def table(found: Iterable[Outcome]) -> str:
    """Return the counts by kind of case, and what was wrong, commonest first."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    wrong: dict[tuple[str, str, str, str], list[int]] = defaultdict(list)
    for a in found:
        counts[a.kind][a.verdict] += 1
        if a.verdict != RIGHT:
            wrong[a.verdict, a.kind, a.truth, a.said].append(a.seed)
    total = sum(counts.values(), Counter[str]())
    lines = [f"{'kind of case':28}{RIGHT:>8}{ABSTAINED:>11}{WRONG:>8}"]
    for kind, count in [*((k, counts[k]) for k in KINDS if k in counts), ("all", total)]:
        lines.append(f"{kind:28}{count[RIGHT]:>8}{count[ABSTAINED]:>11}{count[WRONG]:>8}")
    for (what, kind, truth, said), seeds in sorted(
        wrong.items(), key=lambda a: (a[0][0] != WRONG, -len(a[1]))
    ):
        lines.append(f"{what}, {len(seeds):4} of {kind}: {truth} said to be {said}; --seed {seeds[:4]}")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0, help="the first seed (default 0)")
    parser.add_argument("--kind", choices=list(KINDS), help="of this kind alone")
    parser.add_argument(
        "--jobs", type=int, default=os.cpu_count(), help="processes (default: one for each core)"
    )
    parser.add_argument("--seed", type=int, nargs="+", help="show these cases")
    options = parser.parse_args()
    if options.seed:
        for seed in options.seed:
            show(seed, options.kind)
        return
    seeds = range(options.first, options.first + options.cases)
    chunks = [seeds[at : at + CHUNK] for at in range(0, len(seeds), CHUNK)]
    began = time.perf_counter()
    with ProcessPoolExecutor(options.jobs) as pool:
        found = [a for part in pool.map(outcomes, chunks, [options.kind] * len(chunks)) for a in part]
    print(table(found))
    print(f"{len(found)} cases in {time.perf_counter() - began:.0f} s, {options.jobs} processes")


if __name__ == "__main__":
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    main()
