// Lets one of a program's calls fail, for tests, which compile this and name it in LD_PRELOAD:
//   FAULT=open:3:24      the third `open` fails with errno 24; of number 0 all do
//   FAULT=open:3:-9      the program is killed by signal 9 in its place
//   FAULT_LOG=FILE       the file that is told, by a byte, that it did
// What is counted is about the files that the program is given, whose paths are relative, and about its standard output.
// `shrink` and `change` let a mapping succeed and then do that to the file.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static char kind[16], log_file[4096], paths[1024][256];
static int number, code;
static atomic_int calls;

__attribute__((constructor)) static void read_fault(void) {
  const char *fault = getenv("FAULT"), *log = getenv("FAULT_LOG");
  if (fault) sscanf(fault, "%15[a-z]:%d:%d", kind, &number, &code);
  if (log) strncpy(log_file, log, sizeof log_file - 1);
  strcpy(paths[STDOUT_FILENO], "standard output");
}

static int is_known(int descriptor) { return descriptor >= 0 && descriptor < 1024 && paths[descriptor][0]; }

/// Whether this call of a kind is the one.
static int is_due(const char *name) {
  if (strcmp(name, kind)) return 0;
  const int call = ++calls;
  if (number && call != number) return 0;
  const int log = (int)syscall(SYS_openat, AT_FDCWD, log_file, O_WRONLY | O_CREAT | O_APPEND, 0644);
  syscall(SYS_write, log, "!", 1);
  syscall(SYS_close, log);
  if (code < 0) kill(getpid(), -code);
  errno = code;
  return 1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static int opened(const char *path, int descriptor) {
  if (descriptor >= 0 && descriptor < 1024) {
    paths[descriptor][0] = 0;
    if (path[0] != '/') strncpy(paths[descriptor], path, 255);
  }
  return descriptor;
}

#define OPEN(name) \
  int name(const char *path, int flags, ...) { \
    va_list rest; \
    va_start(rest, flags); \
    const mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0; \
    va_end(rest); \
    return path[0] != '/' && is_due("open") ? -1 : opened(path, REAL(name)(path, flags, mode)); \
  }
OPEN(open)
OPEN(open64)

ssize_t read(int descriptor, void *bytes, size_t count) {
  return is_known(descriptor) && is_due("read") ? -1 : REAL(read)(descriptor, bytes, count);
}

/// Half of the bytes are written first, as where a disk has room for them.
ssize_t write(int descriptor, const void *bytes, size_t count) {
  if (!is_known(descriptor) || !is_due("write")) return REAL(write)(descriptor, bytes, count);
  REAL(write)(descriptor, bytes, count / 2);
  errno = code;
  return -1;
}

int close(int descriptor) {
  const int fails = is_known(descriptor) && is_due("close");
  if (descriptor >= 0 && descriptor < 1024) paths[descriptor][0] = 0;
  const int result = REAL(close)(descriptor);
  if (fails) errno = code;
  return fails ? -1 : result;
}

int fsync(int descriptor) { return is_known(descriptor) && is_due("fsync") ? -1 : REAL(fsync)(descriptor); }

int rename(const char *old, const char *new) { return is_due("rename") ? -1 : REAL(rename)(old, new); }

int mkdir(const char *path, mode_t mode) { return is_due("mkdir") ? -1 : REAL(mkdir)(path, mode); }

int unlink(const char *path) { return is_due("unlink") ? -1 : REAL(unlink)(path); }

int fstat(int descriptor, struct stat *status) {
  return is_known(descriptor) && is_due("fstat") ? -1 : REAL(fstat)(descriptor, status);
}

static void *mapped(void *start, int descriptor) {
  if (!is_known(descriptor)) return start;
  if (is_due("shrink") && truncate(paths[descriptor], 4096)) abort();
  if (is_due("change") && utimensat(AT_FDCWD, paths[descriptor], NULL, 0)) abort();
  return start;
}

#define MAP(name, offset_type) \
  void *name(void *start, size_t size, int rights, int flags, int descriptor, offset_type offset) { \
    return is_known(descriptor) && is_due("mmap") \
      ? MAP_FAILED : mapped(REAL(name)(start, size, rights, flags, descriptor, offset), descriptor); \
  }
MAP(mmap, off_t)
MAP(mmap64, off64_t)

/// Of a library that is opened when it is first needed.
void *dlopen(const char *file, int mode) {
  return file && strstr(file, "openblas") && is_due("dlopen") ? NULL : REAL(dlopen)(file, mode);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*body)(void *), void *argument) {
  return is_due("thread") ? code : REAL(pthread_create)(thread, attributes, body, argument);
}
