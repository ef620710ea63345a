#include "kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define LANES 8
#define ROWS 6
#define NAME "AVX2"
#define IDENTIFIER "avx2"
/// A mask with the highest bit set in the first `count` lanes, 1 … 7: those are loaded or stored.
#define FIRST(count) \
  _mm256_cmpgt_epi32(_mm256_set1_epi32((int)(count)), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7))
#define LOAD_SOME(p, count) ((vec)_mm256_maskload_ps(p, FIRST(count)))
#define STORE_SOME(p, v, count) _mm256_maskstore_ps(p, FIRST(count), (__m256)(v))
#include "kernels.inc"
#pragma clang attribute pop

const struct camreport_kernels *camreport_kernels_avx2(void) {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &table : 0;
}
#else
const struct camreport_kernels *camreport_kernels_avx2(void) { return 0; }
#endif
