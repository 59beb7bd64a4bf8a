#define _GNU_SOURCE 1
#include "output.h"

#include "CTerminal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>

// ncurses writes a frame in several pieces, and waits where the line takes no more: a lost
// connection would stop the program, signals and all. So its file's descriptor is the terminal only
// while modes are set, and else a file in memory, of which each frame goes out by one write.
static FILE *file;
static int memory = -1;
static int line = -1;  // the terminal, opened anew so that not to wait is this program's own affair
static char *waiting;
static size_t waiting_count, waiting_room;

FILE *mayday_output_open(void) {
  const int channel = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
  if (channel < 0) return NULL;
  file = fdopen(channel, "w");
  if (!file) {
    close(channel);
    return NULL;
  }
  memory = memfd_create("frame", MFD_CLOEXEC);
  line = open("/proc/self/fd/1", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  // After `su` the terminal may be another's: then a write may wait.
  if (line < 0) line = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
  return file;
}

void mayday_output_gather(void) {
  if (memory >= 0) dup3(memory, fileno(file), O_CLOEXEC);
}

void mayday_output_collect(void) {
  const int channel = fileno(file);
  const off_t end = memory < 0 ? 0 : lseek(channel, 0, SEEK_CUR);
  if (end <= 0) return;
  const size_t count = (size_t)end;
  if (waiting_count + count > waiting_room) {
    char *larger = realloc(waiting, waiting_count + count);
    if (!larger) return;
    waiting = larger;
    waiting_room = waiting_count + count;
  }
  const ssize_t taken = pread(channel, waiting + waiting_count, count, 0);
  if (taken > 0) waiting_count += (size_t)taken;
  lseek(channel, 0, SEEK_SET);
}

bool mayday_screen_flush(void) {
  size_t sent = 0;
  while (sent < waiting_count) {
    const ssize_t written = write(line, waiting + sent, waiting_count - sent);
    if (written > 0) {
      sent += (size_t)written;
    } else if (written < 0 && errno == EAGAIN) {
      break;
    } else if (written == 0 || errno != EINTR) {
      // The terminal is gone; the loop hears of it.
      sent = waiting_count;
    }
  }
  waiting_count -= sent;
  if (waiting_count > 0) memmove(waiting, waiting + sent, waiting_count);
  return waiting_count == 0;
}

void mayday_output_direct(const char *bytes) {
  mayday_output_collect();
  if (!mayday_screen_flush()) {
    tcflush(STDOUT_FILENO, TCOFLUSH);
    waiting_count = 0;
  }
  dup3(STDOUT_FILENO, fileno(file), O_CLOEXEC);
  const ssize_t written = write(fileno(file), bytes, strlen(bytes));
  (void)written;
}

void mayday_output_close(void) {
  fclose(file);
  file = NULL;
  if (memory >= 0) close(memory);
  if (line >= 0) close(line);
  memory = line = -1;
  free(waiting);
  waiting = NULL;
  waiting_count = waiting_room = 0;
}
