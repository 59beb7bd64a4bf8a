/* Pseudo-terminals and child processes: what Swift cannot say of posix_spawn, pidfd and waitid.
   Every function returns 0 or more, or a negative errno. */
#ifndef MAYDAY_PTY_H
#define MAYDAY_PTY_H

#include <stdint.h>
#include <sys/types.h>

/* Opens a pseudo-terminal of the given size; the master is close-on-exec and non-blocking.
   The slave's path is written to slave_path. Returns the master. */
int mayday_pty_open(uint16_t rows, uint16_t columns, char *slave_path, size_t slave_path_size);

/* Sets the size; the kernel sends SIGWINCH to the terminal's foreground group. */
int mayday_pty_resize(int terminal, uint16_t rows, uint16_t columns);

/* The size of the terminal that the descriptor stands for. */
int mayday_pty_size(int terminal, uint16_t *rows, uint16_t *columns);

/* The process group that reads from the terminal now. */
pid_t mayday_pty_foreground(int master);

/* What the terminal does with what is typed. */
typedef struct {
  int echoes;
  int edits_lines;
  int makes_signals;
} mayday_pty_modes;

/* Reads the modes; works on the master too. */
int mayday_pty_read_modes(int terminal, mayday_pty_modes *modes);

/* What to start. */
typedef struct {
  const char *path;            /* absolute */
  char *const *arguments;      /* with argument 0, NULL at the end */
  char *const *environment;    /* NULL at the end */
  const char *directory;       /* NULL: the same */
  const char *terminal;        /* a slave's path: session of its own, 0, 1, 2 and /dev/tty are it */
  int input, output, error;    /* used when terminal is NULL; each is the same number or above 2 */
  int own_group;               /* used when terminal is NULL */
} mayday_spawn_plan;

/* Starts it with default signals, none blocked, and no descriptor above 2. Returns the pid.
   A program or folder that is not there is told here, not by an exit status. */
pid_t mayday_spawn(const mayday_spawn_plan *plan);

/* A descriptor that becomes readable when the process ends. */
int mayday_process_watch(pid_t process);

/* Whether the child has ended: 1 and how, or 0. It stays a zombie, so its pid stays its own. */
int mayday_process_ended(pid_t process, int *code, int *signal);

/* Takes the ended child away; its pid may be given to another from then on. */
int mayday_process_reap(pid_t process);

/* Sends a signal to every process of the session. Returns how many. */
int mayday_session_signal(pid_t session, int signal);

/* A counter that a poll can wait for: written to wake, read to clear. */
int mayday_wake_open(void);
int mayday_wake_ring(int wake);
int mayday_wake_clear(int wake);

/* A file without a name, in memory, close-on-exec. */
int mayday_memory_file(const char *label);

/* Puts the terminal into raw mode; saved receives what mayday_tty_restore needs. */
typedef struct {
  unsigned char bytes[128];
} mayday_tty_saved;
int mayday_tty_raw(int terminal, mayday_tty_saved *saved);
int mayday_tty_restore(int terminal, const mayday_tty_saved *saved);

/* A descriptor that becomes readable on SIGWINCH, SIGTERM or SIGHUP, which the calling thread
   blocks from now on; mask_before receives what mayday_signals_release needs. */
typedef struct {
  unsigned char bytes[128];
} mayday_signal_mask;
int mayday_signals_hold(mayday_signal_mask *mask_before);
int mayday_signals_release(int descriptor, const mayday_signal_mask *mask_before);

/* The next held signal, or 0. */
int mayday_signals_next(int descriptor);

#endif
