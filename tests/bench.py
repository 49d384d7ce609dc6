"""Speed beside the plain alternative, measured in one run: `make bench`."""

import json
import time
from pathlib import Path

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table
from scipy import stats

from helpers.quantitative.association import association_tests
from helpers.quantitative.intervals import hypergeometric_interval
from helpers.quantitative.rankings import rank_intervals

REPEATS = 3


def seconds(work):
    """Median time of three runs."""
    times = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return float(np.median(times))


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


def measures():
    """Name, size of the work, our seconds, plain seconds for the same work (extrapolated from a tenth where it would take minutes)."""
    rng = np.random.default_rng(1)
    ticks = pd.DataFrame(rng.random((50, 12)) < 0.5, columns=[f"option{number}" for number in range(12)])
    answers = pd.DataFrame({"strategy": pd.Categorical(rng.integers(0, 4, 50).astype(str))})
    groups = pd.DataFrame({"sector": pd.Categorical(rng.integers(0, 5, 50).astype(str))})
    fast = seconds(lambda: rank_intervals(ticks, resamples=10_000, seed=1))
    yield "rank intervals, 12 options", "10,000 resamples", fast, 10 * seconds(lambda: plain_ranks(ticks, 1_000))
    fast = seconds(lambda: association_tests(answers, groups, resamples=10_000, seed=1))
    yield (
        "association test with interval",
        "10,000 permutations",
        fast,
        100 * seconds(lambda: plain_permutations(answers["strategy"], groups["sector"], 100)),
    )
    fast = seconds(lambda: hypergeometric_interval(np.arange(51), 50, 118))
    yield "exact intervals, N = 118", "51 counts", fast, seconds(lambda: plain_exact(118, 50))


def main():
    """Print the ratios and keep them in outputs/bench.json."""
    table = Table("what", "work", "ours, s", "plain, s", "ratio")
    rows = []
    for name, work, ours, plain in measures():
        rows.append({"what": name, "work": work, "ours": ours, "plain": plain, "ratio": plain / ours})
        table.add_row(name, work, f"{ours:.4f}", f"{plain:.3f}", f"{plain / ours:.0f}x")
    Console().print(table)
    path = Path(__file__).parents[1] / "outputs" / "bench.json"
    path.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
