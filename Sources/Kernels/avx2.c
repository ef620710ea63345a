#include "kernels.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define LANES 8
#define ROWS 6
#define NAME "AVX2"
#include "kernels.inc"
#pragma clang attribute pop

const struct camreport_kernels *camreport_kernels_avx2(void) {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &table : 0;
}
#else
const struct camreport_kernels *camreport_kernels_avx2(void) { return 0; }
#endif
