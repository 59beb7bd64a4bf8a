#include "loop.h"
#include "pty.h"
