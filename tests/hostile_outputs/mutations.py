"""Random alterations of an output: a few places of it become something else that looks like what is expected there."""

from __future__ import annotations

import base64
import copy
import random
from typing import Any

import numpy as np

from hostile_outputs.outputs import MADE, Content, original

SMALL = [0, -1, 1, 2, 3, 7, 8, 9, 17, 64, 65, 0.5, 1e-300]
NUMBERS = [*SMALL, 1000, 1024, 4096, 2**16, 2**20, 2**24, 2**31, 2**53, -(2**31), 1e300]
NAMES = ["", "x", "value", "frame", "scan", "map", "eigh", "levels", "range", "choice"]
TEXTS = [*NAMES, "__proto__", "constructor", "<b>", "x" * 5000, "\x00", "\ud7ff"]
OTHERS = [None, True, False, [], {}, [[]], {"base64": ""}, {"kind": "range"}]
COPIES = [2, 3, 10, 100, 1000]


def mutated(seed: int) -> tuple[str, Content]:
    """Return the name of an output, and what became of it by one to six alterations."""
    chance = random.Random(seed)
    name = chance.choice(sorted(MADE))
    content = original(name)
    for _ in range(chance.randint(1, 6)):
        parent, key = _place(content, chance)
        if parent is not None:
            parent[key] = _other(parent[key], parent, chance)
    return name, content


def _place(content: Content, chance: random.Random) -> tuple[Any, Any]:
    """Go from the top down, at random, to some place; often to the end."""
    parent: Any = None
    key: Any = None
    at: Any = content
    while isinstance(at, dict | list) and at:
        if parent is not None and chance.random() < 0.08:
            break
        parent = at
        key = chance.choice(sorted(at)) if isinstance(at, dict) else chance.randrange(len(at))
        at = at[key]
    return parent, key


def _other(value: Any, parent: Any, chance: random.Random) -> Any:
    kind = chance.random()
    if kind < 0.08:
        return copy.deepcopy(chance.choice(OTHERS))
    if kind < 0.16:  # something of the same output
        siblings = list(parent.values()) if isinstance(parent, dict) else parent
        return copy.deepcopy(chance.choice(siblings))
    if isinstance(value, bool) or value is None:
        return chance.choice([True, False, None, 1])
    if isinstance(value, int | float):
        return chance.choice(
            [chance.choice(NUMBERS), value + chance.choice([-1, 1]), value * chance.choice([2, 10, 1000])]
        )
    if isinstance(value, str):
        return _bytes(value, chance) if chance.random() < 0.7 else chance.choice(TEXTS)
    if isinstance(value, list):
        return _list(value, chance)
    if isinstance(value, dict) and value:
        key = chance.choice(sorted(value))
        altered = dict(value)
        if chance.random() < 0.5:
            del altered[key]
        else:
            altered[chance.choice([*TEXTS[:8], f"{key}x"])] = value[key]
        return altered
    return copy.deepcopy(chance.choice(OTHERS))


def _list(value: list[Any], chance: random.Random) -> list[Any]:
    kind = chance.random()
    if not value or kind < 0.15:
        return [chance.choice(NUMBERS) for _ in range(chance.randint(0, 9))]
    if kind < 0.4:
        return value * chance.choice(COPIES)
    if kind < 0.6:
        return value[: chance.randrange(len(value))]
    if kind < 0.8:
        return chance.sample(value, len(value))
    return [*value, chance.choice(value)]


def _bytes(value: str, chance: random.Random) -> str:
    """Other float64, where the text writes some; other characters, where not."""
    try:
        data = np.frombuffer(base64.b64decode(value, validate=True), "<f8").copy()
    except ValueError:
        return value[: chance.randrange(len(value) + 1)] + chance.choice(TEXTS)
    kind = chance.random()
    if kind < 0.4 and len(data):
        data[chance.randrange(len(data))] = chance.choice([*NUMBERS, np.nan, np.inf, -np.inf])
    elif kind < 0.7:
        data = np.tile(data, chance.choice(COPIES))
    else:
        data = data[: chance.randint(0, len(data))]
    return base64.b64encode(data[: 2**21].tobytes()).decode()
