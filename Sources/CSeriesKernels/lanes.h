/*
 * Operations on blocks, for all sets of kernels: the file that includes this defines DOTS (the sums of
 * products) and add_products (eight products of fractions). Vectors are the compiler's generic ones, so this
 * becomes AVX-512, AVX2, NEON or scalar code with the same results.
 */
#include "series_kernels.h"

#include <string.h>

/* Vectors never cross from one translation unit to another, so how they would be passed does not matter. */
#pragma clang diagnostic ignored "-Wpsabi"

typedef int64_t v8 __attribute__((vector_size(64)));
typedef double d8 __attribute__((vector_size(64)));

#define INLINE static inline __attribute__((always_inline))
#define MASK ((INT64_C(1) << 52) - 1)
#define HALF (INT64_C(1) << 51)
#define NONE FISHERFLOW_NO_EXPONENT

INLINE v8 splat(int64_t x) { return (v8){x, x, x, x, x, x, x, x}; }
INLINE v8 shift_left(v8 a, v8 n) { return (v8)((a) << n); }
/* Of digits, which are not negative, a logical shift is an arithmetic one. */
INLINE v8 shift_right(v8 a, v8 n) { return a >> n; }
/* mask ? a : b, for masks of all ones or zeros */
INLINE v8 pick(v8 mask, v8 a, v8 b) { return (a & mask) | (b & ~mask); }
INLINE int any(v8 mask) {
  return (mask[0] | mask[1] | mask[2] | mask[3] | mask[4] | mask[5] | mask[6] | mask[7]) != 0;
}

/* The number of bits of v without its sign: the least b with -2^b <= v < 2^b, or one more where v rounds up to
   a power of two as a double. */
INLINE v8 magnitude_bits(v8 v) {
  v8 magnitude = v ^ (v >> 63);
  d8 rounded = __builtin_convertvector(magnitude, d8);
  v8 exponent;
  memcpy(&exponent, &rounded, sizeof exponent);
  v8 bits = (exponent >> 52) - 1022;
  return bits & (bits > 0);
}

/* Column j holds any words below 2^62 in magnitude; afterwards columns 1... are digits and column 0, the integer
   part, takes the rest and the sign. The fraction is taken modulo nothing: no carry is lost. */
INLINE void carry(v8 *c, int64_t digits) {
  for (int64_t j = digits; j > 0; j--) {
    c[j - 1] += c[j] >> 52;
    c[j] &= splat(MASK);
  }
}

/* Shifts the digits of a carried lane whose leading digit says nothing but its sign up until one does. */
static __attribute__((noinline)) int64_t raise_lane(v8 *c, int64_t lane, int64_t digits) {
  int64_t raised = 0;
  while (raised < digits) {
    int64_t top = c[1][lane] + (c[0][lane] << 52);
    if (top != 0 && top != -1) break;
    for (int64_t j = 1; j < digits; j++) c[j][lane] = c[j + 1][lane];
    c[digits][lane] = 0;
    raised++;
  }
  return 52 * raised;
}

/* out = 2^e · (columns), normalised. The columns are below 2^62 in magnitude, and column 0 below 2^50 after the
   carries; they are destroyed. */
INLINE void finish(int64_t *out, v8 *c, v8 e, int64_t digits) {
  v8 *result = (v8 *)out;
  v8 used = splat(0);
  for (int64_t j = digits; j > 0; j--) {
    c[j - 1] += c[j] >> 52;
    c[j] &= splat(MASK);
    used |= c[j];
  }
  used |= c[0];
  v8 is_used = used != 0;
  v8 top = c[1] + (c[0] << 52);
  v8 has_integer = (c[0] != 0) & (c[0] != -1);
  v8 bits = magnitude_bits(pick(has_integer, c[0], top));
  v8 is_spent = is_used & ~has_integer & (bits == 0);
  if (__builtin_expect(any(is_spent), 0)) {
    for (int64_t lane = 0; lane < 8; lane++) {
      if (is_spent[lane]) e[lane] -= raise_lane(c, lane, digits);
    }
    top = c[1] + (c[0] << 52);
    bits = magnitude_bits(pick(has_integer, c[0], top));
  }
  /* |value| < 2^bits with an integer part, else 2^(bits - 52): a shift to below 1/2. */
  v8 shift = pick(has_integer, -1 - bits, 51 - bits) & is_used;
  result[0] = pick(is_used, e - shift, splat(NONE));
  v8 is_down = shift < 0;
  v8 left = shift + (is_down & 52), right = 52 - left;
  result[1] = shift_left(pick(is_down, c[0], top), left);
  c[digits + 1] = splat(0);
  for (int64_t j = 0; j < digits; j++) {
    v8 high = pick(is_down, c[j], c[j + 1]);
    v8 low = pick(is_down, c[j + 1], c[j + 2]);
    v8 digit = shift_right(low, right);
    if (j > 0) digit |= shift_left(high, left) & splat(MASK);
    if (j == 0) digit |= result[1];
    result[j + 1] = digit;
  }
}

