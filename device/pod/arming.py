"""Cues in sleep are armed at the pod by an adult, and renewed every 30 days (SAFETY, Profiles)."""

DAYS = 30
EXPIRED = "armed more than 30 days ago: arm it again in the set-up window at the pod"
_DAY_S = 86400


def until_s(config):
    """Unix seconds at which the arming ends, or 0."""
    return config.armed_s + DAYS * _DAY_S if config.armed and config.armed_s else 0


def refusal(config, wall_s):
    """Why no cue may play in sleep at Unix time `wall_s`, or None."""
    if config.profile == "child":
        return "a child's pod plays no cue during sleep"
    if not config.armed:
        return "not armed: an adult arms sleeping cues in the set-up window at the pod"
    if wall_s and not 0 <= wall_s - config.armed_s < DAYS * _DAY_S:
        return EXPIRED
    return None
