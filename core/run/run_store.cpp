// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/run_store.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <random>

#include "core/base/error.h"

namespace kelter {
namespace {

constexpr int schema_version = 1;
constexpr int busy_milliseconds = 10000;
constexpr const char* timings_remembered = "9";   // runs a median is taken over

constexpr const char* schema = R"sql(
CREATE TABLE IF NOT EXISTS runs(
  id TEXT PRIMARY KEY, title TEXT NOT NULL, host TEXT NOT NULL, device_class TEXT NOT NULL, folder TEXT NOT NULL,
  started REAL NOT NULL, seconds REAL NOT NULL, record TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS runs_started ON runs(started);
CREATE INDEX IF NOT EXISTS runs_folder ON runs(folder);
CREATE TABLE IF NOT EXISTS nodes(
  run TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE, place INTEGER NOT NULL, node TEXT NOT NULL, step TEXT NOT NULL,
  recipe TEXT NOT NULL, content TEXT NOT NULL, state TEXT NOT NULL, cached INTEGER NOT NULL, seconds REAL NOT NULL,
  PRIMARY KEY(run, place));
CREATE INDEX IF NOT EXISTS nodes_recipe ON nodes(recipe);
CREATE TABLE IF NOT EXISTS measures(
  run TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE, place INTEGER NOT NULL, number INTEGER NOT NULL,
  metric TEXT NOT NULL, value REAL, protocol TEXT NOT NULL, samples TEXT NOT NULL,
  PRIMARY KEY(run, place, number));
CREATE TABLE IF NOT EXISTS timings(
  step TEXT NOT NULL, parameters TEXT NOT NULL, device_class TEXT NOT NULL, weights REAL NOT NULL, seconds REAL NOT NULL);
CREATE INDEX IF NOT EXISTS timings_step ON timings(step, device_class);
)sql";

}  // namespace

// A prepared statement: bind in order, then step.
class RunStore::Statement {
 public:
  Statement(RunStore& store, const char* sql) : store_(store) {
    if (sqlite3_prepare_v2(store.database_, sql, -1, &statement_, nullptr) != SQLITE_OK) store.fail("prepared");
  }
  ~Statement() { sqlite3_finalize(statement_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  Statement& bind(const std::string& text) {
    check(sqlite3_bind_text(statement_, ++bound_, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT));
    return *this;
  }
  Statement& bind(double value) {
    check(sqlite3_bind_double(statement_, ++bound_, value));
    return *this;
  }
  Statement& bind(std::int64_t value) {
    check(sqlite3_bind_int64(statement_, ++bound_, value));
    return *this;
  }
  Statement& bind(const std::optional<double>& value) {
    if (value) return bind(*value);
    check(sqlite3_bind_null(statement_, ++bound_));
    return *this;
  }
  bool row() {
    const int result = sqlite3_step(statement_);
    if (result != SQLITE_ROW && result != SQLITE_DONE) store_.fail("read or written");
    return result == SQLITE_ROW;
  }
  std::string text(int column) const {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    return bytes ? std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)))
                 : std::string();
  }
  double number(int column) const { return sqlite3_column_double(statement_, column); }
  std::int64_t integer(int column) const { return sqlite3_column_int64(statement_, column); }

 private:
  void check(int result) {
    if (result != SQLITE_OK) store_.fail("written");
  }
  RunStore& store_;
  sqlite3_stmt* statement_ = nullptr;
  int bound_ = 0;
};

void RunStore::fail(const std::string& what) const {
  const int result = database_ ? sqlite3_errcode(database_) : SQLITE_CANTOPEN;
  const ErrorCode code = result == SQLITE_FULL     ? ErrorCode::disk_full
                         : result == SQLITE_NOTADB || result == SQLITE_CORRUPT ? ErrorCode::file_malformed
                                                                               : ErrorCode::file_unreadable;
  throw Error(code, "The store of runs cannot be " + what, path_.string(), database_ ? sqlite3_errmsg(database_) : "",
              "Close other programs that use it; if it is damaged, move the file away and a new one is made.");
}

RunStore::RunStore(const fs::path& path) : path_(path) {
  fs::create_directories(path.parent_path());
  try {
    if (sqlite3_open_v2(path.c_str(), &database_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr) != SQLITE_OK) {
      fail("opened");
    }
    sqlite3_busy_timeout(database_, busy_milliseconds);
    execute("PRAGMA journal_mode=WAL");
    execute("PRAGMA synchronous=NORMAL");
    execute("PRAGMA foreign_keys=ON");
    create_tables();
  } catch (...) {
    sqlite3_close(database_);
    throw;
  }
}

RunStore::~RunStore() { sqlite3_close(database_); }

