// SPDX-License-Identifier: GPL-3.0-or-later
// Bounded mutation fuzzing, shared by the tests of the readers: whatever the bytes, a reader returns or throws
// kelter::Error that names the file, reads nothing outside of it (sanitizer builds see it) and grows no memory.
//   KELTER_FUZZ_SECONDS   time of a test program, default 20
//   KELTER_FUZZ_SEED      default 1; a failure prints the seed and keeps the input
#pragma once

#include <QElapsedTimer>
#include <QtGlobal>

#include <sys/resource.h>

#include <array>
#include <cstring>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/files.h"

namespace kelter::test {

using Blob = std::vector<std::uint8_t>;

inline std::uint64_t environment_number(const char* name, std::uint64_t fallback) {
  bool good = false;
  const std::uint64_t value = qEnvironmentVariable(name).toULongLong(&good);
  return good ? value : fallback;
}

inline std::uint64_t fuzz_seed() { return environment_number("KELTER_FUZZ_SEED", 1); }

inline std::size_t peak_memory() {
  rusage usage {};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::size_t>(usage.ru_maxrss) * 1024;
}

// Flips, cuts, moves and splices bytes.
class ByteMutator {
 public:
  ByteMutator(std::vector<Blob> seeds, std::uint64_t seed) : seeds_(std::move(seeds)), random_(seed) {}

  Blob next() { return changed(any_seed()); }
  Blob changed(Blob blob) {
    for (std::size_t edits = 1 + below(4); edits > 0; --edits) mutate(blob);
    return blob;
  }

 private:
  std::size_t below(std::size_t bound) { return bound == 0 ? 0 : static_cast<std::size_t>(random_() % bound); }
  const Blob& any_seed() { return seeds_[below(seeds_.size())]; }

  // Three of four edits hit the header, which is where the decisions are.
  std::size_t place(const Blob& blob) {
    return below(below(4) ? std::min<std::size_t>(blob.size(), 600) : blob.size());
  }

  void mutate(Blob& blob) {
    if (blob.empty()) blob.push_back(0);
    switch (below(6)) {
      case 0: blob[place(blob)] ^= static_cast<std::uint8_t>(1u << below(8)); break;
      case 1: blob[place(blob)] = static_cast<std::uint8_t>(random_()); break;
      case 2: blob.resize(place(blob)); break;
      case 3: overwrite_number(blob); break;
      case 4: splice(blob); break;
      case 5: move_within(blob); break;
    }
  }

  // A length, count, offset or kind, most of them absurd.
  void overwrite_number(Blob& blob) {
    const std::uint64_t size = blob.size();
    const std::array<std::uint64_t, 16> values = {
        0,        1,          2,          9,          13,         31,         size - 1,   size,
        size + 1, 1ull << 16, 1ull << 31, 1ull << 32, 1ull << 60, 1ull << 61, 1ull << 63, ~0ull};
    const std::uint64_t value = values[below(values.size())] + (below(4) ? 0 : below(64));
    const std::size_t width = below(2) ? 8 : 4, at = place(blob);
    std::memcpy(blob.data() + at, &value, std::min(width, blob.size() - at));
  }

  // A piece of another seed, over or between the bytes.
  void splice(Blob& blob) {
    const Blob& other = any_seed();
    const std::size_t from = place(other), length = 1 + below(std::min<std::size_t>(other.size() - from, 200)),
                      at = place(blob);
    const auto begin = other.begin() + static_cast<std::ptrdiff_t>(from),
               end = begin + static_cast<std::ptrdiff_t>(length);
    if (below(2)) {
      blob.insert(blob.begin() + static_cast<std::ptrdiff_t>(at), begin, end);
    } else {
      std::copy_n(begin, std::min(length, blob.size() - at), blob.begin() + static_cast<std::ptrdiff_t>(at));
    }
  }

  // Repeats or removes a piece.
  void move_within(Blob& blob) {
    const std::size_t from = place(blob), length = 1 + below(std::min<std::size_t>(blob.size() - from, 100));
    const auto begin = blob.begin() + static_cast<std::ptrdiff_t>(from),
               end = begin + static_cast<std::ptrdiff_t>(length);
    if (below(2)) {
      blob.erase(begin, end);
    } else {
      const Blob piece(begin, end);
      blob.insert(blob.begin() + static_cast<std::ptrdiff_t>(place(blob)), piece.begin(), piece.end());
    }
  }

  std::vector<Blob> seeds_;
  std::mt19937_64 random_;
};

// Changes values, keys and members of JSON that stays well-formed, which bytes hardly reach; every fourth text is then
// changed in its bytes, too.
class JsonMutator {
 public:
  JsonMutator(std::vector<Json> seeds, std::uint64_t seed) : seeds_(std::move(seeds)), random_(seed), bytes_({Blob{'{', '}'}}, seed) {}

