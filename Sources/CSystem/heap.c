#include "heap.h"

#include <malloc.h>

void mayday_heap_share(void) {
  mallopt(M_ARENA_MAX, 1);
}
