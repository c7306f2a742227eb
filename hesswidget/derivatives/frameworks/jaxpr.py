"""Functions of JAX as tapes: ``jax.make_jaxpr`` traces them with 64-bit types, and its equations become steps.

JAX is used by its public functions and by the names of its primitives, which may change from release to release: what
has no rule is refused with its name. Calls are written out, derivative rules of the user's own (``custom_jvp``) are not
followed, and loops of a known length are unrolled unless they are long.
"""

from __future__ import annotations

import functools
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd.tracer import isbox

from hesswidget.derivatives.branches.questions import TRUTH, WHOLE
from hesswidget.derivatives.completion.definition import getval_deep
from hesswidget.derivatives.control_flow import scan
from hesswidget.derivatives.frameworks import arrays
from hesswidget.derivatives.frameworks.answers import Answers, Asked, Stopped
from hesswidget.derivatives.frameworks.jax_rules import LIBRARY_CALLS, SEVERAL, with_params
from hesswidget.derivatives.frameworks.tape import Ref, Tape, Writer
from hesswidget.derivatives.recorder import is_recorded
from hesswidget.errors import ProblemError
from hesswidget.user_code import Place, is_users

LIBRARY = "JAX"
MOST_UNROLLED = (
    400  # equations of a loop, all its steps together; what is longer is a scan, where that is possible
)
MOST_TURNS = 10_000  # of a loop whose end depends on values

Body = Callable[..., Any]


def in_64_bits() -> Any:
    """Return a context in which JAX computes with float64 in this thread."""
    jax = sys.modules["jax"]
    return jax.enable_x64(True) if hasattr(jax, "enable_x64") else jax.experimental.enable_x64(True)


def traced(
    function: Callable[..., Any], shapes: Sequence[tuple[int, ...]], answers: Answers
) -> tuple[Tape, Any]:
    """Trace a function of arrays of these shapes; its tape, and what it returns, as JAX describes it.

    Raises
    ------
    ProblemError
        If something in it has no rule.
    """
    jax = sys.modules["jax"]
    with in_64_bits():
        examples = [jax.ShapeDtypeStruct(shape, np.float64) for shape in shapes]
        asked: list[Asked] = []

        def run(*leaves: Any) -> Any:
            try:
                with _answering(answers, leaves):
                    return function(*leaves)
            except Stopped as stopped:
                asked.append(stopped.asked)
                return stopped.value

        try:
            closed, returned = jax.make_jaxpr(run, return_shape=True)(*examples)
        except Exception as error:
            vars(error).pop("__notes__", None)  # about the traceback, which a sentence has not
            if error.args and isinstance(error.args[0], str):
                error.args = (
                    error.args[0].partition("The error occurred while tracing")[0].strip(),
                    *error.args[1:],
                )
            raise
        writer = Writer(LIBRARY, len(shapes))
        results = _written(writer, closed.jaxpr, _constants(closed), writer.arguments)
        return writer.tape(results), asked[-1] if asked else returned


def check(*_: Any) -> None:
    """Compare nothing: what JAX traces is what it computes."""


_ASKING = {"__bool__": TRUTH, "__int__": WHOLE, "__index__": WHOLE}
_lock = threading.RLock()


@contextmanager
def _answering(answers: Answers, leaves: Sequence[Any]) -> Iterator[None]:
    """Have JAX's traced values answer where Python asks for a number, those of this trace: within ``jit`` none has it.

    Their class is changed meanwhile, since JAX leaves no other way.
    """
    tracer = sys.modules["jax"].core.Tracer
    with _lock:
        before = {name: getattr(tracer, name) for name in _ASKING}
        trace, thread = (getattr(leaves[0], "_trace", None) if leaves else None), threading.get_ident()

        def method(name: str) -> Callable[[Any], Any]:
            def asked(self: Any) -> Any:
                x = self
                while hasattr(x, "primal"):  # within jax.grad
                    x = x.primal
                if (
                    trace is not None
                    and getattr(x, "_trace", None) is trace
                    and thread == threading.get_ident()
                ):
                    return answers.answer(_ASKING[name], x)
                return before[name](self)

            return asked

        try:
            for name in _ASKING:
                setattr(tracer, name, method(name))
            yield
        finally:
            for name, own in before.items():
                setattr(tracer, name, own)


