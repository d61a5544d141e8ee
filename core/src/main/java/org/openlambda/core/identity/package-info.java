/// Who asks: a [Principal] acts for an account in a [Role]; [Identities] knows them by their keys
/// and tokens. An [Actor] is one who changes something; [Administration] changes who there is, over
/// the [Route]s that it names.
@NullMarked
package org.openlambda.core.identity;

import org.jspecify.annotations.NullMarked;
