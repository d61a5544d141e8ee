package org.openlambda.cli.sam;

/// Something in a template that is not served.
///
/// @param what as the template calls it: `Hello event Get (Api GET /hello)`
/// @param why in a few words
public record LeftOut(String what, String why) {
  @Override
  public String toString() {
    return what + ": " + why;
  }
}
