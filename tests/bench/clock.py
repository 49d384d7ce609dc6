"""The clock of the benchmarks, and how much memory a process took."""

import re
import time
from pathlib import Path
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


def peak():
    """Peak memory of this process so far, in MB. Not ru_maxrss, which a process takes over from the one that started it."""
    return int(re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())[1]) / 1024
