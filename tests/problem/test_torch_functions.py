"""Functions written in PyTorch: live in the page, and with PyTorch's own values, gradients and Hessians.

The reference is ``torch.autograd.functional.hessian``, backwards twice: ``torch.func.hessian`` is wrong about
``layer_norm`` with weights in 2.14.1, and ``torch.compile`` of it about ``trace`` in 2.13.
"""

import math
import re
import warnings
from pathlib import Path

import autograd.numpy
import numpy as np
import pytest

import hesswidget as hw
from hesswidget.derivatives.frameworks.own import by_library, deviation
from hesswidget.derivatives.objective import Objective
from hesswidget.problem.problem import Problem
from problem.in_the_page import in_the_page, on_ticks

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
pytestmark = pytest.mark.filterwarnings(
    "ignore::UserWarning", "ignore::FutureWarning", "ignore::DeprecationWarning"
)
F = torch.nn.functional
rng = np.random.default_rng(0)
X, Y = torch.tensor(rng.normal(size=(12, 3))), torch.tensor(rng.normal(size=12))
LABELS = torch.tensor(rng.integers(0, 3, 12))
SQUARE = torch.tensor(rng.normal(size=(3, 3)))
PICTURES = torch.tensor(rng.normal(size=(5, 1, 4, 4)))
torch.manual_seed(0)
MODEL = torch.nn.Sequential(
    torch.nn.Linear(3, 4), torch.nn.Tanh(), torch.nn.LayerNorm(4), torch.nn.Linear(4, 1)
)
CONVOLUTIONAL = torch.nn.Sequential(
    torch.nn.Conv2d(1, 2, 3, padding=1, stride=2), torch.nn.BatchNorm2d(2), torch.nn.ReLU(),
    torch.nn.MaxPool2d(2), torch.nn.Flatten(), torch.nn.Linear(2, 2),
).double()  # fmt: skip


def parameters_of(model, w):
    """The parameters of a module, by name, from one vector of all of them."""
    shapes = {name: p.shape for name, p in model.named_parameters()}
    parts = torch.split(w, [shape.numel() for shape in shapes.values()])
    return {name: part.reshape(shape) for (name, shape), part in zip(shapes.items(), parts, strict=True)}


def size_of(model):
    return sum(p.numel() for p in model.parameters())


def module(w):
    return F.mse_loss(torch.func.functional_call(MODEL, parameters_of(MODEL, w), (X,)).squeeze(-1), Y)


def convolutional_module(w):
    scores = torch.func.functional_call(CONVOLUTIONAL, parameters_of(CONVOLUTIONAL, w), (PICTURES,))
    return F.cross_entropy(scores, torch.tensor([0, 1, 0, 1, 1]))


def rosenbrock(x):
    return torch.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def logistic_regression(w):
    return F.binary_cross_entropy_with_logits(X @ w, (Y > 0).double()) + 0.1 * (w**2).sum()


def cross_entropy(w):
    scores = X @ w.reshape(3, 3)
    return F.cross_entropy(scores, LABELS) + F.cross_entropy(scores, LABELS, label_smoothing=0.1)


def cross_entropy_by_logsumexp(w):
    z = X @ w.view(3, 3)
    return (torch.logsumexp(z, 1) - z[torch.arange(12), LABELS]).mean()


def network(activation):
    return lambda w: F.mse_loss(activation(X @ w[:12].reshape(3, 4) + w[12:16]) @ w[16:20], Y)


def matrix_factorisation(w):
    u, v = w[:6].reshape(3, 2), w[6:14].reshape(4, 2)
    return ((u @ v.T - torch.arange(12).reshape(3, 4) / 10) ** 2).sum()


def kernel_matrix(x):
    points = x.reshape(3, 2)
    kernel = lambda a, b: torch.exp(-((a - b) ** 2).sum())
    return torch.func.vmap(lambda a: torch.func.vmap(lambda b: kernel(a, b))(points))(points).sum()


