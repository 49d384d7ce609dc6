"""The survey's statistics beside the plain alternative. Each pair does the same work; the numbers of both are compared first."""

import itertools
from math import factorial

import numpy as np
import pandas as pd
import statsmodels.api as sm
import statsmodels.formula.api as smf
from clock import seconds
from scipy import stats

from helpers.quantitative.association import association_tests
from helpers.quantitative.importance import relative_importance
from helpers.quantitative.imputation import impute
from helpers.quantitative.inference import freedman_lane_test, wild_bootstrap_test
from helpers.quantitative.intervals import hypergeometric_interval
from helpers.quantitative.rankings import rank_intervals
from helpers.quantitative.regression.design import make_design
from helpers.quantitative.specification import specification_curve

FORMULA = "degree ~ sector + log(members) + sme_share + research_share + fee_share + age"
RESAMPLES = 10_000


def same(ours, theirs, *, rel=1e-8):
    """Stop unless both ways give the same numbers."""
    np.testing.assert_allclose(ours, theirs, rtol=rel, atol=1e-9)


def survey(n=50, seed=1):
    """A study's cases: ten unequal sectors merged to four, five numbers of the membership."""
    rng = np.random.default_rng(seed)
    table = pd.DataFrame({"sector": pd.Categorical(rng.permutation(np.resize(list("aaaabbbccd"), n))), "members": rng.lognormal(3.8, 0.8, n)})
    table = table.assign(**{name: rng.beta(4, 4, n) for name in ("sme_share", "research_share", "fee_share")}, age=rng.integers(2, 40, n))
    return table.assign(degree=30 + 5 * np.log(table["members"]) + 4 * table["sector"].cat.codes + 9 * rng.standard_normal(n))


def null_model(table):
    """Design, columns tested, fit and residuals without the sector."""
    design = make_design(table, FORMULA)
    tested = design.places(["sector"])
    rest = np.delete(design.matrix, tested, axis=1)
    fitted = sm.OLS(design.outcome.to_numpy(), rest).fit()
    return design, tested, fitted.fittedvalues, fitted.resid


def plain_wild(table, resamples):
    """Signs, a fit and a robust Wald statistic, one resample at a time."""
    design, tested, fit, noise = null_model(table)
    rng = np.random.default_rng(1)
    return [wald(design, tested, fit + noise * rng.choice([-1.0, 1.0], len(noise))) for _ in range(resamples)]


def wald(design, tested, outcome):
    """HC3-Wald statistic by the library."""
    fitted = sm.OLS(outcome, design.matrix).fit(cov_type="HC3")
    return float(fitted.params[tested] @ np.linalg.solve(fitted.cov_params()[np.ix_(tested, tested)], fitted.params[tested]))


def plain_permutations_of_residuals(table, resamples):
    """An order, a fit and an F statistic, one resample at a time."""
    design, tested, fit, noise = null_model(table)
    rng, restriction = np.random.default_rng(1), np.eye(len(design.columns))[tested]
    return [float(sm.OLS(fit + rng.permutation(noise), design.matrix).fit().f_test(restriction).fvalue) for _ in range(resamples)]


def plain_importance(table, groups):
    """Shapley shares of R2 with a fit for every subset."""
    names, explained = list(groups), {frozenset(): 0.0}
    for size in range(1, len(names) + 1):
        for subset in itertools.combinations(names, size):
            formula = "degree ~ " + " + ".join(term for name in subset for term in groups[name])
            explained[frozenset(subset)] = smf.ols(formula.replace("log(", "np.log("), table).fit().rsquared
    shares = []
    for name in names:
        others = [other for other in names if other != name]
        subsets = [frozenset(subset) for size in range(len(names)) for subset in itertools.combinations(others, size)]
        weights = [factorial(len(subset)) * factorial(len(names) - 1 - len(subset)) / factorial(len(names)) for subset in subsets]
        shares.append(sum(weight * (explained[subset | {name}] - explained[subset]) for weight, subset in zip(weights, subsets, strict=True)))
    return shares


def plain_specification(table, row):
    """One specification by the library's formula interface; its HC3 coefficient in standard deviations."""
    controls = [] if row.controls == "none" else row.controls.split(" + ")
    formula = f"{row.outcome} ~ " + " + ".join([row.focal, *controls])
    fitted = smf.ols(formula.replace("log(", "np.log("), table).fit(cov_type="HC3", use_t=True)
    focal = row.focal.replace("log(", "np.log(")
    ratio = np.log(table["members"]).std() / table[row.outcome].std()
    return [fitted.params[focal] * ratio, fitted.bse[focal] * ratio]


def plain_imputation(data, rounds):
    """The library's chained equations, so many rounds over all columns."""
    from statsmodels.imputation.mice import MICEData

    chain = MICEData(data, k_pmm=5)
    chain.update_all(rounds)
    return chain.data


def plain_ranks(ticks, resamples):
    """A bootstrap loop, one resample at a time."""
    ranks = [ticks.sample(len(ticks), replace=True).mean().rank(ascending=False, method="min") for _ in range(resamples)]
    return pd.DataFrame(ranks).quantile([0.025, 0.975])


def plain_permutations(answers, groups, resamples):
    """Shuffle, tabulate, compute; one permutation at a time."""
    rng = np.random.default_rng(1)
    return [stats.chi2_contingency(pd.crosstab(rng.permutation(answers), groups), correction=False).statistic for _ in range(resamples)]


