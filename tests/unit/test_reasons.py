"""Every reason the engine writes down has words."""

from __future__ import annotations

import pytest

from engine.vocabulary import UNENROL_RULES
from engine.wording.reasons import REASONS, reason_clause, reason_title


def test_the_ways_out_of_a_flow_are_foreseen() -> None:
    assert set(UNENROL_RULES) <= REASONS.keys()


@pytest.mark.parametrize("code", sorted(REASONS))
def test_a_reason_has_a_title_and_a_clause(code: str) -> None:
    assert reason_title(code)[0].isupper()
    assert reason_clause(code)[0].islower()
    assert "_" not in reason_title(code) + reason_clause(code)


def test_one_nobody_foresaw_says_itself() -> None:
    assert (reason_title("bad_luck"), reason_clause("bad_luck")) == ("Bad luck", "bad luck")
