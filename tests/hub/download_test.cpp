// SPDX-License-Identifier: GPL-3.0-or-later
// Downloads from a local hub: the layout of the cache, resuming, checksums, cancelling, offline.
#include "core/hub/download.h"

#include <QElapsedTimer>
#include <QtTest>

#include <fstream>
#include <thread>

#include "core/base/hash.h"
#include "tests/hub/hub_desk.h"

using namespace kelter;
using namespace kelter::test;

class DownloadTest : public QObject {
  Q_OBJECT

  std::unique_ptr<HubDesk> desk_;

  std::string downloaded(const std::string& name, const std::string& file = "model.safetensors") const {
    return read_text_file(desk_->snapshot(name) / file);
  }
  std::vector<Json> cdn(const std::string& name) const { return desk_->hub.requests("/cdn/" + name + "/"); }

 private Q_SLOTS:
  void init() {
    desk_ = std::make_unique<HubDesk>();
    QVERIFY2(desk_->hub.running(), "python3 cannot run tests/support/fake_hub.py");
  }

  void a_model_comes_into_the_layout_of_hugging_face() {
    const Download download = desk_->download("plain");
    QCOMPARE(download.commit, std::string(FakeHub::commit));
    QCOMPARE(download.folder, desk_->snapshot("plain"));
    QCOMPARE(read_text_file(desk_->model_folder("plain") / "refs" / "main"), std::string(FakeHub::commit));
    const std::string digest = sha256_hex(desk_->weights);
    QCOMPARE(fs::read_symlink(download.folder / "model.safetensors"), fs::path("../../blobs") / digest);
    QCOMPARE(read_text_file(desk_->model_folder("plain") / "blobs" / digest), desk_->weights);
    QCOMPARE(fs::read_symlink(download.folder / "config.json").filename().string().size(),
             std::size_t{40});  // git's SHA-1
    QCOMPARE(downloaded("plain", "config.json"), std::string(R"({"model_type": "llama"})"));
    QVERIFY(fs::exists(download.folder / "tokenizer.json") && !fs::exists(download.folder / "README.md"));
    QVERIFY(!fs::exists(download.folder / "Q8") && desk_->partials("plain").empty());
    QCOMPARE(hub_snapshot("org/plain").value(), download.folder);
  }

  void what_is_there_is_not_fetched_again() {
    desk_->download("plain");
    const std::size_t before = desk_->hub.requests("/resolve/").size();
    const Download again = desk_->download("plain");
    QCOMPARE(desk_->hub.requests("/resolve/").size(), before);
    for (const DownloadedFile& file : again.files)
      QCOMPARE(file.transferred, std::uint64_t{0});
  }

  void progress_counts_the_bytes_of_each_file() {
    desk_->download("plain");
    const HubProgress& last = desk_->observer.seen.back();
    QCOMPARE(last.file, std::string("model.safetensors"));  // the largest comes last
    QVERIFY(last.index == 3 && last.count == 3 && last.done == desk_->weights.size() && last.bytes == last.done);
  }

  void shards_are_those_that_the_index_names() {
    fs::remove(desk_->hub.folder() / "model.safetensors");
    desk_->hub.add("model.safetensors.index.json",
                   R"({"weight_map": {"a": "model-1-of-2.safetensors", "b": "model-2-of-2.safetensors"}})");
    for (const char* name : {"model-1-of-2.safetensors", "model-2-of-2.safetensors", "consolidated.safetensors"})
      desk_->hub.add(name, name);
    const Download download = desk_->download("plain");
    QCOMPARE(downloaded("plain", "model-2-of-2.safetensors"), std::string("model-2-of-2.safetensors"));
    QVERIFY(fs::exists(desk_->snapshot("plain") / "model.safetensors.index.json"));
    for (const DownloadedFile& file : download.files) QCOMPARE(file.transferred, file.bytes);
    QVERIFY(!fs::exists(desk_->snapshot("plain") / "consolidated.safetensors"));
    desk_->hub.add("model.safetensors.index.json", R"({"weight_map": {"a": "../../../evil.safetensors"}})");
    const auto error = desk_->failure("other");
    QVERIFY(error && error->code == ErrorCode::file_malformed && mentions(error, "outside"));
  }

