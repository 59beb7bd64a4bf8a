#define _GNU_SOURCE 1
#include "loop.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

int32_t mayday_signals_open(void) {
  static const int as_data[] = {SIGHUP, SIGINT, SIGTERM, SIGWINCH, SIGTSTP, SIGCONT};
  sigset_t set;
  sigemptyset(&set);
  for (size_t index = 0; index < sizeof as_data / sizeof *as_data; index++) {
    sigaddset(&set, as_data[index]);
  }
  sigset_t blocked = set;
  sigaddset(&blocked, SIGPIPE);
  sigaddset(&blocked, SIGXFSZ);
  const int error = pthread_sigmask(SIG_BLOCK, &blocked, NULL);
  if (error) return -error;
  const int descriptor = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  return descriptor < 0 ? -errno : descriptor;
}

void mayday_stop_and_continue(void) {
  struct sigaction standard, before;
  memset(&standard, 0, sizeof standard);
  standard.sa_handler = SIG_DFL;
  sigaction(SIGTSTP, &standard, &before);
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTSTP);
  kill(0, SIGTSTP);
  // It is pending now and takes effect here; the next line runs when the shell says `fg`.
  pthread_sigmask(SIG_UNBLOCK, &stop, NULL);
  pthread_sigmask(SIG_BLOCK, &stop, NULL);
  sigaction(SIGTSTP, &before, NULL);
  sigset_t woken;
  sigemptyset(&woken);
  sigaddset(&woken, SIGCONT);
  const struct timespec now = {0, 0};
  sigtimedwait(&woken, NULL, &now);
}

int32_t mayday_bell_open(void) {
  const int descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  return descriptor < 0 ? -errno : descriptor;
}

void mayday_bell_ring(int32_t descriptor) {
  const uint64_t one = 1;
  // It can only fail when the counter is full, and then the bell is ringing anyway.
  while (write(descriptor, &one, sizeof one) < 0 && errno == EINTR) {}
}

void mayday_bell_clear(int32_t descriptor) {
  uint64_t count;
  while (read(descriptor, &count, sizeof count) < 0 && errno == EINTR) {}
}

int32_t mayday_wait(int32_t input, int32_t bell, int32_t signals, int32_t milliseconds) {
  struct pollfd waiting[] = {
      {.fd = input, .events = POLLIN},
      {.fd = bell, .events = POLLIN},
      {.fd = signals, .events = POLLIN},
  };
  if (poll(waiting, 3, milliseconds) <= 0) return 0;
  int32_t result = 0;
  if (waiting[0].revents & (POLLHUP | POLLERR | POLLNVAL)) {
    result |= MAYDAY_WAKE_HANGUP;
  } else if (waiting[0].revents & POLLIN) {
    result |= MAYDAY_WAKE_INPUT;
  }
  if (waiting[1].revents & POLLIN) result |= MAYDAY_WAKE_BELL;
  if (waiting[2].revents & POLLIN) result |= MAYDAY_WAKE_SIGNAL;
  return result;
}
