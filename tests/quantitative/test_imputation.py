from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.quantitative.imputation import covariance_root, impute, pool
from helpers.quantitative.missing.matching import draw_donors
from reference.expected import expected, numbered, reference_data


def least_squares(tables: list[pd.DataFrame], outcome: str, terms: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients and their variances in every table, (tables, 1 + terms)."""
    values = np.stack([table[[outcome, *terms]].to_numpy(dtype=float) for table in tables])
    y, x = values[:, :, :1], np.concatenate([np.ones_like(values[:, :, :1]), values[:, :, 1:]], axis=2)
    inverse = np.linalg.inv(x.transpose(0, 2, 1) @ x)
    coefficients = inverse @ x.transpose(0, 2, 1) @ y
    residual = np.square(y - x @ coefficients).sum(axis=1) / (x.shape[1] - x.shape[2])
    return coefficients[:, :, 0], residual * np.diagonal(inverse, axis1=1, axis2=2)


# -------------------------------------------------------------------------------------------------------------------- Rubin's rules
def test_pooling_matches_mice():
    stacked = pd.read_csv(reference_data("nhanes_mice_m20_seed123.csv"))
    pooled = pool(*least_squares([table for _, table in stacked.groupby(".imp")], "chl", ["age", "bmi"]), complete_df=25 - 3)
    found = {"est": pooled.estimate, "ubar": pooled.within, "b": pooled.between, "t": pooled.total, "df": pooled.df, "fmi": pooled.fmi}
    found |= {"riv": pooled.riv, "lambda": pooled.lambda_, "p": pooled.p_value, "ci": [*pooled.low, *pooled.high]}
    computed = {key: value for name, values in found.items() for key, value in numbered(f"mice.{name}", values).items()}
    assert computed == expected("mice")
    assert len(computed) == 33
    table = pooled.table(["Intercept", "age", "bmi"])
    assert list(table) == ["term", "estimate", "std_error", "statistic", "df", "p_value", "low", "high", "fmi"]
    assert table["std_error"].tolist() == pytest.approx(np.sqrt(pooled.total).tolist())
    assert pooled.imputations == 20


def test_one_parameter_pools_as_one_of_many():
    rng = np.random.default_rng(1)
    estimates, variances = rng.normal(size=(6, 2)), rng.uniform(0.5, 2, size=(6, 2))
    together, alone = pool(estimates, variances, complete_df=30), pool(estimates[:, 1], variances[:, 1], complete_df=30)
    for name in ("estimate", "within", "between", "total", "df", "riv", "lambda_", "fmi", "std_error", "statistic", "p_value", "low", "high"):
        assert isinstance(getattr(alone, name), float)
        assert getattr(together, name)[1] == pytest.approx(getattr(alone, name), rel=1e-12)
    assert len(alone.table(["age"])) == 1


def test_equal_estimates_leave_the_complete_table_s_inference(recwarn):
    pooled = pool([2.0] * 5, [0.25] * 5, complete_df=40)
    # Barnard and Rubin (1999): without missing information (df + 1) / (df + 3) * df.
    assert (pooled.riv, pooled.lambda_, pooled.df) == (0, 0, pytest.approx(41 / 43 * 40))
    assert pool([2.0] * 5, [0.25] * 5).df == np.inf
    assert pool([2.0] * 5, [0.25] * 5).low == pytest.approx(2 - 1.959964 * 0.5)
    assert pool([0.0, 0.0], [0.0, 0.0]).std_error == 0 and np.isnan(pool([0.0, 0.0], [0.0, 0.0]).statistic)
    # Rubin (1987): (m - 1) / lambda^2 where the table itself is unlimited.
    unlimited = pool([1.0, 2.0, 3.0], [1.0, 1.0, 1.0])
    assert unlimited.df == pytest.approx(2 / unlimited.lambda_**2)
    assert pool([1.0, 2.0, 3.0], [1.0, 1.0, 1.0], level=0.5).high < unlimited.high
    assert not recwarn.list


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(-5, 5), st.floats(0.01, 9)), min_size=2, max_size=12), st.floats(1, 200), st.floats(0.1, 50))
def test_pooling_scales_and_never_promises_more_than_a_complete_table(pairs, complete_df, factor):
    estimates, variances = np.array(pairs).T
    pooled, scaled = pool(estimates, variances, complete_df=complete_df), pool(estimates * factor, variances * factor**2, complete_df=complete_df)
    assert pooled.df <= complete_df and pooled.total >= pooled.within and 0 <= pooled.lambda_ <= pooled.fmi <= 1
    assert pooled.low <= pooled.estimate <= pooled.high
    assert (scaled.estimate, scaled.low, scaled.high) == pytest.approx(
        (pooled.estimate * factor, pooled.low * factor, pooled.high * factor), rel=1e-9, abs=1e-9
    )
    assert (scaled.df, scaled.fmi) == pytest.approx((pooled.df, pooled.fmi))


def test_what_cannot_be_pooled_is_refused():
    for estimates, variances, message in [
        ([1.0], [1.0], "1 imputed tables"),
        ([1.0, 2.0], [1.0], r"\(2,\) and variances \(1,\) need one shape"),
        ([1.0, np.nan], [1.0, 1.0], "1 of 2 estimates or variances"),
        ([1.0, 2.0], [1.0, -1.0], "1 of 2 estimates or variances"),
    ]:
        with pytest.raises(ValueError, match=message):
            pool(estimates, variances, complete_df=10)
    with pytest.raises(ValueError, match="degrees of freedom"):
        pool([1.0, 2.0], [1.0, 1.0], complete_df=0)
    with pytest.raises(ValueError, match="2 terms are named"):
        pool([1.0, 2.0], [1.0, 1.0]).table(["a", "b"])


# -------------------------------------------------------------------------------------------------------------------- donors
@settings(max_examples=60, deadline=None)
@given(st.integers(1, 9), st.integers(1, 6), st.integers(1, 7), st.sampled_from([1, 3]), st.integers(0, 10**6))
def test_every_donor_is_among_the_nearest_and_all_of_those_are_drawn(cells, gaps, donors, indicators, seed):
    rng = np.random.default_rng(seed)
    observed, missing = rng.normal(size=(2, cells, indicators)).round(1), rng.normal(size=(2, gaps, indicators)).round(1)
    drawn = np.stack([draw_donors(observed, missing, donors=donors, rng=rng) for _ in range(60)])
    distance = np.linalg.norm(observed[:, None] - missing[:, :, None], axis=3)
    reach = np.sort(distance, axis=2)[:, :, min(donors, cells) - 1]
    for chain, gap in np.ndindex(2, gaps):
        assert (distance[chain, gap, drawn[:, chain, gap]] <= reach[chain, gap] + 1e-12).all()
        certain = set(np.flatnonzero(distance[chain, gap] < reach[chain, gap] - 1e-12))
        assert len(set(drawn[:, chain, gap])) >= min(2, donors, cells) and (donors > 3 or certain <= set(drawn[:, chain, gap]))


@pytest.mark.parametrize("indicators", [1, 2])
def test_equals_are_drawn_equally_often(indicators):
    rng = np.random.default_rng(1)
    drawn = draw_donors(np.zeros((6000, 8, indicators)), np.zeros((6000, 1, indicators)), donors=3, rng=rng)
    assert np.bincount(drawn.ravel(), minlength=8) / 6000 == pytest.approx(np.full(8, 1 / 8), abs=0.018)


# -------------------------------------------------------------------------------------------------------------------- imputation
LEVELS = pd.CategoricalDtype(["A1", "A2", "A3", "A4", "A5"], ordered=True)


def survey(n: int = 60, seed: int = 1, missing: float = 0.15) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    size = rng.normal(size=n)
    rated = np.clip(np.round(3 + size + 0.7 * rng.normal(size=n)), 1, 5).astype(int)
    sector = np.where(size + rng.normal(size=n) > 0.6, "ict", np.where(rng.random(n) < 0.5, "health", "mobility"))
    table = pd.DataFrame(
        {
            "members": np.round(np.exp(3.5 + 0.7 * size)),
            "staff": pd.array(rng.integers(1, 9, n), dtype="Int64"),
            "share": np.round(np.clip(0.5 + 0.2 * size + 0.1 * rng.normal(size=n), 0, 1), 2),
            "rating": pd.Categorical.from_codes(rated - 1, dtype=LEVELS),
            "sector": pd.Categorical(sector, categories=["ict", "health", "mobility", "unused"]),
            "office": pd.array(size + rng.normal(size=n) > 0, dtype="boolean"),
            "member": pd.Categorical(np.where(rng.random(n) < 0.6, "yes", "no")),
            "age": rng.integers(1, 30, n),
        },
        index=pd.Index([f"CI-{number}" for number in range(n)], name="unit"),
    )
    holes = rng.random((n, 8)) < missing
    holes[:, -1] = False
    return table.mask(holes).astype({"age": int})


def test_only_gaps_are_filled_only_with_observed_values_and_types_stay():
    data = survey()
    before = data.copy(deep=True)
    completed = impute(data, imputations=8, seed=3, iterations=3)
    pd.testing.assert_frame_equal(data, before)
    assert len(completed) == 8
    for table in completed:
        assert table.index.equals(data.index) and table.columns.equals(data.columns) and table.dtypes.equals(data.dtypes)
        assert table.notna().all(axis=None)
        for name in data:
            known = data[name].notna()
            assert table.loc[known, name].equals(data.loc[known, name])
            assert set(table[name]) <= set(data.loc[known, name])
    assert any(not completed[0].equals(other) for other in completed[1:])


def test_the_same_seed_repeats_and_another_differs():
    data = survey()
    first, again, other = (impute(data, imputations=3, seed=seed, iterations=2) for seed in (1, 1, 2))
    assert all(one.equals(two) for one, two in zip(first, again, strict=True))
    assert not all(one.equals(two) for one, two in zip(first, other, strict=True))


def test_a_table_without_gaps_comes_back_as_often_as_asked():
    data = survey(missing=0)
    assert all(table.equals(data) for table in impute(data, imputations=2, seed=1))


def test_large_tables_are_imputed_block_by_block(monkeypatch):
    monkeypatch.setattr("helpers.quantitative.imputation.BLOCK", 2 * 60 * 10)
    monkeypatch.setattr("helpers.quantitative.missing.matching.BLOCK", 300)
    completed = impute(survey(), imputations=5, seed=3, iterations=2)
    assert len(completed) == 5 and all(table.notna().all(axis=None) for table in completed)
    assert not completed[0].equals(completed[2])


def test_a_gap_is_matched_at_a_draw_from_the_posterior():
    rng = np.random.default_rng(7)
    x = np.append(rng.normal(size=400), 1.5)
    y = 2 * x + 0.8 * rng.normal(size=401)
    data = pd.DataFrame({"x": x, "y": np.append(y[:-1], np.nan)})
    values = [table["y"].iloc[-1] for table in impute(data, imputations=3000, seed=1, iterations=1, donors=1)]
    # The donor's own x tells which prediction it was matched at: y at 1.5, with the standard error of a fitted value.
    drawn = pd.Series(x[:-1], index=y[:-1])[values]
    slope, start = np.polyfit(x[:-1], y[:-1], 1)
    residual = np.sqrt(np.square(y[:-1] - start - slope * x[:-1]).sum() / 398)
    error = residual / slope * np.sqrt(1 / 400 + (1.5 - x[:-1].mean()) ** 2 / (400 * x[:-1].var()))
    assert drawn.mean() == pytest.approx(1.5, abs=0.02)
    assert drawn.std() == pytest.approx(error, rel=0.15)


def test_indicators_of_a_category_are_drawn_with_their_covariance():
    shares = np.array([[0.5, 0.3, 0.2], [0.1, 0.1, 0.8]])
    covariance = shares[:, :, None] * (np.eye(3) - shares[:, None, :])  # adds up to 0 along every row: singular
    root = covariance_root(covariance)
    np.testing.assert_allclose(root @ root.transpose(0, 2, 1), covariance, atol=1e-12)
    np.testing.assert_allclose(covariance_root(covariance[:, :1, :1]) ** 2, covariance[:, :1, :1])


def test_a_category_is_imputed_from_what_goes_along_with_it():
    rng = np.random.default_rng(4)
    place = np.repeat([0, 1, 2], 40)
    data = pd.DataFrame({"x": np.array([0, 5, 0])[place] + rng.normal(size=120), "y": np.array([0, 0, 5])[place] + rng.normal(size=120)})
    truth = pd.Categorical.from_codes(place, categories=["north", "west", "south"])
    gaps = rng.random(120) < 0.3
    data["region"] = pd.Series(truth).mask(gaps)
    hits = [(table["region"].to_numpy()[gaps] == truth[gaps]).mean() for table in impute(data, imputations=10, seed=1, iterations=1)]
    assert np.mean(hits) > 0.93


def test_shares_that_add_up_to_one_do_not_upset_the_equations():
    rng = np.random.default_rng(5)
    shares = rng.dirichlet([4, 3, 2], size=80)
    data = pd.DataFrame(shares, columns=["fee", "public", "other"]).assign(outcome=3 * shares[:, 0] + 0.2 * rng.normal(size=80), same=1.0)
    gaps = rng.random(80) < 0.3
    truth = data.loc[gaps, "outcome"]
    data.loc[gaps, "outcome"] = np.nan
    data.loc[rng.random(80) < 0.2, "fee"] = np.nan
    completed = impute(data, imputations=20, seed=1)
    mean = np.mean([table.loc[gaps, "outcome"] for table in completed], axis=0)
    assert np.corrcoef(mean, truth)[0, 1] > 0.7
    fee = data["fee"].isna()
    assert np.mean([np.abs(table.loc[fee, "fee"] - shares[fee, 0]).mean() for table in completed]) < 0.1


def test_pooled_estimates_agree_with_those_of_mice():
    # mice 3.15 in R, 20 imputations of the same table; both sides carry Monte Carlo error, between / imputations each.
    data = pd.read_csv(reference_data("nhanes.csv"))
    completed = impute(data, imputations=400, seed=1)
    pooled = pool(*least_squares(completed, "chl", ["age", "bmi"]), complete_df=22)
    names = [f"mice.est[{place}]" for place in range(3)]
    theirs = np.array([expected("mice.est")[name].expected for name in names])
    between = np.array([expected("mice.b")[f"mice.b[{place}]"].expected for place in range(3)])
    # Fewer iterations (their default is 5) and another way to break ties are within this error as well.
    assert np.abs(pooled.estimate - theirs) / np.sqrt(between / 20 + pooled.between / 400) == pytest.approx(0, abs=3)
    assert pooled.between / between == pytest.approx(np.ones(3), abs=0.75)


@pytest.mark.slow
def test_pooled_estimates_agree_with_those_of_statsmodels():
    from statsmodels.imputation.mice import MICEData

    rng = np.random.default_rng(6)
    x = rng.multivariate_normal(np.zeros(2), [[1, 0.5], [0.5, 1]], 100)
    data = pd.DataFrame({"y": 1 + x @ [0.5, -0.5] + rng.normal(size=100), "a": x[:, 0], "b": x[:, 1]}).mask(rng.random((100, 3)) < 0.15)
    ours = pool(*least_squares(impute(data, imputations=200, seed=1), "y", ["a", "b"]), complete_df=97)
    np.random.seed(1)  # the library draws from numpy's global generator
    chain, theirs = MICEData(data, k_pmm=5), []
    for _ in range(40):
        chain.update_all(2)
        theirs.append(chain.data.copy())
    other = pool(*least_squares(theirs, "y", ["a", "b"]), complete_df=97)
    # The library draws coefficients from a normal distribution and starts from means; both err by the variance between tables over their number.
    assert np.abs(ours.estimate - other.estimate) / np.sqrt(ours.between / 200 + other.between / 40) == pytest.approx(0, abs=3.5)
    assert ours.std_error / other.std_error == pytest.approx(np.ones(3), abs=0.15)


TRUTH = np.array([1.0, 0.5, 0.3, 0.0, -0.3])


def incomplete(rng: np.random.Generator, n: int, *, at_random: bool) -> pd.DataFrame:
    """Four correlated regressors and an outcome; a tenth missing anywhere, or a regressor missing more often where the outcome is high."""
    x = rng.multivariate_normal(np.zeros(4), 0.4 + 0.6 * np.eye(4), n)
    data = pd.DataFrame(np.column_stack([TRUTH[0] + x @ TRUTH[1:] + rng.normal(size=n), x]), columns=list("yabcd"))
    if at_random:
        return data.mask(rng.random((n, 5)) < 0.1)
    data.loc[rng.random(n) < 1 / (1 + np.exp(2.2 - data["y"])), "a"] = np.nan
    data.loc[rng.random(n) < 0.1, "b"] = np.nan
    return data


@pytest.mark.slow
@pytest.mark.parametrize("n, at_random", [(50, True), (50, False), (100, False)])
def test_pooled_coefficients_are_nearly_unbiased_and_their_intervals_cover(n, at_random):
    rng, estimates, held, dropped = np.random.default_rng(3), [], [], []
    for seed in range(240):
        data = incomplete(rng, n, at_random=at_random)
        pooled = pool(*least_squares(impute(data, imputations=10, seed=seed, iterations=5), "y", list("abcd")), complete_df=n - 5)
        estimates.append(pooled.estimate)
        held.append((pooled.low <= TRUTH) & (pooled.high >= TRUTH))
        dropped.append(least_squares([data.dropna()], "y", list("abcd"))[0][0])
    # Five intervals in 240 studies: a Monte Carlo standard error of about .007.
    assert 0.93 <= np.mean(held) <= 0.97
    bias = np.mean(estimates, axis=0) - TRUTH
    # A tenth of a coefficient's standard error is not seen in its interval; 240 studies blur the bias by a fifteenth of it.
    assert np.abs(bias / np.std(estimates, axis=0)) == pytest.approx(0, abs=0.35)
    if not at_random:
        assert np.abs(np.mean(dropped, axis=0) - TRUTH)[0] > 0.15 > 3 * np.abs(bias[0])


def test_what_cannot_be_imputed_is_refused():
    data = survey()
    for change, message in [
        ({"empty": np.nan}, "empty has no answer at all"),
        ({"same": pd.Series([1.0, 1.0], index=data.index[:2])}, "same has gaps but only one answer"),
        ({"few": pd.Series(np.arange(9.0), index=data.index[:9])}, "few has 9 answers; 11 are needed"),
        ({"text": "free"}, "text is neither number, boolean nor categorical"),
        ({"share": np.inf}, "share holds 60 infinite values"),
    ]:
        with pytest.raises(ValueError, match=message):
            impute(data.assign(**change), imputations=2, seed=1)
    with pytest.raises(ValueError, match="1 column names occur more than once"):
        impute(data.set_axis([*data.columns[:-1], "members"], axis=1), imputations=2, seed=1)
    for option in ("imputations", "iterations", "donors"):
        with pytest.raises(ValueError, match=f"{option} is a whole number of at least 1"):
            impute(data, **{"imputations": 2, "seed": 1, option: 0})


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(12, 40), st.floats(0, 0.3))
def test_any_table_of_a_survey_is_completed_from_itself(seed, n, missing):
    data = survey(n, seed, missing)
    try:
        completed = impute(data, imputations=2, seed=seed, iterations=2)
    except ValueError as refusal:
        assert "answer" in str(refusal)
        return
    for table in completed:
        assert table.notna().all(axis=None) and table.where(data.notna()).equals(data.where(data.notna()))
        assert all(set(table[name]) <= set(data[name].dropna()) for name in data)