def integrated(x):
    at, speed, path = x[0], x[1], []
    for _ in range(20):
        at, speed = at + 0.1 * speed, speed - 0.1 * torch.sin(at) * x[2]
        path.append(at)
    return at**2 + torch.stack(path).sum()


def cumulated(x):
    smooth = (torch.cumsum(x, 0) ** 2).sum() + torch.cumprod(x, 0)[-1] + (torch.diff(x) ** 2).sum()
    return smooth + torch.logcumsumexp(x, 0).sum()


def einsums(x):
    cube, square = torch.arange(27).double().reshape(3, 3, 3) / 9, torch.outer(x, x)
    return torch.einsum("i,j,k,ijk->", x, x, x, cube) + torch.einsum("bi,bi->b", square, square**2).sum()


def pieces(x):
    return torch.where(x > 0, x**2, torch.sin(x)).sum() + torch.clamp(x, -0.5, 0.5).sum() ** 2


def solved(x):
    return (
        torch.linalg.solve(3 * torch.eye(3) + torch.outer(x, x) + SQUARE @ SQUARE.T, torch.ones(3).double())
        @ x
    )


def determinants(x):
    outer = torch.outer(x, x)
    return torch.linalg.slogdet(torch.eye(3) + outer)[1] + torch.linalg.det(torch.diag(x) + SQUARE)


def inverse(x):
    return (
        torch.linalg.inv(torch.eye(3) + torch.outer(x, x)).sum()
        + torch.trace(torch.outer(x, x) @ SQUARE) ** 2
    )


def by_cholesky(x):
    lower = torch.linalg.cholesky(torch.eye(3) + torch.outer(x, x))
    return lower.sum() + torch.cholesky_solve(x[:, None], lower).sum()


def lowest_eigenvalue(x):
    return torch.linalg.eigvalsh(SQUARE + SQUARE.T + torch.outer(x, x))[0]


def norms(x):
    return torch.linalg.norm(x) + torch.linalg.norm(x, 1) ** 2 + x.norm(3) + F.normalize(x, dim=0)[0]


def statistics(x):
    return (
        x.var()
        + x.std()
        + x.prod()
        + x.max() ** 2
        + x.sort()[0][1] ** 2
        + x.median() ** 2
        + x.topk(2)[0].sum() ** 2
    )


def special_functions(x):
    normal = torch.distributions.Normal(0.0, 1.0, validate_args=False)
    return (
        torch.erf(x).sum()
        + normal.log_prob(x).sum()
        + torch.special.expit(x).sum()
        + torch.erfinv(x / 9).sum()
    )


def changed_in_place(x):
    z, w = torch.zeros(3, dtype=torch.float64), x.clone()
    z[0] = x[0]
    z[1:] += x[1:3] ** 2
    z.mul_(2)
    z[[0, 2]] *= x[3]
    w[w > 0] = 0.0
    added = torch.zeros(5).double().index_add(0, torch.tensor([0, 2, 2]), x[:3])
    return torch.trace(torch.outer(z, z)) + (w**3).sum() + added.pow(3).sum()


def moved_about(x):
    turned = (x.flip(0) * x[torch.tensor([1, 2, 0])]).sum() ** 2 + torch.roll(x, 1) @ x
    return (
        turned
        + F.pad(x, (1, 1))[1] ** 3
        + torch.tril(torch.outer(x, x)).sum() ** 2
        + x.unfold(0, 2, 1).prod(1).sum()
    )


def attention(w):
    queries, keys = X @ w[:9].reshape(3, 3), X @ w[9:].reshape(3, 3)
    return (torch.softmax(queries @ keys.T / math.sqrt(3), -1) @ X).sum() ** 2 / 10


def held(x):
    return x[0].detach() * x[1].square() * x[2]  # no name of PyTorch's: known by what it calls


