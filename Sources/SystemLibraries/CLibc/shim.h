#include <malloc.h>
#include <stdio.h>

// Standard output, which Swift has as a variable that anyone might change.
static inline FILE *camreport_stdout(void) { return stdout; }
