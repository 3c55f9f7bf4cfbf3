#ifndef FISHERFLOW_CFLINT_SHIM_H
#define FISHERFLOW_CFLINT_SHIM_H
#include <flint/flint.h>
#include <flint/fmpq.h>
#include <flint/fmpq_mat.h>
#include <flint/fmpz.h>
#include <flint/fmpz_mat.h>
#if __has_include(<flint/arb.h>) /* FLINT 3 contains Arb */
#include <flint/arb.h>
#include <flint/arb_mat.h>
#include <flint/arb_poly.h>
#else /* FLINT 2 with Arb 2 beside it */
#include <arb.h>
#include <arb_mat.h>
#include <arb_poly.h>
#endif

/* Swift cannot import macros that cast. */
static const unsigned long fisherflow_arb_str_no_radius = ARB_STR_NO_RADIUS;
#endif
