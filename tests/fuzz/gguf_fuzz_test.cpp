// SPDX-License-Identifier: GPL-3.0-or-later
// Bounded mutation fuzzing of the container readers: whatever the bytes, a reader returns or throws
// kelter::Error, reads nothing outside the file (sanitizer builds see it) and grows no memory.
//   KELTER_FUZZ_SECONDS   time for each reader's half together, default 20
//   KELTER_FUZZ_SEED      default 1; a failure prints the seed and keeps the file
#include <QtTest>

#include <sys/resource.h>

#include <array>
#include <functional>
#include <random>

#include "core/tensor/gguf.h"
#include "core/tensor/mapped_file.h"
#include "core/tensor/safetensors.h"
#include "tests/support/gguf_builder.h"
#include "tests/support/thrown.h"
#include "tests/support/tiny_llama.h"

using namespace kelter;
using namespace kelter::test;

namespace {

using Blob = std::vector<std::uint8_t>;

std::uint64_t environment_number(const char* name, std::uint64_t fallback) {
  bool good = false;
  const std::uint64_t value = qEnvironmentVariable(name).toULongLong(&good);
  return good ? value : fallback;
}

std::size_t peak_memory() {
  rusage usage {};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::size_t>(usage.ru_maxrss) * 1024;
}

class Mutator {
 public:
  Mutator(std::vector<Blob> seeds, std::uint64_t seed) : seeds_(std::move(seeds)), random_(seed) {}

  Blob next() {
    Blob blob = any_seed();
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

// Reads every byte that a reader handed out.
std::uint64_t touched(const Bytes& data) {
  std::uint64_t sum = 0;
  for (std::uint8_t byte : data.span()) sum += byte;
  return sum;
}

std::uint64_t read_gguf(const Bytes& bytes, const fs::path& path) {
  const GgufFile file = GgufFile::parse(bytes, path);
  std::uint64_t sum = 0;
  for (const GgufTensor& tensor : file.tensors()) sum += touched(tensor.data);
  for (const auto& [name, value] : file.metadata()) {
    if (const auto* array = std::get_if<GgufArray>(&value)) {
      for (std::string_view text : array->strings) {
        for (char letter : text) sum += static_cast<unsigned char>(letter);
      }
    }
  }
  return sum;
}

std::uint64_t read_safetensors(const Bytes& bytes, const fs::path& path) {
  const SafetensorsFile file = SafetensorsFile::parse(bytes, path);
  std::uint64_t sum = 0;
  for (const SafetensorsEntry& entry : file.entries()) sum += touched(entry.data);
  return sum;
}

}  // namespace

class GgufFuzzTest : public QObject {
  Q_OBJECT
 private:
  QTemporaryDir temporary_;
  fs::path folder_ = temporary_.path().toStdString();
  std::uint64_t seed_ = environment_number("KELTER_FUZZ_SEED", 1);

  // Half of the time for one reader.
  void fuzz(const std::vector<Blob>& seeds, const std::function<std::uint64_t(const Bytes&, const fs::path&)>& read) {
    for (const Blob& blob : seeds) read(Bytes::own(blob), "fuzz.bin");   // a seed that is refused would test nothing
    const std::size_t before = peak_memory();
    const auto limit = static_cast<qint64>(environment_number("KELTER_FUZZ_SECONDS", 20) * 500);
    Mutator mutator(seeds, seed_);
    std::uint64_t rounds = 0, accepted = 0;
    QElapsedTimer timer;
    for (timer.start(); timer.elapsed() < limit; ++rounds) {
      const Blob blob = mutator.next();
      try {
        read(Bytes::own(blob), "fuzz.bin");   // a heap block of its own: sanitizers see every step outside
        ++accepted;
      } catch (const Error& error) {
        if (error.info().where.find("fuzz.bin") == std::string::npos) return fail(blob, rounds, error.what());
      } catch (const std::exception& error) {
        return fail(blob, rounds, error.what());
      }
    }
    qInfo("seed %llu: %llu rounds, %llu accepted, peak memory grew by %.1f MB", static_cast<unsigned long long>(seed_),
          static_cast<unsigned long long>(rounds), static_cast<unsigned long long>(accepted),
          static_cast<double>(peak_memory() - before) / 1e6);
    QVERIFY(rounds > 1000 && accepted < rounds);
    QVERIFY(peak_memory() - before < memory_limit);
  }

