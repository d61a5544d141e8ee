// For the test-only build: the environment variable OL_WITHOUT (--env OL_WITHOUT=LAYER) names the
// one layer that is switched off, in the launcher and in the zygote's children.
#include "../src/confine.h"

#include <stdlib.h>

bool layer(const char *name) {
  const char *off = getenv("OL_WITHOUT");
  return off == NULL || strcmp(off, name) != 0;
}
