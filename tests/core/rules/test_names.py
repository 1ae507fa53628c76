"""Employer names: what is one unit, what is not, and that comparing is an equivalence."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalhub.core.rules.names import normalise_employer, same_employer

SAME = [
    ("武汉建工", "武汉建工集团有限公司"),
    ("武汉建工集团股份有限公司", "武汉建工(集团)有限公司"),
    ("甲乙建设有限公司", "甲乙建设有限责任公司"),
    ("甲乙（武汉）建设有限公司", "甲乙(武汉)建设有限公司"),
    ("甲乙 建设　有限公司", "甲乙建设有限公司"),
    ("甲乙建设有限公司武汉分公司", "甲乙建设有限公司"),
    ("甲乙建设有限公司武汉分公司第一分公司", "甲乙建设集团有限公司"),
    ("甲乙会计师事务所（特殊普通合伙）湖北分所", "甲乙会计师事务所(特殊普通合伙)"),
    ("甲乙设计院武汉分院", "甲乙设计院"),
    ("ＡＢＣ工程有限公司", "abc工程公司"),
    ("Example Works Co., Ltd.", "EXAMPLE WORKS LIMITED"),
    ("The Example Works Corporation", "Example Works, Inc."),
    ("Example L.L.C.", "Example LLC"),
]
DIFFERENT = [
    ("中建三局集团有限公司", "中建三局第一建设工程有限责任公司"),
    ("甲乙（武汉）建设有限公司", "甲乙（成都）建设有限公司"),
    ("甲乙集团武汉建设有限公司武汉分公司", "甲乙集团有限公司"),
    ("武汉大学", "武汉大学出版社有限公司"),
    ("武汉市政建设有限公司", "武汉建设有限公司"),
    ("甲乙通信武汉分公司", "甲乙通信成都分公司"),
    ("Example Works Ltd", "Example Workshop Ltd"),
    ("Co Ltd", "Inc"),
    ("有限公司", "集团"),
    ("", ""),
    ("（）", "··"),
]
PIECES = ["甲乙", "武汉", "建设", "集团", "有限公司", "分公司", "公司", "股份"]
PIECES += ["（", "）", " ", "·", "Co.", "Ltd", "ABC", "."]
NAMES = st.lists(st.sampled_from(PIECES), max_size=7).map("".join) | st.text(max_size=12)


@pytest.mark.requirement("R15")
@pytest.mark.parametrize(("a", "b"), SAME)
def test_one_unit(a, b):
    assert same_employer(a, b)
    assert same_employer(b, a)


@pytest.mark.requirement("R15")
@pytest.mark.parametrize(("a", "b"), DIFFERENT)
def test_two_units(a, b):
    assert not same_employer(a, b)


@settings(max_examples=300, deadline=None)
@given(name=NAMES)
def test_normalising_twice_changes_nothing(name):
    assert normalise_employer(normalise_employer(name)) == normalise_employer(name)


@settings(max_examples=200, deadline=None)
@given(name=NAMES)
def test_a_legal_form_at_the_end_never_matters(name):
    plain = normalise_employer(name)
    if len(plain) >= 2 and not plain.endswith(("分", "子")):
        assert same_employer(name, plain + "有限公司") or plain.endswith(("分公司", "子公司"))


@settings(max_examples=200, deadline=None)
@given(name=NAMES.filter(lambda name: len(normalise_employer(name)) >= 2), other=st.sampled_from(["武汉", "X"]))
def test_another_word_in_front_is_another_unit(name, other):
    assert not same_employer(name, other + normalise_employer(name))
