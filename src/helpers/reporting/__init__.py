"""Reporting: suppress what is too small, then draw, word and bind what is left."""
