#include "file_system.h"

#include <errno.h>
#include <sys/statfs.h>

int mayday_file_system_kind(const char *path, unsigned long *kind) {
  struct statfs found;
  if (statfs(path, &found) != 0) return -errno;
  *kind = (unsigned long)found.f_type;
  return 0;
}
