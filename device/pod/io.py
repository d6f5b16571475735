"""What goes into a pod's step and what comes out: the one border between the core and a body.

A body owns one `Inputs` and one `Outputs`, fills the first, calls `Pod.step(inputs, outputs)`
and carries the second to the hardware. Both are reused, so a step allocates nothing.
"""

from array import array

LEDS = 12
FRAME_BYTES = 3 * LEDS
BLOCK_SAMPLES = 320
SOUND_RATE_HZ = 16000
PPG_RATE_HZ = 100
PPG_MAX = 64
MESSAGES_A_STEP = 4  # a step has to be over before the next frame is due

# `Inputs.faults`: what the body found broken (SAFETY 8). It reports, the core decides.
FAULT_SENSOR = 1  # no plausible data from a sensor
FAULT_BUS = 2  # the bus does not answer
FAULT_IDENTITY = 4  # a chip with another part id
FAULT_FIFO = 8  # the pulse sensor's FIFO does not move
FAULT_TASK = 16  # a task's heartbeat is late by more than 5 s
FAULT_CONFIG = 32  # the configuration's checksum is wrong
FAULT_HOT = 64  # 45 C or more inside the case

# Why the pod started (`Pod.start`).
RESET_POWER = 0
RESET_SOFT = 1
RESET_WATCHDOG = 2
RESET_BROWNOUT = 3


class Inputs:
    """One step's inputs. Counts are reset by the body at every fill."""

    def __init__(self):
        self.now_ms = 0  # local ticks, wrap at 2**30
        self.now_us = 0  # 0..999, microseconds past `now_ms` (clock exchange only)
        self.ppg = array("i", [0] * PPG_MAX)  # 18-bit counts at 100 Hz, oldest first
        self.ppg_count = 0
        self.ppg_lost = 0  # samples lost before ppg[0]
        self.beats = array("i", [0] * 16)  # instead of ppg: beat instants, 1/16 sample
        self.beats_count = 0
        self.beats_given = False  # this body gives beats, not samples
        self.beats_now = 0  # the present instant on the beats' clock, 1/16 sample
        self.beats_contact = False  # a source of beats alone says whether a finger is there
        self.heart_open = False  # the open-gate reference run of SAFETY 9
        self.lux_mlx = -1  # light sensor in millilux, the pod's own ring included; -1 unknown
        self.switch_in = False  # the unplug switch's sense throw; a broken wire reads False
        self.button = False  # held now
        self.sound_due = 0  # blocks of 320 samples the amplifier can take now (0 or 1)
        self.link_expected = True  # a broker is configured
        self.link_up = False  # connected, and subscribed to unhook/#
        self.rest = False  # the body asks for the rail to rest where nothing shows
        self.messages = []  # (topic, payload bytes, age_us), by `Inbox.give`
        self.messages_dropped = 0  # by the body since the start
        self.faults = 0  # FAULT_* bits
        self.fault_age_ms = 0  # how long a sensor's new fault has stood at least when it is seen
        self.wall_s = 0  # Unix seconds when a body itself has authenticated time, else 0
        self.served = []  # answers to what stood in `Outputs.service`, emptied by the core
        self.setup = None  # a hand in the set-up window: dict as in docs/trace.md, or None
        self.recordings = ()  # of this body: arrays 'h', 16 kHz mono, 1 to 60 s; none on a Pico
        self.mem_free = 0  # bytes
        self.case_temp_c = 20


KEPT_AT_RESET = ("dose", "dose_old")  # records: a factory reset is no way to another dose tonight


class Outputs:
    """One step's outputs. `sound` is valid only when `sound_ready`."""

    def __init__(self):
        self.leds = bytearray(FRAME_BYTES)  # r, g, b per LED, 0..255, guarded
        self.leds_changed = False
        self.sound = array("h", [0] * BLOCK_SAMPLES)  # guarded, 16 kHz mono
        self.sound_ready = False  # a block for each one due; silence is not rendered
        self.sound_wanted = False  # a layer sounds or fades: the body keeps asking for blocks
        self.sound_rms = 0  # 0..32767 of the last block
        self.sound_peak = 0
        self.rail = False  # enable of the LED and amplifier rail
        self.set_up = False  # a hand has opened the set-up window; cleared by the body
        # Changes at every step but one for a block of sound alone: the body toggles the dead-man
        # line on it.
        self.alive = 0
        self.messages = []  # (topic, payload bytes, qos, retain), emptied by the body
        self.notes = []  # dicts in the words of docs/trace.md, emptied by the body
        self.store = []  # (key, bytes) to keep through a reboot, emptied by the body
        self.service = []  # what a host asks of the body (pod.service), emptied by the body
        # A factory reset: the body wipes all that it keeps (records but `KEPT_AT_RESET`, the
        # credential, Wi-Fi), the record `forgetting` last, and starts anew as from the factory.
        self.forget = False
        self.sky_hash = -1  # of the sky at the last whole second of shared time, -1 none
        self.sky_second = -1
