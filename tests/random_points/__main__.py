"""Counts, by kind of case, what is right, what is left open and what is wrong of what is said of random points.

Run from the repository's root::

    python -m tests.random_points [--cases 10000] [--first 0] [--kind degenerate] [--jobs 2]
    python -m tests.random_points --tables [--cases 300]
    python -m tests.random_points --gallery [--cases 1000]
    python -m tests.random_points [--tables] --seed 1234 1235

The second counts tables of critical points, the third the gallery's degenerate points, moved; the fourth shows single
cases. No time is asserted.
"""

from __future__ import annotations

import argparse
import functools
import os
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import numpy as np

import hesswidget as hw

from . import cases, moved, tables
from .verdict import ABSTAINED, RIGHT, WRONG, claim, verdict

CHUNK = 10  # cases that a process takes at a time


@dataclass(frozen=True)
class Outcome:
    """What came of one case: of a point what it is and what is said of it, of a table what is wrong with it."""

    seed: int
    kind: str
    verdict: str
    finding: str


def of_point(seed: int, kind: str | None) -> Outcome:
    """Ask for the curvature of a case; an error is wrong."""
    case = cases.draw(seed, kind)
    try:
        c = hw.curvature(case.function, case.point)
    except Exception as error:  # whatever it is, it is to be counted
        return Outcome(seed, case.kind, WRONG, f"{type(error).__name__}: {error}"[:80])
    return Outcome(seed, case.kind, verdict(case, c), f"{case.truth} said to be {claim(c)}")


def of_table(seed: int, kind: str | None) -> Outcome:
    """Ask for the critical points of a landscape; an error is wrong."""
    landscape = tables.draw(seed, kind)
    try:
        return Outcome(seed, landscape.kind, *tables.verdict(landscape, tables.found(landscape)))
    except Exception as error:  # whatever it is, it is to be counted
        return Outcome(seed, landscape.kind, WRONG, f"{type(error).__name__}: {error}"[:80])


def of_moved(seed: int, kind: str | None) -> Outcome:
    """Move a degenerate point of the gallery; an error is wrong."""
    kind = kind or list(moved.POINTS)[seed % len(moved.POINTS)]
    try:
        known, said = moved.claims(seed, kind)
    except Exception as error:  # whatever it is, it is to be counted
        return Outcome(seed, kind, WRONG, f"{type(error).__name__}: {error}"[:80])
    return Outcome(seed, kind, RIGHT if said == known else WRONG, f"{known} said to be {said}")


def outcomes(
    of: Callable[[int, str | None], Outcome], seeds: Iterable[int], kind: str | None
) -> list[Outcome]:
    """Ask for many, in this process."""
    with np.errstate(all="ignore"):
        return [of(seed, kind) for seed in seeds]


def show_point(seed: int, kind: str | None) -> None:
    """Print one case with what is said of it."""
    case = cases.draw(seed, kind)
    print(f"\n{seed}, {case.kind}: {case.text}\npoint {case.point.tolist()}\nit is: {case.truth}")
    c = hw.curvature(case.function, case.point)
    print(
        f"said:  {claim(c)} ({verdict(case, c)})\n{c.reason}\neigenvalues {c.eigenvalues}\ngradient {c.gradient}"
    )


def show_table(seed: int, kind: str | None) -> None:
    """Print one landscape with its table."""
    landscape = tables.draw(seed, kind)
    low, high = np.array(list(landscape.ranges.values())).T
    print(f"\n{seed}, {landscape.kind}: {landscape.text}\nin {landscape.ranges}\nit has:")
    for place, truth in zip(landscape.points, landscape.truths, strict=True):
        print(f"    {truth} at {(low + (high - low) * place).tolist()}")
    table = tables.found(landscape)
    print(f"said: {tables.verdict(landscape, table)}\n{table}")


def report(found: Iterable[Outcome]) -> str:
    """Return the counts by kind of case, and what was not right, commonest first."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    faults: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for a in found:
        counts[a.kind][a.verdict] += 1
        if a.verdict != RIGHT:
            faults[a.verdict, a.kind, a.finding].append(a.seed)
    kinds = [kind for kind in (*cases.KINDS, *tables.KINDS, *moved.POINTS) if kind in counts]
    counts["all"] = sum(counts.values(), Counter[str]())
    lines = [f"{'kind of case':28}{RIGHT:>8}{ABSTAINED:>11}{WRONG:>8}"]
    lines += [
        f"{kind:28}{counts[kind][RIGHT]:>8}{counts[kind][ABSTAINED]:>11}{counts[kind][WRONG]:>8}"
        for kind in dict.fromkeys([*kinds, "all"])
    ]
    for (what, kind, finding), seeds in sorted(faults.items(), key=lambda a: (a[0][0] != WRONG, -len(a[1]))):
        lines.append(f"{what}, {len(seeds):4} of {kind}: {finding}; --seed {' '.join(map(str, seeds[:4]))}")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0, help="the first seed (default 0)")
    parser.add_argument("--kind", help=f"of this kind alone: {', '.join([*cases.KINDS, *tables.KINDS])}")
    counted = parser.add_mutually_exclusive_group()
    counted.add_argument(
        "--tables", action="store_true", help="tables of critical points in place of single points"
    )
    counted.add_argument("--gallery", action="store_true", help="the gallery's degenerate points, moved")
    parser.add_argument(
        "--jobs", type=int, default=os.cpu_count(), help="processes (default: one for each core)"
    )
    parser.add_argument("--seed", type=int, nargs="+", help="show these cases")
    options = parser.parse_args()
    for seed in options.seed or ():
        (show_table if options.tables else show_point)(seed, options.kind)
    if options.seed:
        return
    seeds = range(options.first, options.first + options.cases)
    chunks = [seeds[at : at + CHUNK] for at in range(0, len(seeds), CHUNK)]
    of = of_table if options.tables else of_moved if options.gallery else of_point
    asked = functools.partial(outcomes, of, kind=options.kind)
    began = time.perf_counter()
    with ProcessPoolExecutor(options.jobs) as pool:
        found = [a for part in pool.map(asked, chunks) for a in part]
    print(report(found))
    print(f"{len(found)} cases in {time.perf_counter() - began:.0f} s, {options.jobs} processes")


if __name__ == "__main__":
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    main()
