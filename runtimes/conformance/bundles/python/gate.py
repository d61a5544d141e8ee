"""Where a handler meets the test: it says a word and waits until the test lets it go on."""

import asyncio
import socket


def visit(gate, word):
    if not gate:
        return
    with socket.socket(socket.AF_UNIX) as connected:
        connected.connect(gate)
        connected.sendall(word.encode() + b"\n")
        connected.recv(1)


async def visit_async(gate, word):
    if not gate:
        return
    reader, writer = await asyncio.open_unix_connection(gate)
    try:
        writer.write(word.encode() + b"\n")
        await reader.read(1)
    finally:
        writer.close()
