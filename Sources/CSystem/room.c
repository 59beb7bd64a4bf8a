int mayday_system_placeholder(void) { return 0; }
