/* What Swift cannot say of the operating system, one header a subject. */
#ifndef MAYDAY_CSYSTEM_H
#define MAYDAY_CSYSTEM_H

#include "doorbell.h"
#include "file_system.h"
#include "heap.h"
#include "loop.h"
#include "pty.h"

#endif
