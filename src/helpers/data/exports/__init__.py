"""Exports: what survey tools write, one module per tool, all told in the same terms."""
