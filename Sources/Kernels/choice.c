#include <stdlib.h>
#include <string.h>

#include "kernels.h"

const struct camreport_kernels *camreport_kernels_available(int place) {
  const struct camreport_kernels *sets[] = {
    camreport_kernels_avx512(), camreport_kernels_avx2(), camreport_kernels_baseline(),
  };
  for (int set = 0; set < 3; set++) {
    if (sets[set] && place-- == 0) return sets[set];
  }
  return 0;
}

const struct camreport_kernels *camreport_kernels_current(void) {
  const char *wanted = getenv(CAMREPORT_KERNELS_VARIABLE);
  const struct camreport_kernels *set;
  for (int place = 0; wanted && (set = camreport_kernels_available(place)); place++) {
    if (strcmp(set->identifier, wanted) == 0) return set;
  }
  return camreport_kernels_available(0);
}
