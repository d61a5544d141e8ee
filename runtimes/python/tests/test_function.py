"""f(event): JSON in, JSON out."""

import json

from harness import ANSWER, READY, RuntimeTest


class FunctionTest(RuntimeTest):
    def test_a_function_answers_its_event_in_one_frame(self):
        runtime = self.runtime("def f(event):\n    return event")
        self.assertEqual(runtime.ready[0], READY)
        answer = runtime.call(b'{"a": [1, null]}')
        self.assertEqual(answer.json(), {"a": [1, None]})
        self.assertEqual([frame[0] for frame in answer.frames], [ANSWER])
        self.assertEqual(len(runtime.loaded), 1)

    def test_an_empty_body_is_an_empty_event(self):
        self.assertEqual(self.runtime("def f(event):\n    return event").call().json(), {})
