#define _GNU_SOURCE 1
#include "pty.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

int mayday_pty_open(uint16_t rows, uint16_t columns, char *slave_path, size_t slave_path_size) {
  int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
  if (master < 0) return -errno;
  int problem = 0;
  if (grantpt(master) < 0 || unlockpt(master) < 0) problem = errno;
  if (!problem) problem = ptsname_r(master, slave_path, slave_path_size);
  /* A new terminal is 0x0, which many programs take for "no terminal": sized before anyone looks. */
  if (!problem) problem = -mayday_pty_resize(master, rows, columns);
  if (problem) {
    close(master);
    return -problem;
  }
  return master;
}

int mayday_pty_resize(int terminal, uint16_t rows, uint16_t columns) {
  struct winsize size = {.ws_row = rows, .ws_col = columns};
  return ioctl(terminal, TIOCSWINSZ, &size) < 0 ? -errno : 0;
}

int mayday_pty_size(int terminal, uint16_t *rows, uint16_t *columns) {
  struct winsize size;
  if (ioctl(terminal, TIOCGWINSZ, &size) < 0) return -errno;
  *rows = size.ws_row;
  *columns = size.ws_col;
  return 0;
}

pid_t mayday_pty_foreground(int master) {
  /* tcgetpgrp refuses a terminal that is not the caller's; the master may be asked directly. */
  pid_t group = 0;
  return ioctl(master, TIOCGPGRP, &group) < 0 ? -errno : group;
}

int mayday_pty_read_modes(int terminal, mayday_pty_modes *modes) {
  struct termios now;
  if (tcgetattr(terminal, &now) < 0) return -errno;
  modes->echoes = (now.c_lflag & ECHO) != 0;
  modes->edits_lines = (now.c_lflag & ICANON) != 0;
  modes->makes_signals = (now.c_lflag & ISIG) != 0;
  return 0;
}

static int fill_actions(posix_spawn_file_actions_t *actions, const mayday_spawn_plan *plan) {
  int problem = 0;
  if (plan->terminal) {
    /* Opened by the session's leader without O_NOCTTY: it becomes the controlling terminal. */
    problem = posix_spawn_file_actions_addopen(actions, 0, plan->terminal, O_RDWR, 0);
    if (!problem) problem = posix_spawn_file_actions_adddup2(actions, 0, 1);
    if (!problem) problem = posix_spawn_file_actions_adddup2(actions, 0, 2);
  } else {
    problem = posix_spawn_file_actions_adddup2(actions, plan->input, 0);
    if (!problem) problem = posix_spawn_file_actions_adddup2(actions, plan->output, 1);
    if (!problem) problem = posix_spawn_file_actions_adddup2(actions, plan->error, 2);
  }
  if (!problem && plan->directory)
    problem = posix_spawn_file_actions_addchdir_np(actions, plan->directory);
  if (!problem) problem = posix_spawn_file_actions_addclosefrom_np(actions, 3);
  return problem;
}

static int fill_attributes(posix_spawnattr_t *attributes, const mayday_spawn_plan *plan) {
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  sigdelset(&all, SIGKILL);
  sigdelset(&all, SIGSTOP);
  short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
  if (plan->terminal) flags |= POSIX_SPAWN_SETSID;
  if (!plan->terminal && plan->own_group) flags |= POSIX_SPAWN_SETPGROUP;
  int problem = posix_spawnattr_setsigmask(attributes, &none);
  if (!problem) problem = posix_spawnattr_setsigdefault(attributes, &all);
  if (!problem) problem = posix_spawnattr_setpgroup(attributes, 0);
  if (!problem) problem = posix_spawnattr_setflags(attributes, flags);
  return problem;
}

pid_t mayday_spawn(const mayday_spawn_plan *plan) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  int problem = posix_spawn_file_actions_init(&actions);
  if (problem) return -problem;
  problem = posix_spawnattr_init(&attributes);
  if (problem) {
    posix_spawn_file_actions_destroy(&actions);
    return -problem;
  }
  pid_t process = 0;
  problem = fill_actions(&actions, plan);
  if (!problem) problem = fill_attributes(&attributes, plan);
  if (!problem)
    problem = posix_spawn(&process, plan->path, &actions, &attributes, plan->arguments,
                          plan->environment);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return problem ? -problem : process;
}

