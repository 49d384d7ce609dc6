"""An index at every step: its points, its uncertainty, and the tables a study shows of it."""
