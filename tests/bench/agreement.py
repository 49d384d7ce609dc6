"""Agreement between coders beside the `krippendorff` package: speed, and memory of a whole process. Values are compared first."""

import subprocess
import sys

import krippendorff
import numpy as np
from clock import peak, seconds

from helpers.qualitative.agreement import bootstrap_alpha, krippendorff_alpha

METRICS = ["nominal", "ordinal", "interval", "ratio"]
RESAMPLES = 10_000
IN_LOOP = 20  # resamples that the plain loop does, before its time is scaled up


def ratings(units, coders, *, seed=1):
    """Five categories; coders who know seven answers in ten and guess the rest, one rating in ten missing."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(1, 6, units)
    table = np.empty((units, coders))
    for coder in range(coders):
        table[:, coder] = np.where(rng.random(units) < 0.7, truth, rng.integers(1, 6, units))
        table[rng.random(units) < 0.1, coder] = np.nan
    return table


def plain_bootstrap(table, resamples):
    """Draw units and compute alpha, one resample at a time."""
    rng = np.random.default_rng(1)
    drawn = [table[rng.integers(0, len(table), len(table))] for _ in range(resamples)]
    return [krippendorff.alpha(again.T, level_of_measurement="nominal") for again in drawn]


def of_agreement():
    """What was measured, the work, our seconds and theirs."""
    large = ratings(1_000_000, 10)
    for metric in METRICS:
        np.testing.assert_allclose(krippendorff_alpha(large, metric=metric), krippendorff.alpha(large.T, level_of_measurement=metric), rtol=1e-10)
    fast = seconds(lambda: krippendorff_alpha(large))
    yield "alpha", "1,000,000 units x 10 coders", fast, seconds(lambda: krippendorff.alpha(large.T, level_of_measurement="nominal"))
    small = ratings(400, 2)
    ours = bootstrap_alpha(small, resamples=RESAMPLES, seed=1).iloc[0]
    np.testing.assert_allclose([ours["low"], ours["high"]], np.quantile(plain_bootstrap(small, 400), [0.025, 0.975]), atol=0.03)
    fast = seconds(lambda: bootstrap_alpha(small, resamples=RESAMPLES, seed=1))
    slow = RESAMPLES / IN_LOOP * seconds(lambda: plain_bootstrap(small, IN_LOOP))
    yield "bootstrapped alpha, 400 units", "10,000 resamples", fast, slow


def peak_memory(name):
    """Peak memory in MB of a process that makes the large table and computes alpha.

    The peak of the whole process is what a machine must have; tracing Python's allocations would leave out the libraries' own.
    """
    return float(subprocess.check_output([sys.executable, __file__, name], text=True))


def _in_process(name):
    """Told by the measured process itself."""
    table = ratings(1_000_000, 10)
    compute = {"ours": lambda: krippendorff_alpha(table), "package": lambda: krippendorff.alpha(table.T, level_of_measurement="nominal")}
    compute[name]()
    print(peak())


def of_memory():
    """The peak of both processes, in MB."""
    yield "alpha, peak memory, MB", "1,000,000 units x 10 coders", peak_memory("ours"), peak_memory("package")


if __name__ == "__main__":
    _in_process(sys.argv[1])
