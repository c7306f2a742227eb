"""Densities of ``autograd.scipy.stats``, written out: every parameter may be traced, by position or by name.

Imported when ``autograd.scipy.stats`` is (`hesswidget.derivatives.completion.families.meet_scipy`).
"""

from __future__ import annotations

from typing import Any

import autograd.numpy as anp
import autograd.scipy.special as special
import autograd.scipy.stats as stats
import numpy as np
from autograd.numpy import linalg

from hesswidget.derivatives.completion import special as completed_special
from hesswidget.derivatives.completion.definition import define
from hesswidget.derivatives.completion.structure import as_traced

LOG_2PI = np.log(2.0 * np.pi)


def _outside(inside: Any, density: Any) -> Any:
    return anp.where(inside, density, -np.inf)


def _standard(x: Any, loc: Any, scale: Any) -> Any:
    return (as_traced(x) - as_traced(loc)) / as_traced(scale)


def norm_logpdf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """Log density of a normal."""
    return -(_standard(x, loc, scale) ** 2) / 2.0 - LOG_2PI / 2.0 - anp.log(scale)


def gamma_logpdf(x: Any, a: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """Log density of a gamma distribution of shape `a`."""
    z = _standard(x, loc, scale)
    inside = z >= 0
    z = anp.where(inside, z, 1.0)
    return _outside(inside, completed_special.xlogy(a - 1.0, z) - z - special.gammaln(a) - anp.log(scale))


def beta_logpdf(x: Any, a: Any, b: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """Log density of a beta distribution."""
    z = _standard(x, loc, scale)
    inside = anp.logical_and(z >= 0, z <= 1)
    z = anp.where(inside, z, 0.5)
    powers = completed_special.xlogy(a - 1.0, z) + completed_special.xlog1py(b - 1.0, -z)
    return _outside(inside, powers - special.betaln(a, b) - anp.log(scale))


def t_logpdf(x: Any, df: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """Log density of Student's t of `df` degrees of freedom."""
    z = _standard(x, loc, scale)
    factor = special.gammaln((df + 1.0) / 2.0) - special.gammaln(df / 2.0) - anp.log(df * np.pi) / 2.0
    return factor - (df + 1.0) / 2.0 * anp.log1p(z**2 / df) - anp.log(scale)


def chi2_logpdf(x: Any, df: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """Log density of χ² of `df` degrees of freedom."""
    return gamma_logpdf(x, df / 2.0, loc, 2.0 * scale)


def poisson_logpmf(k: Any, mu: Any, loc: Any = 0.0) -> Any:
    """Log probability of a Poisson distribution."""
    k = as_traced(k) - loc
    inside = anp.logical_and(k >= 0, k == anp.floor(k))
    k = anp.where(inside, k, 1.0)
    return _outside(inside, completed_special.xlogy(k, mu) - special.gammaln(k + 1.0) - mu)


def multivariate_normal_logpdf(x: Any, mean: Any = 0.0, cov: Any = 1.0, allow_singular: bool = False) -> Any:
    """Log density of a normal in several dimensions."""
    if allow_singular:
        raise NotImplementedError("a singular covariance has no density that could be differentiated")
    cov = as_traced(cov)
    off = as_traced(x) - as_traced(mean)
    if anp.ndim(cov) < 2:
        n = anp.shape(off)[-1] if anp.ndim(off) else 1
        cov = anp.diag(anp.reshape(anp.array(cov) * np.ones(n), (n,)))
    n = anp.shape(cov)[0]
    rows = anp.reshape(off, (-1, n))
    squares = anp.sum(rows * linalg.solve(cov, rows.T).T, axis=1)
    squares = anp.reshape(squares, anp.shape(off)[:-1] if anp.ndim(off) else ())
    return -(squares + n * LOG_2PI + linalg.slogdet(cov)[1]) / 2.0


def dirichlet_logpdf(x: Any, alpha: Any) -> Any:
    """Log density of a Dirichlet distribution."""
    x, alpha = as_traced(x), as_traced(alpha)
    terms = completed_special.xlogy(anp.reshape(alpha - 1.0, (-1,) + (1,) * (anp.ndim(x) - 1)), x)
    return anp.sum(terms, axis=0) - anp.sum(special.gammaln(alpha)) + special.gammaln(anp.sum(alpha))


def norm_cdf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """Cumulative distribution of a normal."""
    return completed_special.ndtr(_standard(x, loc, scale))


def norm_logcdf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """Logarithm of the cumulative distribution of a normal."""
    return special.log_ndtr(_standard(x, loc, scale))


_LOG_DENSITIES: dict[str, Any] = {
    "norm": norm_logpdf,
    "gamma": gamma_logpdf,
    "beta": beta_logpdf,
    "t": t_logpdf,
    "chi2": chi2_logpdf,
    "multivariate_normal": multivariate_normal_logpdf,
    "dirichlet": dirichlet_logpdf,
}


def _density_of(log_density: Any) -> Any:
    return lambda *args, **options: anp.exp(log_density(*args, **options))


for _name, _log_density in _LOG_DENSITIES.items():
    define("logpdf", module=getattr(stats, _name))(_log_density)
    define("pdf", module=getattr(stats, _name))(_density_of(_log_density))
define("logpmf", module=stats.poisson)(poisson_logpmf)
define("pmf", module=stats.poisson)(_density_of(poisson_logpmf))
define("cdf", module=stats.norm)(norm_cdf)
define("sf", module=stats.norm)(lambda x, loc=0.0, scale=1.0: norm_cdf(-as_traced(x), -as_traced(loc), scale))
define("logcdf", module=stats.norm)(norm_logcdf)
define("logsf", module=stats.norm)(
    lambda x, loc=0.0, scale=1.0: norm_logcdf(-as_traced(x), -as_traced(loc), scale)
)
