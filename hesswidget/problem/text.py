"""Text as a function: ``"x**2*y - a*y**3"``, read by a whitelist of Python's own syntax tree, and never run.

What may stand in it: numbers; names; ``+ - * / % **`` and brackets; comparisons, ``and``, ``or``, ``not`` and ``a if
c else b`` (of which both sides are computed, as `numpy.where` does); the functions and constants of
`hesswidget.problem.formula`. All numbers are float64. Anybody may have written the text: it is bounded before it is
parsed, what is parsed is walked without recursion, and each step that comes out is a row of our own table.
"""

from __future__ import annotations

import ast
import functools
import keyword
import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from hesswidget.errors import ProblemError, nearest
from hesswidget.problem.controls import FORMULA
from hesswidget.problem.formula import (
    CONSTANTS,
    FUNCTIONS,
    OPERATORS,
    Formula,
    Operation,
    Steps,
    Value,
    shortened,
)

MOST_CHARACTERS = 2_000
MOST_NODES = 1_000
MOST_DEEP = 50
MOST_SIGNS = 10  # in a row
LONGEST_WORD = 40
MOST_KNOWN = 32  # texts of one function that are read once

_TOKEN = re.compile(
    r"(?P<number>(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<name>[^\W\d]\w*)"
    r"|(?P<mark>\*\*|//|<=|>=|==|!=|[-+*/%(),<>])"
)
_WORDS = {"if", "else", "and", "or", "not", "True", "False"}
_ADVICE = {
    "^": "write ** for powers",
    "=": "write the right-hand side alone, or == to compare",
    "[": "there are no vectors and lists in a formula; write a function in Python, or names such as x1 and x2",
    ".": "write a function's name alone, such as sin(x)",
    "!": "write gamma(n + 1) for a factorial, != for unequal",
    "|": "write abs(x) for an absolute value, or for a choice",
    "&": "write and",
    "~": "write not",
    "@": "write * to multiply",
    "√": "write sqrt(x)",
    "∞": "write a number",
    "≤": "write <=",
    "≥": "write >=",
    "≠": "write !=",
    "÷": "write /",
    ":": "write a if c else b for a function in pieces",
    **dict.fromkeys("×·⋅∙", "write *"),
    **dict.fromkeys("−–—", "write -"),
    **dict.fromkeys("\"'`", "there is no text within a formula"),
    **{power: f"write **{n}" for n, power in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")},
}
_BINARY = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Mod: "%", ast.Pow: "**"}
_COMPARISONS = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="}

Emit = Callable[..., Value]


def formula(text: str, over: Any, given: Mapping[str, Any]) -> Formula:
    """Return the function that a text is.

    Parameters
    ----------
    text : str
    over : str or tuple of str or None
        Which names are the variables, if not x, y and z (`hesswidget.problem.formula.sorted_names`).
    given : dict
        What is known of arguments, by name; a parameter starts in the middle of its range. A name among them means the
        argument, also where it is that of a function or a constant else.

    Raises
    ------
    ProblemError
        With what cannot be read, and its column, if the text is no formula.

    Examples
    --------
    >>> f = formula("x**2*y - a*y**3", None, {"a": (0, 4)})
    >>> f
    Formula('x**2*y - a*y**3', (x, y, a=2.0))
    >>> float(f(3.0, 1.0)), float(f(3.0, 1.0, a=1.0))
    (7.0, 8.0)
    >>> formula("2x + y", None, {})
    Traceback (most recent call last):
      ...
    hesswidget.errors.ProblemError: '2x + y' is no formula: between '2' and 'x' there is no *; write 2*x (column 2).
    """
    names = [over] if isinstance(over, str) else list(over) if isinstance(over, tuple | list | set) else []
    line, steps, result = _read(text, {*names, *given})
    stated = [name for name in names if name in given]  # is a variable, whether it stands in the text or not
    declared = stated if len(stated) == len(names) else None
    return Formula.of(line, steps, result, over, given, repr(line), declared)


