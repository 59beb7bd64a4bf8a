// ncursesw and the crash guard, as Swift can read them: no curses.h, no macros, no variadics.
//
// Everything here belongs to the main thread, apart from the guard's handlers.
#ifndef MAYDAY_TERMINAL_H
#define MAYDAY_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// locale.c

// Chooses the character set from the environment; true for UTF-8. Where the environment names a
// UTF-8 locale that this host lacks, C.UTF-8 is taken.
bool mayday_locale_choose(void);

// screen.c

enum {
  MAYDAY_SCREEN_OPEN = 0,
  MAYDAY_SCREEN_NOT_A_TERMINAL = 1,
  MAYDAY_SCREEN_UNKNOWN = 2,          // no description of this terminal
  MAYDAY_SCREEN_NO_CURSOR = 3,        // its description cannot move the cursor
};

enum {
  MAYDAY_BOLD = 1,
  MAYDAY_DIM = 2,
  MAYDAY_REVERSE = 4,
  MAYDAY_UNDERLINE = 8,
};

// Opens the terminal on standard input and output. On another answer than OPEN nothing was written.
int32_t mayday_screen_open(const char *terminal, bool colours);

// How many colours it has: 0 without colours.
int32_t mayday_screen_colours(void);

// Sets a pair of colours; -1 is the terminal's own.
void mayday_screen_pair(int16_t pair, int16_t foreground, int16_t background);

// A capability's bytes from the open terminal's description, or NULL.
const char *mayday_screen_capability(const char *name);

// Asks the terminal for its size and tells ncurses; both stay as they are when it has none.
void mayday_screen_measure(int32_t *rows, int32_t *columns);

// Puts characters from a place on. Each is a scalar with its columns (1, 2; 0 for a mark on the one
// before) shifted left by MAYDAY_COLUMNS_SHIFT. One that the C library counts otherwise is shown
// as `?`, so that ncurses and the frame never disagree.
enum { MAYDAY_COLUMNS_SHIFT = 24 };
void mayday_screen_put(
    int32_t row, int32_t column, const uint32_t *characters, size_t count, uint32_t attributes,
    int16_t pair);

// Blanks what is to be drawn.
void mayday_screen_erase(void);

// Sends what changed, in one write; the cursor is hidden when row is negative. It does not wait
// where the line takes no more.
void mayday_screen_update(int32_t row, int32_t column);

// Sends what an update could not; false if the line still takes no more.
bool mayday_screen_flush(void);

// Has the next update draw every cell.
void mayday_screen_repaint(void);

// Gives the terminal back as it was found, and takes it again.
void mayday_screen_leave(void);
void mayday_screen_enter(void);

// Leaves for good and frees all that ncurses holds.
void mayday_screen_close(void);

// guard.c

// Has every fatal signal, and exit, give the terminal back before anything else happens: `restore`
// is written and the terminal's modes as they are now set again. Call it before the modes change.
void mayday_guard_install(void);

// From here on there is something to give back: these bytes. The standard error of before, to be
// put back as well, or -1.
void mayday_guard_arm(const char *restore, size_t count, int32_t standard_error);

// From here on there is nothing to give back.
void mayday_guard_disarm(void);

#endif
