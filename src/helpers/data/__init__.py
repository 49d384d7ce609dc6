"""Data: a study on disk becomes typed tables."""
