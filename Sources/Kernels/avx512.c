#include "kernels.h"

#if defined(__x86_64__)
#pragma clang attribute push( \
  __attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,avx2,fma"))), apply_to = function)
#define LANES 16
#define ROWS 14
#define NAME "AVX-512"
#include "kernels.inc"
#pragma clang attribute pop

const struct camreport_kernels *camreport_kernels_avx512(void) {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")
    ? &table : 0;
}
#else
const struct camreport_kernels *camreport_kernels_avx512(void) { return 0; }
#endif
