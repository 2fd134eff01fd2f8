// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/hash.h"

#include <openssl/sha.h>
#include <xxhash.h>

#include <cstdio>

namespace kelter {
namespace {

std::string hex(std::span<const unsigned char> bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (unsigned char byte : bytes) {
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
  return out;
}

std::string hex(const XXH128_hash_t& hash) {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, hash);
  return hex(canonical.digest);
}

std::span<const std::uint8_t> as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

std::string xxh128_hex(std::span<const std::uint8_t> bytes) { return hex(XXH3_128bits(bytes.data(), bytes.size())); }
std::string xxh128_hex(std::string_view text) { return xxh128_hex(as_bytes(text)); }

ContentHasher::ContentHasher() : state_(XXH3_createState()) { XXH3_128bits_reset(static_cast<XXH3_state_t*>(state_)); }
ContentHasher::~ContentHasher() { XXH3_freeState(static_cast<XXH3_state_t*>(state_)); }
void ContentHasher::update(std::span<const std::uint8_t> bytes) {
  XXH3_128bits_update(static_cast<XXH3_state_t*>(state_), bytes.data(), bytes.size());
}
void ContentHasher::update(std::string_view text) { update(as_bytes(text)); }
std::string ContentHasher::hex() const { return kelter::hex(XXH3_128bits_digest(static_cast<XXH3_state_t*>(state_))); }

std::string sha256_hex(std::span<const std::uint8_t> bytes) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(bytes.data(), bytes.size(), digest);
  return hex(digest);
}
std::string sha256_hex(std::string_view text) { return sha256_hex(as_bytes(text)); }

}  // namespace kelter
