import pandas as pd
import pytest

from helpers.integration.statements.importance import importance_test
from helpers.integration.statements.populations import made_population
from helpers.integration.verdicts import statement_verdicts


@pytest.mark.parametrize(
    ("p_value", "low", "expected"),
    [(0.05, 0.01, "supported"), (0.05, 0.0, "tendency"), (0.051, 0.1, "tendency"), (0.2, 0.0, "tendency"), (0.21, 0.0, "open"), (0.9, 0.0, "open")],
)
def test_test_and_interval_have_to_agree(p_value, low, expected):
    part = pd.Series({"n": 45, "excess": 0.2, "excess_low": low, "excess_high": 0.4, "p_value": p_value})
    found = importance_test(part)
    assert found["verdict"] == expected
    assert (found["n"], found["effect"], found["effect_low"], found["p_value"]) == (45, 0.2, low, p_value)


def test_the_estimand_is_the_process():
    claim = made_population("majority", 0.1, size=20, seed=1).claim | {"id": "C07", "kind": "importance", "question": "sector_part"}
    explained = pd.DataFrame({"measure": ["sector_part"], "n": [45], "excess": [0.2], "excess_low": [0.1], "excess_high": [0.4], "p_value": [0.01]})
    ask = {"population": 118, "resamples": 10, "seed": 1}
    row = statement_verdicts(pd.DataFrame(), pd.DataFrame([claim]), {}, importance=explained, **ask).iloc[0]
    assert (row["verdict"], row["assumption"], row["option"], row["n"]) == ("supported", "process", "sector_part", 45)
    assert pd.isna(row[["survives", "probability", "worst_low", "eligible"]]).all()
    for absent in (None, explained.iloc[:0], explained.assign(measure="membership_part")):
        row = statement_verdicts(pd.DataFrame(), pd.DataFrame([claim]), {}, importance=absent, **ask).iloc[0]
        assert (row["verdict"], row["assumption"], row["n"]) == ("open", "no_model", 0)
