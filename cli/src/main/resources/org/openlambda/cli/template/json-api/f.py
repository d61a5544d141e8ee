"""A JSON API: a list of notes at /notes, one of them at /notes/<number>.

A sandbox may end at any time, and several may serve at once: what must last belongs into a
database. The notes here live as long as their sandbox does."""

import json

notes = ["learn Python", "write a function"]


def app(environ, start_response):
    try:
        status, answer = route(environ)
    except ValueError as error:
        status, answer = "400 Bad Request", {"error": str(error)}
    body = json.dumps(answer).encode()
    start_response(status, [("content-type", "application/json")])
    return [body]


def route(environ):
    method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"].strip("/")
    collection, _, number = path.partition("/")
    if collection != "notes":
        return "404 Not Found", {"error": "there is only /notes"}
    if method == "GET" and not number:
        return "200 OK", notes
    if method == "GET":
        return read(int(number))
    if method == "POST" and not number:
        return add(environ)
    return "405 Method Not Allowed", {"error": f"{method} is not possible here"}


def read(number):
    if not 0 <= number < len(notes):
        return "404 Not Found", {"error": f"there is no note {number}"}
    return "200 OK", notes[number]


def add(environ):
    note = json.load(environ["wsgi.input"])
    if not isinstance(note, str):
        raise ValueError("a note is a JSON string")
    notes.append(note)
    print(f"note {len(notes) - 1} added")
    return "201 Created", {"number": len(notes) - 1}
