"""Tails of F and Beta: printed tables, closed forms, and both sides adding up to one."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalhub.core.rules.scoring.tails import beta_below, f_above


@pytest.mark.parametrize(
    ("student", "freedom", "two_sided"),
    [  # critical values of Student's t as every table prints them; F is their square
        ("12.706", 1, "0.05"),
        ("2.571", 5, "0.05"),
        ("2.228", 10, "0.05"),
        ("3.169", 10, "0.01"),
        ("2.042", 30, "0.05"),
        ("3.373", 120, "0.001"),
    ],
)
def test_f_is_students_t_squared(student, freedom, two_sided):
    assert f_above(Fraction(student) ** 2, freedom) == pytest.approx(Decimal(two_sided), rel=Decimal("0.002"))


@pytest.mark.parametrize(
    ("x", "a", "b", "expected"),
    [
        ("0.3", 2, 2, "0.3"),  # uniform
        ("0.3", 4, 2, "0.09"),  # x²
        ("0.3", 2, 4, "0.51"),  # 1 - (1-x)²
        ("0.25", 1, 1, "0.33333333333333333333"),  # 2/π arcsin √x
        ("0.5", 1, 1, "0.5"),
        ("0.5", 30, 30, "0.5"),
        ("0", 3, 3, "0"),
        ("1", 3, 3, "1"),
    ],
)
def test_closed_forms(x, a, b, expected):
    assert abs(beta_below(Fraction(x), a, b) - Decimal(expected)) < Decimal("1e-20")


@settings(max_examples=80, deadline=None)
@given(x=st.fractions(0, 1, max_denominator=1000), a=st.integers(1, 60), b=st.integers(1, 200))
def test_both_sides_add_up_and_the_curve_only_rises(x, a, b):
    below = beta_below(x, a, b)
    assert abs(below + beta_below(1 - x, b, a) - 1) < Decimal("1e-20")
    assert 0 <= below <= beta_below((x + 1) / 2, a, b) <= 1


def test_far_out_it_is_small_and_not_nothing():
    assert Decimal("1e-30") < f_above(Fraction(300), 77) < Decimal("1e-25")
