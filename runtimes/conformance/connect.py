"""Starts a runtime with its link: connect.py SOCKET PROGRAM ARGUMENT...

Java cannot pass an open socket to a process it starts; this connects to the Unix socket at SOCKET,
makes that descriptor 3, and becomes the program.
"""

import os
import socket
import sys

LINK = 3

connected = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
connected.connect(sys.argv[1])
if connected.fileno() == LINK:
    os.set_inheritable(LINK, True)
else:
    os.dup2(connected.fileno(), LINK, inheritable=True)
os.environ["OL_LINK_FD"] = str(LINK)
os.execvp(sys.argv[2], sys.argv[2:])
