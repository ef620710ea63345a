#include "EmbeddedModel.h"

// One cache line of alignment: the float32 values are used where they lie.
_Alignas(64) static const unsigned char weights[] = {
#embed "efficientnet-lite0.safetensors"
};

static const unsigned char class_names[] = {
#embed "imagenet-class-names.json"
};

struct camreport_embedded_region camreport_embedded_weights(void) {
  return (struct camreport_embedded_region){weights, sizeof weights};
}

struct camreport_embedded_region camreport_embedded_class_names(void) {
  return (struct camreport_embedded_region){class_names, sizeof class_names};
}
