"""REFI-QDA: projects and code systems of programs for qualitative analysis, read and written. `helpers.data.refi_qda` is its door."""
