"""The dictionary coder: patterns, inflected forms, sentences."""
