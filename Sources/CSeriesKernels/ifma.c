/* The kernels for AVX-512-IFMA: eight products of 52-bit digits an instruction, low or high halves. */
#include "series_kernels.h"

#if defined(__x86_64__) && defined(__clang__)

#include <immintrin.h>
#include <string.h>

#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512dq,avx512vl,avx512cd,avx512ifma,bmi,bmi2,lzcnt"))), apply_to = function)

/* Lanes hold eight consecutive terms of one sum. Where a column gets its high and its low halves, in vectors of
   their own: a chain of additions then is as short as there are digit pairs in the column. */
#define MUST_INLINE static inline __attribute__((always_inline))
#define LOW_BITS _mm512_set1_epi64((INT64_C(1) << 52) - 1)

/*
 * Adds accumulators that hold less than 2^64 to columns j and j - 1, so that a column grows by less than
 * 2^52 + 2^12 each time.
 */
MUST_INLINE void store_split(__m512i *columns, int64_t j, __m512i sum) {
  columns[j] = _mm512_add_epi64(columns[j], _mm512_and_si512(sum, LOW_BITS));
  columns[j - 1] = _mm512_add_epi64(columns[j - 1], _mm512_srli_epi64(sum, 52));
}

/*
 * The first strip: all columns below R of `vectors` vectors of terms, R a constant. The last vector is masked.
 * Overflow: an accumulator gets at most R products below 2^52 a vector, and vectors·R <= 4095.
 */
MUST_INLINE void triangle(
    const int64_t R, __m512i *columns, const uint64_t *x, int64_t x_stride, const uint64_t *y, int64_t y_stride,
    int64_t vectors, __mmask8 tail, int64_t digits) {
  __m512i high[8], low[8];
#pragma clang loop unroll(full)
  for (int64_t j = 0; j < R; j++) high[j] = low[j] = _mm512_setzero_si512();
  for (int64_t i = 0; i < vectors; i++) {
    __mmask8 mask = i + 1 < vectors ? 0xff : tail;
    __m512i a[8], b[8];
#pragma clang loop unroll(full)
    for (int64_t j = 0; j < R; j++) {
      a[j] = _mm512_maskz_loadu_epi64(mask, x + j * x_stride + 8 * i);
      b[j] = _mm512_maskz_loadu_epi64(mask, y + j * y_stride + 8 * i);
    }
#pragma clang loop unroll(full)
    for (int64_t p = 0; p < R; p++) {
#pragma clang loop unroll(full)
      for (int64_t q = 0; q < R - p; q++) {
        high[p + q] = _mm512_madd52hi_epu64(high[p + q], a[p], b[q]);
        low[p + q] = _mm512_madd52lo_epu64(low[p + q], a[p], b[q]);
      }
    }
  }
#pragma clang loop unroll(full)
  for (int64_t j = 0; j < R; j++) {
    store_split(columns, j + 1, high[j]);
    if (j + 2 <= digits) store_split(columns, j + 2, low[j]);
  }
}

/* high[j] and low[j] += the halves of the products x_p y_q of one vector of terms with p + q = first + j, j < 8. */
MUST_INLINE void add_strip(
    int64_t first, __m512i *high, __m512i *low, const uint64_t *x, int64_t x_stride, const uint64_t *y,
    int64_t y_stride, __mmask8 mask) {
  const uint64_t *to_x = x, *to_y = y + first * y_stride;
  for (int64_t p = 0; p <= first; p++) {
    __m512i a = _mm512_maskz_loadu_epi64(mask, to_x);
#pragma clang loop unroll(full)
    for (int64_t j = 0; j < 8; j++) {
      __m512i b = _mm512_loadu_si512(to_y + j * y_stride);
      high[j] = _mm512_madd52hi_epu64(high[j], a, b);
      low[j] = _mm512_madd52lo_epu64(low[j], a, b);
    }
    to_x += x_stride;
    to_y -= y_stride;
  }
#pragma clang loop unroll(full)
  for (int64_t p = 1; p < 8; p++) {
    __m512i a = _mm512_maskz_loadu_epi64(mask, to_x);
    to_x += x_stride;
#pragma clang loop unroll(full)
    for (int64_t q = 0; q < 8 - p; q++) {
      __m512i b = _mm512_loadu_si512(y + q * y_stride);
      high[p + q] = _mm512_madd52hi_epu64(high[p + q], a, b);
      low[p + q] = _mm512_madd52lo_epu64(low[p + q], a, b);
    }
  }
}

