"""What may speak against a model: its shape, single cases, what was not measured."""
