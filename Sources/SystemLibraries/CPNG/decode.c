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
  // Limits are the caller's: it refuses a picture by its size before any pixel is allocated.
  png_set_user_limits(png, 0x7fffffff, 0x7fffffff);
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

static void keep_exif(png_structp png, png_infop info, uint8_t **exif, size_t *exif_size) {
  png_bytep bytes = NULL;
  png_uint_32 count = 0;
  if (*exif || !png_get_eXIf_1(png, info, &count, &bytes) || count == 0) return;
  *exif = malloc(count);
  if (!*exif) return;
  memcpy(*exif, bytes, count);
  *exif_size = count;
}

int camreport_png_decode(const uint8_t *data, size_t size, uint8_t *rgb, uint8_t **exif, size_t *exif_size,
                         char *message) {
  struct source source = {data, size, message, CAMREPORT_PNG_CORRUPT};
  png_infop info = NULL;
  uint8_t *volatile rgba = NULL;
  *exif = NULL;
  *exif_size = 0;
  png_structp png = open_reader(&source, &info);
  if (!png) {
    strcpy(message, "out of memory");
    return CAMREPORT_PNG_CORRUPT;
  }
  if (setjmp(png_jmpbuf(png))) {
    png_destroy_read_struct(&png, &info, NULL);
    free(rgba);
    free(*exif);
    *exif = NULL;
    *exif_size = 0;
    return source.code;
  }
  png_read_info(png, info);
  png_set_expand(png);
  png_set_scale_16(png);
  png_set_gray_to_rgb(png);
  png_set_add_alpha(png, 255, PNG_FILLER_AFTER);
  int passes = png_set_interlace_handling(png);
  png_read_update_info(png, info);
  size_t width = png_get_image_width(png, info);
  size_t height = png_get_image_height(png, info);
  // Only an interlaced picture needs all its rows at once.
  size_t held = passes > 1 ? height : 1;
  rgba = malloc(width * 4 * held);
  if (!rgba) png_error(png, "out of memory");
  for (int pass = 0; pass < passes - 1; pass++) {
    for (size_t y = 0; y < height; y++) png_read_row(png, rgba + y * width * 4, NULL);
  }
  for (size_t y = 0; y < height; y++) {
    uint8_t *row = rgba + (held > 1 ? y * width * 4 : 0);
    png_read_row(png, row, NULL);
    for (size_t x = 0; x < width; x++) {
      int alpha = row[x * 4 + 3];
      for (int channel = 0; channel < 3; channel++) {
        int sum = row[x * 4 + channel] * alpha + 255 * (255 - alpha);
        rgb[(y * width + x) * 3 + channel] = (uint8_t)((sum + 127) / 255);
      }
    }
  }
  keep_exif(png, info, exif, exif_size);
  png_read_end(png, info);
  keep_exif(png, info, exif, exif_size);
  png_destroy_read_struct(&png, &info, NULL);
  free(rgba);
  return CAMREPORT_PNG_OK;
}
