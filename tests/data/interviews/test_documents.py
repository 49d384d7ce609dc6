"""interviews.csv: who may be quoted, when, how long, and who speaks."""

from __future__ import annotations

import pandas as pd
import pytest

from helpers.data.interviews.documents import read_documents
from helpers.data.problems import StudyError

HEAD = "id,unit,consent,date,minutes,role_de,role_en,note\n"


def test_days_may_be_written_in_german_and_lengths_left_out(tmp_path):
    path = tmp_path / "interviews.csv"
    path.write_text(HEAD + 'I01,U1,yes,2026-02-01,34,Leitung,management,x\nI02,,NO,03.02.2026,"34,5",Leitung,management,\nI03,,no,2026-02-28,,a,b,\n')
    documents = read_documents(path)
    assert documents["date"].tolist() == [pd.Timestamp("2026-02-01"), pd.Timestamp("2026-02-03"), pd.Timestamp("2026-02-28")]
    assert documents["minutes"].fillna(-1).tolist() == [34, 34.5, -1]
    assert documents["consent"].tolist() == [True, False, False]
    assert documents.columns.tolist() == ["document", "unit", "consent", "date", "minutes", "role_de", "role_en"]


@pytest.mark.parametrize(
    "row, column",
    [
        (",U1,yes,2026-02-01,34,a,b,", "id"),
        ("I 01,U1,yes,2026-02-01,34,a,b,", "id"),
        ("I00,U1,yes,2026-02-01,34,a,b,", "id"),
        ("I01,U1,maybe,2026-02-01,34,a,b,", "consent"),
        ("I01,U1,,2026-02-01,34,a,b,", "consent"),
        ("I01,U1,yes,2026-02-30,34,a,b,", "date"),
        ("I01,U1,yes,02/01/2026,34,a,b,", "date"),
        ("I01,U1,yes,,34,a,b,", "date"),
        ("I01,U1,yes,2026-02-01,long,a,b,", "minutes"),
        ("I01,U1,yes,2026-02-01,0,a,b,", "minutes"),
        ("I01,U1,yes,2026-02-01,34,,b,", "role_de"),
        ("I01,U1,yes,2026-02-01,34,a,,", "role_en"),
    ],
)
def test_one_wrong_thing_is_one_problem(tmp_path, row, column):
    (tmp_path / "interviews.csv").write_text(f"{HEAD}I00,,yes,2026-02-01,34,a,b,\n{row}\n")
    with pytest.raises(StudyError) as caught:
        read_documents(tmp_path / "interviews.csv")
    (problem,) = caught.value.problems
    assert problem.column == column
    assert problem.rows[-1] == 3
