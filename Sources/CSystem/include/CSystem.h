#include "pty.h"

int mayday_system_placeholder(void);
