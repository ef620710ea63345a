#pragma once
#include <stddef.h>
#include <stdint.h>

// libpng reports errors by longjmp, which must not cross Swift frames. These functions hold the setjmp and return a
// code; `message`, of at least 200 bytes, then says what libpng said.

enum camreport_png_code {
  CAMREPORT_PNG_OK = 0,
  /// The file is not as PNG has it.
  CAMREPORT_PNG_CORRUPT = 1,
  /// The data end before the picture does.
  CAMREPORT_PNG_TRUNCATED = 2,
};

/// Reads a PNG's width and height, and nothing of its pixels.
int camreport_png_size(const uint8_t *data, size_t size, uint32_t *width, uint32_t *height, char *message);

/// Decodes a PNG into `rgb`, ⌈width / shrink⌉ · ⌈height / shrink⌉ · 3 bytes: 16 bits scaled to 8, palettes and greys expanded,
/// alpha over white. `shrink` is 1, 2, 4 or 8.
int camreport_png_decode(const uint8_t *data, size_t size, int shrink, uint8_t *rgb, char *message);

/// Encodes 8-bit pixels: width · height · 3 bytes, or, with a palette of `colors` times 3 bytes, indices into it. `*out` is to
/// be freed with free(). Written for speed: one filter and one pass of ISA-L's deflate, at about zlib's sizes in a fifth of its
/// time. Repetitions are looked for in the last 2 to the power of `window` bytes, 1 to 15: there are none in a photo.
int camreport_png_encode(const uint8_t *pixels, uint32_t width, uint32_t height, const uint8_t *palette, int colors,
                         int window, uint8_t **out, size_t *size, char *message);