/* Digits of a lane shifted right by any number of bits, rounded downwards. */
static __attribute__((noinline)) void lower_lane(
    v8 *c, const v8 *a, int64_t lane, int64_t shift, int64_t digits) {
  int64_t skip = shift / 52, right = shift % 52, sign = a[0][lane] >> 63;
  for (int64_t j = digits - 1; j >= 0; j--) {
    int64_t from = j - skip;
    int64_t high = from - 1 >= 0 ? a[from - 1][lane] : sign;
    int64_t low = from >= 0 ? a[from][lane] : sign;
    int64_t digit = (low >> right) | (int64_t)((uint64_t)high << (52 - right));
    c[j][lane] = j > 0 ? digit & MASK : low >> right;
  }
}

/* c_j = digit j of a·2^-shift, shift >= 0 in each lane; digit 0 keeps the sign. */
INLINE void lower(v8 *c, const v8 *a, v8 shift, int64_t digits) {
  v8 is_far = shift > 51;
  v8 near = shift & ~is_far;
  c[0] = a[0] >> near;
  v8 left = 52 - near;
  for (int64_t j = 1; j < digits; j++) {
    c[j] = (shift_right(a[j], near) | shift_left(a[j - 1], left)) & splat(MASK);
  }
  if (__builtin_expect(any(is_far), 0)) {
    for (int64_t lane = 0; lane < 8; lane++) {
      if (is_far[lane]) lower_lane(c, a, lane, shift[lane], digits);
    }
  }
}

static void add(int64_t *out, const int64_t *a, const int64_t *b, int64_t digits, int64_t subtract) {
  const v8 *x = (const v8 *)a, *y = (const v8 *)b;
  v8 small[FISHERFLOW_MOST_DIGITS], large[FISHERFLOW_MOST_DIGITS], c[FISHERFLOW_MOST_DIGITS + 2];
  v8 swap = x[0] < y[0];
  v8 e = pick(swap, y[0], x[0]), least = pick(swap, x[0], y[0]);
  /* A zero needs no shift, whatever its exponent. */
  v8 shift = (e - least) & (least != NONE);
  v8 flip = splat(-subtract), sign_of_large = flip & swap, sign_of_small = flip & ~swap;
  for (int64_t j = 0; j < digits; j++) {
    large[j] = pick(swap, y[j + 1], x[j + 1]);
    small[j] = pick(swap, x[j + 1], y[j + 1]);
  }
  v8 lowered[FISHERFLOW_MOST_DIGITS];
  lower(lowered, small, shift, digits);
  c[0] = splat(0);
  for (int64_t j = 0; j < digits; j++) {
    c[j + 1] = ((large[j] ^ sign_of_large) - sign_of_large) + ((lowered[j] ^ sign_of_small) - sign_of_small);
  }
  finish(out, c, e, digits);
}

static void negate(int64_t *out, const int64_t *a, int64_t digits) {
  const v8 *x = (const v8 *)a;
  v8 c[FISHERFLOW_MOST_DIGITS + 2];
  c[0] = splat(0);
  for (int64_t j = 1; j <= digits; j++) c[j] = -x[j];
  finish(out, c, x[0], digits);
}

/*
 * Signed fractions by unsigned products: a = a' - [a < 0] with a' = a modulo 1, so
 * a b = a' b' - [a < 0] b' - [b < 0] a' + [a < 0][b < 0].
 */
static void multiply(int64_t *out, const int64_t *a, const int64_t *b, int64_t digits) {
  const v8 *x = (const v8 *)a, *y = (const v8 *)b;
  v8 u[FISHERFLOW_MOST_DIGITS], w[FISHERFLOW_MOST_DIGITS], c[FISHERFLOW_MOST_DIGITS + 2];
  v8 x_sign = x[1] >> 63, y_sign = y[1] >> 63;
  for (int64_t j = 0; j < digits; j++) {
    u[j] = x[j + 1] & splat(MASK);
    w[j] = y[j + 1] & splat(MASK);
  }
  c[0] = x_sign & y_sign & 1;
  for (int64_t j = 0; j < digits; j++) c[j + 1] = -(x_sign & w[j]) - (y_sign & u[j]);
  add_products(c, u, w, digits);
  finish(out, c, x[0] + y[0], digits);
}

