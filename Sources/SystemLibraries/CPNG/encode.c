#include <isa-l/igzip_lib.h>
#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "CPNG.h"

struct target {
  uint8_t *bytes;
  size_t size;
  size_t capacity;
  char *message;
};

static void fail(png_structp png, png_const_charp text) {
  struct target *target = png_get_error_ptr(png);
  strncpy(target->message, text, 199);
  target->message[199] = 0;
  png_longjmp(png, 1);
}

static void warn(png_structp png, png_const_charp text) {
  (void)png;
  (void)text;
}

static void put(png_structp png, png_bytep data, size_t count) {
  struct target *target = png_get_io_ptr(png);
  if (target->size + count > target->capacity) {
    target->capacity = 2 * target->capacity + count;
    uint8_t *larger = realloc(target->bytes, target->capacity);
    if (!larger) png_error(png, "out of memory");
    target->bytes = larger;
  }
  memcpy(target->bytes + target->size, data, count);
  target->size += count;
}

static void flush(png_structp png) { (void)png; }

/// Rows as their differences from the mean of the pixel to the left and the one above, the filter that serves photos best of
/// those that cost little; its number is 3.
static void filter(const uint8_t *pixels, size_t row_size, size_t rows, size_t pixel, uint8_t *restrict out) {
  for (size_t y = 0; y < rows; y++, pixels += row_size, out += row_size) {
    *out++ = 3;
    if (y == 0) {
      for (size_t x = 0; x < row_size; x++) out[x] = (uint8_t)(pixels[x] - (x < pixel ? 0 : pixels[x - pixel]) / 2);
      continue;
    }
    const uint8_t *above = pixels - row_size;
    for (size_t x = 0; x < pixel; x++) out[x] = (uint8_t)(pixels[x] - above[x] / 2);
    // The mean without a sum, which bytes could not hold, and without a condition, so that it is done for many at once.
    for (size_t x = pixel; x < row_size; x++) {
      const uint8_t left = pixels[x - pixel], up = above[x];
      out[x] = (uint8_t)(pixels[x] - ((left & up) + ((left ^ up) >> 1)));
    }
  }
}

/// Deflates one picture at most, at least two bytes: `*size` becomes what `out` holds. - Returns: whether it succeeded.
///
/// ISA-L 2.30 begins a stream that has no history with a hash of the address of its own structure, where it meant one of the data
/// (`.write_first_byte` in igzip_icf_body_h1_gr_bt.asm), so that one picture of some hundreds came out otherwise at another address.
/// So the first byte is a stored block of its own here, and ISA-L is told of it as the history: five bytes for always the same file.
static int compress(uint8_t *data, size_t count, int window, uint8_t *out, size_t *size) {
  // Cleared, both, so that the same picture always gives the same bytes: the library sets only a part of them.
  struct isal_zstream stream = {0};
  // Of the sizes the library has, one with room for all bytes of a small picture.
  const uint32_t level_size = count <= 1024 ? ISAL_DEF_LVL1_MIN
    : count <= 16384 ? ISAL_DEF_LVL1_SMALL : ISAL_DEF_LVL1_LARGE;
  uint8_t *level = calloc(1, level_size);
  if (!level) return 0;
  // zlib's header, and a block that is not the last: stored, one byte long.
  const uint8_t start[] = {0x78, 0x01, 0x00, 0x01, 0x00, 0xFE, 0xFF, data[0]};
  memcpy(out, start, sizeof start);
  isal_deflate_init(&stream);
  stream.level = 1;
  stream.level_buf = level;
  stream.level_buf_size = level_size;
  stream.hist_bits = (uint32_t)window;
  stream.gzip_flag = IGZIP_DEFLATE;
  stream.end_of_stream = 1;
  stream.next_in = data + 1;
  stream.avail_in = (uint32_t)count - 1;
  stream.next_out = out + sizeof start;
  stream.avail_out = (uint32_t)(*size - sizeof start - 4);
  int code = isal_deflate_set_dict(&stream, data, 1);
  if (code == COMP_OK) code = isal_deflate(&stream);
  free(level);
  const uint32_t checksum = isal_adler32(1, data, count);
  for (int shift = 24; shift >= 0; shift -= 8) *stream.next_out++ = (uint8_t)(checksum >> shift);
  *size = (size_t)(stream.next_out - out);
  return code == COMP_OK && stream.internal_state.state == ZSTATE_END;
}

int camreport_png_encode(const uint8_t *pixels, uint32_t width, uint32_t height, const uint8_t *palette, int colors,
                         int window, uint8_t **out, size_t *size, char *message) {
  struct target target = {NULL, 0, 0, message};
  size_t pixel = palette ? 1 : 3, row = width * pixel, count = (row + 1) * height;
  // What cannot be made smaller grows by a few bytes for each 64 kB.
  size_t packed_size = count + count / 1024 + 1024;
  uint8_t *filtered = packed_size <= UINT32_MAX ? malloc(count) : NULL;
  uint8_t *packed = filtered ? malloc(packed_size) : NULL;
  png_infop info = NULL;
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &target, fail, warn);
  int code = CAMREPORT_PNG_CORRUPT;
  strcpy(message, "out of memory");
  if (png) info = png_create_info_struct(png);
  if (info && packed && !setjmp(png_jmpbuf(png))) {
    filter(pixels, row, height, pixel, filtered);
    if (!compress(filtered, count, window, packed, &packed_size)) png_error(png, "deflate failed");
    // Room for the other chunks too.
    target.capacity = packed_size + 2048;
    if (!(target.bytes = malloc(target.capacity))) png_error(png, "out of memory");
    png_set_write_fn(png, &target, put, flush);
    png_set_IHDR(png, info, width, height, 8, palette ? PNG_COLOR_TYPE_PALETTE : PNG_COLOR_TYPE_RGB,
                 PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    if (palette) png_set_PLTE(png, info, (png_const_colorp)palette, colors);
    png_write_info(png, info);
    png_write_chunk(png, (png_const_bytep) "IDAT", packed, packed_size);
    png_write_chunk(png, (png_const_bytep) "IEND", NULL, 0);
    code = CAMREPORT_PNG_OK;
  }
  if (png) png_destroy_write_struct(&png, &info);
  free(filtered);
  free(packed);
  if (code != CAMREPORT_PNG_OK) {
    free(target.bytes);
    return code;
  }
  *out = target.bytes;
  *size = target.size;
  return code;
}
