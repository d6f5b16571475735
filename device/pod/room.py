"""The room's light: the sensor's reading without the pod's own share, whether the room is lit, how
long it was dark, and whether a hand has just passed over the sensor.

The share is modelled, so nothing turns on a reading that twice the share could explain, and what
the night does about light goes one way only (docs/night.md): no loop can oscillate.
"""

from .compat import const

_DARK_MLX = const(1000)
_SHADE_MLX = const(3000)  # not dark: what falls under 1 lx from there was switched off
_BRIGHT_MLX = const(10000)  # a lit room: whoever is there is up
DARK_FOR_MS = 600000
_GLEAM = const(60)  # what is wrong with the ring's share as it goes out is over in a second
_GLOW_MS = const(8000)
_AT_START_MS = const(120000)  # two seconds of gleam
_FELL_DARK_MS = const(240000)  # a light that was switched off, not a hand over the sensor
_LIT_MS = const(10000)  # no lightning, no headlight
_UNLIT_MS = const(60000)
RING_MLX_PER_CD = 40  # of the pod's own ring on its sensor, behind the baffle (p)
UNKNOWN = -1

# A hand: the light falls below half of what it was and is back, to three quarters, soon after.
HAND_MLX = 800  # a darker room has no shadows: 1 lx, less what is wrong with the ring's share
HAND_MS = 5000  # the sensor takes 0.8 s for a reading of 1 lx
HANDS_APART_MS = 10000
_FOLLOW_MS = 4000  # the light before the hand, as a slow average
_MOST_MLX = 8000000  # in sixteenths within 31 bits


class Room:
    def __init__(self):
        self.mlx = UNKNOWN
        self.hand = False  # in this very step a hand has left the sensor
        self._lit16 = 0  # the light before the hand, 1/16 mlx
        self._covered_ms = 0
        self._rest_ms = 0
        self.lit = False  # with hysteresis and minimum times
        self._turning_ms = -1  # how long the reading has said otherwise than `lit`
        self._dark_ms = 0  # how long it has been dark, up to DARK_FOR_MS
        # The same, which ten seconds of light take back, not an instant: the ring's own is not
        # modelled that well as it goes out. Nothing is known of before a start: two seconds do.
        self._gloom_ms = _AT_START_MS
        self._glow = 0  # the ring's share, as it leaves the readings
        self._long_dark = True
        self._was_light = False  # since `evening`

    def evening(self):
        """A ritual begins: only light that goes off from here on moves it on."""
        self._was_light = False

    def step(self, dt_ms, sensor_mlx, ring_l):
        """`ring_l` is the ring's luminance in 1e-6 cd/m2; its modelled share is subtracted."""
        self.mlx = UNKNOWN
        share = (ring_l // 1000) * RING_MLX_PER_CD // 1000
        if sensor_mlx >= 0:
            self.mlx = max(sensor_mlx - share, 0)
        dark = self.mlx < _DARK_MLX  # unknown counts as dark
        self._dark_ms = min(self._dark_ms + dt_ms, DARK_FOR_MS) if dark else 0
        # A reading is of the last second, in which the ring may have shone brighter than now: what
        # it shone then explains as much again, and leaves slowly.
        self._glow = max(share, self._glow - self._glow * min(dt_ms, _GLOW_MS) // _GLOW_MS)
        dark = self.mlx < _DARK_MLX + self._glow
        gloom_ms = self._gloom_ms + (dt_ms if dark else -_GLEAM * dt_ms)
        self._gloom_ms = min(max(gloom_ms, 0), DARK_FOR_MS)
        if not 0 < self._gloom_ms < DARK_FOR_MS:
            self._long_dark = dark
        self._was_light = self._was_light or self.mlx >= _SHADE_MLX + share
        self._turn(dt_ms, self.mlx >= (_BRIGHT_MLX // 2 if self.lit else _BRIGHT_MLX + share))
        self._rest_ms = max(self._rest_ms - dt_ms, 0)
        self.hand = self.mlx != UNKNOWN and self._passed(dt_ms, min(self.mlx, _MOST_MLX) << 4)

    def _passed(self, dt_ms, light16):
        if not self._covered_ms:
            if self._lit16 >= HAND_MLX << 4 and light16 < self._lit16 >> 1:
                self._covered_ms = 1
            else:
                self._lit16 = self._lit16 or light16
                self._lit16 += (light16 - self._lit16) // max(_FOLLOW_MS // max(dt_ms, 1), 1)
            return False
        self._covered_ms += dt_ms
        if self._covered_ms > HAND_MS:  # no hand: a lamp went out
            self._lit16 = light16
            self._covered_ms = 0
        elif light16 > self._lit16 - (self._lit16 >> 2):
            self._covered_ms = 0
            if not self._rest_ms:
                self._rest_ms = HANDS_APART_MS
                return True
        return False

    def _turn(self, dt_ms, lit):
        if lit == self.lit:
            self._turning_ms = -1
        elif self._turning_ms < 0:
            self._turning_ms = 0  # a step may be a minute long: one reading alone proves nothing
        else:
            self._turning_ms += dt_ms
            if self._turning_ms >= (_UNLIT_MS if self.lit else _LIT_MS):
                self.lit = lit

    def shines(self):
        """It is lit, and no reading says that the light has just gone off."""
        return self.lit and self._turning_ms < 0

    def long_dark(self):
        """Dark for ten minutes: a host's goodnight then keeps to the asleep caps (SAFETY 10)."""
        return self._long_dark

    def fell_dark(self):
        """Its light went off since the ritual began, and stayed off."""
        return self._was_light and self.mlx >= 0 and self._dark_ms >= _FELL_DARK_MS

    def bright(self):
        return self.lit or self.mlx >= _BRIGHT_MLX
