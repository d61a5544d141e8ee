package org.openlambda.cli;

/// The program `ol` with those commands alone that ask a server: `./ol` starts it for them, as the
/// JVM looks through all jars on its class path once, which of the server's takes 70 ms.
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    System.exit(Ol.run(Ol::commandLine, arguments));
  }
}
