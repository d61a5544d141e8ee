"""The process that every Python sandbox is a copy of: warm, and knowing no function.

    python3 -I -S -E zygote.py CONTROL LIBRARY FILTER

CONTROL is the number of the control socket's descriptor, LIBRARY the path of libol_python.so, which
forks (`launcher/PROTOCOL.md`), FILTER that of the system call filter for sandboxes.

What is imported here is shared by all sandboxes and costs them nothing. No thread may be started and no
random number drawn from OpenSSL.
"""

import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import argparse, array, ast, asyncio, base64, binascii, bisect, bz2, calendar  # noqa: E401, E402, F401
import collections.abc, concurrent.futures, configparser, contextlib, contextvars  # noqa
import copy, csv, ctypes, dataclasses, datetime, decimal, difflib, email.message  # noqa
import email.mime.multipart, email.mime.text, email.parser, email.policy, email.utils  # noqa
import encodings.ascii, encodings.idna, encodings.latin_1, enum, fnmatch, fractions  # noqa
import functools, gc, getpass, glob, gzip, hashlib, heapq, hmac, html, html.parser  # noqa
import http.client, http.cookies, http.server, importlib.metadata, importlib.resources  # noqa
import importlib.util, inspect, io, ipaddress, itertools, json, linecache, logging  # noqa
import logging.handlers, lzma, math, mimetypes, numbers, operator, pathlib, pickle  # noqa
import platform, pprint, queue, quopri, random, re, sched, secrets, select  # noqa
import selectors, shlex, shutil, signal, socket, socketserver, sqlite3, ssl  # noqa
import statistics, string, struct, subprocess, tarfile, tempfile, textwrap  # noqa
import threading, time, timeit, traceback, types, typing, unicodedata, urllib.error  # noqa
import urllib.parse, urllib.request, uuid, warnings, weakref, wsgiref.util  # noqa
import xml.etree.ElementTree, zipfile, zlib, zoneinfo  # noqa

from openlambda_runtime import asgi, aws, birth, bytecode, rehearsal  # noqa: E402, F401

# CPython 3.11 specialises a function in its eighth call.
_ROUNDS = 20


def main() -> None:
    control, library, strict_filter = sys.argv[1:]
    sys.path.pop(0)
    gc.disable()  # a collection in a child would write to every page that it shares
    birth.prepare()
    rehearsal.rehearse_everything(_ROUNDS)
    rehearsal.rehearse_once()
    fork = ctypes.PyDLL(library).ol_zygote
    fork.argtypes = (ctypes.c_int, ctypes.c_char_p)
    gc.collect()
    gc.freeze()
    link = fork(int(control), strict_filter.encode())
    gc.enable()
    reseed()
    birth.live(socket.socket(fileno=link))


def reseed() -> None:
    """Renews the random numbers that a fork copies; `random` and OpenSSL look after themselves."""
    if (numpy_random := sys.modules.get("numpy.random")) is not None:
        numpy_random.seed()


if __name__ == "__main__":
    main()
