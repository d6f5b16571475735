"""The fuzzer: random and mutated scenarios against simulated pods, judged by `starlit.check`.

`generate` and `mutate` make cases, `play` runs one and has it judged, `shrink` makes a finding
small, `campaign` does this for as long as it is told, `pairs` is invariant 9, `streams` the
guard alone.
"""

from starlit.fuzz.campaign import Campaign, Tally
from starlit.fuzz.case import Case, read_case
from starlit.fuzz.pairs import run_pairs
from starlit.fuzz.play import Outcome, play
from starlit.fuzz.streams import run_streams

__all__ = [
    "Campaign", "Case", "Outcome", "Tally", "play", "read_case", "run_pairs", "run_streams"
]  # fmt: skip
