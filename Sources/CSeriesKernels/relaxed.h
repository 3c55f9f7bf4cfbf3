/*
 * Relaxed Cauchy sums, for all sets of kernels; see the header. Included after karatsuba.h.
 */

/* Eight words, `step` apart. */
INLINE v8 read_coefficients(const uint64_t *at, int64_t step) {
  v8 words;
  if (step == 1) {
    memcpy(&words, at, sizeof words);
  } else if (step == -1) {
    memcpy(&words, at - 7, sizeof words);
    words = __builtin_shufflevector(words, words, 7, 6, 5, 4, 3, 2, 1, 0);
  } else {
    for (int64_t lane = 0; lane < 8; lane++) words[lane] = (int64_t)at[lane * step];
  }
  return words;
}

/* `side` fractions of `digits` digits from a position on, `step` apart, times 2^-shift: elements of digits + 1. */
INLINE void load_polynomial(
    v8 *out, const uint64_t *at, int64_t step, int64_t digit_stride, int64_t side, int64_t digits, int64_t shift) {
  for (int64_t i = 0; i < side; i += 8, at += 8 * step, out += digits + 1) {
    v8 above = splat(0);
    for (int64_t q = 0; q < digits; q++) {
      v8 digit = read_coefficients(at + q * digit_stride, step);
      out[q] = ((above << (52 - shift)) & splat(MASK)) | (digit >> shift);
      above = digit;
    }
    out[digits] = (above << (52 - shift)) & splat(MASK);
  }
}

/* Adds a product of `elements` elements, carried, times 2^shift, to the square sums from a group on. */
INLINE void add_to_sums(
    fisherflow_square_sums sums, int64_t group, const v8 *product, int64_t elements, int64_t shift, int64_t doubled,
    int64_t digits) {
  for (int64_t i = 0; i < elements && group < sums.groups; i++, group++, product += digits + 1) {
    v8 *sum = (v8 *)sums.words + sums.offsets[group];
    int64_t words = sums.offsets[group + 1] - sums.offsets[group];
    if (words > digits + 1) words = digits + 1;
    for (int64_t j = 0; j < words; j++) {
      v8 word = j > 0 ? (product[j] << shift) & splat(MASK) : product[0] << shift;
      if (j < digits) word += product[j + 1] >> (52 - shift);
      sum[j] += word << doubled;
    }
    carry(sum, words - 1);
  }
}

/* A product of squares: those of a and b from these orders on, and maybe a second pair, for one line each. */
typedef struct {
  int64_t side, pairs, doubled;
  int64_t a[2], b[2];
} squares;

/*
 * The fractions are taken over 2^shift, so that sums of `side` of them are below 1, with a digit more than they have.
 * Error: with r + 1 digits a product of Karatsuba's is too small by at most 2r + 4 units of the last, side^2 of them
 * make a coefficient, and that is multiplied by side^2. So a coefficient is off by (2r + 4)·side^4·2^-52 units of
 * 2^(-52 r), a tenth for the greatest side and r = 200, and a sixteenth of that for half the side. A degree gets
 * something from four squares of a side at most: together less than half a unit for each of `inner` products.
 */
static void add_pairs(
    fisherflow_square_sums sums, int64_t group, fisherflow_factor a, fisherflow_factor b, const squares *s,
    int64_t digits, int64_t *scratch) {
  const int64_t inner = a.lines->inner, elements = s->side / 8, total = s->pairs * inner, more = digits + 1;
  const uint64_t *forward = a.lines->forward + *a.line_of_lane * a.lines->line_stride;
  const uint64_t *backward = b.lines->backward + *b.line_of_lane * b.lines->line_stride;
  int64_t shift = 0;
  for (int64_t n = s->side; n > 1; n /= 2) shift++;
  int64_t most = polynomials_together(elements);
  v8 *x = (v8 *)scratch, *y = x + most * elements * more, *product = y + most * elements * more;
  v8 *free = product + 2 * most * elements * (more + 1);
  for (int64_t done = 0; done < total; done += most) {
    int64_t now = total - done < most ? total - done : most;
    for (int64_t i = 0; i < now; i++) {
      int64_t pair = (done + i) / inner, place = (done + i) % inner;
      load_polynomial(
          x + i * elements * more, forward + s->a[pair] * inner + place, inner, a.lines->digit_stride, s->side,
          digits, shift);
      load_polynomial(
          y + i * elements * more, backward + (b.lines->orders - 1 - s->b[pair]) * inner + place, -inner,
          b.lines->digit_stride, s->side, digits, shift);
    }
    multiply_polynomials(product, x, y, now, elements, more, free);
    for (int64_t i = 0; i < now; i++) {
      add_to_sums(
          sums, group, product + 2 * i * elements * (more + 1), 2 * elements, 2 * shift, s->doubled, more);
    }
  }
}

static void add_squares(
    fisherflow_square_sums sums, fisherflow_factor a, int64_t first_a, fisherflow_factor b, int64_t first_b,
    int64_t n, int64_t least_side, int64_t is_square, int64_t digits, int64_t *scratch) {
  for (int64_t side = least_side; n % side == 0 && side < n; side *= 2) {
    /* The square on the diagonal is its own mirror image. */
    int64_t is_diagonal = n == 2 * side;
    squares s = {
        side,
        is_square || is_diagonal ? 1 : 2,
        is_square && !is_diagonal,
        {first_a + side, first_a + n - side},
        {first_b + n - side, first_b + side}};
    add_pairs(sums, n / 8, a, b, &s, digits, scratch);
    if (is_diagonal) return;
  }
}

static void cauchy_relaxed(
    int64_t *out, fisherflow_factor a, fisherflow_factor b, int64_t k, int64_t first, int64_t last,
    const fisherflow_square_sums *sums, int64_t strip, int64_t is_square, int64_t digits, int64_t count) {
  v8 c[FISHERFLOW_MOST_DIGITS + 2];
  int64_t n = last - first;
  for (int64_t j = 0; j <= digits; j++) c[j] = splat(0);
  for (int64_t lane = 0; lane < count; lane++) {
    const int64_t *sum = sums[lane].words + 8 * sums[lane].offsets[n / 8] + n % 8;
    for (int64_t j = 0; j <= digits; j++) c[j][lane] = 2 * sum[8 * j];
  }
  add_dots(c, a, b, k, first, first + strip - 1, is_square ? 2 : 1, digits, count);
  if (!is_square) add_dots(c, a, b, k, last - strip + 1, last, 1, digits, count);
  take_halves(c, a, b, k, first, last, 1, digits, count);
  finish_product(out, c, a, b, digits, count);
}

/* A set of kernels, from all that was included before. */
#define KERNELS(name) \
  { \
    dots, cauchy, cauchy_square, add_squares, cauchy_relaxed, add, negate, multiply, scale, multiply_integer, publish, \
        name \
  }
