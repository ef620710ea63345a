#pragma once

#include <stdbool.h>
#include <stdint.h>

// What is written for speed, once for each instruction set; the caller chooses at run time. Feature maps are (height, width,
// channels), channels side by side. Distances are in elements of what they lie in, not in bytes.

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
/// a's values of a row lie in `tap_count` pieces of `depth` neighbours each; b holds, for each piece and each value in it, one
/// row of `panel` columns, or of half as many where half hold all `columns`.
struct camreport_product {
  /// Where the first row of a begins.
  const float *a;
  /// Floats from one row of a to the next.
  long a_row;
  /// For each of a row's pieces, how many floats behind the row's beginning it begins.
  const long *taps;
  long tap_count;
  long depth;
  const float *b;
  /// Where the first row of c begins.
  float *c;
  /// Floats from one row of c to the next.
  long c_row;
  /// How many of a panel's columns are stored in c, 1 … `panel`.
  long columns;
  /// What the sums of each column begin with: `panel` floats, or null for zeros.
  const float *shift;
  /// Whether the sums go on from what is in c, whole panels of it, in the place of the shift.
  bool adds;
  /// The least value that is stored; smaller ones become it.
  float low;
  /// The largest value that is stored; larger ones become it.
  float high;
};

/// Rows of an outer product: c[row][column] = Σ a[k][row] · b[k][column], or what is in c and that sum.
struct camreport_outer {
  /// Where the first row's value of a stands; the rows' values are neighbours.
  const float *a;
  /// Floats from one k's values of a to the next's, within a piece.
  long a_step;
  /// For each piece of k's, how many floats behind `a` it begins.
  const long *pieces;
  long piece_count;
  /// How many k's a piece has.
  long depth;
  /// For each k a row of `panel` columns.
  const float *b;
  /// Where the first row of c begins.
  float *c;
  /// Floats from one row of c to the next.
  long c_row;
  /// How many of a panel's columns c has, 1 … `panel`.
  long columns;
  /// Whether the sums go on from what is in c.
  bool adds;
};

/// The gradients of a row of a depthwise window's taps over a row of places: sums[tap][c] += Σ in[place][tap][c] · gradient[place][c].
struct camreport_depthwise_gradient {
  /// What the first tap sees at the first place.
  const float *in;
  /// Floats from what a tap sees at one place to what it sees at the next.
  long step;
  /// Floats from what one tap sees to what the next sees.
  long next;
  const float *gradient;
  /// Floats from one place's gradient to the next's.
  long pixel;
  long pixels;
  float *sums;
  /// Floats from one tap's sums to the next's.
  long tap;
  long channels;
};

/// A pixel of a depthwise convolution: out[c] = min(max(shift[c] + Σ in[tap][c] · weights[tap][c], low), high).
///
/// A tap is a place in the window that lies inside the input.
struct camreport_depthwise {
  const float *in;
  /// For each tap, how many floats behind `in` its pixel's channels begin.
  const long *in_taps;
  const float *weights;
  /// For each tap, how many floats behind `weights` its weights begin: one for each channel, filled up to whole vectors.
  const long *weight_taps;
  long tap_count;
  /// One float for each channel, filled up to whole vectors.
  const float *shift;
  float low;
  float high;
  float *out;
  long channels;
};

/// A row of output pixels of a depthwise convolution with square windows; what its windows reach beyond the input's sides is
/// zero.
struct camreport_depthwise_line {
  /// Where the first row of the input that the windows see begins.
  const float *in;
  /// Floats from one row of the input to the next.
  long in_row;
  /// Pixels in a row of the input.
  long in_width;
  /// Floats from one pixel to the next, in the input and in the output.
  long pixel;
  /// How many of the windows' rows lie inside the input.
  long rows;
  /// The weights of the first of the windows' rows that lie inside the input; each tap's are filled up to whole vectors.
  const float *weights;
  /// Floats from one tap's weights to the next's.
  long weight_tap;
  /// Pixels by which the first window begins left of the input.
  long left;
  /// One float for each channel, filled up to whole vectors.
  const float *shift;
  /// As many zeros as there are channels, read where a window reaches beyond the sides.
  const float *zeros;
  float low;
  float high;
  float *out;
  /// How many pixels of the output are made.
  long pixels;
  long channels;
};

/// What minimum, maximum, mean, deviation and norm of some values follow from.
struct camreport_sums {
  float minimum;
  float maximum;
  double sum;
  /// The sum of the values' squares.
  double squares;
};

