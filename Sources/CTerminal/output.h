// What ncurses sends, gathered into one write that never waits for a line that stands still.
#ifndef MAYDAY_OUTPUT_H
#define MAYDAY_OUTPUT_H

#include <stdio.h>

// The file for newterm: the terminal itself, so that ncurses can set its modes. NULL on failure.
FILE *mayday_output_open(void);

// From here on what ncurses writes to that file is gathered.
void mayday_output_gather(void);

// Takes over what was gathered, to be sent by mayday_screen_flush.
void mayday_output_collect(void);

// Ends gathering and sends these bytes, after what was waiting; if the line stands still, what was
// waiting is dropped, in the kernel too.
void mayday_output_direct(const char *bytes);

// Closes and frees all.
void mayday_output_close(void);

#endif
