"""A turning-point tracker: how far a value may go before it makes a counted reversal too early."""


class Zigzag:
    """Counts a reversal once the value is `threshold` back from its last turning point, and says
    between which bounds it may move so that two reversals are at least `apart_ms` apart."""

    def __init__(self, apart_ms):
        self.apart_ms = apart_ms
        self.threshold = 1
        self.rising = True
        self.turn = 0  # the extreme since the last reversal
        self.wait_ms = 0  # until another reversal may count

    def reset(self, value):
        self.rising = True
        self.turn = value
        self.wait_ms = 0

    def age(self, dt_ms):
        if self.wait_ms:
            self.wait_ms = self.wait_ms - dt_ms if self.wait_ms > dt_ms else 0

    def floor(self):
        """The lowest value allowed now (any, where a reversal is due)."""
        if self.rising and self.wait_ms:
            return self.turn - self.threshold + 1
        return -1

    def ceiling(self):
        """The highest value allowed now, or -1 for no bound."""
        if not self.rising and self.wait_ms:
            return self.turn + self.threshold - 1
        return -1

    def move(self, value):
        if self.rising:
            if value > self.turn:
                self.turn = value
            elif value <= self.turn - self.threshold:
                self._reverse(value)
        elif value < self.turn:
            self.turn = value
        elif value >= self.turn + self.threshold:
            self._reverse(value)

    def _reverse(self, value):
        self.rising = not self.rising
        self.turn = value
        self.wait_ms = self.apart_ms
