#if defined(__aarch64__)
#define LANES 4
#define ROWS 14
#define NAME "NEON"
#define IDENTIFIER "neon"
#else
#define LANES 4
#define ROWS 6
#define NAME "SSE2"
#define IDENTIFIER "sse2"
#endif
#include "kernels.inc"

const struct camreport_kernels *camreport_kernels_baseline(void) { return &table; }
