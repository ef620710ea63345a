#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

// Standard output, which Swift has as a variable that anyone might change.
static inline FILE *camreport_stdout(void) { return stdout; }

// A mapped file that becomes shorter takes its bytes away from whoever reads them, and the system says so by SIGBUS. What follows
// ends the program with a sentence instead. It is C because a signal handler may call nothing that could be at work when the
// signal comes, and Swift does not say what it calls.

/// Reads `/proc/self/maps` up to the file that lies at `address` and puts its path into `path`, control characters as question
/// marks; an empty one where no file lies there.
static inline void camreport_mapped_path(uintptr_t address, char *path, size_t size) {
  const int descriptor = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
  // A line is `start-end rights offset device inode path`, and nothing before the path has a slash.
  uintptr_t bounds[2] = {0, 0};
  int bound = 0;
  size_t length = 0;
  char letter;
  while (descriptor >= 0 && read(descriptor, &letter, 1) == 1) {
    const int isThere = bound == 2 && address >= bounds[0] && address < bounds[1];
    if (letter == '\n') {
      if (isThere) break;
      bounds[0] = bounds[1] = 0;
      bound = 0;
    } else if (bound < 2 && (letter == '-' || letter == ' ')) {
      bound++;
    } else if (bound < 2) {
      bounds[bound] = bounds[bound] << 4 | (uintptr_t)(letter <= '9' ? letter - '0' : letter - 'a' + 10);
    } else if (isThere && (length || letter == '/') && length + 1 < size) {
      path[length++] = letter >= 0 && letter < ' ' ? '?' : letter;
    }
  }
  path[length] = 0;
  if (descriptor >= 0) close(descriptor);
}

static inline void camreport_lost_bytes(int number, siginfo_t *info, void *context) {
  (void)context;
  char sentence[4200] = "camreport: ";
  const size_t start = strlen(sentence);
  camreport_mapped_path((uintptr_t)info->si_addr, sentence + start, 4096);
  const size_t length = strlen(sentence);
  if (length == start) {
    // Of another cause: what the system does about it, when the instruction is run again.
    signal(number, SIG_DFL);
    return;
  }
  const char end[] = ": became shorter while it was read\n";
  memcpy(sentence + length, end, sizeof end);
  if (write(STDERR_FILENO, sentence, length + sizeof end - 1) < 0) _exit(1);
  _exit(1);
}

/// Ends the program with a sentence, from now on, where a mapped file becomes shorter while it is read.
static inline void camreport_explain_lost_bytes(void) {
  struct sigaction action = {0};
  action.sa_sigaction = camreport_lost_bytes;
  action.sa_flags = SA_SIGINFO;
  sigaction(SIGBUS, &action, NULL);
}

/// Where the signal lies that asked the program to end; 0 for none yet. Only one Swift file may ask for it: each has its own.
static inline volatile sig_atomic_t *camreport_noted_signal(void) {
  static volatile sig_atomic_t number;
  return &number;
}

static inline void camreport_note_signal(int number) { *camreport_noted_signal() = number; }

/// Has Ctrl-C and requests to end noted, from now on, unless whoever started the program has them ignored. The second of a kind
/// ends the program. Programs that start others from a thread without signals leave them blocked, which is undone.
static inline void camreport_note_signals(void) {
  const int numbers[] = {SIGINT, SIGTERM};
  sigset_t set;
  sigemptyset(&set);
  for (int index = 0; index < 2; index++) {
    struct sigaction action = {0}, before;
    action.sa_handler = camreport_note_signal;
    action.sa_flags = SA_RESTART | (int)SA_RESETHAND;
    if (sigaction(numbers[index], NULL, &before) == 0 && before.sa_handler != SIG_IGN) {
      sigaction(numbers[index], &action, NULL);
    }
    sigaddset(&set, numbers[index]);
  }
  sigprocmask(SIG_UNBLOCK, &set, NULL);
}

static inline int camreport_signal(void) { return *camreport_noted_signal(); }
