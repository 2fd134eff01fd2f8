// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "core/run/model_source.h"
#include "tests/run/run_support.h"
#include "tests/support/thrown.h"

using namespace kelter;
using namespace kelter::test;

class ModelSourceTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { write_tiny_llama(write_text(scratch_.path() / "models" / "tiny.gguf", "")); }

  void a_relative_path_starts_at_the_document() {
    QCOMPARE(fs::canonical(resolve_model("tiny.gguf", scratch_.path() / "models")),
             fs::canonical(scratch_.path() / "models" / "tiny.gguf"));
    QCOMPARE(fs::canonical(resolve_model((scratch_.path() / "models").string())),
             fs::canonical(scratch_.path() / "models" / "tiny.gguf"));
  }

  void a_store_name_finds_its_single_file_or_kelter_folder() {
    const fs::path file = write_text(model_store_folder() / "one" / "any-name.gguf", "x");
    write_text(model_store_folder() / "one" / "README.md", "x");
    QCOMPARE(resolve_model("store:one"), file);
    write_text(model_store_folder() / "saved" / "kelter.json", "{}");
    QCOMPARE(resolve_model("store:saved"), model_store_folder() / "saved");
  }

  void a_missing_store_name_lists_what_is_there() {
    const auto error = thrown([] { resolve_model("store:none"); });
    QVERIFY(error && error->code == ErrorCode::file_not_found);
    QVERIFY(mentions(error, "one, saved"));
    QVERIFY(thrown([] { resolve_model("store:../models"); })->code == ErrorCode::file_not_found);
  }

  void a_name_of_the_hub_is_the_snapshot_in_its_cache() {
    const fs::path hub = scratch_.path() / "hub", folder = hub / "models--org--Some-Model.v1";
    ::setenv("HF_HUB_CACHE", hub.c_str(), 1);
    write_text(folder / "refs" / "main", "0123abcd\n");
    write_text(folder / "snapshots" / "0123abcd" / "config.json", "{}");
    QCOMPARE(resolve_model("org/Some-Model.v1"), folder / "snapshots" / "0123abcd");
    const auto absent = thrown([] { resolve_model("org/other"); });
    QVERIFY(absent && absent->code == ErrorCode::file_not_found && mentions(absent, "kelter-cli download org/other"));
    QVERIFY(!mentions(thrown([] { resolve_model("org/other.gguf"); }), "download"));   // a path
    for (const char* revision : {"../../..", "", "unknown"}) {
      write_text(folder / "refs" / "main", revision);
      QCOMPARE(thrown([] { resolve_model("org/Some-Model.v1"); })->code, ErrorCode::file_not_found);
    }
    ::unsetenv("HF_HUB_CACHE");
  }

  void a_node_of_a_run_is_its_folder_or_the_untouched_source() {
    const fs::path run = scratch_.path() / "run", source = scratch_.path() / "models" / "tiny.gguf";
    write_text(run / "rtn@bits=3" / "kelter.json", "{}");
    write_source_note(run / "model", "tiny.gguf", source, "hash");
    QCOMPARE(resolve_model(run.string() + "#rtn@bits=3"), run / "rtn@bits=3");
    QCOMPARE(resolve_model(run.string() + "#model"), source);
    const auto error = thrown([&] { resolve_model(run.string() + "#gptq"); });
    QVERIFY(error && mentions(error, "model, rtn@bits=3"));
  }

  void a_changed_or_lost_source_of_a_run_is_an_error() {
    const fs::path source = write_text(scratch_.path() / "short-lived.gguf", "abc"),
                   node = scratch_.path() / "run2" / "model";
    write_source_note(node, "short-lived.gguf", source, "hash");
    write_text(source, "abcd");
    QCOMPARE(thrown([&] { read_source_note(node / source_note_name); })->code, ErrorCode::file_malformed);
    fs::remove(source);
    QCOMPARE(thrown([&] { read_source_note(node / source_note_name); })->code, ErrorCode::file_not_found);
    write_text(node / source_note_name, "{\"file\": 3}");
    QCOMPARE(thrown([&] { read_source_note(node / source_note_name); })->code, ErrorCode::file_malformed);
  }

  void folders_that_are_no_model_say_why() {
    write_text(scratch_.path() / "hf" / "config.json", "{}");
    QCOMPARE(resolve_model((scratch_.path() / "hf").string()), scratch_.path() / "hf");   // opening says what is wrong with it
    fs::create_directories(scratch_.path() / "empty");
    QCOMPARE(thrown([&] { resolve_model((scratch_.path() / "empty").string()); })->code, ErrorCode::file_not_found);
    write_text(scratch_.path() / "two" / "a.gguf", "x");
    write_text(scratch_.path() / "two" / "b.gguf", "x");
    QCOMPARE(thrown([&] { resolve_model((scratch_.path() / "two").string()); })->code, ErrorCode::invalid_parameter);
    const auto missing = thrown([] { resolve_model("no/such/file.gguf"); });
    QVERIFY(missing && missing->code == ErrorCode::file_not_found && mentions(missing, "no/such/file.gguf"));
  }

  void node_folders_are_safe_and_never_shared() {
    QCOMPARE(node_folder_name("rtn@bits=3,seed=1"), std::string("rtn@bits=3,seed=1"));
    QVERIFY(node_folder_name("a/b") != node_folder_name("a_b"));
    QVERIFY(node_folder_name("a/b") != node_folder_name("a:b"));
    QVERIFY(node_folder_name("../x").find('/') == std::string::npos);
    QVERIFY(node_folder_name(std::string(500, 'x')).size() < 255);
  }

 private:
  Scratch scratch_;
};

QTEST_GUILESS_MAIN(ModelSourceTest)
#include "model_source_test.moc"
