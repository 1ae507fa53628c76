"""Who may be drawn, and the leaves that stand for them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalhub.core.codec import canonical
from evalhub.core.errors import Malformed
from evalhub.core.rules.draw import expert_leaf, pool_root
from evalhub.core.rules.plan import Stratum
from evalhub.site.pool.frozen import eligible, excluded, freeze
from evalhub.site.pool.records import Expert, Pool

SALT = bytes(range(32))
DESIGN = Stratum(code="design", specialty="A04", need=1)
HOUSE = Stratum(code="house", specialty="A0401", need=1)
COST = Stratum(code="cost", specialty="A06", need=1)
BIDDERS = ("合成投标人一设计有限公司", "合成投标人二集团股份有限公司")


def expert(number, *specialties, employer="合成大学", status="active"):
    reason = "本人申请" if status == "suspended" else ""
    return Expert(
        id=f"T-{number:03d}",
        name=f"合成专家{number}",
        title="教授",
        employer=employer,
        specialties=tuple(sorted(specialties)),
        status=status,
        reason=reason,
    )


POOL = Pool(
    experts=(
        expert(1, "A0401"),
        expert(2, "A04"),
        expert(3, "A0402", "A0601"),
        expert(4, "A0401", status="suspended"),
        expert(5, "A0401", employer="合成投标人一设计（有限责任公司）"),
        expert(6, "A0601", employer="合成投标人二集团"),
        expert(7, "B01"),
        expert(8, "A040101"),
    )
)


def ids(experts):
    return [int(one.id[2:]) for one in experts]


def test_strata_take_those_who_registered_for_it():
    found = eligible(POOL, (DESIGN, HOUSE, COST), BIDDERS)
    assert {code: ids(experts) for code, experts in found.items()} == {
        "design": [1, 2, 3, 8],
        "house": [1, 8],
        "cost": [3],
    }


@pytest.mark.requirement("R15")
def test_reasons_for_being_left_out():
    assert excluded(POOL, BIDDERS) == {
        "T-004": "recused:suspended",
        "T-005": "recused:employer",
        "T-006": "recused:employer",
    }


@pytest.mark.requirement("R106")
def test_a_freeze_is_opaque_complete_and_reproducible():
    frozen = freeze(POOL, (DESIGN, HOUSE, COST), BIDDERS, pool_salt=SALT)
    assert ids(sorted(frozen.experts.values(), key=lambda one: one.id)) == [1, 2, 3, 8]
    assert pool_root(frozen.leaves)  # strictly ascending, or it would refuse
    assert set(frozen.leaves) == frozen.experts.keys() == {leaf for leaves in frozen.strata.values() for leaf in leaves}
    for leaf, one in frozen.experts.items():
        assert leaf == expert_leaf(SALT, one.id, canonical(one))
    again = freeze(POOL, (DESIGN, HOUSE, COST), BIDDERS, pool_salt=SALT)
    assert again == frozen
    other = freeze(POOL, (DESIGN, HOUSE, COST), BIDDERS, pool_salt=SALT[::-1])
    assert not set(other.leaves) & set(frozen.leaves)


def test_bidders_may_be_given_as_an_iterator():
    assert freeze(POOL, iter([DESIGN]), iter(BIDDERS), pool_salt=SALT).excluded == excluded(POOL, BIDDERS)


@pytest.mark.parametrize("salt", [b"", bytes(31), bytes(33)])
def test_salts_have_one_length(salt):
    with pytest.raises(Malformed):
        freeze(POOL, (DESIGN,), BIDDERS, pool_salt=salt)


CODES = st.sampled_from(["A04", "A0401", "A0402", "A06", "A0601", "B01"])
EMPLOYERS = st.sampled_from([*BIDDERS, "合成大学", "合成投标人一设计", "合成研究院"])
EXPERTS = st.lists(
    st.tuples(st.sets(CODES, min_size=1), EMPLOYERS, st.sampled_from(["active", "suspended"])), max_size=12
)


@pytest.mark.requirement("R15")
@given(EXPERTS)
def test_nobody_barred_is_ever_in_a_leaf(rows):
    pool = Pool(
        experts=tuple(
            expert(number, *codes, employer=employer, status=status)
            for number, (codes, employer, status) in enumerate(rows, start=1)
        )
    )
    frozen = freeze(pool, (DESIGN, COST), BIDDERS, pool_salt=SALT)
    drawn = {one.id for one in frozen.experts.values()}
    assert not drawn & frozen.excluded.keys()
    for one in pool.experts:
        fit = one.status == "active" and one.employer in ("合成大学", "合成研究院")
        wanted = any(code[:3] in ("A04", "A06") for code in one.specialties)
        assert (one.id in drawn) == (fit and wanted)
