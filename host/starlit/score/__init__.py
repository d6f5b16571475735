"""Scores: what a pod plays in an evening, a night and a dawn, written in TOML by people.

`model` says what may stand in a score, `read` reads one and points at the line that is wrong,
`compile` makes the compact JSON that a pod takes, `catalogue` has the ones that come with it;
`measure` and `judge` play one, `preview`, `picture` and `listen` show it.
"""
