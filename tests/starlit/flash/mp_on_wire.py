"""MicroPython's raw REPL behind a pseudo-terminal: the real interpreter (unix port), with a folder
for its flash and a Pico's name; a soft reset runs its `boot.py`. What a board does by itself on top
(USB, hard resets) is only heard."""

import base64
import os
import pty
import subprocess
import termios
import threading
import tty
from pathlib import Path

from starlit.bench import device

_RUNNER = """
import sys, os, io, vfs, builtins
builtins.print = lambda *a, **k: None  # what a start says would go between the answers
sys.path.insert(0, {bench!r})
import rom_flash
if {rom!r}:
    rom_flash.plug_in(rom_flash.Flash({rom!r}))
from binascii import a2b_base64, b2a_base64
ask, say = sys.stdin, sys.stdout
class V:
    version = {version}
    _machine = {machine!r}
    _mpy = 4870
class Vfs:  # not a subclass: MicroPython 1.25 imports nothing by an absolute path from one
    def __init__(self, root):
        self.folder = vfs.VfsPosix(root)
    def __getattr__(self, name):
        return getattr(self.folder, name)
    def statvfs(self, path):
        return (4096, 4096, 212, 200, 200, 0, 0, 0, 0, 255)
vfs.mount(Vfs({root!r}), '/flash')
os.chdir('/flash')
vfs.umount('/')
vfs.mount(Vfs({root!r}), '/')
os.chdir('/')
sys.path[:] = ['', '.frozen', '/lib']
names = {{'__name__': '__main__'}}
def soft_reset():
    for at in ('/rom', '/packed'):
        try:
            vfs.umount(at)
        except OSError:
            pass
    rom_flash.unload('slots', 'unpack', 'pod')
    sys.path[:] = ['', '.frozen', '/lib']
    try:
        with open('boot.py') as file:
            code = file.read()
    except OSError:
        return
    exec(code, {{'__name__': '__main__'}})
while True:
    line = ask.readline()
    if not line:
        break
    code = a2b_base64(line).decode().replace('v = sys.implementation', 'v = V')
    out, err = [], b''
    names['V'] = V
    names['soft_reset'] = soft_reset
    names['print'] = lambda *a, end='\\n': out.append(' '.join([str(x) for x in a]) + end)
    try:
        exec(code, names)
    except Exception as e:
        text = io.StringIO()
        sys.print_exception(e, text)
        err = text.getvalue().encode()
    say.write(b2a_base64(''.join(out).encode()).decode())
    say.write(b2a_base64(err).decode())
"""


class BoardOnWire:
    """`port`: as a serial port's. `heard`: all code that was sent. `rom`: a file, for firmware with
    a ROM partition."""

    def __init__(
        self, micropython, root, version=(1, 28, 0), machine="Raspberry Pi Pico W", rom=None
    ):
        self.root = root
        self.heard = []
        self._master, self._slave = pty.openpty()
        tty.setraw(self._slave, termios.TCSANOW)
        self.port = os.ttyname(self._slave)
        code = _RUNNER.format(
            version=version, machine=machine + " with RP2040", root=str(root),
            rom=str(rom or ""), bench=str(Path(device.__file__).parent),
        )  # fmt: skip
        self._python = subprocess.Popen(
            [micropython, "-X", "heapsize=220k", "-c", code],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.dead = False  # the cable is pulled: nothing answers
        threading.Thread(target=self._serve, daemon=True).start()

    def stop(self):
        self._python.kill()
        self._python.wait()
        for one in (self._master, self._slave):
            os.close(one)

    def _say(self, data):
        os.write(self._master, data)

    def _serve(self):
        kept = b""
        try:
            while True:
                kept += os.read(self._master, 4096)
                if self.dead:
                    kept = b""
                    continue
                kept = self._take(kept)
        except OSError:
            pass

    def _take(self, data):
        """Ctrl-C, Ctrl-A, a soft reset and code, each as the raw REPL answers it."""
        while data:
            if data[:2] == b"\r\x03":
                data = data[2:]
            elif data[:2] == b"\r\x01":
                self._say(b"raw REPL; CTRL-B to exit\r\n>")
                data = data[2:]
            elif data[:1] == b"\x04":
                self._say(b"OK\r\nMPY: soft reboot\r\n")
                self._ask(b"soft_reset()")
                self._say(b"raw REPL; CTRL-B to exit\r\n>")
                data = data[1:]
            elif data[:3] == b"\x05A\x01":
                self._say(b"R\x00")  # no raw paste: the plain way
                data = data[3:]
            elif b"\x04" in data:
                code, _, data = data.partition(b"\x04")
                self._exec(code)
            else:
                return data
        return data

    def _exec(self, code):
        self.heard.append(code.decode())
        out, err = self._ask(code)
        self._say(b"OK" + out + b"\x04" + err + b"\x04>")

    def _ask(self, code):
        self._python.stdin.write(base64.b64encode(code).decode() + "\n")
        self._python.stdin.flush()
        return [base64.b64decode(self._python.stdout.readline()) for _ in range(2)]
