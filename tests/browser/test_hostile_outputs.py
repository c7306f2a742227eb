"""Outputs that a stranger has altered, or made to ask for more than a page has: a picture or a sentence, and no more.

How long a page can do nothing else, and how much it holds, is counted by ``python -m tests.hostile_outputs``.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

import hesswidget as hw
from hesswidget.problem.limits import LIMITS
from hostile_outputs.large import CASES
from hostile_outputs.mutations import mutated
from hostile_outputs.outputs import MADE, packed, unaltered
from hostile_outputs.watchdog import Seen, Watchdog

ELEMENTS = 3_000  # of a page: ours have some hundreds
MEGABYTES = 300
SEEDS = [*range(40), 6076, 9810]  # and a map and flows that lack what they are made of


@pytest.fixture(scope="module")
def watchdog(browser: Browser) -> Iterator[Watchdog]:
    dog = Watchdog(browser)
    yield dog
    dog.close()


def check(seen: Seen) -> None:
    assert seen.thrown == []  # a page that froze or crashed is among these
    assert seen.elements < ELEMENTS
    assert seen.megabytes < MEGABYTES


@pytest.mark.parametrize("name", MADE)
def test_what_nobody_has_altered_is_drawn(watchdog: Watchdog, name: str) -> None:
    seen = watchdog.draw(packed(unaltered(name)))
    check(seen)
    assert seen.drawn
    assert seen.sentence == ""


@pytest.mark.parametrize("name", CASES)
def test_what_asks_for_too_much_does_not_get_it(watchdog: Watchdog, name: str) -> None:
    check(watchdog.draw(packed(CASES[name]())))


@pytest.mark.parametrize("seed", SEEDS)
def test_what_was_altered_at_random_is_a_picture_or_a_sentence(watchdog: Watchdog, seed: int) -> None:
    check(watchdog.draw(packed(mutated(seed)[1])))


def test_a_page_draws_all_that_python_takes(watchdog: Watchdog) -> None:
    def most(x, y, text="", choice=0, label=0):
        return x**2 + y**2

    most.__name__ = "m" * 5_000
    choices = [str(k) for k in range(LIMITS.choices)]
    labels = {"l" * 3 * LIMITS.text: 1, "other": 2}
    text = "t" * LIMITS.text
    w = hw.explore(most, x=(-1, 1), y=(-1, 1), text=text, choice=choices, label=labels)
    seen = watchdog.draw(w._snapshot()._saved(thorough=False, seconds=0.1))
    check(seen)
    assert (seen.drawn, seen.sentence) == (True, "")
    names = [f"a{k}" for k in range(LIMITS.parameters + 1)]
    with pytest.raises(hw.ProblemError, match="has 251 parameters"):
        hw.explore(lambda x, **a: x**2 + a["a0"], x=(-1, 1), **dict.fromkeys(names, (0.0, 1.0)))
    with pytest.raises(hw.ProblemError, match="a name of 200 characters"):
        hw.explore(lambda x, **a: x**2, x=(-1, 1), **{"a" * LIMITS.name: (0.0, 1.0)})
