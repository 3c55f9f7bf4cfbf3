#ifndef FISHERFLOW_CGMP_SHIM_H
#define FISHERFLOW_CGMP_SHIM_H
#include <gmp.h>
#endif
