#define _GNU_SOURCE 1
#define NCURSES_WIDECHAR 1
#include "CTerminal.h"
#include "output.h"

#include <curses.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

// Bracketed paste, which this ncurses does not know.
#define PASTE_ON "\033[?2004h"
#define PASTE_OFF "\033[?2004l"

// <term.h> cannot be included: its macros take words like `lines` and `columns`.
extern int setupterm(const char *terminal, int descriptor, int *error);

static SCREEN *screen;

static void send(const char *bytes) {
  const size_t count = strlen(bytes);
  // Where the terminal is gone the loop hears of it.
  ssize_t written = write(STDOUT_FILENO, bytes, count);
  (void)written;
}

// Takes a part out of a capability of the open terminal, where it begins with it.
static void cut(const char *name, const char *part) {
  char *value = tigetstr(name);
  if (!value || value == (char *)-1) return;
  const size_t count = strlen(part);
  if (strncmp(value, part, count) == 0) memmove(value, value + count, strlen(value) + 1 - count);
}

// Leaves out what xterm's description sends and this program has no use for: the colours are never
// redefined, so there is nothing to put back; and the line-drawing set is never on, since lines are
// drawn in UTF-8 or ASCII, so no change of style must turn it off. That is a third of a style's
// bytes, where bytes are slow.
static void trim_description(void) {
  cut("oc", "\033]104\007");
  cut("sgr0", "\033(B");
  cut("sgr", "%?%p9%t\033(0%e\033(B%;");
}

// Arms the guard before anything is changed: a program may die while it takes the terminal over.
static void guard_opening(void) {
  char bytes[128] = PASTE_OFF;
  const char *leave = mayday_screen_capability("rmcup");
  if (leave) strncat(bytes, leave, sizeof bytes - strlen(bytes) - 1);
  mayday_guard_arm(bytes, strlen(bytes), -1);
}

int32_t mayday_screen_open(const char *terminal, bool colours) {
  if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) return MAYDAY_SCREEN_NOT_A_TERMINAL;
  int error = 0;
  if (setupterm(terminal, STDOUT_FILENO, &error) != OK) return MAYDAY_SCREEN_UNKNOWN;
  if (!mayday_screen_capability("cup")) return MAYDAY_SCREEN_NO_CURSOR;
  // The environment's LINES and COLUMNS would pin the size for ever.
  use_env(FALSE);
  use_tioctl(TRUE);
  FILE *output = mayday_output_open();
  if (!output) return MAYDAY_SCREEN_UNKNOWN;
  guard_opening();
  screen = newterm(terminal, output, stdin);
  if (!screen) {
    mayday_guard_disarm();
    mayday_output_close();
    return MAYDAY_SCREEN_UNKNOWN;
  }
  trim_description();
  raw();
  noecho();
  nonl();
  mayday_output_direct(PASTE_ON);
  mayday_output_gather();
  // Keys are read and decoded by this program: ncurses must not look at its input between rows.
  typeahead(-1);
  keypad(stdscr, TRUE);
  scrollok(stdscr, FALSE);
  idcok(stdscr, FALSE);
  if (colours && has_colors()) {
    start_color();
    use_default_colors();
  }
  return MAYDAY_SCREEN_OPEN;
}

int32_t mayday_screen_colours(void) {
  return has_colors() ? COLORS : 0;
}

void mayday_screen_pair(int16_t pair, int16_t foreground, int16_t background) {
  init_pair(pair, foreground, background);
}

const char *mayday_screen_capability(const char *name) {
  const char *value = tigetstr(name);
  return value == NULL || value == (const char *)-1 ? NULL : value;
}

void mayday_screen_measure(int32_t *rows, int32_t *columns) {
  struct winsize size;
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0) {
    if (size.ws_row != getmaxy(stdscr) || size.ws_col != getmaxx(stdscr)) {
      resizeterm(size.ws_row, size.ws_col);
    }
  }
  *rows = getmaxy(stdscr);
  *columns = getmaxx(stdscr);
}

static attr_t attributes_of(uint32_t bits) {
  attr_t result = A_NORMAL;
  if (bits & MAYDAY_BOLD) result |= A_BOLD;
  if (bits & MAYDAY_DIM) result |= A_DIM;
  if (bits & MAYDAY_REVERSE) result |= A_REVERSE;
  if (bits & MAYDAY_UNDERLINE) result |= A_UNDERLINE;
  return result;
}

void mayday_screen_put(
    int32_t row, int32_t column, const uint32_t *characters, size_t count, uint32_t attributes,
    int16_t pair) {
  enum { CHUNK = 256, MARKS = CCHARW_MAX - 1 };
  const uint32_t scalar_bits = (1u << MAYDAY_COLUMNS_SHIFT) - 1;
  cchar_t cells[CHUNK];
  const attr_t attr = attributes_of(attributes);
  size_t next = 0;
  while (next < count) {
    int filled = 0;
    int width = 0;
    while (next < count && filled + 2 <= CHUNK) {
      wchar_t text[CCHARW_MAX + 1] = {(wchar_t)(characters[next] & scalar_bits)};
      const int columns = (int)(characters[next] >> MAYDAY_COLUMNS_SHIFT);
      const bool agreed = wcwidth(text[0]) == columns;
      int length = 1;
      for (next++; next < count && characters[next] >> MAYDAY_COLUMNS_SHIFT == 0; next++) {
        const wchar_t mark = (wchar_t)(characters[next] & scalar_bits);
        if (agreed && length <= MARKS && wcwidth(mark) == 0) text[length++] = mark;
      }
      if (agreed && columns > 0) {
        setcchar(&cells[filled++], text, attr, pair, NULL);
      } else {
        for (int part = 0; part < columns; part++) {
          setcchar(&cells[filled++], L"?", attr, pair, NULL);
        }
      }
      width += columns;
    }
    mvadd_wchnstr(row, column, cells, filled);
    column += width;
  }
}

void mayday_screen_erase(void) {
  erase();
}

void mayday_screen_update(int32_t row, int32_t column) {
  const bool show = row >= 0;
  curs_set(show ? 1 : 0);
  // A hidden cursor need not travel back: fewer bytes for each tick.
  leaveok(stdscr, !show);
  if (show) move(row, column);
  wnoutrefresh(stdscr);
  doupdate();
  mayday_output_collect();
  mayday_screen_flush();
}

void mayday_screen_repaint(void) {
  clearok(curscr, TRUE);
}

void mayday_screen_leave(void) {
  mayday_output_direct(PASTE_OFF);
  endwin();
}

void mayday_screen_enter(void) {
  reset_prog_mode();
  mayday_output_direct(PASTE_ON);
  mayday_output_gather();
  clearok(curscr, TRUE);
}

void mayday_screen_close(void) {
  mayday_screen_leave();
  delscreen(screen);
  screen = NULL;
  mayday_output_close();
}
