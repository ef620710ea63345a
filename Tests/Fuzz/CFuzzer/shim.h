#pragma once
#include <stddef.h>
#include <stdint.h>

// libFuzzer's driver, which the linker adds with -sanitize=fuzzer: calls `run` with inputs until one is fatal or time is up.
int LLVMFuzzerRunDriver(int *count, char ***arguments, int (*run)(const uint8_t *bytes, size_t size));
