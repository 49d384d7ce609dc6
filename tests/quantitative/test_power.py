from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from helpers.quantitative.power import detectable_partial_r2, f_power, minimum_detectable_effects, t_power
from reference.expected import expected


def two_groups(n: int) -> pd.DataFrame:
    return pd.DataFrame({"y": np.arange(2.0 * n), "group": ["a"] * n + ["b"] * n})


def uneven(n: int = 50, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    sector = pd.Categorical(rng.choice(list("abcd"), n, p=[0.31, 0.2, 0.22, 0.27]))
    return pd.DataFrame({"y": rng.normal(size=n), "sector": sector, "members": rng.lognormal(3.8, 0.8, n), "age": rng.integers(3, 40, n)})


def test_power_matches_the_reference():
    # Two groups of n and a difference of d standard deviations: noncentrality d sqrt(n / 2); two shares have no noise to estimate.
    found = {
        "pow.t20": t_power(np.sqrt(20 / 2), 38),
        "pow.n90": optimize.brentq(lambda n: t_power(np.sqrt(n / 2), 2 * n - 2) - 0.9, 10, 50, xtol=1e-12),
        "pow.f2": f_power(0.1, tested=5, residual_dof=89),  # f2 = 1/9, printed as .1111
        "pow.f2.mde": (share := detectable_partial_r2(n_used=60, columns=10, tested=9)) / (1 - share),
        "pow.anova": f_power(0.28**2 / (1 + 0.28**2), tested=3, residual_dof=76),
        "pow.2p": t_power(0.3 * np.sqrt(80 / 2), np.inf),
    }
    assert found == expected("pow")


@pytest.mark.parametrize(("n", "d"), [(64, 0.50), (26, 0.80), (17, 1.00)])
def test_effects_of_two_groups_match_cohen(n, d):
    # Cohen (1988), table 2.4.1 (two-sided .05, power .80): the smallest n per group that detects a difference of d standard deviations.
    enough, fewer = (minimum_detectable_effects(two_groups(size), "y ~ group", residual_sd=10).iloc[0] for size in (n, n - 1))
    assert enough["effect"] / 10 <= d < fewer["effect"] / 10
    assert enough["std_error"] == pytest.approx(10 * np.sqrt(2 / n))


def test_every_column_and_every_term_of_several_columns_has_a_row():
    table = uneven().assign(age=lambda cases: cases["age"].where(cases.index > 2))
    found = minimum_detectable_effects(table, "y ~ sector + log(members) + age", residual_sd=9)
    assert list(found) == ["term", "column", "tested", "std_error", "effect", "partial_r2", "n_used", "n_dropped"]
    assert found["term"].tolist() == ["sector"] * 4 + ["log(members)", "age"]
    assert found["column"].tolist() == ["sector[T.b]", "sector[T.c]", "sector[T.d]", "", "log(members)", "age"]
    assert found["tested"].tolist() == [1, 1, 1, 3, 1, 1]
    assert found["effect"].isna().tolist() == [False, False, False, True, False, False]
    assert (found["n_used"] == 47).all() and (found["n_dropped"] == 3).all()
    assert found["partial_r2"][3] == detectable_partial_r2(n_used=47, columns=6, tested=3)


def test_standard_errors_are_those_of_least_squares():
    import statsmodels.formula.api as smf

    table = uneven()
    fitted = smf.ols("y ~ sector + np.log(members) + age", table).fit()
    found = minimum_detectable_effects(table, "y ~ sector + log(members) + age", residual_sd=np.sqrt(fitted.scale))
    assert found["std_error"].dropna().to_numpy() == pytest.approx(fitted.bse.to_numpy()[1:])
    assert t_power((found["effect"] / found["std_error"])[0], 44) == pytest.approx(0.8)


def test_two_sided_t_and_f_agree():
    for residual_dof in (5, 41, 400):
        share = 0.17
        noncentrality = np.sqrt(share / (1 - share) * (1 + residual_dof + 1))
        assert f_power(share, tested=1, residual_dof=residual_dof) == pytest.approx(t_power(noncentrality, residual_dof), rel=1e-10)
    assert t_power(2, np.inf) == pytest.approx(t_power(2, 10**7), rel=1e-5)


def test_power_without_an_effect_is_the_level():
    assert t_power(0, 30, alpha=0.1) == pytest.approx(0.1)
    assert t_power(0, np.inf) == pytest.approx(0.05)
    assert f_power(0, tested=4, residual_dof=30, alpha=0.01) == pytest.approx(0.01)


def rejected(rng: np.random.Generator, samples: int, *, redrawn: bool) -> float:
    """Share of F tests of 3 among 9 columns that reject at n = 50, where their partial R2 is the one detectable with a power of .8."""
    n, share = 50, detectable_partial_r2(n_used=50, columns=9, tested=3)
    designs = rng.normal(size=(samples if redrawn else 1, n, 9))
    designs[..., 0] = 1
    kept, whole = (np.linalg.qr(designs[..., :columns])[0] for columns in (6, 9))

    def unexplained(basis, values):
        rows = values[:, None]
        return ((rows - rows @ basis @ basis.swapaxes(-1, -2))[:, 0] ** 2).sum(axis=1)

    signal = designs[..., 8]
    if not redrawn:  # the signal beside the other columns as large as the partial R2 says, in this design
        signal = signal * np.sqrt((3 + 41 + 1) / unexplained(kept, signal))
    outcome = np.sqrt(share / (1 - share)) * signal + rng.normal(size=(samples, n))
    full = unexplained(whole, outcome)
    return float(((unexplained(kept, outcome) - full) / 3 / (full / 41) > stats.f.isf(0.05, 3, 41)).mean())


def test_the_detectable_share_is_detected_as_often_as_promised():
    assert rejected(np.random.default_rng(5), 10_000, redrawn=False) == pytest.approx(0.80, abs=0.012)
    assert rejected(np.random.default_rng(6), 10_000, redrawn=True) == pytest.approx(0.765, abs=0.012)


@settings(max_examples=40, deadline=None)
@given(st.integers(12, 300), st.integers(1, 6), st.integers(0, 4), st.floats(0.2, 0.95), st.floats(0.001, 0.1))
def test_the_detectable_share_has_the_power_and_shrinks_with_cases(n, tested, others, power, alpha):
    columns = tested + others + 1
    share = detectable_partial_r2(n_used=n, columns=columns, tested=tested, power=power, alpha=alpha)
    assert 0 < share < 1
    assert f_power(share, tested=tested, residual_dof=n - columns, alpha=alpha) == pytest.approx(power, abs=1e-8)
    assert detectable_partial_r2(n_used=n + 1, columns=columns, tested=tested, power=power, alpha=alpha) < share


@settings(max_examples=25, deadline=None)
@given(st.floats(1e-6, 1e6), st.floats(1e-3, 1e3), st.integers(0, 10**6))
def test_effects_follow_the_units(unit, residual_sd, seed):
    table = uneven(seed=seed)
    plain = minimum_detectable_effects(table, "y ~ sector + age", residual_sd=residual_sd)
    changed = minimum_detectable_effects(table.assign(age=table["age"] * unit), "y ~ sector + age", residual_sd=3 * residual_sd)
    assert changed["effect"][4] == pytest.approx(3 * plain["effect"][4] / unit)
    assert changed["effect"][:3].tolist() == pytest.approx((3 * plain["effect"][:3]).tolist())
    assert changed["partial_r2"].tolist() == pytest.approx(plain["partial_r2"].tolist())


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: detectable_partial_r2(n_used=9, columns=9, tested=3), "more cases than columns"),
        (lambda: detectable_partial_r2(n_used=50, columns=9, tested=10), "10 of 9 columns cannot be tested"),
        (lambda: detectable_partial_r2(n_used=50, columns=9, tested=0), "0 of 9 columns"),
        (lambda: detectable_partial_r2(n_used=50, columns=9, tested=3, power=0.05), "between the level of the test and 1"),
        (lambda: detectable_partial_r2(n_used=50, columns=9, tested=3, power=1), "between the level of the test and 1"),
        (lambda: t_power(1, 30, alpha=0), "level of a test lies between 0 and 1"),
        (lambda: t_power(1, 0), "more cases than columns"),
        (lambda: f_power(1, tested=2, residual_dof=30), "between 0 and 1"),
        (lambda: f_power(0.5, tested=0, residual_dof=30), "at least one column"),
        (lambda: minimum_detectable_effects(two_groups(5), "y ~ group", residual_sd=0), "positive number"),
        (lambda: minimum_detectable_effects(two_groups(5), "y ~ group", residual_sd=float("nan")), "positive number"),
        (lambda: minimum_detectable_effects(two_groups(5), "y ~ absent", residual_sd=1), "no column absent"),
    ],
)
def test_what_makes_no_sense_is_said(call, said):
    with pytest.raises(ValueError, match=said):
        call()
