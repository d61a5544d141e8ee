"""Frames on the link, as PROTOCOL.md defines them: nothing here knows what a request is."""

import os
import select
import struct
import threading

SPECIALISE, REQUEST, BODY_IN, CREDIT_IN, CANCEL = 1, 2, 3, 4, 5
READY, LOADED, ANSWER, BODY_OUT, CREDIT_OUT, FAILED = 16, 17, 18, 19, 20, 21

END = 1
LARGEST_PAYLOAD = 65_536
WINDOW = 262_144

HEADER = struct.Struct(">IBBHI")
U32 = struct.Struct(">I")


class Link:
    """The socket to the worker. One thread reads; any thread may send."""

    def __init__(self, socket):
        self.socket = socket
        self.received = bytearray()
        self.sending = threading.Lock()

    def send(self, kind, stream, *parts, end=False):
        """Sends one frame. The parts together are at most LARGEST_PAYLOAD bytes."""
        length = sum(map(len, parts))
        frame = b"".join((HEADER.pack(length, kind, END if end else 0, 0, stream), *parts))
        with self.sending:
            self.socket.sendall(frame)

    def next(self):
        """Waits for a frame: (type, end, stream, payload). Exits when the worker is gone (R9)."""
        while (frame := self.take()) is None:
            self.receive()
        return frame

    def take(self):
        """A frame that is here already, or None."""
        buffer = self.received
        if len(buffer) < HEADER.size:
            return None
        length, kind, flags, _, stream = HEADER.unpack_from(buffer)
        whole = HEADER.size + length
        if len(buffer) < whole:
            return None
        payload = bytes(memoryview(buffer)[HEADER.size : whole])
        del buffer[:whole]
        return kind, bool(flags & END), stream, payload

    def receive(self):
        """Waits for bytes and keeps them."""
        try:
            data = self.socket.recv(LARGEST_PAYLOAD + HEADER.size)
        except ConnectionResetError:  # the worker closed with bytes of ours unread
            data = b""
        if not data:
            os._exit(0)
        self.received += data

    def waiting(self):
        """Whether bytes have arrived that were not read yet."""
        poll = select.poll()
        poll.register(self.socket, select.POLLIN)
        return bool(poll.poll(0))
