/// Who asks: a [Principal] acts for an account in a [Role]; [Identities] knows them by their keys.
@NullMarked
package org.openlambda.core.identity;

import org.jspecify.annotations.NullMarked;
