#include "doorbell.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

int mayday_doorbell_open(void) {
  int listener = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  return listener < 0 ? -errno : listener;
}

int mayday_doorbell_listen(int listener, const char *path) {
  int watch = inotify_add_watch(listener, path, IN_ATTRIB | IN_MODIFY | IN_DELETE_SELF | IN_MOVE_SELF);
  return watch < 0 ? -errno : watch;
}

int mayday_doorbell_drain(int listener, int bell) {
  /* Aligned for the struct that the kernel writes; a name never comes for a watched file. */
  _Alignas(struct inotify_event) char buffer[4096];
  int heard = 0;
  for (;;) {
    ssize_t count = read(listener, buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno == EAGAIN ? heard : -errno;
    if (count == 0) return heard;
    for (char *at = buffer; at < buffer + count;) {
      struct inotify_event *event = (struct inotify_event *)at;
      int overflowed = event->wd < 0;
      heard |= overflowed || event->wd == bell ? MAYDAY_DOORBELL_RUNG : MAYDAY_DOORBELL_CHANGED;
      if (event->mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED | IN_UNMOUNT)) {
        heard |= MAYDAY_DOORBELL_LOST;
      }
      at += sizeof *event + event->len;
    }
  }
}

int mayday_doorbell_wait(int listener, int stop, int milliseconds) {
  struct pollfd both[2] = {{.fd = stop, .events = POLLIN}, {.fd = listener, .events = POLLIN}};
  int count = poll(both, 2, milliseconds);
  if (count < 0 && errno != EINTR) return -errno;
  return count > 0 && both[0].revents != 0;
}

int mayday_doorbell_stop_open(void) {
  int stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  return stop < 0 ? -errno : stop;
}

int mayday_doorbell_stop(int stop) {
  uint64_t one = 1;
  return write(stop, &one, sizeof one) == sizeof one ? 0 : -errno;
}
