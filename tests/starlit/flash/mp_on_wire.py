"""MicroPython's raw REPL behind a pseudo-terminal: the real interpreter (unix port), with a folder
for its flash and a Pico's name. What a board does by itself on top (USB, resets) is only heard."""

import base64
import os
import pty
import subprocess
import termios
import threading
import tty

_RUNNER = """
import sys, os, io, vfs
from binascii import a2b_base64, b2a_base64
ask, say = sys.stdin, sys.stdout
class V:
    version = {version}
    _machine = {machine!r}
    _mpy = 4870
class Vfs(vfs.VfsPosix):
    def statvfs(self, path):
        return (4096, 4096, 212, 200, 200, 0, 0, 0, 0, 255)
vfs.mount(Vfs({root!r}), '/flash')
os.chdir('/flash')
vfs.umount('/')
vfs.mount(Vfs({root!r}), '/')
os.chdir('/')
sys.path[:] = ['', '.frozen', '/lib']
names = {{'__name__': '__main__'}}
while True:
    line = ask.readline()
    if not line:
        break
    code = a2b_base64(line).decode().replace('v = sys.implementation', 'v = V')
    out, err = [], b''
    names['V'] = V
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
    """`port`: as a serial port's. `heard`: all code that was sent."""

    def __init__(self, micropython, root, version=(1, 28, 0), machine="Raspberry Pi Pico W"):
        self.root = root
        self.heard = []
        self._master, self._slave = pty.openpty()
        tty.setraw(self._slave, termios.TCSANOW)
        self.port = os.ttyname(self._slave)
        code = _RUNNER.format(version=version, machine=machine + " with RP2040", root=str(root))
        self._python = subprocess.Popen(
            [micropython, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
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
                self._say(b"OK\r\nMPY: soft reboot\r\nraw REPL; CTRL-B to exit\r\n>")
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
        self._python.stdin.write(base64.b64encode(code).decode() + "\n")
        self._python.stdin.flush()
        out, err = (base64.b64decode(self._python.stdout.readline()) for _ in range(2))
        self._say(b"OK" + out + b"\x04" + err + b"\x04>")
