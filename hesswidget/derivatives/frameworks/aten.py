"""Functions of PyTorch as tapes: ``make_fx`` traces them without changes in place, and their operators become steps.

What is traced is never differentiated by PyTorch, which has been wrong about it; only what it computes is taken.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from hesswidget.derivatives.frameworks.aten_rules import RULES
from hesswidget.derivatives.frameworks.tape import Ref, Tape, Writer
from hesswidget.errors import ProblemError
from hesswidget.user_code import Place, place_now

LIBRARY = "PyTorch"
AGREE = 1e-6  # relative: what the function itself rounds to float32 differs by less, what it draws by more


def traced(function: Callable[..., Any], shapes: Sequence[tuple[int, ...]]) -> tuple[Tape, Any]:
    """Trace a function of arrays of these shapes; its tape, and what it returned when it was traced.

    Raises
    ------
    ProblemError
        If something in it has no rule, or it is not what was traced when it is called again.
    """
    torch = sys.modules["torch"]
    graph, returned = _graph(function, [torch.ones(shape, dtype=torch.float64) for shape in shapes])
    writer = Writer(LIBRARY, len(shapes))
    tape = writer.tape([_written(writer, graph)])
    if isinstance(returned, torch.Tensor):
        _check(tape, function, shapes)
    return tape, returned


def _check(tape: Tape, function: Callable[..., Any], shapes: Sequence[tuple[int, ...]]) -> None:
    """Compare what was traced with what the function computes, at a place where it was not traced."""
    torch = sys.modules["torch"]
    numbers = np.random.default_rng(0)
    place = [np.asarray(numbers.normal(size=shape)) for shape in shapes]
    with torch.no_grad(), in_64_bits(), np.errstate(all="ignore"):
        theirs = function(*map(torch.from_numpy, place)).detach().numpy()
        (ours,) = tape(*place)
    scale = max(1.0, float(np.max(np.abs(theirs), initial=0.0)))
    if not np.allclose(ours, theirs, rtol=AGREE, atol=AGREE * scale, equal_nan=True):
        raise ProblemError(
            "what PyTorch traced of it differs from what it computes: it draws random numbers, changes between its "
            "calls, or changes an array in place that something else shares. Draw outside of the function, or write it "
            "without changes in place."
        )


def in_64_bits() -> Any:
    """Return a context in which PyTorch computes with float64, data and weights in float32 too, as rounded as they are.

    With it goes the line of the user's code at each call, where something is being traced.
    """
    torch = sys.modules["torch"]
    from torch.fx import traceback
    from torch.overrides import TorchFunctionMode

    def doubled(x: Any) -> Any:
        if isinstance(x, torch.Tensor):
            return x.double() if x.is_floating_point() and x.dtype != torch.float64 else x
        return type(x)(map(doubled, x)) if type(x) in (list, tuple) else x

    class Doubles(TorchFunctionMode):
        def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            if place := place_now():
                traceback.set_stack_trace([f"{place.number} {place.path}"])
            named = {name: doubled(x) for name, x in (kwargs or {}).items()}
            result = func(*map(doubled, args), **named)
            return doubled(result) if isinstance(result, torch.Tensor) else result

    return Doubles()


def _graph(function: Callable[..., Any], examples: Sequence[Any]) -> tuple[Any, Any]:
    """Let PyTorch trace; of what is not an array it is returned that it is none."""
    torch = sys.modules["torch"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about what PyTorch itself imports
        from torch._decomp import core_aten_decompositions
    from torch.func import functionalize
    from torch.fx import traceback
    from torch.fx.experimental.proxy_tensor import make_fx

    returned: list[Any] = []

    def run(*arguments: Any) -> Any:
        with in_64_bits():
            result = function(*arguments)
        returned.append(result)
        return result if isinstance(result, torch.Tensor) else torch.zeros(())

    with traceback.preserve_node_meta():
        graph = make_fx(
            functionalize(run, remove="mutations_and_views"), decomposition_table=core_aten_decompositions()
        )(*examples)
    return graph, returned[-1]


def _written(writer: Writer, graph: Any) -> Any:
    """Write the operators of a graph; return its result."""
    torch = sys.modules["torch"]
    known: dict[Any, Any] = {}
    arguments = iter(writer.arguments)

    def of(x: Any) -> Any:
        if isinstance(x, torch.fx.Node):
            return known[x]
        return [of(part) for part in x] if isinstance(x, list | tuple) else x

    for node in graph.graph.nodes:
        if node.op == "placeholder":
            known[node] = next(arguments)
        elif node.op == "get_attr":
            known[node] = _plain(getattr(graph, node.target))
        elif node.op == "output":
            return _array(of(node.args[0]))
        else:
            operands = [of(x) for x in node.args]
            known[node] = _step(writer, node, operands, {k: of(x) for k, x in node.kwargs.items()})
            if _changes_in_place(
                node.target
            ):  # what is left of those: whoever uses the first operand later means this
                known[node.args[0]] = known[node]
    return None


def _step(writer: Writer, node: Any, operands: list[Any], named: dict[str, Any]) -> Any:
    operator = node.target
    if not _has_ref([operands, list(named.values())]):
        # PyTorch itself computes what depends on no argument; on a copy, where it changes that in place.
        copied = [operands[0].clone(), *operands[1:]] if _changes_in_place(operator) else operands
        return operator(*copied, **named)
    name, rule = _rule(operator)
    keys = list(named)

    def compute(*values: Any) -> Any:
        return rule(*values[: len(operands)], **dict(zip(keys, values[len(operands) :], strict=True)))

    flat = [_array(x) for x in (*operands, *named.values())]
    (result,) = writer.emit(name, compute if rule else None, flat, None, _place(node))
    return result


def _rule(operator: Any) -> tuple[str, Any]:
    if getattr(operator, "__name__", "") == "getitem":
        return "getitem", lambda parts, k: parts[k]
    name = str(getattr(getattr(operator, "_schema", None), "name", operator)).removeprefix("aten::")
    return name, next(
        (RULES[n] for n in (name, name.removesuffix("_copy"), name.rstrip("_")) if n in RULES), None
    )


def _changes_in_place(operator: Any) -> bool:
    name = str(getattr(getattr(operator, "_schema", None), "name", ""))
    return name.endswith("_") and not name.endswith("__")


def _place(node: Any) -> Place | None:
    number, _, path = str(node.meta.get("stack_trace") or "").partition(" ")
    return Place(path, int(number)) if number.isdigit() else None


def _has_ref(x: Any) -> bool:
    return isinstance(x, Ref) or (isinstance(x, list) and any(map(_has_ref, x)))


def _plain(x: Any) -> Any:
    """Return a tensor as it is outside of a trace."""
    torch = sys.modules["torch"]
    x = torch._from_functional_tensor(x) if torch._is_functional_tensor(x) else x
    return x.detach()


def _array(x: Any) -> Any:
    """Return an operand with NumPy's arrays in place of tensors; one of real numbers as float64."""
    if isinstance(x, list):
        return [_array(part) for part in x]
    if not isinstance(x, sys.modules["torch"].Tensor):
        return x
    array = x.detach().cpu().resolve_conj().numpy()
    return array.astype(np.float64) if array.dtype.kind == "f" else array


def derivatives(
    function: Callable[..., Any], shapes: Sequence[tuple[int, ...]]
) -> Callable[..., tuple[Any, Any, Any]]:
    """Return what computes f, ∇f and ∇²f by PyTorch's own differentiation, not compiled; see `played.Played.own`."""
    torch = sys.modules["torch"]
    sizes = [int(np.prod(shape)) for shape in shapes]

    def computed(point: Any, base: Any, directions: Any) -> tuple[Any, Any, Any]:
        start, moved = torch.from_numpy(base), torch.from_numpy(directions)

        def placed(x: Any) -> Any:
            parts = torch.split(start + x @ moved, sizes)
            leaves = (part.reshape(shape) for part, shape in zip(parts, shapes, strict=True))
            with in_64_bits():
                return function(*leaves).reshape(())

        x = torch.from_numpy(np.asarray(point, dtype=float))
        # Backwards twice: torch.func, which vectorises the second time, has been wrong where this was right.
        backward = torch.autograd.functional
        results = (placed(x), backward.jacobian(placed, x), backward.hessian(placed, x))
        value, gradient, hessian = (result.detach().numpy() for result in results)
        return value, gradient, hessian

    return computed