static void scale(
    int64_t *out, const int64_t *a, const uint64_t *factor, int64_t exponent, int64_t digits) {
  const v8 *x = (const v8 *)a;
  v8 u[FISHERFLOW_MOST_DIGITS], w[FISHERFLOW_MOST_DIGITS], c[FISHERFLOW_MOST_DIGITS + 2];
  v8 sign = x[1] >> 63;
  c[0] = splat(0);
  for (int64_t j = 0; j < digits; j++) {
    u[j] = x[j + 1] & splat(MASK);
    w[j] = splat((int64_t)factor[j]);
    c[j + 1] = -(sign & w[j]);
  }
  add_products(c, u, w, digits);
  finish(out, c, x[0] + exponent, digits);
}

static void multiply_integer(int64_t *out, const int64_t *a, int64_t factor, int64_t digits) {
  const v8 *x = (const v8 *)a;
  v8 c[FISHERFLOW_MOST_DIGITS + 2];
  v8 sign = x[1] >> 63;
  /* The digit 0 modulo 2^52 is 2^52 too large where it is negative. */
  c[0] = -(sign & factor);
  for (int64_t j = 1; j <= digits; j++) {
    v8 low, high;
    split_product(&low, &high, x[j] & splat(MASK), factor);
    c[j - 1] += high;
    c[j] = low;
  }
  finish(out, c, x[0], digits);
}

/* Column j + 1 of c gets weight · digit j of the sum of fractions of orders first...last of a line. */
INLINE void take_sum(
    v8 *c, const fisherflow_lines *lines, int64_t line, int64_t lane, int64_t first, int64_t last, int64_t weight,
    int64_t digits) {
  int64_t stride = lines->capacity + 1;
  const uint64_t *to = lines->sums + (line * lines->orders + last) * stride;
  if (first == 0) {
    for (int64_t j = 0; j <= digits; j++) c[j][lane] -= weight * (int64_t)to[j];
  } else {
    const uint64_t *from = lines->sums + (line * lines->orders + first - 1) * stride;
    for (int64_t j = 0; j <= digits; j++) c[j][lane] -= weight * (int64_t)(to[j] - from[j]);
  }
}

/* c += 2·weight·Σ x_j y_{k-j}, j = first...last, of unsigned fractions. What the sums of products leave out on
   average is added. */
INLINE void add_dots(
    v8 *c, fisherflow_factor a, fisherflow_factor b, int64_t k, int64_t first, int64_t last, int64_t weight,
    int64_t digits, int64_t count) {
  v8 t[FISHERFLOW_MOST_DIGITS + 1];
  const uint64_t *x[FISHERFLOW_LANES], *y[FISHERFLOW_LANES];
  int64_t length = (last - first + 1) * a.lines->inner;
  for (int64_t lane = 0; lane < count; lane++) {
    x[lane] = a.lines->forward + a.line_of_lane[lane] * a.lines->line_stride + first * a.lines->inner;
    y[lane] = b.lines->backward + b.line_of_lane[lane] * b.lines->line_stride +
              (b.lines->orders - 1 - (k - first)) * b.lines->inner;
  }
  for (int64_t j = 0; j <= digits; j++) t[j] = splat(0);
  DOTS((int64_t *)t, x, a.lines->digit_stride, y, b.lines->digit_stride, length, digits, count);
  carry(t, digits);
  for (int64_t j = 0; j <= digits; j++) c[j] += t[j] * (2 * weight);
  c[digits] += weight * length * (3 * digits + 1) / 2;
}

/*
 * c += weight·(n/2 - Σ x_j - Σ y_{k-j}), j = first...last: with the fractions x = a + 1/2, y = b + 1/2,
 * 2 Σ a b = 2 Σ x y - Σ x - Σ y + n/2.
 */
INLINE void take_halves(
    v8 *c, fisherflow_factor a, fisherflow_factor b, int64_t k, int64_t first, int64_t last, int64_t weight,
    int64_t digits, int64_t count) {
  int64_t length = (last - first + 1) * a.lines->inner;
  for (int64_t lane = 0; lane < count; lane++) {
    take_sum(c, a.lines, a.line_of_lane[lane], lane, first, last, weight, digits);
    take_sum(c, b.lines, b.line_of_lane[lane], lane, k - last, k - first, weight, digits);
  }
  c[0] += weight * (length >> 1);
  if (length & 1) c[1] += weight * HALF;
}

