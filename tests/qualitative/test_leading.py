"""The theme that leads, and the caution where the coders did not see it alike."""

import pandas as pd
import pytest

from helpers.qualitative.leading import leading_agreement

COUNTS = pd.DataFrame({"theme": ["relation", "barrier"], "code": ["contacts", "staff"], "n": [14, 12], "mentions": [28, 30]})


def agreement(contacts, staff):
    return pd.DataFrame({"code": ["contacts", "staff", ""], "alpha": [contacts, staff, 0.1]})


@pytest.mark.parametrize(
    ("contacts", "staff", "standing"),
    [(0.36, 0.8, ["least"]), (0.5, 0.4, ["low"]), (0.7, 0.8, []), (float("nan"), 0.3, [])],
)
def test_caution_is_said_where_the_leading_code_was_not_seen_alike(contacts, staff, standing):
    found = leading_agreement(COUNTS, agreement(contacts, staff))
    assert found["standing"].tolist() == standing
    assert found["alpha"].tolist() == ([contacts] if standing else [])
