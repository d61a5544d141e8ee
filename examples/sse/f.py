"""Server-sent events by a plain ASGI application, with a lifespan.

Starlette and FastAPI make such an `app` too. `startup` runs once in each sandbox, while the function loads.
"""

import asyncio
import time
from urllib.parse import parse_qs

started = None


async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        await lifespan(receive, send)
    else:
        await events(scope, receive, send)


async def lifespan(receive, send):
    global started
    while (await receive())["type"] == "lifespan.startup":
        started = time.time()
        print("started")
        await send({"type": "lifespan.startup.complete"})


async def events(scope, receive, send):
    count = int(parse_qs(scope["query_string"].decode()).get("count", ["5"])[0])
    headers = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    gone = asyncio.create_task(until_gone(receive))
    for number in range(count):
        age = time.time() - started
        event = f"id: {number}\ndata: this sandbox started {age:.2f} s ago\n\n".encode()
        await send({"type": "http.response.body", "body": event, "more_body": True})
        done, _ = await asyncio.wait({gone}, timeout=0.5)
        if done:
            print(f"the caller went away after event {number}")
            return
    gone.cancel()
    await send({"type": "http.response.body"})


async def until_gone(receive):
    while (await receive())["type"] != "http.disconnect":
        pass