/*
 * c += 2·weight·Σ a_j b_{k-j}, j = first...last.
 * Overflow: carried sums of products and of fractions are digits, but for the integers, which are below n.
 */
INLINE void add_range(
    v8 *c, fisherflow_factor a, fisherflow_factor b, int64_t k, int64_t first, int64_t last, int64_t weight,
    int64_t digits, int64_t count) {
  add_dots(c, a, b, k, first, last, weight, digits, count);
  take_halves(c, a, b, k, first, last, weight, digits, count);
}

/* Exponents of the products; a lane that is not used, or a factor that is zero so far, gives zero. */
INLINE void finish_product(
    int64_t *out, v8 *c, fisherflow_factor a, fisherflow_factor b, int64_t digits, int64_t count) {
  v8 e = splat(0), is_used = splat(0);
  for (int64_t lane = 0; lane < count; lane++) {
    int64_t x = a.lines->exponents[a.line_of_lane[lane]], y = b.lines->exponents[b.line_of_lane[lane]];
    if (x == NONE || y == NONE) continue;
    e[lane] = x + y - 1;
    is_used[lane] = -1;
  }
  for (int64_t j = 0; j <= digits; j++) c[j] &= is_used;
  finish(out, c, e, digits);
}

static void cauchy(
    int64_t *out, fisherflow_factor a, fisherflow_factor b, int64_t k, int64_t first, int64_t last,
    int64_t digits, int64_t count) {
  v8 c[FISHERFLOW_MOST_DIGITS + 2];
  for (int64_t j = 0; j <= digits; j++) c[j] = splat(0);
  add_range(c, a, b, k, first, last, 1, digits, count);
  finish_product(out, c, a, b, digits, count);
}

static void cauchy_square(
    int64_t *out, fisherflow_factor a, fisherflow_factor b, int64_t k, int64_t first, int64_t last,
    int64_t digits, int64_t count) {
  v8 c[FISHERFLOW_MOST_DIGITS + 2];
  for (int64_t j = 0; j <= digits; j++) c[j] = splat(0);
  int64_t terms = last - first + 1, middle = first + terms / 2;
  if (terms > 1) add_range(c, a, b, k, first, middle - 1, 2, digits, count);
  if (terms & 1) add_range(c, a, b, k, middle, middle, 1, digits, count);
  finish_product(out, c, a, b, digits, count);
}

/* Bits by which a line's exponent is raised above what is needed, since later coefficients may need more: as many as the
   coefficients have grown by since the first, within limits. */
#define LEAST_RAISE_MARGIN 2
#define MOST_RAISE_MARGIN 4

INLINE int64_t raise_margin(int64_t growth) {
  if (growth < LEAST_RAISE_MARGIN) return LEAST_RAISE_MARGIN;
  return growth < MOST_RAISE_MARGIN ? growth : MOST_RAISE_MARGIN;
}

/* `count` fractions x 2^-e + 1/2, digit q of fraction i at q·stride + i, become those for the exponent e + shift. */
INLINE void lower_fractions(uint64_t *at, int64_t stride, int64_t count, int64_t shift, int64_t digits) {
  int64_t skip = shift / 52, right = shift % 52;
  for (int64_t q = digits - 1; q >= 0; q--) {
    for (int64_t i = 0; i < count; i++) {
      int64_t top = (int64_t)at[i] - HALF, sign = top >> 63, from = q - skip;
      int64_t low = from > 0 ? (int64_t)at[from * stride + i] : from == 0 ? top : sign;
      int64_t high = from > 1 ? (int64_t)at[(from - 1) * stride + i] : from == 1 ? top : sign;
      int64_t digit = (low >> right) | (int64_t)((uint64_t)high << (52 - right));
      at[q * stride + i] = (uint64_t)(q > 0 ? digit & MASK : (low >> right) + HALF);
    }
  }
}

/* Raises the exponent of a line whose orders below k are published, and adds its fractions up anew. Only what orders
   from k on read is kept: `digits` digits, those of order k. */
