"""A MAX30102 and a VEML7700 that answer without allocating: a finger or none, a room of 5 lx."""

from simboard import board


class Chips:
    """`bright`: counts of the pulse sensor, less `dip` at each beat's height."""

    def __init__(self, bright=100000, dip=990):
        self.fifo = 0
        self.last_us = 0
        self.led = 36
        self.registers = bytearray(256)
        self.phase = 0
        self.bright, self.dip = bright, dip

    def readfrom_mem_into(self, addr, reg, buf):
        if addr == 0x10:
            buf[0], buf[1] = (0x81, 0xC4) if reg == 7 else (0x78, 0x05)
        elif reg == 0xFF:
            buf[0] = 0x15
        elif reg == 0:
            self._status(buf)
        elif reg == 7:
            self._samples(buf)
        else:
            buf[0] = self.registers[reg] & ~0x40

    def _status(self, buf):
        made = (board.now_us - self.last_us) // 10000
        if made > 31:
            made = 31
            self.last_us = board.now_us - 310000  # what is older has been written over
        for i in range(7):
            buf[i] = 0
        if self.registers[6] != self.fifo:  # the driver has set its pointers anew
            self.fifo = self.registers[6]
            self.last_us = board.now_us
            made = 0
        buf[4] = (self.fifo + made) & 31
        buf[6] = self.fifo

    def _samples(self, buf):
        count = len(buf) // 3
        self.last_us += count * 10000
        self.fifo = (self.fifo + count) & 31
        self.registers[6] = self.fifo
        for i in range(count):
            self.phase = (self.phase + 1) % 84
            value = self.bright - self.dip * max(0, 30 - abs(self.phase - 16) * 2) // 30
            buf[3 * i], buf[3 * i + 1], buf[3 * i + 2] = value >> 16, value >> 8 & 255, value & 255

    def writeto_mem(self, addr, reg, buf):
        if addr == 0x57:
            for i in range(len(buf)):
                self.registers[reg + i] = buf[i]
