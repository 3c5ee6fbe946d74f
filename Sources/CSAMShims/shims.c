#include "CSAMShims.h"
int sam_placeholder(void){return 0;}
