package org.openlambda.cli;

/// What the exit statuses of `ol` mean.
final class ExitStatus {
  static final int OK = 0;

  /// What was asked for failed: the function, or the server's answer.
  static final int FAILED = 1;

  /// The command line is wrong.
  static final int USAGE = 2;

  /// No server answers.
  static final int UNREACHABLE = 3;

  /// In the form of help texts.
  static final String MEANINGS =
      "Exit status: 0 it worked, 1 it failed, 2 wrong usage, 3 no server answers.";

  private ExitStatus() {}
}
