// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "core/tensor/mapped_file.h"
#include "tests/support/thrown.h"

using namespace kelter;
using kelter::test::mentions;
using kelter::test::thrown;

class MappedFileTest : public QObject {
  Q_OBJECT
 private:
  QTemporaryDir temporary_;
  fs::path folder_ = temporary_.path().toStdString();

 private Q_SLOTS:
  void the_mapping_holds_the_bytes_of_the_file() {
    const std::string text = std::string(10000, 'a') + std::string("\0end", 4);
    write_file_atomically(folder_ / "f", text);
    const Bytes bytes = map_file(folder_ / "f");
    QVERIFY(bytes.file_backed());
    QCOMPARE(std::string(bytes.as<char>(), bytes.size()), text);
  }

  void a_slice_keeps_the_mapping_alive() {
    write_file_atomically(folder_ / "f", std::string(100000, 'x') + "tail");
    const Bytes tail = [&] { return map_file(folder_ / "f").slice(100000, 4); }();
    fs::remove(folder_ / "f");
    QCOMPARE(std::string(tail.as<char>(), tail.size()), std::string("tail"));
    QVERIFY(tail.file_backed());
  }

  void what_is_no_file_with_content_is_refused() {
    const auto missing = thrown([&] { map_file(folder_ / "none.gguf"); });
    QCOMPARE(missing->code, ErrorCode::file_not_found);
    QVERIFY(mentions(missing, (folder_ / "none.gguf").string()));
    const auto directory = thrown([&] { map_file(folder_); });
    QCOMPARE(directory->code, ErrorCode::file_unreadable);
    QVERIFY(mentions(directory, "folder") && mentions(directory, folder_.string()));
    write_file_atomically(folder_ / "empty", std::string_view());
    const auto empty = thrown([&] { map_file(folder_ / "empty"); });
    QCOMPARE(empty->code, ErrorCode::file_unreadable);
    QVERIFY(mentions(empty, "empty"));
    QCOMPARE(thrown([&] { map_file("/dev/null"); })->code, ErrorCode::file_unreadable);
    QCOMPARE(thrown([&] { map_file(""); })->code, ErrorCode::file_not_found);
  }

  void a_named_pipe_is_refused_without_waiting() {
    QCOMPARE(::mkfifo((folder_ / "pipe").c_str(), 0600), 0);
    QCOMPARE(thrown([&] { map_file(folder_ / "pipe"); })->code, ErrorCode::file_unreadable);
  }

  void a_file_without_permission_is_refused() {
    if (::geteuid() == 0) QSKIP("the superuser may read every file");
    write_file_atomically(folder_ / "secret", "x");
    fs::permissions(folder_ / "secret", fs::perms::none);
    const auto error = thrown([&] { map_file(folder_ / "secret"); });
    QCOMPARE(error->code, ErrorCode::file_unreadable);
    QVERIFY(mentions(error, "permission"));
  }
};

QTEST_GUILESS_MAIN(MappedFileTest)
#include "mapped_file_test.moc"
