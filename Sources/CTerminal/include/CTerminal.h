int mayday_terminal_placeholder(void);
