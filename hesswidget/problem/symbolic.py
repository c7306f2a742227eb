"""SymPy's expressions as functions: each node of an expression becomes a step of a formula. SymPy is never imported."""

from __future__ import annotations

import keyword
import math
from collections.abc import Callable, Mapping
from typing import Any

from hesswidget.errors import ProblemError
from hesswidget.problem import text
from hesswidget.problem.formula import FUNCTIONS, OPERATORS, Formula, Steps, Value, shortened

_SAME_NAME = """sin cos tan sec csc cot asin acos atan atan2 sinh cosh tanh asinh acosh atanh exp log Abs sign floor
    ceiling erf erfc gamma loggamma digamma Mod Min Max""".split()
_COMPARISONS = {
    "StrictLessThan": "<",
    "LessThan": "<=",
    "StrictGreaterThan": ">",
    "GreaterThan": ">=",
    "Equality": "==",
    "Unequality": "!=",
}
_UNEVALUATED = {"Derivative", "Integral", "Sum", "Product", "Limit", "Subs"}

Emit = Callable[..., Value]


def is_symbolic(function: Any) -> bool:
    """Whether something is SymPy's, or of a class derived from one of SymPy's.

    Examples
    --------
    >>> is_symbolic("x**2"), is_symbolic(math.sin)
    (False, False)
    """
    kinds = function.__mro__ if isinstance(function, type) else type(function).__mro__
    return any(map(_is_sympys, kinds))


def _is_sympys(kind: type) -> bool:
    return str(kind.__module__).partition(".")[0] == "sympy"


def formula(expression: Any, over: Any, given: Mapping[str, Any]) -> Formula:
    """Return the function that an expression of SymPy is, of its free symbols.

    Parameters
    ----------
    expression : sympy.Expr or sympy.Lambda
        The arguments of a ``Lambda`` are its variables.
    over : str or tuple of str or None
        Which symbols are the variables, if not x, y and z (`hesswidget.problem.formula.sorted_names`).
    given : dict
        What is known of arguments, by name; a parameter starts in the middle of its range.

    Raises
    ------
    ProblemError
        If something in it has no meaning for real numbers, or none that is known here.
    """
    declared: tuple[str, ...] | None = None
    body = expression
    if type(expression).__name__ == "Lambda":
        declared, body = tuple(str(symbol) for symbol in expression.variables), expression.expr
    is_scalar = hasattr(body, "free_symbols") and not getattr(body, "is_Matrix", False)
    if isinstance(body, type) or not is_scalar or getattr(body, "is_Relational", False):
        raise _not_a_function(body)
    steps, result = _read(body)
    written = str(body)
    made = Formula.of(written, steps, result, over, given, None, declared)
    return Formula.of(written, steps, result, over, given, _as_text(written, made, over, given), declared)


def _not_a_function(body: Any) -> ProblemError:
    what = f"{body!s:.60} is SymPy's {body.__name__ if isinstance(body, type) else type(body).__name__}"
    return ProblemError(f"{what}, and no expression; give one such as x**2 + sin(y).")


def _as_text(written: str, made: Formula, over: Any, given: Mapping[str, Any]) -> str | None:
    """Return Python for the formula, where SymPy writes it as text that is read as a formula of the same arguments."""
    try:
        read = text.formula(written, over, dict.fromkeys(made.steps.names) | dict(given))
    except ProblemError:
        return None
    return (
        read.expression
        if (read.variables, {*read.parameters}) == (made.variables, {*made.parameters})
        else None
    )


def _read(root: Any) -> tuple[Steps, Value]:
    """Read an expression from its leaves up, without recursion; what occurs twice is read once."""
    steps = Steps()
    known: dict[Any, Value] = {}
    symbols: dict[str, Any] = {}
    pending = [root]
    while pending:
        node = pending[-1]
        if node in known:
            pending.pop()
            continue
        missing = [child for child in _children(node) if child not in known]
        if missing:
            pending.extend(missing)
            continue
        pending.pop()
        if getattr(node, "is_Symbol", False):
            known[node] = steps.argument(_name(node, symbols))
        else:
            known[node] = _value(node, [known[child] for child in _children(node)], steps)
    return steps, steps.number(known[root])


def _children(node: Any) -> tuple[Any, ...]:
    kind = type(node).__name__
    if getattr(node, "is_Symbol", False):
        return ()
    if kind in _UNEVALUATED:
        raise _unknown(node)
    if kind == "Piecewise":
        return tuple(part for pair in node.args for part in pair.args)
    if kind == "Heaviside":
        return tuple(node.args[:1])  # its value at zero does not matter to derivatives
    return tuple(node.args)


