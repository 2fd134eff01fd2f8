// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "core/base/hash.h"
#include "core/run/identity.h"
#include "tests/run/run_support.h"

using namespace kelter;
using namespace kelter::test;

class IdentityTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void it_is_the_hash_of_the_bytes() {
    FileIdentities identities(scratch_.path() / "identities.json");
    for (const std::string& text : {std::string(), std::string("abc"), std::string(3000001, 'x')}) {
      QCOMPARE(identities.of(write_text(scratch_.path() / "file", text)), xxh128_hex(text));
    }
  }

  void a_large_file_is_read_once_until_it_changes() {
    const fs::path memory = scratch_.path() / "memory.json", file = scratch_.path() / "large";
    const auto old = fs::file_time_type::clock::now() - std::chrono::hours(2);
    write_text(file, std::string(2 << 20, 'a'));
    fs::last_write_time(file, old);
    const std::string first = FileIdentities(memory).of(file);
    std::fstream(file, std::ios::in | std::ios::out | std::ios::binary) << 'b';   // same inode and size
    fs::last_write_time(file, old);
    QCOMPARE(FileIdentities(memory).of(file), first);        // the file looks the same, so it was not read again
    fs::last_write_time(file, old + std::chrono::seconds(1));
    QVERIFY(FileIdentities(memory).of(file) != first);
  }

  void a_file_written_just_now_is_not_remembered() {
    const fs::path memory = scratch_.path() / "fresh.json", file = scratch_.path() / "fresh";
    write_text(file, std::string(2 << 20, 'a'));
    FileIdentities(memory).of(file);
    QVERIFY(!fs::exists(memory));
  }

  void a_damaged_memory_is_forgotten() {
    const fs::path memory = write_text(scratch_.path() / "damaged.json", "{\"1:2:3:4.5\": [");
    QCOMPARE(FileIdentities(memory).of(write_text(scratch_.path() / "small", "abc")), xxh128_hex("abc"));
  }

  void a_folder_is_its_names_and_bytes() {
    const fs::path a = scratch_.path() / "a", b = scratch_.path() / "b";
    for (const fs::path& folder : {a, b}) {
      write_text(folder / "one", "1");
      write_text(folder / "sub" / "two", "2");
    }
    FileIdentities identities(scratch_.path() / "folders.json");
    QCOMPARE(identities.of(a), identities.of(b));
    fs::rename(b / "one", b / "uno");
    QVERIFY(identities.of(a) != identities.of(b));
  }

  void a_missing_file_is_an_error() {
    try {
      FileIdentities(scratch_.path() / "m.json").of(scratch_.path() / "nowhere");
      QFAIL("no error");
    } catch (const Error& error) {
      QCOMPARE(error.info().code, ErrorCode::file_not_found);
      QVERIFY(error.info().where.find("nowhere") != std::string::npos);
    }
  }

 private:
  Scratch scratch_;
};

QTEST_GUILESS_MAIN(IdentityTest)
#include "identity_test.moc"
