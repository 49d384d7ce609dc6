"""Kernels: forked from a warm parent, so that a run does not begin with seconds of imports."""
