/* The kernels for AVX2 with fused multiply-adds: four products of 52-bit digits at a time, in doubles. */
#include "series_kernels.h"

#if defined(__x86_64__) && defined(__clang__)

#include <immintrin.h>
#include <string.h>

#pragma clang attribute push(__attribute__((target("avx2,fma,bmi,bmi2,lzcnt"))), apply_to = function)

#define MUST_INLINE static inline __attribute__((always_inline))

typedef unsigned __int128 u128;

/* Vectors of four terms that are converted together. */
#define TILE 4

/*
 * Digits a, b < 2^52 as doubles, rounding towards zero. 2^104 + a b is cut to a multiple of 2^52, so the fraction of
 * that double is h = floor(a b / 2^52); 2^104 + 2^52 - (2^104 + h 2^52) is exact, and a b plus that is
 * 2^52 + (a b - h 2^52), whose fraction is the low half. Sums are those of the doubles' bits, as integers modulo 2^64:
 * the exponents are taken away in the end.
 */
#define HIGH_BASE 0x1p104
#define LOW_BASE 0x1p52
#define HIGH_BITS UINT64_C(0x4670000000000000)
#define LOW_BITS UINT64_C(0x4330000000000000)

typedef struct {
  __m256d digits[FISHERFLOW_MOST_DIGITS][TILE];
} tile;

/* A digit as a double. */
MUST_INLINE __m256d to_double(__m256i digit) {
  __m256i bits = _mm256_or_si256(digit, _mm256_set1_epi64x((int64_t)LOW_BITS));
  return _mm256_sub_pd(_mm256_castsi256_pd(bits), _mm256_set1_pd(LOW_BASE));
}

/* `terms` terms in vectors, the last filled up with zeros. */
MUST_INLINE void convert(
    tile *out, const uint64_t *at, int64_t stride, int64_t terms, int64_t vectors,
    int64_t digits) {
  const __m256i places = _mm256_setr_epi64x(0, 1, 2, 3);
  for (int64_t p = 0; p < digits; p++, at += stride) {
    for (int64_t v = 0; v < vectors; v++) {
      __m256i word;
      if (4 * v + 4 <= terms) {
        word = _mm256_loadu_si256((const __m256i *)(at + 4 * v));
      } else {
        __m256i mask = _mm256_cmpgt_epi64(_mm256_set1_epi64x(terms - 4 * v), places);
        word = _mm256_maskload_epi64((const long long *)(at + 4 * v), mask);
      }
      out->digits[p][v] = to_double(word);
    }
  }
}

MUST_INLINE uint64_t lane_less(__m256i sum, int64_t lane, uint64_t constant) {
  uint64_t words[4];
  memcpy(words, &sum, sizeof words);
  return words[lane] - constant;
}

/* high[w] and low[w] += the halves of the products x_p y_q of `vectors` vectors with p + q = w; of the last column the
   high ones only. */
MUST_INLINE void multiply_tiles(
    const int64_t vectors, __m256i *high, __m256i *low, const tile *a, const tile *b, int64_t digits) {
  const __m256d high_base = _mm256_set1_pd(HIGH_BASE), both = _mm256_set1_pd(HIGH_BASE + LOW_BASE);
  for (int64_t w = 0; w < digits - 1; w++) {
    __m256i h = high[w], l = low[w];
    for (int64_t p = 0; p <= w; p++) {
#pragma clang loop unroll(full)
      for (int64_t v = 0; v < vectors; v++) {
        __m256d s = a->digits[p][v], t = b->digits[w - p][v];
        __m256d upper = _mm256_fmadd_pd(s, t, high_base);
        __m256d lower = _mm256_fmadd_pd(s, t, _mm256_sub_pd(both, upper));
        h = _mm256_add_epi64(h, _mm256_castpd_si256(upper));
        l = _mm256_add_epi64(l, _mm256_castpd_si256(lower));
      }
    }
    high[w] = h;
    low[w] = l;
  }
  __m256i h = high[digits - 1];
  for (int64_t p = 0; p < digits; p++) {
#pragma clang loop unroll(full)
    for (int64_t v = 0; v < vectors; v++) {
      __m256d upper = _mm256_fmadd_pd(a->digits[p][v], b->digits[digits - 1 - p][v], high_base);
      h = _mm256_add_epi64(h, _mm256_castpd_si256(upper));
    }
  }
  high[digits - 1] = h;
}

