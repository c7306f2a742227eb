"""Steps are those of other libraries: of SciPy, and of libraries whose numbers stand here.

The numbers were computed once, in float64, by so many steps of each optimizer as are taken here, from `START`, given
`bumpy`'s own gradient, every rate 0.05 and all else as it is here by default, by

- PyTorch 2.13.0: SGD, without and with momentum=0.9; Adagrad, RMSprop, Adam; Muon with weight_decay=0 and its bfloat16
  replaced by float64, on a 2 × 3 matrix;
- pytorch_optimizer 4.1.0: Shampoo with matrix_eps=1e-4 on a 2 × 3 matrix; AdaHessian with hessian_power=1, and SophiaH
  with p=0.01 and lr=0.05/p, which clips to p where we clip to 1, both given the diagonal estimates of our draws;
- optax 0.2.8: contrib.sam of sgd(0.05) and a normalized sgd(0.05); scale_by_lbfgs with memory_size=3, after one step
  along the negative gradient.

Where PyTorch is installed, its optimizers are run beside ours besides.
"""

import autograd.numpy as np
import numpy as onp
import pytest
import scipy.optimize

import hesswidget as hw
from hesswidget.descent.methods import bfgs, sr1

A = onp.array([[1 / (i + j + 1) for j in range(6)] for i in range(6)])
START = onp.cos(onp.arange(1.0, 7.0))


def bumpy(w):
    return 0.5 * np.dot(w, np.dot(A, w)) + np.sum(w**4) / 4 + np.sum(np.sin(w))


REFERENCE = {
    "gradient-descent": [
        0.3950068892934312,
        -0.5192862673956218,
        -0.923162103724512,
        -0.709983023462899,
        0.14851304124904854,
        0.7695564235183462,
    ],
    "heavy-ball": [
        0.264489479577882,
        -0.6121282103992581,
        -0.863067115369865,
        -0.7615487246747289,
        0.02997512229284625,
        0.5973565327525187,
    ],
    "adagrad": [
        0.43035161124397314,
        -0.5240037021681875,
        -0.8897989706733636,
        -0.7517478420047173,
        0.17055248520189195,
        0.8494264164819704,
    ],
    "rmsprop": [
        -0.12960159534791194,
        -0.605540550322562,
        -0.6325721635035443,
        -0.7047194160260302,
        -0.6795457689310334,
        0.031182701502424387,
    ],
    "adam": [
        0.3910468771718352,
        -0.5648304076627911,
        -0.844380691508645,
        -0.7980458240027706,
        0.13381061375313905,
        0.8107355032639134,
    ],
    "muon": [
        0.451081511070251,
        -0.4835613303870592,
        -0.9557426795948745,
        -0.6982763401279758,
        0.19287002567181485,
        0.8341475974507382,
    ],
    "shampoo": [
        0.45538911644817676,
        -0.46885752154298677,
        -0.9417782235760254,
        -0.6695889476273836,
        0.22273514806813385,
        0.8673443631252395,
    ],
    "adahessian": [
        0.44942531326526314,
        -0.48286639019404204,
        -0.9718492895302194,
        -0.6879376724631533,
        -0.21348133827853324,
        0.8484505454460932,
    ],
    "sophia": [
        -0.05969769413186016,
        -0.9161468365471428,
        -0.6899924966004451,
        -0.6536436208636119,
        -0.31633781453677373,
        0.3601702866503656,
    ],
    "sam": [
        0.38866968766567767,
        -0.5248575070935129,
        -0.9202621431213316,
        -0.714183125661116,
        0.1469854080731198,
        0.7609569948280617,
    ],
    "l-bfgs": [
        -0.10359693355928706,
        -0.5157758977388293,
        -0.6135649900666735,
        -0.6647467700822365,
        -0.6963308605882286,
        -0.7233834318486934,
    ],
}
STEPS = {"sophia": 12, "l-bfgs": 6}
GIVEN = {"l-bfgs": {"memory": 3, "line_search": "none"}}


@pytest.mark.parametrize("name", REFERENCE)
def test_steps_are_those_of_other_libraries(name):
    given = {"steps": STEPS.get(name, 3), **GIVEN.get(name, {"rate": 0.05})}
    path = hw.minimize(bumpy, START, method=name, tolerance=0.0, **given)
    onp.testing.assert_allclose(path.points[-1], REFERENCE[name], rtol=0, atol=1e-12)


IN_TORCH = {
    "gradient-descent": ("SGD", {}),
    "heavy-ball": ("SGD", {"momentum": 0.9}),
    "adagrad": ("Adagrad", {}),
    "rmsprop": ("RMSprop", {}),
    "adam": ("Adam", {}),
}
"""Which of PyTorch's optimizers a method is, and with what besides its rate."""


@pytest.mark.parametrize("name", IN_TORCH)
@pytest.mark.parametrize("seed", range(3))
def test_steps_from_anywhere_are_pytorch_s_where_it_is_installed(seed, name):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    start, (theirs, given) = 2 * onp.random.default_rng(seed).normal(size=6), IN_TORCH[name]
    w = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimizer, met = getattr(torch.optim, theirs)([w], lr=0.03, **given), [start]
    for _ in range(6):
        gradient = A @ w.detach().numpy() + w.detach().numpy() ** 3 + onp.cos(w.detach().numpy())
        w.grad = torch.from_numpy(gradient)
        optimizer.step()
        met.append(w.detach().numpy().copy())
    path = hw.minimize(bumpy, start, method=name, rate=0.03, steps=6, tolerance=0.0)
    onp.testing.assert_allclose(path.points, met, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("steps", [1, 2, 3, 5, 8])
@pytest.mark.parametrize("seed", range(3))
def test_dogleg_s_steps_are_scipy_s(seed, steps):
    """Of a convex function: elsewhere SciPy's dogleg raises."""
    f = lambda w: np.sum(np.exp(w)) + np.dot(w, np.dot(A, w)) - 3 * np.sum(w) + 0.1 * np.sum(w**4)
    start = onp.random.default_rng(seed).normal(size=6) * 3
    path = hw.minimize(f, start, method="dogleg", steps=steps, tolerance=0.0)
    gradient = lambda w: onp.exp(w) + 2 * A @ w - 3 + 0.4 * w**3
    hessian = lambda w: onp.diag(onp.exp(w) + 1.2 * w**2) + 2 * A
    other = scipy.optimize.minimize(
        f, start, jac=gradient, hess=hessian, method="dogleg",
        options={"maxiter": steps, "initial_trust_radius": 1.0, "gtol": 0.0},
    )  # fmt: skip
    onp.testing.assert_allclose(path.points[-1], other.x, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(
    ("ours", "theirs"), [(bfgs, scipy.optimize.BFGS), (sr1, scipy.optimize.SR1)], ids=["bfgs", "sr1"]
)
def test_quasi_newton_updates_are_scipy_s(ours, theirs):
    chance = onp.random.default_rng(1)
    strategy, model = theirs(init_scale=1.0), onp.eye(4)
    strategy.initialize(4, "hess")
    B = onp.diag([1.0, 2.0, 3.0, 4.0]) + 0.3
    for s in chance.normal(size=(6, 4)):
        strategy.update(s, B @ s + 0.1 * s)
        model = ours.updated(model, s, B @ s + 0.1 * s)
        onp.testing.assert_allclose(model, strategy.get_matrix(), rtol=1e-12, atol=1e-12)
