"""Draws altered outputs by the thousand, and lists those that held up the page, filled it, or threw.

Run from the repository's root, on a machine that does nothing else::

    python -m tests.hostile_outputs [--cases 10000] [--first 0] [--large]
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from browser.chromium import chromium
from hostile_outputs.large import BUSY, CASES, LONG
from hostile_outputs.mutations import mutated
from hostile_outputs.outputs import MADE, packed, unaltered
from hostile_outputs.watchdog import Seen, Watchdog

LONGEST, AFTER = 200, 50  # milliseconds of one block, and of one after the first picture
MOST = 300  # megabytes of a page


def is_wrong(seen: Seen) -> bool:
    """Whether the page was held up, filled, or something was thrown."""
    return seen.longest > LONGEST or seen.after > AFTER or not seen.megabytes <= MOST or bool(seen.thrown)


def say(name: str, seen: Seen) -> None:
    """Print what came of one."""
    measured = (
        f"{seen.first:.0f} and then {seen.after:.0f} ms, {seen.megabytes:.0f} MB, {seen.elements} elements"
    )
    ended = "drawn" if seen.drawn else f"{seen.sentence[:100]!r}"
    print(f"{name}: {measured}, {ended} {' '.join(seen.thrown[:2])}", flush=True)


def main() -> None:
    """Draw them."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--cases", type=int, default=200)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--large", action="store_true")
    given = parser.parse_args()
    ends: Counter[str] = Counter()
    blocks: list[float] = []
    after: list[float] = []
    memory: list[float] = []
    with chromium() as browser:
        dog = Watchdog(browser)
        for name in MADE:
            say(f"unaltered, {name}", dog.drawn(packed(unaltered(name))))
        for name, made in {**CASES, **LONG, **BUSY}.items() if given.large else ():
            say(name, dog.drawn(packed(made())))
        for seed in range(given.first, given.first + given.cases):
            name, altered = mutated(seed)
            seen = dog.drawn(packed(altered))
            if is_wrong(seen):
                say(f"{seed} ({name})", seen)
            blocks.append(seen.longest)
            memory.append(seen.megabytes)
            if seen.drawn:
                after.append(seen.after)
            ended = "drawn" if seen.drawn else "a sentence" if seen.sentence else "neither"
            ends["wrong" if is_wrong(seen) else ended] += 1
    print(dict(ends))
    figures = {"longest block, ms": blocks, "after the first picture, ms": after, "page, MB": memory}
    for name, found in figures.items():
        if found:
            print(f"{name}: median {np.median(found):.0f}, at most {max(found):.0f}")


if __name__ == "__main__":
    main()
