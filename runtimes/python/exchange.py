"""One request and its answer: bodies under credit in both directions."""

import json

from frames import (
    ANSWER,
    BODY_IN,
    BODY_OUT,
    CANCEL,
    CREDIT_IN,
    CREDIT_OUT,
    FAILED,
    LARGEST_PAYLOAD,
    U32,
    WINDOW,
)

CREDIT_STEP = 65_536
LARGEST_TEXT = 12_000  # of a message or traceback, so that FAILED fits a frame whatever it holds


class Cancelled(Exception):
    """The caller is gone: nothing more of this answer is wanted."""


class Exchange:
    """Used by the thread that serves. What arrives for it is noted by `dispatch`; whoever needs
    something that is not there waits by reading the link (`pump`), or, under an event loop, by
    `changed`."""

    def __init__(self, link, stream, payload, end):
        self.link = link
        self.stream = stream
        (length,) = U32.unpack_from(payload)
        self.head = json.loads(payload[4 : 4 + length])
        self.pieces = []  # of the request's body, not consumed yet
        self.body_ended = end
        self.consumed = 0  # since credit was last given
        self.credit = WINDOW  # for the answer's body
        self.cancelled = False
        self.begun = False
        self.ended = False
        self.changed = None  # called after each dispatch, if an event loop reads the link
        if len(payload) > 4 + length:
            self.pieces.append(payload[4 + length :])

    # --- what arrives

    def dispatch(self, frame):
        """Notes a frame; those of streams that have ended are none of our business (R5)."""
        kind, end, stream, payload = frame
        if stream == self.stream:
            if kind == BODY_IN:
                if payload:
                    self.pieces.append(payload)
                self.body_ended = self.body_ended or end
            elif kind == CREDIT_IN:
                self.credit += U32.unpack(payload)[0]
            elif kind == CANCEL:
                self.cancelled = True
        if self.changed is not None:
            self.changed()

    def pump(self):
        """Waits for a frame."""
        self.dispatch(self.link.next())

    def notice(self):
        """Takes in what has arrived, without waiting."""
        while True:
            frame = self.link.take()
            if frame is not None:
                self.dispatch(frame)
            elif self.link.waiting():
                self.link.receive()
            else:
                return

    # --- the request's body

    def piece(self):
        """The next piece of the body that is here, b"" if there is none. Gives credit for it."""
        if not self.pieces:
            return b""
        piece = self.pieces.pop(0)
        self.consumed += len(piece)
        if self.consumed >= CREDIT_STEP and not self.body_ended:
            self.link.send(CREDIT_OUT, self.stream, U32.pack(self.consumed))
            self.consumed = 0
        return piece

    def read_piece(self):
        """The next piece of the body, b"" at its end. Waits."""
        while not self.pieces and not self.body_ended and not self.cancelled:
            self.pump()
        return self.piece()

    def read_all(self):
        """All of the body. Waits."""
        if self.body_ended and len(self.pieces) <= 1:
            return self.piece()
        whole = []
        while piece := self.read_piece():
            whole.append(piece)
        return b"".join(whole)

    # --- the answer

    def answer_json(self, body):
        """Answers 200 application/json, in one frame if it fits."""
        if len(body) <= LARGEST_PAYLOAD - 4:
            self.begun = self.ended = True
            self.link.send(ANSWER, self.stream, U32.pack(0), body, end=True)
        else:
            self.start(200, [("content-type", "application/json")])
            self.write(body)
            self.finish()

    def start(self, status, headers, body=b"", end=False):
        """Begins the answer with what is known of its body; returns what of it is still to send."""
        head = json.dumps({"status": status, "headers": headers}).encode()
        if len(head) > LARGEST_PAYLOAD - 4:
            raise ValueError(f"the answer's header fields are longer than {LARGEST_PAYLOAD} bytes")
        room = min(LARGEST_PAYLOAD - 4 - len(head), self.credit)
        rest = memoryview(body)[room:]
        last = end and not rest
        self.begun, self.ended = True, last
        self.credit -= len(body) - len(rest)
        first = body if not rest else memoryview(body)[:room]
        self.link.send(ANSWER, self.stream, U32.pack(len(head)), head, first, end=last)
        return rest

    def sendable(self, data):
        """Sends as much of the data as there is credit for; returns the rest."""
        data = memoryview(data)
        while data and self.credit > 0:
            part = data[: min(LARGEST_PAYLOAD, self.credit)]
            self.credit -= len(part)
            data = data[len(part) :]
            self.link.send(BODY_OUT, self.stream, part)
        return data

    def write(self, data):
        """Sends a piece at once (R7). Waits for credit; raises Cancelled if nobody wants it."""
        data = self.sendable(data)
        self.notice()
        while data and not self.cancelled:
            self.pump()
            data = self.sendable(data)
        if self.cancelled:
            raise Cancelled

    def finish(self):
        """Ends the answer."""
        if not self.ended:
            self.ended = True
            self.link.send(BODY_OUT, self.stream, end=True)

    def fail(self, kind, message, trace, phase):
        """Ends the exchange with a failure of the handler's."""
        if self.ended:
            return
        self.begun = self.ended = True
        text = {"type": kind[:256], "message": cut(message), "trace": cut(trace), "phase": phase}
        self.link.send(FAILED, self.stream, json.dumps(text).encode("utf-8", "replace"), end=True)


def cut(text):
    """A text that fits, with the middle left out if it must be: ends of tracebacks matter most.

    A character can take six bytes in JSON, so this is cautious."""
    if len(text) <= LARGEST_TEXT // 2:
        return text
    half = LARGEST_TEXT // 4
    return f"{text[:half]}\n… {len(text) - 2 * half} characters left out …\n{text[-half:]}"
