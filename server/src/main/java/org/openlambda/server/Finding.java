package org.openlambda.server;

/// One thing the doctor looked at.
///
/// @param what it is, in a few words
/// @param detail what was found
/// @param fix the command or step that would make it [Verdict#THERE]; empty if it is
record Finding(String what, Verdict verdict, String detail, String fix) {
  enum Verdict {
    THERE,
    /// Not there, and sandboxes do without it.
    OPTIONAL,
    /// Not there, and sandboxes are made without it: a wall is lower than it could be.
    WEAKER,
    /// Not there, and sandboxes cannot be made without it.
    MISSING
  }

  static Finding there(String what, String detail) {
    return new Finding(what, Verdict.THERE, detail, "");
  }

  static Finding of(String what, boolean there, String detail, String fix) {
    return new Finding(what, there ? Verdict.THERE : Verdict.MISSING, detail, there ? "" : fix);
  }

  static Finding weaker(String what, boolean there, String detail, String fix) {
    return new Finding(what, there ? Verdict.THERE : Verdict.WEAKER, detail, there ? "" : fix);
  }

  static Finding optional(String what, boolean there, String detail, String fix) {
    return new Finding(what, there ? Verdict.THERE : Verdict.OPTIONAL, detail, there ? "" : fix);
  }
}
