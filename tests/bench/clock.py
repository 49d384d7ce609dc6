"""The clock of the benchmarks."""

import time
from statistics import median

REPEATS = 3


def seconds(work):
    """Median time of three runs."""
    times = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return median(times)
