"""Simulation: units, what they would answer, and who of them does, drawn from declared parameters. `helpers.data.simulate` is its door."""