void RunStore::execute(const char* sql) {
  if (sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail("written");
}

// Finished before anything is written: a statement left open would hold an old view of the file, from which SQLite
// refuses to write when another process wrote since.
std::int64_t RunStore::stored_schema() {
  Statement version(*this, "PRAGMA user_version");
  version.row();
  return version.integer(0);
}

void RunStore::create_tables() {
  const std::int64_t found = stored_schema();
  if (found > schema_version) {
    throw Error(ErrorCode::unsupported, "The store of runs was written by a newer Kelter", path_.string(),
                "its schema is " + std::to_string(found) + ", this program knows " + std::to_string(schema_version),
                "Use the newer program.");
  }
  if (found == schema_version) return;
  execute("BEGIN IMMEDIATE");
  execute(schema);
  execute(("PRAGMA user_version=" + std::to_string(schema_version)).c_str());
  execute("COMMIT");
}

void RunStore::add(const StoredRun& run) {
  execute("BEGIN IMMEDIATE");
  try {
    Statement(*this, "DELETE FROM runs WHERE id=?").bind(run.id).row();
    Statement(*this,
              "INSERT INTO runs(id,title,host,device_class,folder,started,seconds,record) VALUES(?,?,?,?,?,?,?,?)")
        .bind(run.id)
        .bind(run.title)
        .bind(run.host)
        .bind(run.device_class)
        .bind(run.folder)
        .bind(run.started)
        .bind(run.seconds)
        .bind(run.record.to_json().dump())
        .row();
    for (std::size_t place = 0; place < run.record.nodes.size(); ++place) {
      const NodeRecord& node = run.record.nodes[place];
      const auto position = static_cast<std::int64_t>(place);
      Statement(*this, "INSERT INTO nodes VALUES(?,?,?,?,?,?,?,?,?)")
          .bind(run.id)
          .bind(position)
          .bind(node.id)
          .bind(node.step)
          .bind(node.recipe)
          .bind(node.content)
          .bind(std::string(to_string(node.state)))
          .bind(static_cast<std::int64_t>(node.cached))
          .bind(node.seconds)
          .row();
      for (std::size_t number = 0; number < node.measures.size(); ++number) {
        const MeasureRecord& measure = node.measures[number];
        Statement(*this, "INSERT INTO measures VALUES(?,?,?,?,?,?,?)")
            .bind(run.id)
            .bind(position)
            .bind(static_cast<std::int64_t>(number))
            .bind(measure.metric)
            .bind(measure.value)
            .bind(measure.protocol.dump())
            .bind(measure.samples.dump())
            .row();
      }
    }
    execute("COMMIT");
  } catch (...) {
    sqlite3_exec(database_, "ROLLBACK", nullptr, nullptr, nullptr);
    throw;
  }
}

void RunStore::add_timing(const StageTiming& timing) {
  Statement(*this, "INSERT INTO timings VALUES(?,?,?,?,?)")
      .bind(timing.step).bind(timing.parameters).bind(timing.device_class).bind(static_cast<double>(timing.weights))
      .bind(timing.seconds).row();
}

// The row's columns as in `SELECT id,title,host,device_class,folder,started,seconds,record`.
StoredRun RunStore::read_run(Statement& row) {
  StoredRun run{row.text(0), row.text(1), row.text(2), row.text(3), row.text(4), row.number(5), row.number(6),
                RunRecord::from_json(parse_json(row.text(7), path_.string()))};
  Statement samples(*this, "SELECT place,number,samples FROM measures WHERE run=?");
  samples.bind(run.id);
  while (samples.row()) {
    auto& nodes = run.record.nodes;
    const auto place = static_cast<std::size_t>(samples.integer(0)),
               number = static_cast<std::size_t>(samples.integer(1));
    if (place < nodes.size() && number < nodes[place].measures.size()) {
      nodes[place].measures[number].samples = parse_json(samples.text(2), path_.string());
    }
  }
  return run;
}

std::vector<StoredRun> RunStore::recent(int count) {
  Statement rows(
      *this,
      "SELECT id,title,host,device_class,folder,started,seconds,record FROM runs ORDER BY started DESC, id LIMIT ?");
  rows.bind(static_cast<std::int64_t>(count));
  std::vector<StoredRun> runs;
  while (rows.row()) runs.push_back(read_run(rows));
  return runs;
}

std::optional<StoredRun> RunStore::find(const std::string& id) {
  Statement rows(*this, "SELECT id,title,host,device_class,folder,started,seconds,record FROM runs WHERE id=?");
  rows.bind(id);
  if (!rows.row()) return std::nullopt;
  return read_run(rows);
}

std::optional<StoredRun> RunStore::find_folder(const fs::path& folder) {
  Statement rows(
      *this,
      "SELECT id,title,host,device_class,folder,started,seconds,record FROM runs WHERE folder=? ORDER BY started DESC");
  rows.bind(fs::absolute(folder).lexically_normal().string());
  if (!rows.row()) return std::nullopt;
  return read_run(rows);
}

std::vector<double> RunStore::seconds_per_weight(const char* sql, const std::vector<std::string>& values) {
  Statement rows(*this, sql);
  for (const std::string& value : values) rows.bind(value);
  std::vector<double> found;
  while (rows.row()) found.push_back(rows.number(0));
  return found;
}

std::optional<double> RunStore::seconds_of(const std::string& step, const std::string& parameters,
                                           const std::string& device_class, std::uint64_t weights) {
  static const std::string any =
      "SELECT seconds/weights FROM timings WHERE step=? AND device_class=? AND weights>0 ORDER BY rowid DESC LIMIT " +
      std::string(timings_remembered);
  static const std::string same =
      "SELECT seconds/weights FROM timings WHERE step=? AND device_class=? AND parameters=? AND weights>0 "
      "ORDER BY rowid DESC LIMIT " + std::string(timings_remembered);
  std::vector<double> found = seconds_per_weight(same.c_str(), {step, device_class, parameters});
  if (found.empty()) found = seconds_per_weight(any.c_str(), {step, device_class});
  if (found.empty()) return std::nullopt;
  const auto middle = found.begin() + static_cast<std::ptrdiff_t>(found.size() / 2);
  std::nth_element(found.begin(), middle, found.end());
  return *middle * static_cast<double>(weights);
}

std::string new_run_id(double started) {
  const std::time_t second = static_cast<std::time_t>(started);
  std::tm local{};
  ::localtime_r(&second, &local);
  std::array<char, 32> stamp{};
  std::strftime(stamp.data(), stamp.size(), "%Y%m%d-%H%M%S", &local);
  std::random_device device;
  std::array<char, 16> suffix{};
  std::snprintf(suffix.data(), suffix.size(), "-%08x", static_cast<unsigned>(device()));
  return std::string(stamp.data()) + suffix.data();
}

}  // namespace kelter