#define VECTORS(N) \
  case N: \
    multiply_tiles(N, high, low, &a, &b, digits); \
    break;

/*
 * One sum: sums[w + 1] += the high halves of the products in column w, and sums[w + 2] += the low ones.
 * Overflow: a lane gets at most TILE·digits products below 2^52 a tile, and 4095 until it is added to the sums.
 * It must not be inlined where the rounding mode is set: the compiler knows nothing of that.
 */
static __attribute__((noinline)) void add_terms(
    u128 *sums, const uint64_t *x, int64_t x_stride, const uint64_t *y, int64_t y_stride, int64_t length,
    int64_t digits) {
  const int64_t most = 4095 / (TILE * digits);
  __m256i high[FISHERFLOW_MOST_DIGITS], low[FISHERFLOW_MOST_DIGITS];
  tile a, b;
  for (int64_t done = 0; done < length;) {
    for (int64_t w = 0; w < digits; w++) high[w] = low[w] = _mm256_setzero_si256();
    int64_t total = 0;
    for (int64_t tiles = 0; tiles < most && done < length; tiles++, done += 4 * TILE) {
      int64_t terms = length - done < 4 * TILE ? length - done : 4 * TILE, vectors = (terms + 3) / 4;
      convert(&a, x + done, x_stride, terms, vectors, digits);
      convert(&b, y + done, y_stride, terms, vectors, digits);
      switch (vectors) {
        VECTORS(1)
        VECTORS(2)
        VECTORS(3)
        VECTORS(4)
      }
      total += vectors;
    }
    for (int64_t w = 0; w < digits; w++) {
      uint64_t products = (uint64_t)(total * (w + 1));
      for (int64_t lane = 0; lane < 4; lane++) {
        sums[w + 1] += lane_less(high[w], lane, products * HIGH_BITS);
        if (w < digits - 1) sums[w + 2] += lane_less(low[w], lane, products * LOW_BITS);
      }
    }
  }
}

/* Nothing that touches memory is moved across this. */
static inline void set_control(unsigned control) { __asm__ volatile("ldmxcsr %0" : : "m"(control) : "memory"); }

static void dots(
    int64_t *columns, const uint64_t *const *x, int64_t x_stride, const uint64_t *const *y, int64_t y_stride,
    int64_t length, int64_t digits, int64_t count) {
  const uint64_t mask = (UINT64_C(1) << 52) - 1;
  const unsigned mode = _mm_getcsr();
  u128 sums[FISHERFLOW_LANES][FISHERFLOW_MOST_DIGITS + 2];
  set_control(mode | _MM_ROUND_TOWARD_ZERO);
  for (int64_t lane = 0; lane < count; lane++) {
    for (int64_t j = 0; j <= digits; j++) sums[lane][j] = 0;
    add_terms(sums[lane], x[lane], x_stride, y[lane], y_stride, length, digits);
  }
  set_control(mode);
  for (int64_t lane = 0; lane < count; lane++) {
    u128 *sum = sums[lane];
    for (int64_t j = digits; j > 0; j--) {
      sum[j - 1] += sum[j] >> 52;
      columns[8 * j + lane] += (int64_t)((uint64_t)sum[j] & mask);
    }
    columns[lane] += (int64_t)sum[0];
  }
}

#define DOTS dots

typedef int64_t product_v8 __attribute__((vector_size(64)));

/*
 * The same where numbers are rounded to nearest, as they are outside of `dots`: h is the integer next to a b / 2^52, and
 * what is left is between -2^51 and 2^51; with 3/2 · 2^52 added it is a fraction again.
 */
#define MIDDLE 0x1.8p52
#define MIDDLE_BITS UINT64_C(0x4338000000000000)

