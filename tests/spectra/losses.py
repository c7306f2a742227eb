"""Losses whose spectra are computed; in a module of their own, so that other processes find them."""

from __future__ import annotations

import autograd.numpy as np
import numpy

PLACES = numpy.cos(numpy.pi * (2 * numpy.arange(20) + 1) / 40)[:, None]
WANTED = 8 * PLACES**4 - 8 * PLACES**2 + 1  # Chebyshev's polynomial of degree four


def tanh_network(params, chunk=None):
    """A 1-m-m-1 network's sum of squares."""
    inputs, wanted = chunk or (PLACES, WANTED)
    hidden = np.tanh(inputs @ params["W1"] + params["b1"])
    hidden = np.tanh(hidden @ params["W2"] + params["b2"])
    return 0.5 * np.sum((hidden @ params["W3"] + params["b3"] - wanted) ** 2) / len(PLACES)


def weights(width, seed=0):
    """Where a 1-m-m-1 network may start."""
    random = numpy.random.default_rng(seed)
    return {
        "W1": random.standard_normal((1, width)),
        "b1": random.standard_normal(width),
        "W2": random.standard_normal((width, width)) / numpy.sqrt(width),
        "b2": numpy.zeros(width),
        "W3": random.standard_normal((width, 1)) / numpy.sqrt(width),
        "b3": numpy.zeros(1),
    }


def raises(params, chunk):
    """A loss that one chunk has raise."""
    if len(chunk[0]) == 2:
        raise ValueError("this chunk is spoilt")
    return tanh_network(params, chunk)


def rotated(eigenvalues, seed=5):
    """A symmetric matrix with these eigenvalues, in no special position."""
    basis = numpy.linalg.qr(numpy.random.default_rng(seed).standard_normal((len(eigenvalues),) * 2))[0]
    return (basis * eigenvalues) @ basis.T
