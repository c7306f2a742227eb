"""A function and its derivatives as mathematics: what was recorded, written out with SymPy."""

from __future__ import annotations

import contextlib
import html
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hesswidget.derivatives.traced import COVERED, TracedProblem
from hesswidget.errors import ProblemError, sentence
from hesswidget.program.errors import InvalidProgram, NotRecorded
from hesswidget.program.executor import Executable
from hesswidget.program.program import Program

if TYPE_CHECKING:
    import sympy

MOST_VARIABLES = 6
MOST_STEPS = 2_000  # of a program that is written out
MOST_OPERATIONS = 120  # of an expression that is written down
SIMPLE, TIDY = 30, 400  # operations up to which an expression is simplified, or expanded and factored
SECONDS = 1.0  # about how long that may take


@dataclass(frozen=True, eq=False)
class Expressions:
    """A function of scalars with its gradient and Hessian, as SymPy's expressions.

    Attributes
    ----------
    value : sympy.Expr
    gradient : sympy.Matrix
        A column of n.
    hessian : sympy.Matrix
        n by n.
    variables, parameters : tuple of sympy.Symbol
        Real symbols; of the parameters those that move over the real numbers. The others have their present values.
    """

    value: sympy.Expr
    gradient: sympy.Matrix
    hessian: sympy.Matrix
    variables: tuple[sympy.Symbol, ...]
    parameters: tuple[sympy.Symbol, ...]

    def __str__(self) -> str:
        rows = [f"f = {_text(self.value)}"]
        names = [str(symbol) for symbol in self.variables]
        rows += [f"∂f/∂{a} = {_text(x)}" for a, x in zip(names, self.gradient, strict=True)]
        for i, a in enumerate(names):
            for j, b in enumerate(names[: i + 1]):
                rows.append(f"{second_derivative(b, a)} = {_text(self.hessian[i, j])}")
        return "\n".join(rows)

    __repr__ = __str__

    def _repr_latex_(self) -> str:
        """Show the Hessian; of a cell that is too long, that it is."""
        import sympy

        n = len(self.variables)
        cells = [
            [
                r"\text{…}" if is_long(self.hessian[i, j]) else sympy.latex(self.hessian[i, j])
                for j in range(n)
            ]
            for i in range(n)
        ]
        rows = r" \\ ".join(" & ".join(row) for row in cells)
        return rf"$\displaystyle \nabla^2 f = \begin{{bmatrix}} {rows} \end{{bmatrix}}$"


def second_derivative(one: str, other: str) -> str:
    """Name an entry of the Hessian.

    Examples
    --------
    >>> second_derivative("x", "y"), second_derivative("x", "x")
    ('∂²f/∂x∂y', '∂²f/∂x²')
    """
    return f"∂²f/∂{one}²" if one == other else f"∂²f/∂{one}∂{other}"


def is_long(expression: Any) -> bool:
    """Whether an expression is too long to be read."""
    return bool(expression.count_ops() > MOST_OPERATIONS)


def _text(expression: Any) -> str:
    if is_long(expression):
        return f"… ({expression.count_ops():,} operations)"
    return str(expression).replace("**", "^")


PRIVATE = 0xE000  # the first character that stands for nothing: names that are no words are written as one
Tree = list[Any]  # a tag of MathML, and then its children: trees, or one text


def mathml(expression: Any) -> Tree | str:
    """Write an expression as presentation MathML, as SymPy has it; of one that is too long a sentence says so.

    Examples
    --------
    >>> import sympy
    >>> mathml(sympy.Symbol("x") / 2)
    ['mrow', ['mfrac', ['mi', 'x'], ['mn', '2']]]
    """
    if is_long(expression):
        return f"a formula of {expression.count_ops():,} operations, which is too long to show"
    names = {
        chr(PRIVATE + k): symbol
        for k, symbol in enumerate(expression.free_symbols)
        if not re.fullmatch("[A-Za-z]+[0-9]*", symbol.name)
    }
    plain = expression.xreplace({symbol: symbol.func(letter, real=True) for letter, symbol in names.items()})
    return _tree(_printer()._print(plain), {letter: symbol.name for letter, symbol in names.items()})


def _printer() -> Any:
    """Return SymPy's printer, which writes cases on one line, with cases below each other."""
    from sympy import true as always
    from sympy.printing.mathml import MathMLPresentationPrinter

    class Printer(MathMLPresentationPrinter):
        def _print_Piecewise(self, expression: Any) -> Any:
            table = self.dom.createElement("mtable")
            for value, condition in expression.args:
                is_last = condition is always
                said = self.dom.createElement("mtext")
                said.appendChild(self.dom.createTextNode("otherwise" if is_last else "if\u00a0"))
                row = self.dom.createElement("mtr")
                for parts in ([self._print(value)], [said] if is_last else [said, self._print(condition)]):
                    cell = self.dom.createElement("mtd")
                    for part in parts:
                        cell.appendChild(part)
                    row.appendChild(cell)
                table.appendChild(row)
            brace, both = self.dom.createElement("mo"), self.dom.createElement("mrow")
            brace.appendChild(self.dom.createTextNode("{"))
            both.appendChild(brace)
            both.appendChild(table)
            return both

    return Printer()


