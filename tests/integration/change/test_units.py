"""Who answered twice, who came and who went, without a name."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.integration.change.overlap import Populations
from helpers.integration.change.units import populations, wave_units
from helpers.reporting.disclosure import suppress

BEFORE, NOW = pd.DataFrame({"unit": list("abcdef")}), pd.DataFrame({"unit": list("fedxyz")})
ELIGIBLE_BEFORE, ELIGIBLE_NOW = pd.Series(list("abcdefgx")), pd.Series(list("adefgxyz"))


def kinds(table):
    return dict(zip(table["answer"], table["count"], strict=True))


def test_every_kind_of_unit_is_counted():
    table = wave_units(BEFORE, NOW, unit="unit", eligible_before=ELIGIBLE_BEFORE, eligible_now=ELIGIBLE_NOW)
    assert kinds(table) == {"both": 3, "lost": 1, "gone": 2, "added": 1, "new": 2}
    assert table["n"].eq(9).all()
    assert table["share"].sum() == pytest.approx(1)
    assert not table.astype(str).isin(list("abcdefxyz")).any(axis=None)


def test_where_no_list_is_known_less_is_told():
    assert kinds(wave_units(BEFORE, NOW, unit="unit")) == {"both": 3, "only_before": 3, "only_now": 3}
    assert kinds(wave_units(BEFORE, NOW, unit="unit", eligible_now=ELIGIBLE_NOW)) == {"both": 3, "lost": 1, "gone": 2, "only_now": 3}


def test_respondents_without_identifier_are_told():
    unnamed = pd.DataFrame({"unit": ["f", None, "", "q"]})
    table = wave_units(BEFORE, unnamed, unit="unit")
    assert kinds(table) == {"both": 1, "only_before": 5, "only_now": 1, "unnamed": 2}
    assert table["n"].eq(9).all()


@settings(max_examples=40, deadline=None)
@given(st.sets(st.integers(0, 40)), st.sets(st.integers(0, 40)))
def test_the_kinds_add_up(before, now):
    table = wave_units(
        pd.DataFrame({"unit": sorted(before)}),
        pd.DataFrame({"unit": sorted(now, reverse=True)}),
        unit="unit",
        eligible_before=pd.Series(sorted(before | set(range(5)))),
        eligible_now=pd.Series(sorted(now | set(range(9)))),
    )
    counted = kinds(table)
    assert counted["both"] + counted["lost"] + counted["gone"] == len(before)
    assert counted["both"] + counted["added"] + counted["new"] == len(now)
    assert counted["gone"] == len(before - now - set(range(9)))
    assert sum(counted.values()) == len(before | now)


def test_small_kinds_can_be_suppressed():
    table = suppress(wave_units(BEFORE, NOW, unit="unit", eligible_now=ELIGIBLE_NOW), k=3)
    assert table.set_index("answer")["suppressed"].to_dict() == {"both": False, "lost": True, "gone": True, "only_now": False}


def test_populations_from_lists():
    assert populations(ELIGIBLE_BEFORE, ELIGIBLE_NOW) == Populations(8, 8, 6)
    with pytest.raises(ValueError, match="1 eligible units are listed again, 0 without"):
        populations(pd.Series(["a", "a"]), ELIGIBLE_NOW)
    with pytest.raises(ValueError, match="0 eligible units are listed again, 1 without"):
        populations(pd.Series(["a", None]), ELIGIBLE_NOW)


def test_respondents_outside_their_list_are_refused():
    with pytest.raises(ValueError, match="3 of 6 units answered and are not in their wave's list"):
        wave_units(BEFORE, NOW, unit="unit", eligible_before=pd.Series(list("abc")))