def derivatives(
    function: Callable[..., Any], shapes: Sequence[tuple[int, ...]]
) -> Callable[..., tuple[Any, Any, Any]]:
    """Return what computes f, ∇f and ∇²f by JAX's own differentiation; see `played.Played.own`."""
    jax = sys.modules["jax"]
    ends = np.cumsum([int(np.prod(shape)) for shape in shapes])

    def placed(point: Any, base: Any, directions: Any) -> Any:
        parts = jax.numpy.split(base + point @ directions, ends[:-1])
        return function(*(part.reshape(shape) for part, shape in zip(parts, shapes, strict=True))).reshape(())

    def by(hessian: Any) -> Any:
        return lambda *x: (placed(*x), jax.jacfwd(placed)(*x), hessian(placed)(*x))

    backward, forward = by(jax.hessian), by(lambda f: jax.jacfwd(jax.jacfwd(f)))
    # A loop until something holds has no way back, and Python's own branches no jit.
    ways = [jax.jit(backward), jax.jit(forward), backward, forward]

    def computed(*x: Any) -> tuple[Any, Any, Any]:
        with in_64_bits():
            while True:
                try:
                    value, gradient, hessian = map(np.asarray, ways[0](*x))
                    return value, gradient, hessian
                except (ValueError, TypeError):
                    if len(ways) == 1:
                        raise
                    del ways[0]

    return computed


def _constants(closed: Any) -> list[Any]:
    return [_array(x) for x in closed.consts]


def _array(x: Any) -> Any:
    """Return a constant as NumPy has it; keys of random numbers, which it has not, stay."""
    return np.asarray(x) if hasattr(x, "__array__") and "key<" not in str(getattr(x, "dtype", "")) else x


def _written(
    writer: Writer,
    jaxpr: Any,
    constants: Sequence[Any],
    operands: Sequence[Any],
    outer: Place | None = None,
) -> list[Any]:
    """Write the equations of a jaxpr; return its results. Those that know no line have that of the call, `outer`."""
    known: dict[Any, Any] = dict(zip(jaxpr.constvars, constants, strict=True))
    known |= dict(zip(jaxpr.invars, operands, strict=True))

    def of(atom: Any) -> Any:
        return np.asarray(atom.val) if hasattr(atom, "val") else known[atom]

    for equation in jaxpr.eqns:
        results = _equation(writer, equation, [of(x) for x in equation.invars], outer)
        known.update(zip(equation.outvars, results, strict=True))
    return [of(x) for x in jaxpr.outvars]


def _equation(writer: Writer, equation: Any, operands: list[Any], outer: Place | None) -> Sequence[Any]:
    name, params = equation.primitive.name, equation.params
    place = _place(equation) or outer
    if name in STRUCTURES:
        return STRUCTURES[name](writer, equation, operands, place)
    for body in ("call_jaxpr", "fun_jaxpr", "jaxpr"):
        if body in params and name not in ("while", "cond"):
            if call := _library_call(name, params):
                return writer.emit(params["name"], call, operands, len(equation.outvars), place)
            closed = params[body]
            constants = _constants(closed) if hasattr(closed, "consts") else []
            return _written(writer, getattr(closed, "jaxpr", closed), constants, operands, place)
    rule = with_params(name, params)
    return _emitted(writer, equation, rule, operands, place)


def _emitted(
    writer: Writer, equation: Any, rule: Body | None, operands: list[Any], place: Place | None
) -> list[Any]:
    name = equation.primitive.name
    many = equation.primitive.multiple_results
    if many and name not in SEVERAL:
        rule = None
    # Of constants JAX computes what has no rule here.
    evaluated = None if rule else functools.partial(_evaluated, equation)
    return writer.emit(name, rule, operands, len(equation.outvars) if many else None, place, evaluated)


def _evaluated(equation: Any, *operands: Any) -> Any:
    with in_64_bits():
        result = equation.primitive.bind(*operands, **equation.params)
    return [_array(x) for x in result] if equation.primitive.multiple_results else _array(result)