  void fail(const Blob& blob, std::uint64_t round, const char* what) {
    const fs::path kept = fs::path(KELTER_BINARY_DIR) / "fuzz-failure.bin";
    write_file_atomically(kept, blob);
    const std::string message = "seed " + std::to_string(seed_) + ", round " + std::to_string(round) + ": " + what +
                                " (kept as " + kept.string() + ")";
    QFAIL(message.c_str());
  }

#ifdef __SANITIZE_ADDRESS__
  static constexpr std::size_t memory_limit = 600'000'000;   // freed memory stays in quarantine
#else
  static constexpr std::size_t memory_limit = 100'000'000;
#endif

 private Q_SLOTS:
  void mutated_gguf_files_give_a_model_or_an_error() {
    TinyLlama options;
    options.layers = 1;
    options.hidden = options.intermediate = 32;
    options.heads = 2;
    options.kv_heads = 1;
    options.vocabulary = 259;
    options.linears = options.embedding = GgmlType::Q4_1;
    GgufBuilder kinds;
    kinds.uint8("a", 1).int16("b", -2).float64("c", 0.5).boolean("d", true).text("e", "text").uint64("f", 6);
    kinds.texts("g", {"x", "yz", ""}).float32s("h", {1, 2}).numbers<std::uint8_t>("i", 7, {0, 1}).int32s("j", {});
    kinds.uint32("general.alignment", 64).alignment = 64;
    kinds.tensor("t", GgmlType::F32, {2, 1, 3}, Blob(24, 1)).tensor("u", GgmlType::Q8_0, {1, 32}, Blob(34, 2));
    kinds.tensor("v", GgmlType::Q6_K, {256}, Blob(210, 3)).tensor("w", GgmlType::BF16, {7}, Blob(14, 4));
    fuzz({tiny_llama(options).bytes(), kinds.bytes(), GgufBuilder().bytes()}, read_gguf);
  }

  void mutated_safetensors_files_give_tensors_or_an_error() {
    const auto entry = [](const char* name, const char* dtype, std::vector<std::int64_t> shape, std::size_t bytes) {
      return SafetensorsEntry{name, dtype, std::move(shape), Bytes::own(Blob(bytes, 7))};
    };
    std::vector<Blob> seeds;
    const auto add = [&](const std::vector<SafetensorsEntry>& entries,
                         const std::map<std::string, std::string>& metadata) {
      write_safetensors(folder_ / "seed", entries, metadata);
      const std::string text = read_text_file(folder_ / "seed");
      seeds.emplace_back(text.begin(), text.end());
    };
    add({entry("a", "F32", {2, 4}, 32), entry("b", "U8", {5}, 5), entry("c", "BF16", {3}, 6)}, {{"format", "pt"}});
    add({entry("weight", "I64", {}, 8), entry("empty", "F16", {0, 3}, 0)}, {});
    add({}, {});
    fuzz(seeds, read_safetensors);
  }

  void every_file_of_the_corpus_is_refused() {
    std::size_t files = 0;
    for (const auto& entry : fs::directory_iterator(fs::path(KELTER_SOURCE_DIR) / "tests/fuzz/corpus")) {
      const fs::path path = entry.path();
      const auto read = path.extension() == ".gguf" ? read_gguf : read_safetensors;
      const auto error = thrown([&] { read(map_file(path), path); });
      QVERIFY2(error.has_value(), path.c_str());
      QVERIFY2(mentions(error, path.filename().string()), error->text().c_str());
      ++files;
    }
    QVERIFY(files >= 10);
  }
};

QTEST_GUILESS_MAIN(GgufFuzzTest)
#include "gguf_fuzz_test.moc"
