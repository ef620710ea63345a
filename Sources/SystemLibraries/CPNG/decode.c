#include "CPNG.h"

#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

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

int camreport_png_decode(const uint8_t *data, size_t size, uint8_t *rgb, char *message) {
  struct source source = {data, size, message, CAMREPORT_PNG_CORRUPT};
  png_infop info = NULL;
  uint8_t *volatile rgba = NULL;
  png_structp png = open_reader(&source, &info);
  if (!png) {
    strcpy(message, "out of memory");
    return CAMREPORT_PNG_CORRUPT;
  }
  if (setjmp(png_jmpbuf(png))) {
    png_destroy_read_struct(&png, &info, NULL);
    free(rgba);
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
  // Rows with alpha are read beside their place. Only an interlaced picture needs all of them at once.
  size_t held = !has_alpha ? 0 : passes > 1 ? height : 1;
  if (held && !(rgba = malloc(width * 4 * held))) png_error(png, "out of memory");
  for (int pass = 0; pass < passes; pass++) {
    for (size_t y = 0; y < height; y++) {
      uint8_t *row = !has_alpha ? rgb + y * width * 3 : rgba + (held > 1 ? y * width * 4 : 0);
      png_read_row(png, row, NULL);
      for (size_t x = 0; has_alpha && pass == passes - 1 && x < width; x++) {
        int alpha = row[x * 4 + 3];
        for (int channel = 0; channel < 3; channel++) {
          int sum = row[x * 4 + channel] * alpha + 255 * (255 - alpha);
          rgb[(y * width + x) * 3 + channel] = (uint8_t)((sum + 127) / 255);
        }
      }
    }
  }
  png_read_end(png, info);
  png_destroy_read_struct(&png, &info, NULL);
  free(rgba);
  return CAMREPORT_PNG_OK;
}