/*
 * A later strip: the columns p + q = first...first + 7.
 * Overflow: an accumulator gets at most first + 8 <= FISHERFLOW_MOST_DIGITS products a vector; at most 16 vectors.
 */
MUST_INLINE void strip(
    int64_t first, __m512i *columns, const uint64_t *x, int64_t x_stride, const uint64_t *y, int64_t y_stride,
    int64_t vectors, __mmask8 tail, int64_t digits) {
  __m512i high[8], low[8];
#pragma clang loop unroll(full)
  for (int64_t j = 0; j < 8; j++) high[j] = low[j] = _mm512_setzero_si512();
  for (int64_t i = 0; i < vectors; i++) {
    add_strip(first, high, low, x + 8 * i, x_stride, y + 8 * i, y_stride, i + 1 < vectors ? 0xff : tail);
  }
#pragma clang loop unroll(full)
  for (int64_t j = 0; j < 8; j++) {
    store_split(columns, first + j + 1, high[j]);
    if (first + j + 2 <= digits) store_split(columns, first + j + 2, low[j]);
  }
}

#define TRIANGLE(R) \
  case R: \
    triangle(R, columns, x, x_stride, y, y_stride, vectors, tail, digits); \
    break;

/* columns, [digits + 1] vectors, += one sum. `vectors` is at most 16·8. */
MUST_INLINE void dot_part(
    __m512i *columns, const uint64_t *x, int64_t x_stride, const uint64_t *y, int64_t y_stride, int64_t vectors,
    __mmask8 tail, int64_t digits) {
  int64_t first = (digits - 1) % 8 + 1;
  switch (first) {
    TRIANGLE(1)
    TRIANGLE(2)
    TRIANGLE(3)
    TRIANGLE(4)
    TRIANGLE(5)
    TRIANGLE(6)
    TRIANGLE(7)
    TRIANGLE(8)
  }
  for (; first < digits; first += 8) strip(first, columns, x, x_stride, y, y_stride, vectors, tail, digits);
}

/* Lane i of the result is the sum of the lanes of a[i]: adding while transposing. */
MUST_INLINE __m512i add_across(const __m512i *a, int64_t stride) {
  __m512i pairs[4], quads[2];
#pragma clang loop unroll(full)
  for (int i = 0; i < 4; i++) {
    __m512i even = a[2 * i * stride], odd = a[(2 * i + 1) * stride];
    pairs[i] = _mm512_add_epi64(_mm512_unpacklo_epi64(even, odd), _mm512_unpackhi_epi64(even, odd));
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < 2; i++) {
    __m512i a = pairs[2 * i], b = pairs[2 * i + 1];
    quads[i] = _mm512_add_epi64(_mm512_shuffle_i64x2(a, b, 0x88), _mm512_shuffle_i64x2(a, b, 0xdd));
  }
  return _mm512_add_epi64(
      _mm512_shuffle_i64x2(quads[0], quads[1], 0x88), _mm512_shuffle_i64x2(quads[0], quads[1], 0xdd));
}

/*
 * Overflow: a column of one lane grows by less than 2^54 for each part of `part` vectors. FISHERFLOW_MOST_TERMS
 * are at most 512 parts, so it stays below 2^63; and below 2^57 where it is not carried before eight lanes are
 * added up.
 */