def plain_exact(population, sample):
    """Exact intervals by searching all totals, one count at a time."""
    totals = np.arange(population + 1)
    for count in range(sample + 1):
        tails = [
            (stats.hypergeom.sf(count - 1, population, total, sample), stats.hypergeom.cdf(count, population, total, sample)) for total in totals
        ]
        kept = [total for total, (above, below) in zip(totals, tails, strict=True) if above > 0.025 and below > 0.025]
        assert kept


def of_shares():
    """Shares, ranks and associations."""
    rng = np.random.default_rng(1)
    ticks = pd.DataFrame(rng.random((50, 12)) < 0.5, columns=[f"option{number}" for number in range(12)])
    answers = pd.DataFrame({"strategy": pd.Categorical(rng.integers(0, 4, 50).astype(str))})
    groups = pd.DataFrame({"sector": pd.Categorical(rng.integers(0, 5, 50).astype(str))})
    fast = seconds(lambda: rank_intervals(ticks, resamples=RESAMPLES, seed=1))
    yield "rank intervals, 12 options", "10,000 resamples", fast, 10 * seconds(lambda: plain_ranks(ticks, 1_000))
    fast = seconds(lambda: association_tests(answers, groups, resamples=RESAMPLES, seed=1))
    slow = 100 * seconds(lambda: plain_permutations(answers["strategy"], groups["sector"], 100))
    yield "association test with interval", "10,000 permutations", fast, slow
    fast = seconds(lambda: hypergeometric_interval(np.arange(51), 50, 118))
    yield "exact intervals, N = 118", "51 counts", fast, seconds(lambda: plain_exact(118, 50))


def of_models():
    """Tests, importance, specifications and imputation."""
    table = survey()
    design, tested, *_ = null_model(table)
    outcome = design.outcome.to_numpy()
    same(wild_bootstrap_test(table, FORMULA, "sector", resamples=99, seed=1).statistic, wald(design, tested, outcome))
    fast = seconds(lambda: wild_bootstrap_test(table, FORMULA, "sector", resamples=RESAMPLES, seed=1))
    yield "wild bootstrap test", "10,000 resamples", fast, 100 * seconds(lambda: plain_wild(table, 100))
    theirs = sm.OLS(outcome, design.matrix).fit().f_test(np.eye(len(design.columns))[tested]).fvalue
    same(freedman_lane_test(table, FORMULA, "sector", resamples=99, seed=1).statistic, theirs)
    fast = seconds(lambda: freedman_lane_test(table, FORMULA, "sector", resamples=RESAMPLES, seed=1))
    yield "Freedman-Lane test", "10,000 permutations", fast, 100 * seconds(lambda: plain_permutations_of_residuals(table, 100))
    groups = {term: [term] for term in design.terms}
    same(relative_importance(table, "degree", groups, resamples=19, seed=1)["share"], plain_importance(table, groups))
    fast = seconds(lambda: relative_importance(table, "degree", groups, resamples=500, seed=1))
    yield "grouped LMG with null and interval", "6 groups, 1,000 resamples", fast, 1_001 * seconds(lambda: plain_importance(table, groups))
    yield from of_specifications(table)
    yield from of_imputation()


def of_specifications(table):
    """5,120 specifications with robust errors."""
    rng = np.random.default_rng(2)
    table = table.assign(**{f"form{number}": table["degree"] + number * rng.standard_normal(len(table)) for number in range(20)})
    controls = ["sector", "sme_share", "research_share", "fee_share", "age", "east", "network", "founded"]
    table = table.assign(east=rng.random(len(table)), network=rng.random(len(table)), founded=rng.random(len(table)))
    choices = {"outcomes": [f"form{number}" for number in range(20)], "focal": ["log(members)"], "controls": controls, "resamples": 0, "seed": 1}
    curve = specification_curve(table, **choices)
    drawn = list(curve.specifications.sample(30, random_state=1).itertuples())
    same([[row.estimate, row.std_error] for row in drawn], [plain_specification(table, row) for row in drawn])
    fast, count = seconds(lambda: specification_curve(table, **choices)), len(curve.specifications)
    slow = count / len(drawn) * seconds(lambda: [plain_specification(table, row) for row in drawn])
    yield "specification curve, HC3", f"{count:,} models", fast, slow


def of_imputation():
    """Fifty completed tables of ten rounds; means of both ways within their Monte Carlo error."""
    rng = np.random.default_rng(3)
    values = 0.6 * rng.standard_normal((50, 1)) + 0.8 * rng.standard_normal((50, 12))
    data = pd.DataFrame(values, columns=[f"item{place}" for place in range(12)]).mask(rng.random((50, 12)) < 0.1)
    ours = np.mean([completed.to_numpy().mean(axis=0) for completed in impute(data, imputations=50, seed=1)], axis=0)
    np.random.seed(1)  # the library draws from numpy's global generator
    theirs = np.mean([plain_imputation(data, 3).to_numpy().mean(axis=0) for _ in range(5)], axis=0)
    np.testing.assert_allclose(ours, theirs, atol=0.12)
    fast = seconds(lambda: impute(data, imputations=50, seed=1))
    yield "multiple imputation, 50 x 12, m = 50", "10 rounds each", fast, 50 * 10 / 2 * seconds(lambda: plain_imputation(data, 2))
