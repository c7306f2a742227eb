"""How numbers are written in sentences."""

from __future__ import annotations

import math


def subscript(k: int) -> str:
    """Write a number as an index.

    Examples
    --------
    >>> f"λ{subscript(12)}"
    'λ₁₂'
    """
    return str(k).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))


def number(value: float, digits: int = 3) -> str:
    """Write `value` with at most `digits` significant digits and a true minus sign.

    Examples
    --------
    >>> number(-0.30999), number(2e-9), number(1200.0), number(float("nan"))
    ('−0.31', '2e-9', '1200', 'nan')
    """
    if not math.isfinite(value):
        return f"{value}".replace("-", "−")
    text = f"{value:.{digits}g}"
    if "e" in text:
        mantissa, exponent = text.split("e")
        text = f"{value:.0f}" if 0 <= int(exponent) < 5 else f"{mantissa}e{int(exponent)}"
    return "−" + text[1:] if text.startswith("-") else text


def amount(count: int, noun: str) -> str:
    """Write a count with its noun.

    Examples
    --------
    >>> amount(1, "eigenvalue"), amount(3, "eigenvalue")
    ('one eigenvalue', '3 eigenvalues')
    """
    return f"one {noun}" if count == 1 else f"{count} {noun}s"
