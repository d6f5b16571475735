"""A flash whose power can be cut at any byte and operation, worse than littlefs: what is being
written is torn, the old content is gone."""


class PowerCut(Exception):
    pass


class CutFlash:
    """`budget`: bytes and operations until the power goes; None for never. Every byte written
    counts one, and so does every removal and folder."""

    def __init__(self):
        self.files = {}
        self.budget = None
        self.spent = 0

    def _spend(self, wanted):
        self.spent += wanted
        if self.budget is None:
            return wanted
        done = min(wanted, self.budget)
        self.budget -= done
        return done

    def read(self, path):
        if path not in self.files:
            raise OSError(2)
        return bytes(self.files[path])

    def write(self, path, data, mode="wb"):
        before = self.files.get(path, b"") if mode == "ab" else b""
        # One to open it (an old content is gone), one for each byte, one to close it.
        done = self._spend(len(data) + 2)
        if done:
            self.files[path] = before + bytes(data)[: done - 1]
        if done < len(data) + 2:
            raise PowerCut

    def pieces(self, path, buffer):
        data = self.read(path)
        for at in range(0, len(data), len(buffer)):
            yield memoryview(data[at : at + len(buffer)])

    def size(self, path):
        return len(self.files[path]) if path in self.files else -1

    def folder(self, path):
        if self._spend(1) < 1:
            raise PowerCut

    def remove(self, path):
        if self._spend(1) < 1:
            raise PowerCut
        self.files.pop(path, None)

    def names(self, path):
        inside = [name[len(path) + 1 :] for name in self.files if name.startswith(path + "/")]
        return sorted({name.split("/")[0] for name in inside})
