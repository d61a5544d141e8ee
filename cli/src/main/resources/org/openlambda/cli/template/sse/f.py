"""Streams: each piece reaches the caller as soon as it is yielded (server-sent events)."""

import json
import time


def f(event):
    yield {"headers": {"content-type": "text/event-stream", "cache-control": "no-store"}}
    for number in range(event.get("count", 5)):
        data = json.dumps({"number": number, "time": time.time()})
        yield f"id: {number}\ndata: {data}\n\n"
        time.sleep(event.get("pause", 0.5))
