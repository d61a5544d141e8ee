"""What the process around the handler does: log, environment, end."""

import signal
import socket
import struct
import subprocess
import sys

from harness import (
    BODY,
    CANCEL,
    CREDIT,
    HEADER,
    MAIN,
    PATIENCE_SECONDS,
    REQUEST,
    SPECIALISE,
    RuntimeTest,
)


class LogTest(RuntimeTest):
    def test_what_was_printed_is_in_the_log_before_the_answer(self):
        runtime = self.runtime(
            "import sys\ndef f(event):\n"
            "    print('out', end='')\n    sys.stderr.write('err')\n"
            "    sys.stdout.buffer.write(b'!')"
        )
        runtime.call()
        self.assertEqual(sorted(runtime.log_so_far()), sorted("out!err"))

    def test_a_failure_flushes_too(self):
        runtime = self.runtime("print('x', end='')\nraise ValueError")
        runtime.call()
        self.assertEqual(runtime.log_so_far(), "x")

    def test_any_text_can_be_printed(self):
        runtime = self.runtime("def f(event):\n    print('é\\ud800')")
        runtime.call()
        self.assertEqual(runtime.log_so_far(), "é\\ud800\n")

    def test_a_handler_may_replace_or_close_its_streams(self):
        runtime = self.runtime(
            "import io, sys\ndef f(event):\n    print('x', end='')\n"
            "    sys.stdout = io.StringIO()\n"
            "    sys.stderr.close()\n    return 1"
        )
        self.assertEqual(runtime.call().json(), 1)
        self.assertEqual(runtime.log_so_far(), "x")


class EnvironmentTest(RuntimeTest):
    def test_the_environment_is_there_when_the_module_is_imported(self):
        runtime = self.runtime(
            "import os\nseen = dict(os.environ)\ndef f(event): return seen",
            environment={"KEY": "värde", "PATH": "/own"},
        )
        seen = runtime.call().json()
        self.assertEqual((seen["KEY"], seen["PATH"], seen["OWN"]), ("värde", "/own", "runtime"))
        self.assertNotIn("OL_LINK_FD", seen)

    def test_the_time_zone_counts(self):
        runtime = self.runtime(
            "import time\ndef f(event): return time.localtime(0).tm_hour",
            environment={"TZ": "XXX-3"},
        )
        self.assertEqual(runtime.call().json(), 3)

    def test_modules_of_the_folder_win_over_those_of_the_runtime(self):
        runtime = self.runtime(
            "import link, json, main, serve\n"
            "def f(event): return [link.own, json.own, main.own, serve.own]",
            link="own = 1",
            json="own = 2",
            main="own = 3",
            serve="own = 4",
        )
        self.assertEqual(runtime.call().json(), [1, 2, 3, 4])

    def test_main_is_empty(self):
        runtime = self.runtime(
            "import sys, __main__\ndef f(event): return [hasattr(__main__, '__file__'), sys.argv]"
        )
        self.assertEqual(runtime.call().json(), [False, [""]])

    def test_processes_can_be_started(self):
        runtime = self.runtime(
            "import multiprocessing as m, operator, subprocess\ndef f(event):\n"
            "    out = subprocess.check_output(['echo', 'hi'], text=True)\n"
            "    with m.get_context(event).Pool(1) as pool:\n"
            "        return [out, pool.map(operator.neg, [1, 2])]"
        )
        self.assertEqual(runtime.call(b'"fork"').json(), ["hi\n", [-1, -2]])
        self.assertEqual(runtime.call(b'"spawn"').json(), ["hi\n", [-1, -2]])


