/// What a user of `ol dev` was promised, tried on a running server: answers and errors, limits,
/// edits, applications, uploads, ends of every kind. These tests need root; those tagged `slow`
/// take more than ten seconds.
@NullMarked
package org.openlambda.tests.served;

import org.jspecify.annotations.NullMarked;
