"""The room's light: the sensor's reading without the pod's own share, and how long it was dark."""

DARK_MLX = 1000
BRIGHT_MLX = 10000  # a lit room: whoever is there is up
DARK_FOR_MS = 600000
RING_MLX_PER_CD = 40  # of the pod's own ring on its sensor, behind the baffle (p)
UNKNOWN = -1


class Room:
    def __init__(self):
        self.mlx = UNKNOWN
        self._dark_ms = 0  # how long it has been dark, up to DARK_FOR_MS

    def step(self, dt_ms, sensor_mlx, ring_l):
        """`ring_l` is the ring's luminance in 1e-6 cd/m2; its modelled share is subtracted."""
        self.mlx = UNKNOWN
        if sensor_mlx >= 0:
            self.mlx = max(sensor_mlx - (ring_l // 1000) * RING_MLX_PER_CD // 1000, 0)
        dark_ms = self._dark_ms + dt_ms if self.mlx < DARK_MLX else 0  # unknown counts as dark
        self._dark_ms = min(dark_ms, DARK_FOR_MS)

    def long_dark(self):
        """Dark for ten minutes: a host's goodnight then keeps to the asleep caps (SAFETY 10)."""
        return self._dark_ms >= DARK_FOR_MS

    def bright(self):
        return self.mlx >= BRIGHT_MLX
