#ifndef MAYDAY_FILE_SYSTEM_H
#define MAYDAY_FILE_SYSTEM_H

/* The number by which the kernel knows the kind of file system at path (statfs, f_type).
   Returns 0, or a negative errno. */
int mayday_file_system_kind(const char *path, unsigned long *kind);

#endif
