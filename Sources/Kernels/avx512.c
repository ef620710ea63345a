#include "kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push( \
  __attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,avx2,fma"))), apply_to = function)
#define LANES 16
#define ROWS 14
#define NAME "AVX-512"
#define IDENTIFIER "avx512"
#define LOAD_SOME(p, count) ((vec)_mm512_maskz_loadu_ps((__mmask16)((1u << (count)) - 1), p))
#define STORE_SOME(p, v, count) _mm512_mask_storeu_ps(p, (__mmask16)((1u << (count)) - 1), (__m512)(v))
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
