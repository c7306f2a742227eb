"""Writes a program so that it reads like mathematics."""

from __future__ import annotations

from typing import Any

import numpy as np

from hesswidget.program.operations import TABLE

_INFIX = {
    "add": "+",
    "subtract": "−",
    "multiply": "·",
    "divide": "/",
    "power": "^",
    "less": "<",
    "less_equal": "≤",
    "equal": "=",
    "not_equal": "≠",
    "logical_and": "and",
    "logical_or": "or",
}
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def printed(program: Any, indent: str = "") -> str:
    """Return one line for each operation of a `hesswidget.program.program.Program`, each value with a name."""
    names = _names(program)
    shapes = program.shapes

    def written(name: str, shape: tuple[int, ...]) -> str:
        return name + (f"[{', '.join(map(str, shape))}]" if shape else "")

    lines = [f"{indent}inputs: {', '.join(written(n, s) for n, s in program.inputs) or 'none'}"]
    place = len(program.inputs) + len(program.constants)
    for step in program.steps:
        count = _results(program, step)
        made = ", ".join(names[place : place + count])
        lines.append(f"{indent}  {made} = {_step(step, names, shapes[place])}")
        if "body" in step.attributes:
            lines.append(printed(step.attributes["body"], indent + "    "))
        place += count
    lines.append(
        f"{indent}outputs: {', '.join(f'{name} = {names[number]}' for name, number in program.outputs)}"
    )
    if program.carry:
        lines.append(f"{indent}carried on: {', '.join(program.carry)}")
    return "\n".join(lines)


def _results(program: Any, step: Any) -> int:
    operands = [program.shapes[number] for number in step.operands]
    return len(TABLE[step.operation].shapes(operands, step.attributes))


def _names(program: Any) -> list[str]:
    names = [name for name, _ in program.inputs]
    names += [_constant(c) for c in program.constants]
    taken, count = set(names), 0
    while len(names) < len(program.shapes):
        turn, letter = divmod(count, len(_LETTERS))
        name = _LETTERS[letter] + (str(turn) if turn else "")
        count += 1
        if name not in taken:
            names.append(name)
    return names


def _constant(array: np.ndarray) -> str:
    if array.ndim == 0:
        return f"{array:.6g}".replace("-", "−")
    if array.size <= 4 and array.ndim == 1:
        return f"[{', '.join(f'{x:.6g}' for x in array)}]".replace("-", "−")
    return f"constant[{', '.join(map(str, array.shape))}]"


def _step(step: Any, names: list[str], shape: tuple[int, ...]) -> str:
    operands = [names[number] for number in step.operands]
    attributes = step.attributes
    if step.operation in _INFIX:
        return f" {_INFIX[step.operation]} ".join(operands)
    if step.operation == "negative":
        return f"−{operands[0]}"
    if step.operation in ("sum", "prod", "max", "min"):
        axes = attributes["axes"]
        over = f" over {', '.join(map(str, axes))}" if shape else ""
        return f"{step.operation}({operands[0]}{over})"
    if step.operation == "contract":
        return _contraction(operands, attributes)
    if step.operation in ("reshape", "broadcast"):
        return f"{step.operation}({operands[0]} to {list(shape)})"
    if step.operation in ("gather", "scatter"):
        places = attributes["places"]
        shown = ", ".join(map(str, places[:8])) + (", …" if len(places) > 8 else "")
        if step.operation == "gather":
            return f"{operands[0]}[{shown}]"
        return f"zeros({list(shape)}) with {operands[0]} at [{shown}]"
    rest = [
        f"{key}={'program below' if key == 'body' else _short(given)}" for key, given in attributes.items()
    ]
    return f"{step.operation}({', '.join([*operands, *rest])})"


def _contraction(operands: list[str], attributes: Any) -> str:
    used: dict[int, str] = {}
    for label in (*attributes["left"], *attributes["right"]):
        used.setdefault(label, "ijklmnpqrstuvw"[len(used) % 14])

    def indexed(name: str, labels: tuple[int, ...]) -> str:
        return f"{name}_{''.join(used[k] for k in labels)}" if labels else name

    left, right = (indexed(n, attributes[k]) for n, k in zip(operands, ("left", "right"), strict=True))
    summed = "".join(used[k] for k in attributes["left"] if k not in attributes["out"])
    kept = "".join(used[k] for k in attributes["out"])
    return (
        f"Σ_{summed} {left} {right}{f'  for {kept}' if kept else ''}"
        if summed
        else f"{left} {right}  for {kept}"
    )


def _short(given: Any) -> str:
    return str(list(given)) if isinstance(given, tuple | list) else str(given)
