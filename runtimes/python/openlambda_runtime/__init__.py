"""The inside of a Python sandbox: from the link to the handler and back.

`serve` reads frames from the `link` (layout in `frames`), makes an `exchange` of every request, has the
handler loaded by `loader`, and lets it answer: `function` for f(event) and AWS handlers, `wsgi`, `asgi`,
`bytecode` for bundles that are only compiled. `failures` says what went wrong in the words of the
user's own code.

All of it is one package, so that a function may have modules called `event`, `link` or `serve` itself.
"""
