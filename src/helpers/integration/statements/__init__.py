"""Statements: every statement is put to the test, and gets a verdict that other answers would change."""
