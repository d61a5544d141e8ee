"""One request and its answer: a stream of the link, with credit in both directions."""

import asyncio
import json
import threading
from collections import deque
from collections.abc import Callable

from . import logs
from .failures import CallerGone, Rejected, describe
from .frames import (
    ANSWER,
    ANSWER_BODY,
    BODY,
    BODY_CREDIT,
    CANCEL,
    CREDIT,
    CREDIT_STEP,
    FAILED,
    FRAME_MAX,
    PAYLOAD_MAX,
    U32,
    WINDOW,
)
from .link import Link, breach

_HEADERS_MAX = 256
_JSON_OK = U32.pack(0)  # no head: status 200, content-type: application/json


class Exchange:
    """Made for a REQUEST, over after the frame with END.

    Whoever serves calls either the blocking methods, or, while the event loop reads the link and
    hands frames to `accept`, those with `async`.
    """

    def __init__(self, link: Link, stream: int, payload: bytes, complete: bool):
        self._link = link
        self.stream = stream
        head_end = 4 + U32.unpack_from(payload)[0] if len(payload) >= 4 else FRAME_MAX
        if head_end > len(payload):
            breach(f"a REQUEST of {len(payload)} bytes that ends within its head")
        self._request_head = payload[4:head_end]
        first = payload[head_end:]
        self._chunks = deque((first,) if first else ())
        self.received_all = complete
        self._consumed = 0  # bytes of the request's body, for which no credit was given yet
        self._credit = WINDOW
        self._answer_head: bytes | None = None
        self.started = False
        self.ended = False
        self.cancelled = False
        self.on_cancel: Callable[[], None] | None = None
        self._change: asyncio.Event | None = None
        # Held to send: the frame with END is the last one, whatever threads of the handler outlive
        # their request. A frame after it would break the next request of this sandbox.
        self._sending = threading.Lock()

    def head(self) -> dict:
        """The request's head, as the protocol has it. Parsed at every call."""
        return json.loads(self._request_head)

    def accept(self, kind: int, end: bool, stream: int, payload: bytes) -> None:
        """Takes in a frame. Frames of streams that are over are ignored (R5)."""
        if stream == self.stream and kind == BODY:
            if self.received_all:
                breach(f"BODY after the end of the body of stream {stream}")
            if payload:
                self._chunks.append(payload)
            self.received_all = end
        elif stream == self.stream and kind == CREDIT:
            if len(payload) != 4:
                breach(f"CREDIT of {len(payload)} bytes")
            self._credit += U32.unpack(payload)[0]
        elif stream == self.stream and kind == CANCEL:
            self.cancelled = True
            if self.on_cancel is not None:
                self.on_cancel()
        elif kind not in (BODY, CREDIT, CANCEL) or stream > self.stream:
            breach(f"type {kind} of stream {stream} while stream {self.stream} is served")
        self.wake()

    def wake(self) -> None:
        """Lets those who wait for a change look again."""
        if self._change is not None:
            self._change.set()
            self._change = None

    async def change(self) -> None:
        """Waits until a frame has been accepted."""
        if self._change is None:
            self._change = asyncio.Event()
        await self._change.wait()

    # The request's body.

    def has_pieces(self) -> bool:
        """Whether there are bytes of the body that have arrived and were not taken."""
        return bool(self._chunks)

    def whole_body(self) -> bytes:
        """All that is left of the body. Blocks until it is there."""
        if self.received_all and len(self._chunks) == 1:
            return self._chunks.popleft()
        pieces = []
        while piece := self.next_piece():
            pieces.append(piece)
        return b"".join(pieces)

    def next_piece(self) -> bytes:
        """The next bytes of the body, b"" after the last. Blocks until they are there."""
        while (piece := self.piece_at_hand()) is None:
            if self.cancelled:
                raise CallerGone("the caller went away before the request's body was complete")
            self._take(self._link.next)
        return piece

    def piece_at_hand(self) -> bytes | None:
        """The next bytes of the body, b"" after the last, None if they have not arrived."""
        if not self._chunks:
            return b"" if self.received_all else None
        piece = self._chunks.popleft()
        self._consumed += len(piece)
        if self._consumed >= CREDIT_STEP and not self.received_all:
            with self._sending:
                if not self.ended:
                    self._link.send(BODY_CREDIT, self.stream, U32.pack(self._consumed))
            self._consumed = 0
        return piece

    # The answer.

    def answer_json(self, document: bytes) -> None:
        """Answers 200 with a whole JSON document."""
        if len(document) <= PAYLOAD_MAX - 4:
            logs.flush()
            with self._sending:
                self.started = self.ended = True
                self._link.send(ANSWER, self.stream, _JSON_OK + document, end=True)
        else:
            self._answer_head = b""
            self.send(document, end=True)

    def begin(self, status: int, headers: list) -> None:
        """Sets the answer's head; it goes out with the first piece.

        :param headers: pairs of strings
        :raises ValueError: if the status or a header cannot be sent (R13)
        """
        self._answer_head = _head(status, headers)

    def is_headless(self) -> bool:
        """Whether the answer has no head yet."""
        return self._answer_head is None

    def send(self, piece: bytes, end: bool = False) -> None:
        """Sends a piece, with END only after all that was printed. Blocks while there is no credit.

        :raises CallerGone: if nobody wants it any more
        """
        rest = self._push(memoryview(piece), end)
        while rest is not None:
            self._take(self._link.next)
            rest = self._push(rest, end)

    def has_room(self, count: int) -> bool:
        """Whether `send` of so many bytes would not block."""
        return count <= self._credit

    async def send_async(self, piece: bytes, end: bool = False) -> None:
        """As `send`, waiting for credit in the event loop.

        The loop turns after every piece, so that a coroutine which awaits nothing else is cancelled
        too.
        """
        rest = self._push(memoryview(piece), end)
        if rest is None and not end:
            await asyncio.sleep(0)
        while rest is not None:
            await self.change()
            rest = self._push(rest, end)

    def notice(self) -> None:
        """Takes in what has arrived, without blocking: a CANCEL is seen between two pieces.

        :raises CallerGone: if there was one
        """
        self.check()
        while not self.cancelled and self._take(self._link.poll):
            pass
        self.check()

    def _take(self, read: Callable) -> bool:
        """Takes in the frame that `read` reads, if there is one; whether there was.

        :raises RuntimeError: if it is of the next request: this thread outlived its own
        """
        with self._link.reading:
            frame = read()
            if frame is None:
                return False
            if self.ended and frame[2] > self.stream:
                self._link.keep(frame)
                raise RuntimeError("the answer is complete, and the next request has come")
        self.accept(*frame)
        return True

    def check(self) -> None:
        """Does nothing while somebody waits for more of the answer.

        :raises CallerGone: if nobody wants it any more
        :raises RuntimeError: if it was complete: a thread or task outlived its request
        """
        if self.ended:
            raise RuntimeError("the answer is complete; nothing more can be sent")
        if self.cancelled:
            raise CallerGone("the caller went away before the answer was complete")

    def _push(self, rest: memoryview, end: bool) -> memoryview | None:
        """Sends as much as there is credit for; what is left, or None if that is nothing."""
        with self._sending:
            return self._push_in_turn(rest, end)

    def _push_in_turn(self, rest: memoryview, end: bool) -> memoryview | None:
        self.check()
        if not rest and not end and self.started:
            return None  # an empty BODY frame would say nothing
        while True:
            prefix = b"" if self.started else U32.pack(len(self._answer_head)) + self._answer_head
            size = min(len(rest), PAYLOAD_MAX - len(prefix), self._credit)
            if size == 0 and len(rest) > 0 and self.started:
                return rest
            last = end and size == len(rest)
            kind = ANSWER_BODY if self.started else ANSWER
            if last:
                logs.flush()
                self.ended = True
            self.started = True
            self._credit -= size
            self._link.send(kind, self.stream, prefix + rest[:size], last)
            rest = rest[size:]
            if not rest:
                return None

    def fail(self, failure: BaseException, phase: str) -> None:
        """Ends the stream with FAILED."""
        logs.flush()
        with self._sending:
            self.ended = True
            self._link.send(FAILED, self.stream, describe(failure, phase), end=True)

    def abandon(self) -> None:
        """Ends the stream of a caller who is gone (R8)."""
        if self.started:
            logs.flush()
            with self._sending:
                self.ended = True
                self._link.send(ANSWER_BODY, self.stream, b"", end=True)
        else:
            self.fail(Rejected("Cancelled", "the caller went away"), "call")


def _head(status: int, headers: list) -> bytes:
    if len(headers) > _HEADERS_MAX:
        raise ValueError(f"{len(headers)} headers cannot be sent; at most {_HEADERS_MAX} can")
    if not isinstance(status, int) or not 200 <= status <= 599:
        raise ValueError(f"status {status!r} cannot be answered; it is a number from 200 to 599")
    for name, value in headers:
        if not _is_header_text(name) or not name or not _is_header_text(value):
            raise ValueError(
                f"header {name!r}: {value!r} cannot be sent; names and values are strings of"
                " ISO-8859-1 characters without line breaks and NUL"
            )
    head = json.dumps({"status": status, "headers": headers}, ensure_ascii=False).encode()
    if len(head) > PAYLOAD_MAX - 4:
        raise ValueError(f"the headers take {len(head)} bytes; there is room for {PAYLOAD_MAX - 4}")
    return head


def _is_header_text(text: object) -> bool:
    return (
        isinstance(text, str)
        and (text.isascii() or max(text) <= "\xff")
        and "\r" not in text
        and "\n" not in text
        and "\0" not in text
    )
