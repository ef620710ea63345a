#pragma once
#include <stddef.h>
#include <stdint.h>

/// The rows of a picture on their way from a decoder to RGB bytes, whose pixels are the means of `shrink` × `shrink` of the
/// picture's; of fewer at the right and lower edges, where the picture ends.
struct camreport_rows {
  uint8_t *rgb;
  size_t width, height, shrink;
  /// How many rows have been taken.
  size_t y;
  /// One row, and the sums of its like since the last that was written; NULL where nothing is shrunk.
  uint8_t *line;
  uint16_t *sums;
};

/// Begins a picture of width × height pixels; `shrink` is 1, 2, 4 or 8, and `rgb` has ⌈width / shrink⌉ · ⌈height / shrink⌉ · 3
/// bytes. Returns 0 where there is no memory.
int camreport_rows_begin(struct camreport_rows *rows, uint8_t *rgb, size_t width, size_t height, int shrink);

/// Where the next row's width · 3 bytes are to be written, before camreport_rows_take takes them.
uint8_t *camreport_rows_next(struct camreport_rows *rows);
void camreport_rows_take(struct camreport_rows *rows);

/// Frees what was allocated; harmless where nothing was, and twice.
void camreport_rows_end(struct camreport_rows *rows);

/// A colour over white, as opaque as alpha says.
static inline uint8_t camreport_over_white(int value, int alpha) {
  return (uint8_t)((value * alpha + 255 * (255 - alpha) + 127) / 255);
}

/// An ink on paper that holds as much black as 255 − `black`: `black` − `black` · `ink` / 255, rounded as Pillow does it.
static inline uint8_t camreport_ink(int ink, int black) {
  int product = ink * black + 128;
  return (uint8_t)(black - (((product >> 8) + product) >> 8));
}
