"""Commands: one module per word after ``study``, each with its arguments and what it does."""
