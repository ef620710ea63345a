#pragma once
#include <stddef.h>
#include <stdint.h>

// libjpeg reports errors by longjmp, which must not cross Swift frames. These functions hold the setjmp and return a
// code; `message`, of at least 200 bytes, then says what libjpeg said.

enum camreport_jpeg_code {
  CAMREPORT_JPEG_OK = 0,
  /// The file is not as JPEG has it, or libjpeg cannot read its kind.
  CAMREPORT_JPEG_CORRUPT = 1,
  /// The data end before the picture does.
  CAMREPORT_JPEG_TRUNCATED = 2,
};

/// Reads a JPEG's width and height, and nothing of its pixels.
int camreport_jpeg_size(const uint8_t *data, size_t size, int *width, int *height, char *message);

/// The most scans that are read; programs that write progressive files make a dozen or so.
#define CAMREPORT_JPEG_LARGEST_SCAN_COUNT 64

/// Decodes a JPEG at 1 / `shrink` of its size, which is 1, 2, 4 or 8, into `rgb`, ⌈width / shrink⌉ · ⌈height / shrink⌉ · 3 bytes
/// of what camreport_jpeg_size said, with libjpeg's default transforms. Those make a smaller picture in less time and memory.
/// Four-channel pictures are taken as Adobe writes them, inverted, and multiplied onto white.
int camreport_jpeg_decode(const uint8_t *data, size_t size, int shrink, uint8_t *rgb, char *message);

/// Encodes width · height · 3 bytes, with colours at half the resolution unless the quality is 90 or more; `*out` is to
/// be freed with free().
int camreport_jpeg_encode(const uint8_t *rgb, int width, int height, int quality, uint8_t **out, size_t *size,
                          char *message);
