"""Making values ends when the time for it is over."""

import itertools

import pytest

from hesswidget.program import deadline
from hesswidget.program.errors import NotRecorded
from hesswidget.program.graph import Graph


def chain(length):
    graph = Graph()
    value = graph.input("x", ())
    for _ in range(length):
        value = graph.emit("sin", value)


def test_the_time_is_looked_at_now_and_then():
    seconds = itertools.count()
    with deadline.within(3, clock=lambda: next(seconds)):
        chain(3 * deadline.EVERY)
        with pytest.raises(NotRecorded):
            chain(deadline.EVERY)


def test_elsewhere_there_is_no_bound():
    with deadline.within(0, clock=lambda: 0.0):
        chain(deadline.EVERY)
    chain(4 * deadline.EVERY)
