"""What goes on when the answer is given: daemons, timers, threads."""

import os
import signal
import threading
import time

from wire import LINK, answer


def ticks(path):
    """When a daemon was alive, on the clock of all: one line every millisecond."""
    with open(path, "w", buffering=1) as file:
        while True:
            file.write(f"{time.monotonic()}\n")
            time.sleep(0.001)


def leave_daemon(event):
    """A process of another session, whose parents are gone, that ticks until it is stopped."""
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            ticks("/tmp/ticks")
        os._exit(0)
    os.wait()
    while not os.path.exists("/tmp/ticks"):
        time.sleep(0.001)
    return time.monotonic()


def longest_gap(event):
    """The longest time in which the daemon did not run, in seconds."""
    with open("/tmp/ticks") as file:
        seen = [float(line) for line in file.read().split("\n")[:-1]]
    seen.append(time.monotonic())  # it may not have had its turn since it goes on
    return max(after - before for before, after in zip(seen, seen[1:]))


def die_later(event):
    """Answers, and ends a moment later."""
    threading.Timer(event["seconds"], lambda: os._exit(9)).start()
    return "answered"


def kill_later(event):
    """The same by a process that kills everyone."""
    if os.fork() == 0:
        time.sleep(event["seconds"])
        try:
            os.kill(1, signal.SIGKILL)
            os.kill(-1, signal.SIGKILL)
        finally:
            os._exit(0)
    return "answered"


def forge_later(event):
    """Answers, and then in the place of the next request's handler."""
    forged = answer(b"", b'"forged"', stream=9, end=True)
    threading.Timer(event["seconds"], lambda: os.write(LINK, forged)).start()
    return "answered"


def print_later(event):
    """Prints when nobody is called."""
    threading.Timer(event["seconds"], lambda: os.write(1, b"from beyond\n")).start()
    return "answered"


def remember(event):
    """What an earlier call left in this sandbox, which then is the same."""
    left = os.path.exists("/tmp/mark")
    open("/tmp/mark", "w").close()
    return left


def flood_on(event):
    """Answers, and leaves processes that print as fast as they can for as long as they may."""
    for _ in range(event["processes"]):
        if os.fork() == 0:
            while True:
                os.write(1, b"\n" * 65536)
    return "answered"
