// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hub/digest.h"

#include <openssl/evp.h>

#include <fstream>
#include <memory>
#include <vector>

#include "core/base/error.h"

namespace kelter {
namespace {

constexpr std::size_t piece_bytes = std::size_t{1} << 20;

class Hasher {
 public:
  explicit Hasher(const EVP_MD* method) : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
    check(context_ && EVP_DigestInit_ex(context_.get(), method, nullptr) == 1);
  }
  void update(const char* bytes, std::size_t count) { check(EVP_DigestUpdate(context_.get(), bytes, count) == 1); }
  std::string hex() {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    check(EVP_DigestFinal_ex(context_.get(), digest, &size) == 1);
    std::string text;
    for (unsigned i = 0; i < size; ++i) {
      text += "0123456789abcdef"[digest[i] >> 4];
      text += "0123456789abcdef"[digest[i] & 15];
    }
    return text;
  }

 private:
  static void check(bool worked) {
    if (!worked) throw Error(ErrorCode::internal, "A checksum cannot be computed", "libcrypto");
  }
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

}  // namespace

std::string file_digest(const fs::path& path, DigestKind kind, const std::function<void()>& poll) {
  Hasher hasher(kind == DigestKind::sha256 ? EVP_sha256() : EVP_sha1());
  if (kind == DigestKind::git_blob) {
    const std::string start = "blob " + std::to_string(fs::file_size(path));
    hasher.update(start.c_str(), start.size() + 1);  // with its zero
  }
  std::ifstream file(path, std::ios::binary);
  std::vector<char> piece(piece_bytes);
  while (file) {
    poll();
    file.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    hasher.update(piece.data(), static_cast<std::size_t>(file.gcount()));
  }
  if (!file.eof()) {
    throw Error(ErrorCode::file_unreadable, "The file cannot be read", path.string(), "its checksum was to be computed",
                "Check the permissions and the disk.");
  }
  return hasher.hex();
}

bool is_digest(const std::string& text, DigestKind kind) {
  return text.size() == (kind == DigestKind::sha256 ? 64 : 40) &&
         text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

}  // namespace kelter
