#include "CVips.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#include <CRows.h>

// What is used of libvips 8 and GLib 2, whose headers no build needs to have.
typedef struct image image;
typedef struct region region;
typedef int (*load)(const void *data, size_t size, image **out, ...);
enum { SEQUENTIAL = 1, FAIL_ON_ERROR = 2, UCHAR = 0, USHORT = 2 };
enum { MULTIBAND = 0, B_W = 1, CMYK = 15, RGB = 17, SRGB = 22, RGB16 = 25, GREY16 = 26 };

static struct {
  int (*vips_init)(const char *name);
  void (*vips_concurrency_set)(int threads);
  void (*vips_cache_set_max)(int operations);
  const char *(*vips_error_buffer)(void);
  void (*vips_error_clear)(void);
  size_t (*vips_type_find)(const char *base, const char *nickname);
  int (*vips_image_get_width)(const image *);
  int (*vips_image_get_height)(const image *);
  int (*vips_image_get_bands)(const image *);
  int (*vips_image_get_format)(const image *);
  int (*vips_image_get_interpretation)(const image *);
  int (*vips_image_get_orientation)(image *);
  region *(*vips_region_new)(image *);
  uint8_t *(*vips_region_fetch)(region *, int left, int top, int width, int height, size_t *size);
  void (*g_object_unref)(void *);
  void (*g_free)(void *);
  unsigned (*g_log_set_handler)(const char *domain, int levels,
                                void (*)(const char *, int, const char *, void *), void *);
} vips;

static const struct {
  const char *function, *operation;
} loaders[] = {
    [CAMREPORT_VIPS_GIF] = {"vips_gifload_buffer", "gifload_buffer"},
    [CAMREPORT_VIPS_HEIF] = {"vips_heifload_buffer", "heifload_buffer"},
    [CAMREPORT_VIPS_TIFF] = {"vips_tiffload_buffer", "tiffload_buffer"},
    [CAMREPORT_VIPS_WEBP] = {"vips_webpload_buffer", "webpload_buffer"},
};

static void *library;

static void say_nothing(const char *domain, int level, const char *text, void *data) {
  (void)domain, (void)level, (void)text, (void)data;
}

#define FIND(name) ((vips.name = (__typeof__(vips.name))dlsym(found, #name)) != NULL)

// Opens libvips where that was not done yet. Returns 0 where it is not installed.
static int is_open(void) {
  if (library) return 1;
  void *found = dlopen("libvips.so.42", RTLD_NOW | RTLD_LOCAL);
  if (!found) return 0;
  // The functions of GLib are found among what libvips itself needs.
  if (!(FIND(vips_init) && FIND(vips_concurrency_set) && FIND(vips_cache_set_max) && FIND(vips_error_buffer) &&
        FIND(vips_error_clear) && FIND(vips_type_find) && FIND(vips_image_get_width) && FIND(vips_image_get_height) &&
        FIND(vips_image_get_bands) && FIND(vips_image_get_format) && FIND(vips_image_get_interpretation) &&
        FIND(vips_image_get_orientation) && FIND(vips_region_new) && FIND(vips_region_fetch) && FIND(g_object_unref) &&
        FIND(g_free) && FIND(g_log_set_handler))) {
    dlclose(found);
    return 0;
  }
  // What libvips warns of, and GLib of numbers that libvips took from a file, is not the user's to mend. ~3: messages of all
  // levels.
  vips.g_log_set_handler("VIPS", ~3, say_nothing, NULL);
  vips.g_log_set_handler("GLib-GObject", ~3, say_nothing, NULL);
  if (vips.vips_init("camreport")) return 0;
  vips.vips_concurrency_set(1);
  // Two files may lie at one address, one after the other: what was read of the first is not to be kept for the second.
  vips.vips_cache_set_max(0);
  library = found;
  return 1;
}

static int fail(char *message, const char *text) {
  snprintf(message, 200, "%s", text);
  return CAMREPORT_VIPS_CORRUPT;
}

// The first line of what libvips says, and whether that is how its readers say that the data end early. Lines about seeking behind
// the end come first with files of any fault: libheif asks how long a file is by it.
static int fail_as_vips_says(char *message) {
  static const char seek[] = "source: bad seek";
  static const char *const early[] = {"Unexpected end", "Read error", "Seek error", "Can not read TIFF directory"};
  const char *text = vips.vips_error_buffer();
  while (!strncmp(text, seek, sizeof seek - 1) && strchr(text, '\n')) text = strchr(text, '\n') + 1;
  fail(message, *text ? text : "libvips does not say why");
  message[strcspn(message, "\n")] = 0;
  vips.vips_error_clear();
  for (size_t index = 0; index < sizeof early / sizeof *early; index++) {
    if (strstr(message, early[index])) return CAMREPORT_VIPS_TRUNCATED;
  }
  return CAMREPORT_VIPS_CORRUPT;
}