@dataclass(frozen=True, eq=False)
class Rewritable:
    """A function whose formula is an argument: one of the same names, of which some may not stand in it.

    Attributes
    ----------
    first : Formula
        Which says the names, and what it is where nothing else is said.

    Examples
    --------
    >>> f = Rewritable(formula("x**2 + a*y", None, {}))
    >>> float(f(x=3.0, y=1.0, a=2.0)), float(f(x=3.0, y=1.0, a=2.0, **{FORMULA: "a*x"}))
    (11.0, 6.0)
    >>> f.in_one_line("b*x")
    Traceback (most recent call last):
      ...
    hesswidget.errors.ProblemError: 'b*x' names 'b'; this explorer has x, y, a.
    """

    first: Formula
    _of: Callable[[str], Formula] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_of", functools.lru_cache(MOST_KNOWN)(self._read))

    def __call__(self, **named: Any) -> Any:
        """Return the value of the formula."""
        return self._of(named.pop(FORMULA, self.first.text))(**named)

    def in_one_line(self, text: str) -> str:
        """Return a text in one line; raise `ProblemError` where it is no formula of these names."""
        return self._of(text).text

    def _read(self, text: str) -> Formula:
        first = self.first
        if text == first.text:
            return first
        names = [*first.variables, *first.parameters]
        line, steps, result = _read(text, set(names))
        for name in steps.names:
            if name not in names:
                raise ProblemError(
                    f"{shortened(line, 60)!r} names {name!r}; this explorer has {', '.join(names)}."
                )
        return Formula(line, first.variables, first.parameters, steps, steps.number(result), repr(line))


def _read(text: str, names: set[Any]) -> tuple[str, Steps, Value]:
    """Return a text in one line, the steps that it is, and their result."""
    if len(text) > MOST_CHARACTERS:
        raise ProblemError(
            f"the formula {shortened(text[:80], 40)!r} has {len(text):,} characters; it may have {MOST_CHARACTERS:,}. "
            f"Write a function in Python."
        )
    line = " ".join(text.split())
    return (line, *_Reader(line, names).read())


@dataclass(frozen=True)
class _Part:
    """How a node is read: what stands in it, and what becomes of the values of these."""

    node: ast.expr
    children: tuple[ast.expr, ...]
    emit: Emit


