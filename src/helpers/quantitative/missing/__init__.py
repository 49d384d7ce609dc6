"""The two halves of multiple imputation: who gives an answer to whom, and what all completed tables say together."""
