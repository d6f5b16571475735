"""The one error that a person at the keyboard sees."""


class UserError(Exception):
    """One line: what is wrong, where, and what to do. The CLI prints it and exits with 2."""