class EndTest(RuntimeTest):
    def test_the_end_of_the_link_ends_the_process(self):
        runtime = self.runtime("def f(event): return 1")
        runtime.call()
        runtime.link.shutdown(socket.SHUT_RDWR)
        self.assertEqual(runtime.process.wait(PATIENCE_SECONDS), 0)

    def test_the_end_of_the_link_ends_a_handler_that_streams_or_awaits(self):
        for handler in (
            "def f(event):\n    while True: yield 'x'",
            "import asyncio\nasync def f(event):\n    yield 'x'\n    await asyncio.sleep(60)",
        ):
            runtime = self.runtime(handler)
            runtime.request()
            runtime.frame()
            runtime.link.shutdown(socket.SHUT_RDWR)
            self.assertEqual(runtime.process.wait(PATIENCE_SECONDS), 0)

    def test_the_working_directory_is_the_bundle(self):
        runtime = self.runtime("def f(event):\n    return open('f.py').read(5)")
        self.assertEqual(runtime.call().json(), "def f")

    def test_exit_runs_what_was_registered_for_it(self):
        runtime = self.runtime(
            "import atexit, os, sys\n"
            "def f(event):\n"
            "    atexit.register(os._exit, 9)\n"
            "    sys.exit(3)"
        )
        runtime.request()
        while runtime.frame() is not None:
            pass
        self.assertEqual(runtime.process.wait(PATIENCE_SECONDS), 9)

    def test_exit_ends_the_process_with_its_status(self):
        for statement, status in (
            ("sys.exit(3)", 3),
            ("exit()", 0),
            ("sys.exit('why')", 1),
            ("raise SystemExit(259)", 3),
        ):
            for define in ("def", "async def"):
                runtime = self.runtime(
                    f"import sys\n{define} f(event):\n    print('last', end=' ')\n    {statement}"
                )
                runtime.request()
                while runtime.frame() is not None:
                    pass
                self.assertEqual(runtime.process.wait(PATIENCE_SECONDS), status)
                self.assertIn("last", runtime.log_so_far())

    def test_sigterm_ends_the_process(self):
        runtime = self.runtime("")
        runtime.process.send_signal(signal.SIGTERM)
        self.assertEqual(runtime.process.wait(PATIENCE_SECONDS), 128 + signal.SIGTERM)

    def test_a_fork_of_the_handler_does_not_answer(self):
        runtime = self.runtime(
            "import os\ndef f(event):\n    pid = os.fork()\n"
            "    return pid and os.waitpid(pid, 0)[1]"
        )
        for _ in range(2):
            answer = runtime.call()
            self.assertEqual((len(answer.frames), answer.json()), (1, 0))

    def test_a_thread_that_outlives_its_request_cannot_send(self):
        runtime = self.runtime(
            "import threading\nready = threading.Event()\n"
            "def app(environ, start_response):\n"
            "    global thread\n"
            "    write = start_response('200 OK', [])\n"
            "    if environ['PATH_INFO']:\n"
            "        ready.set(); thread.join()\n        return [b'second']\n"
            "    def late():\n        ready.wait()\n"
            "        try: write(b'late')\n        except RuntimeError: print('refused')\n"
            "    thread = threading.Thread(target=late)\n    thread.start()\n"
            "    return [b'first']"
        )
        self.assertEqual(runtime.call().body, b"first")
        self.assertEqual(runtime.call(path="/2").body, b"second")
        self.assertEqual(runtime.log_so_far(), "refused\n")

    def test_a_thread_that_sends_while_its_answer_ends_says_nothing_after_the_end(self):
        runtime = self.runtime(
            "import sys, threading\nsys.setswitchinterval(1e-6)\n"
            "def app(environ, start_response):\n"
            "    write = start_response('200 OK', [])\n"
            "    def hammer():\n"
            "        try:\n            while True: write(b'x')\n"
            "        except RuntimeError: pass\n"
            "    thread = threading.Thread(target=hammer)\n    thread.start()\n"
            "    yield b''.join(b'y' for _ in range(200))\n"
        )
        for number in range(1, 40):
            answer = runtime.call()
            self.assertEqual(answer.status, 200, number)

    def test_frames_of_streams_that_are_over_are_ignored(self):
        runtime = self.runtime("def f(event):\n    yield 'a'")
        runtime.request(b"{}")
        self.assertEqual(runtime.answer().body, b"a")
        runtime.send(BODY, runtime.stream, b"late", end=True)
        runtime.send(CREDIT, runtime.stream, struct.pack(">I", 1))
        runtime.send(CANCEL, runtime.stream)
        self.assertEqual(runtime.call().body, b"a")

    def test_a_worker_of_another_language_is_told_so(self):
        runtime = self.runtime("")
        runtime.send(99, 0)
        self.assertEqual(runtime.process.wait(PATIENCE_SECONDS), 70)
        self.assertIn("type 99", runtime.rest_of_log())

    def test_frames_that_cannot_be_are_a_breach_and_not_a_failure_of_the_handler(self):
        for kind, stream, payload, words in (
            (REQUEST, 2, b"", "a REQUEST of 0 bytes"),
            (REQUEST, 2, struct.pack(">I", 9) + b"{}", "a REQUEST of 6 bytes"),
            (REQUEST, 1, struct.pack(">I", 2) + b"{}", "a REQUEST of stream 1 after one of stream 1"),
            (REQUEST, 0, struct.pack(">I", 2) + b"{}", "a REQUEST of stream 0 after one of stream 1"),
        ):
            runtime = self.runtime("def f(event): return event")
            runtime.call()
            runtime.send(kind, stream, payload)
            self.assertEqual(runtime.process.wait(PATIENCE_SECONDS), 70)
            self.assertIn(f"the worker broke the protocol: {words}", runtime.rest_of_log())

    def test_frames_that_cannot_be_while_a_request_is_served_are_a_breach(self):
        for kind, payload, words in (
            (CREDIT, b"abc", "CREDIT of 3 bytes"),
            (BODY, b"more", "BODY after the end of the body of stream 1"),
        ):
            runtime = self.runtime("def f(event):\n    while True: yield 'a' * 65536")
            runtime.request(b"{}")
            runtime.send(kind, 1, payload)
            while runtime.receive() is not None:  # the answer so far: it fills the socket
                pass
            self.assertEqual(runtime.process.wait(PATIENCE_SECONDS), 70)
            self.assertIn(f"the worker broke the protocol: {words}", runtime.rest_of_log())

    def test_a_specialise_that_cannot_be_read_is_a_breach(self):
        for payload in (b"", b"{", b"[]", b"{}", b"7", b"\xff", b"[" * 60_000):
            worker, theirs = socket.socketpair()
            with worker:
                process = subprocess.Popen(
                    [sys.executable, "-I", "-S", "-E", MAIN],
                    stderr=subprocess.PIPE,
                    pass_fds=[theirs.fileno()],
                    env={"OL_LINK_FD": str(theirs.fileno())},
                )
                theirs.close()
                worker.sendall(HEADER.pack(len(payload), SPECIALISE, 0, 0, 0) + payload)
                words = process.communicate(timeout=PATIENCE_SECONDS)[1].decode()
            self.assertEqual(process.returncode, 70)
            self.assertIn("the worker broke the protocol: SPECIALISE cannot be read", words)
