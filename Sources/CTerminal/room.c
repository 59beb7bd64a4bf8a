int mayday_terminal_placeholder(void) { return 0; }
