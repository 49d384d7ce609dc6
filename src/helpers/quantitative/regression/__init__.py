"""What every regression shares: the design, the families, their covariances. `helpers.quantitative.models` is the way in."""