/// The transforms of Winograd's F(tile × tile, 3×3). A tile has (tile + 2)² positions, `position` floats apart.
struct camreport_winograd {
  /// Transforms (tile + 2)² pixels of `in`, rows `row` and pixels `pixel` floats apart, into all positions of `out`.
  void (*input)(const float *in, long row, long pixel, float *out, long position, long channels);
  /// Transforms all positions of `in` back into `height` × `width` pixels of `out`, at most tile × tile, shifted and cut. `in`
  /// and `shift` are padded to whole vectors of channels.
  void (*output)(
    const float *in, long position, float *out, long row, long pixel, long height, long width,
    const float *shift, float low, float high, long channels);
  /// Transforms the 3×3 weights of `rows` input channels and a panel of outputs into all positions of `out`. In `in` the taps
  /// follow each other, of each tap the rows, of each row the panel.
  void (*weights)(const float *in, long rows, float *out, long position);
  /// Transforms the gradients of `height` × `width` pixels of the output, at most tile × tile, into those of sums at all positions
  /// of `out`, a panel of which `channels` are not zero.
  void (*gradient)(
    const float *in, long row, long pixel, long height, long width, float *out, long position, long channels);
  /// Transforms the gradients of `rows` input channels' transformed weights for a panel of outputs into those of 3×3 weights,
  /// taps `tap` and input channels `row` floats apart, of `columns` outputs.
  void (*taps)(const float *in, long position, long rows, float *out, long tap, long row, long columns);
};

/// A panel's columns of a matrix, whose rows come in groups.
struct camreport_packing {
  /// Where the first row's first column lies.
  const float *in;
  /// Floats from one group to the next.
  long group;
  long groups;
  /// Floats from one row of a group to the next.
  long row;
  /// How many rows a group has.
  long rows;
  /// How many columns are copied.
  long columns;
  /// A factor for each column; null where all are 1.
  const float *scale;
  /// How many columns the copy has.
  long panel;
};

/// An activation function of x, with numbers a and b.
enum camreport_activation {
  /// x, no less than a and no more than b
  camreport_clip,
  /// x where it is positive, else a · x
  camreport_leaky,
  /// 1 / (1 + e⁻ˣ)
  camreport_sigmoid,
  /// x / (1 + e⁻ˣ)
  camreport_silu,
  /// a · x + b, cut to 0 … 1
  camreport_hard_sigmoid,
  /// x · (x / 6 + 1/2, cut to 0 … 1)
  camreport_hard_swish,
  /// x · Φ(x), Φ(x) the share of a normal distribution below x
  camreport_gelu,
};