  void one_gguf_file_comes_alone() {
    const Download download = desk_->download("plain", "Q8/model.gguf");
    QCOMPARE(download.files.size(), std::size_t{1});
    QCOMPARE(downloaded("plain", "Q8/model.gguf"), read_text_file(desk_->hub.folder() / "Q8/model.gguf"));
    QVERIFY(fs::is_symlink(download.folder / "Q8/model.gguf") && !fs::exists(download.folder / "config.json"));
    desk_->download("plain", "empty.gguf");
    QCOMPARE(downloaded("plain", "empty.gguf"), std::string());
    QVERIFY(mentions(desk_->failure("plain", "absent.gguf"), "Q8/model.gguf"));  // what there is instead
    for (const char* name : {"../model.gguf", "/model.gguf", "config.json"})
      QCOMPARE(desk_->failure("plain", name)->code, ErrorCode::invalid_parameter);
  }

  void a_revision_has_its_own_reference() {
    desk_->download("plain", "", "refs/pr/1");
    QCOMPARE(read_text_file(desk_->model_folder("plain") / "refs/refs/pr/1"), std::string(FakeHub::commit));
    QVERIFY(!hub_snapshot("org/plain"));
    desk_->download("plain", "", FakeHub::commit);
    QVERIFY(!fs::exists(desk_->model_folder("plain") / "refs" / FakeHub::commit));
    QCOMPARE(desk_->failure("plain", "", "../main")->code, ErrorCode::invalid_parameter);
    QVERIFY(mentions(desk_->failure("plain", "", "none"), "has no revision none"));
  }

  void a_broken_connection_is_resumed() {
    desk_->download("breaks");
    QCOMPARE(downloaded("breaks"), desk_->weights);
    const std::vector<Json> requests = cdn("breaks");
    QCOMPARE(requests.size(), std::size_t{2});
    QCOMPARE(requests[1].value("range", ""), "bytes=" + std::to_string(desk_->weights.size() / 3) + "-");
    QCOMPARE(requests[1].value("if-range", ""), std::string("\"one\""));
    QCOMPARE(desk_->observer.waits.size(), std::size_t{1});
  }

  void a_download_goes_on_where_an_earlier_program_stopped() {
    desk_->options.retry.retries = 0;
    const auto error = desk_->failure("breaks");
    QVERIFY(error && error->code == ErrorCode::file_unreadable);
    QVERIFY(!fs::exists(desk_->snapshot("breaks") / "model.safetensors") && !hub_snapshot("org/breaks"));
    QCOMPARE(desk_->partials("breaks").size(), std::size_t{1});
    const std::uint64_t there = fs::file_size(desk_->partials("breaks")[0]);
    QCOMPARE(there, std::uint64_t{desk_->weights.size() / 3});
    const Download download = desk_->download("breaks");
    QCOMPARE(download.files.back().transferred, desk_->weights.size() - there);
    QCOMPARE(downloaded("breaks"), desk_->weights);
    QVERIFY(desk_->partials("breaks").empty());
  }

  void a_partial_file_of_something_else_costs_one_more_try() {
    const fs::path partial = HubCache("org/plain").partial(sha256_hex(desk_->weights));
    fs::create_directories(partial.parent_path());
    for (const std::size_t bytes : {std::size_t{1000}, desk_->weights.size(), desk_->weights.size() + 1}) {
      fs::remove_all(desk_->snapshot("plain"));
      fs::remove(HubCache("org/plain").blob(sha256_hex(desk_->weights)));
      write_file_atomically(partial, std::string(bytes, 'x'));
      desk_->download("plain");
      QCOMPARE(downloaded("plain"), desk_->weights);
    }
    QCOMPARE(cdn("plain").size(), std::size_t{4});  // twice for the first, which was resumed
  }

  void a_server_without_ranges_sends_all_again() {
    desk_->download("no-range");
    QCOMPARE(downloaded("no-range"), desk_->weights);
    QCOMPARE(cdn("no-range").size(), std::size_t{2});
  }