static __attribute__((noinline)) void raise_line(
    fisherflow_lines *lines, int64_t line, int64_t exponent, int64_t k, int64_t digits) {
  int64_t inner = lines->inner, shift = exponent - lines->exponents[line], stride = lines->capacity + 1;
  uint64_t *forward = lines->forward ? lines->forward + line * lines->line_stride : 0;
  uint64_t *backward =
      lines->backward ? lines->backward + line * lines->line_stride + (lines->orders - k) * inner : 0;
  if (forward) lower_fractions(forward, lines->digit_stride, k * inner, shift, digits);
  if (backward) lower_fractions(backward, lines->digit_stride, k * inner, shift, digits);
  uint64_t *sum = lines->sums + line * lines->orders * stride;
  for (int64_t order = 0; order < k; order++, sum += stride) {
    for (int64_t j = 0; j <= digits; j++) sum[j] = order > 0 ? sum[j - stride] : 0;
    const uint64_t *from = forward ? forward + order * inner : backward + (k - 1 - order) * inner;
    for (int64_t q = 0; q < digits; q++) {
      for (int64_t i = 0; i < inner; i++) sum[q + 1] += from[q * lines->digit_stride + i];
    }
    for (int64_t j = digits; j > 0; j--) {
      sum[j - 1] += sum[j] >> 52;
      sum[j] &= MASK;
    }
  }
  lines->exponents[line] = exponent;
}

/* Gives lines the exponents that the entries of order k need; whether they are in range. */
INLINE int place_exponents(
    fisherflow_lines *lines, const int64_t *blocks, int64_t block_stride, const int64_t *line_of_entry,
    int64_t entries, int64_t k, int64_t digits) {
  for (int64_t e = 0; e < entries; e++) {
    int64_t line = line_of_entry[e];
    int64_t exponent = blocks[(e >> 3) * block_stride + (e & 7)];
    if (exponent > lines->peaks[line]) lines->peaks[line] = exponent;
  }
  for (int64_t line = 0; line < lines->lines; line++) {
    int64_t peak = lines->peaks[line];
    if (peak == NONE) continue;
    if (peak > FISHERFLOW_MOST_EXPONENT || peak < -FISHERFLOW_MOST_EXPONENT) return 0;
    if (lines->exponents[line] == NONE) {
      lines->anchors[line] = peak;
      lines->exponents[line] = peak + lines->excess[line];
    } else if (peak > lines->exponents[line]) {
      raise_line(lines, line, peak + raise_margin(peak - lines->anchors[line]), k, digits);
    }
  }
  return 1;
}

static int publish(
    fisherflow_lines *lines, const int64_t *blocks, int64_t block_stride, const int64_t *line_of_entry,
    const int64_t *place_of_entry, int64_t entries, int64_t k, int64_t digits) {
  if (!place_exponents(lines, blocks, block_stride, line_of_entry, entries, k, digits)) return 0;
  int64_t stride = lines->capacity + 1;
  for (int64_t line = 0; line < lines->lines; line++) {
    uint64_t *sum = lines->sums + (line * lines->orders + k) * stride;
    if (k == 0) {
      memset(sum, 0, (digits + 1) * sizeof *sum);
    } else {
      memcpy(sum, sum - stride, (digits + 1) * sizeof *sum);
    }
  }
  v8 lowered[FISHERFLOW_MOST_DIGITS];
  int64_t upwards = k * lines->inner, downwards = (lines->orders - 1 - k) * lines->inner;
  for (int64_t block = 0; block < entries; block += 8) {
    const v8 *a = (const v8 *)(blocks + (block >> 3) * block_stride);
    int64_t count = entries - block < 8 ? entries - block : 8;
    v8 shift = splat(0);
    for (int64_t lane = 0; lane < count; lane++) {
      if (a[0][lane] != NONE) shift[lane] = lines->exponents[line_of_entry[block + lane]] - a[0][lane];
    }
    lower(lowered, a + 1, shift, digits);
    lowered[0] += HALF;
    for (int64_t lane = 0; lane < count; lane++) {
      int64_t line = line_of_entry[block + lane];
      int64_t start = line * lines->line_stride + place_of_entry[block + lane];
      uint64_t *sum = lines->sums + (line * lines->orders + k) * stride + 1;
      const int64_t *from = (const int64_t *)lowered + lane;
      if (lines->forward) {
        uint64_t *to = lines->forward + start + upwards;
        for (int64_t q = 0; q < digits; q++) to[q * lines->digit_stride] = (uint64_t)from[8 * q];
      }
      if (lines->backward) {
        uint64_t *to = lines->backward + start + downwards;
        for (int64_t q = 0; q < digits; q++) to[q * lines->digit_stride] = (uint64_t)from[8 * q];
      }
      for (int64_t q = 0; q < digits; q++) sum[q] += (uint64_t)from[8 * q];
    }
  }
  for (int64_t line = 0; line < lines->lines; line++) {
    uint64_t *sum = lines->sums + (line * lines->orders + k) * stride;
    for (int64_t j = digits; j > 0; j--) {
      sum[j - 1] += sum[j] >> 52;
      sum[j] &= MASK;
    }
  }
  return 1;
}