def _place(equation: Any) -> Place | None:
    """Return the line of the user's own code that an equation stems from."""
    frames = getattr(getattr(equation.source_info, "traceback", None), "frames", None) or ()
    own = (Place(f.file_name, f.line_num) for f in frames if is_users(f.file_name))
    return next(own, None)


def _library_call(name: str, params: dict[str, Any]) -> Body | None:
    """Return what stands for a call of jax.numpy.linalg, of the library and not of a user's function of that name."""
    call = LIBRARY_CALLS.get(params.get("name", ""))
    if name not in ("jit", "pjit") or call is None:
        return None
    path = str(getattr(getattr(params["jaxpr"].jaxpr, "debug_info", None), "func_filename", "") or "")
    return call if "jax" in path and not is_users(path) else None


# --- control flow ---


def _subtape(closed: Any, place: Place | None, constants: Sequence[Any] = ()) -> Tape:
    """Return the tape of a body, to be played as often as it takes; the first operands may be constants."""
    count = len(closed.jaxpr.invars)
    given = list(constants) or [None] * count
    writer = Writer(LIBRARY, sum(x is None for x in given))
    arguments = iter(writer.arguments)
    operands = [next(arguments) if x is None else x for x in given]
    return writer.tape(_written(writer, closed.jaxpr, _constants(closed), operands, place))


def _scan(writer: Writer, equation: Any, operands: list[Any], place: Place | None) -> Sequence[Any]:
    params = equation.params
    closed, length = params["jaxpr"], params["length"]
    consts, carries = params["num_consts"], params["num_carry"]
    shared, carry = operands[:consts], operands[consts : consts + carries]
    sequences = operands[consts + carries :]
    moving = closed.in_avals[consts:] + closed.out_avals
    is_real = all("float" in str(x.dtype) for x in moving)
    if is_real and length * len(closed.jaxpr.eqns) > MOST_UNROLLED:
        given = [None if isinstance(x, Ref) else x for x in shared] + [None] * (len(operands) - consts)
        body = _subtape(closed, place, given)
        handed = [x for x in shared if isinstance(x, Ref)]
        run = functools.partial(_scanned, body, carries, len(sequences), length, params["reverse"])
        return writer.emit("scan", run, [*carry, *sequences, *handed], len(equation.outvars), place)
    stacks: list[list[Any]] = []
    turns = range(length - 1, -1, -1) if params["reverse"] else range(length)
    for k in turns:
        rows = [writer.emit("slice", _row(k), [x], None, place)[0] for x in sequences]
        results = _written(writer, closed.jaxpr, _constants(closed), [*shared, *carry, *rows], place)
        carry = results[:carries]
        stacks.append(results[carries:])
    if params["reverse"]:
        stacks.reverse()
    empty = [np.zeros((0, *x.shape), x.dtype) for x in closed.out_avals[carries:]]
    stacked = [writer.emit("stack", _stack, [list(s)], None, place)[0] for s in zip(*stacks, strict=True)]
    return [*carry, *(stacked if stacks else empty)]


def _row(k: int) -> Body:
    return lambda x: x[k]


def _stack(parts: list[Any]) -> Any:
    return anp.stack(parts)


def _scanned(body: Tape, carries: int, sequences: int, length: int, reverse: bool, *operands: Any) -> Any:
    def step(*parts: Any) -> tuple[Any, ...]:
        moving, shared = parts[: carries + sequences], parts[carries + sequences :]
        return body(*shared, *moving)

    rows = [anp.flip(x, 0) if reverse else x for x in operands[carries : carries + sequences]]
    if not any(map(is_recorded, operands)):  # where only autograd follows, it is faster step by step
        carry, shared, kept = operands[:carries], operands[carries + sequences :], []
        for k in range(length):
            results = body(*shared, *carry, *(x[k] for x in rows))
            carry = results[:carries]
            kept.append(results[carries:])
        kept = kept[::-1] if reverse else kept
        return (*carry, *(anp.stack(list(x)) for x in zip(*kept, strict=True)))
    results = scan(step, operands[:carries], rows, operands[carries + sequences :], length)
    ends, stacks = results[:carries], results[carries:]
    return (*ends, *(anp.flip(x, 0) if reverse else x for x in stacks))


