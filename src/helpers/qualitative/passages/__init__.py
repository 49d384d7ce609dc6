"""Coded passages as yes and no: joined, laid over answers, counted, permuted."""
