#define _GNU_SOURCE 1
#include <dlfcn.h>

#include "CPostgres.h"

int mayday_libpq_load(struct mayday_libpq *functions) {
  /* The number of the interface, 5 since PostgreSQL 8.0. */
  void *library = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
  if (!library) return 0;
#define MAYDAY_FIND(name)                                              \
  functions->name = (__typeof__(functions->name))dlsym(library, #name); \
  if (!functions->name) return 0;
  MAYDAY_LIBPQ(MAYDAY_FIND)
#undef MAYDAY_FIND
  return 1;
}
