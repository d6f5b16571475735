"""The room's light: the sensor's reading without the pod's own share, and how long it was dark."""

from . import ticks

DARK_MLX = 1000
BRIGHT_MLX = 10000  # a lit room: whoever is there is up
DARK_FOR_MS = 600000
RING_MLX_PER_CD = 40  # of the pod's own ring on its sensor, behind the baffle (p)
UNKNOWN = -1


class Room:
    def __init__(self):
        self.mlx = UNKNOWN
        self._dark_ms = -1

    def step(self, now_ms, sensor_mlx, ring_l):
        """`ring_l` is the ring's luminance in 1e-5 cd/m2; its modelled share is subtracted."""
        if sensor_mlx < 0:
            self.mlx = UNKNOWN
            self._dark_ms = -1
            return
        own_mlx = (ring_l // 1000) * RING_MLX_PER_CD // 100
        self.mlx = max(sensor_mlx - own_mlx, 0)
        if self.mlx >= DARK_MLX:
            self._dark_ms = -1
        elif self._dark_ms < 0:
            self._dark_ms = now_ms

    def long_dark(self, now_ms):
        """Dark for ten minutes: a host's goodnight then keeps to the asleep caps (SAFETY 10)."""
        return self._dark_ms >= 0 and ticks.diff(now_ms, self._dark_ms) >= DARK_FOR_MS

    def bright(self):
        return self.mlx >= BRIGHT_MLX
