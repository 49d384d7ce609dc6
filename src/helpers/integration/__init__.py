"""Integration: results become verdicts, and stand beside what others found."""
