/*
 * Products of polynomials, for all sets of kernels: Karatsuba's method down to single coefficients, whose products
 * are those of `add_products`. Included after lanes.h.
 *
 * ELEMENT: eight numbers, one a lane, as vectors of digits. Factors have `digits` of them, all below 2^52; products
 * one more, in front, for integer part and sign. Along the way digits of products are any words.
 */

/* Polynomials of so many coefficients are multiplied lane by lane, eight at once. */
#define SMALL 8
/* Beyond this number of coefficients Karatsuba's three products are done one after the other, so that
   what is kept fits into caches. */
#define WIDE 128
/* Pairs of small polynomials that are kept together. */
#define MOST_PAIRS 81

/* out_i = a_i + b_i for `count` elements of factors; the caller sees to it that sums are below 1. */
INLINE void add_factors(v8 *out, const v8 *a, const v8 *b, int64_t count, int64_t digits) {
  for (int64_t i = 0; i < count; i++, out += digits, a += digits, b += digits) {
    v8 sum = a[digits - 1] + b[digits - 1];
    for (int64_t q = digits - 1; q > 0; q--) {
      out[q] = sum & splat(MASK);
      sum = a[q - 1] + b[q - 1] + (sum >> 52);
    }
    out[0] = sum;
  }
}

/*
 * The factors of Karatsuba's products of a polynomial of `length` elements, a power of two: those of its lower half,
 * of its upper half, and of their sum, and so on. Sums are kept in `free`; what follows them is returned.
 */
static v8 *split(const v8 **factors, const v8 *a, int64_t length, int64_t digits, v8 *free) {
  if (length == 1) {
    *factors = a;
    return free;
  }
  int64_t half = length / 2, count = 1;
  for (int64_t n = half; n > 1; n /= 2) count *= 3;
  v8 *sum = free;
  add_factors(sum, a, a + half * digits, half, digits);
  free = split(factors, a, half, digits, free + half * digits);
  free = split(factors + count, a + half * digits, half, digits, free);
  return split(factors + 2 * count, sum, half, digits, free);
}

/*
 * out = low + (middle - low - high) z^h + high z^2h, from three products of 2h elements each, one after the other:
 * 4h elements. Digits grow at most fourfold.
 */
INLINE void join(v8 *out, const v8 *products, int64_t h, int64_t words) {
  int64_t n = h * words;
  const v8 *low = products, *high = products + 2 * n, *middle = products + 4 * n;
  for (int64_t i = 0; i < n; i++) {
    v8 difference = low[n + i] - high[i];
    out[i] = low[i];
    out[n + i] = middle[i] - low[i] + difference;
    out[2 * n + i] = middle[n + i] - high[n + i] - difference;
    out[3 * n + i] = high[n + i];
  }
}

/* The same from products of one coefficient each. */
INLINE void join_coefficients(v8 *out, const v8 *products, int64_t words) {
  const v8 *low = products, *high = products + words, *middle = products + 2 * words;
  for (int64_t i = 0; i < words; i++) {
    out[i] = low[i];
    out[words + i] = middle[i] - low[i] - high[i];
    out[2 * words + i] = high[i];
    out[3 * words + i] = splat(0);
  }
}

/* Joins `count` products of 2h elements, in the order of `split`, `levels` times; the result is where the answer
   says: at `products` or at `other`, both of which are used. */
INLINE v8 *join_all(v8 *products, v8 *other, int64_t count, int64_t h, int64_t words, int64_t levels) {
  for (; levels > 0; levels--, h *= 2) {
    count /= 3;
    for (int64_t i = 0; i < count; i++) {
      join(other + i * 4 * h * words, products + i * 6 * h * words, h, words);
    }
    v8 *joined = other;
    other = products;
    products = joined;
  }
  return products;
}

