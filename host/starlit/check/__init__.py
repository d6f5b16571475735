"""The independent checker: does what a pod showed and sounded keep SAFETY's ten invariants?

It shares nothing with the pod's guard, recomputes every model from the output itself, and takes
what happened from the scenario. How each invariant is read stands in docs/check.md.
"""

from starlit.check.heart import check_pair
from starlit.check.report import Report, Violation
from starlit.check.run import check_lines, check_traces

__all__ = ["Report", "Violation", "check_lines", "check_pair", "check_traces"]
