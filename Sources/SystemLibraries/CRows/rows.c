#include "CRows.h"

#include <stdlib.h>
#include <string.h>

int camreport_rows_begin(struct camreport_rows *rows, uint8_t *rgb, size_t width, size_t height, int shrink) {
  *rows = (struct camreport_rows){rgb, width, height, (size_t)shrink, 0, NULL, NULL};
  if (shrink == 1) return 1;
  rows->line = malloc(width * 3);
  rows->sums = calloc(width * 3, sizeof *rows->sums);
  if (rows->line && rows->sums) return 1;
  camreport_rows_end(rows);
  return 0;
}

uint8_t *camreport_rows_next(struct camreport_rows *rows) {
  return rows->shrink == 1 ? rows->rgb + rows->y * rows->width * 3 : rows->line;
}

// Writes the means of the last `count` rows.
static void write_means(struct camreport_rows *rows, size_t count) {
  size_t shrink = rows->shrink, columns = (rows->width + shrink - 1) / shrink;
  uint8_t *target = rows->rgb + (rows->y - 1) / shrink * columns * 3;
  for (size_t x = 0; x < columns; x++) {
    size_t first = x * shrink, left = rows->width - first, wide = left < shrink ? left : shrink;
    for (size_t channel = 0; channel < 3; channel++) {
      uint32_t sum = 0, pixels = (uint32_t)(wide * count);
      for (size_t index = 0; index < wide; index++) sum += rows->sums[(first + index) * 3 + channel];
      target[x * 3 + channel] = (uint8_t)((sum + pixels / 2) / pixels);
    }
  }
  memset(rows->sums, 0, rows->width * 3 * sizeof *rows->sums);
}

void camreport_rows_take(struct camreport_rows *rows) {
  rows->y++;
  if (rows->shrink == 1) return;
  // The sums of 8 rows' bytes fit 16 bits.
  for (size_t index = 0; index < rows->width * 3; index++) rows->sums[index] += rows->line[index];
  size_t count = (rows->y - 1) % rows->shrink + 1;
  if (count == rows->shrink || rows->y == rows->height) write_means(rows, count);
}

void camreport_rows_end(struct camreport_rows *rows) {
  free(rows->line);
  free(rows->sums);
  rows->line = NULL;
  rows->sums = NULL;
}