def of_its_own_gradient(x):
    return (torch.func.grad(lambda z: (torch.sin(z) * z**2).sum())(x) ** 2).sum()


def losses(x):
    one = torch.ones(3).double()
    return (
        F.huber_loss(x, 0 * one) + F.smooth_l1_loss(x * 2, 0 * one) + F.kl_div(F.log_softmax(x, 0), one / 3)
    )


def with_ifs(x):
    total = 0.0
    for v in x[:2]:  # Huber's loss, as one writes it
        if v.abs() <= 0.5:
            total = total + v**2
        elif v > 0 and x[2] < 2:
            total = total + v - 0.25
        else:
            total = total + torch.sin(v) ** 2
    return total


def heron(x):
    a = 1 + torch.sum(x**2)
    root = a
    while torch.abs(root**2 - a) > 1e-12 * a:
        root = (root + a / root) / 2
    return root * x[0]


def looked_up(x):
    table = [1.0, -2.0, 0.5, 3.0]
    k = int(torch.clamp(torch.floor(x[0] + 2), 0, 3))
    largest = x[torch.argmax(x)] ** 2
    return table[k] * x[0] * x[1] + largest + sorted(x[:2], key=lambda v: v**2)[-1] ** 3


def picked(x):
    return torch.outer(x, x)[x.argmin(), 0] ** 2


