"""Handlers in the shape of AWS Lambda."""

import base64

from harness import RuntimeTest


class AwsTest(RuntimeTest):
    def handler(self, name, **files):
        return self.runtime_of(
            {f"{module}.py": text for module, text in files.items()},
            {"kind": "handler", "handler": name},
        )

    def test_a_handler_gets_an_event_and_a_context(self):
        runtime = self.handler(
            "app.handle",
            app=(
                "def handle(event, c):\n"
                "    return [event, c.function_name, c.function_version, c.memory_limit_in_mb,\n"
                "            c.aws_request_id, 0 < c.get_remaining_time_in_millis() <= 30000]"
            ),
        )
        self.assertEqual(runtime.call(b"1").json(), [1, "hello", "7", "128", "request-1", True])
        self.assertEqual(runtime.call(b"1").json()[4], "request-2")

    def test_what_is_logged_names_the_request(self):
        runtime = self.handler(
            "app.handle",
            app=(
                "import logging\nlogging.getLogger().setLevel('INFO')\n"
                "def handle(event, context): logging.info('hello')"
            ),
        )
        runtime.call()
        self.assertRegex(runtime.log_so_far(), r"^\[INFO\]\t\S+Z\trequest-1\thello\n$")

    def test_handlers_in_folders_are_found(self):
        runtime = self.runtime_of(
            {"src/app.py": "def handle(event, context): return 1"},
            {"kind": "handler", "handler": "src/app.handle"},
        )
        self.assertEqual(runtime.call().json(), 1)

    def test_a_package_comes_before_a_file_of_its_name_as_everywhere_in_python(self):
        runtime = self.runtime_of(
            {
                "app.py": "def handle(event, context): return 'file'",
                "app/__init__.py": "def handle(event, context): return 'package'",
            },
            {"kind": "handler", "handler": "app.handle"},
        )
        self.assertEqual(runtime.call().json(), "package")

    def test_an_import_that_goes_in_a_circle_is_told_as_python_tells_it(self):
        failed = self.handler(
            "app.handle",
            app="import other\ndef handle(event, context): return 1",
            other="from app import handle",
        ).call().failed
        self.assertEqual(failed["type"], "Runtime.ImportModuleError")
        self.assertIn("circular import", failed["message"])

    def test_a_folder_of_the_handlers_name_is_no_handler(self):
        runtime = self.runtime_of(
            {"app.py/x.py": "", "other.py": ""}, {"kind": "handler", "handler": "app.handle"}
        )
        self.assertEqual(runtime.call().failed["type"], "Runtime.ImportModuleError")

    def test_a_handler_that_is_not_there_has_the_error_of_aws(self):
        for name, kind in (
            ("nothing.handle", "Runtime.ImportModuleError"),
            ("app.nothing", "Runtime.HandlerNotFound"),
            ("app", "Runtime.MalformedHandlerName"),
        ):
            failed = self.handler(name, app="").call().failed
            self.assertEqual((failed["type"], failed["phase"]), (kind, "load"))

    def test_the_context_says_how_the_function_was_called_and_where_it_logs(self):
        runtime = self.handler(
            "app.handle",
            app=(
                "def handle(event, c):\n"
                "    return [c.invoked_function_arn, c.client_context.custom, c.log_stream_name]"
            ),
        )
        context = base64.b64encode(b'{"custom": {"a": 1}}').decode()
        answer = runtime.call(
            headers=[
                ["lambda-runtime-invoked-function-arn", "arn:x:live"],
                ["lambda-runtime-client-context", context],
            ]
        )
        arn, custom, stream = answer.json()
        self.assertEqual((arn, custom), ("arn:x:live", {"a": 1}))
        self.assertRegex(stream, r"^\d{4}/\d\d/\d\d/\[7\][0-9a-f]{32}$")

    def test_a_context_of_the_client_that_is_no_json_is_refused(self):
        runtime = self.handler("app.handle", app="def handle(event, c): return 1")
        for wrong in (b"\xff", b"[1]", b'{"client": 5}', b'{"client": [1]}', b"[" * 10_000):
            context = base64.b64encode(wrong).decode()
            failed = runtime.call(headers=[["lambda-runtime-client-context", context]]).failed
            self.assertEqual(failed["type"], "InvalidClientContext", wrong[:20])
        failed = runtime.call(headers=[["lambda-runtime-client-context", "%"]]).failed
        self.assertEqual(failed["type"], "InvalidClientContext")
