"""The event loop of a sandbox: made when a handler first needs one, kept for all later requests."""

import asyncio

from exchange import Cancelled


class Loop:
    """Runs a coroutine for an exchange while the link is read beside it."""

    def __init__(self, link):
        self.link = link
        self.loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self.loop)

    def run(self, coroutine):
        """Runs to the end, with nobody reading the link (loading)."""
        return self.loop.run_until_complete(coroutine)

    def run_for(self, exchange, coroutine):
        """Runs to the end while frames of the exchange are taken in as they come."""
        waiter = Waiter(exchange, self.loop)
        exchange.changed = waiter.wake
        self.loop.add_reader(self.link.socket, self.readable, exchange)
        exchange.notice()
        try:
            return self.loop.run_until_complete(coroutine(waiter))
        finally:
            self.loop.remove_reader(self.link.socket)
            exchange.changed = None

    def readable(self, exchange):
        """Called by the loop: there are bytes, so this does not wait."""
        self.link.receive()
        while (frame := self.link.take()) is not None:
            exchange.dispatch(frame)


class Waiter:
    """An exchange as coroutines see it."""

    def __init__(self, exchange, loop):
        self.exchange = exchange
        self.loop = loop
        self.futures = []

    def wake(self):
        waiting, self.futures = self.futures, []
        for future in waiting:
            if not future.done():
                future.set_result(None)

    async def until(self, condition):
        """Waits until frames have made the condition true."""
        while not condition():
            future = self.loop.create_future()
            self.futures.append(future)
            await future

    async def write(self, data):
        """As Exchange.write."""
        exchange = self.exchange
        data = exchange.sendable(data)
        while data and not exchange.cancelled:
            await self.until(lambda: exchange.credit > 0 or exchange.cancelled)
            data = exchange.sendable(data)
        if exchange.cancelled:
            raise Cancelled
