"""RMSProp: each coordinate at a rate that follows the size of its recent gradients."""

from __future__ import annotations

from hesswidget.descent.methods.averages import by_size

METHOD = by_size(
    name="rmsprop",
    source="Tieleman & Hinton (2012), Lecture 6.5: divide the gradient by a running average of its recent magnitude",
    square=lambda gradient: gradient**2,
)
