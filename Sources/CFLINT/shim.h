#ifndef FISHERFLOW_CFLINT_SHIM_H
#define FISHERFLOW_CFLINT_SHIM_H
/* FLINT 3 declares its conversions from GMP and MPFR only after their headers. */
#include <gmp.h>
#include <mpfr.h>

#include <flint/flint.h>
#include <flint/fmpq.h>
#include <flint/fmpq_mat.h>
#include <flint/fmpq_mpoly.h>
#include <flint/fmpq_mpoly_factor.h>
#include <flint/fmpq_poly.h>
#include <flint/fmpz.h>
#include <flint/fmpz_mat.h>
#include <flint/fmpz_poly.h>
#if __has_include(<flint/arb.h>) /* FLINT 3 contains Arb */
#include <flint/acb_hypgeom.h>
#include <flint/acb_mat.h>
#include <flint/arb.h>
#include <flint/arb_mat.h>
#include <flint/arb_poly.h>
#include <flint/bool_mat.h>
#else /* FLINT 2 with Arb 2 beside it */
#include <acb_hypgeom.h>
#include <acb_mat.h>
#include <arb.h>
#include <arb_mat.h>
#include <arb_poly.h>
#include <bool_mat.h>
#endif

/* Swift does not import the names of Arb's rounding modes: FLINT 2 makes them macros of macros. */
static inline double fisherflow_nearest_double(const arf_t x) { return arf_get_d(x, ARF_RND_NEAR); }
static const int fisherflow_round_down = ARF_RND_DOWN;
#endif
