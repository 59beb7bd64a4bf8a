int mayday_system_placeholder(void);
