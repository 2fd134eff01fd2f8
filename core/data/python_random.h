// SPDX-License-Identifier: GPL-3.0-or-later
// Python's random.seed(n) and random.randint(a, b), so that calibration windows drawn by published code can be drawn
// again: the Mersenne Twister MT19937 seeded by an array of 32-bit words (Matsumoto and Nishimura, "Mersenne Twister",
// 1998, with the initialisation of 2002), and draws of as many bits as the bound has, repeated until below it.
#pragma once

#include <cstdint>
#include <random>

namespace kelter {

class PythonRandom {
 public:
  explicit PythonRandom(std::uint64_t seed);

  // Uniform in [low, high], both included; low <= high, and high - low below 2^32.
  std::int64_t randint(std::int64_t low, std::int64_t high);

 private:
  std::mt19937 generator_;
};

}  // namespace kelter
