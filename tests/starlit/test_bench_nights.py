"""`starlit bench nights`: clean, and able to find what it looks for."""

from unittest.mock import patch

import pytest

from pod import arming
from pod.dose import Dose
from pod.quiet import CALM, QuietRule
from starlit.bench import nights

FEW = 300  # in CI; the figure of docs/scores.md is for 10,000


def test_no_cue_in_a_lockout_or_without_consent():
    result = nights.run(FEW)
    assert result["ok"] and result["violations"] == {}
    assert result["played"] > 100 and result["dropped"]["quiet rule"] > 50
    assert result["stepped"] > 20 * FEW


@pytest.mark.parametrize(
    ("owner", "name", "broken", "kind"),
    [
        (QuietRule, "step", lambda self, *a: setattr(self, "verdict", CALM), "lockout"),
        (arming, "refusal", lambda config, wall_s: None, "consent"),
        (arming, "DAYS", 33, "consent"),
        (Dose, "refusal", lambda self, ms, wall_s: None, "dose time"),
        (Dose, "_week", lambda self, began_s: [began_s], "cue nights"),
    ],
    ids=("quiet rule", "arming", "thirty days", "dose", "cue nights"),
)
def test_an_engine_without_one_rule_is_found_out(owner, name, broken, kind):
    with patch.object(owner, name, broken):
        found = nights.run(FEW)["violations"]
    assert kind in found, found
