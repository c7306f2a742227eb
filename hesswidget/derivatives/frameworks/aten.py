"""Functions of PyTorch as tapes: ``make_fx`` traces them without changes in place, and their operators become steps.

What is traced is never differentiated by PyTorch, which has been wrong about it; only what it computes is taken.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from hesswidget.derivatives.branches.questions import TRUTH, WHOLE, Question
from hesswidget.derivatives.frameworks.answers import Answers, Stopped
from hesswidget.derivatives.frameworks.aten_rules import RULES
from hesswidget.derivatives.frameworks.tape import Ref, Tape, Writer
from hesswidget.errors import ProblemError
from hesswidget.user_code import Place, place_now

LIBRARY = "PyTorch"
AGREE = 1e-6  # relative: what the function itself rounds to float32 differs by less, what it draws by more


def traced(
    function: Callable[..., Any], shapes: Sequence[tuple[int, ...]], answers: Answers
) -> tuple[Tape, Any]:
    """Trace a function of arrays of these shapes; its tape, and what it returned when it was traced.

    Raises
    ------
    ProblemError
        If something in it has no rule.
    """
    torch = sys.modules["torch"]
    examples = [torch.ones(shape, dtype=torch.float64) for shape in shapes]
    graph, returned = _graph(function, examples, answers)
    writer = Writer(LIBRARY, len(shapes))
    return writer.tape([_written(writer, graph)]), returned


def check(
    played: Callable[..., Any], function: Callable[..., Any], shapes: Sequence[tuple[int, ...]]
) -> None:
    """Compare what is played with what the function computes, at a place where it was not traced.

    Raises
    ------
    ProblemError
        If the function is not what was traced when it is called again.
    """
    torch = sys.modules["torch"]
    numbers = np.random.default_rng(0)
    place = [np.asarray(numbers.normal(size=shape)) for shape in shapes]
    with torch.no_grad(), in_64_bits(), np.errstate(all="ignore"):
        try:
            theirs = function(*map(torch.from_numpy, place))
        except Exception:  # outside its domain a function may raise what it likes
            return
        if not isinstance(theirs, torch.Tensor):
            return
        theirs, ours = theirs.detach().numpy(), played(*place)
    scale = max(1.0, float(np.max(np.abs(theirs), initial=0.0)))
    if not np.allclose(ours, theirs, rtol=AGREE, atol=AGREE * scale, equal_nan=True):
        raise ProblemError(
            "what PyTorch traced of it differs from what it computes: it draws random numbers, changes between its "
            "calls, or changes an array in place that something else shares. Draw outside of the function, or write it "
            "without changes in place."
        )


def in_64_bits(answers: Answers | None = None) -> Any:
    """Return a context in which PyTorch computes with float64, data and weights in float32 too, as rounded as they are.

    With it goes the line of the user's code at each call, where something is being traced, and what is answered there
    to who asks for a value.
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
            if answers is not None and (question := _question(func, args)) is not None:
                return _answered(answers, question, func, args)
            if answers is not None and func is torch.Tensor.__getitem__:
                args = args[0], _with_places(answers, args[1])
            result = func(*map(doubled, args), **named)
            return doubled(result) if isinstance(result, torch.Tensor) else result

    return Doubles()


def _question(func: Any, args: Any) -> Question | None:
    """Return what a call asks of a tensor's value, if it is one that asks."""
    torch = sys.modules["torch"]
    tensor = torch.Tensor
    if func in (tensor.__bool__, tensor.is_nonzero, torch.is_nonzero):
        return TRUTH
    if func in (tensor.__int__, tensor.__index__):
        return WHOLE
    if func is tensor.item and not args[0].is_floating_point():
        return TRUTH if args[0].dtype == torch.bool else WHOLE
    return None


def _answered(answers: Answers, question: Question, func: Any, args: Any) -> Any:
    try:
        return func(*args)  # of what depends on no argument PyTorch knows the value
    except RuntimeError:
        return answers.answer(question, args[0])


def _with_places(answers: Answers, index: Any) -> Any:
    """Return an index with numbers for the tensors that are one, which PyTorch would ask for unseen."""
    torch = sys.modules["torch"]
    if isinstance(index, tuple):
        return tuple(_with_places(answers, part) for part in index)
    is_place = (
        isinstance(index, torch.Tensor) and index.ndim == 0 and index.dtype in (torch.int64, torch.int32)
    )
    return _answered(answers, WHOLE, torch.Tensor.__index__, (index,)) if is_place else index


def _graph(function: Callable[..., Any], examples: Sequence[Any], answers: Answers) -> tuple[Any, Any]:
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
        with in_64_bits(answers):
            try:
                result = function(*arguments)
            except Stopped as stopped:
                returned.append(stopped.asked)
                return stopped.value
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
    (result,) = writer.emit(name, compute if rule else None, flat, None, _place(node), at=node.name)
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
