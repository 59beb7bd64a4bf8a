#define _GNU_SOURCE 1
#include "CTerminal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

// Everything a handler touches is static and was filled before the guard was armed.
static volatile sig_atomic_t armed;
static char restore_bytes[512];
static size_t restore_count;
static struct termios restore_modes;
static bool has_modes;
static int restore_error = -1;

// Faults first, then what else ends a process by default and is not blocked elsewhere.
static const int guarded[] = {
    SIGILL,  SIGTRAP, SIGSEGV, SIGBUS,  SIGFPE,  SIGABRT,   SIGQUIT, SIGSYS,
    SIGXCPU, SIGALRM, SIGUSR1, SIGUSR2, SIGVTALRM, SIGPROF,
};
enum { GUARDED = sizeof guarded / sizeof *guarded };
static struct sigaction previous[GUARDED];

static void write_all(const char *bytes, size_t count) {
  while (count > 0) {
    ssize_t written = write(STDOUT_FILENO, bytes, count);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    bytes += written;
    count -= (size_t)written;
  }
}

static bool give_back(void) {
  if (!__atomic_exchange_n(&armed, 0, __ATOMIC_SEQ_CST)) return false;
  write_all(restore_bytes, restore_count);
  if (has_modes) tcsetattr(STDIN_FILENO, TCSANOW, &restore_modes);
  if (restore_error >= 0) dup2(restore_error, STDERR_FILENO);
  return true;
}

static void at_exit(void) {
  give_back();
}

static void handle(int number, siginfo_t *info, void *context) {
  int kept = errno;
  if (give_back()) {
    char text[] = "mayday: stopped by signal 00; what was saved is in the record.\n";
    char *digits = strstr(text, "00");
    digits[0] = (char)('0' + number / 10);
    digits[1] = (char)('0' + number % 10);
    write_all(text, sizeof text - 1);
    // Swift's handler may ask what to do next and would wait half a minute for a key.
    const int nothing = open("/dev/null", O_RDONLY);
    if (nothing >= 0) dup2(nothing, STDIN_FILENO);
  }
  errno = kept;
  for (int index = 0; index < GUARDED; index++) {
    if (guarded[index] != number) continue;
    struct sigaction *before = &previous[index];
    if (before->sa_flags & SA_SIGINFO) {
      before->sa_sigaction(number, info, context);
    } else if (before->sa_handler != SIG_DFL && before->sa_handler != SIG_IGN) {
      before->sa_handler(number);
    }
  }
  // The one before has done its part, or there was none: now the default ends the process.
  struct sigaction standard;
  memset(&standard, 0, sizeof standard);
  standard.sa_handler = SIG_DFL;
  sigaction(number, &standard, NULL);
  raise(number);
}

void mayday_guard_install(void) {
  static bool installed;
  has_modes = tcgetattr(STDIN_FILENO, &restore_modes) == 0;
  if (installed) return;
  installed = true;
  // A stack that ran over cannot carry its own handler.
  static char spare_stack[65536];
  stack_t stack;
  if (sigaltstack(NULL, &stack) == 0 && (stack.ss_flags & SS_DISABLE)) {
    stack.ss_sp = spare_stack;
    stack.ss_size = sizeof spare_stack;
    stack.ss_flags = 0;
    sigaltstack(&stack, NULL);
  }
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = handle;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  for (int index = 0; index < GUARDED; index++) {
    sigaction(guarded[index], &action, &previous[index]);
  }
  atexit(at_exit);
}

void mayday_guard_arm(const char *restore, size_t count, int32_t standard_error) {
  restore_count = count < sizeof restore_bytes ? count : sizeof restore_bytes;
  memcpy(restore_bytes, restore, restore_count);
  restore_error = standard_error;
  __atomic_store_n(&armed, 1, __ATOMIC_SEQ_CST);
}

void mayday_guard_disarm(void) {
  __atomic_store_n(&armed, 0, __ATOMIC_SEQ_CST);
}
