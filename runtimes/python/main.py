"""The Python runtime as a program of its own: OL_LINK_FD is the number of the link."""

import os
import socket
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from frames import Link  # noqa: E402
from runtime import Runtime, prepare_process, say_ready  # noqa: E402

link = Link(socket.socket(fileno=int(os.environ.pop("OL_LINK_FD"))))
sys.path.pop(0)
prepare_process()
say_ready(link)
Runtime(link).serve()