/// The functions and numbers of one instruction set.
struct camreport_kernels {
  /// The set's name for people, such as AVX-512.
  const char *name;
  /// The set's name in the environment variable, such as avx512.
  const char *identifier;
  /// Columns of a panel of b.
  long panel;
  /// Rows that a product takes at once: multiples of it cost the least.
  long rows;
  /// Makes `rows` rows of a product, 1 or more.
  void (*product)(const struct camreport_product *, long rows);
  /// Makes `rows` rows of an outer product, 1 or more.
  void (*outer)(const struct camreport_outer *, long rows);
  /// Adds to the gradients of a row of `taps` taps of a depthwise convolution's window, 1 or more.
  void (*depthwise_gradient)(const struct camreport_depthwise_gradient *, long taps);
  /// For each of `columns` columns, Σ weight · gradient over `rows` rows in double precision; and out = gradient · scale, value by
  /// value. The rows of all three lie `row` floats apart.
  void (*column_products)(
    const float *weights, const float *gradients, long row, long rows, long columns, const float *scale, float *out,
    double *sums);
  /// out = vector · matrix, (in) × (in, out), the matrix's rows `row` floats apart; (out, in) where it is transposed. The
  /// matrix is read once.
  void (*dense)(
    const float *vector, const float *matrix, long row, bool is_transposed, float *out, long inputs, long outputs);
  /// Makes one pixel of a depthwise convolution with a window of any kind.
  void (*depthwise)(const struct camreport_depthwise *);
  /// Makes a row of pixels of a depthwise convolution with a window of `size` × `size`, 3 or 5, and `stride`, 1 or 2.
  void (*depthwise_line)(const struct camreport_depthwise_line *, long size, long stride);
  /// Copies a panel's columns out of a matrix into (groups, rows, panel), zeros past the columns.
  void (*pack)(const struct camreport_packing *, float *out);
  /// out[column][row] = in[row][column] · factors[column], or · 1 where `factors` is null; rows of `in` lie `in_row` floats apart, of
  /// `out` `out_row`.
  void (*transpose)(
    const float *in, long in_row, long rows, long columns, const float *factors, float *out, long out_row);
  struct camreport_winograd winograd4;
  struct camreport_winograd winograd6;
  /// The largest of each 2×2 block of two rows of pixels, channel by channel: `pixels` results.
  void (*max_pool)(const float *upper, const float *lower, float *out, long pixels, long channels);
  /// The largest value of each channel among `count` pixels, 1 or more, which begin at in[pixels[i]].
  void (*max_window)(const float *in, const long *pixels, long count, float *out, long channels);
  /// The gradient of two rows of pixels from that of `pixels` largest values of their 2×2 blocks, channel by channel: it goes to the
  /// largest value, of equal ones to the first, and the others' is zero.
  void (*max_pool_gradient)(
    const float *upper, const float *lower, const float *gradient, float *upper_out, float *lower_out, long pixels,
    long channels);
  /// The gradients of `pixels` pixels whose outputs lie between `low` and `high`, zeros for the others, and their sums added to
  /// `sums`, one for each channel. Where `output` is null all go through, and only the sums are made.
  void (*activation_gradient)(
    const float *gradient, const float *output, float low, float high, float *out, float *sums, long pixels,
    long channels);
  /// out = a + b, no less than `low` and no more than `high`, `count` values.
  void (*add)(const float *a, const float *b, float low, float high, float *out, long count);
  /// out = function(in), `count` values; where `gradient` is not null, gradient · the function's slope at `in`.
  void (*activate)(
    enum camreport_activation function, const float *in, const float *gradient, float a, float b, float *out, long count);
  /// out = in · scales + shifts, channel by channel, no less than `low` and no more than `high`; `scales` and `shifts` may be null.
  /// Pixels of `in` lie `in_pixel` floats apart, those of `out` `out_pixel`.
  void (*scale)(
    const float *in, long in_pixel, const float *scales, const float *shifts, float low, float high, float *out,
    long out_pixel, long pixels, long channels);
  /// sums += in, channel by channel over `pixels` pixels, `pixel` floats apart, in their order and in double precision.
  void (*channel_sums)(const float *in, long pixel, double *sums, long pixels, long channels);
  /// The sums of `count` values, 1 or more.
  struct camreport_sums (*sums)(const float *values, long count);
  /// Σ weight · value in double precision, each value `fraction` of the way from the first to the second.
  double (*weighted_sum)(const float *first, const float *second, float fraction, const float *weights, long count);
  /// Makes `count` bytes of a picture resized vertically: the sum of the bytes above each other in `taps` rows, `row` bytes
  /// apart, each times its row's weight, in fixed point with `shift` bits behind it, rounded and cut to 0 … 255.
  void (*weighted_rows)(
    const uint8_t *rows, long row, const int32_t *weights, long taps, int shift, uint8_t *out, long count);
  /// Makes `columns` pixels of a picture resized horizontally, of three bytes each: pixel i is the sum of the counts[i] pixels
  /// of `in` from first[i] on, each times a weight, in fixed point with `shift` bits behind it, rounded and cut to 0 … 255. Its
  /// weights begin at weights[i · largest], `largest` a multiple of 4, and are zero past the count. Nothing is read from `end`
  /// on, which is behind the picture's last byte.
  void (*weighted_pixels)(
    const uint8_t *in, const uint8_t *end, const long *first, const long *counts, const int32_t *weights,
    long largest, int shift, uint8_t *out, long columns);
  /// The `count` channels `shown` of feature maps, each value as its place, 0 … 255, between the channel's smallest and largest
  /// finite value, cut to a whole number: `pixels` bytes of the first channel, then those of the next. What is not finite is 0,
  /// and so is a channel whose values are all the same.
  void (*levels)(const float *in, long pixels, long channels, const long *shown, long count, uint8_t *out);
  /// out[i] = what lies fractions[i] of the way from values[first[i]] to the next value. It is the same on every CPU, to the
  /// last bit.
  void (*interpolate)(const uint8_t *values, const int32_t *first, const float *fractions, float *out, long count);
  /// Lays a row of a map over a row of a photo, pixels of three bytes. A map's level, 0 … 255, is the whole part of what lies
  /// `fraction` of the way from `upper` to `lower`; a pixel becomes (photo · kept + colors[level]) / 256, where a colour is
  /// three numbers of 16 bits, red's the lowest. It is the same on every CPU, to the last bit.
  void (*blend)(
    const uint8_t *photo, const float *upper, const float *lower, float fraction, const uint64_t *colors, uint16_t kept,
    uint8_t *out, long pixels);
};

/// The kernels at a place, from 0 on, among those of all instruction sets that this CPU has, the fastest first; null past the
/// last.
const struct camreport_kernels *camreport_kernels_available(int place);

/// The environment variable that names the kernels to use by their identifier.
#define CAMREPORT_KERNELS_VARIABLE "CAMREPORT_CPU"

/// The kernels that the environment variable names, else the fastest that this CPU has.
const struct camreport_kernels *camreport_kernels_current(void);

/// The kernels for AVX-512, or null where the CPU lacks it or the program was built for another kind of CPU.
const struct camreport_kernels *camreport_kernels_avx512(void);
/// The kernels for AVX2 with FMA, or null where the CPU lacks them or the program was built for another kind of CPU.
const struct camreport_kernels *camreport_kernels_avx2(void);
/// The kernels for what every CPU has of the kind that the program was built for: SSE2 or NEON. Never null.
const struct camreport_kernels *camreport_kernels_baseline(void);
