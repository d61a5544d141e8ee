package org.openlambda.core.function;

/// How the runtime finds what to call in a bundle.
public sealed interface Entry {
  /// OpenLambda's contract: a file that defines `f(event)`, or a WSGI or ASGI application, named by
  /// `OL_ENTRY_FILE`, `OL_WSGI_ENTRY` and `OL_ASGI_ENTRY` of the environment; `f.py` if nothing is.
  record OpenLambda() implements Entry {}

  /// AWS Lambda's contract: `module.function`, called with `(event, context)`.
  record Handler(String text) implements Entry {}
}