class Gate(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("weights", torch.tensor([1.0, -2.0, 0.5]))
        self.is_open = True

    def forward(self, x):
        score = (self.weights * x).sum()
        if self.is_open and (score > 0).item():
            return score**2
        return torch.exp(score) * x[0]


GATE = Gate()


def gated(x):
    return GATE(x)


NETWORKS = [torch.tanh, F.softplus, F.relu, F.gelu, F.silu, F.elu, F.leaky_relu, F.hardtanh]
FUNCTIONS = {
    **{f.__name__: (f, n) for f, n in [
        (rosenbrock, 4), (logistic_regression, 3), (cross_entropy, 9), (cross_entropy_by_logsumexp, 9),
        (module, size_of(MODEL)), (convolutional_module, size_of(CONVOLUTIONAL)), (matrix_factorisation, 14),
        (kernel_matrix, 6), (integrated, 3), (cumulated, 4), (einsums, 3), (pieces, 3), (solved, 3), (determinants, 3),
        (inverse, 3), (by_cholesky, 3), (lowest_eigenvalue, 3), (norms, 3), (statistics, 4), (special_functions, 3),
        (changed_in_place, 4), (moved_about, 3), (attention, 18), (held, 3), (of_its_own_gradient, 3), (losses, 3),
        (with_ifs, 3), (heron, 2), (looked_up, 3), (picked, 3), (gated, 3),
    ]},
    **{f"network with {a.__name__}": (network(a), 20) for a in NETWORKS},
}  # fmt: skip


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_of_pytorch_is_live_and_has_pytorchs_hessian(name):
    f, n = FUNCTIONS[name]
    w = hw.explore(f, np.linspace(-0.7, 0.9, n))
    assert w.engine == "browser", w.engine_reason
    x = np.random.default_rng(len(name)).normal(size=n)
    for point in (x, *on_ticks(w, 2)):
        at = torch.tensor(point)
        hessian = torch.autograd.functional.hessian(f, at).numpy()
        found = in_the_page(w, point)
        assert found["value"] == pytest.approx(float(f(at)), rel=1e-12)
        np.testing.assert_allclose(found["hessian"], hessian, atol=1e-10 * np.max(np.abs(hessian)))
    expected = torch.autograd.functional.hessian(f, torch.tensor(x)).numpy()
    np.testing.assert_allclose(hw.curvature(f, x).hessian, expected, atol=1e-10 * np.max(np.abs(expected)))


def test_the_documents_list_the_functions_that_are_tried():
    text = (Path(__file__).parents[2] / "docs" / "functions.md").read_text().partition("## In PyTorch")[2]
    names = {f"| `{'network with …' if name.startswith('network') else name}` |" for name in FUNCTIONS}
    assert names <= set(re.findall(r"^\| `.*?` \|", text.partition("\n## ")[0], re.MULTILINE))


def test_scalars_and_parameters_are_as_of_any_function():
    def f(x, y, a=1.0, n=2):
        return (a - x) ** 2 + 100 * (y - x**n) ** 2 + 0 * torch.sin(x)

    w = hw.explore(f, x=(-2, 2), y=(-1, 3), a=(0, 2), n=(1, 4))
    assert w.engine == "browser", w.engine_reason
    (minimum,) = hw.critical_points(f, x=(-2.0, 2.0), y=(-1.0, 3.0), a=0.5).points
    np.testing.assert_allclose(minimum.point, [0.5, 0.25], atol=1e-8)


def test_the_hessian_of_a_trace_is_right():
    def f(x):  # |x|² · x·sin(x)
        return torch.trace(torch.outer(x, x) @ torch.outer(x, torch.sin(x)))

    x = np.array([0.3, -1.2, 0.8])
    s, c = np.sin(x), np.cos(x)
    inner = s + x * c
    expected = (
        2 * np.eye(3) * (x @ s)
        + 2 * (np.outer(x, inner) + np.outer(inner, x))
        + x @ x * np.diag(2 * c - x * s)
    )
    np.testing.assert_allclose(hw.curvature(f, x).hessian, expected, rtol=1e-13, atol=1e-13)
    np.testing.assert_allclose(hw.compile(f, x).hessian(x), expected, rtol=1e-13, atol=1e-13)


def test_the_hessian_of_a_layer_norm_with_weights_is_that_of_its_formula():
    data = torch.tensor(rng.normal(size=(3, 4)))

    def f(w):
        return (F.layer_norm(data * w[8:], (4,), w[:4], w[4:8]) ** 3).sum()

    def formula(w):
        h = data * w[8:]
        off = h - h.mean(-1, keepdim=True)
        return ((off / torch.sqrt((off**2).mean(-1, keepdim=True) + 1e-5) * w[:4] + w[4:8]) ** 3).sum()

    x = rng.normal(size=12)
    expected = torch.func.hessian(formula)(torch.tensor(x)).numpy()
    np.testing.assert_allclose(hw.curvature(f, x).hessian, expected, atol=1e-12 * np.max(np.abs(expected)))


def test_the_parameters_of_a_module_are_blocks():
    def loss(params, decay=0.1):
        fitted = torch.func.functional_call(MODEL, params, (X,)).squeeze(-1)
        return F.mse_loss(fitted, Y) + decay * sum((p**2).sum() for p in params.values())

    parameters = dict(MODEL.named_parameters())
    c = hw.curvature(loss, params=parameters)
    start = torch.cat([p.detach().double().ravel() for p in parameters.values()])
    flat = lambda w: loss(parameters_of(MODEL, w))
    expected = torch.autograd.functional.hessian(flat, start).numpy()
    np.testing.assert_allclose(c.hessian, expected, atol=1e-10 * np.max(np.abs(expected)))
    assert c.hessian_of("0.weight", "3.bias").shape == (4, 3, 1)
    w = hw.explore(loss, params=parameters, decay=(0.0, 1.0))
    assert w.engine == "browser", w.engine_reason


def test_data_and_weights_in_float32_are_computed_with_in_float64():
    model, data = torch.nn.Linear(3, 1), torch.tensor([0.1, 0.2, 0.3])

    def f(x, shift=data):
        z = torch.zeros(2)
        z[1] = model(x - shift).float().squeeze()
        return (z**2).sum() + torch.tensor([1.0, 2.0]) @ z

    x = np.ones(3)
    weight = model.weight.detach().numpy().astype(float)
    c = hw.curvature(f, x)
    np.testing.assert_allclose(c.hessian, 2 * weight.T @ weight, rtol=1e-14)
    problem = Problem.over_ranges(f, x, None, {})
    np.testing.assert_allclose(by_library(Objective(problem), x).hessian, c.hessian, rtol=1e-12)
    assert hw.explore(f, x).engine == "browser"
    assert torch.zeros(1).dtype == torch.float32


def test_it_is_verified_by_pytorchs_own_derivatives():
    def f(x, y, a=2.0):
        return torch.exp(a * x) * torch.sin(y)

    problem = Problem.over_ranges(f, None, None, {"x": (-1, 1), "y": (-1, 1), "a": (0, 3)})
    found = by_library(Objective(problem), np.array([0.1, 0.5]))
    u = np.exp(0.2)
    expected = [[4 * u * np.sin(0.5), 2 * u * np.cos(0.5)], [2 * u * np.cos(0.5), -u * np.sin(0.5)]]
    np.testing.assert_allclose(found.hessian, expected, rtol=1e-14)
    assert deviation(Objective(problem), np.array([0.1, 0.5]), problem.widths) < 1e-14


def test_a_branch_of_pythons_own_is_a_kink_on_its_line_and_verified():
    def f(x, y):
        slope = x - y
        if slope > 0:  # this line
            return slope + x**2 + y**2 * torch.ones(())
        return x**2 + y**2 - slope

    line = f.__code__.co_firstlineno + 2
    reason = hw.curvature(f, x=0.3, y=0.3).reason
    assert f"at line {line} of test_torch_functions.py (if slope > 0:" in reason
    problem = Problem.over_ranges(f, None, None, {"x": (-1, 1), "y": (-1, 1)})
    assert deviation(Objective(problem), np.array([0.1, 0.5]), problem.widths) < 1e-14
    assert by_library(Objective(problem), np.array([0.1, 0.5])) is not None


def test_a_module_is_called_as_its_forward_is():
    w = hw.explore(GATE, np.array([0.5, -0.3, 0.2]))
    assert w.engine == "browser", w.engine_reason
    assert w.problem.name == "Gate"
    np.testing.assert_allclose(hw.curvature(GATE, np.array([1.0, -1.0, 0.0])).value, 9.0)


@pytest.mark.parametrize(
    ("f", "sentence"),
    [
        (lambda x: torch.fft.fft(x).real.sum(), r"primitive _fft_r2c has no rule here at line \d+ of test_torch"),
        (lambda x: torch.linalg.svdvals(torch.outer(x, x))[0], r"primitive _linalg_svd has no rule here at line \d+"),
        (lambda x: x[0].item() * torch.sin(x[0]), r"tracing tensor.*without \.item\(\)"),
        (lambda x: torch.stack([x, x]), r"returned an array of shape \(2, 3\)"),
        (lambda x: (torch.sum(x), x), "returned a tuple"),
        (lambda x: torch.ones(7) @ x, r"size.* at line \d+ of test_torch"),
        (lambda x: (x * torch.rand(3)).sum(), "draws random numbers"),
    ],
    ids=["fft", "svd", "item", "array", "tuple", "shapes", "random"],
)  # fmt: skip
def test_what_cannot_be_is_a_sentence(f, sentence):
    with pytest.raises(hw.ProblemError, match=sentence):
        hw.curvature(f, np.ones(3))


def test_residuals_have_the_gauss_newton_matrix():
    times, start = np.linspace(0.0, 3.0, 7), np.array([1.0, 0.5])
    theirs = hw.least_squares(lambda w: w[0] * torch.exp(-w[1] * torch.tensor(times)) - 1.0)
    ours = hw.least_squares(lambda w: w[0] * autograd.numpy.exp(-w[1] * times) - 1.0)
    one, other = (
        hw.minimize(f, start, method="levenberg-marquardt", steps=20, tolerance=0.0) for f in (theirs, ours)
    )
    np.testing.assert_allclose(one.curvature_models, other.curvature_models, rtol=1e-12)
