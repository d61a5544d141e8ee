"""The event loop of the sandbox: for asynchronous handlers, and kept from request to request.

It turns only while a request is served; between requests the runtime blocks in recv(2), and the
worker may freeze the sandbox anyway.
"""

import asyncio
from collections.abc import Coroutine

from .exchange import Exchange
from .link import Link


class EventLoop:
    """While it turns, it reads the link: CANCEL, CREDIT and BODY reach the exchange at once."""

    def __init__(self, link: Link):
        self._link = link
        self._loop: asyncio.AbstractEventLoop | None = None
        self._exchange: Exchange | None = None

    def run(self, exchange: Exchange, coroutine: Coroutine) -> object:
        """Runs the coroutine to its end for this exchange."""
        loop = self._loop
        if loop is None:
            self._loop = loop = asyncio.new_event_loop()
            asyncio.set_event_loop(loop)
            loop.add_reader(self._link.fileno(), self._read)
        self._exchange = exchange
        self._accept_buffered()
        return loop.run_until_complete(coroutine)

    def _read(self) -> None:
        if (frame := self._link.poll()) is not None:
            self._exchange.accept(*frame)
            self._accept_buffered()

    def _accept_buffered(self) -> None:
        while (frame := self._link.buffered()) is not None:
            self._exchange.accept(*frame)
