#ifndef FISHERFLOW_SERIES_KERNELS_H
#define FISHERFLOW_SERIES_KERNELS_H

#include <stdint.h>

/*
 * Kernels of the fixed-point power series. Numbers are fractions in digits of 52 bits, the most significant
 * first, so that one layout serves AVX-512-IFMA (52-bit products) and every other processor, with the same
 * result to the last bit.
 *
 * BLOCK: eight numbers, one a lane, that are worked on together: (digits + 1)·8 words, aligned to 64 bytes.
 * Words 0...7 are the exponents e; word 8·(q + 1) + lane is digit q. The value of a lane is
 *
 *     2^e · Σ_q d_q 2^(-52 (q + 1)),   d_0 in [-2^51, 2^51), the other digits in [0, 2^52),
 *
 * a fraction in [-1/2, 1/2), normalised (its magnitude at least 1/4) unless the digits in use are too few to
 * tell. Zero has the exponent FISHERFLOW_NO_EXPONENT.
 *
 * LINES: the coefficients of series as Cauchy products read them, see `fisherflow_lines`.
 *
 * `digits` is always the number of digits that an operation reads and writes; blocks may hold more. Every
 * operation rounds downwards: its result is too small by less than 2 units of the last digit of a normalised
 * result, except where another bound is stated.
 */

#define FISHERFLOW_DIGIT_BITS 52
#define FISHERFLOW_LANES 8
#define FISHERFLOW_NO_EXPONENT (-(INT64_C(1) << 40))
/* What lines take: the few operations between one publication and the next stay far from the exponent of zero. */
#define FISHERFLOW_MOST_EXPONENT (INT64_C(1) << 35)
/* Bounds that keep every accumulator below 2^63; the engine refuses what is beyond them. */
#define FISHERFLOW_MOST_DIGITS 200
#define FISHERFLOW_MOST_TERMS (1 << 16)

/*
 * The coefficients of a family of series, each a line. All coefficients of a line share one exponent, so a
 * Cauchy sum is a sum of products of plain fractions. A coefficient x is kept as the fraction x 2^-e + 1/2 in
 * [0, 1): products are then unsigned, and the sums of the fractions, kept beside them, take the 1/2 out again.
 *
 * Digit q of position i of line l is at l·line_stride + q·digit_stride + i. Order k takes up the positions
 * k·inner ... k·inner + inner - 1 in `forward`, which the left factor of a product reads, and
 * (orders - 1 - k)·inner ... in `backward`, which the right one reads: a Cauchy sum then runs upwards in both. Either
 * may be null. Seven words beyond a line's last position may be read, and count for nothing.
 * sums holds for each line and order k, in capacity + 1 words, an integer and the digits of the sum of all
 * fractions of orders 0...k.
 */
typedef struct {
  uint64_t *forward, *backward, *sums;
  /* For each line: the exponent, set when its first coefficient that is not zero is published and raised when a
     later one needs it; the exponent of that coefficient; the largest so far; by how much the line's exponent
     shall exceed that of the first. */
  int64_t *exponents, *anchors, *peaks, *excess;
  int64_t lines, inner, orders, capacity;
  int64_t line_stride, digit_stride;
} fisherflow_lines;

/* One side of a Cauchy product: lines, and which of them each lane reads. */
typedef struct {
  const fisherflow_lines *lines;
  const int64_t *line_of_lane;
} fisherflow_factor;

/*
 * RELAXED CAUCHY SUMS. The pairs (i, j) of orders, counted from the first of each factor, are tiled by squares of
 * sides s = FISHERFLOW_LEAST_SIDE·2^p: one factor's orders in [s, 2s), the other's in [m s, (m + 1) s). All products
 * x_i y_j of unsigned fractions in a square are done at once, by Karatsuba's method, when degree n = s + m s is asked
 * for (van der Hoeven, "Relax, but don't be too lazy", 2002). What a square adds to degrees from n on is kept in the
 * square sums of an entry. Pairs in no square that is done are those with i or j below a number, `strip`, and make two
 * dots.
 *
 * Group g holds degrees 8g...8g + 7, one a lane, in vectors of eight words offsets[g]...offsets[g + 1] - 1: an integer
 * and digits, one more at least than those with which any of its degrees is read. Groups beyond the last are left out.
 */
typedef struct {
  int64_t *words;
  const int64_t *offsets;
  int64_t groups;
} fisherflow_square_sums;

#define FISHERFLOW_LEAST_SIDE 16
#define FISHERFLOW_MOST_SIDE 1024