def _while(writer: Writer, equation: Any, operands: list[Any], place: Place | None) -> Sequence[Any]:
    params = equation.params
    of_condition, of_body = params["cond_nconsts"], params["body_nconsts"]
    shared = operands[:of_condition]
    constants = operands[of_condition : of_condition + of_body]
    carry = operands[of_condition + of_body :]
    condition, body = params["cond_jaxpr"], params["body_jaxpr"]
    for _ in range(MOST_TURNS):
        (goes_on,) = _written(writer, condition.jaxpr, _constants(condition), [*shared, *carry], place)
        if isinstance(goes_on, Ref) or np.ndim(goes_on) > 0:
            break
        if not goes_on:
            return carry
        carry = _written(writer, body.jaxpr, _constants(body), [*constants, *carry], place)
    run = functools.partial(_turned, _subtape(condition, place), _subtape(body, place), of_condition, of_body)
    return writer.emit("while", run, [*shared, *constants, *carry], len(equation.outvars), place)


def _turned(condition: Tape, body: Tape, of_condition: int, of_body: int, *operands: Any) -> tuple[Any, ...]:
    shared, constants = operands[:of_condition], operands[of_condition : of_condition + of_body]
    carry = operands[of_condition + of_body :]
    for _ in range(MOST_TURNS):
        (goes_on,) = condition(*shared, *carry)
        rows = np.ndim(getval_deep(goes_on))  # of vmap: each goes on for as long as its own condition holds
        if not (anp.any(goes_on) if rows else goes_on):
            return tuple(carry)
        turned = body(*constants, *carry)
        if rows:
            turned = tuple(_where(goes_on, x, before) for x, before in zip(turned, carry, strict=True))
        carry = turned
    raise ProblemError(f"lax.while_loop goes on after {MOST_TURNS:,} turns.")


def _where(rows: Any, x: Any, before: Any) -> Any:
    shape = np.shape(getval_deep(rows))
    return anp.where(anp.reshape(rows, shape + (1,) * (np.ndim(getval_deep(x)) - len(shape))), x, before)


def _cond(writer: Writer, equation: Any, operands: list[Any], place: Place | None) -> Sequence[Any]:
    index, *operands = operands
    branches = equation.params["branches"]
    if not isinstance(index, Ref):
        closed = branches[int(np.clip(index, 0, len(branches) - 1))]
        return _written(writer, closed.jaxpr, _constants(closed), operands, place)
    run = functools.partial(_branched, [_subtape(closed, place) for closed in branches])
    return writer.emit("cond", run, [index, *operands], len(equation.outvars), place)


def _branched(branches: Sequence[Tape], index: Any, *operands: Any) -> tuple[Any, ...]:
    """Take the branch: on a traced value it is a question, as Python's own ``if`` is."""
    chosen = int(bool(index)) if len(branches) == 2 else int(np.clip(int(index), 0, len(branches) - 1))
    return branches[chosen](*operands)


def _platform_index(_: Writer, equation: Any, __: list[Any], ___: Place | None) -> Sequence[Any]:
    """Return which branch is for processors, or for whatever there is."""
    platforms = equation.params["platforms"]
    chosen = [k for k, names in enumerate(platforms) if names is None or "cpu" in names]
    return [np.int32(chosen[0])]


# --- places that are whole numbers ---


def _gather(writer: Writer, equation: Any, operands: list[Any], place: Place | None) -> Sequence[Any]:
    """Take elements: JAX itself says which, of an array of places."""
    shape, fill = equation.invars[0].aval.shape, equation.params.get("fill_value")

    def places(indices: Any) -> np.ndarray:
        at = np.arange(int(np.prod(shape)), dtype=np.int64).reshape(shape)
        return _evaluated_with(equation, {"fill_value": -1}, at, indices)

    x, indices = operands
    missing = np.nan if fill is None else fill
    if isinstance(indices, Ref):

        def run(x: Any, indices: Any) -> Any:
            return arrays.taken(x, places(arrays.whole(indices)), missing)

        return writer.emit("gather", run, operands, None, place)
    at = places(indices)
    return writer.emit("gather", lambda x: _taken_as(x, at, missing), [x], None, place)


