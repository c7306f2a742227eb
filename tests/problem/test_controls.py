"""Abbreviations: every one of ``ipywidgets.interact``, compared with what interact itself makes of it."""

from fractions import Fraction

import ipywidgets
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hesswidget import ProblemError
from hesswidget.problem.controls import Choice, Fixed, Range, Text, Toggle, abbreviated, between, of_default


@pytest.mark.parametrize("given_", [(0, 10), (-2.0, 3.0), (0, 10, 2), (0.0, 1.0, 0.25), 5, 2.5, -3.0, 0, 0.0])
def test_numbers_and_tuples_have_the_ends_that_interact_gives(given_):
    widget = ipywidgets.interactive(lambda a: None, a=given_).children[0]
    control = abbreviated("a", given_)
    assert isinstance(control, Range)
    assert (control.minimum, control.maximum) == (widget.min, widget.max)
    assert control.value == pytest.approx(widget.value)
    assert control.integer == isinstance(widget, ipywidgets.IntSlider)
    if isinstance(given_, tuple) and len(given_) == 3:
        assert control.step == widget.step


@pytest.mark.parametrize(
    "options",
    [["p", "q"], {"one": 1, "two": 2}, [("one", 1), ("two", 2)], range(4)],
)
def test_lists_and_dicts_are_choices(options):
    widget = ipywidgets.interactive(lambda a: None, a=options).children[0]
    control = abbreviated("a", options)
    assert isinstance(control, Choice)
    assert control.labels == tuple(map(str, widget._options_labels))
    assert control.options == tuple(widget._options_values)
    assert control.value == widget.value
    assert control.from_wire(control.to_wire(control.options[1])) == control.options[1]


def test_the_rest():
    assert abbreviated("a", True) == Toggle("a", True)
    assert abbreviated("a", "text") == Text("a", "text")
    array = np.arange(3.0)
    assert abbreviated("a", array) == Fixed("a", array)
    assert abbreviated("a", None) == Fixed("a", None)


def test_a_default_moves_only_if_it_is_a_number_a_bool_or_a_text():
    assert isinstance(of_default("a", 1.0), Range)
    assert isinstance(of_default("a", True), Toggle)
    assert isinstance(of_default("a", "mean"), Text)
    for default in ((2, 3), [1, 2], {"a": 1}, None, np.ones(3), len):
        assert of_default("a", default).value is default


def test_a_float_default_makes_a_float_range_of_integers():
    assert not abbreviated("l2", (0, 1), 0.1).integer
    assert abbreviated("l2", (0, 1), 0.1).value == 0.1
    assert abbreviated("degree", (1, 5), 3).integer
    assert abbreviated("a", (0.0, 1.0), 7.0).value == 1.0


@pytest.mark.parametrize(
    ("ends", "sentence"),
    [
        ((2.0, -2.0), r"upside down.*write a=\(-2, 2\)"),
        ((1.0, 1.0), "zero width"),
        ((0.0, float("inf")), "finite ends"),
        ((float("nan"), 1.0), "finite ends"),
        ((-1e308, 1e308), "infinite width"),
        ((0.0, 1.0, -0.1), "step"),
        ((0, 10**400), "finite ends"),
        ((-(10**400), 0.0), "finite ends"),
        ((0, 1, 10**400), "step"),
        (10**400, "finite ends"),
        (Fraction(10**400), "finite ends"),
    ],
)
def test_a_bad_range_gets_a_sentence(ends, sentence):
    with pytest.raises(ProblemError, match=sentence):
        abbreviated("a", ends)


def test_a_logarithmic_range_is_even_in_the_exponent_and_positive():
    control = Range("a", 1.0, 1e-3, 1e3, 0.1, logarithmic=True)
    assert [control.to_slider(a) for a in (1e-3, 1.0, 1e3)] == [-3, 0, 3]
    assert control.from_slider(np.array([-3.0, 2.0])) == pytest.approx([1e-3, 100.0], rel=1e-15)
    for low, high in (
        (0.3, 700.1),
        (0.7, 1e5 / 3),
    ):  # whose logarithms' powers of ten are others, by rounding
        uneven = Range("a", 1.0, low, high, 0.1, logarithmic=True)
        assert uneven.from_slider(np.array([*map(uneven.to_slider, (low, high)), 9.0])).tolist() == [
            low,
            high,
            high,
        ]
    assert between("a", -1.0, 1.0).to_slider(-0.5) == between("a", -1.0, 1.0).from_slider(-0.5) == -0.5
    with pytest.raises(ProblemError, match="logarithmic; its ends must be positive"):
        Range("a", 1.0, 0.0, 1e3, 0.1, logarithmic=True)


@pytest.mark.parametrize("value", [3.0, "1", None, float("nan"), True, 1j, [1.0], 10**400])
def test_a_range_refuses_what_is_not_in_it(value):
    with pytest.raises(ProblemError, match="a "):
        abbreviated("a", (0.0, 1.0)).check(value)


@pytest.mark.parametrize("value", [1.5, 11, "2"])
def test_an_integer_range_takes_whole_numbers_only(value):
    with pytest.raises(ProblemError):
        abbreviated("a", (0, 10)).check(value)


@pytest.mark.parametrize("index", [-1, 2, True, 0.0, "0", None])
def test_a_choice_takes_an_index_from_the_wire_and_nothing_else(index):
    with pytest.raises(ProblemError):
        abbreviated("a", ["p", "q"]).from_wire(index)


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6))
def test_steps_are_round_and_a_few_hundred(low, width):
    control = abbreviated("a", (low, low + width))
    assert 150 <= width / control.step <= 450
    mantissa = f"{control.step:e}".split("e")[0]
    assert float(mantissa) in (1, 2, 5)


@pytest.mark.parametrize(
    "value",
    ["x" * 10_001, "\ud800", "a\udfff", 1, None],
    ids=["long", "half", "other half", "number", "None"],
)
def test_a_text_is_what_can_be_sent(value):
    control = Text("a", "text")
    with pytest.raises(ProblemError, match="it takes text of at most"):
        control.from_wire(value)
    assert control.from_wire("größe 🙂") == "größe 🙂"
