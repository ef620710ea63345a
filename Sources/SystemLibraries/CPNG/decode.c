#include "CPNG.h"

#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <CRows.h>

struct source {
  const uint8_t *data;
  size_t left;
  char *message;
  int code;
};

static void fail(png_structp png, png_const_charp text) {
  struct source *source = png_get_error_ptr(png);
  strncpy(source->message, text, 199);
  source->message[199] = 0;
  png_longjmp(png, 1);
}

static void warn(png_structp png, png_const_charp text) {
  (void)png;
  (void)text;
}

static void take(png_structp png, png_bytep target, size_t count) {
  struct source *source = png_get_io_ptr(png);
  if (count > source->left) {
    source->code = CAMREPORT_PNG_TRUNCATED;
    png_error(png, "the data end early");
  }
  memcpy(target, source->data, count);
  source->data += count;
  source->left -= count;
}

static png_structp open_reader(struct source *source, png_infop *info) {
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, source, fail, warn);
  if (!png) return NULL;
  *info = png_create_info_struct(png);
  if (!*info) {
    png_destroy_read_struct(&png, NULL, NULL);
    return NULL;
  }
  png_set_read_fn(png, source, take);
#ifdef FUZZING  // No fuzzer guesses a checksum.
  png_set_crc_action(png, PNG_CRC_QUIET_USE, PNG_CRC_QUIET_USE);
  png_set_option(png, PNG_IGNORE_ADLER32, PNG_OPTION_ON);
#endif
  // Limits are the caller's: it refuses a picture by its size before any pixel is allocated.
  png_set_user_limits(png, 0x7fffffff, 0x7fffffff);
  // Texts, profiles and the like change no pixel and may be made to inflate to gigabytes: all but what a pixel's colour needs
  // is passed over.
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
  return png;
}

int camreport_png_size(const uint8_t *data, size_t size, uint32_t *width, uint32_t *height, char *message) {
  struct source source = {data, size, message, CAMREPORT_PNG_CORRUPT};
  png_infop info = NULL;
  png_structp png = open_reader(&source, &info);
  if (!png) {
    strcpy(message, "out of memory");
    return CAMREPORT_PNG_CORRUPT;
  }
  if (setjmp(png_jmpbuf(png))) {
    png_destroy_read_struct(&png, &info, NULL);
    return source.code;
  }
  png_read_info(png, info);
  *width = png_get_image_width(png, info);
  *height = png_get_image_height(png, info);
  png_destroy_read_struct(&png, &info, NULL);
  return CAMREPORT_PNG_OK;
}

int camreport_png_decode(const uint8_t *data, size_t size, int shrink, uint8_t *rgb, char *message) {
  struct source source = {data, size, message, CAMREPORT_PNG_CORRUPT};
  struct camreport_rows rows = {0};
  png_infop info = NULL;
  uint8_t *volatile held = NULL;
  png_structp png = open_reader(&source, &info);
  if (!png) {
    strcpy(message, "out of memory");
    return CAMREPORT_PNG_CORRUPT;
  }
  if (setjmp(png_jmpbuf(png))) {
    png_destroy_read_struct(&png, &info, NULL);
    camreport_rows_end(&rows);
    free(held);
    return source.code;
  }
  png_read_info(png, info);
  int has_alpha = (png_get_color_type(png, info) & PNG_COLOR_MASK_ALPHA) || png_get_valid(png, info, PNG_INFO_tRNS);
  png_set_expand(png);
  png_set_scale_16(png);
  png_set_gray_to_rgb(png);
  int passes = png_set_interlace_handling(png);
  png_read_update_info(png, info);
  size_t width = png_get_image_width(png, info);
  size_t height = png_get_image_height(png, info);
  if (!camreport_rows_begin(&rows, rgb, width, height, shrink)) png_error(png, "out of memory");
  // An interlaced picture's rows come several times, each time with more of their pixels, and so all are held; those of
  // three bytes a pixel in their own place, unless they are to be shrunk.
  size_t line = width * (has_alpha ? 4 : 3);
  uint8_t *all = NULL;
  if (passes > 1 && !has_alpha && shrink == 1) {
    all = rgb;
  } else if (has_alpha || passes > 1) {
    all = held = malloc(line * (passes > 1 ? height : 1));
    if (!held) png_error(png, "out of memory");
  }
  for (int pass = 0; pass < passes; pass++) {
    for (size_t y = 0; y < height; y++) {
      uint8_t *row = all ? all + (passes > 1 ? y * line : 0) : camreport_rows_next(&rows);
      png_read_row(png, row, NULL);
      if (pass < passes - 1) continue;
      uint8_t *target = camreport_rows_next(&rows);
      if (!has_alpha && target != row) memcpy(target, row, line);
      for (size_t x = 0; has_alpha && x < width; x++) {
        for (int channel = 0; channel < 3; channel++) {
          target[x * 3 + channel] = camreport_over_white(row[x * 4 + channel], row[x * 4 + 3]);
        }
      }
      camreport_rows_take(&rows);
    }
  }
  png_read_end(png, info);
  png_destroy_read_struct(&png, &info, NULL);
  camreport_rows_end(&rows);
  free(held);
  return CAMREPORT_PNG_OK;
}
