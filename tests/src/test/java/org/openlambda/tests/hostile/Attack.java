package org.openlambda.tests.hostile;

/// One attack on a sandbox or on what is around it.
///
/// @param name for people, unique in the suite
/// @param layer what is responsible for that it fails
/// @param trial makes it, and judges it
record Attack(String name, String layer, Trial trial) {

  /// Makes an attack and judges it.
  interface Trial {
    /// @return how the attack was contained, in a few words
    /// @throws AssertionError if it was not
    String run(Stage stage) throws Exception;
  }

  /// An attack that notes for itself what it won and what was refused; both lists must be as they
  /// should: nothing and something.
  ///
  /// @param function `module.name` of a function in the folder of attacks
  static Attack inside(String function, String layer) {
    return new Attack(function, layer, stage -> stage.attempts(function));
  }
}
