"""Carries a scenario's lines out on one pod."""

from starlit import scenario
from starlit.runner import PodRunner


def act(runner: PodRunner, event: scenario.Event) -> None:
    """One scenario line, now. What is retained after `link` up is the bus's business."""
    body = runner.body
    if isinstance(event, scenario.Switch):
        body.switch(event.switch)
        runner.wake()
    elif isinstance(event, scenario.Button):
        body.press(event.button_ms)
        runner.wake()
    elif isinstance(event, scenario.HeartBpm):
        body.finger(event.heart_bpm)
    elif isinstance(event, scenario.Heart):
        runner.inputs.heart_open = True
    elif isinstance(event, scenario.Lux):
        body.room_lx(event.lux)
    elif isinstance(event, scenario.Link):
        runner.set_link(event.link == "up")
    elif isinstance(event, scenario.Message):
        _message(runner, event)
    elif isinstance(event, scenario.Setup):
        runner.set_up(event.settings)
    elif isinstance(event, scenario.Wall):
        runner.set_wall(event.wall)
    elif isinstance(event, scenario.Fault):
        runner.fault(event.fault, event.step_ms or 0)
    elif isinstance(event, scenario.Reboot):
        runner.reboot()
    runner.look()


def _message(runner: PodRunner, message: scenario.Message) -> None:
    config = runner.config
    topic = scenario.full_topic(message.topic, config.cottage)
    if message.pod is None and not scenario.addressed_to(topic, config.cottage, config.pod):
        return
    payload = message.data
    if message.sign:
        payload = runner.signer.seal(message, topic, runner.t_ms, runner.unix_s)
    runner.deliver(topic, payload)
