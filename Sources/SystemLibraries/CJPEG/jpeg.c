#include "CJPEG.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
// After jpeglib.h, which it needs.
#include <jerror.h>

#include <CRows.h>

struct error_manager {
  struct jpeg_error_mgr base;
  jmp_buf back;
  char *message;
  int code;
};

static void fail(j_common_ptr info) {
  struct error_manager *manager = (struct error_manager *)info->err;
  (*info->err->format_message)(info, manager->message);
  if (info->err->msg_code == JERR_INPUT_EOF) manager->code = CAMREPORT_JPEG_TRUNCATED;
  longjmp(manager->back, 1);
}

// libjpeg only warns where the data end early, and fills the rest with grey: here that is an error.
static void warn(j_common_ptr info, int level) {
  if (level >= 0) return;
  int code = info->err->msg_code;
  if (code != JWRN_JPEG_EOF && code != JWRN_HIT_MARKER) return;
  ((struct error_manager *)info->err)->code = CAMREPORT_JPEG_TRUNCATED;
  fail(info);
}

static void set_up(struct error_manager *manager, char *message) {
  jpeg_std_error(&manager->base);
  manager->base.error_exit = fail;
  manager->base.emit_message = warn;
  manager->message = message;
  manager->code = CAMREPORT_JPEG_CORRUPT;
}

int camreport_jpeg_size(const uint8_t *data, size_t size, int *width, int *height, char *message) {
  struct error_manager manager;
  struct jpeg_decompress_struct info;
  info.err = &manager.base;
  set_up(&manager, message);
  if (setjmp(manager.back)) {
    jpeg_destroy_decompress(&info);
    return manager.code;
  }
  jpeg_create_decompress(&info);
  jpeg_mem_src(&info, data, size);
  jpeg_read_header(&info, TRUE);
  *width = (int)info.image_width;
  *height = (int)info.image_height;
  jpeg_destroy_decompress(&info);
  return CAMREPORT_JPEG_OK;
}

// A scan of a few bytes may be about every pixel: a small file could keep libjpeg at work for hours. It calls this meanwhile.
static void count_scans(j_common_ptr info) {
  if (((j_decompress_ptr)info)->input_scan_number <= CAMREPORT_JPEG_LARGEST_SCAN_COUNT) return;
  struct error_manager *manager = (struct error_manager *)info->err;
  snprintf(manager->message, JMSG_LENGTH_MAX, "it has more than %d scans", CAMREPORT_JPEG_LARGEST_SCAN_COUNT);
  longjmp(manager->back, 1);
}

int camreport_jpeg_decode(const uint8_t *data, size_t size, int shrink, uint8_t *rgb, char *message) {
  struct error_manager manager;
  struct jpeg_decompress_struct info;
  struct jpeg_progress_mgr progress = {.progress_monitor = count_scans};
  uint8_t *volatile line = NULL;
  info.err = &manager.base;
  set_up(&manager, message);
  if (setjmp(manager.back)) {
    jpeg_destroy_decompress(&info);
    free(line);
    return manager.code;
  }
  jpeg_create_decompress(&info);
  info.progress = &progress;
  jpeg_mem_src(&info, data, size);
  jpeg_read_header(&info, TRUE);
  int inks = info.jpeg_color_space == JCS_CMYK || info.jpeg_color_space == JCS_YCCK;
  info.out_color_space = inks ? JCS_CMYK : JCS_RGB;
  info.scale_num = 1;
  info.scale_denom = (unsigned)shrink;
  jpeg_start_decompress(&info);
  size_t width = info.output_width;
  if (inks) {
    line = malloc(width * 4);
    if (!line) ERREXIT1(&info, JERR_OUT_OF_MEMORY, 0);
  }
  while (info.output_scanline < info.output_height) {
    uint8_t *row = rgb + (size_t)info.output_scanline * width * 3;
    JSAMPROW target = inks ? line : row;
    jpeg_read_scanlines(&info, &target, 1);
    for (size_t x = 0; inks && x < width; x++) {
      for (int channel = 0; channel < 3; channel++) {
        // Inverted inks: 255 − value is the ink.
        row[x * 3 + channel] = camreport_ink(255 - line[x * 4 + channel], line[x * 4 + 3]);
      }
    }
  }
  jpeg_finish_decompress(&info);
  jpeg_destroy_decompress(&info);
  free(line);
  return CAMREPORT_JPEG_OK;
}

int camreport_jpeg_encode(const uint8_t *rgb, int width, int height, int quality, uint8_t **out, size_t *size,
                          char *message) {
  struct error_manager manager;
  struct jpeg_compress_struct info;
  unsigned long count = 0;
  *out = NULL;
  info.err = &manager.base;
  set_up(&manager, message);
  if (setjmp(manager.back)) {
    // Until this call `*out` is not the buffer that libjpeg grew.
    if (*out) (*info.dest->term_destination)(&info);
    jpeg_destroy_compress(&info);
    free(*out);
    *out = NULL;
    return manager.code;
  }
  jpeg_create_compress(&info);
  jpeg_mem_dest(&info, out, &count);
  info.image_width = (JDIMENSION)width;
  info.image_height = (JDIMENSION)height;
  info.input_components = 3;
  info.in_color_space = JCS_RGB;
  jpeg_set_defaults(&info);
  jpeg_set_quality(&info, quality, TRUE);
  // The standard's Huffman codes: those made for a picture save 2 % of its bytes and take two thirds of the time.
  if (quality >= 90) info.comp_info[0].h_samp_factor = info.comp_info[0].v_samp_factor = 1;
  jpeg_start_compress(&info, TRUE);
  while (info.next_scanline < info.image_height) {
    JSAMPROW rows[16];
    JDIMENSION count = info.image_height - info.next_scanline;
    if (count > 16) count = 16;
    for (JDIMENSION row = 0; row < count; row++) {
      rows[row] = (JSAMPROW)(rgb + (size_t)(info.next_scanline + row) * (size_t)width * 3);
    }
    jpeg_write_scanlines(&info, rows, count);
  }
  jpeg_finish_compress(&info);
  jpeg_destroy_compress(&info);
  *size = count;
  return CAMREPORT_JPEG_OK;
}
