"""ASGI applications."""

import json

from harness import ANSWER, ANSWER_BODY, BODY, CANCEL, SLOW, RuntimeTest

START = 'await send({"type": "http.response.start", "status": 200, "headers": [(b"x-a", b"1")]})'


def application(*lines, before=""):
    """An application that has no lifespan; `lines` handle a request."""
    body = "".join(f"    {line}\n" for line in lines)
    return (
        f"import asyncio, json\n{before}\nasync def app(scope, receive, send):\n"
        f"    assert scope['type'] == 'http'\n{body}"
    )


def piece(expression, more="False"):
    return (
        f'await send({{"type": "http.response.body", "body": {expression}, "more_body": {more}}})'
    )


class AsgiTest(RuntimeTest):
    def test_the_scope_tells_the_request(self):
        show = "{k: v if not isinstance(v, (bytes, list)) else repr(v) for k, v in scope.items()}"
        runtime = self.runtime(application(START, piece(f"json.dumps({show}).encode()")))
        answer = runtime.call(
            method="get",
            path="/a%20%c3%a9",
            query="x=%20",
            headers=[["host", "h:81"], ["X-A", "é"]],
        )
        self.assertEqual([frame[0] for frame in answer.frames], [ANSWER])
        self.assertEqual(answer.headers, {"x-a": "1"})
        self.assertLessEqual(
            {
                "method": "GET",
                "path": "/run/hello/a é",
                "root_path": "/run/hello",
                "scheme": "http",
                "raw_path": repr(b"/run/hello/a%20%c3%a9"),
                "query_string": repr(b"x=%20"),
                "http_version": "1.1",
                "openlambda.request_id": "request-1",
            }.items(),
            answer.json().items(),
        )
        self.assertEqual(answer.json()["server"], ["h", 81])
        self.assertEqual(answer.json()["client"], ["127.0.0.1", 52100])
        self.assertEqual(answer.json()["headers"], repr([(b"host", b"h:81"), (b"x-a", b"\xe9")]))

    def test_the_body_is_received_in_pieces_and_answered_while_it_arrives(self):
        runtime = self.runtime(
            application(
                START,
                "more = True",
                "while more:",
                "    m = await receive()",
                "    more = m['more_body']",
                "    " + piece("m['body'].upper()", "more"),
            )
        )
        runtime.request(b"a", end=False)
        self.assertTrue(runtime.frame()[3].endswith(b"A"))
        runtime.send(BODY, runtime.stream, b"b")
        self.assertEqual(runtime.frame()[3], b"B")
        runtime.send(BODY, runtime.stream, b"c", end=True)
        self.assertEqual(runtime.answer().body, b"C")

    def test_receive_tells_of_the_disconnect(self):
        runtime = self.runtime(
            application(
                START,
                piece("b'a'", "True"),
                "await receive()",
                "print((await receive())['type'])",
                "try:",
                "    " + piece("b'b'"),
                "except OSError as e:",
                "    print('OSError')",
            )
        )
        runtime.request()
        self.assertEqual(runtime.frame()[0], ANSWER)
        runtime.send(CANCEL, runtime.stream)
        self.assertEqual(runtime.frame()[:2], (ANSWER_BODY, True))
        self.assertEqual(runtime.log_so_far(), "http.disconnect\nOSError\n")

    def test_an_application_that_ignores_the_disconnect_is_cancelled(self):
        runtime = self.runtime(
            application(
                START,
                piece("b'a'", "True"),
                "try:",
                "    await asyncio.sleep(60)",
                "finally:",
                "    print('cancelled')",
            )
        )
        runtime.link.settimeout(SLOW)
        runtime.request()
        self.assertEqual(runtime.frame()[0], ANSWER)
        runtime.send(CANCEL, runtime.stream)
        self.assertEqual(runtime.frame()[:2], (ANSWER_BODY, True))
        self.assertEqual(runtime.log_so_far(), "cancelled\n")

    def test_receive_after_the_answer_is_a_disconnect(self):
        runtime = self.runtime(
            application("await receive()", START, piece("b'a'"), "print((await receive())['type'])")
        )
        self.assertEqual(runtime.call().body, b"a")
        self.assertEqual(runtime.log_so_far(), "http.disconnect\n")

    def test_a_background_task_does_not_keep_the_caller_waiting(self):
        runtime = self.runtime(
            application(
                START,
                piece("b'a'"),
                "await asyncio.sleep(0)",
                "print('done')",
            )
        )
        answer = runtime.call()
        self.assertEqual([frame[0] for frame in answer.frames], [ANSWER, ANSWER_BODY])
        self.assertEqual((answer.body, runtime.log_so_far()), (b"a", "done\n"))

    def test_a_large_answer_waits_for_credit(self):
        runtime = self.runtime(application(START, piece("b'x' * 600_000")))
        self.assertEqual(len(runtime.call().body), 600_000)

    def test_an_incomplete_or_failing_application_is_a_failure(self):
        self.assertEqual(self.runtime(application(START)).call().failed["type"], "IncompleteAnswer")
        failed = self.runtime(application("1 / 0")).call().failed
        self.assertEqual((failed["type"], failed["phase"]), ("ZeroDivisionError", "call"))
        self.assertEqual(failed["trace"].count('  File "'), 1)

    def test_the_lifespan_starts_once_and_shares_its_state(self):
        runtime = self.runtime(
            "import json\nclass App:\n"
            "    async def __call__(self, scope, receive, send):\n"
            "        if scope['type'] == 'lifespan':\n"
            "            print((await receive())['type'])\n"
            "            scope['state']['n'] = 7\n"
            "            await send({'type': 'lifespan.startup.complete'})\n"
            "            await receive()\n"
            f"        {START}\n"
            "        await send({'type': 'http.response.body',"
            " 'body': json.dumps(scope['state']).encode()})\n"
            "app = App()"
        )
        for _ in range(2):
            self.assertEqual(json.loads(runtime.call().body), {"n": 7})
        self.assertEqual(runtime.log_so_far(), "lifespan.startup\n")
        self.assertEqual(len(runtime.loaded), 1)

    def test_a_startup_that_fails_is_a_failure_to_load(self):
        failed = (
            self.runtime(
                "async def serve(scope, receive, send):\n    await receive()\n"
                "    await send({'type': 'lifespan.startup.failed', 'message': 'no database'})",
                environment={"OL_ASGI_ENTRY": "serve"},
            )
            .call()
            .failed
        )
        self.assertEqual(
            (failed["type"], failed["message"], failed["phase"]),
            ("StartupFailed", "no database", "load"),
        )
