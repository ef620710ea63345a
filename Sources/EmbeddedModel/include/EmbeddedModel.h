#pragma once
#include <stddef.h>

/// Data inside the program; it lives as long as the program.
struct camreport_embedded_region {
  const void *bytes;
  size_t count;
};

/// EfficientNet-Lite0's published parameters, a safetensors file.
struct camreport_embedded_region camreport_embedded_weights(void);

/// The ILSVRC-2012 class names, a JSON list.
struct camreport_embedded_region camreport_embedded_class_names(void);
