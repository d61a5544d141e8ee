"""f(event): JSON in, JSON out, or a stream."""

import json
import os
import struct

from harness import ANSWER, ANSWER_BODY, BODY, BODY_CREDIT, CANCEL, CREDIT, READY, SLOW, RuntimeTest

ECHO = "def f(event):\n    return event"


class FunctionTest(RuntimeTest):
    def test_a_function_may_have_a_main_module_of_its_own(self):
        runtime = self.runtime_of(
            {
                "__main__.py": "raise SystemExit",
                "f.py": "import sys\ndef f(event): return '__main__' in sys.modules",
            }
        )
        self.assertIs(runtime.call().json(), True)

    def test_the_first_frame_says_ready(self):
        kind, end, stream, payload = self.runtime(ECHO).ready
        self.assertEqual((kind, end, stream), (READY, False, 0))
        ready = json.loads(payload)
        self.assertEqual((ready["protocol"], ready["streams"]), (1, 1))
        self.assertRegex(ready["runtime"], r"^python3\.\d+\.\d+")

    def test_a_function_answers_its_event_in_one_frame(self):
        runtime = self.runtime(ECHO)
        answer = runtime.call('{"a": [1, null, "é\\ud800"]}'.encode())
        self.assertEqual(answer.json(), {"a": [1, None, "é\ud800"]})
        self.assertEqual([frame[0] for frame in answer.frames], [ANSWER])
        self.assertEqual(answer.headers["content-type"], "application/json")

    def test_a_handler_is_loaded_once_and_keeps_its_state(self):
        runtime = self.runtime("n = 0\ndef f(event):\n    global n; n += 1\n    return n")
        self.assertEqual([runtime.call().json() for _ in range(3)], [1, 2, 3])
        self.assertEqual(len(runtime.loaded), 1)
        (nanos,) = struct.unpack(">Q", runtime.loaded[0][3])
        self.assertGreater(nanos, 0)

    def test_an_empty_body_is_an_empty_event(self):
        self.assertEqual(self.runtime(ECHO).call().json(), {})

    def test_a_body_that_is_not_json_is_an_invalid_event_with_its_position(self):
        runtime = self.runtime(ECHO)
        for body in (b'{"a": nope}', b"\xff\xfe\x00", b"[" * 50_000):
            failed = runtime.call(body).failed
            self.assertEqual((failed["type"], failed["phase"]), ("InvalidEvent", "call"))
        self.assertIn("line 1 column 7", runtime.call(b'{"a": nope}').failed["message"])
        self.assertEqual(runtime.call(b"3").json(), 3)

    def test_a_result_that_json_cannot_express_names_its_type(self):
        failed = self.runtime("def f(event):\n    return {'x': {1, 2}}").call().failed
        self.assertEqual((failed["type"], failed["phase"]), ("TypeError", "call"))
        self.assertIn("type set", failed["message"])
        failed = self.runtime("def f(event):\n    return float('nan')").call().failed
        self.assertEqual(failed["type"], "ValueError")

    def test_an_async_function_is_awaited_in_the_loop_of_all_requests(self):
        runtime = self.runtime(
            "import asyncio\nloops = set()\n"
            "async def f(event):\n"
            "    await asyncio.sleep(0)\n    loops.add(asyncio.get_running_loop())\n"
            "    return [len(loops), event]"
        )
        self.assertEqual(runtime.call(b"1").json(), [1, 1])
        self.assertEqual(runtime.call(b"2").json(), [1, 2])

    def test_a_large_body_arrives_in_pieces_that_give_credit(self):
        runtime = self.runtime("def f(event):\n    return len(event)")
        body = json.dumps("x" * 199_998).encode()
        runtime.request(body[:60_000], end=False)
        for at in range(60_000, len(body), 50_000):
            piece = body[at : at + 50_000]
            runtime.send(BODY, runtime.stream, piece, end=at + 50_000 >= len(body))
        answer = runtime.answer()
        credits = [frame for frame in answer.frames if frame[0] == BODY_CREDIT]
        self.assertEqual(answer.json(), 199_998)
        self.assertGreaterEqual(len(credits), 1)
        for frame in credits:
            self.assertGreaterEqual(struct.unpack(">I", frame[3])[0], 65_536)

    def test_an_answer_larger_than_the_window_waits_for_credit(self):
        runtime = self.runtime("def f(event):\n    return 'x' * 500_000")
        runtime.request()
        received = 0
        while received < 262_144:
            kind, end, _, payload = runtime.frame()
            received += len(payload) - (4 if kind == ANSWER else 0)
            self.assertFalse(end)
        self.assertEqual(received, 262_144)
        runtime.send(CREDIT, runtime.stream, struct.pack(">I", 1_000_000))
        self.assertEqual(len(runtime.answer().body), 500_002 - 262_144)