typedef struct {
  /* Columns [digits + 1][8] of integer words += Σ_i x_i y_i for each lane: `count` sums of `length` products of
     unsigned fractions. Column 0 counts units, column j units of 2^(-52 j). Left out are the low halves of
     products of digits p + q = digits - 1 and all products with p + q >= digits: at most (2·digits + 2)·length
     units of the last column, and (3·digits + 1)/4·length on average.
     Overflow: what is added to a column stays below 2^61 for length <= FISHERFLOW_MOST_TERMS. */
  void (*dots)(
      int64_t *columns, const uint64_t *const *x, int64_t x_stride, const uint64_t *const *y, int64_t y_stride,
      int64_t length, int64_t digits, int64_t count);
  /* out = Σ a_j b_{k-j}, j = first...last, in `count` lanes; the others become zero. Error: that of dots. */
  void (*cauchy)(
      int64_t *out, fisherflow_factor a, fisherflow_factor b, int64_t k, int64_t first, int64_t last,
      int64_t digits, int64_t count);
  /* The same for a = b and first = k - last, in half as many products. */
  void (*cauchy_square)(
      int64_t *out, fisherflow_factor a, fisherflow_factor b, int64_t k, int64_t first, int64_t last,
      int64_t digits, int64_t count);
  /* Adds the squares whose first degree is n, with sides from `least_side` on, for the lines of lane 0: both factors
     are published up to degree n - 1 at least, with `digits` digits or more; n < 4·FISHERFLOW_MOST_SIDE. Where a = b
     one of two mirror images is done, and doubled. Error of what any degree gets from all squares together: less than
     `inner` units of 2^(-52 digits). */
  void (*add_squares)(
      fisherflow_square_sums sums, fisherflow_factor a, int64_t first_a, fisherflow_factor b, int64_t first_b,
      int64_t n, int64_t least_side, int64_t is_square, int64_t digits, int64_t *scratch);
  /* As cauchy, from the square sums of each lane and the products that are not in them: those of the first and the last
     `strip` orders, where 2·strip <= last - first. Error: that of cauchy, or less. */
  void (*cauchy_relaxed)(
      int64_t *out, fisherflow_factor a, fisherflow_factor b, int64_t k, int64_t first, int64_t last,
      const fisherflow_square_sums *sums, int64_t strip, int64_t is_square, int64_t digits, int64_t count);
  /* out = a ± b */
  void (*add)(int64_t *out, const int64_t *a, const int64_t *b, int64_t digits, int64_t subtract);
  void (*negate)(int64_t *out, const int64_t *a, int64_t digits);
  /* out = a·b, lane by lane: too small by at most 2·digits + 2 units. */
  void (*multiply)(int64_t *out, const int64_t *a, const int64_t *b, int64_t digits);
  /* out = a·2^exponent·Σ factor_q 2^(-52 (q + 1)), the fraction in [0, 1/2); bound as above. */
  void (*scale)(
      int64_t *out, const int64_t *a, const uint64_t *factor, int64_t exponent, int64_t digits);
  /* out = factor·a, 0 <= factor < 2^51 */
  void (*multiply_integer)(int64_t *out, const int64_t *a, int64_t factor, int64_t digits);
  /* Coefficient k of all lines: entry e of the blocks becomes place_of_entry[e] of order k of line_of_entry[e].
     Where one does not fit, the line's exponent is raised, and its earlier coefficients lose as many bits. Every
     fraction is rounded downwards, to one unit. Returns 0, with nothing done, where an exponent is out of range. */
  int (*publish)(
      fisherflow_lines *lines, const int64_t *blocks, int64_t block_stride, const int64_t *line_of_entry,
      const int64_t *place_of_entry, int64_t entries, int64_t k, int64_t digits);
  const char *name;
} fisherflow_series_kernels;

/* Kernels for every processor. */
const fisherflow_series_kernels *fisherflow_portable_kernels(void);
/* Kernels for AVX-512-IFMA, null where they are not compiled in or the processor has no such instructions. */
const fisherflow_series_kernels *fisherflow_ifma_kernels(void);
/* The same for AVX2 with fused multiply-adds. */
const fisherflow_series_kernels *fisherflow_avx2_kernels(void);

/* The words of scratch memory that a square of a side takes. */
int64_t fisherflow_square_scratch(int64_t side, int64_t digits);

/* out lane = source lane, for pointers at the exponent of a lane; null is zero. */
void fisherflow_gather(int64_t *out, const int64_t *const *sources, int64_t digits);

/* A lane's fraction, read as an integer of digits·52 bits in two's complement: its sign (1 or -1), and its
   magnitude in 64-bit words, least significant first, (digits·52 + 63)/64 of them. */
int fisherflow_pack(uint64_t *words, const int64_t *lane, int64_t digits);
/* The reverse. The magnitude is below 2^(52·digits - 1). */
void fisherflow_unpack(int64_t *lane, const uint64_t *words, int64_t digits, int is_negative);
/* The same for a fraction without sign, digit after digit. */
void fisherflow_unpack_factor(uint64_t *factor, const uint64_t *words, int64_t digits);

#endif