  void a_file_that_changes_meanwhile_is_fetched_as_a_whole() {
    desk_->download("changing");
    QCOMPARE(downloaded("changing"), desk_->weights);
    QCOMPARE(cdn("changing").size(), std::size_t{2});  // If-Range said so; nothing had to be fetched in vain
  }

  void retries_have_an_end() {
    const auto error = desk_->failure("always-breaks");
    QVERIFY(error && error->code == ErrorCode::file_unreadable && mentions(error, "model.safetensors"));
    QCOMPARE(cdn("always-breaks").size(), std::size_t{3});
    QCOMPARE(desk_->partials("always-breaks").size(), std::size_t{1});
  }

  void a_busy_hub_is_asked_again() {
    desk_->download("busy");
    QCOMPARE(desk_->observer.waits.size(), std::size_t{2});
  }

  void a_server_that_stalls_is_given_up_and_asked_again() {
    desk_->options.stall_seconds = 1;
    QElapsedTimer timer;
    timer.start();
    desk_->download("stalls");
    QVERIFY2(timer.elapsed() < 10000, qPrintable(QString::number(timer.elapsed())));
    QCOMPARE(downloaded("stalls"), desk_->weights);
  }

  void cancelling_takes_less_than_two_seconds_and_keeps_what_came() {
    QElapsedTimer timer;
    desk_->observer.check = [&] {
      if (desk_->observer.seen.empty() || desk_->observer.seen.back().file != "model.safetensors") return;
      if (!timer.isValid()) timer.start();
      if (timer.elapsed() > 300) throw Error(ErrorCode::cancelled, "Cancelled");
    };
    QCOMPARE(desk_->failure("slow")->code, ErrorCode::cancelled);
    QVERIFY2(timer.elapsed() < 300 + 2000, qPrintable(QString::number(timer.elapsed())));
    QCOMPARE(desk_->partials("slow").size(), std::size_t{1});
    QVERIFY(!fs::exists(desk_->snapshot("slow") / "model.safetensors"));
    desk_->observer.check = [] {};
    desk_->download("slow");
    QCOMPARE(downloaded("slow"), desk_->weights);
    QVERIFY(cdn("slow").back().contains("range"));
  }

  void a_wait_for_the_next_try_can_be_cancelled() {
    desk_->options.retry.first_wait_seconds = 30;
    desk_->options.retry.longest_wait_seconds = 30;
    desk_->observer.check = [&] {
      if (!desk_->observer.waits.empty()) throw Error(ErrorCode::cancelled, "Cancelled");
    };
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(desk_->failure("busy")->code, ErrorCode::cancelled);
    QVERIFY(timer.elapsed() < 2000);
  }

  void two_downloads_at_once_share_the_work() {
    std::vector<std::thread> threads;
    std::atomic<int> done = 0;
    for (int i = 0; i < 3; ++i) {
      threads.emplace_back([&] {
        RecordingObserver observer;
        download_model("org/plain", "main", "", desk_->options, observer);
        ++done;
      });
    }
    for (std::thread& thread : threads)
      thread.join();
    QCOMPARE(done.load(), 3);
    QCOMPARE(cdn("plain").size(), std::size_t{1});
    QCOMPARE(downloaded("plain"), desk_->weights);
  }

  void offline_is_what_the_cache_holds() {
    desk_->download("plain");
    const std::size_t before = desk_->hub.requests().size();
    desk_->options.offline = true;
    const Download download = desk_->download("plain");
    QCOMPARE(download.folder, desk_->snapshot("plain"));
    QCOMPARE(download.files.size(), std::size_t{3});
    const auto unknown = desk_->failure("other");
    QVERIFY(unknown && unknown->code == ErrorCode::file_not_found && mentions(unknown, "org/other") &&
            mentions(unknown, "offline"));
    fs::remove(download.folder / "model.safetensors");
    const auto missing = desk_->failure("plain");
    QVERIFY(missing && missing->code == ErrorCode::file_not_found && mentions(missing, "model.safetensors is missing"));
    QVERIFY(mentions(desk_->failure("plain", "Q8/model.gguf"), "Q8/model.gguf is missing"));
    QCOMPARE(desk_->hub.requests().size(), before);  // nobody was asked
  }
};

QTEST_GUILESS_MAIN(DownloadTest)
#include "download_test.moc"