class StreamTest(RuntimeTest):
    def test_pieces_are_sent_when_they_are_yielded(self):
        # The second piece needs a byte that the test writes after it has seen the first.
        runtime = self.runtime(
            "def f(event):\n    yield 'one'\n    open(event).read()\n    yield b'two'\n"
            "    yield {'n': 3}"
        )
        fifo = f"{runtime.bundle}/fifo"
        os.mkfifo(fifo)
        runtime.request(json.dumps(fifo).encode())
        kind, end, _, payload = runtime.frame()
        self.assertTrue(kind == ANSWER and payload.endswith(b"one") and not end)
        with open(fifo, "w") as gate:
            gate.write("go")
        self.assertEqual(runtime.answer().body, b'two{"n": 3}\n')

    def test_a_first_dict_with_a_status_sets_the_head(self):
        runtime = self.runtime(
            "def f(event):\n    yield {'status': 201, 'headers': {'X-A': 'é'}}\n    yield 'made'"
        )
        answer = runtime.call()
        self.assertEqual((answer.status, answer.body), (201, b"made"))
        self.assertEqual([len(frame[3]) > 4 for frame in answer.frames], [True, False, False])
        self.assertEqual(answer.headers, {"X-A": "é"})

    def test_the_content_type_follows_the_first_piece(self):
        for piece, kind in (("'a'", "text/plain"), ("b'a'", "octet-stream"), ("[1]", "ndjson")):
            answer = self.runtime(f"def f(event):\n    yield {piece}").call()
            self.assertIn(kind, answer.headers["content-type"])

    def test_empty_pieces_are_no_frames(self):
        answer = self.runtime("def f(event):\n    yield 'a'\n    yield ''\n    yield b''").call()
        self.assertEqual([frame[0] for frame in answer.frames], [ANSWER, ANSWER_BODY])

    def test_an_empty_stream_is_an_empty_answer(self):
        answer = self.runtime("def f(event):\n    return\n    yield").call()
        self.assertEqual((answer.status, answer.body), (200, b""))

    def test_an_async_generator_streams(self):
        answer = self.runtime(
            "import asyncio\nasync def f(event):\n"
            "    for n in range(3):\n        yield str(n)\n        await asyncio.sleep(0)"
        ).call()
        self.assertEqual(answer.body, b"012")

    def test_a_failure_after_the_first_piece_ends_the_stream(self):
        answer = self.runtime("def f(event):\n    yield 'a'\n    1 / 0").call()
        self.assertEqual((answer.body, answer.failed["type"]), (b"a", "ZeroDivisionError"))

    def test_a_cancelled_generator_is_closed(self):
        runtime = self.runtime(
            "def f(event):\n    try:\n        while True: yield 'x' * 1000\n"
            "    finally:\n        print('closed')"
        )
        runtime.request()
        self.assertEqual(runtime.frame()[0], ANSWER)
        runtime.send(CANCEL, runtime.stream)
        self.assertIsNone(runtime.answer(credit=False).failed)
        self.assertEqual(runtime.log_so_far(), "closed\n")

    def test_a_generator_that_waits_for_credit_can_be_cancelled(self):
        runtime = self.runtime("def f(event):\n    while True: yield 'x' * 100_000")
        runtime.request()
        received = 0
        while received < 262_144:
            kind, _, _, payload = runtime.frame()
            head = 4 + struct.unpack_from(">I", payload)[0] if kind == ANSWER else 0
            received += len(payload) - head
        runtime.send(CANCEL, runtime.stream)
        self.assertEqual(runtime.frame()[:2], (ANSWER_BODY, True))

    def test_a_cancelled_coroutine_is_cancelled_and_the_next_request_served(self):
        runtime = self.runtime(
            "import asyncio\nasync def f(event):\n    if event: return event\n"
            "    print('started')\n"
            "    try:\n        await asyncio.sleep(60)\n    finally:\n        print('cancelled')"
        )
        runtime.request()
        runtime.send(CANCEL, runtime.stream)
        self.assertEqual(runtime.answer().failed["type"], "Cancelled")
        self.assertEqual(runtime.call(b"1").json(), 1)

    def test_a_coroutine_that_ignores_its_cancellation_is_left_behind_within_a_second(self):
        runtime = self.runtime(
            "import asyncio\nasync def f(event):\n    if event: return event\n"
            "    while True:\n        try:\n            await asyncio.sleep(60)\n"
            "        except asyncio.CancelledError:\n            pass"
        )
        runtime.link.settimeout(SLOW)
        runtime.request()
        runtime.send(CANCEL, runtime.stream)
        self.assertEqual(runtime.answer().failed["type"], "Cancelled")
        self.assertEqual(runtime.call(b"1").json(), 1)

    def test_a_cancelled_async_generator_runs_its_finally(self):
        runtime = self.runtime(
            "import asyncio\nasync def f(event):\n    try:\n        yield 'a'\n"
            "        await asyncio.sleep(60)\n    finally:\n        print('closed')"
        )
        runtime.request()
        self.assertEqual(runtime.frame()[0], ANSWER)
        runtime.send(CANCEL, runtime.stream)
        self.assertEqual(runtime.frame()[:2], (ANSWER_BODY, True))
        self.assertEqual(runtime.log_so_far(), "closed\n")

    def test_a_cancelled_async_generator_that_awaits_nothing_is_closed(self):
        pieces = 200_000  # they fit the first window: it is not the wait for credit that helps
        runtime = self.runtime(
            f"async def f(event):\n    try:\n        for _ in range({pieces}): yield 'x'\n"
            "    finally:\n        print('closed')"
        )
        runtime.request()
        self.assertEqual(runtime.frame()[0], ANSWER)
        runtime.send(CANCEL, runtime.stream)
        self.assertLess(len(runtime.answer(credit=False).body), pieces - 1)
        self.assertEqual(runtime.log_so_far(), "closed\n")


