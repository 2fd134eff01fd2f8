// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <string>
#include <vector>

#include "core/base/hash.h"

using namespace kelter;

class HashTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  // Published vectors: XXH3-128 of the empty input (xxHash), SHA-256 of FIPS 180-4.
  void known_inputs_give_the_published_hashes() {
    QCOMPARE(xxh128_hex(std::string_view()), std::string("99aa06d3014798d86001c324468d497f"));
    QCOMPARE(xxh128_hex("abc"), std::string("06b05ab6733a618578af5f94892f3950"));
    QCOMPARE(sha256_hex(std::string_view()),
             std::string("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
    QCOMPARE(sha256_hex("abc"), std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
  }

  void streaming_in_any_pieces_gives_the_hash_of_the_whole() {
    std::string text;
    for (int i = 0; i < 5000; ++i) text += static_cast<char>(i * 7 + i / 251);
    for (const std::size_t piece :
         {std::size_t{1}, std::size_t{13}, std::size_t{240}, std::size_t{4096}, text.size()}) {
      ContentHasher hasher;
      for (std::size_t begin = 0; begin < text.size(); begin += piece) {
        hasher.update(std::string_view(text).substr(begin, piece));
        hasher.update(std::string_view());
      }
      QCOMPARE(hasher.hex(), xxh128_hex(text));
      QCOMPARE(hasher.hex(), xxh128_hex(text));   // asking does not change the state
    }
    QCOMPARE(ContentHasher().hex(), xxh128_hex(std::string_view()));
  }

  void one_flipped_bit_changes_both_hashes() {
    std::vector<std::uint8_t> bytes(1000, 0x5a);
    const std::string fast = xxh128_hex(bytes), strong = sha256_hex(bytes);
    bytes[617] ^= 4;
    QVERIFY(xxh128_hex(bytes) != fast);
    QVERIFY(sha256_hex(bytes) != strong);
  }
};

QTEST_GUILESS_MAIN(HashTest)
#include "hash_test.moc"