MUST_INLINE void split_bits(__m256i *high, __m256i *low, __m256d s, __m256d t) {
  const __m256d high_base = _mm256_set1_pd(HIGH_BASE);
  __m256d upper = _mm256_fmadd_pd(s, t, high_base);
  __m256d rest = _mm256_add_pd(_mm256_sub_pd(high_base, upper), _mm256_set1_pd(MIDDLE));
  *high = _mm256_castpd_si256(upper);
  *low = _mm256_castpd_si256(_mm256_fmadd_pd(s, t, rest));
}

MUST_INLINE __m256i constant(uint64_t word) { return _mm256_set1_epi64x((int64_t)word); }

/* `low` may be negative: its sum with 2^52·high is the product. */
MUST_INLINE void split_product(product_v8 *low, product_v8 *high, product_v8 a, int64_t factor) {
  const __m256i *digits = (const __m256i *)&a;
  __m256d f = to_double(_mm256_set1_epi64x(factor));
  for (int half = 0; half < 2; half++) {
    __m256i upper, lower;
    split_bits(&upper, &lower, to_double(digits[half]), f);
    ((__m256i *)high)[half] = _mm256_sub_epi64(upper, constant(HIGH_BITS));
    ((__m256i *)low)[half] = _mm256_sub_epi64(lower, constant(MIDDLE_BITS));
  }
}

/* c += the products of eight fractions, with the digits and halves that the dots keep: of the last column the halves
   rounded downwards. A column gets less than 2·digits·2^52, and may get less than nothing. */
static inline void add_products(product_v8 *c, const product_v8 *u, const product_v8 *w, int64_t digits) {
  /* Squares of products have a digit more than numbers. */
  __m256d a[FISHERFLOW_MOST_DIGITS + 1][2], b[FISHERFLOW_MOST_DIGITS + 1][2];
  const __m256i *x = (const __m256i *)u, *y = (const __m256i *)w;
  __m256i *columns = (__m256i *)c;
  for (int64_t p = 0; p < digits; p++) {
    for (int half = 0; half < 2; half++) {
      a[p][half] = to_double(x[2 * p + half]);
      b[p][half] = to_double(y[2 * p + half]);
    }
  }
  for (int half = 0; half < 2; half++) {
    for (int64_t j = 0; j < digits - 1; j++) {
      __m256i high = _mm256_setzero_si256(), low = high;
      for (int64_t p = 0; p <= j; p++) {
        __m256i upper, lower;
        split_bits(&upper, &lower, a[p][half], b[j - p][half]);
        high = _mm256_add_epi64(high, upper);
        low = _mm256_add_epi64(low, lower);
      }
      high = _mm256_sub_epi64(high, constant((uint64_t)(j + 1) * HIGH_BITS));
      low = _mm256_sub_epi64(low, constant((uint64_t)(j + 1) * MIDDLE_BITS));
      columns[2 * (j + 1) + half] = _mm256_add_epi64(columns[2 * (j + 1) + half], high);
      columns[2 * (j + 2) + half] = _mm256_add_epi64(columns[2 * (j + 2) + half], low);
    }
    __m256i high = constant(-(uint64_t)digits * HIGH_BITS);
    for (int64_t p = 0; p < digits; p++) {
      __m256i upper, lower;
      split_bits(&upper, &lower, a[p][half], b[digits - 1 - p][half]);
      __m256i is_negative = _mm256_srli_epi64(_mm256_sub_epi64(lower, constant(MIDDLE_BITS)), 63);
      high = _mm256_add_epi64(high, _mm256_sub_epi64(upper, is_negative));
    }
    columns[2 * digits + half] = _mm256_add_epi64(columns[2 * digits + half], high);
  }
}

#include "lanes.h"
#include "karatsuba.h"
#include "relaxed.h"

#pragma clang attribute pop

const fisherflow_series_kernels *fisherflow_avx2_kernels(void) {
  static const fisherflow_series_kernels kernels = KERNELS("avx2");
  __builtin_cpu_init();
  int is_supported = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
                     __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
  return is_supported ? &kernels : 0;
}

#else

const fisherflow_series_kernels *fisherflow_avx2_kernels(void) { return 0; }

#endif
