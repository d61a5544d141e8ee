package org.openlambda.server;

import java.io.IOException;

/// The desktop's web browser.
final class Browser {
  private Browser() {}

  /// Shows a page; says so if there is no desktop.
  static void open(String url) {
    try {
      new ProcessBuilder("xdg-open", url)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      System.err.println("no browser could be opened (xdg-open is missing); open " + url);
    }
  }
}