static void dots(
    int64_t *columns, const uint64_t *const *x, int64_t x_stride, const uint64_t *const *y, int64_t y_stride,
    int64_t length, int64_t digits, int64_t count) {
  __m512i sums[8 * (FISHERFLOW_MOST_DIGITS + 1)];
  const int64_t stride = digits + 1, part = digits <= 8 ? 128 : 16;
  int64_t vectors = (length + 7) / 8;
  __mmask8 tail = (__mmask8)(0xff >> (7 & -length));
  for (int64_t e = 0; e < 8; e++) {
    __m512i *sum = sums + e * stride;
    for (int64_t j = 0; j <= digits; j++) sum[j] = _mm512_setzero_si512();
    if (e >= count) continue;
    for (int64_t done = 0; done < vectors; done += part) {
      int64_t now = vectors - done < part ? vectors - done : part;
      dot_part(
          sum, x[e] + 8 * done, x_stride, y[e] + 8 * done, y_stride, now, done + now < vectors ? 0xff : tail,
          digits);
    }
    if (vectors > 8 * part) {
      for (int64_t j = digits; j > 0; j--) {
        sum[j - 1] = _mm512_add_epi64(sum[j - 1], _mm512_srli_epi64(sum[j], 52));
        sum[j] = _mm512_and_si512(sum[j], LOW_BITS);
      }
    }
  }
  __m512i *result = (__m512i *)columns;
  for (int64_t j = 0; j <= digits; j++) {
    result[j] = _mm512_add_epi64(result[j], add_across(sums + j, stride));
  }
}

#define DOTS dots

typedef int64_t product_v8 __attribute__((vector_size(64)));

MUST_INLINE void split_product(product_v8 *low, product_v8 *high, product_v8 a, int64_t factor) {
  __m512i zero = _mm512_setzero_si512(), f = _mm512_set1_epi64(factor);
  *low = (product_v8)_mm512_madd52lo_epu64(zero, (__m512i)a, f);
  *high = (product_v8)_mm512_madd52hi_epu64(zero, (__m512i)a, f);
}

/*
 * c += the products of eight fractions. A column gets less than 2·digits·2^52. The columns of the digit pairs that
 * remain when strips of eight are taken away come first.
 */
MUST_INLINE void add_products(product_v8 *c, const product_v8 *u, const product_v8 *w, int64_t digits) {
  __m512i *columns = (__m512i *)c;
  const __m512i *a = (const __m512i *)u, *b = (const __m512i *)w;
  const int64_t rest = digits % 8;
  for (int64_t j = 1; j <= rest; j++) {
    __m512i high = columns[j], low = _mm512_setzero_si512();
    for (int64_t p = 0; p < j - 1; p++) {
      high = _mm512_madd52hi_epu64(high, a[p], b[j - 1 - p]);
      low = _mm512_madd52lo_epu64(low, a[p], b[j - 2 - p]);
    }
    high = _mm512_madd52hi_epu64(high, a[j - 1], b[0]);
    columns[j] = _mm512_add_epi64(high, low);
  }
  if (digits < 8) return;
  if (rest > 0) {
    __m512i low = _mm512_setzero_si512();
    for (int64_t p = 0; p < rest; p++) low = _mm512_madd52lo_epu64(low, a[p], b[rest - 1 - p]);
    columns[rest + 1] = _mm512_add_epi64(columns[rest + 1], low);
  }
  for (int64_t first = rest; first < digits; first += 8) {
    __m512i high[8], low[8];
#pragma clang loop unroll(full)
    for (int64_t j = 0; j < 8; j++) high[j] = low[j] = _mm512_setzero_si512();
    add_strip(first, high, low, (const uint64_t *)a, 8, (const uint64_t *)b, 8, 0xff);
#pragma clang loop unroll(full)
    for (int64_t j = 0; j < 8; j++) {
      columns[first + j + 1] = _mm512_add_epi64(columns[first + j + 1], high[j]);
      if (first + j + 2 <= digits) {
        columns[first + j + 2] = _mm512_add_epi64(columns[first + j + 2], low[j]);
      }
    }
  }
}

#include "lanes.h"
#include "karatsuba.h"
#include "relaxed.h"

#pragma clang attribute pop

const fisherflow_series_kernels *fisherflow_ifma_kernels(void) {
  static const fisherflow_series_kernels kernels = KERNELS("avx512ifma");
  __builtin_cpu_init();
  int is_supported = __builtin_cpu_supports("avx512ifma") && __builtin_cpu_supports("avx512dq") &&
                     __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512cd") &&
                     __builtin_cpu_supports("bmi2");
  return is_supported ? &kernels : 0;
}

#else

const fisherflow_series_kernels *fisherflow_ifma_kernels(void) { return 0; }

#endif
