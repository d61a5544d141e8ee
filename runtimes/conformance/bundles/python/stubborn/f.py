import asyncio

from gate import visit_async


async def f(event):
    if not event:
        return "alive"
    while True:
        try:
            await visit_async(event["gate"], "here")
        except asyncio.CancelledError:
            pass
