"""Languages: those in which everything is published."""

LANGUAGES = ("de", "en")
