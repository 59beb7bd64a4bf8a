// What the event loop needs of the system: signals as data, and one wait. The counter that wakes it
// is in pty.h.
#ifndef MAYDAY_LOOP_H
#define MAYDAY_LOOP_H

#include <stdint.h>

// Blocks, in this thread and in all it will start, the signals that the loop reads as data: HUP,
// INT, TERM, WINCH, TSTP, CONT; and PIPE and XFSZ, so that a failed write is an error and no end.
// Call it before any thread exists. Returns a descriptor for mayday_signals_next, or -errno.
int32_t mayday_loop_signals(void);

// Stops this process group as Ctrl-Z does; returns when it goes on. The CONT that woke it is taken.
void mayday_loop_stop(void);

enum {
  MAYDAY_LOOP_INPUT = 1,
  MAYDAY_LOOP_WAKE = 2,
  MAYDAY_LOOP_SIGNAL = 4,
  MAYDAY_LOOP_HANGUP = 8,
};

// Waits until one of the descriptors has something, or for milliseconds (for ever if negative);
// says which. A lost input is HANGUP, never INPUT.
int32_t mayday_loop_wait(int32_t input, int32_t wake, int32_t signals, int32_t milliseconds);

#endif
