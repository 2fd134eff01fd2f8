// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/python_random.h"

#include <algorithm>
#include <array>
#include <bit>
#include <sstream>
#include <string>
#include <vector>

namespace kelter {
namespace {

constexpr std::size_t state_size = 624;
using State = std::array<std::uint32_t, state_size>;

State initial_state(std::uint32_t seed) {
  State state{};
  state[0] = seed;
  for (std::uint32_t i = 1; i < state_size; ++i) state[i] = 1812433253U * (state[i - 1] ^ (state[i - 1] >> 30)) + i;
  return state;
}

// The seeding by an array, whose words are mixed into the state in turn.
State seeded_by(const std::vector<std::uint32_t>& key) {
  State state = initial_state(19650218U);
  std::size_t i = 1, j = 0;
  const auto mixed = [&](std::uint32_t factor) { return state[i] ^ ((state[i - 1] ^ (state[i - 1] >> 30)) * factor); };
  const auto advance = [&] {
    if (++i < state_size) return;
    state[0] = state[state_size - 1];
    i = 1;
  };
  for (std::size_t k = std::max(state_size, key.size()); k > 0; --k) {
    state[i] = mixed(1664525U) + key[j] + static_cast<std::uint32_t>(j);
    advance();
    j = (j + 1) % key.size();
  }
  for (std::size_t k = state_size - 1; k > 0; --k) {
    state[i] = mixed(1566083941U) - static_cast<std::uint32_t>(i);
    advance();
  }
  state[0] = 0x80000000U;
  return state;
}

}  // namespace

PythonRandom::PythonRandom(std::uint64_t seed) {
  std::vector<std::uint32_t> key = {static_cast<std::uint32_t>(seed)};
  if (seed >> 32 != 0) key.push_back(static_cast<std::uint32_t>(seed >> 32));
  // The standard's engine takes a whole state only as text: the words, and in this library the place behind the last of them.
  std::ostringstream words;
  for (const std::uint32_t word : seeded_by(key)) words << word << ' ';
  words << state_size;
  std::istringstream(words.str()) >> generator_;
}

std::int64_t PythonRandom::randint(std::int64_t low, std::int64_t high) {
  const auto count = static_cast<std::uint64_t>(high - low) + 1;
  const int bits = std::bit_width(count);   // at most 33, of which Python draws the low word first
  while (true) {
    std::uint64_t value = bits > 32 ? generator_() : generator_() >> (32 - bits);
    if (bits > 32) value |= std::uint64_t{generator_() >> (64 - bits)} << 32;
    if (value < count) return low + static_cast<std::int64_t>(value);
  }
}

}  // namespace kelter
