/* The doorbell: how one process hears that another has committed. inotify on two files: the bell,
   which a writer touches after its commit, and the store, which changes while it commits.
   Every function returns 0 or more, or a negative errno. */
#ifndef MAYDAY_DOORBELL_H
#define MAYDAY_DOORBELL_H

/* Opens a listener: non-blocking, close-on-exec. Returns its descriptor. */
int mayday_doorbell_open(void);

/* Listens to the file at path; again when the one listened to was lost. Returns its number. */
int mayday_doorbell_listen(int listener, const char *path);

#define MAYDAY_DOORBELL_RUNG 1    /* the bell was touched, or more happened than could be kept */
#define MAYDAY_DOORBELL_CHANGED 2 /* another file was changed */
#define MAYDAY_DOORBELL_LOST 4    /* a file was taken away: listen again */

/* Takes everything that was heard; never waits. `bell` is the number of the bell, or below 0.
   Returns the flags above. */
int mayday_doorbell_drain(int listener, int bell);

/* Waits until something is heard, the stop descriptor is readable, or so long has passed; a
   listener below 0 is none. Returns 1 when the stop descriptor is readable. */
int mayday_doorbell_wait(int listener, int stop, int milliseconds);

/* A descriptor that another thread makes readable for good, to end a wait. */
int mayday_doorbell_stop_open(void);
int mayday_doorbell_stop(int stop);

#endif
