"""The runtime as a program of its own; `OL_LINK_FD` is the number of the link's descriptor."""

import os
import socket
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from openlambda_runtime import birth  # noqa: E402

if __name__ == "__main__":
    sys.path.pop(0)  # a function may have a main.py too
    birth.prepare()
    birth.live(socket.socket(fileno=int(os.environ.pop("OL_LINK_FD"))))
