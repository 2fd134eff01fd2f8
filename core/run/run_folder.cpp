// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/run_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <fstream>

#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/run/model_source.h"

namespace kelter {
namespace {

constexpr const char* record_name = "run.json";
constexpr const char* samples_name = "samples.json";
constexpr const char* document_name = "document.kelter";
constexpr const char* log_name = "log.txt";

std::string clock_text() {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  ::localtime_r(&now, &local);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S", &local);
  return text.data();
}

// Only what Kelter wrote is ever removed.
bool is_node_folder(const fs::path& path) {
  return fs::is_directory(path) && (fs::exists(path / "kelter.json") || fs::exists(path / source_note_name));
}

}  // namespace

RunFolder::RunFolder(const fs::path& path, const Document& document, bool resume)
    : path_(fs::absolute(path).lexically_normal()) {
  if (!path_.has_filename()) path_ = path_.parent_path();
  if (fs::exists(path_) && !fs::is_directory(path_)) {
    throw Error(ErrorCode::invalid_parameter, "The run folder is a file", path_.string(), {}, "Name a folder.");
  }
  const bool foreign = fs::exists(path_) && !fs::is_empty(path_) && !fs::exists(path_ / journal_name);
  if (foreign) {
    throw Error(ErrorCode::invalid_parameter, "The folder holds something else than a run", path_.string(),
                "a run would mix its files with what is there", "Name a new folder or an empty one.");
  }
  fs::create_directories(path_);
  lock();
  fs::create_directories(path_ / "figures");
  if (!resume) take_over();
  finished_ = FinishedWork::read(path_);
  journal_ = std::make_unique<Journal>(path_ / journal_name);
  document.save(path_ / document_name);
  journal_->append("run", {{"resumed", resume}});
}

RunFolder::~RunFolder() { ::close(lock_); }

// Two runs in one folder would overwrite each other's nodes.
void RunFolder::lock() {
  lock_ = ::open((path_ / journal_name).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (lock_ < 0) {
    throw Error(ErrorCode::file_unreadable, "The run folder cannot be written", path_.string(), std::strerror(errno),
                "Check its permissions.");
  }
  if (::flock(lock_, LOCK_EX | LOCK_NB) == 0) return;
  ::close(lock_);
  throw Error(ErrorCode::invalid_parameter, "Another run is writing to this folder", path_.string(), {},
              "Wait for it to end or name another folder.");
}

// Removes what an earlier run left, so that nothing of it can be taken for this one's. The journal is emptied, not
// removed: it carries the lock.
void RunFolder::take_over() {
  for (const char* name : {record_name, samples_name, document_name, log_name}) fs::remove(path_ / name);
  for (const auto& entry : fs::directory_iterator(path_)) {
    if (is_node_folder(entry.path())) fs::remove_all(entry.path());
  }
  fs::resize_file(path_ / journal_name, 0);
}

fs::path RunFolder::node_path(const std::string& node) const { return path_ / node_folder_name(node); }

void RunFolder::log(const LogMessage& message) {
  std::ofstream file(path_ / log_name, std::ios::app);
  file << clock_text() << "  " << message.level << (message.node.empty() ? "" : "  " + message.node) << "  "
       << message.text << std::endl;
}

void RunFolder::node_started(const std::string& node, const std::string& recipe) {
  journal_->append("started", {{"node", node}, {"recipe", recipe}});
}

std::uint64_t RunFolder::keep_model(const std::string& node, const ModelState& state) {
  return save_model(state, node_path(node));
}

void RunFolder::keep_source(const std::string& node, const std::string& given, const fs::path& file,
                            const std::string& identity) {
  if (fs::exists(node_path(node) / "kelter.json")) fs::remove_all(node_path(node));   // of an earlier recipe
  finished_.drop_model(node);
  write_source_note(node_path(node), given, file, identity);
}

void RunFolder::node_finished(const std::string& node, const std::string& recipe, const std::string& content) {
  journal_->append("finished", {{"node", node}, {"recipe", recipe}, {"content", content}});
  finished_.add_model(node, {recipe, content});
}

void RunFolder::node_failed(const std::string& node, const ErrorInfo& error) {
  journal_->append("failed", {{"node", node}, {"error", error.to_json()}});
}

void RunFolder::measured(const std::string& key, const MeasureResult& result) {
  journal_->append("measured", {{"key", key}, {"result", result.to_json()}});
}

bool RunFolder::has_finished_model(const std::string& node, const std::string& recipe) const {
  const FinishedWork::Model* model = finished_.model_in(node);
  return model && model->recipe == recipe;
}

std::optional<ModelState> RunFolder::finished_model(const std::string& node, const std::string& recipe) {
  const std::optional<std::string> holder = finished_.holder_of(recipe, node);
  if (!holder) return std::nullopt;
  try {
    ModelState state = open_kelter_folder(node_path(*holder));
    if (state.content_hash() == finished_.models().at(*holder).content) return state;
    log({"warning", node, "The model in the run folder was changed; it is made again."});
  } catch (const Error& error) {
    log({"warning", node, "The model in the run folder cannot be used and is made again: " + error.info().text()});
  }
  finished_.drop_model(*holder);
  return std::nullopt;
}

const MeasureResult* RunFolder::finished_result(const std::string& key) const { return finished_.result(key); }

void RunFolder::write_record(const RunRecord& record) {
  Json samples = Json::object();
  for (const NodeRecord& node : record.nodes) {
    for (const MeasureRecord& measure : node.measures) samples[node.id].push_back(measure.samples);
  }
  const std::string text = to_pretty(record.to_json());
  const Json both = {{"record", xxh128_hex(text)}, {"samples", std::move(samples)}};
  write_file_atomically(path_ / samples_name, both.dump() + "\n");
  write_file_atomically(path_ / record_name, text);
}

RunRecord read_run_folder(const fs::path& path) {
  const std::string text = read_text_file(path / record_name);
  RunRecord record = RunRecord::from_json(parse_json(text, (path / record_name).string()));
  if (!fs::exists(path / samples_name)) return record;
  const Json both = read_json_file(path / samples_name);
  // A kill between the two files leaves samples of a record that is not there.
  const auto owner = both.find("record");
  if (owner == both.end() || *owner != xxh128_hex(text) || !both.contains("samples")) return record;
  const Json& samples = both.at("samples");
  for (NodeRecord& node : record.nodes) {
    const auto found = samples.find(node.id);
    if (found == samples.end() || !found->is_array() || found->size() != node.measures.size()) continue;
    for (std::size_t i = 0; i < node.measures.size(); ++i) node.measures[i].samples = found->at(i);
  }
  return record;
}

}  // namespace kelter
