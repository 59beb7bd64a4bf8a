/* The C library's heaps. */
#ifndef MAYDAY_HEAP_H
#define MAYDAY_HEAP_H

/* Has all threads that are yet to come share one heap; addresses are then reserved once. */
void mayday_heap_share(void);

#endif