def _tree(node: Any, names: Mapping[str, str]) -> Tree:
    if node.childNodes and all(child.nodeType == child.TEXT_NODE for child in node.childNodes):
        text = html.unescape(
            "".join(child.data for child in node.childNodes)
        )  # SymPy has &InvisibleTimes; there
        return [node.tagName, "−" if text == "-" else names.get(text, text)]
    elements = [child for child in node.childNodes if child.nodeType == child.ELEMENT_NODE]
    return [node.tagName, *(_tree(child, names) for child in elements)]


def expressions(traced: TracedProblem) -> Expressions:
    """Write a function and its derivatives out.

    Parameters
    ----------
    traced : TracedProblem

    Raises
    ------
    ProblemError
        If there is no SymPy, too many variables or none of them scalars, or nothing that a formula can say.

    Examples
    --------
    >>> from hesswidget.problem.problem import Problem
    >>> ranges = {"x": (0, 1), "y": (0, 1), "b": (1, 3)}
    >>> problem = Problem.over_ranges(lambda x, y, b=2.0: b * x**2 * y, None, None, ranges)
    >>> print(expressions(TracedProblem.of(problem)))
    f = b*x^2*y
    ∂f/∂x = 2*b*x*y
    ∂f/∂y = b*x^2
    ∂²f/∂x² = 2*b*y
    ∂²f/∂x∂y = 2*b*x
    ∂²f/∂y² = 0
    """
    problem = traced.problem
    n = len(problem.start)
    if n > MOST_VARIABLES:
        raise ProblemError(
            f"{problem.name} has {n} variables; a formula is written out of at most {MOST_VARIABLES}."
        )
    try:
        import sympy
    except ImportError as error:
        raise ProblemError(
            f"a formula is written by SymPy, which could not be imported ({error}): "
            f'pip install "hesswidget[symbolic]".'
        ) from error
    try:
        program = traced.record(
            lambda f, point: dict(zip(("value", "gradient", "hessian"), f.derivatives(point), strict=True)),
            point=problem.start,
        )
        return _written(traced, program, sympy)
    except (NotRecorded, InvalidProgram) as error:
        raise ProblemError(f"{problem.name} has no formula: {sentence(str(error))}") from None


def _written(traced: TracedProblem, program: Program, sympy: Any) -> Expressions:
    from hesswidget.program.sympy_arrays import arrays, symbol

    if len(program.steps) > MOST_STEPS:
        raise NotRecorded(
            f"its derivatives take {len(program.steps):,} operations; at most {MOST_STEPS:,} are written out"
        )
    variables = tuple(map(symbol, traced.problem.labels))
    parameters = tuple(map(symbol, traced.traced))
    given = {"point": variables, "parameters": parameters}
    inputs = [np.array(given[name], dtype=object).reshape(shape) for name, shape in program.inputs]
    found = Executable(program, arrays()).of_arrays(*inputs)
    outputs = dict(zip((name for name, _ in program.outputs), found, strict=True))
    outputs.pop(COVERED, None)
    tidy = _Tidy(sympy)
    n = len(variables)
    return Expressions(
        tidy(np.ravel(outputs["value"])[0]),
        sympy.Matrix([tidy(x) for x in np.ravel(outputs["gradient"])]),
        sympy.Matrix(n, n, [tidy(x) for x in np.ravel(outputs["hessian"])]),
        variables,
        parameters,
    )


class _Tidy:
    """Writes numbers exactly, and expressions as short as may be in the time there is."""

    def __init__(self, sympy: Any) -> None:
        self._sympy, self._until = sympy, time.perf_counter() + SECONDS

    def __call__(self, expression: Any) -> Any:
        from hesswidget.program.sympy_arrays import number

        sympy = self._sympy
        expression = sympy.sympify(expression)
        exact = expression.xreplace({x: number(float(x)) for x in expression.atoms(sympy.Float)})
        forms, ways = [exact], [(sympy.expand, TIDY)]
        if not exact.has(
            sympy.Float
        ):  # of measured numbers there are no factors, for which SymPy looks without end
            ways += [(sympy.factor, TIDY), (sympy.simplify, SIMPLE)]
        for form, most in ways:
            if exact.count_ops() <= most and time.perf_counter() < self._until:
                with contextlib.suppress(
                    Exception
                ):  # a form that SymPy cannot make is one less to choose from
                    forms.append(form(exact))
        return min(forms, key=lambda form: form.count_ops())