def _taken_as(x: Any, at: np.ndarray, missing: float) -> Any:
    if not isbox(x) and getval_deep(x).dtype.kind != "f":
        return np.ravel(x)[np.maximum(at, 0)]
    return arrays.taken(x, at, missing)


def _evaluated_with(equation: Any, changed: dict[str, Any], *operands: Any) -> np.ndarray:
    with in_64_bits():
        jax_numpy = sys.modules["jax.numpy"]
        arrays = map(jax_numpy.asarray, operands)
        return np.asarray(equation.primitive.bind(*arrays, **{**equation.params, **changed}))


def _scatter(writer: Writer, equation: Any, operands: list[Any], place: Place | None) -> Sequence[Any]:
    """Put elements in place of others."""
    shape, _, of_updates = (tuple(x.aval.shape) for x in equation.invars)
    size, count = int(np.prod(shape)), int(np.prod(of_updates))

    def places(indices: Any) -> np.ndarray:
        at, updates = np.arange(size, dtype=np.int64), size + np.arange(count, dtype=np.int64)
        return _evaluated_with(equation, {}, at.reshape(shape), indices, updates.reshape(of_updates))

    def put(at: np.ndarray, x: Any, updates: Any) -> Any:
        return anp.concatenate([anp.ravel(x), anp.ravel(updates)])[at]

    return _moved(writer, "scatter", places, put, operands, place)


def _scatter_add(writer: Writer, equation: Any, operands: list[Any], place: Place | None) -> Sequence[Any]:
    """Add elements to others: where to, says the derivative, which gathers."""
    shape, _, of_updates = (tuple(x.aval.shape) for x in equation.invars)
    jax = sys.modules["jax"]

    def places(indices: Any) -> np.ndarray:
        def added(updates: Any) -> Any:
            at = jax.numpy.asarray(indices)
            return equation.primitive.bind(jax.numpy.zeros(shape), at, updates, **equation.params)

        with in_64_bits():
            gathered = jax.linear_transpose(added, jax.ShapeDtypeStruct(of_updates, np.float64))
            (at,) = gathered(1.0 + jax.numpy.arange(float(np.prod(shape))).reshape(shape))
            return np.asarray(at).astype(int) - 1

    return _moved(writer, "scatter-add", places, lambda at, x, u: arrays.added_at(x, at, u), operands, place)


def _moved(
    writer: Writer, name: str, places: Body, move: Body, operands: list[Any], place: Place | None
) -> Sequence[Any]:
    x, indices, updates = operands
    if isinstance(indices, Ref):

        def run(x: Any, indices: Any, updates: Any) -> Any:
            return move(places(arrays.whole(indices)), x, updates)

        return writer.emit(name, run, operands, None, place)
    at = places(indices)
    return writer.emit(name, lambda x, updates: move(at, x, updates), [x, updates], None, place)


def _linear_solve(writer: Writer, equation: Any, operands: list[Any], place: Place | None) -> Sequence[Any]:
    """Solve with the matrix that a linear map has: it is played on the unit vectors."""
    constants = equation.params["const_lengths"].matvec
    given = operands[: sum(equation.params["const_lengths"][:4])]
    right = operands[len(given) :]
    if len(right) != 1:
        return writer.emit(equation.primitive.name, None, operands, len(equation.outvars), place)
    closed = equation.params["jaxprs"].matvec
    body = _subtape(closed, place)

    def run(b: Any, *of_map: Any) -> tuple[Any, ...]:
        shape = np.shape(getval_deep(b))
        units = np.eye(int(np.prod(shape))).reshape(-1, *shape)
        columns = [anp.ravel(body(*of_map, unit)[0]) for unit in units]
        return (anp.reshape(anp.linalg.solve(anp.stack(columns, axis=1), anp.ravel(b)), shape),)

    return writer.emit("custom_linear_solve", run, [right[0], *given[:constants]], 1, place)


Structure = Callable[[Writer, Any, list[Any], "Place | None"], Sequence[Any]]
STRUCTURES: dict[str, Structure] = {
    "scan": _scan,
    "while": _while,
    "cond": _cond,
    "platform_index": _platform_index,
    "gather": _gather,
    "scatter": _scatter,
    "scatter-add": _scatter_add,
    "scatter_add": _scatter_add,
    "custom_linear_solve": _linear_solve,
}