class FailureTest(RuntimeTest):
    def test_a_trace_has_the_users_frames_only_and_keeps_causes(self):
        runtime = self.runtime(
            "def g():\n    return {}['k']\n"
            "def f(event):\n    try:\n        g()\n    except KeyError as e:\n"
            "        raise ValueError('no k') from e"
        )
        failed = runtime.call().failed
        self.assertEqual((failed["type"], failed["message"]), ("ValueError", "no k"))
        self.assertEqual(failed["phase"], "call")
        trace = failed["trace"]
        self.assertEqual(trace.count('  File "'), 3)
        self.assertEqual(trace.count(f'File "{runtime.bundle}/f.py"'), 3)
        self.assertIn("return {}['k']", trace)
        self.assertIn("direct cause", trace)
        self.assertTrue(trace.startswith("Traceback"))

    def test_an_async_trace_has_the_users_frames_only(self):
        runtime = self.runtime("async def f(event):\n    1 / 0")
        trace = runtime.call().failed["trace"]
        self.assertEqual(trace.count('  File "'), 1)

    def test_a_syntax_error_shows_the_place(self):
        failed = self.runtime("def f(event):\n    return )\n").call().failed
        self.assertEqual((failed["type"], failed["phase"]), ("SyntaxError", "load"))
        self.assertIn("    return )\n", failed["trace"])
        self.assertIn("^", failed["trace"])
        self.assertEqual(failed["trace"].count('  File "'), 1)

    def test_a_failure_to_import_is_of_the_phase_load(self):
        runtime = self.runtime("import helper\ndef f(event): pass", helper="import nothing_there")
        failed = runtime.call().failed
        self.assertEqual((failed["type"], failed["phase"]), ("ModuleNotFoundError", "load"))
        self.assertEqual(failed["trace"].count('  File "'), 2)
        self.assertEqual(runtime.loaded, [])

    def test_a_missing_entry_says_what_to_do(self):
        failed = self.runtime_of({"g.py": ""}).call().failed
        self.assertEqual((failed["type"], failed["phase"]), ("MissingEntry", "load"))
        self.assertIn("g.py", failed["message"])
        failed = self.runtime("x = 1").call().failed
        self.assertIn("def f(event)", failed["message"])

    def test_a_huge_failure_fits_a_frame(self):
        runtime = self.runtime("def f(event):\n    raise ValueError('\\U0001f600' * 200_000)")
        failed = runtime.call().failed
        self.assertEqual(failed["type"], "ValueError")
        self.assertIn("left out", failed["message"])

    def test_an_exception_without_a_message_and_an_odd_one_are_reported(self):
        runtime = self.runtime(
            "class Odd(Exception):\n    def __str__(self): return 1 / 0\n"
            "def f(event):\n    raise Odd() if event else KeyboardInterrupt()"
        )
        self.assertEqual(runtime.call().failed["type"], "KeyboardInterrupt")
        self.assertEqual(runtime.call(b"1").failed["type"], "Odd")

    def test_recursion_is_a_failure_and_no_crash(self):
        runtime = self.runtime("def f(event):\n    return f(event)")
        self.assertEqual(runtime.call().failed["type"], "RecursionError")
        self.assertEqual(runtime.call().failed["type"], "RecursionError")
