"""The event loop of the sandbox: for asynchronous handlers, and kept from request to request.

It turns only while a request is served; between requests the runtime blocks in recv(2), and the
worker may freeze the sandbox anyway.
"""

import asyncio
from collections.abc import Coroutine

from .exchange import Exchange
from .failures import CallerGone
from .link import Link

_LAST_SECONDS = (
    0.8  # from CANCEL until the stream is ended without its handler; R8 allows one second
)


class EventLoop:
    """While it turns, it reads the link: CANCEL, CREDIT and BODY reach the exchange at once."""

    def __init__(self, link: Link):
        self._link = link
        self._loop: asyncio.AbstractEventLoop | None = None
        self._exchange: Exchange | None = None

    def run(
        self, exchange: Exchange, coroutine: Coroutine, patience_seconds: float | None = 0
    ) -> object:
        """Runs the coroutine to its end for this exchange and returns its result.

        :param patience_seconds: from CANCEL to the cancellation of the coroutine; None: never
        :raises CallerGone: if a cancelled coroutine ended, or does not end: then it is left behind
        """
        loop = self._loop or self._open()
        task = loop.create_task(coroutine)
        timers: list[asyncio.TimerHandle] = []

        def cancel() -> None:
            timers.append(loop.call_later(patience_seconds, task.cancel))
            timers.append(loop.call_later(_LAST_SECONDS, loop.stop))

        self._exchange = exchange
        if patience_seconds is not None:
            exchange.on_cancel = cancel
        self._accept_buffered()
        try:
            return loop.run_until_complete(task)
        except (asyncio.CancelledError, RuntimeError) as end:
            if exchange.cancelled and (task.cancelled() or not task.done()):
                raise CallerGone("the caller went away") from end
            raise
        finally:
            exchange.on_cancel = None
            for timer in timers:
                timer.cancel()

    def close(self) -> None:
        """Closes what was opened. For rehearsals; a sandbox keeps its loop to the end."""
        if self._loop is not None:
            self._loop.close()
            asyncio.set_event_loop_policy(None)  # as if there had been none: a handler may want one

    def _open(self) -> asyncio.AbstractEventLoop:
        self._loop = loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        loop.add_reader(self._link.fileno(), self._read)
        return loop

    def _read(self) -> None:
        # The loop turns once more after the frame with END: the next REQUEST, which may be there
        # already, is not for it.
        if not self._exchange.ended and (frame := self._link.poll()) is not None:
            self._exchange.accept(*frame)
            self._accept_buffered()

    def _accept_buffered(self) -> None:
        while not self._exchange.ended and (frame := self._link.buffered()) is not None:
            self._exchange.accept(*frame)
