"""The primary model of a study: fitted as fixed in advance, what it explains, and everything that stands beside it."""
