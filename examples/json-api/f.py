"""A JSON API without a framework: methods, paths, and errors as JSON (WSGI, PEP 3333).

    GET  /colours          all names
    GET  /colours/<name>   one colour
    POST /mix              ["red", "blue"] -> the colour between them

It keeps nothing between calls: several sandboxes may serve it at once, and any may end at any time. What must
last belongs into a database.
"""

import json
import re

COLOURS = {"red": (255, 0, 0), "green": (0, 128, 0), "blue": (0, 0, 255), "white": (255, 255, 255)}


class Refused(Exception):
    """The request cannot be served: a status for programs, a sentence for people."""

    def __init__(self, status, sentence, headers=()):
        super().__init__(sentence)
        self.status = status
        self.headers = list(headers)


def app(environ, start_response):
    try:
        status, answer, headers = "200 OK", route(environ), []
    except Refused as refused:
        status, answer, headers = refused.status, {"error": str(refused)}, refused.headers
    body = json.dumps(answer).encode() + b"\n"
    start_response(status, [("content-type", "application/json"), *headers])
    return [body]


def route(environ):
    method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
    for pattern, actions in ROUTES:
        match = re.fullmatch(pattern, path)
        if match and method in actions:
            return actions[method](environ, *match.groups())
        if match:
            allowed = ", ".join(actions)
            raise Refused("405 Method Not Allowed", f"use {allowed} here", [("allow", allowed)])
    raise Refused("404 Not Found", f"there is nothing at {path or '/'}; try /colours")


def names(environ):
    return sorted(COLOURS)


def one(environ, name):
    return {"name": name, "rgb": colour(name)}


def mix(environ):
    try:
        wanted = json.load(environ["wsgi.input"])
    except ValueError as error:
        raise Refused("400 Bad Request", f"the body is not JSON: {error}") from error
    if not isinstance(wanted, list) or not wanted:
        raise Refused("422 Unprocessable Content", 'send a list of names, like ["red", "blue"]')
    parts = [colour(name) for name in wanted]
    return {"rgb": [round(sum(channel) / len(parts)) for channel in zip(*parts)]}


def colour(name):
    if name not in COLOURS:
        raise Refused("404 Not Found", f"there is no colour {name!r}")
    return COLOURS[name]


ROUTES = [
    ("/colours/?", {"GET": names}),
    ("/colours/([a-z]+)", {"GET": one}),
    ("/mix", {"POST": mix}),
]
