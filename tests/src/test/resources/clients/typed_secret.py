"""typed_secret.py COMMAND…: runs a command at a terminal, types a secret, prints what was seen."""

import os
import pty
import signal
import sys

SECRET = "s3cret-by-hand"
pid, terminal = pty.fork()
if pid == 0:
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # which Python ignores, and its children would too
    os.execvp(sys.argv[1], sys.argv[1:])
seen = b""
while not seen.endswith(b": "):
    seen += os.read(terminal, 1024)
os.write(terminal, SECRET.encode() + b"\n")
try:
    while piece := os.read(terminal, 1024):
        seen += piece
except OSError:
    pass  # the other end is closed
_, status = os.waitpid(pid, 0)
print(seen.decode().replace("\r\n", "\n"), end="")
print("shown" if SECRET in seen.decode() else "not shown")
sys.exit(os.waitstatus_to_exitcode(status))
