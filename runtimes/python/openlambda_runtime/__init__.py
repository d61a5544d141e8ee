"""The inside of a Python sandbox: from the link to the handler and back.

`birth` is the first moment of a sandbox, `rehearsal` warms it. `serve` reads frames from the `link`
(layout in `frames`), makes an `exchange` of every request, has the handler loaded by `loader`, and
lets it answer: `function` for f(event) and the handlers of `aws`, `wsgi`, `asgi`, `bytecode` for
bundles that are only compiled. Asynchronous ones run in the `eventloop`. `failures` says what went
wrong in the words of the user's own code; `logs` is what it prints.

All of it is one package, so that a function may have its own modules called `link` or `serve`.
"""
