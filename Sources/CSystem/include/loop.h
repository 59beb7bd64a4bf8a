// What the event loop needs of the system: signals as data, a bell between threads, one wait.
#ifndef MAYDAY_LOOP_H
#define MAYDAY_LOOP_H

#include <stdint.h>

// Blocks, in this thread and in all it will start, the signals that the loop reads as data: HUP,
// INT, TERM, WINCH, TSTP, CONT; and PIPE and XFSZ, so that a failed write is an error and no end.
// Call it before any thread exists. Returns a descriptor that mayday_signals_next (pty.h) reads, or
// -errno.
int32_t mayday_signals_open(void);

// Stops this process group as Ctrl-Z does; returns when it goes on. The CONT that woke it is taken.
void mayday_stop_and_continue(void);

// A counter that one thread rings and another waits for; -errno if there is none.
int32_t mayday_bell_open(void);
void mayday_bell_ring(int32_t descriptor);
void mayday_bell_clear(int32_t descriptor);

enum {
  MAYDAY_WAKE_INPUT = 1,
  MAYDAY_WAKE_BELL = 2,
  MAYDAY_WAKE_SIGNAL = 4,
  MAYDAY_WAKE_HANGUP = 8,
};

// Waits until one of the descriptors has something, or for milliseconds (for ever if negative);
// says which. A lost input is HANGUP, never INPUT.
int32_t mayday_wait(int32_t input, int32_t bell, int32_t signals, int32_t milliseconds);

#endif
