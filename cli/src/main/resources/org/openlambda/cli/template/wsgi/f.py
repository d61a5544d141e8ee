"""A small web application (WSGI, PEP 3333). Flask, Django and others make such an `app` too."""

from html import escape
from urllib.parse import parse_qs

PAGE = """<!doctype html>
<meta charset="utf-8">
<title>Hello</title>
<h1>Hello, {name}!</h1>
<form><input name="name" placeholder="your name" autofocus> <button>Greet</button></form>
"""


def app(environ, start_response):
    query = parse_qs(environ["QUERY_STRING"])
    name = query.get("name", ["you"])[0]
    start_response("200 OK", [("content-type", "text/html; charset=utf-8")])
    return [PAGE.format(name=escape(name)).encode()]
