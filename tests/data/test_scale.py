"""A large survey is read whole, within reason."""

from __future__ import annotations

import numpy as np
import pandas as pd

RECORDS, EACH = 20_000, 10


def test_twenty_thousand_records_of_forty_columns(folder, as_csv):
    draw = np.random.default_rng(20251103)
    columns = {"token": [f"CANARY-{number}" for number in range(RECORDS)]}
    own = {name: folder.variable(name) for name in ("unit_id", "plan", "fairs", "measures", "partners", "exports")}
    rows, levels = [own["unit_id"], own["measures"]], []
    for place in range(EACH):
        new = [
            {**own["plan"], "name": f"plan_{place}", "code": f"P{place}"},
            {**own["fairs"], "name": f"box_{place}", "code": f"B3[{place}]"},
            {**own["partners"], "name": f"number_{place}", "code": f"N{place}"},
            {**own["exports"], "name": f"share_{place}", "code": f"S{place}"},
        ]
        rows += new
        levels += [{**row, "variable": f"plan_{place}"} for row in folder.levels if row["variable"] == "plan"]
        columns[f"P{place}"] = draw.choice(["full", "part", "dk", ""], RECORDS)
        columns[f"B3[{place}]"] = draw.choice(["Y", ""], RECORDS)
        columns[f"N{place}"] = draw.choice(["0.0000000000", "12.0000000000", "", "N/A"], RECORDS)
        columns[f"S{place}"] = draw.choice(["0", "12,5", "100"], RECORDS)
    folder.without_frame()
    folder.codebook, folder.levels = rows, levels
    table = pd.DataFrame(columns)
    folder.files["survey/responses.csv"] = table.to_csv(index=False, sep=";").encode()
    study = folder.open()
    assert study.responses.shape == (RECORDS, 4 * EACH)
    assert study.responses["plan_3"].value_counts().to_dict() == table["P3"][table["P3"].isin(["full", "part"])].value_counts().to_dict()
    assert int(study.responses["box_3"].sum()) == int(table["B3[3]"].eq("Y").sum())
    assert study.missing["number_3"].eq("not_shown").sum() == table["N3"].eq("N/A").sum()
    assert study.responses["share_3"].mean() == table["S3"].str.replace(",", ".").astype(float).mean() / 100
    assert study.responses.memory_usage(deep=True).sum() < 10 * study.responses.size
    assert study.missing.memory_usage(deep=True).sum() < 2 * study.missing.size