def _name(symbol: Any, symbols: dict[str, Any]) -> str:
    name = str(symbol.name)
    if not name.isidentifier() or keyword.iskeyword(name) or name.startswith("__"):
        raise ProblemError(
            f"the symbol {name!r:.60} has a name that no argument of a Python function can have; call it otherwise."
        )
    if symbols.setdefault(name, symbol) != symbol:
        raise ProblemError(
            f"two different symbols are called {name!r:.60}, which SymPy tells apart by their assumptions; "
            f"define it once."
        )
    return name


def _value(node: Any, operands: list[Value], steps: Steps) -> Value:
    kind = type(node).__name__
    if kind in ("BooleanTrue", "BooleanFalse"):
        return kind == "BooleanTrue"
    if not node.args and getattr(node, "is_extended_real", False):
        return _number(node)
    if kind not in (*_COMPARISONS, "And", "Or", "Not") and any(o in (math.inf, -math.inf) for o in operands):
        raise ProblemError(f"{shortened(str(node), 60)} has an infinity in it, and is no real number.")
    if kind in ("Add", "Mul"):
        return _joined("+" if kind == "Add" else "*", [steps.number(o) for o in operands], steps)
    if kind == "Pow":
        return _power(operands[0], operands[1], steps)
    if kind in _COMPARISONS:
        return steps.emit(OPERATORS[_COMPARISONS[kind]], *map(steps.number, operands))
    if kind in ("And", "Or"):
        return _joined(kind.lower(), [steps.condition(o) for o in operands], steps)
    if kind == "Not":
        return steps.emit(OPERATORS["not"], steps.condition(operands[0]))
    if kind == "ITE":
        return _pieces([operands[1], operands[0], operands[2], True], steps)
    if kind == "Piecewise":
        return _pieces(operands, steps)
    if kind == "polygamma" and operands[0] == 0.0:
        return steps.emit(FUNCTIONS["digamma"], operands[1])
    if kind == "sinc":  # SymPy's is sin(x)/x, NumPy's sin(πx)/(πx)
        return steps.emit(FUNCTIONS["sinc"], steps.emit(OPERATORS["/"], operands[0], math.pi))
    if kind == "Heaviside":
        return steps.emit(FUNCTIONS["heaviside"], operands[0])
    if kind in _SAME_NAME and _is_sympys(type(node)):
        if kind in ("Min", "Max") and len(operands) == 1:
            return operands[0]
        return steps.emit(FUNCTIONS[kind], *map(steps.number, operands))
    raise _unknown(node)


def _unknown(node: Any) -> ProblemError:
    kind = type(node).__name__
    advice = " Evaluate it first, with .doit()." if kind in _UNEVALUATED else ""
    return ProblemError(
        f"{shortened(str(node), 60)} is SymPy's {kind:.40}, which has no meaning here in real numbers.{advice}"
    )


def _number(node: Any) -> float:
    if getattr(node, "is_infinite", False):
        return float(node)  # SymPy's integrals ask whether x < oo
    try:
        number = float(node)
    except (TypeError, OverflowError):
        number = math.inf
    if not math.isfinite(number):
        raise ProblemError(f"{shortened(str(node), 40)} in the expression is no finite float64.")
    return number


def _joined(mark: str, operands: list[Value], steps: Steps) -> Value:
    result = operands[0]
    for operand in operands[1:]:
        result = steps.emit(OPERATORS[mark], result, operand)
    return result


def _power(base: Value, exponent: Value, steps: Steps) -> Value:
    base, exponent = steps.number(base), steps.number(exponent)
    if exponent == 0.5:
        return steps.emit(FUNCTIONS["sqrt"], base)
    if exponent == -1.0:
        return steps.emit(OPERATORS["/"], 1.0, base)
    return steps.emit(OPERATORS["**"], base, exponent)


def _pieces(operands: list[Value], steps: Steps) -> Value:
    """Return the value of the first piece whose condition holds; NaN where none does."""
    result: Value = math.nan
    for value, condition in zip(operands[-2::-2], operands[::-2], strict=True):
        value = steps.number(value)
        result = (
            value
            if condition is True
            else steps.emit(OPERATORS["where"], steps.condition(condition), value, result)
        )
    return result
