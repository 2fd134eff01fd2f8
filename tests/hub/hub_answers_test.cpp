// SPDX-License-Identifier: GPL-3.0-or-later
// Answers that are errors, wrong or hostile: each is refused with its cause, and nothing of it stays.
#include <QtTest>

#include "core/hub/digest.h"
#include "core/hub/http.h"
#include "tests/hub/hub_desk.h"

using namespace kelter;
using namespace kelter::test;

class HubAnswersTest : public QObject {
  Q_OBJECT

  std::unique_ptr<HubDesk> desk_;

  // No file outside of the model's folder, and no large file inside of its snapshot.
  bool nothing_stays(const std::string& name) const {
    for (const auto& entry : fs::recursive_directory_iterator(desk_->cache_folder().parent_path())) {
      if (entry.path().filename().string().find("evil") != std::string::npos) return false;
    }
    return !fs::exists(desk_->snapshot(name) / "model.safetensors") && !hub_snapshot("org/" + name);
  }

 private Q_SLOTS:
  void init() {
    desk_ = std::make_unique<HubDesk>();
    QVERIFY2(desk_->hub.running(), "python3 cannot run tests/support/fake_hub.py");
    fs::create_directories(desk_->cache_folder());
  }

  void what_is_wrong_is_refused_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("mention");
    const auto row = [](const char* name, ErrorCode code, const char* mention) {
      QTest::newRow(name) << QString(name) << static_cast<int>(code) << QString(mention);
    };
    row("wrong", ErrorCode::file_malformed, "checksum");
    row("wrong-small", ErrorCode::file_malformed, "config.json");
    row("longer", ErrorCode::file_malformed, "more than 200000 bytes");
    row("shorter", ErrorCode::file_malformed, "199990 bytes instead of 200000");
    row("odd-range", ErrorCode::file_malformed, "range");
    row("missing", ErrorCode::file_not_found, "no file model.safetensors");
    row("unknown", ErrorCode::file_not_found, "no model org/unknown");
    row("gated", ErrorCode::file_unreadable, "HF_TOKEN");
    row("no-weights", ErrorCode::file_not_found, "Q8/model.gguf");
    row("hostile", ErrorCode::file_malformed, "outside");
    row("absolute", ErrorCode::file_malformed, "outside");
    row("control", ErrorCode::file_malformed, "a\\x0ab.json");
    row("hostile-digest", ErrorCode::file_malformed, "checksum");
    row("hostile-commit", ErrorCode::file_malformed, "commit");
    row("negative", ErrorCode::file_malformed, "size");
    row("huge", ErrorCode::disk_full, "are free");
    row("unchecked", ErrorCode::file_malformed, "blobId");
    row("words", ErrorCode::file_malformed, "JSON");
    row("endless", ErrorCode::file_malformed, "longer than");
    row("circle", ErrorCode::file_unreadable, "redirects");
    row("escape", ErrorCode::file_unreadable, "https");
  }
  void what_is_wrong_is_refused() {
    QFETCH(QString, name);
    QFETCH(int, code);
    QFETCH(QString, mention);
    const auto error = desk_->failure(name.toStdString());
    QVERIFY(error);
    QVERIFY2(static_cast<int>(error->code) == code && mentions(error, mention.toStdString()), error->text().c_str());
    QVERIFY2(!error->where.empty() && !error->remedy.empty(), error->text().c_str());
    QVERIFY(nothing_stays(name.toStdString()));
    for (const fs::path& partial : desk_->partials(name.toStdString()))
      QCOMPARE(fs::file_size(partial), std::uintmax_t{0});
  }

  // What was received before the answer went wrong must not make the next run fail in the same way.
  void after_an_odd_range_the_next_run_begins_anew() {
    QVERIFY(desk_->failure("odd-range"));
    desk_->download("odd-range");
    QVERIFY(!desk_->hub.requests("/cdn/odd-range").back().contains("range"));
  }

  void a_renamed_model_is_followed() {
    desk_->download("moved");
    QVERIFY(hub_snapshot("org/moved"));
  }

  void the_token_goes_to_the_hub_and_to_nobody_else() {
    desk_->options.token = FakeHub::token;
    desk_->download("gated");
    std::size_t hub = 0, others = 0;
    for (const Json& request : desk_->hub.requests()) {
      const bool sent = request.contains("authorization");
      QCOMPARE(sent, request["host"] == "127.0.0.1");
      ++(sent ? hub : others);
    }
    QVERIFY(hub >= 4 && others == 1);
    const auto error = desk_->failure("missing");
    QVERIFY(error && !mentions(error, FakeHub::token));
  }

  void http_is_only_for_a_hub_named_with_it() {
    HttpClient client({}, [] {});
    const std::size_t before = desk_->hub.requests().size();
    const auto error = thrown([&] {
      client.get(
          {desk_->hub.address()}, [](const HttpAnswer&) {}, [](std::string_view) {});
    });
    QVERIFY(error && mentions(error, "https"));
    QCOMPARE(desk_->hub.requests().size(), before);
    QCOMPARE(HubOptions().endpoint.substr(0, 8), std::string("https://"));
  }

  void a_hub_that_is_not_there_is_an_error_of_the_network() {
    desk_->options.endpoint = "http://127.0.0.1:1";
    const auto error = desk_->failure("plain");
    QVERIFY(error && error->code == ErrorCode::file_unreadable && mentions(error, "Check the network"));
    QCOMPARE(desk_->observer.waits.size(), std::size_t{2});
  }

  void the_environment_names_hub_token_and_offline() {
    QCOMPARE(hub_options().endpoint, std::string("https://huggingface.co"));
    QVERIFY(hub_options().token.empty() && !hub_options().offline);
    ::setenv("HF_ENDPOINT", "https://hub.example/models/", 1);
    ::setenv("HF_TOKEN", "hf_x", 1);
    ::setenv("HF_HUB_OFFLINE", "true", 1);
    QCOMPARE(hub_options().endpoint, std::string("https://hub.example/models"));
    QCOMPARE(hub_options("http://localhost:8000").endpoint, std::string("http://localhost:8000"));
    QVERIFY(hub_options().token == "hf_x" && hub_options().offline);
    ::setenv("HF_TOKEN", "hf_x\r\nEvil: 1", 1);
    const auto error = thrown([] { hub_options(); });
    QVERIFY(error && error->code == ErrorCode::invalid_parameter && !mentions(error, "hf_x"));
  }

  void addresses_that_are_none_are_refused() {
    for (const char* url : {"ftp://hub", "file:///etc", "hub", "https://", "https://user:secret@hub",
                            "https://hub/?a=b", "https://h ub", ""}) {
      const auto error = thrown([&] { checked_address(url); });
      QVERIFY2(error && error->code == ErrorCode::invalid_parameter && !mentions(error, "secret"), url);
    }
  }

  void names_of_models_and_files_are_checked() {
    for (const char* name : {"a/b", "Org-1/Name.v2_x"})
      QVERIFY2(is_hub_name(name), name);
    for (const char* name : {"a", "a/b/c", "/b", "a/", "../b", "a/..", "a--b/c", "a/b..c", "a/b c", ".a/b", ""})
      QVERIFY2(!is_hub_name(name), name);
    for (const char* path : {"a", "a/b.c", "a b", "..a/b..", "\xc3\xa9"})
      QVERIFY2(is_safe_path(path), path);
    for (const char* path : {"", "/a", "a/", "a//b", ".", "..", "a/../b", "./a", "a\nb", "a\x7f"})
      QVERIFY2(!is_safe_path(path), path);
    QVERIFY(!is_safe_path(std::string("a\0b", 3)) && !is_safe_path(std::string(256, 'a')));
    QCOMPARE(thrown([] { HubCache("../x"); })->code, ErrorCode::invalid_parameter);
  }

  // Values of sha256sum and git hash-object.
  void digests_are_those_of_the_usual_programs() {
    desk_->hub.add("abc", "abc");
    const auto digest = [&](DigestKind kind) { return file_digest(desk_->hub.folder() / "abc", kind, [] {}); };
    QCOMPARE(digest(DigestKind::sha256),
             std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    QCOMPARE(digest(DigestKind::git_blob), std::string("f2ba8f84ab5c1bce84a7b441cb1959cfc7093b7f"));
    QVERIFY(thrown([] { file_digest("/nowhere/at/all", DigestKind::sha256, [] {}); }));
    QVERIFY(!is_digest(std::string(40, 'G'), DigestKind::git_blob) &&
            !is_digest(std::string(40, 'a'), DigestKind::sha256));
  }
};

QTEST_GUILESS_MAIN(HubAnswersTest)
#include "hub_answers_test.moc"
