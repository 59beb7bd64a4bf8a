#include "doorbell.h"
#include "file_system.h"
#include "pty.h"

int mayday_system_placeholder(void);
