// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <atomic>

#include "core/run/cache.h"
#include "tests/run/run_support.h"

using namespace kelter;
using namespace kelter::test;

namespace {

std::size_t files_in(const fs::path& folder) {
  std::size_t count = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) count += entry.is_regular_file();
  return count;
}

void flip_byte(const fs::path& path, std::int64_t from_end) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(-from_end, std::ios::end);
  const char byte = static_cast<char>(file.get());
  file.seekp(-from_end, std::ios::end);
  file.put(static_cast<char>(byte ^ 1));
}

fs::path object_of(const fs::path& cache, const Weight& weight) {
  const std::string hash = weight->content_hash();
  return cache / "objects" / hash.substr(0, 2) / (hash + ".safetensors");
}

void set_age(const fs::path& path, std::chrono::hours age) {
  fs::last_write_time(path, fs::file_time_type::clock::now() - age);
}

}  // namespace

class CacheTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() {
    scratch_ = std::make_unique<Scratch>();
    folder_ = scratch_->path() / "kelter-cache";
    TinyLlama options;
    options.linears = GgmlType::Q4_1;
    state_ = tiny_model(scratch_->path(), options);
  }

  void a_state_comes_back_equal() {
    QVERIFY(Cache(folder_, 1 << 30).store_state("r1", state_, 1e9));
    Cache cache(folder_, 1 << 30);
    QVERIFY(cache.has_state("r1"));
    const auto loaded = cache.load_state("r1");
    QVERIFY(loaded.has_value());
    QCOMPARE(loaded->content_hash(), state_.content_hash());
    QCOMPARE(loaded->source_bytes, state_.source_bytes);
    QCOMPARE(loaded->history, state_.history);
    QVERIFY(!cache.load_state("r2").has_value());
    QVERIFY(!cache.has_state("r2"));
  }

  void tensors_shared_by_states_are_stored_and_loaded_once() {
    Cache cache(folder_, 1 << 30);
    cache.store_state("a", state_, 1e9);
    const std::size_t before = files_in(folder_ / "objects");
    cache.store_state("b", variant(state_, 1.0f), 1e9);
    QCOMPARE(files_in(folder_ / "objects"), before + 1);

    Cache fresh(folder_, 1 << 30);
    const auto a = fresh.load_state("a"), b = fresh.load_state("b");
    QCOMPARE(a->tensor("model.norm.weight").get(), b->tensor("model.norm.weight").get());
    QVERIFY(a->linear(0, "mlp.up_proj") != b->linear(0, "mlp.up_proj"));
  }

  void a_changed_tensor_is_found_removed_and_stored_again() {
    Cache(folder_, 1 << 30).store_state("a", state_, 1e9);
    const fs::path object = object_of(folder_, state_.linear(0, "mlp.up_proj"));
    flip_byte(object, 7);
    Cache cache(folder_, 1 << 30);
    std::string log;
    cache.set_log([&](const std::string& text) { log += text; });
    QVERIFY(!cache.load_state("a").has_value());
    QVERIFY(log.find(object.string()) != std::string::npos);
    QVERIFY(!fs::exists(object));
    QVERIFY(!cache.has_state("a"));
    cache.store_state("a", state_, 1e9);
    QCOMPARE(Cache(folder_, 1 << 30).load_state("a")->content_hash(), state_.content_hash());
  }

  void a_tensor_cut_short_is_found() {
    Cache(folder_, 1 << 30).store_state("a", state_, 1e9);
    fs::resize_file(object_of(folder_, state_.linear(0, "mlp.up_proj")), 100);
    QVERIFY(!Cache(folder_, 1 << 30).load_state("a").has_value());
  }

  void damaged_entries_are_misses_and_disappear() {
    Cache cache(folder_, 1 << 30);
    const MeasureResult result{{{"perplexity", 3.5, {}, 0.1, {}, Json::object(), {{"window", 8}}, {1.0, 2.0}}},
                               {{"k", {{"calls", 1}, {"bytes_read", 2}}}}, 0.5, {"short text"}};
    for (const std::string& text :
         std::vector<std::string>{"", "{", "{\"hash\": 1}", "[]", "{\"hash\": \"0\", \"body\": {}}"}) {
      cache.store_result("key", result);
      QVERIFY(cache.has_result("key"));
      const auto back = cache.load_result("key");
      QVERIFY(back && back->records == result.records && back->warnings == result.warnings);
      QCOMPARE(back->records[0].samples, result.records[0].samples);
      write_text(folder_ / "results" / "key.json", text);
      QVERIFY(!cache.load_result("key").has_value());
      QVERIFY(!cache.has_result("key"));
    }
  }

  void it_never_exceeds_its_limit_and_keeps_what_was_used_last() {
    Cache(folder_, 1 << 30).store_state("probe", state_, 1e9);
    const std::uint64_t one = Cache(folder_, 1 << 30).bytes();
    const std::uint64_t limit = one + 60000;      // the shared tensors and about four variants of 12 kB
    Cache cache(folder_, limit);
    for (int i = 0; i < 12; ++i) {
      const std::string recipe = "v" + std::to_string(i);
      QVERIFY(cache.store_state(recipe, variant(state_, static_cast<float>(i)), 1e9));
      QVERIFY2(cache.bytes() <= limit, qPrintable(QString::number(cache.bytes())));
      QVERIFY(cache.has_state(recipe));
      for (const auto& entry : fs::directory_iterator(folder_ / "states")) {
        const std::string name = entry.path().stem().string();
        if (name != "v0" && name != recipe) set_age(entry.path(), std::chrono::hours(20 - i));
      }
      QVERIFY(cache.load_state("v0").has_value());   // used all the time
    }
    QVERIFY(!cache.has_state("probe"));
    QVERIFY(!cache.has_state("v1"));
    QCOMPARE(cache.load_state("v0")->content_hash(), variant(state_, 0.0f).content_hash());
  }

  void nothing_larger_than_the_limit_is_stored() {
    Cache cache(folder_, 10000);
    QVERIFY(!cache.store_state("a", state_, 1e9, true));
    QVERIFY(cache.bytes() <= 10000);
    QVERIFY(!cache.load_state("a").has_value());
    cache.save_checkpoint("a", "layer-0", std::vector<std::uint8_t>(20000));
    QVERIFY(cache.bytes() <= 10000);
  }

  void a_state_cheaper_to_recompute_is_not_stored_unless_asked() {
    Cache cache(folder_, 1 << 30);
    QVERIFY(!cache.store_state("a", state_, 1e-9));
    QVERIFY(!cache.has_state("a"));
    QVERIFY(cache.store_state("a", state_, 1e-9, true));
    QVERIFY(cache.has_state("a"));
  }

  void the_limit_comes_from_the_environment() {
    ::setenv("KELTER_CACHE_LIMIT", "12345", 1);
    QCOMPARE(Cache(folder_).limit(), std::uint64_t{12345});
    ::setenv("KELTER_CACHE_LIMIT", "many", 1);
    QVERIFY_EXCEPTION_THROWN(Cache{folder_}, Error);
    ::unsetenv("KELTER_CACHE_LIMIT");
    QVERIFY(Cache(folder_).limit() > 0);
  }

  void checkpoints_come_back_unchanged_or_not_at_all() {
    Cache cache(folder_, 1 << 30);
    const std::vector<std::uint8_t> bytes{0, 255, 7, 10, 13};
    cache.save_checkpoint("r", "layer-3", bytes);
    cache.save_checkpoint("r", "a key/with ../ oddities", {});
    QVERIFY(cache.has_checkpoints("r"));
    QVERIFY(Cache(folder_, 1 << 30).load_checkpoint("r", "layer-3") == bytes);
    QVERIFY(cache.load_checkpoint("r", "a key/with ../ oddities")->empty());
    QVERIFY(!cache.load_checkpoint("r", "layer-4").has_value());
    QVERIFY(!cache.load_checkpoint("other", "layer-3").has_value());
    flip_byte(folder_ / "checkpoints" / "r" / "layer-3", 1);
    QVERIFY(!cache.load_checkpoint("r", "layer-3").has_value());
    cache.save_checkpoint("r", "layer-3", bytes);
    cache.drop_checkpoint("r", "layer-3");
    QVERIFY(!cache.load_checkpoint("r", "layer-3").has_value());
    cache.drop_checkpoints("r");
    QVERIFY(!cache.has_checkpoints("r"));
  }

  void two_writers_that_evict_each_other_lose_nothing_but_entries() {
    Cache(folder_, 1 << 30).store_state("probe", state_, 1e9);
    const std::uint64_t limit = Cache(folder_, 1 << 30).bytes() + 40000;
    std::atomic<int> wrong{0}, found{0};
    const auto work = [&](int offset) {
      Cache cache(folder_, limit);
      for (int i = 0; i < 25; ++i) {
        const float value = static_cast<float>((i + offset) % 7);
        const ModelState state = variant(state_, value);
        const std::string recipe = "v" + std::to_string((i + offset) % 7);
        try {
          cache.store_state(recipe, state, 1e9);
          if (const auto back = cache.load_state(recipe)) {
            found++;
            if (back->content_hash() != state.content_hash()) wrong++;
          }
        } catch (const std::exception& error) {
          qWarning("%s", error.what());
          wrong++;
        }
      }
    };
    std::thread first(work, 0), second(work, 3);
    first.join();
    second.join();
    QCOMPARE(wrong.load(), 0);
    QVERIFY(found.load() > 10);
  }

 private:
  std::unique_ptr<Scratch> scratch_;
  fs::path folder_;
  ModelState state_;
};

QTEST_GUILESS_MAIN(CacheTest)
#include "cache_test.moc"
