"""The socket to the worker: frames in, frames out.

Without a worker a sandbox has no purpose, so the end of the link, noticed while reading or writing,
ends the process at once and without ceremony (R9).
"""

import mmap
import os
import socket
import sys
import threading

from .frames import END, FRAME_MAX, HEADER, PAYLOAD_MAX


class Link:
    """Reads on one thread at a time, that which serves unless the handler has others; writes on any.

    The buffer holds two of the largest frames, so that a request which was written at once is one
    recv(2). Its first pages are used again for every small request; the others are never touched.
    """

    def __init__(self, connected: socket.socket):
        self._socket = connected
        self._buffer = mmap.mmap(-1, 2 * FRAME_MAX)  # a bytearray would be written to its end now
        self._view = memoryview(self._buffer)
        self._start = 0
        self._end = 0
        self._sending = threading.Lock()
        self.reading = threading.Lock()
        self._kept = None  # a frame that was read by a thread whose request was over

    def fileno(self) -> int:
        return self._socket.fileno()

    def receive(self) -> tuple[int, bool, int, bytes]:
        """The next frame: type, whether it has END, stream, payload. Blocks until there is one."""
        with self.reading:
            return self.next()

    def next(self) -> tuple[int, bool, int, bytes]:
        """As `receive`, for whoever holds `reading`."""
        while (frame := self.buffered()) is None:
            self._fill(0)
        return frame

    def keep(self, frame: tuple[int, bool, int, bytes]) -> None:
        """Gives a frame back, for the next who reads; for whoever holds `reading`."""
        self._kept = frame

    def poll(self) -> tuple[int, bool, int, bytes] | None:
        """The next frame if it is there already. Does not block.

        For whoever holds `reading`, or reads alone, as the event loop does.
        """
        frame = self.buffered()
        if frame is None and self._fill(socket.MSG_DONTWAIT):
            frame = self.buffered()
        return frame

    def buffered(self) -> tuple[int, bool, int, bytes] | None:
        """The next frame if it has been read from the socket already."""
        if self._kept is not None:
            frame, self._kept = self._kept, None
            return frame
        start = self._start + HEADER.size
        if start > self._end:
            return None
        length, kind, flags, reserved, stream = HEADER.unpack_from(self._buffer, self._start)
        if length > PAYLOAD_MAX or flags > END or reserved:
            breach(
                f"a frame of type {kind} has length {length}, flags {flags}, reserved {reserved}"
            )
        after = start + length
        if after > self._end:
            return None
        self._start = after
        return kind, flags == END, stream, bytes(self._view[start:after])

    def _fill(self, flags: int) -> bool:
        if self._start == self._end:
            self._start = self._end = 0
        elif self._start > 0 and len(self._buffer) - self._end < FRAME_MAX:
            rest = bytes(self._view[self._start : self._end])
            self._buffer[: len(rest)] = rest
            self._start, self._end = 0, len(rest)
        try:
            count = self._socket.recv_into(self._view[self._end :], 0, flags)
        except BlockingIOError:
            return False
        except OSError:
            os._exit(0)
        if count == 0:
            os._exit(0)
        self._end += count
        return True

    def send(self, kind: int, stream: int, payload: bytes, end: bool = False) -> None:
        """Sends one frame whole. Blocks while the worker does not read."""
        frame = HEADER.pack(len(payload), kind, end, 0, stream) + payload
        try:
            with self._sending:
                self._socket.sendall(frame)
        except OSError:
            os._exit(0)


def breach(what: str) -> None:
    """Ends the process: nothing that a worker of another language says can be relied on."""
    print(
        f"the worker broke the protocol: {what}; use a runtime of the same version", file=sys.stderr
    )
    sys.stderr.flush()
    os._exit(70)
