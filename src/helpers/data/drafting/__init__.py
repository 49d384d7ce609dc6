"""Drafting: a study folder guessed from an export, for a researcher to correct."""
