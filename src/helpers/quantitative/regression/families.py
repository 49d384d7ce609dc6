"""The families: how the log-likelihood of one case depends on its linear predictors, with its gradient and information.

Each function takes the outcomes and returns a `Local`: predictors (n, r) -> values (n,), gradients (n, r), information (n, r, r), and the second
derivatives where they differ from it. The information is the expected one, except for the ordered logit, where each case's observed information
is positive definite and the usual choice.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import digamma, expit, gammaln, log_expit, polygamma

from helpers.quantitative.regression.likelihood import Local, Terms

Floats = NDArray[np.float64]

# Underflow would make a factor of the information 0, and a step through it infinite.
LEAST = 1e-280
# Where the terms of the information of a dispersion cancel, and where those of a gamma function do.
_SMALL, _LARGE = 3e-5, 1e3
# The sum over all counts that the information of a dispersion needs goes count by count up to so many, as an integral beyond, and stops where
# larger counts have a probability of exp(-30).
_SINGLY, _TAIL = 300, 30.0


def logit(shares: Floats) -> Local:
    """Shares between 0 and 1, or yes and no as 1 and 0; the predictor is the logit of the mean (Bernoulli quasi-likelihood)."""

    def local(predictors: Floats) -> Terms:
        eta = predictors[:, 0]
        values = shares * log_expit(eta) + (1 - shares) * log_expit(-eta)
        return values, (shares - expit(eta))[:, None], np.maximum(expit(eta) * expit(-eta), LEAST)[:, None, None], None

    return local


def poisson(counts: Floats) -> Local:
    """Counts; the predictor is the logarithm of the mean."""
    constant = gammaln(counts + 1)

    def local(predictors: Floats) -> Terms:
        mean = np.exp(predictors[:, 0])
        return counts * predictors[:, 0] - mean - constant, (counts - mean)[:, None], np.maximum(mean, LEAST)[:, None, None], None

    return local


def negative_binomial(counts: Floats) -> Local:
    """Counts; predictors are the logarithms of the mean and of the dispersion a: the variance is ``mean + a * mean**2`` (NB2).

    References
    ----------
    Lawless (1987), "Negative binomial and mixed Poisson regression", Canadian Journal of Statistics 15:209-225.
    """
    constant = gammaln(counts + 1)

    def local(predictors: Floats) -> Terms:
        mean, size = np.exp(predictors[:, 0]), np.exp(-predictors[:, 1])
        share, (rise, slope) = np.log1p(mean / size), _gamma_rise(counts, size)
        values = rise - constant + counts * (predictors[:, 0] - share) - size * share
        toward_mean = (counts - mean) / (1 + mean / size)
        information = np.zeros((len(counts), 2, 2))
        information[:, 0, 0] = np.maximum(mean / (1 + mean / size), LEAST)
        information[:, 1, 1] = np.maximum(_dispersion_information(mean, size), LEAST)
        slopes = np.column_stack([toward_mean, size * (share - slope) + toward_mean])
        return values, slopes, information, _symmetric(*_count_bends(counts, mean, size, size * (share - slope)))

    return local


def _count_bends(counts: Floats, mean: Floats, size: Floats, rest: Floats) -> tuple[Floats, Floats, Floats]:
    """Second derivatives (negative) of the log-likelihood of counts by the logarithms of mean and dispersion."""
    fade = 1 / (1 + mean / size)
    cross = (counts - mean) * mean / size * fade**2
    return mean * (1 + counts / size) * fade**2, cross, rest - mean * fade - size**2 * _trigamma_rise(counts, size) + cross


def _symmetric(first: Floats, cross: Floats, second: Floats) -> Floats:
    """Matrices (n, 2, 2) of their entries (n,)."""
    return np.stack([np.stack([first, cross], axis=1), np.stack([cross, second], axis=1)], axis=1)


def _gamma_rise(counts: Floats, size: Floats) -> tuple[Floats, Floats]:
    """``log(Gamma(counts + size) / Gamma(size)) - counts * log(size)``, and the rise of its derivative by the size, the digamma function."""
    if size[0] < _LARGE:
        return gammaln(counts + size) - gammaln(size) - counts * np.log(size), digamma(counts + size) - digamma(size)
    # The differences of Stirling's series: those of the functions themselves would lose all digits.
    step, inverse = np.log1p(counts / size), -counts / (size * (counts + size))
    return (counts + size - 0.5) * step - counts + inverse / 12, step - inverse / 2 - inverse * (1 / (counts + size) + 1 / size) / 12


def _trigamma_rise(counts: Floats, size: Floats) -> Floats:
    """The rise of the second derivative of log(Gamma), the trigamma function, from the size to counts + size."""
    if size[0] < _LARGE:
        return polygamma(1, counts + size) - polygamma(1, size)
    above, below = 1 / (counts + size), 1 / size
    return -counts * above * below * (1 + (above + below) / 2 + (above**2 + above * below + below**2) / 6)


def _dispersion_information(mean: Floats, size: Floats) -> Floats:
    """Expected information of the logarithm of the dispersion a = 1 / size."""
    # For small means or small dispersions the exact sum cancels, and its limit is as good.
    limit = (mean / size) ** 2 / (2 * (1 + 1 / size))
    small = (mean * (1 + 1 / size) < _SMALL) | ((1 + mean) / size < _SMALL)
    return limit if small.all() else np.where(small, limit, size**2 * _size_information(mean, size))


def _size_information(mean: Floats, size: Floats) -> Floats:
    """Expected information of the size 1 / a, which all cases share."""
    one, most = size[:1], mean.max()
    # Bernstein's bound of the counts that can occur.
    largest = most + np.sqrt(2 * _TAIL * (most + most**2 / one[0])) + _TAIL * (1 + most / one[0])
    if not np.isfinite(largest):
        return np.full_like(mean, np.nan)
    counts, widths = _counts_to_sum(float(largest), float(one[0]))
    gains = -widths * _trigamma_rise(counts, one)
    common = _gamma_rise(counts, one)[0] - gammaln(counts + 1)
    of_case, of_count = size * np.log1p(mean / size), np.log(mean * size / (size + mean))
    blocks = np.array_split(np.arange(len(mean)), 1 + len(mean) * len(counts) // 8_000_000)
    expected = [np.exp(common - of_case[block, None] + of_count[block, None] * counts) @ gains for block in blocks]
    return np.concatenate(expected) - mean / (size * (size + mean))


def _counts_to_sum(largest: float, size: float) -> tuple[Floats, Floats]:
    """Counts and what each stands for: itself up to `_SINGLY`, beyond it the nodes of an integral in the logarithm, in panels."""
    singly = np.arange(min(largest, _SINGLY) + 1)
    if largest <= _SINGLY:
        return singly, np.ones_like(singly)
    start, stop = np.log(singly[-1] + 0.5), np.log(largest + 0.5)
    # A panel is narrower than the narrowest distribution, that of a Poisson or of a gamma variable.
    edges = np.linspace(start, stop, 2 + int((stop - start) * max(4.0, np.sqrt(min(size, largest)))))
    places, widths = np.polynomial.legendre.leggauss(10)
    half = np.diff(edges)[:, None] / 2
    nodes = np.exp(edges[:-1, None] + half * (1 + places)).ravel()
    return np.append(singly, nodes), np.append(np.ones_like(singly), (half * widths).ravel() * nodes)


def beta(shares: Floats) -> Local:
    """Shares strictly between 0 and 1; predictors are the logit of the mean and the logarithm of the precision.

    The variance is ``mean * (1 - mean) / (1 + precision)``.

    References
    ----------
    Ferrari and Cribari-Neto (2004), "Beta regression for modelling rates and proportions", Journal of Applied Statistics 31:799-815.
    """
    log_yes, log_no = np.log(shares), np.log1p(-shares)

    def local(predictors: Floats) -> Terms:
        mean, precision = expit(predictors[:, 0]), np.exp(predictors[:, 1])
        yes, no = mean * precision, expit(-predictors[:, 0]) * precision
        values = gammaln(precision) - gammaln(yes) - gammaln(no) + (yes - 1) * log_yes + (no - 1) * log_no
        from_yes, from_no = log_yes - digamma(yes) + digamma(precision), log_no - digamma(no) + digamma(precision)
        slope = yes * expit(-predictors[:, 0])
        slopes = np.column_stack([slope * (from_yes - from_no), yes * from_yes + no * from_no])
        bend_yes, bend_no, bend_both = polygamma(1, yes), polygamma(1, no), polygamma(1, precision)
        information = np.empty((len(shares), 2, 2))
        information[:, 0, 0] = slope**2 * (bend_yes + bend_no)
        information[:, 0, 1] = information[:, 1, 0] = slope * (bend_yes * yes - bend_no * no)
        information[:, 1, 1] = bend_yes * yes**2 + bend_no * no**2 - bend_both * precision**2
        if not _positive(information):
            information = np.full_like(information, np.nan)
        difference = slope * (from_yes - from_no)
        bends = [difference * (expit(-predictors[:, 0]) - mean), difference, slopes[:, 1]]
        return values, slopes, information, information - _symmetric(*bends)

    return local


def _positive(information: Floats) -> bool:
    """Whether 2 x 2 matrices are positive definite: extreme precisions round them away."""
    diagonal = np.minimum(information[:, 0, 0], information[:, 1, 1])
    return bool(np.all(diagonal > 0) and np.all(information[:, 0, 0] * information[:, 1, 1] > information[:, 0, 1] ** 2))


def ordered_logit(lowest: NDArray[np.bool_], highest: NDArray[np.bool_]) -> Local:
    """Ordered answers; predictors are the upper and the lower threshold of the answer, less what the regressors add.

    The lowest answer has no lower threshold and the highest no upper one; those predictors are ignored.

    References
    ----------
    McCullagh (1980), "Regression models for ordinal data", Journal of the Royal Statistical Society B 42:109-142. Written as
    ``P = (exp(upper) - exp(lower)) / ((1 + exp(upper)) (1 + exp(lower)))``, the log-likelihood is concave case by case.
    """

    def local(predictors: Floats) -> Terms:
        upper, lower = np.where(highest, np.inf, predictors[:, 0]), np.where(lowest, -np.inf, predictors[:, 1])
        gap = upper - lower
        crossed = gap <= 0
        between = 1 / np.expm1(np.where(crossed, 1.0, gap))
        values = log_expit(upper) + log_expit(-lower) + np.log(-np.expm1(-np.where(crossed, 1.0, gap)))
        slopes = np.column_stack([expit(-upper) + between, -expit(lower) - between])
        # From the gap; it vanishes, as it must, where one threshold is infinite.
        shared = between * (1 + between)
        information = np.empty((len(upper), 2, 2))
        information[:, 0, 0] = np.where(highest, 1.0, np.maximum(expit(upper) * expit(-upper), LEAST) + shared)
        information[:, 1, 1] = np.where(lowest, 1.0, np.maximum(expit(lower) * expit(-lower), LEAST) + shared)
        information[:, 0, 1] = information[:, 1, 0] = -shared
        return np.where(crossed, -np.inf, values), slopes, information, None

    return local
