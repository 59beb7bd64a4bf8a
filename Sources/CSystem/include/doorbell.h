/* The doorbell: how one process hears that another has committed. inotify on one file.
   Every function returns 0 or more, or a negative errno. */
#ifndef MAYDAY_DOORBELL_H
#define MAYDAY_DOORBELL_H

/* Opens a listener: non-blocking, close-on-exec. Returns its descriptor. */
int mayday_doorbell_open(void);

/* Listens to the file at path; again when the one listened to was lost. */
int mayday_doorbell_listen(int listener, const char *path);

#define MAYDAY_DOORBELL_RUNG 1 /* the file was touched since the last call */
#define MAYDAY_DOORBELL_LOST 2 /* the file was taken away: listen again */

/* Takes everything that was heard; never waits. Returns the flags above. */
int mayday_doorbell_drain(int listener);

/* Waits until something is heard, the stop descriptor is readable, or so long has passed; a
   listener or timeout below 0 is none. Returns 1 when the stop descriptor is readable. */
int mayday_doorbell_wait(int listener, int stop, int milliseconds);

/* A descriptor that another thread makes readable for good, to end a wait. */
int mayday_doorbell_stop_open(void);
int mayday_doorbell_stop(int stop);

#endif