static int open_image(enum camreport_vips_loader loader, const uint8_t *data, size_t size, image **out, char *message) {
  *out = NULL;
  if (!is_open() || !vips.vips_type_find("VipsOperation", loaders[loader].operation)) return CAMREPORT_VIPS_MISSING;
  load load = (__typeof__(load))dlsym(library, loaders[loader].function);
  if (!load) return CAMREPORT_VIPS_MISSING;
  vips.vips_error_clear();
  if (load(data, size, out, "access", SEQUENTIAL, "fail_on", FAIL_ON_ERROR, NULL)) return fail_as_vips_says(message);
  return CAMREPORT_VIPS_OK;
}

int camreport_vips_size(enum camreport_vips_loader loader, const uint8_t *data, size_t size, int *width, int *height,
                        int *orientation, char *message) {
  image *image;
  int code = open_image(loader, data, size, &image, message);
  if (code != CAMREPORT_VIPS_OK) return code;
  *width = vips.vips_image_get_width(image);
  *height = vips.vips_image_get_height(image);
  *orientation = vips.vips_image_get_orientation(image);
  vips.g_object_unref(image);
  return CAMREPORT_VIPS_OK;
}

struct kind {
  int bands, colors, is_wide;
};

// How an image's pixels lie in memory. Returns 0 for a kind that no photo has, such as L*a*b* or floating point.
static int find_kind(const image *image, struct kind *kind) {
  int format = vips.vips_image_get_format(image), interpretation = vips.vips_image_get_interpretation(image);
  kind->bands = vips.vips_image_get_bands(image);
  kind->colors = interpretation == CMYK ? 4 : kind->bands >= 3 ? 3 : 1;
  kind->is_wide = format == USHORT;
  switch (interpretation) {
    case MULTIBAND: case B_W: case CMYK: case RGB: case SRGB: case RGB16: case GREY16: break;
    default: return 0;
  }
  // One channel more than the colours' is alpha.
  return (format == UCHAR || format == USHORT) && (kind->bands == kind->colors || kind->bands == kind->colors + 1);
}

static void convert(struct kind kind, const uint8_t *source, uint8_t *rgb, size_t width) {
  for (size_t x = 0; x < width; x++, rgb += 3) {
    int value[5];
    for (int band = 0; band < kind.bands; band++) {
      size_t index = x * (size_t)kind.bands + (size_t)band;
      // To 8 bits as libpng does it.
      value[band] = kind.is_wide ? (int)((((const uint16_t *)source)[index] * 255u + 32895) >> 16) : source[index];
    }
    for (int channel = 0; channel < 3; channel++) {
      int color = kind.colors == 1 ? value[0] : value[channel];
      if (kind.colors == 4) color = camreport_ink(color, 255 - value[3]);
      rgb[channel] = kind.bands > kind.colors ? camreport_over_white(color, value[kind.colors]) : (uint8_t)color;
    }
  }
}

static int read_rows(image *image, struct kind kind, struct camreport_rows *rows, char *message) {
  region *region = vips.vips_region_new(image);
  if (!region) return fail_as_vips_says(message);
  int code = CAMREPORT_VIPS_OK;
  size_t line = rows->width * (size_t)kind.bands * (kind.is_wide ? 2 : 1);
  while (code == CAMREPORT_VIPS_OK && rows->y < rows->height) {
    size_t left = rows->height - rows->y, count = left < 64 ? left : 64, size;
    uint8_t *pixels = vips.vips_region_fetch(region, 0, (int)rows->y, (int)rows->width, (int)count, &size);
    if (!pixels) {
      code = fail_as_vips_says(message);
    } else if (size != count * line) {
      code = fail(message, "its rows are of another size than it says");
    } else {
      for (size_t row = 0; row < count; row++) {
        convert(kind, pixels + row * line, camreport_rows_next(rows), rows->width);
        camreport_rows_take(rows);
      }
    }
    vips.g_free(pixels);
  }
  vips.g_object_unref(region);
  return code;
}

int camreport_vips_decode(enum camreport_vips_loader loader, const uint8_t *data, size_t size, int shrink, uint8_t *rgb,
                          char *message) {
  image *image;
  struct kind kind;
  struct camreport_rows rows;
  int code = open_image(loader, data, size, &image, message);
  if (code != CAMREPORT_VIPS_OK) return code;
  size_t width = (size_t)vips.vips_image_get_width(image), height = (size_t)vips.vips_image_get_height(image);
  if (!find_kind(image, &kind)) {
    code = fail(message, "its pixels are not 8 or 16 bits of grey, of red, green and blue, or of inks");
  } else if (!camreport_rows_begin(&rows, rgb, width, height, shrink)) {
    code = fail(message, "out of memory");
  } else {
    code = read_rows(image, kind, &rows, message);
    camreport_rows_end(&rows);
  }
  vips.g_object_unref(image);
  return code;
}
