#pragma once

#include <stdbool.h>
#include <stdint.h>

// What is written for speed, once for each instruction set; the caller chooses at run time.
// Feature maps are (height, width, channels), channels side by side.

/// A short wait that leaves the core's other thread, if it has one, more of it.
static inline void camreport_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("isb");
#endif
}

/// Rows of a matrix product: c[row][column] = min(max(shift[column] + Σ a · b, low), high).
///
/// a's values of a row lie in `taps` pieces of `depth` neighbours each; b holds, for each piece and each value in it, one
/// row of `panel` columns, or of half as many where half hold all `columns`.
struct camreport_product {
  const float *a;
  long a_row;
  const long *taps;
  long tap_count;
  long depth;
  const float *b;
  float *c;
  long c_row;
  /// Of the panel, how many are stored.
  long columns;
  /// `panel` values, or null for zeros.
  const float *shift;
  /// Whether the sums go on from what is in c, whole panels of it, in the place of the shift.
  bool adds;
  float low;
  float high;
};

/// A pixel of a depthwise convolution: out[c] = min(max(shift[c] + Σ in[tap][c] · weights[tap][c], low), high).
struct camreport_depthwise {
  const float *in;
  const long *in_taps;
  const float *weights;
  const long *weight_taps;
  long tap_count;
  const float *shift;
  float low;
  float high;
  float *out;
  long channels;
};

/// A row of pixels of a depthwise convolution with square windows; what its windows reach beyond the input's sides is zero.
struct camreport_depthwise_line {
  /// The first row of the input that the windows see.
  const float *in;
  /// From one row to the next.
  long in_row;
  long in_width;
  /// From one pixel to the next.
  long pixel;
  /// Of the windows, how many lie inside the input, and the weights of the first.
  long rows;
  const float *weights;
  /// From one tap's weights to the next's.
  long weight_tap;
  /// Pixels by which the first window begins left of the input.
  long left;
  const float *shift;
  /// As many as there are channels.
  const float *zeros;
  float low;
  float high;
  float *out;
  long pixels;
  long channels;
};

/// The sums from which minimum, maximum, mean, deviation and norm follow.
struct camreport_sums {
  float minimum;
  float maximum;
  double sum;
  double squares;
};

/// Winograd's F(tile × tile, 3×3).
struct camreport_winograd {
  /// A tile of `in`, its pixels `row` and `pixel` apart, into (tile + 2)² positions of `out`.
  void (*input)(const float *in, long row, long pixel, float *out, long position, long channels);
  /// All positions of `in` into `height` × `width` pixels of `out`, at most tile × tile, shifted and cut.
  void (*output)(
    const float *in, long position, float *out, long row, long pixel, long height, long width,
    const float *shift, float low, float high, long channels);
  /// 3×3 weights of `rows` input channels and a panel of outputs, side by side, into all positions, `position` apart.
  void (*weights)(const float *in, long rows, float *out, long position);
};

struct camreport_kernels {
  const char *name;
  /// The name as the environment variable has it.
  const char *identifier;
  /// Columns of a panel of b.
  long panel;
  /// Rows that a product takes at once: multiples of it cost the least.
  long rows;
  void (*product)(const struct camreport_product *, long rows);
  /// out = vector · matrix, (in) × (in, out), the matrix's rows `row` apart; (out, in) where it is transposed. It is read once.
  void (*dense)(
    const float *vector, const float *matrix, long row, bool is_transposed, float *out, long inputs, long outputs);
  void (*depthwise)(const struct camreport_depthwise *);
  /// For windows of 3×3 or 5×5 with stride 1 or 2.
  void (*depthwise_line)(const struct camreport_depthwise_line *, long size, long stride);
  /// Copies a panel's columns out of `groups` of `rows` rows.
  void (*gather)(const float *in, long group, long groups, long row, long rows, float *out);
  struct camreport_winograd winograd4;
  struct camreport_winograd winograd6;
  /// The largest of each 2×2 block of two rows: `pixels` results.
  void (*max_pool)(const float *upper, const float *lower, float *out, long pixels, long channels);
  void (*add)(const float *a, const float *b, float *out, long count);
  struct camreport_sums (*sums)(const float *values, long count);
  /// Σ weight · value in double precision, each value `fraction` of the way from the first to the second.
  double (*weighted_sum)(const float *first, const float *second, float fraction, const float *weights, long count);
  /// Bytes of `taps` rows, `row` apart, times a weight each, in fixed point with `shift` bits behind it, rounded and cut.
  void (*weighted_rows)(
    const uint8_t *rows, long row, const int32_t *weights, long taps, int shift, uint8_t *out, long count);
  /// The same of neighbouring pixels of three bytes: of a row, `end` behind the picture's last byte, for each of `columns` those
  /// that begin at `first`, as many as `counts` says, with weights `largest` apart, a multiple of 4, those past the count zero.
  void (*weighted_pixels)(
    const uint8_t *in, const uint8_t *end, const long *first, const long *counts, const int32_t *weights,
    long largest, int shift, uint8_t *out, long columns);
  /// The channels `shown`, `count` of them, as places 0 … 255 between each one's smallest and largest finite value, cut to
  /// whole numbers, `pixels` after `pixels`; what is not finite is 0, and so is a channel of one value.
  void (*levels)(const float *in, long pixels, long channels, const long *shown, long count, uint8_t *out);
  /// out[i] = what lies fractions[i] of the way from values[first[i]] to the next. The same on every CPU, to the last bit, as is
  /// `blend`.
  void (*interpolate)(const uint8_t *values, const int32_t *first, const float *fractions, float *out, long count);
  /// Lays a row of a map over a row of a photo, pixels of three bytes. A map's level, 0 … 255, is the whole part of what lies
  /// `fraction` of the way from `upper` to `lower`; a pixel becomes (photo · kept + colors[level]) / 256, where a colour is three
  /// numbers of 16 bits, red's the lowest.
  void (*blend)(
    const uint8_t *photo, const float *upper, const float *lower, float fraction, const uint64_t *colors, uint16_t kept,
    uint8_t *out, long pixels);
};

/// All that this CPU has, the fastest first; null past the last.
const struct camreport_kernels *camreport_kernels_available(int place);

/// Names the kernels to use by their identifier.
#define CAMREPORT_KERNELS_VARIABLE "CAMREPORT_CPU"

/// Those that the environment variable names, else the fastest that this CPU has.
const struct camreport_kernels *camreport_kernels_current(void);

/// The kernels for an instruction set, or null where the CPU lacks it or the program was built for another kind of CPU.
const struct camreport_kernels *camreport_kernels_avx512(void);
const struct camreport_kernels *camreport_kernels_avx2(void);
/// What every CPU of the kind has.
const struct camreport_kernels *camreport_kernels_baseline(void);
