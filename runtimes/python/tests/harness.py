"""A worker for tests: starts main.py over a socketpair and speaks the protocol with it."""

import json
import os
import select
import socket
import struct
import subprocess
import sys
import tempfile
import unittest
from dataclasses import dataclass, field
from pathlib import Path

MAIN = Path(__file__).resolve().parent.parent / "main.py"
HEADER = struct.Struct(">IBBHI")
SPECIALISE, REQUEST, BODY, CREDIT, CANCEL = range(1, 6)
READY, LOADED, ANSWER, ANSWER_BODY, BODY_CREDIT, FAILED = range(16, 22)
SLOW = int(os.environ.get("OL_SLOW", "1"))  # how much longer a slow machine may take, as an emulator
PATIENCE_SECONDS = 10 * SLOW


@dataclass
class Answer:
    """A whole answer, as a worker that gives credit for everything sees it."""

    status: int = 0
    headers: dict = field(default_factory=dict)
    body: bytes = b""
    failed: dict | None = None
    frames: list = field(default_factory=list)

    def json(self):
        return json.loads(self.body)


class Runtime:
    """A running runtime, specialised for a folder that is made of `files`.

    :param program: from the number of the link's descriptor to the script and its arguments
    """

    def __init__(self, files, entry=None, environment=None, program=lambda link: [MAIN]):
        self.folder = tempfile.TemporaryDirectory()
        self.bundle = self.folder.name
        for name, text in files.items():
            path = Path(self.bundle, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        self.link, theirs = socket.socketpair()
        self.link.settimeout(PATIENCE_SECONDS)
        self.log, log = os.pipe()
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-E", *program(theirs.fileno())],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=[theirs.fileno()],
            env={"OL_LINK_FD": str(theirs.fileno()), "PATH": os.environ["PATH"], "OWN": "runtime"},
        )
        theirs.close()
        os.close(log)
        self.loaded = []
        self.stream = 0
        self.ready = self.receive()
        self.send(
            SPECIALISE,
            0,
            json.dumps(
                {
                    "function": "hello",
                    "version": "7",
                    "bundle": self.bundle,
                    "entry": entry or {"kind": "openlambda"},
                    "environment": environment or {},
                    "memory_bytes": 134217728,
                    "timeout_ms": 30000,
                }
            ).encode(),
        )

    def send(self, kind, stream, payload=b"", end=False):
        self.link.sendall(HEADER.pack(len(payload), kind, end, 0, stream) + payload)

    def receive(self):
        """The next frame: (type, END, stream, payload); None at the end of the link."""
        header = self._exactly(HEADER.size)
        if header is None:
            return None
        length, kind, flags, _, stream = HEADER.unpack(header)
        return kind, flags == 1, stream, self._exactly(length)

    def _exactly(self, count):
        data = b""
        while len(data) < count:
            piece = self.link.recv(count - len(data))
            if not piece:
                return None
            data += piece
        return data

    def request(self, body=b"", end=True, **head):
        """Sends a REQUEST; returns its stream."""
        self.stream += 1
        head = json.dumps(
            {
                "id": f"request-{self.stream}",
                "method": "POST",
                "mount": "/run/hello",
                "path": "",
                "query": "",
                "headers": [],
                "scheme": "http",
                "peer": "127.0.0.1:52100",
                "deadline_ms": 30000,
                **head,
            }
        ).encode()
        self.send(REQUEST, self.stream, struct.pack(">I", len(head)) + head + body, end)
        return self.stream

    def frame(self):
        """The next frame of the current stream; LOADED is put aside."""
        frame = self.receive()
        while frame is not None and frame[0] == LOADED:
            self.loaded.append(frame)
            frame = self.receive()
        return frame

    def answer(self, credit=True):
        """Reads frames up to END."""
        answer = Answer()
        while True:
            frame = self.frame()
            assert frame is not None, f"the link ended: {self.rest_of_log()}"
            kind, end, stream, payload = frame
            assert stream == self.stream
            answer.frames.append(frame)
            if kind == ANSWER:
                status, headers, payload = decode_answer(payload)
                answer.status, answer.headers = status, headers
            elif kind == FAILED:
                answer.failed = json.loads(payload)
                payload = b""
            if kind in (ANSWER, ANSWER_BODY):
                answer.body += payload
                if credit and payload and not end:
                    self.send(CREDIT, stream, struct.pack(">I", len(payload)))
            if end:
                return answer

    def call(self, body=b"", **head):
        self.request(body, **head)
        return self.answer()

    def log_so_far(self):
        """What is in the log pipe now."""
        text = b""
        while select.select([self.log], [], [], 0)[0] and (piece := os.read(self.log, 65536)):
            text += piece
        return text.decode()

    def rest_of_log(self):
        """The log up to its end."""
        self.process.wait(PATIENCE_SECONDS)
        return self.log_so_far()

    def close(self):
        """Ends the link; the runtime's exit status."""
        self.link.close()
        try:
            return self.process.wait(PATIENCE_SECONDS)
        finally:
            self.process.kill()
            self.process.wait()
            os.close(self.log)
            self.folder.cleanup()


def decode_answer(payload):
    (size,) = struct.unpack_from(">I", payload)
    if size == 0:
        return 200, {"content-type": "application/json"}, payload[4:]
    head = json.loads(payload[4 : 4 + size])
    return head["status"], dict(head["headers"]), payload[4 + size :]


class RuntimeTest(unittest.TestCase):
    """Tests with one runtime or more, which end with the test."""

    def runtime(self, handler, entry=None, environment=None, **files):
        """A runtime for a folder with f.py and other modules."""
        files = {f"{name}.py": text for name, text in files.items()} | {"f.py": handler}
        return self.runtime_of(files, entry, environment)

    def runtime_of(self, files, entry=None, environment=None):
        runtime = Runtime(files, entry, environment)
        self.addCleanup(runtime.close)
        return runtime
