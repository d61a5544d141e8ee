"""The Python zygote: imports what many handlers use, then is cloned into sandboxes.

argv: descriptor of the control socket, path of libol_python.so, path of strict.bpf. Everything below
`ol_zygote` runs in a sandbox that has no privilege any more (launcher/PROTOCOL.md)."""

import ctypes
import gc
import os
import signal
import socket
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

# What handlers import most; cheap to have, as sandboxes share the pages.
import asyncio  # noqa: E402,F401
import base64  # noqa: E402,F401
import collections  # noqa: E402,F401
import concurrent.futures  # noqa: E402,F401
import contextlib  # noqa: E402,F401
import csv  # noqa: E402,F401
import dataclasses  # noqa: E402,F401
import datetime  # noqa: E402,F401
import decimal  # noqa: E402,F401
import email.message  # noqa: E402,F401
import enum  # noqa: E402,F401
import functools  # noqa: E402,F401
import hashlib  # noqa: E402,F401
import hmac  # noqa: E402,F401
import html  # noqa: E402,F401
import http.client  # noqa: E402,F401
import http.cookies  # noqa: E402,F401
import io  # noqa: E402,F401
import itertools  # noqa: E402,F401
import logging  # noqa: E402,F401
import math  # noqa: E402,F401
import pathlib  # noqa: E402,F401
import random  # noqa: E402,F401
import re  # noqa: E402,F401
import secrets  # noqa: E402,F401
import shutil  # noqa: E402,F401
import sqlite3  # noqa: E402,F401
import ssl  # noqa: E402,F401
import statistics  # noqa: E402,F401
import string  # noqa: E402,F401
import subprocess  # noqa: E402,F401
import tempfile  # noqa: E402,F401
import textwrap  # noqa: E402,F401
import threading  # noqa: E402,F401
import typing  # noqa: E402,F401
import urllib.parse  # noqa: E402,F401
import urllib.request  # noqa: E402,F401
import uuid  # noqa: E402,F401
import zipfile  # noqa: E402,F401
import zlib  # noqa: E402,F401
import zoneinfo  # noqa: E402,F401

from frames import Link  # noqa: E402
from runtime import Runtime, prepare_process, say_ready  # noqa: E402
from warmup import warm_up  # noqa: E402


def end(signal_number, frame):
    """Pid 1 ignores signals without a handler: a handler that ends itself by SIGTERM means it."""
    os._exit(128 + signal_number)


control, library, filter_path = int(sys.argv[1]), sys.argv[2], sys.argv[3]
ol_zygote = ctypes.PyDLL(library).ol_zygote
ol_zygote.argtypes = [ctypes.c_int, ctypes.c_char_p]
prepare_process()
warm_up()
sys.path.pop(0)
gc.collect()
gc.freeze()  # what is old stays where it is: no sandbox writes to its pages to count references
descriptor = ol_zygote(control, filter_path.encode())

signal.signal(signal.SIGTERM, end)
signal.signal(signal.SIGINT, end)
link = Link(socket.socket(fileno=descriptor))
warm_up()
say_ready(link)
Runtime(link).serve()
