"""Speaks on the link in the runtime's place: what it says must not get past the worker."""

import json
import os
import struct
import time

LINK = 3
READY, LOADED, ANSWER, BODY, CREDIT, FAILED = 16, 17, 18, 19, 20, 21
END = 1


def frame(kind, stream, payload=b"", end=False, flags=None, reserved=0, length=None):
    flags = (END if end else 0) if flags is None else flags
    length = len(payload) if length is None else length
    return struct.pack(">IBBHI", length & 0xFFFFFFFF, kind, flags, reserved, stream) + payload


def answer(head, body=b"", **options):
    head = head if isinstance(head, bytes) else json.dumps(head).encode()
    length = options.pop("head_length", len(head))
    payload = struct.pack(">I", length & 0xFFFFFFFF) + head + body
    return frame(ANSWER, options.pop("stream", 1), payload, **options)


def credit(count):
    return frame(CREDIT, 1, struct.pack(">I", count))


PLAIN = answer(b"", b'"forged"', end=True)
BEGUN = answer(b"")
HEAD = {"status": 200, "headers": []}

FORGERIES = {
    "another stream": answer(b"", b"1", stream=7, end=True),
    "stream zero": answer(b"", b"1", stream=0, end=True),
    "a future stream": answer(b"", b"1", stream=2, end=True),
    "a giant length": frame(ANSWER, 1, length=0x7FFFFFFF),
    "a negative length": frame(ANSWER, 1, length=-1),
    "one byte too long": frame(ANSWER, 1, b"x" * 65537),
    "an unknown type": frame(99, 1),
    "type zero": frame(0, 1),
    "a request to the worker": frame(2, 1, b"\0\0\0\0"),
    "a specialise to the worker": frame(1, 0, b"{}"),
    "unknown flags": frame(ANSWER, 1, b"\0\0\0\0", flags=0xFF),
    "reserved bits": frame(ANSWER, 1, b"\0\0\0\0", end=True, reserved=1),
    "ready again": frame(READY, 0, b'{"protocol":1,"runtime":"x","streams":1}'),
    "loaded twice": frame(LOADED, 0, b"\0" * 7 + b"\1") * 2,
    "loaded too short": frame(LOADED, 0, b"\1"),
    "answers twice": PLAIN + PLAIN,
    "a second head": BEGUN + BEGUN,
    "a body without a head": frame(BODY, 1, b"x", end=True),
    "a body of another stream": BEGUN + frame(BODY, 9, b"x", end=True),
    "a failure without an end": frame(FAILED, 1, b"{}"),
    "a failure of another stream": frame(FAILED, 5, b"{}", end=True),
    "a failure that is no JSON": frame(FAILED, 1, b"\xff\xfe{", end=True),
    "a failure that is a list": frame(FAILED, 1, b"[]", end=True),
    "credit of three bytes": frame(CREDIT, 1, b"\0\0\1"),
    "credit of nothing": credit(0),
    "negative credit": credit(0xFFFFFFFF),
    "giant credit": credit(0x7FFFFFFF),
    "credit for another stream": frame(CREDIT, 4, b"\0\0\1\0"),
    "a head longer than the frame": answer(b"{}", head_length=1000),
    "a negative head": answer(b"{}", head_length=-1),
    "no head at all": frame(ANSWER, 1, b"\0", end=True),
    "a head that is no JSON": answer(b"{]", end=True),
    "a head that is a list": answer(b"[1]", end=True),
    "a head of a thousand levels": answer(b'{"a":' * 1000 + b"1" + b"}" * 1000, end=True),
    "a head with a giant number": answer(b'{"status":' + b"9" * 5000 + b"}", end=True),
    "a head with half a letter": answer(b'{"status":200,"headers":[["a","\xc3"]]}', end=True),
    "status 99": answer({"status": 99}, end=True),
    "status 600": answer({"status": 600}, end=True),
    "status -1": answer({"status": -1}, end=True),
    "status as text": answer({"status": "200"}, end=True),
    "a line break in a value": answer({"headers": [["a", "b\r\nset-cookie: x=1"]]}, end=True),
    "a line break in a name": answer({"headers": [["a\r\nb", "c"]]}, end=True),
    "a zero byte in a value": answer({"headers": [["a", "b\0c"]]}, end=True),
    "a name that is empty": answer({"headers": [["", "b"]]}, end=True),
    "a value beyond latin": answer({"headers": [["a", "\u4e2d"]]}, end=True),
    "a header of three": answer({"headers": [["a", "b", "c"]]}, end=True),
    "headers as an object": answer({"headers": {"a": "b"}}, end=True),
    "ten thousand headers": answer({"headers": [["a", "b"]] * 7000}, end=True),
    "garbage": bytes(range(256)) * 64,
    "http": b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
}


def forge(event):
    """Sends a forgery, and then nothing more: the worker must act on that."""
    os.write(LINK, FORGERIES[event["forgery"]])
    time.sleep(60)


def names(event):
    return sorted(FORGERIES)


def close(event):
    """Closes the link and lives on."""
    os.close(LINK)
    time.sleep(60)


def half_a_frame(event):
    """Promises more than it sends."""
    os.write(LINK, frame(ANSWER, 1, b"\0\0\0\0abc", length=1000))
    time.sleep(60)


def half_a_frame_and_gone(event):
    os.write(LINK, frame(ANSWER, 1, b"\0\0\0\0abc", length=1000))
    os._exit(0)


def endless_body(event):
    """A streamed answer without end, with no regard for credit."""
    os.write(LINK, BEGUN)
    piece = frame(BODY, 1, b"x" * 65536)
    while True:
        sent = 0
        while sent < len(piece):
            sent += os.write(LINK, piece[sent:])


def endless_empty_bodies(event):
    """The same in frames that carry nothing."""
    os.write(LINK, BEGUN)
    many = frame(BODY, 1) * 1000
    while True:
        os.write(LINK, many)


def endless_credit(event):
    """Credit for a body that was never sent."""
    many = credit(65536) * 1000
    while True:
        os.write(LINK, many)


def answer_ahead(event):
    """Answers this request, and those that will come."""
    os.write(LINK, PLAIN + b"".join(answer(b"", b'"ahead"', stream=n, end=True) for n in (2, 3)))
    time.sleep(60)
