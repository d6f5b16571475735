"""One function of machine code on an emulated Cortex-M0, alone: what it does, and its cycles.

QEMU's processor (by unicorn, which is no dependency) refuses what ARMv6-M does not have; what it
overlooks is refused where instructions are counted. Memory outside the arguments, the registers
that a function has to keep, and the stack are looked at after each call. Cycles are those of an
RP2040's Cortex-M0+ that runs from memory without waiting (ARM DDI 0484C, 3.3; RP2040 data sheet,
2.4.3.1: a product takes one).
"""

from dataclasses import dataclass
from typing import Any

_BASE, _SIZE = 0x2000_0000, 0x8000
_BUFFERS = _BASE + 0x2000
_STACK = _BASE + _SIZE - 0x100  # its top
_STACK_BYTES = 0x200
_RETURN = _BASE + 0x1F00
_GAP = 64  # between buffers: nobody writes there
_FILL = 0xA5
_MOST_INSTRUCTIONS = 1_000_000
_ARMV7 = (0xB1, 0xB3, 0xB9, 0xBB)  # cbz, cbnz


class Broken(AssertionError):
    """A function did what compiled code relies on that it does not."""


@dataclass
class Count:
    """Of all calls so far that were counted."""

    calls: int = 0
    instructions: int = 0
    cycles: int = 0


def is_there() -> bool:
    try:
        import unicorn  # noqa: F401
    except ImportError:
        return False
    return True


class Cortex:
    """`Cortex(code)(block, 3)` calls it; arrays and bytearrays are passed as addresses, and changed
    in place. Bytes it may only read."""

    def __init__(self, code: bytes, counted: bool = False):
        from unicorn import UC_ARCH_ARM, UC_HOOK_CODE, UC_MODE_THUMB, Uc
        from unicorn import arm_const as arm

        self.count = Count()
        self._last = 0, 0
        self._code = code
        self._core = Uc(UC_ARCH_ARM, UC_MODE_THUMB)  # UC_MODE_MCLASS would make it a Cortex-M33
        self._core.ctl_set_cpu_model(arm.UC_CPU_ARM_CORTEX_M0)
        self._core.mem_map(_BASE, _SIZE)
        self._arguments = [getattr(arm, f"UC_ARM_REG_R{n}") for n in range(4)]
        self._kept = [getattr(arm, f"UC_ARM_REG_R{n}") for n in range(4, 12)]
        self._sp, self._lr = arm.UC_ARM_REG_SP, arm.UC_ARM_REG_LR
        self._pc = arm.UC_ARM_REG_PC
        if counted:
            self._core.hook_add(UC_HOOK_CODE, self._step)

    def __call__(self, *args: Any) -> int:
        """What the function returns, a signed word."""
        core, memory, places = self._core, bytearray([_FILL]) * _SIZE, _Places()
        memory[: len(self._code)] = self._code
        for register, arg in zip(self._arguments, args, strict=False):
            core.reg_write(register, arg & 0xFFFF_FFFF if isinstance(arg, int) else places.of(arg))
        for at, buffer in places.all:
            memory[at - _BASE : at - _BASE + buffer.nbytes] = buffer
        core.mem_write(_BASE, bytes(memory))
        kept = [0x1234_5670 + n for n in range(len(self._kept))]
        for register, value in zip(self._kept, kept, strict=True):
            core.reg_write(register, value)
        core.reg_write(self._sp, _STACK)
        core.reg_write(self._lr, _RETURN | 1)
        self._last = 0, 0
        self.count.calls += 1
        core.emu_start(_BASE | 1, _RETURN, count=_MOST_INSTRUCTIONS)
        if core.reg_read(self._pc) != _RETURN:
            raise Broken(f"still running after {_MOST_INSTRUCTIONS} instructions")
        self._take_back(memory, places)
        if core.reg_read(self._sp) != _STACK or kept != [core.reg_read(r) for r in self._kept]:
            raise Broken("a register that a function has to keep has changed")
        returned: int = core.reg_read(self._arguments[0])
        return returned - (returned >> 31 << 32)

    def _take_back(self, before: bytearray, places: "_Places") -> None:
        after = bytes(self._core.mem_read(_BASE, _SIZE))
        for at, buffer in places.all:
            if not buffer.readonly:
                part = slice(at - _BASE, at - _BASE + buffer.nbytes)
                buffer[:] = before[part] = after[part]
        stack = slice(_STACK - _STACK_BYTES - _BASE, _STACK - _BASE)
        before[stack] = after[stack]
        if before != after:
            raise Broken("written outside the arguments")

    def _step(self, core: Any, address: int, size: int, _: object) -> None:
        came_from, code = self._last
        self.count.instructions += 1
        self.count.cycles += code >> 12 == 0xD and address != came_from + 2  # a branch taken
        code = int.from_bytes(core.mem_read(address, 2), "little")
        self.count.cycles += 3 if size == 4 else cycles(code)
        self._last = address, code


class _Places:
    """Where each buffer lies; one that is passed twice lies in one place."""

    def __init__(self) -> None:
        self.all: list[tuple[int, memoryview]] = []
        self._end = _BUFFERS

    def of(self, buffer: Any) -> int:
        for at, known in self.all:
            if known.obj is buffer:
                return at
        at = self._end
        octets = memoryview(buffer).cast("B") if len(buffer) else memoryview(b"")  # no cast of none
        self.all.append((at, octets))
        self._end = at + -(-octets.nbytes // 4) * 4 + _GAP
        if self._end > _STACK - _STACK_BYTES:
            raise ValueError("more than the emulated memory holds")
        return at


def cycles(code: int) -> int:
    """Of one instruction of 16 bits; a conditional branch as if it was not taken."""
    if code >> 8 in _ARMV7 or code >> 8 == 0xBF and code & 0xF:
        raise Broken(f"{code:#06x} is not of ARMv6-M")
    if code >> 12 == 0xC or code >> 9 in (0b1011_010, 0b1011_110):  # of several registers
        words = (code & (0xFF if code >> 12 == 0xC else 0x1FF)).bit_count()
        return 1 + words + (2 if code >> 8 == 0xBD else 0)
    if 0x5000 <= code < 0xA000 or code >> 11 == 0b01001:  # load, store
        return 2
    if code >> 11 == 0b11100 or code >> 8 == 0x47:  # b, bx
        return 2
    return 1
