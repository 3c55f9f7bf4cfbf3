#ifndef FISHERFLOW_CMPFR_SHIM_H
#define FISHERFLOW_CMPFR_SHIM_H
#include <mpfr.h>
#endif
