"""WSGI applications."""

import json

from harness import ANSWER, ANSWER_BODY, BODY, CANCEL, RuntimeTest

ENVIRON = """
import json
def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps({k: v for k, v in environ.items() if isinstance(v, str)}).encode()]
"""


class WsgiTest(RuntimeTest):
    def test_the_environ_is_that_of_cgi(self):
        answer = self.runtime(ENVIRON).call(
            method="GET",
            path="/a%20b/%c3%a9",
            query="x=%201",
            headers=[
                ["host", "example.org:8080"],
                ["content-type", "text/plain"],
                ["x-a", "1"],
                ["x-a", "2"],
                ["cookie", "a=1"],
                ["cookie", "b=2"],
                ["x_a", "forged"],
            ],
        )
        self.assertEqual([frame[0] for frame in answer.frames], [ANSWER])
        environ = answer.json()
        self.assertLessEqual(
            {
                "REQUEST_METHOD": "GET",
                "SCRIPT_NAME": "/run/hello",
                "PATH_INFO": "/a b/\xc3\xa9",
                "QUERY_STRING": "x=%201",
                "CONTENT_TYPE": "text/plain",
                "HTTP_X_A": "1, 2",
                "HTTP_COOKIE": "a=1; b=2",
                "SERVER_NAME": "example.org",
                "SERVER_PORT": "8080",
                "REMOTE_ADDR": "127.0.0.1",
                "REMOTE_PORT": "52100",
                "wsgi.url_scheme": "http",
                "openlambda.request_id": "request-1",
            }.items(),
            environ.items(),
        )

    def test_the_last_byte_of_a_content_length_ends_the_answer(self):
        answer = self.runtime(
            "def app(environ, start_response):\n"
            "    start_response('200 OK', [('Content-Length', '5')])\n"
            "    return iter([b'hello', b''])"
        ).call()
        self.assertEqual([frame[0] for frame in answer.frames], [ANSWER])

    def test_the_server_passes_the_validator_of_wsgiref(self):
        runtime = self.runtime(
            "from wsgiref.validate import validator\n"
            "def inner(environ, start_response):\n"
            "    body = environ['wsgi.input'].read(3) + environ['wsgi.input'].readline(100)\n"
            "    write = start_response('200 OK', [('Content-Type', 'text/plain')])\n"
            "    write(b'<')\n"
            "    return [body, b'>']\n"
            "app = validator(inner)"
        )
        self.assertEqual(runtime.call(b"body").body, b"<body>")
        runtime.request(b"bo", end=False)
        runtime.send(BODY, runtime.stream, b"dy", end=True)
        self.assertEqual(runtime.answer().body, b"<body>")

    def test_a_body_is_read_while_it_arrives(self):
        runtime = self.runtime(
            "def app(environ, start_response):\n"
            "    start_response('200 OK', [])\n"
            "    for line in environ['wsgi.input']:\n        yield line.upper()"
        )
        runtime.request(b"one\ntw", end=False)
        runtime.send(BODY, runtime.stream, b"o\n")
        runtime.send(BODY, runtime.stream, b"three", end=True)
        self.assertEqual(runtime.answer().body, b"ONE\nTWO\nTHREE")

    def test_a_body_that_nobody_reads_is_thrown_away(self):
        runtime = self.runtime(
            "def app(environ, start_response):\n    start_response('200 OK', [])\n"
            "    return [environ['PATH_INFO'].encode()]"
        )
        for path in ("/1", "/2"):
            runtime.request(b"a" * 60_000, end=False, path=path)
            runtime.send(BODY, runtime.stream, b"b" * 60_000)
            self.assertEqual(runtime.answer().body, path.encode())
            runtime.send(BODY, runtime.stream, b"c" * 60_000, end=True)

    def test_pieces_are_sent_at_once_and_the_iterable_is_closed(self):
        runtime = self.runtime(
            "class Pieces:\n    def __iter__(self):\n        yield b'one'\n        yield b''\n"
            "        yield b'two'\n"
            "    def close(self): print('closed')\n"
            "def app(environ, start_response):\n"
            "    start_response('404 Not Found', [('X-A', '1')])\n    return Pieces()"
        )
        answer = runtime.call()
        self.assertEqual(
            (answer.status, answer.headers, answer.body), (404, {"X-A": "1"}, b"onetwo")
        )
        self.assertEqual([frame[0] for frame in answer.frames], [ANSWER, ANSWER_BODY, ANSWER_BODY])
        self.assertEqual(runtime.log_so_far(), "closed\n")

    def test_a_cancelled_stream_closes_its_iterable(self):
        runtime = self.runtime(
            "def app(environ, start_response):\n    start_response('200 OK', [])\n"
            "    try:\n        while True: yield b'x' * 10_000\n"
            "    finally:\n        print('closed')"
        )
        runtime.request()
        self.assertEqual(runtime.frame()[0], ANSWER)
        runtime.send(CANCEL, runtime.stream)
        self.assertIsNone(runtime.answer(credit=False).failed)
        self.assertEqual(runtime.log_so_far(), "closed\n")

    def test_exc_info_replaces_a_head_that_was_not_sent(self):
        runtime = self.runtime(
            "import sys\ndef app(environ, start_response):\n"
            "    start_response('200 OK', [])\n"
            "    try:\n        1 / 0\n    except ZeroDivisionError:\n"
            "        start_response('500 Oh', [('X-A', 'b')], sys.exc_info())\n"
            "    return [b'failed']"
        )
        answer = runtime.call()
        self.assertEqual(
            (answer.status, answer.headers, answer.body), (500, {"X-A": "b"}, b"failed")
        )

    def test_exc_info_after_the_head_was_sent_raises(self):
        answer = self.runtime(
            "import sys\ndef app(environ, start_response):\n"
            "    start_response('200 OK', [])(b'a')\n"
            "    try:\n        1 / 0\n    except ZeroDivisionError:\n"
            "        start_response('500 Oh', [], sys.exc_info())"
        ).call()
        self.assertEqual((answer.body, answer.failed["type"]), (b"a", "ZeroDivisionError"))

    def test_what_http_cannot_carry_is_a_failure(self):
        runtime = self.runtime(
            "import json\ndef app(environ, start_response):\n"
            "    status, name, value = json.load(environ['wsgi.input'])\n"
            "    start_response(status, [(name, value)])\n    return [b'']"
        )
        for status, name, value in (
            ("200 OK", "X-A", "a\r\nb"),
            ("200 OK", "X-A", "a\nb"),
            ("200 OK", "X-A", "\u0100"),
            ("200 OK", "", "a"),
            ("99 No", "X-A", "a"),
            ("600 No", "X-A", "a"),
            ("ok", "X-A", "a"),
            ("200 OK", "X-A", "a\0"),
        ):
            failed = runtime.call(json.dumps([status, name, value]).encode()).failed
            self.assertEqual(failed and failed["type"], "ValueError", (status, name))
        self.assertEqual(runtime.call(b'["200", "X-A", "\\u00e9"]').headers, {"X-A": "é"})

    def test_a_head_that_does_not_fit_a_frame_is_a_failure(self):
        failed = (
            self.runtime(
                "def app(environ, start_response):\n"
                "    start_response('200 OK', [('X-A', 'a' * 65_536)])\n    return [b'']"
            )
            .call()
            .failed
        )
        self.assertEqual(failed["type"], "ValueError")
        self.assertIn("65532", failed["message"])

    def test_a_whole_large_answer_is_an_answer_and_bodies(self):
        answer = self.runtime(
            "def app(environ, start_response):\n    start_response('200 OK', [])\n"
            "    return [b'x' * 100_000, b'y' * 300_000]"
        ).call()
        self.assertEqual(answer.body, b"x" * 100_000 + b"y" * 300_000)

    def test_an_entry_named_in_the_environment(self):
        runtime = self.runtime_of(
            {"web/site.py": ENVIRON.replace("def app", "def wsgi")},
            environment={"OL_ENTRY_FILE": "web/site.py", "OL_WSGI_ENTRY": "wsgi"},
        )
        self.assertEqual(runtime.call().json()["SCRIPT_NAME"], "/run/hello")
