#pragma once
#include <stddef.h>
#include <stdint.h>

// libvips, opened when the first picture asks for it: camreport starts without it, and runs where it is not installed. It is C
// since libvips's functions take any number of arguments. Calls must not overlap: what libvips says of an error is one text for
// all threads. `message` is of at least 200 bytes.

enum camreport_vips_code {
  CAMREPORT_VIPS_OK = 0,
  /// The file is not as its format has it, or libvips cannot read its kind.
  CAMREPORT_VIPS_CORRUPT = 1,
  /// The data end before the picture does.
  CAMREPORT_VIPS_TRUNCATED = 2,
  /// libvips, or its reader of the format, is not installed.
  CAMREPORT_VIPS_MISSING = 3,
};

/// The one reader of libvips that a file is given to, whatever its bytes look like to others.
enum camreport_vips_loader {
  CAMREPORT_VIPS_GIF,
  CAMREPORT_VIPS_HEIF,
  CAMREPORT_VIPS_TIFF,
  CAMREPORT_VIPS_WEBP,
};

/// Reads a picture's width and height, and its EXIF orientation, 1 … 8, and nothing of its pixels. HEIF's own turns are made
/// already.
int camreport_vips_size(enum camreport_vips_loader loader, const uint8_t *data, size_t size, int *width, int *height,
                        int *orientation, char *message);

/// Decodes a picture's first frame or page into `rgb`, ⌈width / shrink⌉ · ⌈height / shrink⌉ · 3 bytes: 16 bits scaled to 8,
/// greys expanded, inks multiplied onto white, alpha over white. A colour profile changes nothing.
int camreport_vips_decode(enum camreport_vips_loader loader, const uint8_t *data, size_t size, int shrink, uint8_t *rgb,
                          char *message);