int mayday_process_watch(pid_t process) {
  int descriptor = (int)syscall(SYS_pidfd_open, process, 0);
  return descriptor < 0 ? -errno : descriptor;
}

int mayday_process_ended(pid_t process, int *code, int *signal) {
  siginfo_t info;
  memset(&info, 0, sizeof info);
  *code = 0;
  *signal = 0;
  while (waitid(P_PID, (id_t)process, &info, WEXITED | WNOHANG | WNOWAIT) < 0)
    if (errno != EINTR) return -errno;
  if (info.si_pid == 0) return 0;
  if (info.si_code == CLD_EXITED)
    *code = info.si_status;
  else
    *signal = info.si_status;
  return 1;
}

int mayday_process_reap(pid_t process) {
  while (waitpid(process, NULL, 0) < 0)
    if (errno != EINTR) return -errno;
  return 0;
}

int mayday_session_signal(pid_t session, int signal) {
  DIR *processes = opendir("/proc");
  if (!processes) return -errno;
  int count = 0;
  struct dirent *entry;
  while ((entry = readdir(processes))) {
    char *end = NULL;
    long process = strtol(entry->d_name, &end, 10);
    if (process <= 0 || *end != '\0') continue;
    if (getsid((pid_t)process) == session && kill((pid_t)process, signal) == 0) count++;
  }
  closedir(processes);
  return count;
}

int mayday_wake_open(void) {
  int wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  return wake < 0 ? -errno : wake;
}

int mayday_wake_ring(int wake) {
  uint64_t one = 1;
  /* A counter that is full already wakes whoever waits. */
  return write(wake, &one, sizeof one) < 0 && errno != EAGAIN ? -errno : 0;
}

int mayday_wake_clear(int wake) {
  uint64_t count = 0;
  return read(wake, &count, sizeof count) < 0 && errno != EAGAIN ? -errno : 0;
}

int mayday_memory_file(const char *label) {
  int descriptor = memfd_create(label, MFD_CLOEXEC);
  return descriptor < 0 ? -errno : descriptor;
}

_Static_assert(sizeof(struct termios) <= sizeof(mayday_tty_saved), "termios must fit");
_Static_assert(sizeof(sigset_t) <= sizeof(mayday_signal_mask), "sigset_t must fit");

int mayday_tty_raw(int terminal, mayday_tty_saved *saved) {
  struct termios modes;
  if (tcgetattr(terminal, &modes) < 0) return -errno;
  memcpy(saved->bytes, &modes, sizeof modes);
  cfmakeraw(&modes);
  return tcsetattr(terminal, TCSADRAIN, &modes) < 0 ? -errno : 0;
}

int mayday_tty_restore(int terminal, const mayday_tty_saved *saved) {
  struct termios modes;
  memcpy(&modes, saved->bytes, sizeof modes);
  return tcsetattr(terminal, TCSADRAIN, &modes) < 0 ? -errno : 0;
}

int mayday_signals_hold(mayday_signal_mask *mask_before) {
  sigset_t held, before;
  sigemptyset(&held);
  sigaddset(&held, SIGWINCH);
  sigaddset(&held, SIGTERM);
  sigaddset(&held, SIGHUP);
  int problem = pthread_sigmask(SIG_BLOCK, &held, &before);
  if (problem) return -problem;
  memcpy(mask_before->bytes, &before, sizeof before);
  int descriptor = signalfd(-1, &held, SFD_CLOEXEC | SFD_NONBLOCK);
  if (descriptor < 0) {
    problem = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return -problem;
  }
  return descriptor;
}

int mayday_signals_release(int descriptor, const mayday_signal_mask *mask_before) {
  sigset_t before;
  memcpy(&before, mask_before->bytes, sizeof before);
  close(descriptor);
  return -pthread_sigmask(SIG_SETMASK, &before, NULL);
}

int mayday_signals_next(int descriptor) {
  struct signalfd_siginfo info;
  return read(descriptor, &info, sizeof info) == (ssize_t)sizeof info ? (int)info.ssi_signo : 0;
}
