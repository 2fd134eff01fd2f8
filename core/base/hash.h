// SPDX-License-Identifier: GPL-3.0-or-later
// Two hashes: XXH3-128 for keys and content (fast, not against an adversary) and SHA-256 where a
// published checksum must be met.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace kelter {

std::string xxh128_hex(std::span<const std::uint8_t> bytes);   // 32 lower-case hex digits
std::string xxh128_hex(std::string_view text);

// Streaming form of xxh128_hex: update any number of times, then hex().
class ContentHasher {
 public:
  ContentHasher();
  ~ContentHasher();
  ContentHasher(const ContentHasher&) = delete;
  ContentHasher& operator=(const ContentHasher&) = delete;
  void update(std::span<const std::uint8_t> bytes);
  void update(std::string_view text);
  std::string hex() const;

 private:
  void* state_;
};

std::string sha256_hex(std::span<const std::uint8_t> bytes);   // 64 lower-case hex digits
std::string sha256_hex(std::string_view text);

}  // namespace kelter