class _Reader:
    """Reads one formula."""

    def __init__(self, line: str, given: set[Any]) -> None:
        self.line, self.given, self.steps = line, given, Steps()

    def refuse(self, message: str, start: int, *, advice: str = "") -> NoReturn:
        """Say what is wrong, and where."""
        excerpt = self.line if len(self.line) <= 60 else f"…{self.line[max(start - 20, 0) : start + 30]}…"
        advice = f"; {advice}" if advice else ""
        raise ProblemError(f"{excerpt!r} is no formula: {message}{advice} (column {start + 1}).")

    def read(self) -> tuple[Steps, Value]:
        self._scan()
        try:
            tree = ast.parse(self.line, mode="eval")
        except SyntaxError as error:
            column = error.offset if error.lineno == 1 and error.offset else len(self.line) + 1
            self.refuse(f"{error.msg:.80}", min(column - 1, len(self.line)))
        except (ValueError, MemoryError, RecursionError, OverflowError):
            self.refuse("Python's parser gives up on it", 0)
        return self.steps, self._walk(tree.body)

    def _scan(self) -> None:
        """Look at the text itself, before it is parsed: at every character, and how deep brackets are nested."""
        if not self.line:
            raise ProblemError(
                "the formula is empty; write one such as 'x**2 + y**2', or a name of hw.gallery."
            )
        at, depth, signs = 0, 0, 0
        before, was_value = "", False  # the token before, and whether it ends a value
        while at < len(self.line):
            if self.line[at] == " ":
                at += 1
                continue
            match = _TOKEN.match(self.line, at)
            if match is None:
                self._character(at)
            token = match[0]
            if match["name"]:
                self._word(token, at)
            is_value = bool(match["number"]) or (
                bool(match["name"]) and token not in _WORDS - {"True", "False"}
            )
            opens = token == "(" and not (before.isidentifier() and before not in _WORDS)
            if (
                match["name"]
                and before[-1:].isdigit()
                and self.line[at - 1] == before[-1]
                and token in _WORDS
            ):
                self.refuse(
                    f"{token!r} touches {shortened(before, 20)!r}", at, advice="put a space between them"
                )
            if was_value and (is_value or opens):
                left, right = "(…)" if before == ")" else before, "(…)" if token == "(" else token
                self.refuse(
                    f"between {before!r:.40} and {token!r:.40} there is no *",
                    at,
                    advice=f"write {left}*{right}",
                )
            if match["number"] and not math.isfinite(float(token.replace("_", ""))):
                self.refuse(f"{shortened(token, 20)} is larger than any float64", at)
            depth += (token == "(") - (token == ")")
            signs = signs + 1 if token in ("+", "-", "not") else 0
            if depth > MOST_DEEP:
                self.refuse(f"brackets are nested more than {MOST_DEEP} deep", at)
            if signs > MOST_SIGNS:
                self.refuse(f"more than {MOST_SIGNS} signs follow each other", at)
            before, was_value = token, is_value or token == ")"
            at = match.end()

    def _character(self, at: int) -> NoReturn:
        character = self.line[at]
        before = self.line[at - 1 : at]
        if character == "." and (before.isalnum() or before in ")]"):
            self.refuse(
                "'.' leads into an object", at, advice="write a function's name alone, such as sin(x)"
            )
        known = "[" if character in "[]{}" else character
        shown = repr(character) if character.isprintable() else f"the character {ord(character):#06x}"
        self.refuse(f"{shown} does not belong here", at, advice=_ADVICE.get(known, ""))

    def _word(self, word: str, at: int) -> None:
        for i, character in enumerate(word):
            if not f"a{character}".isidentifier():
                self._character(at + i)
        plain = unicodedata.normalize("NFKC", word)  # as Python takes names
        if len(word) > LONGEST_WORD or len(plain) > LONGEST_WORD:
            self.refuse(f"a name has more than {LONGEST_WORD} characters", at)
        if plain.startswith("_"):
            self.refuse(f"the name {word!r} does not start with a letter", at)
        if keyword.iskeyword(plain) and word not in _WORDS:
            self.refuse(f"{word!r} is a word of Python's own", at, advice="call it otherwise")

    def _walk(self, root: ast.expr) -> Value:
        """Read a tree from its leaves up, without recursion."""
        pending: list[tuple[ast.expr | _Part, int]] = [(root, 0)]
        values: list[Value] = []
        nodes = 0
        while pending:
            node, depth = pending.pop()
            if isinstance(node, _Part):
                count = len(node.children)
                operands = values[len(values) - count :]
                del values[len(values) - count :]
                values.append(self._checked(node.emit(*operands), node.node))
                continue
            nodes += 1
            if nodes > MOST_NODES:
                raise ProblemError(
                    f"the formula has more than {MOST_NODES:,} parts; write a function in Python."
                )
            if depth > MOST_DEEP:
                self.refuse(f"it is nested more than {MOST_DEEP} deep", self._column(node))
            part = self._part(node)
            pending.append((part, depth))
            for i, child in reversed(list(enumerate(part.children))):
                is_chain = i == 0 and isinstance(node, ast.BinOp) and not isinstance(node.op, ast.Pow)
                pending.append((child, depth if is_chain else depth + 1))  # a long sum is not deep
        return values[0]

    def _checked(self, value: Value, node: ast.expr) -> Value:
        if isinstance(value, float) and not math.isfinite(value):
            what = "is no real number" if math.isnan(value) else "is infinite, or beyond float64"
            self.refuse(f"{self._shown(node)} {what}", self._column(node))
        return value

    def _column(self, node: ast.expr) -> int:
        """Return where a node starts, in characters; the tree counts bytes."""
        return len(self.line.encode()[: node.col_offset].decode(errors="ignore"))

    def _shown(self, node: ast.expr) -> str:
        written = self.line.encode()[node.col_offset : node.end_col_offset].decode(errors="ignore")
        return shortened(written, 40)

    def _part(self, node: ast.expr) -> _Part:
        steps = self.steps
        if isinstance(node, ast.Constant) and isinstance(node.value, bool | int | float):
            constant = node.value if isinstance(node.value, bool) else float(node.value)
            return _Part(node, (), lambda: constant)
        if isinstance(node, ast.Name):
            value = self._name(node)
            return _Part(node, (), lambda: value)
        if isinstance(node, ast.BinOp) and type(node.op) in _BINARY:
            return _Part(node, (node.left, node.right), self._of_numbers(OPERATORS[_BINARY[type(node.op)]]))
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return _Part(node, (node.operand,), self._of_numbers(OPERATORS["negative"]))
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.UAdd):
            return _Part(node, (node.operand,), steps.number)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return _Part(node, (node.operand,), lambda c: steps.emit(OPERATORS["not"], steps.condition(c)))
        if isinstance(node, ast.Compare) and all(type(op) in _COMPARISONS for op in node.ops):
            marks = [_COMPARISONS[type(op)] for op in node.ops]
            return _Part(node, (node.left, *node.comparators), lambda *values: self._compared(marks, values))
        if isinstance(node, ast.BoolOp):
            mark = "and" if isinstance(node.op, ast.And) else "or"
            return _Part(node, tuple(node.values), lambda *values: self._joined(mark, values, node))
        if isinstance(node, ast.IfExp):
            children = (node.test, node.body, node.orelse)
            return _Part(node, children, lambda c, x, y: self._chosen(c, x, y))
        if isinstance(node, ast.Call):
            return self._call(node)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.FloorDiv):
            self.refuse("// does not belong here", self._column(node), advice="write floor(x/y)")
        if isinstance(node, ast.Tuple):
            self.refuse("a comma stands between two formulas", self._column(node), advice="write one")
        self.refuse(f"{self._shown(node)!r} does not belong here", self._column(node))

    def _name(self, node: ast.Name) -> Value:
        name = node.id
        if name not in self.given:
            if name in CONSTANTS:
                return CONSTANTS[name]
            if name in FUNCTIONS:
                self.refuse(f"{name} is a function", self._column(node), advice=f"write {name}(x)")
            if name in ("inf", "nan"):
                self.refuse(f"{name} is no finite number", self._column(node))
        return self.steps.argument(name)

    def _call(self, node: ast.Call) -> _Part:
        function, column = node.func, self._column(node)
        if not isinstance(function, ast.Name):
            self.refuse(f"{self._shown(function)!r} is no function", column, advice="write * to multiply")
        name = function.id
        if name not in FUNCTIONS:
            near = (
                "" if len(name) == 1 or name in self.given or name in CONSTANTS else nearest(name, FUNCTIONS)
            )
            is_near = near.startswith("did you mean")
            self.refuse(
                f"there is no function {name!r}",
                column,
                advice=near if is_near else f"write {name}*(…) to multiply",
            )
        if node.keywords or any(isinstance(argument, ast.Starred) for argument in node.args):
            self.refuse(f"{name} takes numbers alone", column)
        operation, count = FUNCTIONS[name], len(node.args)
        if count < operation.least or (operation.most is not None and count > operation.most):
            takes = {1: "one number", 2: "two numbers"}.get(operation.most or 0, "two numbers or more")
            self.refuse(f"{name} takes {takes}, and got {count}", column)
        return _Part(node, tuple(node.args), self._of_numbers(operation))

    def _of_numbers(self, operation: Operation) -> Emit:
        return lambda *values: self.steps.emit(operation, *map(self.steps.number, values))

    def _compared(self, marks: list[str], values: tuple[Value, ...]) -> Value:
        numbers = [self.steps.number(value) for value in values]
        pairs = zip(marks, numbers, numbers[1:], strict=False)
        return self._all("and", [self.steps.emit(OPERATORS[mark], x, y) for mark, x, y in pairs])

    def _joined(self, mark: str, values: tuple[Value, ...], node: ast.expr) -> Value:
        conditions = [self.steps.condition(value) for value in values]
        if any(condition is not value for condition, value in zip(conditions, values, strict=True)):
            self.refuse(
                f"{mark} stands between numbers",
                self._column(node),
                advice=f"compare them: x > 0 {mark} y > 0",
            )
        return self._all(mark, conditions)

    def _all(self, mark: str, conditions: list[Value]) -> Value:
        result = conditions[0]
        for condition in conditions[1:]:
            result = self.steps.emit(OPERATORS[mark], result, condition)
        return result

    def _chosen(self, condition: Value, one: Value, other: Value) -> Value:
        one, other = self.steps.number(one), self.steps.number(other)
        return self.steps.emit(OPERATORS["where"], self.steps.condition(condition), one, other)
