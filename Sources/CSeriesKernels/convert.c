/* Between digits of 52 bits, the most significant first, and words of 64, the least significant first. */
#include "series_kernels.h"

#include <string.h>

static const uint64_t mask = (UINT64_C(1) << 52) - 1;

int fisherflow_pack(uint64_t *words, const int64_t *lane, int64_t digits) {
  int64_t count = (digits * 52 + 63) / 64;
  memset(words, 0, count * sizeof *words);
  int is_negative = lane[8] < 0;
  uint64_t borrow = is_negative ? 1 : 0;
  for (int64_t q = digits - 1, bit = 0; q >= 0; q--, bit += 52) {
    uint64_t digit = (uint64_t)lane[8 * (q + 1)] & mask;
    if (is_negative) {
      digit = (~digit & mask) + borrow;
      borrow = digit >> 52;
      digit &= mask;
    }
    words[bit / 64] |= digit << (bit % 64);
    if (bit % 64 > 12) words[bit / 64 + 1] |= digit >> (64 - bit % 64);
  }
  return is_negative ? -1 : 1;
}

static uint64_t digit_at(const uint64_t *words, int64_t digits, int64_t q) {
  int64_t bit = 52 * (digits - 1 - q);
  uint64_t digit = words[bit / 64] >> (bit % 64);
  if (bit % 64 > 12) digit |= words[bit / 64 + 1] << (64 - bit % 64);
  return digit & mask;
}

void fisherflow_unpack(int64_t *lane, const uint64_t *words, int64_t digits, int is_negative) {
  uint64_t carry = is_negative ? 1 : 0;
  for (int64_t q = digits - 1; q >= 0; q--) {
    uint64_t digit = digit_at(words, digits, q);
    if (is_negative) {
      digit = (~digit & mask) + carry;
      carry = digit >> 52;
      digit &= mask;
    }
    /* The sign of the leading digit is its bit 51. */
    lane[8 * (q + 1)] = q == 0 ? (int64_t)(digit << 12) >> 12 : (int64_t)digit;
  }
}

void fisherflow_unpack_factor(uint64_t *factor, const uint64_t *words, int64_t digits) {
  for (int64_t q = 0; q < digits; q++) factor[q] = digit_at(words, digits, q);
}
