#define _GNU_SOURCE 1
#include "loop.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>

int32_t mayday_loop_signals(void) {
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

void mayday_loop_stop(void) {
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

int32_t mayday_loop_wait(int32_t input, int32_t wake, int32_t signals, int32_t milliseconds) {
  struct pollfd waiting[] = {
      {.fd = input, .events = POLLIN},
      {.fd = wake, .events = POLLIN},
      {.fd = signals, .events = POLLIN},
  };
  if (poll(waiting, 3, milliseconds) <= 0) return 0;
  int32_t result = 0;
  if (waiting[0].revents & (POLLHUP | POLLERR | POLLNVAL)) {
    result |= MAYDAY_LOOP_HANGUP;
  } else if (waiting[0].revents & POLLIN) {
    result |= MAYDAY_LOOP_INPUT;
  }
  if (waiting[1].revents & POLLIN) result |= MAYDAY_LOOP_WAKE;
  if (waiting[2].revents & POLLIN) result |= MAYDAY_LOOP_SIGNAL;
  return result;
}
