package org.openlambda.control.audit;

/// What somebody did, or was kept from.
///
/// @param operation as in `CreateFunction`
/// @param resource what it concerned: the name or id of a function, user, key
/// @param status of HTTP that it was answered with
/// @param code what kept it from being done; empty if it was done
public record Deed(String operation, String resource, int status, String code) {
  private static final int LONGEST = 512;

  public Deed {
    resource = cut(resource);
    operation = cut(operation);
  }

  /// One that was done.
  public static Deed done(String operation, String resource, int status) {
    return new Deed(operation, resource, status, "");
  }

  /// PostgreSQL's texts have no NUL.
  private static String cut(String text) {
    String clean = text.replace('\0', ' ');
    return clean.length() <= LONGEST ? clean : clean.substring(0, LONGEST);
  }
}
