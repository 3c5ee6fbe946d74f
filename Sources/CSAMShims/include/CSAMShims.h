int sam_placeholder(void);