  Blob next() {
    Json json = seeds_[below(seeds_.size())];
    for (std::size_t edits = 1 + below(3); edits > 0; --edits) mutate(json);
    const std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
    Blob blob(text.begin(), text.end());
    return below(4) ? blob : bytes_.changed(std::move(blob));
  }

 private:
  std::size_t below(std::size_t bound) { return bound == 0 ? 0 : static_cast<std::size_t>(random_() % bound); }

  static void collect(Json& json, std::vector<Json*>& places) {
    places.push_back(&json);
    if (json.is_structured())
      for (Json& child : json) collect(child, places);
  }
  Json& any_place(Json& json) {
    // Half of the time near the root, where the decisions are; else anywhere, tables of thousands included.
    Json* place = &json;
    if (below(2)) {
      std::vector<Json*> places;
      collect(json, places);
      return *places[below(places.size())];
    }
    for (std::size_t depth = below(5); depth > 0 && place->is_structured() && !place->empty(); --depth)
      place = &*std::next(place->begin(), static_cast<std::ptrdiff_t>(below(place->size())));
    return *place;
  }

  void mutate(Json& json) {
    Json& place = any_place(json);
    switch (place.is_structured() && !place.empty() ? below(4) : below(2)) {
      case 0: place = odd_value(); break;
      case 1: place = Json(any_place(json)); break;   // a copy of another part
      case 2: place.erase(std::next(place.begin(), static_cast<std::ptrdiff_t>(below(place.size())))); break;
      case 3:
        if (place.is_array()) {
          place.push_back(Json(place[below(place.size())]));
        } else {
          const auto member = std::next(place.begin(), static_cast<std::ptrdiff_t>(below(place.size())));
          const Json value = member.value();
          place[member.key() + (below(2) ? "x" : "")] = odd_value();
          place[std::string(1, static_cast<char>('a' + below(26)))] = value;
        }
        break;
    }
  }

  Json odd_value() {
    static const std::vector<Json> values = {
        nullptr, true, false, 0, 1, -1, 2, 3, 7, 32, 255, 65536, 2147483648u, -2147483649ll, 9007199254740993ll, ~0ull, 0.5, -0.0,
        1e308, "", "x", "../..", "\\", std::string(300, 'a'), std::string("a\0b", 3), "\xff", Json::array(), Json::object(),
        Json::array({1, 2}), Json{{"type", "x"}}, Json::array({Json::array()})};
    return values[below(values.size())];
  }

  std::vector<Json> seeds_;
  std::mt19937_64 random_;
  ByteMutator bytes_;
};

#ifdef __SANITIZE_ADDRESS__
inline constexpr std::size_t fuzz_memory_limit = 600'000'000;   // freed memory stays in quarantine
#else
inline constexpr std::size_t fuzz_memory_limit = 100'000'000;
#endif

struct FuzzTask {
  double share = 1;                                  // of the program's time
  std::string named;                                 // what an error must name: the file
  std::function<Blob()> next;
  std::function<void(const Blob&)> read;             // returns, or throws
  std::uint64_t least_rounds = 1000;                 // fewer would test nothing
};

// Reads one changed input after the other. What went wrong, with the seed and the place of the kept input; else empty.
inline std::string fuzz(const FuzzTask& task) {
  std::uint64_t rounds = 0, accepted = 0;
  const auto failure = [&](const Blob& blob, const char* what) {
    const fs::path kept = fs::path(KELTER_BINARY_DIR) / "fuzz-failure.bin";
    write_file_atomically(kept, blob);
    return "seed " + std::to_string(fuzz_seed()) + ", round " + std::to_string(rounds) + ": " + what + " (kept as " + kept.string() + ")";
  };
  const std::size_t before = peak_memory();
  const auto limit = static_cast<qint64>(static_cast<double>(environment_number("KELTER_FUZZ_SECONDS", 20) * 1000) * task.share);
  QElapsedTimer timer;
  for (timer.start(); timer.elapsed() < limit; ++rounds) {
    const Blob blob = task.next();
    try {
      task.read(blob);
      ++accepted;
    } catch (const Error& error) {
      if (error.info().where.find(task.named) == std::string::npos) return failure(blob, error.what());
    } catch (const std::exception& error) {
      return failure(blob, error.what());
    }
  }
  const std::size_t grown = peak_memory() - before;
  qInfo("seed %llu: %llu rounds, %llu accepted, peak memory grew by %.1f MB", static_cast<unsigned long long>(fuzz_seed()),
        static_cast<unsigned long long>(rounds), static_cast<unsigned long long>(accepted), static_cast<double>(grown) / 1e6);
  if (rounds <= task.least_rounds || accepted == rounds)
    return std::to_string(rounds) + " rounds, " + std::to_string(accepted) + " accepted: that tests nothing";
  return grown < fuzz_memory_limit ? "" : "memory grew by " + std::to_string(grown) + " bytes";
}

}  // namespace kelter::test
