"""`select` under which waiting passes the board's time, so asyncio runs as fast as it can."""

from simboard import board

POLLIN, POLLOUT, POLLERR, POLLHUP = 1, 4, 8, 16


class poll:
    def register(self, stream, events):
        raise OSError("no sockets in simulated time")

    def unregister(self, stream):
        pass

    def ipoll(self, wait_ms):
        if wait_ms > 0:
            board.spend(wait_ms * 1000)
        return iter(())