/* out[i·stride] = lane i of *in[0], *in[1], ... *in[7] */
INLINE void transpose(v8 *out, int64_t out_stride, const v8 *const *in) {
  v8 a[8], b[8];
  for (int i = 0; i < 8; i += 2) {
    a[i] = __builtin_shufflevector(*in[i], *in[i + 1], 0, 8, 2, 10, 4, 12, 6, 14);
    a[i + 1] = __builtin_shufflevector(*in[i], *in[i + 1], 1, 9, 3, 11, 5, 13, 7, 15);
  }
  for (int i = 0; i < 8; i += 4) {
    for (int j = 0; j < 2; j++) {
      b[i + j] = __builtin_shufflevector(a[i + j], a[i + j + 2], 0, 1, 8, 9, 4, 5, 12, 13);
      b[i + j + 2] = __builtin_shufflevector(a[i + j], a[i + j + 2], 2, 3, 10, 11, 6, 7, 14, 15);
    }
  }
  for (int j = 0; j < 4; j++) {
    out[j * out_stride] = __builtin_shufflevector(b[j], b[j + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    out[(j + 4) * out_stride] = __builtin_shufflevector(b[j], b[j + 4], 4, 5, 6, 7, 12, 13, 14, 15);
  }
}

/* Eight polynomials of SMALL coefficients, each an element whose lanes are its coefficients: lane by lane. */
INLINE void load_lanes(v8 *out, const v8 *const *factors, int64_t count, int64_t digits) {
  for (int64_t q = 0; q < digits; q++) {
    const v8 *in[8];
    for (int64_t i = 0; i < 8; i++) in[i] = factors[i < count ? i : 0] + q;
    transpose(out + q, digits, in);
  }
}

/*
 * products: for each of `count` <= 8 pairs of factors two elements, whose lanes are the coefficients of the product.
 * Overflow: single products have column words below 2^61, digits once they are carried; three levels of `join` make
 * them less than 2^58.
 */
static void multiply_small(
    v8 *products, const v8 *const *x, const v8 *const *y, int64_t count, int64_t digits, v8 *free) {
  const int64_t words = digits + 1;
  v8 *a = free, *b = a + 8 * digits, *sums = b + 8 * digits;
  load_lanes(a, x, count, digits);
  load_lanes(b, y, count, digits);
  const v8 *left[27], *right[27];
  v8 *parts = split(right, b, SMALL, digits, split(left, a, SMALL, digits, sums));
  v8 *other = parts + 36 * words;
  for (int64_t i = 0; i < 27; i += 3) {
    for (int64_t j = 0; j < 3; j++) {
      v8 *part = other + j * words;
      for (int64_t q = 0; q < words; q++) part[q] = splat(0);
      add_products(part, left[i + j], right[i + j], digits);
      carry(part, digits);
    }
    join_coefficients(parts + i / 3 * 4 * words, other, words);
  }
  v8 *joined = join_all(parts, other, 9, 2, words, 2);
  for (int64_t i = 0; i < 16; i++) carry(joined + i * words, digits);
  for (int64_t j = 0; j < words; j++) {
    for (int64_t half = 0; half < 2; half++) {
      const v8 *in[8];
      v8 out[8];
      for (int64_t i = 0; i < 8; i++) in[i] = joined + (8 * half + i) * words + j;
      transpose(out, 1, in);
      for (int64_t i = 0; i < count; i++) products[(2 * i + half) * words + j] = out[i];
    }
  }
}

/* How many pairs of polynomials `multiply_polynomials` takes at once. */
INLINE int64_t polynomials_together(int64_t length) {
  int64_t leaves = 1;
  if (length > WIDE / SMALL) return 1;
  for (int64_t n = length; n > 1; n /= 2) leaves *= 3;
  return MOST_PAIRS / leaves;
}

/* Vectors of scratch memory for so many pairs, with their factors, of so many digits, and products. */
INLINE int64_t scratch_vectors(int64_t length, int64_t digits) {
  int64_t elements = 4 * polynomials_together(length) * length + 6 * MOST_PAIRS + 126;
  for (int64_t n = length; n > WIDE / SMALL; n /= 2) elements += 4 * n;
  return elements * (digits + 1);
}

/*
 * out: for each of `pairs` pairs of polynomials of `length` elements, a power of two, whose lanes are consecutive
 * coefficients, the 2·length elements of their product, carried.
 * Overflow: digits below 2^52 of what multiply_small gives are less than 2^60 after four levels of `join`.
 */
static void multiply_polynomials(
    v8 *out, const v8 *x, const v8 *y, int64_t pairs, int64_t length, int64_t digits, v8 *free) {
  const int64_t words = digits + 1, half = length / 2;
  if (length > WIDE / SMALL) {
    for (int64_t i = 0; i < pairs; i++) {
      const v8 *a = x + i * length * digits, *b = y + i * length * digits;
      v8 *result = out + 2 * i * length * words;
      v8 *left = free, *right = left + half * digits, *products = right + half * digits;
      v8 *rest = products + 3 * length * words;
      add_factors(left, a, a + half * digits, half, digits);
      add_factors(right, b, b + half * digits, half, digits);
      multiply_polynomials(products, a, b, 1, half, digits, rest);
      multiply_polynomials(products + length * words, a + half * digits, b + half * digits, 1, half, digits, rest);
      multiply_polynomials(products + 2 * length * words, left, right, 1, half, digits, rest);
      join(result, products, half, words);
      for (int64_t j = 0; j < 2 * length; j++) carry(result + j * words, digits);
    }
    return;
  }
  int64_t levels = 0, count = 1;
  for (int64_t n = length; n > 1; n /= 2, levels++) count *= 3;
  const v8 *left[MOST_PAIRS], *right[MOST_PAIRS];
  v8 *products = free;
  for (int64_t i = 0; i < pairs; i++) {
    products = split(left + i * count, x + i * length * digits, length, digits, products);
    products = split(right + i * count, y + i * length * digits, length, digits, products);
  }
  count *= pairs;
  v8 *other = products + 2 * count * words, *rest = other + 2 * count * words;
  for (int64_t i = 0; i < count; i += 8) {
    multiply_small(
        products + 2 * i * words, left + i, right + i, count - i < 8 ? count - i : 8, digits, rest);
  }
  const v8 *joined = join_all(products, other, count, 1, words, levels);
  memcpy(out, joined, 2 * pairs * length * words * sizeof *out);
  for (int64_t i = 0; i < 2 * pairs * length; i++) carry(out + i * words, digits);
}
