"""Bodies of somebody who knows a key's id, but not its secret: they fill the share of that key, and
nobody else's."""

import socket
import time

import signing
from signing import account, granted, make, send, signed, user

LARGE = 6 * 1024 * 1024
SHARE = 5  # of 6 MiB in 32

number, administrator = account("bodies")
victim, other = (user(administrator, name, "developer") for name in ("victim", "other"))
make(number, other, "f")
PATH = "/2015-03-31/functions/f/invocations"


def begun():
    """A request that claims to be the victim's, and whose body does not end."""
    headers = {**signed("POST", PATH, (victim[0], "a guess")), "Host": signing.SERVER, "Content-Length": str(LARGE)}
    host, port = signing.SERVER.split(":")
    connection = socket.create_connection((host, int(port)), timeout=30)
    head = f"POST {PATH} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    connection.sendall(head.encode() + b"\r\n" + b"x" * 4096)
    return connection


held = [begun() for _ in range(SHARE)]
time.sleep(1)
late = [begun() for _ in range(20)]

# Another key of the same account is served meanwhile, with as large an event.
event = b'"' + b"x" * (LARGE - 2) + b'"'
start = time.monotonic()
for _ in range(3):
    answer = send("POST", PATH, signed("POST", PATH, other, event), event)
    assert answer.status == 200, answer
assert time.monotonic() - start < 8, "it has waited"

# Whoever comes when the share is full is told so after 10 s, and has sent nothing that is kept.
for connection in late:
    said = connection.recv(4096)
    assert said.startswith(b"HTTP/1.1 429 ") and b"CallerRateLimitExceeded" in said, said
assert 8 < time.monotonic() - start < 25
for connection in held + late:
    connection.close()

# They are gone: the owner of the key has the share again.
deadline = time.monotonic() + 30
while True:
    answer = send("POST", PATH, signed("POST", PATH, victim, event), event)
    if answer.status == 200:
        break
    assert answer.status == 429 and time.monotonic() < deadline, answer
print("unverified bodies take no room from others")
