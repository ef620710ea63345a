#pragma once

// What is written for speed, once for each instruction set; the caller chooses at run time.
// Feature maps are (height, width, channels), channels side by side.

/// Rows of a matrix product: c[row][column] = min(max(shift[column] + Σ a · b, low), high).
///
/// a's values of a row lie in `taps` pieces of `depth` neighbours each; b holds, for each piece and each value in it, one
/// row of `panel` columns.
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
  float low;
  float high;
};

/// Pixels of a depthwise convolution: out[pixel][c] = min(max(shift[c] + Σ in[tap][pixel][c] · weights[tap][c], low), high).
struct camreport_depthwise {
  const float *in;
  /// From one pixel's input to the next's.
  long in_step;
  const long *in_taps;
  const float *weights;
  const long *weight_taps;
  long tap_count;
  const float *shift;
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

struct camreport_kernels {
  const char *name;
  /// Columns of a panel of b.
  long panel;
  /// The most rows of one call.
  long rows;
  void (*product)(const struct camreport_product *, long rows);
  void (*depthwise)(const struct camreport_depthwise *);
  /// Winograd F(4×4, 3×3): a tile of 6×6 pixels of `in`, `row` and `pixel` apart, into 36 positions of `out`.
  void (*winograd_input)(const float *in, long row, long pixel, float *out, long position, long channels);
  /// 36 positions of `in` into `height` × `width` (at most 4×4) pixels of `out`, shifted and cut.
  void (*winograd_output)(
    const float *in, long position, float *out, long row, long pixel, long height, long width,
    const float *shift, float low, float high, long channels);
  /// 3×3 weights of `channels` outputs, `tap` apart, into 36 positions.
  void (*winograd_weights)(const float *in, long tap, float *out, long position, long channels);
  /// The largest of each 2×2 block of two rows: `pixels` results.
  void (*max_pool)(const float *upper, const float *lower, float *out, long pixels, long channels);
  void (*add)(const float *a, const float *b, float *out, long count);
  struct camreport_sums (*sums)(const float *values, long count);
};

/// The kernels for an instruction set, or null where the CPU lacks it or the program was built for another kind of CPU.
const struct camreport_kernels *camreport_kernels_avx512(void);
const struct camreport_kernels *camreport_kernels_avx2(void);
/// What every CPU of the kind has.
const struct camreport_kernels *camreport_kernels_baseline(void);
