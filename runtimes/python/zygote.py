"""The process that every Python sandbox is a copy of: warm, and knowing no function.

    python3 -I -S -E zygote.py CONTROL LIBRARY FILTER

CONTROL is the number of the control socket's descriptor, LIBRARY the path of libol_python.so, which
forks (`launcher/PROTOCOL.md`), FILTER that of the system call filter for sandboxes.
"""

import contextlib
import ctypes
import gc
import importlib
import logging
import os
import socket
import sys
import threading

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from openlambda_runtime import birth, rehearsal  # noqa: E402

# What functions import of the standard library: all sandboxes share it. None of these starts a
# thread or draws a random number from OpenSSL, and none may.
WARM = """
    argparse array ast asyncio base64 bisect bz2 calendar collections.abc concurrent.futures
    configparser contextlib contextvars copy csv ctypes dataclasses datetime decimal difflib email
    email.message email.mime.multipart email.mime.text email.parser email.policy email.utils
    encodings.ascii encodings.idna encodings.latin_1 enum fnmatch fractions functools getpass glob
    gzip hashlib heapq hmac html html.parser http http.client http.cookies http.server
    importlib.metadata importlib.resources importlib.util inspect io ipaddress itertools json
    linecache logging logging.handlers lzma math mimetypes numbers operator pathlib pickle platform
    pprint queue quopri random re sched secrets select selectors shlex shutil signal socket
    socketserver sqlite3 ssl statistics string struct subprocess tarfile tempfile textwrap threading
    time timeit traceback types typing unicodedata urllib.error urllib.parse urllib.request uuid
    warnings weakref wsgiref.util xml.etree.ElementTree zipfile zlib zoneinfo
""".split()

# CPython 3.11 specialises the bytecode of a function in its eighth call, later versions sooner.
ROUNDS = 20


def main() -> None:
    control, library, strict_filter = sys.argv[1:]
    sys.path.pop(0)  # a function may have a zygote.py too
    gc.disable()
    for name in WARM:
        with contextlib.suppress(ImportError):  # distributions leave some out
            importlib.import_module(name)
    birth.prepare()
    rehearsal.rehearse_everything(ROUNDS)
    fork = ctypes.PyDLL(library).ol_zygote
    fork.argtypes = (ctypes.c_int, ctypes.c_char_p)
    hooks = fork_hooks()
    every_hook = list(hooks)
    for needless in (threading._after_fork, logging._after_at_fork_child_reinit_locks):
        if needless in hooks:
            hooks.remove(needless)
    gc.collect()
    gc.freeze()  # a collection in a sandbox would write to every page that it shares
    link = fork(int(control), strict_filter.encode())
    hooks[:] = every_hook
    threading.main_thread()._set_native_id()
    gc.enable()
    reseed()
    birth.live(socket.socket(fileno=link))


def fork_hooks() -> list:
    """CPython's own list of what `os.register_at_fork` is to call in a child; it has no name.

    Some calls renew locks that other threads may have held. The zygote has no other thread, and
    these calls copy a tenth of the memory pages that a new sandbox copies.
    """

    def mark() -> None:
        """Does nothing in a child, if the list is not found."""

    os.register_at_fork(after_in_child=mark)
    found = [each for each in gc.get_objects() if type(each) is list and mark in each]
    hooks = found[0] if len(found) == 1 else []
    if hooks:
        hooks.remove(mark)
    return hooks


def reseed() -> None:
    """Renews the random numbers that a fork copies; `random` and OpenSSL look after themselves."""
    if (numpy_random := sys.modules.get("numpy.random")) is not None:
        numpy_random.seed()


if __name__ == "__main__":
    main()
