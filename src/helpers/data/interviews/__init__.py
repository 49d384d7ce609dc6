"""Interviews on disk become typed tables: transcripts, codes, codings, quotations, and who may be quoted."""
