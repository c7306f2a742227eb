"""What autograd differentiates and no program has: what tests add to a function that the kernel is to compute."""

from autograd.scipy import special


def zero(x):
    """Return 0, by a Bessel function that is not recorded."""
    return 0.0 * special.iv(1, 1.0 + x**2)
