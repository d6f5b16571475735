"""What a person does with any body's pod, on a rig that has `loop`, `run` and `touch`."""

from pod import io


class Hand:
    def start(self, cause=io.RESET_POWER):
        self.loop.start(cause)
        return self

    @property
    def pod(self):
        return self.loop.pod

    def press(self, ms):
        self.touch(ms)
        self.run(ms + 60)

    def plug_in(self):
        self.press(1100)
        self.run(10_000)
        return self

    def goodnight(self):
        self.plug_in()
        self.press(200)
        self.run(8000)
        assert self.pod.state() == "ritual", self.pod.state()
        return self


def changes(frames):
    """Each change once."""
    return [rgb for i, rgb in enumerate(frames) if i == 0 or frames[i - 1] != rgb]
