package org.openlambda.cli.report;

/// How a call ended, and what to do about it: the words of the server's `outcome`.
enum Ending {
  RETURNED("answered", ""),
  THREW("raised an exception", "Correct the line at the end of the traceback."),
  CRASHED(
      "its process ended",
      "The log may say why: sys.exit, a signal, or a native library. The next call gets a new"
          + " sandbox."),
  TIMED_OUT("took too long", "Find out in the log where it waits, or raise 'timeout' in ol.yaml."),
  OUT_OF_MEMORY("used too much memory", "Hold less at once, or raise 'memory' in ol.yaml."),
  REJECTED(
      "was not started",
      "Call again in a moment; if it is always so, lower its limits or give the worker more."),
  LOST("was lost by the platform", "Call again if it may run twice; the server's log says more."),
  /// A word of a newer server.
  UNKNOWN("ended", "");

  private final String text;
  private final String remedy;

  Ending(String text, String remedy) {
    this.text = text;
    this.remedy = remedy;
  }

  /// @param outcome the server's word: `timed-out`
  static Ending of(String outcome) {
    for (Ending ending : values()) {
      if (ending.name().replace('_', '-').equalsIgnoreCase(outcome)) {
        return ending;
      }
    }
    return UNKNOWN;
  }

  /// In words, after the function's name.
  String text() {
    return text;
  }

  /// One sentence, or empty.
  String remedy(int status) {
    if (this == RETURNED && status >= 500) {
      return "The function answered so itself, or its answer could not be sent; see its log.";
    }
    if (this == THREW && status == 400) {
      return "Send a JSON document, or nothing.";
    }
    return remedy;
  }
}
