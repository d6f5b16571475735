"""The Pico's body on this interpreter: its machine code against its twin, no allocation in the
paths of a sample, a frame and a block, and its memory flat over evenings.

Prints `name number`, one a line; an assertion is a failure.
"""

import gc
import sys
from array import array

import machine
import micropython
import rp2
from chips import Chips
from simboard import board
from wiring import at_rest, press

from pod.body.pico import kernel, kernel_viper
from pod.body.pico.hardware import Hardware
from pod.body.pico.loop import Loop
from pod.config import Config
from pod.core import Pod


def twins():
    equal, state = 0, 12345
    for _ in range(500):
        leds = bytearray(36)
        for i in range(36):
            state = (state * 1103515245 + 12345) & 0x7FFFFFFF
            leds[i] = state >> 16 & 255
        plain, fast = array("I", [0] * 12), array("I", [7] * 12)
        kernel.pack(leds, plain, 12)
        kernel_viper.pack(leds, fast, 12)
        equal += plain == fast
    print("twins", equal)


class Store:
    failing = False
    writes = 0

    def keep(self, records):
        self.writes += 1
        return True


board.power_up()
board.keep_sound = False
board.i2c = Chips()
at_rest()
hardware = Hardware()
hardware.start()
loop = Loop(hardware, Pod(Config(profile="adult"), {}), Store())
loop.inputs.wall_s = 1767297600
loop.start(0)


def run(ms):
    end_us = board.now_us + ms * 1000
    while board.now_us < end_us:
        wait_ms = loop.turn()
        board.run_to(board.now_us + wait_ms * 1000)
        if len(board.frames) > 50:
            board.frames.clear()


class Quiet:
    """Stands in for the calls of fakes that allocate, and counts them."""

    frames = blocks = 0
    at_us = None  # when the last block came

    def start_dma(self):
        Quiet.frames += 1

    def write_i2s(self, block):
        Quiet.blocks += 1
        Quiet.at_us = board.now_us

    def read_i2c(self, addr, reg, buf):
        board.i2c.readfrom_mem_into(addr, reg, buf)

    def write_i2c(self, addr, reg, buf):
        board.i2c.writeto_mem(addr, reg, buf)

    def take_sound():
        if Quiet.at_us is not None and board.now_us - Quiet.at_us >= 20000:
            hardware.speaker._taken = True


def no_allocation():
    """Turns of a ritual with a cue of every kind, each under `heap_lock` but for those in which
    the pod says something (once a second)."""
    machine.I2C.readfrom_mem_into = Quiet.read_i2c
    machine.I2C.writeto_mem = Quiet.write_i2c
    rp2.DMA._start = Quiet.start_dma
    machine.I2S.write = Quiet.write_i2s
    done = {"sample": 0, "frame": 0, "block": 0, "turn": 0}
    inputs, outputs, pod = loop.inputs, loop.outputs, loop.pod
    for _ in range(4000):
        Quiet.take_sound()
        loop._collect_ms = loop._now_ms
        second = (pod.shared_ms() + 20) // 1000
        if pod.voice.due_ms(loop._now_ms + 1) <= 0 or second != outputs.sky_second:
            wait_ms = loop.turn()
        else:
            before = Quiet.frames, Quiet.blocks
            wait_ms = locked(done)
            done["turn"] += 1
            done["sample"] += inputs.ppg_count > 0
            done["frame"] += Quiet.frames > before[0]
            done["block"] += Quiet.blocks > before[1]
        board.run_to(board.now_us + wait_ms * 1000)
        gc.collect()
        if done["block"] >= 60 and done["frame"] >= 60 and done["sample"] >= 30:
            break
    for name in sorted(done):
        print(name, done[name])


def locked(done):
    micropython.heap_lock()
    try:
        return loop.turn()
    except MemoryError as error:
        micropython.heap_unlock()
        micropython.heap_lock()
        failed = error
    finally:
        micropython.heap_unlock()
    sys.print_exception(failed)
    sys.exit(1)


def cue_with_everything():
    every = [255, 102, 0, 10, 96, 0, 12, 0, 900, 10, 10, 40]
    ends = ([80, 0, 1], [3, 60, 0], [3, 4, 8], [90, 0, 0])
    kinds = [[kind] + every + ends[kind] for kind in range(4)]
    cue = ["busy", 1, 900, 40, kinds, [[1, 60, 0, 900, 40, 40]]]
    loop.pod.director.hand_down([1, "busy", [cue], []], True)


def evenings():
    """One after another: the same memory after each."""
    marks = []
    for _ in range(4):
        press(1100, run)
        press(200, run)
        run(20000)
        press(1100, run)
        while loop.pod.director.night.state != "idle":
            run(1000)
        run(5000)
        gc.collect()
        marks.append(gc.mem_alloc())
    print("grown", max(marks[1:]) - marks[0])


twins()
press(1100, run)
run(11000)
cue_with_everything()
press(200, run)
run(30000)
assert loop.pod.state() == "ritual", loop.pod.state()
assert loop.pod.director.cue(loop.pod.director.scores.find("busy"), None, True) is None
run(7000)
assert loop.outputs.sound_wanted
print("beats", loop.pod.senses.heart.bpm or 0)
gc.collect()
print("used", gc.mem_alloc())
no_allocation()
evenings()
