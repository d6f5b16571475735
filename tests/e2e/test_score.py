"""A score from its name to a pod, through a real cottage, and a restart of it."""

import pytest
from tests.e2e.cottage import Cottage

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


def test_a_score_is_handed_down_kept_and_asked_for_by_its_cues(tmp_path):
    home = tmp_path / "home"
    with Cottage(home, "--virtual", "2") as cottage:
        assert cottage.say("score", "use", "campfire", "--pod", "pod-1") == "pod-1: campfire\n"
        scores = {pod: view["score"] for pod, view in cottage.status().items()}
        assert scores == {"pod-1": "campfire", "pod-2": "default"}
        said = cottage.say("cue", "campfire", "--pod", "pod-1", expect=1)
        assert "no campfire" in said  # it is known, and belongs to the ritual
        cottage.say("cue", "campfire", "--pod", "pod-2", expect=2)
        cottage.end()
    with Cottage(home, "--virtual", "2") as cottage:
        cottage.wait_status(lambda pod: pod["score"] in ("campfire", "default"), 10, "scores")
        assert cottage.status()["pod-1"]["score"] == "campfire"
        assert cottage.say("score", "use", "default", "--pod", "pod-1") == "pod-1: default\n"
        cottage.end()
