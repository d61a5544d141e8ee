package org.openlambda.core.invocation;

import java.time.Duration;

/// Where an invocation's time went, one after another.
///
/// @param queue from the door until a sandbox was there
/// @param specialise turning a waiting sandbox into one of this function; zero if it was one
///   already
/// @param init loading the handler; zero if it was loaded. The runtime's word, capped by our clock
/// @param handler the rest, until the answer's end
public record Phases(Duration queue, Duration specialise, Duration init, Duration handler) {}
