/* The kernels for every processor. */
#include "series_kernels.h"

typedef unsigned __int128 u128;

/*
 * Σ_i x_i y_i by columns of equal p + q in 128-bit accumulators: they hold 2^24 products of 104 bits, and
 * length·digits is below that. In the last column only the high halves count, as in the vector kernels, so
 * that results are the same.
 */
static void dots(
    int64_t *columns, const uint64_t *const *x, int64_t x_stride, const uint64_t *const *y, int64_t y_stride,
    int64_t length, int64_t digits, int64_t count) {
  const uint64_t mask = (UINT64_C(1) << 52) - 1;
  u128 sums[FISHERFLOW_MOST_DIGITS + 2];
  for (int64_t lane = 0; lane < count; lane++) {
    for (int64_t j = 0; j <= digits; j++) sums[j] = 0;
    for (int64_t w = 0; w < digits; w++) {
      u128 column = 0;
      for (int64_t p = 0; p <= w; p++) {
        const uint64_t *a = x[lane] + p * x_stride, *b = y[lane] + (w - p) * y_stride;
        if (w < digits - 1) {
          u128 even = 0, odd = 0;
          int64_t i = 0;
          for (; i + 1 < length; i += 2) {
            even += (u128)a[i] * b[i];
            odd += (u128)a[i + 1] * b[i + 1];
          }
          if (i < length) even += (u128)a[i] * b[i];
          column += even + odd;
        } else {
          for (int64_t i = 0; i < length; i++) column += (uint64_t)((u128)a[i] * b[i] >> 52) ;
        }
      }
      if (w < digits - 1) {
        sums[w + 1] += column >> 52;
        sums[w + 2] += column & mask;
      } else {
        sums[w + 1] += column;
      }
    }
    for (int64_t j = digits; j > 0; j--) {
      sums[j - 1] += sums[j] >> 52;
      columns[8 * j + lane] += (int64_t)((uint64_t)sums[j] & mask);
    }
    columns[lane] += (int64_t)sums[0];
  }
}

#define DOTS dots

typedef int64_t product_v8 __attribute__((vector_size(64)));

static inline void split_product(product_v8 *low, product_v8 *high, product_v8 a, int64_t factor) {
  for (int lane = 0; lane < 8; lane++) {
    u128 product = (u128)(uint64_t)a[lane] * (uint64_t)factor;
    (*low)[lane] = (int64_t)((uint64_t)product & ((UINT64_C(1) << 52) - 1));
    (*high)[lane] = (int64_t)(product >> 52);
  }
}

/* c += the products of eight fractions, with the digits and halves that the dots keep. A column gets less than
   2·digits·2^52. One lane after the other: the digits of one factor upwards, those of the other downwards. */
static inline void add_products(product_v8 *c, const product_v8 *u, const product_v8 *w, int64_t digits) {
  const uint64_t mask = (UINT64_C(1) << 52) - 1;
  /* Squares of products have a digit more than numbers. */
  uint64_t a[FISHERFLOW_MOST_DIGITS + 1], b[FISHERFLOW_MOST_DIGITS + 1];
  for (int lane = 0; lane < 8; lane++) {
    int64_t *columns = (int64_t *)c + lane;
    for (int64_t p = 0; p < digits; p++) {
      a[p] = (uint64_t)u[p][lane];
      b[digits - 1 - p] = (uint64_t)w[p][lane];
    }
    for (int64_t j = 1; j < digits; j++) {
      u128 column = 0;
      for (int64_t p = 0; p < j; p++) column += (u128)a[p] * b[digits - j + p];
      columns[8 * j] += (int64_t)(column >> 52);
      columns[8 * (j + 1)] += (int64_t)((uint64_t)column & mask);
    }
    uint64_t last = 0;
    for (int64_t p = 0; p < digits; p++) last += (uint64_t)((u128)a[p] * b[p] >> 52);
    columns[8 * digits] += (int64_t)last;
  }
}

#include "lanes.h"
#include "karatsuba.h"
#include "relaxed.h"

const fisherflow_series_kernels *fisherflow_portable_kernels(void) {
  static const fisherflow_series_kernels kernels = KERNELS("portable");
  return &kernels;
}

void fisherflow_gather(int64_t *out, const int64_t *const *sources, int64_t digits) {
  for (int64_t lane = 0; lane < FISHERFLOW_LANES; lane++) {
    const int64_t *from = sources[lane];
    if (!from) {
      out[lane] = FISHERFLOW_NO_EXPONENT;
      for (int64_t j = 1; j <= digits; j++) out[8 * j + lane] = 0;
    } else {
      for (int64_t j = 0; j <= digits; j++) out[8 * j + lane] = from[8 * j];
    }
  }
}

int64_t fisherflow_square_scratch(int64_t side, int64_t digits) {
  return FISHERFLOW_LANES * scratch_vectors(side / 8, digits + 1);
}
