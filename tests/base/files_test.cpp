// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <thread>

#include "core/base/files.h"
#include "tests/support/kill.h"
#include "tests/support/thrown.h"

using namespace kelter;
using kelter::test::kill_at_random_points;
using kelter::test::mentions;
using kelter::test::thrown;

namespace {

std::string pattern(char letter, std::size_t size) { return std::string(size, letter) + "end of " + letter; }

std::size_t entries_of(const fs::path& folder) {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry : fs::directory_iterator(folder)) ++count;
  return count;
}

// Saves `first` and `second` in turn until killed.
[[noreturn]] void save_forever(const fs::path& path, const std::string& first, const std::string& second) {
  while (true) {
    write_file_atomically(path, first);
    write_file_atomically(path, second);
  }
}

}  // namespace

class FilesTest : public QObject {
  Q_OBJECT
 private:
  QTemporaryDir temporary_;
  fs::path folder_;

 private Q_SLOTS:
  void init() {
    folder_ = fs::path(temporary_.path().toStdString()) / QTest::currentTestFunction();
    fs::create_directories(folder_);
  }
  void cleanup() {
    for (const char* name : {"KELTER_RESOURCES", "KELTER_PLUGINS", "XDG_DATA_HOME", "XDG_CACHE_HOME"}) qunsetenv(name);
  }

  void text_is_read_whole() {
    const std::string text = std::string("a\0b\r\n", 5) + std::string(100000, 'x');
    std::ofstream(folder_ / "t", std::ios::binary) << text;
    QVERIFY(read_text_file(folder_ / "t") == text);
    std::ofstream(folder_ / "empty");
    QCOMPARE(read_text_file(folder_ / "empty"), std::string());
    QVERIFY(read_text_file("/proc/self/status").starts_with("Name:"));   // announces size 0
  }

  void unreadable_files_are_named() {
    const auto missing = thrown([&] { read_text_file(folder_ / "none.txt"); });
    QCOMPARE(missing->code, ErrorCode::file_not_found);
    QVERIFY(mentions(missing, "none.txt"));
    const auto directory = thrown([&] { read_text_file(folder_); });
    QCOMPARE(directory->code, ErrorCode::file_unreadable);
    QVERIFY(mentions(directory, "folder"));
    QVERIFY(mentions(thrown([&] { read_text_file("/proc/self/status/x"); }), "status"));
  }

  void json_is_read_with_its_key_order() {
    write_file_atomically(folder_ / "a.json", R"({"z":1,"a":[true,null,-2,0.5,"é"],"m":{"x":18446744073709551615}})");
    const Json json = read_json_file(folder_ / "a.json");
    QCOMPARE(json.dump(), std::string(R"({"z":1,"a":[true,null,-2,0.5,"é"],"m":{"x":18446744073709551615}})"));
    QVERIFY(json == Json::parse(json.dump()));
    QCOMPARE(to_pretty(parse_json(R"({"b":1,"a":[]})", "x")), std::string("{\n  \"b\": 1,\n  \"a\": []\n}\n"));
    QCOMPARE(parse_json("3", "x").get<int>(), 3);
  }

