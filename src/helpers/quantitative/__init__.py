"""The survey strand: what the answers say, how sure that is, and how the respondents compare with the population.

Every function takes plain tables and returns a new tidy table; nothing here reads files or knows of a study.
"""
