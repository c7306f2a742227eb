"""What has no derivative is named, with the user's own line and what to write instead."""

import autograd.numpy as np
import numpy as onp
import pytest
import scipy.sparse
import scipy.special
import scipy.stats

import hesswidget as hw

X = onp.array([0.3, 1.2, 0.7])
NAN = onp.array([1.0, onp.nan, 2.0])
SENTENCES = {
    "eigvals": (lambda x: np.sum(np.linalg.eigvals(np.outer(x, x))), "no derivative of eigvals", "eigvalsh"),
    "qr": (lambda x: np.sum(np.linalg.qr(np.outer(x, x))[1]), "no derivative of qr", "solve"),
    "roots": (lambda x: np.sum(np.roots(x)), "no derivative of roots", "polyval"),
    "unwrap": (lambda x: np.sum(np.unwrap(x)), "no derivative of unwrap", "by hand"),
    "arange": (lambda x: np.sum(np.arange(x[0], 3.0)), "no derivative of arange", "step"),
    "histogram": (lambda x: np.sum(np.histogram(x)[0] * 1.0), "no derivative of histogram", "kernel"),
    "nansum": (lambda x: np.nansum((x - NAN) ** 2), "nansum met NaN", "keep"),
    "nanmedian": (lambda x: np.nanmedian(x), "how many numbers", "median"),
    "pad": (lambda x: np.sum(np.pad(x, 1, mode="mean")), "pad of a traced value", "constant"),
    "quantile": (lambda x: np.quantile(x, 0.3, method="weibull"), "quantile of a traced value", "linear"),
    "sort in place": (lambda x: x.sort() or np.sum(x), "no sort", "np.sort"),
    "fill": (lambda x: x.fill(0.0) or np.sum(x), "no fill", "np.full"),
    "exprel": (lambda x: np.sum(scipy.special.exprel(x)), "no derivative of exprel", "expm1"),
    "wofz": (lambda x: np.sum(np.real(scipy.special.wofz(x))), "no derivative of wofz", "erf"),
    "logsumexp": (
        lambda x: scipy.special.logsumexp(x),
        "scipy.special.logsumexp",
        "autograd.scipy.special.logsumexp",
    ),
    "softmax": (
        lambda x: scipy.special.softmax(x)[0],
        "scipy.special.softmax",
        "autograd.scipy.special.softmax",
    ),
    "norm": (
        lambda x: scipy.stats.norm.logpdf(1.0, x[0]),
        "scipy.stats.norm.logpdf",
        "autograd.scipy.stats.norm",
    ),
    "norm by name": (
        lambda x: scipy.stats.norm.logpdf(onp.ones(3), loc=x[0], scale=x[1]).sum(),
        "scipy.stats.norm.logpdf",
        "autograd.scipy.stats.norm.logpdf",
    ),
    "expon": (lambda x: np.sum(scipy.stats.expon.logpdf(x)), "scipy.stats.expon.logpdf", "write it out"),
    "multivariate_normal": (
        lambda x: scipy.stats.multivariate_normal.logpdf(onp.ones(3), x),
        "scipy.stats.multivariate_normal.logpdf",
        "autograd.scipy.stats.multivariate_normal.logpdf",
    ),
    "a sparse matrix": (
        lambda x: np.sum((scipy.sparse.csr_array(onp.eye(3)) @ x) ** 2),
        "a sparse matrix",
        "toarray",
    ),
    "on the way back": (
        lambda x: np.linalg.inv(np.zeros((2, 2)) * x[0])[0, 0],
        "Singular matrix",
        "",
    ),
}


@pytest.mark.parametrize("name", SENTENCES)
def test_a_sentence_names_function_line_and_what_to_write(name):
    function, what, instead = SENTENCES[name]
    with pytest.raises(hw.ProblemError) as caught:
        hw.curvature(function, X.copy())
    sentence = str(caught.value)
    assert what in sentence
    assert instead in sentence
    assert "of test_sentences.py: " in sentence


@pytest.mark.parametrize("name", ["logsumexp", "norm", "expon", "sort in place", "pad"])
def test_compiling_says_the_same(name):
    function, what, instead = SENTENCES[name]
    with pytest.raises(hw.ProblemError, match=r"test_sentences\.py") as caught:
        hw.compile(function, X.copy())
    assert what in str(caught.value)
    assert instead in str(caught.value)


def test_an_error_of_a_library_that_has_nothing_to_do_with_tracing_is_its_own():
    with pytest.raises(hw.ProblemError, match="raised ValueError") as caught:
        hw.curvature(lambda x: x * scipy.stats.norm.logpdf([1.0, 2.0], loc=[1.0, 2.0, 3.0])[0], 1.0)
    assert "cannot follow" not in str(caught.value)


def test_the_line_of_what_fails_on_the_way_back_is_the_users():
    def f(x):
        y = x**2
        z = np.linalg.slogdet(np.array([[y, y], [y, y]]))[1]
        return z * 0.0 + y

    with pytest.raises(hw.ProblemError) as caught:
        hw.curvature(f, 2.0)
    assert f"at line {f.__code__.co_firstlineno + 2} of test_sentences.py" in str(caught.value)