  void malformed_json_is_refused_with_its_place_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("mentioned");
    QTest::newRow("syntax") << QByteArray("{\n  \"a\": 1,\n  oops\n}") << "line 3, column 3";
    QTest::newRow("first byte") << QByteArray("}") << "line 1, column 1";
    QTest::newRow("empty") << QByteArray("") << "line 1, column 1";
    QTest::newRow("cut off") << QByteArray("{\"a\": [1, 2") << "line 1, column 12";
    QTest::newRow("trailing text") << QByteArray("{} x") << "line 1, column 4";
    QTest::newRow("comment") << QByteArray("{} // x") << "line 1, column 4";
    QTest::newRow("trailing comma") << QByteArray("[1,]") << "line 1, column 4";
    QTest::newRow("number too large") << QByteArray("[1e999]") << "1e999";
    QTest::newRow("not a number") << QByteArray("[NaN]") << "line 1";
    QTest::newRow("invalid UTF-8") << QByteArray("[\"\xff\"]") << "UTF-8";
    QTest::newRow("duplicate key") << QByteArray("{\"a\": 1, \"b\": {\"a\": 1}, \"a\": 2}") << "\"a\" is there twice";
    QTest::newRow("too deep") << QByteArray(100000, '[') << "256 levels";
  }
  void malformed_json_is_refused_with_its_place() {
    QFETCH(QByteArray, text);
    QFETCH(QString, mentioned);
    const auto error = thrown([&] { parse_json(text.toStdString(), "settings.json"); });
    QVERIFY(error.has_value());
    QCOMPARE(error->code, ErrorCode::file_malformed);
    QVERIFY2(mentions(error, mentioned.toStdString()), error->text().c_str());
    QVERIFY(mentions(error, "settings.json"));
    QVERIFY(!error->to_json().dump().empty());   // valid UTF-8 whatever the file held
  }

  void an_object_of_many_keys_is_read_in_linear_time() {
    std::string text = "{\"k\":0";
    for (int i = 0; i < 200000; ++i) text += ",\"token" + std::to_string(i) + "\":" + std::to_string(i);
    QElapsedTimer timer;
    timer.start();
    const Json json = parse_json(text + "}", "x");
    QCOMPARE(json.size(), std::size_t{200001});
    QVERIFY2(timer.elapsed() < 10000, std::to_string(timer.elapsed()).c_str());   // quadratic needs minutes
  }

  void an_atomic_write_replaces_the_whole_file_and_leaves_no_other() {
    const fs::path path = folder_ / "f";
    write_file_atomically(path, pattern('a', 100000));
    write_file_atomically(path, "b");
    QCOMPARE(read_text_file(path), std::string("b"));
    write_file_atomically(path, std::string_view());
    QCOMPARE(read_text_file(path), std::string());
    QCOMPARE(entries_of(folder_), std::size_t{1});
    const fs::path longest = folder_ / std::string(255, 'n');
    write_file_atomically(longest, "x");
    QCOMPARE(read_text_file(longest), std::string("x"));
  }

  void an_atomic_write_keeps_the_mode_and_follows_a_link() {
    const fs::path path = folder_ / "f", link = folder_ / "link";
    write_file_atomically(path, "a");
    ::chmod(path.c_str(), 0640);
    fs::create_symlink("f", link);
    write_file_atomically(link, "b");
    QVERIFY(fs::is_symlink(link));
    QCOMPARE(read_text_file(path), std::string("b"));
    QCOMPARE(static_cast<int>(fs::status(path).permissions()), 0640);
  }

  void a_dropped_atomic_file_leaves_no_trace() {
    const fs::path path = folder_ / "f";
    write_file_atomically(path, "old");
    {
      AtomicFile file(path);
      file.write("new");
      QCOMPARE(entries_of(folder_), std::size_t{2});
    }
    QCOMPARE(entries_of(folder_), std::size_t{1});
    QCOMPARE(read_text_file(path), std::string("old"));
  }

  void a_failed_write_keeps_the_old_content_and_removes_its_traces() {
    const fs::path path = folder_ / "f";
    write_file_atomically(path, "old");
    rlimit before {};
    ::getrlimit(RLIMIT_FSIZE, &before);
    rlimit small = before;
    small.rlim_cur = 1000;   // the next larger write fails as a full disk does
    std::signal(SIGXFSZ, SIG_IGN);
    ::setrlimit(RLIMIT_FSIZE, &small);
    const auto error = thrown([&] { write_file_atomically(path, pattern('x', 100000)); });
    ::setrlimit(RLIMIT_FSIZE, &before);
    QVERIFY(error.has_value());
    QCOMPARE(error->code, ErrorCode::disk_full);
    QVERIFY(mentions(error, path.string()));
    QCOMPARE(read_text_file(path), std::string("old"));
    QCOMPARE(entries_of(folder_), std::size_t{1});
  }

  void an_impossible_target_is_an_error() {
    QCOMPARE(thrown([&] { write_file_atomically(folder_, "x"); })->code, ErrorCode::file_unreadable);
    const auto missing = thrown([&] { write_file_atomically(folder_ / "no" / "f", "x"); });
    QCOMPARE(missing->code, ErrorCode::file_not_found);
    QVERIFY(mentions(missing, (folder_ / "no" / "f").string()));
    QCOMPARE(thrown([&] { flush_to_disk(folder_ / "none"); })->code, ErrorCode::file_not_found);
    flush_to_disk(folder_);
  }

  void many_threads_may_write_the_same_file() {
    const fs::path path = folder_ / "f";
    std::vector<std::thread> threads;
    for (char letter = 'a'; letter < 'i'; ++letter) {
      threads.emplace_back([&, letter] {
        for (int i = 0; i < 5; ++i) write_file_atomically(path, pattern(letter, 50000));
      });
    }
    for (std::thread& thread : threads) thread.join();
    const std::string text = read_text_file(path);
    QVERIFY(text == pattern(text.front(), 50000));
    QCOMPARE(entries_of(folder_), std::size_t{1});
  }

  void a_killed_writer_leaves_the_whole_old_or_the_whole_new_file() {
    const fs::path path = folder_ / "f";
    const std::string first = pattern('a', 400000), second = pattern('b', 300000);
    write_file_atomically(path, first);
    const auto check = [&](int round) {
      const std::string text = read_text_file(path);
      QVERIFY2(text == first || text == second, ("round " + std::to_string(round)).c_str());
    };
    kill_at_random_points(100, std::chrono::microseconds(15000), [&] { save_forever(path, first, second); }, check);
    // Temporary files left behind prove that writers died in the middle of their work.
    QVERIFY(entries_of(folder_) > 1);
  }

  void places_follow_the_environment() {
    qputenv("XDG_DATA_HOME", "/data");
    qputenv("XDG_CACHE_HOME", "/cache");
    QCOMPARE(data_folder(), fs::path("/data/kelter"));
    QCOMPARE(model_store_folder(), fs::path("/data/kelter/models"));
    QCOMPARE(cache_folder(), fs::path("/cache/kelter"));
    qputenv("XDG_DATA_HOME", "relative");   // to be ignored
    qunsetenv("XDG_CACHE_HOME");
    const QByteArray home = qgetenv("HOME");
    qputenv("HOME", "/home/someone");
    QCOMPARE(data_folder(), fs::path("/home/someone/.local/share/kelter"));
    QCOMPARE(cache_folder(), fs::path("/home/someone/.cache/kelter"));
    qunsetenv("HOME");
    QVERIFY(data_folder().is_absolute());
    qputenv("HOME", home);
  }

  void resources_are_found_from_a_build_tree_and_by_the_environment() {
    QCOMPARE(fs::canonical(resource_folder()), fs::canonical(fs::path(KELTER_SOURCE_DIR) / "resources"));
    QCOMPARE(executable_folder(), fs::canonical(fs::path(KELTER_BINARY_DIR) / "tests"));
    qputenv("KELTER_RESOURCES", folder_.c_str());
    QCOMPARE(resource_folder(), folder_);
    QCOMPARE(resolve_path("resource:demo/x.txt"), folder_ / "demo" / "x.txt");
    qputenv("KELTER_RESOURCES", (folder_ / "none").c_str());
    const auto error = thrown([] { resource_folder(); });
    QCOMPARE(error->code, ErrorCode::file_not_found);
    QVERIFY(mentions(error, "KELTER_RESOURCES"));
  }

  void plugins_are_found_beside_the_program_and_by_the_environment() {
    QCOMPARE(plugin_folder(), fs::canonical(KELTER_BINARY_DIR) / "plugins");
    qputenv("KELTER_PLUGINS", folder_.c_str());
    QCOMPARE(plugin_folder(), folder_);
  }

  // The same program, copied into an installed tree and into an empty one.
  void an_installed_program_finds_its_share_folder() {
    for (const char* part : {"bin", "share/kelter/resources/demo", "lib/kelter/plugins"})
      fs::create_directories(folder_ / part);
    std::ofstream(folder_ / "lib/kelter/plugins/a.kelter-plugin.json") << "{}";
    fs::copy_file("/proc/self/exe", folder_ / "bin/program");
    QProcess process;
    process.start(QString::fromStdString(folder_ / "bin/program"), {"--print-places"});
    QVERIFY(process.waitForFinished(60000));
    const std::string root = fs::canonical(folder_).string();
    QCOMPARE(process.readAllStandardOutput().toStdString(),
             root + "/share/kelter/resources\n" + root + "/lib/kelter/plugins\n");
    fs::remove_all(folder_ / "share");
    process.start(QString::fromStdString(folder_ / "bin/program"), {"--print-places"});
    QVERIFY(process.waitForFinished(60000));
    QVERIFY2(process.readAllStandardOutput().contains("KELTER_RESOURCES"), "the error must tell the way out");
  }

  void relative_paths_are_taken_from_the_document_first() {
    std::ofstream(folder_ / "there.txt");
    QCOMPARE(resolve_path("there.txt", folder_), folder_ / "there.txt");
    QCOMPARE(resolve_path("absent.txt", folder_), fs::path("absent.txt"));
    QCOMPARE(resolve_path("/abs/x", folder_), fs::path("/abs/x"));
    QCOMPARE(resolve_path("x"), fs::path("x"));
  }
};

// With --print-places the program only tells where it would look (see above).
int main(int argc, char** argv) {
  if (argc == 2 && std::string_view(argv[1]) == "--print-places") {
    const auto error = thrown([] {
      const std::string text = resource_folder().string() + "\n" + plugin_folder().string() + "\n";
      std::fputs(text.c_str(), stdout);
    });
    if (error) std::puts(error->text().c_str());
    return error ? 1 : 0;
  }
  QCoreApplication application(argc, argv);
  FilesTest test;
  return QTest::qExec(&test, argc, argv);
}
#include "files_test.moc"
