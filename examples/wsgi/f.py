"""A web page by Python's own interface for web applications (WSGI, PEP 3333).

Flask, Django and others make such an `app` too: `app = Flask(__name__)` is found in the same way.
"""

from html import escape
from urllib.parse import parse_qs

PAGE = """<!doctype html>
<meta charset="utf-8">
<title>Hello</title>
<h1>Hello, {name}!</h1>
<form action="{here}"><input name="name" autofocus> <button>Greet</button></form>
<p>This application lies at {here}; the path below it is "{path}".
"""


def app(environ, start_response):
    name = parse_qs(environ["QUERY_STRING"]).get("name", ["you"])[0]
    page = PAGE.format(
        name=escape(name),
        here=escape(environ["SCRIPT_NAME"]),
        path=escape(environ["PATH_INFO"]),
    )
    start_response("200 OK", [("content-type", "text/html; charset=utf-8")])
    return [page.encode()]
